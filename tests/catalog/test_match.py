"""Names as clients write them, and what they mean; the laws hold for every name in the catalog that ships."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.catalog.match import Ambiguous, ModelNamed, OfferNamed, Unknown, index, match
from halfopen.catalog.offer import Offer
from halfopen.catalog.snapshot import catalog
from tests.catalog.shelf import model, offer, provider, shipped

NAMES = index(shipped())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("gpt-oss-120b", "gpt-oss-120b"),
        ("openai/gpt-oss-120b", "gpt-oss-120b"),
        ("groq/openai/gpt-oss-120b", "gpt-oss-120b"),
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", "llama-4-scout"),
        ("meta-llama/llama-4-scout", "llama-4-scout"),
        ("accounts/someone/models/llama-4-scout", "llama-4-scout"),
        ("claude-opus-4-20250514", "claude-opus-4"),
        ("claude-opus-4@20250514", "claude-opus-4"),
        ("anthropic/claude-sonnet-5.5", "claude-sonnet-5-5"),
        ("claude-sonnet-5-5-20260928", "claude-sonnet-5-5"),
        ("claude-haiku-5-5-latest", "claude-haiku-5-5"),
        ("gpt-4.1-2025-04-14", "gpt-4.1"),
        ("o1-2024-12-17", "o1"),
        ("O1", "o1"),
        ("Claude Opus 4", "claude-opus-4"),
        (" gpt-6-luna\n", "gpt-6-luna"),
        ("deepseek-chat", "deepseek-v3"),
        ("deepseek-flash", "deepseek-v4.1-flash"),
        ("mistralai/mistral-large-2512", "mistral-large-3"),
        ("mistral-small-latest", "mistral-small-4"),
        ("qwen/qwen-max", "qwen2.5-max"),
        ("Phi-4", "phi-4"),
    ],
)
def test_a_name_as_somebody_writes_it_is_a_model(written: str, meant: str) -> None:
    assert match(written, NAMES) == ModelNamed(meant)


@pytest.mark.parametrize(
    "written",
    ["gpt-oss-120b@groq", "GPT-OSS-120B@Groq", "openai/gpt-oss-120b@groq", "gpt-oss-120b-latest@groq"],
)
def test_a_name_with_a_provider_is_an_offer(written: str) -> None:
    assert match(written, NAMES) == OfferNamed("gpt-oss-120b@groq")


@pytest.mark.parametrize("written", ["mistral-large", "mistral-large-latest", "mistral/mistral-large-latest"])
def test_a_name_that_could_be_several_models_lists_them(written: str) -> None:
    assert match(written, NAMES) == Ambiguous(("mistral-large-2411", "mistral-large-3", "mistral-large-4"))


def test_at_a_provider_it_lists_the_offers_that_are_there() -> None:
    assert match("mistral-large@mistral", NAMES) == Ambiguous(
        ("mistral-large-2411@mistral", "mistral-large-3@mistral", "mistral-large-4@mistral")
    )


def test_at_a_provider_that_has_only_one_of_them_it_is_that_one() -> None:
    rows = catalog([model("a-1", aliases=("a",)), model("a-2", aliases=("a",))], [provider("p")], [offer("a-2", "p")])
    assert match("a@p", index(rows)) == OfferNamed("a-2@p")


@pytest.mark.parametrize(
    ("written", "nearest"),
    [("gpt-oss-120", "gpt-oss-120b"), ("claude-opus-5.6", "claude-opus-5-5"), ("lama-4-scout", "llama-4-scout")],
)
def test_a_name_that_is_nearly_right_is_told_what_it_may_be(written: str, nearest: str) -> None:
    found = match(written, NAMES)
    assert isinstance(found, Unknown)
    assert nearest in found.nearest
    assert len(found.nearest) <= 3


def test_an_offer_that_is_not_sold_is_told_the_model() -> None:
    assert match("gpt-oss-120b@anthropic", NAMES) == Unknown(("gpt-oss-120b", "gpt-oss-20b"))


@pytest.mark.parametrize("written", ["", "@", "/", "@groq", "-latest", "\x00", "zzzzzzzzzzzz", "x" * 1_000_000])
def test_a_name_like_nothing_is_unknown(written: str) -> None:
    assert match(written, NAMES) == Unknown(())


def test_a_price_variant_of_openrouter_is_not_taken_for_its_model() -> None:
    assert isinstance(match("openai/gpt-oss-120b:free", NAMES), Unknown)


def test_a_model_keeps_its_own_name_whoever_else_is_called_so() -> None:
    rows = catalog([model("a"), model("b")], [provider("p")], [offer("b", "p", served_as="a"), offer("a", "p")])
    assert match("a", index(rows)) == ModelNamed("a")
    assert match("p/a", index(rows)) == Ambiguous(("a", "b"))


def test_a_name_that_a_provider_uses_is_not_cut_down_to_another() -> None:
    rows = catalog([model("a"), model("b", aliases=("a-20250514",))], [], [])
    assert match("a-20250514", index(rows)) == ModelNamed("b")
    assert match("a-20250515", index(rows)) == ModelNamed("a")


CASES = st.sampled_from([str.lower, str.upper, str.title, str])
MODELS, OFFERS = st.sampled_from(sorted(shipped().models)), st.sampled_from(sorted(shipped().offers.values(), key=str))


@given(MODELS, CASES, st.sampled_from(["", "-latest", "-20250514", "-2025-04-14", "@20250514"]))
def test_every_model_is_found_by_its_name_dated_or_not(name: str, case: Callable[[str], str], end: str) -> None:
    assert match(case(name) + end, NAMES) == ModelNamed(name)


@given(OFFERS, CASES)
def test_every_offer_is_found_by_its_id(row: Offer, case: Callable[[str], str]) -> None:
    assert match(case(row.id), NAMES) == OfferNamed(row.id)


@given(OFFERS, st.data())
def test_every_name_on_a_providers_wire_leads_to_the_model_there(row: Offer, data: st.DataObject) -> None:
    written = data.draw(st.sampled_from([row.served_as, *row.also]))
    assert match(f"{row.provider}/{written}", NAMES) == ModelNamed(row.model)


@given(st.text(max_size=40))
def test_no_name_is_too_strange_to_answer(name: str) -> None:
    found = match(name, NAMES)
    if isinstance(found, Ambiguous):
        assert list(found.names) == sorted(set(found.names))
    if isinstance(found, Unknown):
        assert set(found.nearest) <= set(shipped().models)
