"""Providers' lists of models, in the shapes that their own documentation shows."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from halfopen.adapters.prices import listed
from halfopen.catalog.price import Tier
from halfopen.catalog.source import Source
from halfopen.catalog.upkeep.news import Listed
from tests.catalog.shelf import DAY

SEEN = Source(name="https://p.test/v1/models", checked=DAY)


def read(*rows: Any, **more: Any) -> tuple[Listed, ...]:
    return listed(json.dumps({"object": "list", "data": rows, **more}).encode(), SEEN)[0]


def test_prices_of_one_token_are_told_by_the_million_and_exactly() -> None:
    pricing = {
        "prompt": "0.000005",
        "completion": "0.000025",
        "request": "0",
        "image": "0.0048",
        "web_search": "0.01",
        "input_cache_read": "0.0000005",
        "input_cache_write": "0.00000625",
        "input_cache_write_1h": "0.00001",
    }
    (one,) = read({"id": "lab/model", "pricing": pricing, "expiration_date": "2027-01-15"})
    assert (one.names, one.retires) == (("lab/model",), date(2027, 1, 15))
    assert one.line is not None
    assert (one.line.since, one.line.source) == (DAY, SEEN)
    assert [str(one.line.input.normalize()), str(one.line.output.normalize())] == ["5", "25"]
    assert (one.line.cached_read, one.line.cache_write_5m, one.line.cache_write_1h) == (
        Decimal("0.5"),
        Decimal("6.25"),
        Decimal(10),
    )
    assert (one.line.web_search, one.line.request) == (Decimal("0.01"), None)


def test_overrides_from_so_many_tokens_on_are_tiers_above_one_token_less() -> None:
    pricing = {
        "prompt": "0.000001",
        "completion": "0.000004",
        "input_cache_read": "0.0000001",
        "overrides": [
            {"min_prompt_tokens": 32000, "prompt": "0.000002"},
            {"utc_start": 100, "utc_end": 400, "prompt": "0.000009"},
        ],
    }
    (one,) = read({"id": "m", "pricing": pricing})
    assert one.line is not None
    assert one.line.tiers == (Tier(above=31999, input=Decimal(2), output=Decimal(4), cached_read=Decimal("0.1")),)


def test_a_price_that_depends_is_no_price() -> None:
    (router,) = read({"id": "auto", "pricing": {"prompt": "-1", "completion": "-1"}})
    assert router.line is None


def test_prices_by_the_million_are_taken_as_they_are_and_a_list_may_be_bare() -> None:
    pricing = {"hourly": 0, "input": 0.15, "output": 0.6, "base": 0, "finetune": 0, "cached_input": 0.07}
    body = json.dumps([{"id": "openai/gpt-oss-120b", "object": "model", "pricing": pricing}]).encode()
    ((one,), following) = listed(body, SEEN)
    assert one.line is not None
    assert (one.line.input, one.line.output, one.line.cached_read) == (Decimal("0.15"), Decimal("0.6"), Decimal("0.07"))
    assert following == ""


def test_a_zero_in_such_a_list_is_no_price_and_nothing_free() -> None:
    (one,) = read({"id": "m", "pricing": {"hourly": 3, "input": 0, "output": 0}})
    assert one.line is None


def test_prices_in_the_metadata_are_found() -> None:
    pricing = {"input_tokens": 0.1, "output_tokens": 0.3, "cache_read_tokens": 0.02}
    (one,) = read({"id": "m", "metadata": {"pricing": pricing, "context_length": 8192}})
    assert one.line is not None
    assert (one.line.input, one.line.output, one.line.cached_read) == (Decimal("0.1"), Decimal("0.3"), Decimal("0.02"))


def test_an_end_is_read_with_its_replacement_and_the_other_names() -> None:
    row = {
        "id": "mistral-medium-2505",
        "aliases": ["mistral-medium-3"],
        "deprecation": "2026-08-31T12:00:00Z",
        "deprecation_replacement_model": "mistral-medium-3-5",
    }
    (one,) = read(row)
    assert one == Listed(("mistral-medium-2505", "mistral-medium-3"), None, date(2026, 8, 31), "mistral-medium-3-5")


def test_a_list_that_states_nothing_of_the_kind_has_names_only() -> None:
    row = {"id": "openai/gpt-oss-20b", "object": "model", "active": True, "context_window": 131072}
    assert read(row, {"id": "o3", "created": 1, "owned_by": "system"}) == (
        Listed(("openai/gpt-oss-20b",)),
        Listed(("o3",)),
    )


def test_a_price_that_is_written_as_nobody_writes_one_is_left_out_and_the_rest_is_read() -> None:
    odd: list[Any] = [{"prompt": "cheap", "completion": "1"}, {"prompt": "0.000001"}, 7, None]
    odd += [{"input": True, "output": 1}, {"input": [], "output": 1}, {"prompt": "Infinity", "completion": "NaN"}]
    found = read(*({"id": f"m{at}", "pricing": pricing} for at, pricing in enumerate(odd)), {"id": 5}, "x")
    assert [one.names for one in found] == [(f"m{at}",) for at in range(len(odd))]
    assert all(one.line is None for one in found)


@pytest.mark.parametrize(("told", "day"), [(None, None), ("soon", None), (5, None), ("2027-02-30", None)])
def test_an_end_that_is_no_day_is_none(told: Any, day: date | None) -> None:
    (one,) = read({"id": "m", "expiration_date": told})
    assert one.retires == day


@pytest.mark.parametrize(
    ("more", "following"),
    [
        ({"links": {"next": "/api/v1/models?offset=500"}}, "/api/v1/models?offset=500"),
        ({"links": {"next": None}}, ""),
        ({"has_more": True, "last_id": "claude x"}, "?after_id=claude%20x"),
        ({"has_more": False, "last_id": "claude x"}, ""),
    ],
)
def test_the_next_page_is_named_where_there_is_one(more: Any, following: str) -> None:
    assert listed(json.dumps({"data": [], **more}).encode(), SEEN)[1] == following


@pytest.mark.parametrize(
    ("body", "said"), [(b"<html>", "not JSON"), (b'{"models": []}', "no `data`"), (b"5", "no `data`")]
)
def test_what_is_no_list_is_refused_in_a_sentence(body: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        listed(body, SEEN)
