"""Parameters and keys and values, counted from configurations, against what the makers published."""

from __future__ import annotations

import pytest

from halfopen.documents import Complaints
from halfopen.fleet.architecture import Architecture
from halfopen.fleet.names import Unknown, plain, the
from halfopen.fleet.tables import Tables

# Billions of parameters, in all and of a token, from model cards and technical reports (recalled where neither the
# catalog nor the row's `source` has them).
PUBLISHED = {
    "Meta-Llama-3.1-8B": (8.03, 8.03),
    "Meta-Llama-3.1-70B": (70.6, 70.6),
    "Meta-Llama-3.1-405B": (405.9, 405.9),
    "Llama-4-Maverick-17B-128E-Instruct": (400, 17),
    "Llama-4-Scout-17B-16E-Instruct": (109, 17),
    "Mixtral-8x7B-v0.1": (46.7, 12.9),
    "Mixtral-8x22B-v0.1": (141, 39),
    "Qwen3-8B": (8.2, 8.2),
    "Qwen3-14B": (14.8, 14.8),
    "Qwen3-32B": (32.8, 32.8),
    "Qwen3-30B-A3B": (30.5, 3.3),
    "Qwen3-235B-A22B": (235, 22),
    "Qwen3-Coder-480B-A35B-Instruct": (480, 35),
    "Qwen3.5-397B-A17B": (397, 17),
    "Qwen3.5-122B-A10B": (122, 10),
    "Qwen3.5-35B-A3B": (35, 3),
    "Qwen3.5-27B": (27, 27),
    "Qwen3.5-9B": (9, 9),
    "Qwen3.8-2.4T-A95B": (2446, 95),
    "DeepSeek-V3": (671, 37),
    "DeepSeek-V3.2": (671, 37),
    "DeepSeek-V4-Flash": (284, 13),
    "DeepSeek-V4-Pro": (1600, 49),
    "DeepSeek-V4.1-Flash": (552, 16),
    "Kimi-K2-Instruct": (1040, 32),
    "Kimi-K3": (2800, 104),
    "GLM-5.3-Flash": (320, 18),
    "MiniMax-M3": (428, 23),
    "Muse-Spark-Open-816B-A42B": (816, 42),
    "GLM-5": (744, 40),
    "MiniMax-M2.5": (230, 10),
    "MiMo-V2-Flash": (309, 15),
    "Step-3.7-Flash": (196, 11),
    "gpt-oss-120b": (117, 5.1),
    "gpt-oss-20b": (21, 3.6),
    "gemma-3-27b": (27.4, 27.4),
    "Gemma-4-31B-IT-NVFP4": (31, 31),
    "gemma-4-26B-A4B": (26, 4),
    "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16": (31.6, 3.2),
    "NVIDIA-Nemotron-3-Super-120B-A12B-FP8": (120, 12),
    "NVIDIA-Nemotron-3-Ultra-550B-A55B-FP8": (550, 55),
    "Nemotron-H-56B-Base-8K": (56, 56),
    "Mistral-Nemo-2407": (12.2, 12.2),
    "Mistral-Small-3.2-24B": (23.6, 23.6),
    "Mistral-Large-2411": (122.6, 122.6),
    "Mistral-Large-3-675B": (675, 41),
    "Mistral-Small-4-119B": (119, 6.5),
    "Mistral-Medium-3.5-128B": (128, 128),
    "Mistral-Large-4-1T-A52B": (1050, 52),
    "command-a": (111, 111),
    "command-a-plus": (218, 25),
    "phi-4": (14.7, 14.7),
    "Phi-4-mini-instruct": (3.8, 3.8),
    "aya-expanse-32b": (32.3, 32.3),
    "Apertus-70B": (70.6, 70.6),
    "Qwen2.5-72B": (72.7, 72.7),
}

# KiB that a token keeps at two bytes an element; from configurations: 2 x KV heads x head width x layers that keep the
# whole context, or, with latent attention, (512 + 64) x layers (DeepSeek-V3 technical report, section 2.1).
KEPT = {
    "Meta-Llama-3.1-8B": 128,
    "Meta-Llama-3.1-70B": 320,
    "Meta-Llama-3.1-405B": 504,
    "Mixtral-8x7B-v0.1": 128,
    "Qwen3-8B": 144,
    "Qwen3-32B": 256,
    "Qwen3-235B-A22B": 188,
    "DeepSeek-V3": 68.625,
    "Kimi-K3": 27,
    "gemma-3-27b": 80,
    "gemma-4-31B": 80,
    "MiMo-V2-Flash": 22.5,
    "phi-4": 200,
    "Qwen3.5-397B-A17B": 30,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_a_configuration_counts_to_is_what_was_published(name: str, tables: Tables) -> None:
    model = the(name, tables.models, "architecture")
    total, active = PUBLISHED[name]
    assert model.counted == pytest.approx(total * 1e9, rel=0.05)
    nearest = min(model.used, model.used + model.embeddings, key=lambda each: abs(each - active * 1e9))
    assert nearest == pytest.approx(active * 1e9, rel=0.1)  # published in whole billions, with or without embeddings


def test_a_configuration_that_does_not_add_up_gives_way_to_what_was_published(tables: Tables) -> None:
    for model in tables.architectures:
        if model.parameters is not None:
            assert model.total == pytest.approx(model.parameters * 1e9, rel=0.05), model.name
    varied = the("Llama-3_3-Nemotron-Super-49B-v1", tables.models, "architecture")  # its layers differ
    assert varied.counted < 0.9 * varied.total == 0.9 * 49.9e9


@pytest.mark.parametrize("name", KEPT)
def test_a_token_keeps_what_the_configuration_says(name: str, tables: Tables) -> None:
    model = the(name, tables.models, "architecture")
    assert (model.cache(20_000) - model.cache(10_000)) / 10_000 * 2 / 1024 == pytest.approx(KEPT[name])


def test_a_sliding_window_keeps_no_more_than_its_tokens(tables: Tables) -> None:
    model = the("gpt-oss-120b", tables.models, "architecture")
    longer = model.cache(100_000) - model.cache(50_000)
    assert longer == 50_000 * model.kept * 18  # half of its 36 layers keep all


def test_a_recurrent_state_is_of_one_size_however_long_the_context(tables: Tables) -> None:
    model = the("Qwen3.5-397B-A17B", tables.models, "architecture")
    assert model.state == 45 * 64 * 128 * 128  # layers, heads, and a matrix of keys and values in each
    assert the("Qwen3-32B", tables.models, "architecture").state == 0


def test_heads_of_layers_that_keep_all_may_be_others_than_those_of_windows(tables: Tables) -> None:
    model = the("gemma-4-31B", tables.models, "architecture")
    assert (model.kept, model.kept_in_window) == (2 * 4 * 512, 2 * 16 * 256)


def test_every_row_can_be_computed_with(tables: Tables) -> None:
    for model in tables.architectures:
        assert 0 < model.used <= model.total * 1.02, model.name
        assert model.cache(1000) > 0, model.name
        assert model.attended(1000) > 0, model.name
        assert model.looked_at(100_000) <= model.cache(100_000), model.name


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("meta-llama/Llama-3.1-70B", "meta-llama/Meta-Llama-3.1-70B"),
        ("nvidia/Llama-3.1-8B-Instruct-FP8", "meta-llama/Meta-Llama-3.1-8B"),
        ("Meta-Llama-3.1-8B-Instruct", "meta-llama/Meta-Llama-3.1-8B"),
        ("deepseek-ai/DeepSeek-V3", "deepseek-ai/DeepSeek-R1"),
        ("deepseek-r1", "deepseek-ai/DeepSeek-R1"),
        ("deepseek-ai/DeepSeek-R1-0528", "deepseek-ai/DeepSeek-R1"),
        ("openai/gpt-oss-120b", "openai/gpt-oss-120b"),
        ("Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", "Qwen/Qwen3-235B-A22B"),
        ("PHI-4", "microsoft/phi-4"),
    ],
)
def test_names_that_differ_between_tables_are_one_architecture(written: str, meant: str, tables: Tables) -> None:
    assert the(written, tables.models, "architecture").name == meant


def test_an_unknown_name_is_told_with_the_nearest(tables: Tables) -> None:
    with pytest.raises(Unknown, match=r"no architecture is called `gpt-os-120b`; did you mean `openai/gpt-oss-120b`"):
        the("gpt-os-120b", tables.models, "architecture")


def test_a_size_is_no_precision() -> None:
    assert plain("Qwen/Qwen3-32B-FP8-Static-PerTensor") == "qwen3-32b"
    assert plain("meta-llama/Llama-3.2-1B") != plain("meta-llama/Llama-3.2-3B")


def test_experts_without_their_sizes_are_refused() -> None:
    with pytest.raises(Complaints, match="topk"):
        Architecture(name="x", layers=1, hidden=1, heads=1, kv_heads=1, head_dim=1, vocabulary=1, context=1, experts=8)
