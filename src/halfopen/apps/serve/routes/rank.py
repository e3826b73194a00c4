"""POST /halfopen/rank: battles in a body, ratings in the answer; the fit has a thread of its own.

Rows are those of `halfopen rank --json`. One ranking is computed at a time and the others wait, so that nobody can take
every core with it; numpy is loaded by the first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from math import isfinite
from typing import Annotated, Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from halfopen.apps.sheets import STYLE, Sheet, Unreadable
from halfopen.errors import BadBody, TooLarge
from halfopen.flows.house import House

MOST_BATTLES = 200_000
MOST_MODELS = 1_000  # some ten seconds at most, however few battles they have: see ratings.likelihood.profile.searched
MOST_WORK = 20_000_000  # rounds of resampling x battles: some ten seconds
EXAMPLE = '{"battles": [{"model_a": "x", "model_b": "y", "winner": "model_a"}]}'

_bench = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ranking")

Amount = Annotated[float, msgspec.Meta(ge=0)]


class Battle(msgspec.Struct, forbid_unknown_fields=True):
    """One comparison. What is optional is given in every battle or in none; a weight left out is 1."""

    model_a: str
    model_b: str
    winner: str
    weight: Amount = 1.0
    judge: str | None = None
    category: str | None = None
    cluster: str | int | None = None
    tokens_a: Amount | None = None
    tokens_b: Amount | None = None
    length_a: Amount | None = None
    length_b: Amount | None = None
    headers_a: Amount | None = None
    headers_b: Amount | None = None
    lists_a: Amount | None = None
    lists_b: Amount | None = None
    bold_a: Amount | None = None
    bold_b: Amount | None = None


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """The body: battles, and the options of the verb."""

    battles: list[Battle]
    category: str = ""
    judge: str = ""
    style_control: bool = False
    position: bool = False
    ties: Literal["half", "davidson"] = "half"
    bootstrap: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    anchor: str | None = None
    at: float = 1000.0
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] = 0
    next: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    top: Annotated[int, msgspec.Meta(ge=2)] = 10
    pair: tuple[str, str] | None = None


_question = msgspec.json.Decoder(Question)


async def rank(request: Request, house: House) -> Response:
    """Ratings of the battles in the body, with intervals and rank sets: the rows of `halfopen rank --json`."""
    body = await request.body()
    try:
        answer = await asyncio.get_running_loop().run_in_executor(_bench, _answered, body)
    except Unreadable as why:
        raise BadBody(f"{why}.") from None
    return Response(answer, media_type="application/json")


def _answered(body: bytes) -> bytes:
    """The answer to a body. Raises BadBody, TooLarge, Unreadable."""
    try:
        asked = _question.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as why:
        raise BadBody(f"{why}. Send for example {EXAMPLE}.") from None
    _check_size(asked)
    from halfopen.apps import ranking  # with numpy: a gateway that ranks nothing does without

    options = {field: getattr(asked, field) for field in asked.__struct_fields__ if field != "battles"}
    found = ranking.ranked(_sheet(asked.battles), ranking.Options(**options))
    return msgspec.json.encode(
        {
            "rows": [place.plain() for place in found.places],
            "effects": [_finite(asdict(effect)) for effect in found.effects],
            "warnings": found.warnings,
            "next": [_finite(asdict(ask)) for ask in found.next],
        }
    )


def _check_size(asked: Question) -> None:
    battles = len(asked.battles)
    models = len({name for battle in asked.battles for name in (battle.model_a, battle.model_b)})
    if battles > MOST_BATTLES or models > MOST_MODELS:
        raise TooLarge(
            f"{battles:,} battles of {models:,} models; at most {MOST_BATTLES:,} of {MOST_MODELS:,} are rated here. "
            "`halfopen rank` takes millions, from a file."
        )
    if asked.bootstrap * battles > MOST_WORK:
        raise TooLarge(
            f"{asked.bootstrap:,} resamples of {battles:,} battles; here at most {MOST_WORK // max(1, battles):,}. "
            "`halfopen rank --bootstrap` has time."
        )


def _sheet(battles: Sequence[Battle]) -> Sheet:
    style: dict[str, tuple[list[float], list[float]]] = {}
    for effect, known in STYLE.items():
        for name in known:
            a, b = _column(battles, f"{name}_a"), _column(battles, f"{name}_b")
            if (a is None) != (b is None):
                raise Unreadable(f"battles have {name}_{'b' if a is None else 'a'} alone; both sides are needed")
            if a is not None and b is not None:
                style.setdefault(effect, (a, b))
    weight = [battle.weight for battle in battles]
    return Sheet(
        [battle.model_a.strip() for battle in battles],
        [battle.model_b.strip() for battle in battles],
        [battle.winner for battle in battles],
        range(len(battles)),
        weight=weight if any(each != 1 for each in weight) else None,
        judge=_column(battles, "judge"),
        category=_column(battles, "category"),
        cluster=_column(battles, "cluster"),
        style=style,
    )


def _column(battles: Sequence[Battle], name: str) -> list[Any] | None:
    """A column that all battles have, or None for one that none has. Raises Unreadable for gaps."""
    column = [getattr(battle, name) for battle in battles]
    gaps = column.count(None)
    if gaps == len(column):
        return None
    if gaps:
        raise Unreadable(f"battles[{column.index(None)}] has no {name} and others have; give it in all or in none")
    return column


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(value, float) and not isfinite(value) else value for name, value in row.items()}
