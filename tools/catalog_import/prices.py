"""Price lines of an offer: from genai-prices where it knows the model, else from LiteLLM and models.dev."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import ROUND_UP, Decimal
from typing import Any

from genai_prices.data_snapshot import get_snapshot

from halfopen.adapters.prices.table import KEYS, SERVICES
from tools.catalog_import.rows import Row

LITELLM: Mapping[str, str] = {  # ours -> that of LiteLLM, in dollars a token
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cached_read": "cache_read_input_token_cost",
    "cache_write_5m": "cache_creation_input_token_cost",
}
HOUR = time(2)  # in the peak hours of those who charge by the hour
GENAI, GENAI_DAY = "genai-prices 0.2.3", date(2026, 11, 10)  # the day of its release
FINEST = Decimal("0.000001")
ROUNDED = "Rounded up to the sixth decimal, the finest that a line keeps."


def known_model(provider: str, name: str) -> tuple[Any, bool] | None:
    """The model in genai-prices, and whether it is the provider's own: else it is the maker's, and so are its rates.

    Hugging Face names its host after a colon, which is a provider there.
    """
    if provider == "huggingface":
        name, _, host = name.partition(":")
        provider = f"huggingface_{host}"
    try:
        found, model = get_snapshot().find_provider_model(name, None, provider, None)
    except LookupError:
        return None
    return model, any(model is each for each in found.models)


def genai_lines(known: tuple[Any, bool], released: date | None, day: date, *, free: bool) -> list[Row]:
    """A line for every day on which something changed, from the release on; what is undated begins with it.

    The services of a maker are not those of another host, and neither are its searches.
    """
    model, own = known
    dated = [*_dated(model), *((model.price_variants or ()) if own else ())]
    starts = {start for each in dated if (start := getattr(each.constraint, "start_date", None))}
    first = released or min(starts, default=day)
    lines: list[Row] = []
    for since in sorted({first, *(start for start in starts if start > first)}):
        rates = _at(model, since, {})
        rates = rates if own else _of_tokens(rates)
        if free and not rates:
            rates = {"input": Decimal(0), "output": Decimal(0)}
        if not {"input", "output"} <= rates.keys():
            continue
        services = [{"name": name} | made for name in SERVICES if own and (made := _service(model, since, name))]
        rates |= {"services": services} if services else {}
        if lines and _said(lines[-1]) == _said(rates):
            continue
        told = "release on" if released else "day on which it was seen"
        undated = "" if since in starts else f", undated there, taken from the {told}"
        source = GENAI + ("" if own else ", which has the maker's rates for it") + undated
        line = {"since": since, **rates, "source": {"name": source, "checked": GENAI_DAY}}
        lines.append(line | ({"differs": ROUNDED} if _rounded(model, since) else {}))
    return lines


def _of_tokens(rates: Row) -> Row:
    plain = {kind: rate for kind, rate in rates.items() if not KEYS.get(kind, "").endswith("_kcount")}
    return plain | ({"tiers": [_of_tokens(tier) for tier in plain["tiers"]]} if "tiers" in plain else {})


def _dated(model: Any) -> list[Any]:
    return model.prices if isinstance(model.prices, list) else []


def _said(line: Row) -> Row:
    return {key: value for key, value in line.items() if key not in ("since", "source", "differs")}


def _service(model: Any, since: date, name: str) -> Row | None:
    """The rates of a service that has begun by then."""
    moment = datetime.combine(since, HOUR, UTC)
    for asked in SERVICES[name]:
        for variant in model.price_variants or ():
            begun = variant.constraint is None or variant.constraint.active(moment)
            if begun and variant.when == asked:
                return _at(model, since, asked)
    return None


def _at(model: Any, since: date, asked: Mapping[str, str]) -> Row:
    prices = model.get_prices(datetime.combine(since, HOUR, UTC), dict(asked))
    known = {kind: value for kind, key in KEYS.items() if (value := getattr(prices, key)) is not None}
    starts = sorted({tier.start for value in known.values() for tier in getattr(value, "tiers", ())})
    plain: Row = {kind: _rate(kind, value, 0) for kind, value in known.items()}
    tiers = [{"above": start} | {kind: _rate(kind, value, start) for kind, value in known.items()} for start in starts]
    return plain | ({"tiers": tiers} if tiers else {})


def _rate(kind: str, value: Any, above: int) -> Decimal:
    return shortest(_exact(kind, value, above).quantize(FINEST, ROUND_UP))


def _exact(kind: str, value: Any, above: int) -> Decimal:
    rate = getattr(value, "base", value)
    for tier in getattr(value, "tiers", ()):
        rate = tier.price if tier.start <= above else rate
    return Decimal(rate) / 1000 if KEYS[kind].endswith("_kcount") else Decimal(rate)


def _rounded(model: Any, since: date) -> bool:
    prices = model.get_prices(datetime.combine(since, HOUR, UTC))
    values = [(kind, value) for kind, key in KEYS.items() if (value := getattr(prices, key)) is not None]
    return any(_exact(kind, value, 0) != _exact(kind, value, 0).quantize(FINEST) for kind, value in values)


def shortest(value: Decimal) -> Decimal:
    """Without zeros at its end, and never as a power of ten."""
    return Decimal(f"{value.normalize():f}")


def litellm_line(row: Row, source: str, day: date, currency: str | None) -> Row | None:
    """Its rates as of `day`. Rates of 0 are no rates there: they are what it has for unknown."""
    prices = row.get("tiered_pricing") or [row]
    rates = _dollars(prices[0])
    if not rates.get("input") or not rates.get("output"):
        return None
    tiers: list[Row] = [{"above": int(each["range"][0])} | _dollars(each) for each in prices[1:]]
    above = {
        int(key.split("_")[-2][:-1]) * 1000
        for key in row
        if key.startswith("input_cost_per_token_above") and key.endswith("k_tokens")
    }
    for start in sorted(above):
        tier = {
            ours: row.get(f"{theirs}_above_{start // 1000}k_tokens", row.get(theirs))
            for ours, theirs in LITELLM.items()
        }
        tiers.append({"above": start} | {kind: _million(rate) for kind, rate in tier.items() if rate})
    line = {"since": day} | ({"currency": currency} if currency else {}) | rates
    return line | ({"tiers": tiers} if tiers else {}) | {"source": {"name": source, "checked": day}}


def _dollars(row: Row) -> Row:
    return {ours: _million(rate) for ours, theirs in LITELLM.items() if (rate := row.get(theirs))}


def _million(rate: Any) -> Decimal:
    return shortest((Decimal(str(rate)) * 1_000_000).quantize(FINEST, ROUND_UP))


def apart(one: Row, other: Row) -> bool:
    """Whether the plain rates of two lines are more than 1 % apart."""
    return any(abs(one[kind] - other[kind]) * 100 > other[kind] for kind in ("input", "output"))


def adds_nothing(one: Row, later: Row) -> bool:
    """Whether a later line says nothing that the one before it does not: every rate of it is there and the same."""
    return all(one.get(kind) == rate for kind, rate in later.items() if kind not in ("since", "source"))


def listed(line: Row) -> str:
    """The kinds that a line prices: `input, output`."""
    return ", ".join(kind for kind in KEYS if kind in line)
