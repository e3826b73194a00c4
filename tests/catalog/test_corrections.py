"""What comparisons of open and closed models get wrong, and the catalog has right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from halfopen.catalog.model import Model, Rating
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import in_force
from tests.catalog.shelf import DAY, shipped

DECEMBER, AUGUST = date(2025, 12, 11), date(2026, 8, 21)


def model(name: str) -> Model:
    return shipped().models[name]


def offer(id: str) -> Offer:
    return shipped().offers[id]


def rating(name: str, day: date, *, style_control: bool = True) -> Rating:
    (found,) = (
        one
        for one in model(name).ratings
        if one.day == day and one.style_control == style_control and one.category == "overall"
    )
    return found


def test_qwen_2_5_max_was_never_published_as_weights() -> None:
    assert model("qwen2.5-max").weights == "closed"
    assert model("qwen2.5-max").weights_url is None
    assert "never published" in (model("qwen2.5-max").fate or "")


def test_mistral_large_2_is_for_research_only() -> None:
    assert model("mistral-large-2411").weights == "open"
    assert model("mistral-large-2411").forbids == ("commercial_use",)


def test_mistral_large_3_is_under_apache_2_and_forbids_nothing() -> None:
    assert model("mistral-large-3").weights == "open"
    assert model("mistral-large-3").licence == "Apache-2.0"
    assert model("mistral-large-3").forbids == ()


def test_maverick_is_17_billion_active_of_400_with_128_experts() -> None:
    maverick = model("llama-4-maverick")
    assert maverick.parameters == 400
    assert maverick.active == 17
    assert maverick.architecture is not None
    assert maverick.architecture.experts == 128


@pytest.mark.parametrize("name", ["llama-4-maverick", "llama-4-scout"])
def test_the_licence_of_llama_4_excludes_companies_of_the_eu_and_very_large_ones(name: str) -> None:
    assert set(model(name).forbids or ()) == {"eu_multimodal", "over_700m_users"}
    assert "image" in model(name).modalities


@pytest.mark.parametrize("name", ["llama-3.3-70b", "llama-3.1-8b", "llama-3.2-3b"])
def test_the_licence_of_an_older_llama_excludes_very_large_companies_only(name: str) -> None:
    assert model(name).forbids == ("over_700m_users",)


def test_the_maverick_that_scored_1417_is_not_the_one_that_was_released() -> None:
    assert round(rating("llama-4-maverick", DECEMBER, style_control=False).score) == 1289
    assert round(rating("llama-4-maverick", DECEMBER).score) == 1328
    assert max(one.score for one in model("llama-4-maverick").ratings) < 1417
    assert "1417" in (model("llama-4-maverick").fate or "")
    assert "never released" in (model("llama-4-maverick").fate or "")


@pytest.mark.parametrize(
    ("id", "day"),
    [
        ("claude-opus-4@anthropic", "2026-06-15"),
        ("claude-sonnet-4@anthropic", "2026-06-15"),
        ("o1@openai", "2026-10-23"),
        ("gpt-4.1@openai", "2027-01-14"),
        ("gemini-2.5-pro@vertex", "2026-10-20"),
    ],
)
def test_a_model_retires_on_its_day_and_says_what_comes_after(id: str, day: str) -> None:
    assert offer(id).retires == date.fromisoformat(day)
    after = offer(id).successor
    live = [one for one in shipped().offers.values() if one.model == after and (one.retires or date.max) > DAY]
    assert any(in_force(one.prices, DAY) for one in live)


def test_gemini_2_5_pro_is_gone_from_vertex_and_not_from_the_gemini_api() -> None:
    assert offer("gemini-2.5-pro@google").retires is None
    assert in_force(offer("gemini-2.5-pro@google").prices, DAY) is not None


def test_open_weights_do_not_retire_but_hosts_drop_them() -> None:
    dropped = [one for one in shipped().offers.values() if one.retires and model(one.model).weights == "open"]
    gone = {one.model for one in dropped if one.retires and one.retires <= DAY}
    assert len(gone) >= 10
    assert {"llama-4-maverick", "llama-4-scout", "llama-3.3-70b", "deepseek-r1"} <= gone
    assert not hasattr(model("llama-4-scout"), "retires")
    live = {one.model for one in shipped().offers.values() if (one.retires or date.max) > DAY}
    assert {"llama-4-maverick", "llama-4-scout", "llama-3.3-70b", "deepseek-r1"} <= live


@pytest.mark.parametrize(
    ("name", "score", "half"),
    [("claude-opus-5", 1493, None), ("claude-fable-5", 1508, 5), ("muse-spark-1.2", 1498, 10)],
)
def test_a_score_belongs_to_the_model_that_was_rated_and_not_to_the_one_after_it(
    name: str, score: int, half: int | None
) -> None:
    found = rating(name, AUGUST)
    assert found.score == score
    assert half is None or found.high - found.score == found.score - found.low == half
    younger = [one for one in shipped().models.values() if one.predecessor == name]
    assert younger
    assert all(one.day > AUGUST for each in younger for one in each.ratings)


def test_the_price_of_maverick_that_was_quoted_is_one_host_s() -> None:
    prices = {
        one.provider: line.input
        for one in shipped().offers.values()
        if one.model == "llama-4-maverick" and (line := in_force(one.prices, DAY))
    }
    assert len(prices) >= 5
    assert max(prices.values()) > Decimal("1.5") * min(prices.values())
