"""Small catalogs to judge: models with scores on boards, offers with prices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from halfopen.advisor.quality import Quality
from halfopen.catalog.exchange import Exchange
from halfopen.catalog.model import Benchmark, Model, Rating
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import PriceLine
from halfopen.catalog.provider import Provider
from halfopen.catalog.snapshot import Catalog, catalog
from halfopen.catalog.source import Source

DAY = date(2026, 11, 24)
DECEMBER, APRIL, AUGUST = date(2025, 12, 11), date(2026, 4, 19), date(2026, 8, 21)
SEEN = Source(name="a test", checked=DAY)


def score(value: float, day: date = APRIL, half: float = 5, **more: Any) -> Rating:
    exact = Decimal(str(value))
    row: dict[str, Any] = {"score": exact, "low": exact - Decimal(str(half)), "high": exact + Decimal(str(half))}
    return Rating(**row | {"board": "Arena text", "day": day, "source": SEEN} | more)


def result(name: str, value: float) -> Benchmark:
    return Benchmark(name=name, score=Decimal(str(value)), source=SEEN)


def model(name: str, *ratings: Rating, **more: Any) -> Model:
    row: dict[str, Any] = {"name": name, "title": name.title(), "lab": "a lab", "weights": "open", "licence": "MIT"}
    return Model(**row | {"sources": (SEEN,), "ratings": ratings} | more)


def provider(name: str, **more: Any) -> Provider:
    row: dict[str, Any] = {
        "name": name,
        "title": name.title(),
        "hosting": "hosted",
        "operator": None,
        "sources": (SEEN,),
    }
    return Provider(**row | {"base_url": f"https://{name}.test", "dialects": {"chat": "/v1/chat/completions"}} | more)


def line(input: str, output: str, **more: Any) -> PriceLine:
    row: dict[str, Any] = {
        "since": date(2026, 1, 1),
        "input": Decimal(input),
        "output": Decimal(output),
        "source": SEEN,
    }
    return PriceLine(**row | more)


def offer(model: str, provider: str, input: str | None = "1", output: str = "1", **more: Any) -> Offer:
    prices = () if input is None else (line(input, output),)
    row: dict[str, Any] = {"model": model, "provider": provider, "served_as": model, "sources": (SEEN,)}
    return Offer(**row | {"prices": prices} | more)


def rate(currency: str, value: str, day: date = DAY) -> Exchange:
    return Exchange(currency=currency, rate=Decimal(value), day=day, source=SEEN)


def whole(models: list[Model], offers: list[Offer] | None = None, **more: Any) -> Catalog:
    """A catalog in which every provider of an offer exists."""
    named = {each.provider: provider(each.provider) for each in offers or []}
    named.update({each.name: each for each in more.get("providers", [])})
    return catalog(models, named.values(), offers or [], more.get("exchange", []))


def by_name(*models: Model) -> Mapping[str, Model]:
    return {each.name: each for each in models}


def rated(name: str, value: float, half: float = 5, basis: Any = "measured") -> Quality:
    return Quality(name, "overall", value, value - half, value + half, basis, "a test", "Arena text", APRIL)


def two_boards(shift: float, *, shared: int, only_before: Mapping[str, float] | None = None) -> list[Model]:
    """So many models on both boards, the later of which scores everybody `shift` higher, and some on the first only."""
    both = [
        model(f"both-{place}", score(1300 + 20 * place, DECEMBER), score(1300 + 20 * place + shift, APRIL))
        for place in range(shared)
    ]
    return both + [model(name, score(value, DECEMBER)) for name, value in (only_before or {}).items()]
