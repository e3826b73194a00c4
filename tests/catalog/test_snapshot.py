"""What does not fit together is found, each thing by a row that shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from halfopen.catalog.model import Rating
from halfopen.catalog.price import PriceLine, Tier
from halfopen.catalog.snapshot import CHECKS, Catalog, catalog, problems
from tests.catalog.shelf import DAY, SOURCES, model, offer, provider

ONE, TWO = Decimal(1), Decimal(2)
RATING = Rating(score=ONE, low=ONE, high=TWO, board="a board", source=SOURCES[0])
LINE = PriceLine(since=DAY, input=ONE, output=TWO, source=SOURCES[0])
TIER = Tier(above=10, input=ONE, output=TWO)


def world(*more: Any, **changed: Any) -> Catalog:
    """Two models at one provider, with one of the offers changed, or with rows of any kind added."""
    models, providers = [model("a"), model("b")], [provider("p")]
    offers = [offer("a", "p"), offer("b", "p", **changed)]
    rows = {"Model": models, "Provider": providers, "Offer": offers}
    for row in more:
        rows[type(row).__name__].append(row)  # type: ignore[attr-defined]
    return catalog(models, providers, offers)


def test_a_small_sound_world_has_no_problems() -> None:
    assert problems(world()) == ()


UNSOUND: list[tuple[Catalog, str]] = [
    (world(model("GPT-4")), "`GPT-4`: a name is made of small letters, digits, `.`, `_` and `-`"),
    (world(provider("x@y", base_url=None)), "`x@y`: a name is made of small letters, digits, `.`, `_` and `-`"),
    (world(model("c", sources=())), "`c`: a row without a source"),
    (world(model("c", aliases=("A",))), "`c`: its alias `A` is the name of a model"),
    (world(model("c", aliases=("d", "D"))), "`c`: an alias given twice"),
    (world(model("c", ratings=(replace(RATING, high=ONE, low=TWO),))), "`c`: its rating 1 is not between 2 and 1"),
    (world(model("c", ratings=(RATING, RATING))), "`c`: two ratings in one category"),
    (
        world(provider("q", base_url="ftp://q")),
        "`q`: `ftp://q` is not an http or https address without a `/` at its end",
    ),
    (
        world(provider("q", base_url="https://q.test/")),
        "`q`: `https://q.test/` is not an http or https address without a `/` at its end",
    ),
    (world(provider("q", base_url="http://q.test")), "`q`: `http://q.test` would carry the key in the clear"),
    (
        world(provider("q", base_url="http://localhost.q.test")),
        "`q`: `http://localhost.q.test` would carry the key in the clear",
    ),
    (world(provider("q", dialects={"chat": "v1"})), "`q`: the path `v1` of `chat` does not begin with `/`"),
    (world(provider("q", countries=("EU", "fr"))), "`q`: `fr` is not an ISO 3166 code of two letters"),
    (world(offer("z", "p")), "`z@p`: there is no model `z`"),
    (world(offer("a", "z")), "`a@z`: there is no provider `z`"),
    (world(successor="z"), "`b@p`: there is no model `z` to succeed it"),
    (world(successor="b"), "`b@p`: it succeeds itself"),
    (world(retires=DAY), "`b@p`: it retires on 2026-11-24 and names no successor"),
    (world(dialects=("messages",)), "`b@p`: its provider does not speak `messages`"),
    (world(also=("a",)), "`b@p`: `p` answers to `a` as `a@p` already"),
    (world(prices=(LINE, LINE)), "`b@p`: its price lines are not in the order of their dates"),
    (
        world(prices=(LINE, replace(LINE, since=date(2027, 1, 1), currency="EUR"))),
        "`b@p`: its price lines are in several currencies",
    ),
    (world(prices=(replace(LINE, tiers=(TIER, TIER)),)), "`b@p`: its tiers of 2026-11-24 do not rise"),
    (
        world(prices=(replace(LINE, input=Decimal("1e-7")),)),
        "`b@p`: its price of 2026-11-24: 1E-7 a million tokens is finer than a picodollar a token (6 decimals at most)",
    ),
    (world(prices=(replace(LINE, output=Decimal(-1)),)), "`b@p`: its price of 2026-11-24: less than nothing"),
]


@pytest.mark.parametrize(("unsound", "said"), UNSOUND, ids=[said for _, said in UNSOUND])
def test_what_does_not_fit_is_said(unsound: Catalog, said: str) -> None:
    assert problems(unsound) == (said,)


def test_every_check_has_something_that_it_finds() -> None:
    assert [check.__name__ for check in CHECKS if not any(list(check(unsound)) for unsound, _ in UNSOUND)] == []


def test_an_engine_at_home_may_be_reached_in_the_clear() -> None:
    assert problems(world(provider("q", hosting="self_hosted", base_url="http://10.0.0.7:8000"))) == ()
    assert problems(world(provider("q", base_url="http://127.0.0.1:9"))) == ()


def test_one_alias_of_two_models_is_no_problem_but_a_question_to_whoever_uses_it() -> None:
    assert problems(world(model("c", aliases=("x",)), model("d", aliases=("x",)))) == ()


def test_a_later_row_replaces_an_earlier_one_of_its_name() -> None:
    rows = catalog([model("a")], [provider("p"), provider("p", title="ours")], [])
    assert rows.providers["p"].title == "ours"
