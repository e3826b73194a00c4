"""One architecture has many names: makers', precisions', tunings', dates, and those of whoever serves it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from halfopen.apps.shipped import shipped
from halfopen.fleet.names import Unknown, by_name, plain, the
from halfopen.fleet.tables import Tables


class Row:
    """Something with names."""

    def __init__(self, *names: str) -> None:
        self.names = names


def find(name: str, rows: Iterable[Row]) -> str:
    return the(name, by_name(rows), "row").names[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("meta-llama/Meta-Llama-3.1-8B-Instruct", "meta-llama/Meta-Llama-3.1-8B"),
        ("bartowski/Meta-Llama-3.1-8B-Instruct-GGUF", "meta-llama/Meta-Llama-3.1-8B"),
        ("llama3.1:8b", "meta-llama/Meta-Llama-3.1-8B"),
        ("gemma3:27b-it-q4_K_M", "google/gemma-3-27b"),
        ("qwen2.5-7b-instruct-q4_k_m.gguf", "Qwen/Qwen2.5-7B"),
        ("meta-llama/Llama-3.3-70B-Instruct", "meta-llama/Meta-Llama-3.1-70B"),
        ("Qwen3-30B-A3B-Instruct-2507", "Qwen/Qwen3-30B-A3B"),
        ("deepseek-ai/DeepSeek-V3-0324", "deepseek-ai/DeepSeek-R1"),
        ("RedHatAI/DeepSeek-V4-Flash-NVFP4-FP8", "deepseek-ai/DeepSeek-V4-Flash"),
        ("unsloth/gpt-oss-120b-BF16", "openai/gpt-oss-120b"),
        ("phi4", "microsoft/phi-4"),
    ],
)
def test_a_model_is_found_by_what_people_call_it(written: str, meant: str, tables: Tables) -> None:
    assert the(written, tables.models, "model").name == meant


@pytest.mark.parametrize(
    "written", ["h100_sxm", "H100-SXM", "H100 SXM", "b200_sxm", "gb200", "RTX 5090", "MI300X", "L40S"]
)
def test_a_machine_is_found_by_what_people_call_it(written: str, tables: Tables) -> None:
    assert the(written, tables.machines, "machine")


def test_every_open_model_of_the_catalog_has_an_architecture(tables: Tables) -> None:
    named = [model.name for model in shipped().models.values() if model.weights == "open"]
    assert len(named) > 50
    for name in named:
        assert the(name, tables.models, "architecture")


def test_models_of_two_dates_are_two_where_the_table_says_the_date() -> None:
    rows = [Row("lab/Large-2411"), Row("lab/Small")]
    assert find("large-instruct-2411-FP8", rows) == "lab/Large-2411"
    assert find("small-2501", rows) == "lab/Small"
    for other in ("large-2512", "large"):
        with pytest.raises(Unknown, match=f"no row is called `{other}`; did you mean `lab/Large-2411`"):
            find(other, rows)


def test_a_name_as_written_comes_before_one_that_is_like_it() -> None:
    rows = [Row("lab/Model-FP8"), Row("lab/Model")]
    assert find("lab/Model", rows) == "lab/Model"
    assert find("lab/model-fp8", rows) == "lab/Model-FP8"
    assert find("model-awq", rows) == "lab/Model-FP8"


def test_sizes_and_versions_are_no_precision() -> None:
    names = ["lab/M-1B", "lab/M-3B", "lab/M-3.1-8B", "lab/M-31-8B", "lab/M-8x7B-v0.1", "lab/M-30B-A3B"]
    assert len({plain(name) for name in names}) == len(names)


def test_no_name_is_of_two_rows(tables: Tables) -> None:
    for rows in (tables.architectures, tables.accelerators):
        names = [name.casefold() for row in rows for name in row.names]
        assert len(set(names)) == len(names)
