"""The table of genai-prices, an extra (`halfopen[sync]`), as dated price lines; and one sentence where it is not there.

That package brings pydantic, which has no place in a gateway, so it is imported here, when it is asked, and by nobody
else. Its own code says what holds at a moment; here it is asked at every moment at which that changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib import import_module
from importlib.metadata import version
from itertools import groupby
from typing import Any

from halfopen.catalog.price import PIECES, PriceLine, Tariff, Tier
from halfopen.catalog.source import Source
from halfopen.documents import Complaints

NAME = "genai-prices"
ABSENT = f"{NAME} is not installed, so no price was held against it; `pip install 'halfopen[sync]'` brings it."

# our kind -> theirs. They price a million tokens, or a thousand pieces.
KEYS: Mapping[str, str] = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cached_read": "cache_read_mtok",
    "cache_write_5m": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
    "input_audio": "input_audio_mtok",
    "cached_audio": "cache_audio_read_mtok",
    "output_audio": "output_audio_mtok",
    "output_image": "output_image_mtok",
    "request": "requests_kcount",
    "web_search": "web_searches_kcount",
}
# our service -> what a request of it says, one way or another
SERVICES: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "batch": ({"processing": "batch"},),
    "flex": ({"service_tier": "flex"},),
    "priority": ({"service_tier": "priority"},),
    "fast": ({"speed": "fast"}, {"service_tier": "fast"}),
}

FINEST = Decimal("0.000001")  # of a million tokens: a picodollar a token


class NotInstalled(Exception):
    """The extra is not there; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Table:
    """What the installed table says: lines by the names they were asked under, and what could not be read, and why.

    `borrowed` are the names whose lines are of another provider, the maker mostly: of the host itself it has none.
    """

    version: str
    lines: Mapping[str, tuple[PriceLine, ...]]
    unread: Mapping[str, str]
    borrowed: frozenset[str] = frozenset()


def table(asked: Mapping[str, tuple[str, str]], day: date) -> Table:
    """The lines of what is asked: name -> provider and the model's name there. `day` is when the table is read.

    Raises NotInstalled. A price of no stated date begins on date.min; one that changes by the hour is the dearest.
    """
    try:
        snapshot = import_module("genai_prices.data_snapshot").get_snapshot()
    except ImportError:
        raise NotInstalled(ABSENT) from None
    source = Source(name=f"{NAME} {version('genai_prices')}", checked=day)
    lines: dict[str, tuple[PriceLine, ...]] = {}
    unread: dict[str, str] = {}
    borrowed: set[str] = set()
    for name, (provider, model) in asked.items():
        try:
            host, found = snapshot.find_provider_model(model, None, provider, None)
            own = any(found is each for each in host.models)  # else the maker's, whose services are not the host's
            borrowed |= set() if own else {name}
            lines[name] = tuple(_lines(found if own else replace(found, price_variants=None), source))
        except LookupError:
            continue
        except (Complaints, ValueError) as why:
            unread[name] = str(why)
    told = {name: each for name, each in lines.items() if each}
    return Table(version("genai_prices"), told, unread, frozenset(borrowed))


def _lines(model: Any, source: Source) -> Iterator[PriceLine]:
    prices = model.prices if isinstance(model.prices, list) else []
    dated = [*prices, *(model.price_variants or ())]
    starts = {start for each in dated if (start := getattr(each.constraint, "start_date", None))}
    made = [_line(model, since, source) for since in sorted({date.min, *starts})]
    priced = [line for line in made if line is not None]
    for _, same in groupby(priced, key=lambda line: (line.tiers, line.services, [getattr(line, k) for k in KEYS])):
        yield next(same)


def _line(model: Any, since: date, source: Source) -> PriceLine | None:
    plain, tiers = _rates(model, since, {})
    if not {"input", "output"} <= plain.keys():
        return None
    services = []
    begun = [variant.when for variant in model.price_variants or () if _holds(variant, since)]
    for name, ways in SERVICES.items():
        if said := next((way for way in ways if way in begun), None):
            rates, above = _rates(model, since, said)
            services.append(Tariff(name=name, tiers=above, **rates))
    return PriceLine(since=since, source=source, tiers=tiers, services=tuple(services), **plain)


def _rates(model: Any, since: date, said: Mapping[str, str]) -> tuple[dict[str, Any], tuple[Tier, ...]]:
    """The plain rates of the dearest hour of a day, and the tiers above."""
    hours = range(24) if _by_the_hour(model) else (12,)
    moments = [datetime.combine(since, time(hour), UTC) for hour in hours]
    known = [_known(model.get_prices(moment, said)) for moment in moments]
    dearest = max(known, key=lambda prices: _above(prices, 0).get("input", Decimal(0)))
    starts = sorted({tier.start for price in dearest.values() for tier in getattr(price, "tiers", ())})
    return _above(dearest, 0), tuple(Tier(above=start, **_above(dearest, start)) for start in starts)


def _holds(variant: Any, day: date) -> bool:
    start = getattr(variant.constraint, "start_date", None)
    return start is None or bool(start <= day)


def _by_the_hour(model: Any) -> bool:
    return isinstance(model.prices, list) and any(hasattr(each.constraint, "start_time") for each in model.prices)


def _known(prices: Any) -> dict[str, Any]:
    return {kind: price for kind, key in KEYS.items() if (price := getattr(prices, key)) is not None}


def _above(prices: Mapping[str, Any], tokens: int) -> dict[str, Any]:
    """The rates for prompts of more than so many tokens."""
    return {kind: _at(kind, price, tokens) for kind, price in prices.items()}


def _at(kind: str, price: Any, above: int) -> Decimal:
    rate = price if isinstance(price, Decimal) else price.base
    for tier in getattr(price, "tiers", ()):
        rate = tier.price if 0 < tier.start <= above else rate
    return _counted(Decimal(rate) / 1000 if kind in PIECES else Decimal(rate))


def _counted(rate: Decimal) -> Decimal:
    """A rate that was computed there (0.0416666...) to the decimals that we count in, if that is next to nothing."""
    rounded = rate.quantize(FINEST) if rate != rate.quantize(FINEST) else rate
    return rounded if abs(rounded - rate) * 1000 <= rate else rate
