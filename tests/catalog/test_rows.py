"""The rows that ship: sound, sourced, and what became of the models that the comparison of spring 2026 recommended."""

from __future__ import annotations

import pytest

from halfopen.catalog.exchange import dollars
from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.price import in_force, price
from halfopen.catalog.provider import Provider, hosting_of
from halfopen.catalog.snapshot import problems
from halfopen.wire.quirks import QUIRKS
from halfopen.wire.table import DIALECTS
from tests.catalog.shelf import DAY, MADE, SEEDS, shipped

CURRENT = (
    "claude-opus-5-5",
    "claude-sonnet-5-5",
    "claude-haiku-5-5",
    "gpt-6.1-sol",
    "gpt-6-luna",
    "gpt-oss-120b",
    "deepseek-v4.1-flash",
    "mistral-large-4",
    "glm-5.3-flash",
    "gemma-4-31b",
    "llama-3.3-70b",
    "kimi-k3",
)
HOSTS = (
    "alibaba anthropic aws azure cerebras cohere deepinfra deepseek fireworks google groq huggingface minimax mistral "
    "moonshot nebius novita openai openrouter ovhcloud perplexity scaleway together vertex xai zai"
)
OF_ITS_OWN = ("azure", "aws", "vertex")  # an address for each customer, region or project
ENGINES = "llamacpp ollama sglang vllm"


def test_nothing_in_the_catalog_contradicts_anything_else() -> None:
    assert problems(shipped()) == ()


def test_the_providers_that_were_asked_for_are_there_and_the_hosts_have_offers() -> None:
    assert set(f"{HOSTS} {ENGINES}".split()) <= shipped().providers.keys()
    assert {offer.provider for offer in shipped().offers.values()} == set(HOSTS.split())


def test_there_is_enough_to_choose_from() -> None:
    whole = shipped()
    live = {id for id, offer in whole.offers.items() if offer.retires is None or offer.retires > DAY}
    assert len(whole.models) >= 100
    assert len(whole.offers) >= 350
    assert len(live) >= 300
    assert len({model.lab for model in whole.models.values()}) >= 15
    assert sum(bool(model.ratings) for model in whole.models.values()) >= 85
    assert {model.name for model in whole.models.values()} == {offer.model for offer in whole.offers.values()}


@pytest.mark.parametrize("name", SEEDS)
def test_of_each_recommended_model_it_is_told_what_became_of_it(name: str) -> None:
    assert shipped().models[name].fate
    assert shipped().models[name].ratings


@pytest.mark.parametrize("name", [*SEEDS, *CURRENT])
def test_each_model_can_be_had_somewhere_or_names_who_comes_after(name: str) -> None:
    offers = [offer for offer in shipped().offers.values() if offer.model == name]
    live = [offer for offer in offers if offer.retires is None or offer.retires > DAY]
    assert offers
    assert live or all(offer.successor for offer in offers)


@pytest.mark.parametrize("name", CURRENT)
def test_a_current_model_has_a_live_offer_with_a_price(name: str) -> None:
    offers = [offer for offer in shipped().offers.values() if offer.model == name]
    live = [offer for offer in offers if offer.retires is None or offer.retires > DAY]
    assert any(in_force(offer.prices, DAY) for offer in live)


def test_what_is_retired_names_a_successor_that_can_be_had() -> None:
    offers = shipped().offers.values()
    live = {offer.model for offer in offers if offer.retires is None or offer.retires > DAY}
    retired = [offer for offer in offers if offer.retires and offer.retires <= DAY]
    assert len(retired) >= 8
    assert [offer.id for offer in retired if offer.successor not in live] == []


def test_a_retirement_is_of_a_host_and_not_of_a_model() -> None:
    offers = shipped().offers
    assert offers["llama-4-scout@together"].retires is not None
    assert offers["llama-4-scout@deepinfra"].retires is None


def test_an_unknown_price_is_no_price_and_a_free_one_would_be_zero() -> None:
    unpriced = {offer.id for offer in shipped().offers.values() if not offer.prices}
    assert "llama-4-scout@azure" in unpriced
    free = {offer.id for offer in shipped().offers.values() if offer.free}
    assert free == {"gemma-4-31b@google", "gemma-4-26b-a4b@google"}
    lines = [line for offer in shipped().offers.values() if not offer.free for line in offer.prices]
    assert all(rate > 0 for line in lines for _, rates in price(line).tiers for rate in rates.values())


def test_a_price_changes_on_its_day_and_yesterday_keeps_its_own() -> None:
    lines = shipped().offers["mistral-large-4@mistral"].prices
    assert [(line.since.isoformat(), str(line.input)) for line in lines] == [
        ("2026-10-06", "0.68"),
        ("2026-10-20", "1.36"),
        ("2026-10-29", "0.7"),
    ]


def test_rows_speak_only_dialects_and_quirks_that_exist() -> None:
    for provider in shipped().providers.values():
        assert provider.dialects.keys() <= DIALECTS.keys(), provider.name
        assert set(provider.quirks) <= QUIRKS.keys(), provider.name


def test_every_host_has_the_variable_of_its_key_and_an_engine_of_ours_has_its_port() -> None:
    for provider in shipped().providers.values():
        engine = provider.hosting == "self_hosted"
        assert (provider.key_env is None) == engine, provider.name
        assert bool(provider.local_ports) == engine, provider.name
        assert provider.base_url or provider.name in OF_ITS_OWN, provider.name


def test_closed_weights_stay_closed_at_a_host_of_open_ones() -> None:
    openrouter, models = shipped().providers["openrouter"], shipped().models
    assert hosting_of(openrouter.hosting, models["gemini-2.5-pro"].weights) == "closed"
    assert hosting_of(openrouter.hosting, models["llama-4-scout"].weights) == "hosted"
    assert hosting_of(shipped().providers["azure"].hosting, models["phi-4"].weights) == "hosted"


def test_what_was_written_from_memory_says_so_and_a_price_never_is() -> None:
    lines = [line for offer in shipped().offers.values() for line in offer.prices]
    assert not any(line.source.recalled for line in lines)
    assert any(source.recalled for model in shipped().models.values() for source in model.sources)


def test_no_source_was_read_after_the_catalog_was_made() -> None:
    whole = shipped()
    rows: list[Model | Provider | Offer] = [*whole.models.values(), *whole.providers.values(), *whole.offers.values()]
    assert max(source.checked for row in rows for source in row.sources) <= MADE


def test_a_rating_says_its_board_and_its_day_and_lies_in_its_interval() -> None:
    ratings = [rating for model in shipped().models.values() for rating in model.ratings]
    assert {rating.board for rating in ratings} == {"Arena text"}
    days = {rating.day.isoformat() for rating in ratings}
    assert days == {"2025-12-11", "2026-04-19", "2026-08-21", "2026-10-02"}
    assert all(rating.low < rating.score < rating.high for rating in ratings)
    assert all(rating.source.checked >= rating.day for rating in ratings)


def test_the_boards_are_cited_and_not_shipped() -> None:
    of_december = [
        (model.name, rating.category)
        for model in shipped().models.values()
        for rating in model.ratings
        if rating.day.isoformat() == "2025-12-11"
    ]
    assert len({category for _, category in of_december}) <= 18  # of 29
    assert len({name for name, _ in of_december}) <= 50  # of 283


@pytest.mark.parametrize("category", ["english", "korean", "multiturn"])
def test_what_the_december_board_has_of_a_category_is_cited(category: str) -> None:
    of_december = {
        model.name: {rating.category for rating in model.ratings if rating.style_control}
        for model in shipped().models.values()
        if any(rating.day.isoformat() == "2025-12-11" and rating.style_control for rating in model.ratings)
    }
    assert len(of_december) >= 30
    assert sum(category in found for found in of_december.values()) >= 30


def test_a_price_in_euros_is_kept_in_euros_and_has_a_rate_to_be_compared_by() -> None:
    euros = {o.provider for o in shipped().offers.values() for line in o.prices if line.currency == "EUR"}
    assert euros == {"ovhcloud", "scaleway"}
    assert dollars("EUR", DAY, shipped().exchange) is not None
    assert all(rate.source.checked >= rate.day for rate in shipped().exchange)


def test_an_architecture_is_of_open_weights() -> None:
    models = [model for model in shipped().models.values() if model.architecture]
    assert len(models) >= 25
    assert [model.name for model in models if model.weights != "open"] == []
    assert [m.name for m in models if m.active and m.parameters and m.active < m.parameters and not _experts(m)] == []


def _experts(model: Model) -> bool:
    return model.architecture is not None and model.architecture.experts is not None
