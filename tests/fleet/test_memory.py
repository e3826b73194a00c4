"""What fits where: published facts about which cards hold which model, and laws that hold for all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.apps.iron import iron
from halfopen.fleet.memory import PRECISIONS, a_sequence, divisible, fit, least, precision_of, read_by_a_step, weights
from halfopen.fleet.names import the
from halfopen.fleet.tables import Tables

# The least number of cards of a kind that hold a model at a precision and context; None: more than eight. From model
# cards, deployment guides and reports of the makers and of vLLM, recalled; what is tight is left out. Read 2026-11-25:
# Kimi K2 in FP8 starts at 16 H200 (Moonshot's deployment guide), Mistral Medium 3.5 in FP8 fits a node of H200
# (NVIDIA NeMo's page), and Command A+ in four bits 1 B200 or 2 H100 (Cohere's page).
LEAST = [
    ("gpt-oss-20b", "mxfp4", 8192, {"l4": 1, "l40s": 1, "h100": 1}),
    ("gpt-oss-120b", "mxfp4", 8192, {"l40s": 2, "a100-80g": 1, "h100": 1, "h200": 1, "b200": 1}),
    ("Meta-Llama-3.1-8B", "bf16", 8192, {"l4": 1, "l40s": 1, "h100": 1}),
    ("Meta-Llama-3.1-70B", "bf16", 32768, {"h100": 4, "h200": 2}),
    ("Meta-Llama-3.1-70B", "bf16", 4096, {"l40s": 4, "h100": 2, "h200": 2, "b200": 1, "mi300x": 1}),
    ("Meta-Llama-3.1-70B", "fp8", 8192, {"l40s": 2, "h100": 2, "h200": 1, "b200": 1}),
    ("Meta-Llama-3.1-405B", "fp8", 8192, {"a100-80g": 8, "h100": 8, "h200": 4, "mi300x": 4}),
    ("Meta-Llama-3.1-405B", "bf16", 8192, {"h100": None, "h200": 8, "mi300x": 8, "b200": 8}),
    ("Mixtral-8x7B-v0.1", "bf16", 8192, {"a100-80g": 2, "h100": 2, "h200": 1}),
    ("Mixtral-8x22B-v0.1", "bf16", 8192, {"a100-80g": 4, "h100": 4, "h200": 4, "b200": 2}),
    ("Qwen3-32B", "bf16", 8192, {"l40s": 2, "h100": 1, "a100-80g": 1}),
    ("Qwen3-235B-A22B", "fp8", 8192, {"h100": 4, "h200": 2, "b200": 2}),
    ("Qwen3-235B-A22B", "bf16", 8192, {"h100": 8, "h200": 4}),
    ("DeepSeek-V3", "fp8", 8192, {"h100": None, "a100-80g": None, "h200": 8, "mi300x": 4, "b200": 8}),
    ("DeepSeek-V3", "fp4", 8192, {"b200": 4, "b300": 2}),
    ("Kimi-K2-Instruct", "fp8", 8192, {"h100": None, "h200": None, "b200": 8}),
    ("GLM-5", "fp8", 8192, {"h100": None, "h200": 8}),
    ("MiniMax-M2.5", "fp8", 8192, {"h100": 4, "h200": 2}),
    ("mistral-medium-3.5", "fp8", 8192, {"h100": 2}),
    ("command-a-plus", "fp4", 8192, {"h100": 2, "b200": 1}),
    ("Llama-4-Scout-17B-16E-Instruct", "int4", 8192, {"h100": 1}),
    ("Llama-4-Maverick-17B-128E-Instruct", "fp8", 8192, {"h100": 8}),
    ("DeepSeek-V4-Pro", "fp8", 8192, {"h100": None, "h200": 8}),  # its experts come in four bits
    ("sgl-project/DeepSeek-V4-Pro-FP8", "fp8", 8192, {"h200": None, "b300": 8}),
    ("Kimi-K2.5", "int4", 8192, {"h200": 8, "b200": 4}),
    ("phi-4", "bf16", 8192, {"l4": 2, "l40s": 1, "h100": 1}),
    ("Qwen3.5-397B-A17B", "fp8", 8192, {"h100": 8, "h200": 4}),
]


@pytest.mark.parametrize(("model", "precision", "context", "cards"), LEAST)
def test_as_many_cards_hold_it_as_people_need(
    model: str, precision: str, context: int, cards: dict[str, int | None], tables: Tables
) -> None:
    architecture = the(model, tables.models, "architecture")
    found = {name: least(architecture, the(name, tables.machines, "machine"), precision, context) for name in cards}
    assert found == cards


# GB of files as makers and users of llama.cpp published them (recalled), without what is no part of the language model.
FILES = [
    ("Meta-Llama-3.1-8B", "bf16", 16.1),
    ("Meta-Llama-3.1-70B", "bf16", 141.1),
    ("Mixtral-8x7B-v0.1", "bf16", 93.4),
    ("phi-4", "bf16", 29.3),
    ("Meta-Llama-3.1-70B", "fp8", 72.7),
    ("Qwen3-235B-A22B", "fp8", 236),
    ("DeepSeek-V3", "fp8", 674),
    ("Kimi-K2-Instruct", "fp8", 1029),
    ("gpt-oss-20b", "mxfp4", 13.8),
    ("gpt-oss-120b", "mxfp4", 65.3),
    ("Kimi-K3", "mxfp4", 1560),
    ("DeepSeek-V4-Pro", "mxfp4-fp8", 850),
    ("DeepSeek-V4-Flash", "mxfp4-fp8", 155),
    ("DeepSeek-R1", "fp4", 405),
    ("Meta-Llama-3.1-8B", "Q8_0", 8.54),
    ("Meta-Llama-3.1-8B", "Q6_K", 6.60),
    ("Meta-Llama-3.1-8B", "Q5_K_M", 5.73),
    ("Meta-Llama-3.1-8B", "Q4_K_M", 4.92),
    ("Meta-Llama-3.1-8B", "Q3_K_M", 4.02),
    ("Meta-Llama-3.1-70B", "Q4_K_M", 42.5),
    ("Meta-Llama-3.1-70B", "Q3_K_M", 34.3),
    ("phi-4", "Q4_K_M", 9.05),
]


@pytest.mark.parametrize(("model", "precision", "gigabytes"), FILES)
def test_weights_take_what_published_files_do(model: str, precision: str, gigabytes: float, tables: Tables) -> None:
    architecture = the(model, tables.models, "architecture")
    assert weights(architecture, precision_of(architecture, precision)) / 1e9 == pytest.approx(gigabytes, rel=0.02)


def test_a_state_is_kept_in_four_bytes_whatever_the_weights_are_in(tables: Tables) -> None:
    model = the("Qwen3.5-397B-A17B", tables.models, "architecture")
    for precision in ("bf16", "fp8"):
        kept = a_sequence(model, PRECISIONS[precision], 1, 1)
        assert kept == pytest.approx(model.state * 4, rel=0.001)
        assert read_by_a_step(model, PRECISIONS[precision], 1, 1) == pytest.approx(2 * kept, rel=0.001)


def test_more_cards_than_key_heads_keep_each_more_than_once(tables: Tables) -> None:
    model, bf16 = the("Qwen3-235B-A22B", tables.models, "architecture"), PRECISIONS["bf16"]
    assert a_sequence(model, bf16, 1000, 4) == a_sequence(model, bf16, 1000, 1)
    assert a_sequence(model, bf16, 1000, 8) == 2 * a_sequence(model, bf16, 1000, 4)  # it has 4 heads of keys
    latent = the("DeepSeek-V3", tables.models, "architecture")
    assert a_sequence(latent, bf16, 1000, 8) == 8 * a_sequence(latent, bf16, 1000, 1)


def test_cards_share_heads_that_they_divide(tables: Tables) -> None:
    phi = the("phi-4", tables.models, "architecture")  # 40 heads, 10 of keys
    assert [divisible(phi, cards) for cards in (1, 2, 4, 8)] == [True, True, False, False]


def test_all_experts_are_resident_whichever_a_token_uses(tables: Tables) -> None:
    model = the("DeepSeek-V3", tables.models, "architecture")
    assert weights(model, PRECISIONS["fp8"]) == pytest.approx(671e9, rel=0.01)


def test_weights_that_were_published_in_four_bits_are_not_blown_up(tables: Tables) -> None:
    model = the("gpt-oss-120b", tables.models, "architecture")
    assert precision_of(model, "bf16") is PRECISIONS["mxfp4"]
    assert weights(model, precision_of(model, "fp8")) == pytest.approx(65e9, rel=0.03)  # its files have 65 GB


def test_what_does_not_fit_says_why_and_by_how_much(tables: Tables) -> None:
    model, card = the("DeepSeek-V3", tables.models, "model"), the("h100", tables.machines, "machine")
    found = fit(model, card, 8, "fp8", 8192)
    assert not found.fits
    assert found.why == "its weights take 673 GB, and 8 x NVIDIA H100 SXM leaves 576 GB for them"
    assert "reads 163,840 tokens at most" in fit(model, card, 8, "fp8", 200_000).why


def test_keys_and_values_that_fit_no_more_are_told_in_gigabytes(tables: Tables) -> None:
    model, card = the("Meta-Llama-3.1-70B", tables.models, "model"), the("h200", tables.machines, "machine")
    found = fit(model, card, 1, "fp8", 100_000, sequences=4)
    assert found.why.startswith("beside its weights NVIDIA H200 SXM leaves 54.")
    assert "4 sequences of 100,000 tokens take 65.5 GB" in found.why


def test_a_precision_that_nobody_knows_is_refused(tables: Tables) -> None:
    with pytest.raises(ValueError, match="the precision fp3 is not known; there are bf16"):
        fit(tables.architectures[0], tables.accelerators[0], 1, "fp3")


places = st.integers(0, 1000)


@given(places, places, st.sampled_from(sorted(PRECISIONS)), st.integers(1, 200_000))
def test_a_longer_context_never_leaves_room_for_more(model: int, card: int, precision: str, context: int) -> None:
    tables = iron()
    architecture = tables.architectures[model % len(tables.architectures)]
    machine = tables.accelerators[card % len(tables.accelerators)]
    short = fit(architecture, machine, 4, precision, context)
    long = fit(architecture, machine, 4, precision, context * 2)
    assert long.sequences <= short.sequences


@given(places, places, st.sampled_from(sorted(PRECISIONS)), st.integers(1, 30_000))
def test_more_cards_never_hold_less(model: int, card: int, precision: str, context: int) -> None:
    tables = iron()
    architecture = tables.architectures[model % len(tables.architectures)]
    machine = tables.accelerators[card % len(tables.accelerators)]
    holds = [fit(architecture, machine, cards, precision, context).fits for cards in (1, 2, 4, 8)]
    assert holds == sorted(holds)
    assert divisible(architecture, 1)
