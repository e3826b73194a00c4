"""`halfopen fleet` as it is typed: what fits where, tables of predictions, and what is said when nothing does."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from halfopen.apps.cli import application
from tests.apps.cli.terminal import sit_down

COLUMNS = "model_path,system,precision,backend,isl,osl,gpus,tp_size,dp,conc"
ROWS = [
    "meta-llama/Llama-3.1-70B,h200_sxm,fp8,vllm,1024,1024,4.0,4.0,1.0,16.0",
    "moonshotai/Kimi-K2.5,b200_sxm,fp4,sglang,8192,1024,8.0,8.0,1.0,64.0",
    "zai-org/GLM-5-FP8,h200_sxm,fp8,sglang,1024,8192,8,8,1,32",
    "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-NVFP4,gb200,fp4,trtllm,1024,1024,1,1,1,8",
]
SEVEN = ["ttft_ms", "ttft_ms_low", "ttft_ms_high", "tpot_ms", "tpot_ms_low", "tpot_ms_high", "out_tok_s_per_gpu"]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return sit_down(tmp_path, monkeypatch)


def fleet(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(application("fleet"), ["fleet", *words], input=typed)


def test_a_small_model_on_a_laptop_is_answered_with_what_fits_and_how_fast() -> None:
    result = fleet("--model", "phi-4", "--on", "laptop-16gb")
    assert result.exit_code == 0, result.output
    assert "microsoft/phi-4 on A laptop with 16 GB" in result.stdout
    assert "Q3_K_M" in result.stdout
    assert "no small machine was measured" in " ".join(result.stdout.split())
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_its_json_has_intervals_and_says_that_it_is_estimated() -> None:
    found = json.loads(fleet("--model", "qwen3-8b", "--on", "workstation-24gb", "--json").stdout)
    assert found["estimated"] is True
    best = found["rows"][0]
    assert (best["precision"], best["fits"]) == ("Q8_0", True)
    value, low, high = best["tokens_a_second"]
    assert low < value < high
    assert value == pytest.approx(60, rel=0.6)  # a card of 1 TB/s reads 8.7 GB in 8.7 ms
    assert best["longest_context"] == 40960


def test_what_does_not_fit_is_told_with_the_nearest_that_would() -> None:
    result = fleet("--model", "deepseek-v3", "--on", "h100", "--cards", "4")
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "It does not fit. The nearest that would: 4 x NVIDIA H200 SXM" in said or "The nearest that would" in said
    assert "its weights take 673 GB, and 4 x NVIDIA H100 SXM leaves 288 GB for them" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--model", "phy-4", "--on", "h100"), "no model is called `phy-4`; did you mean `microsoft/phi-4`?"),
        (("--model", "phi-4", "--on", "h1000"), "no machine is called `h1000`; did you mean `h100`?"),
        (("--model", "phi-4"), "name a machine with --on, or a demand with --requests"),
        (("--model", "phi-4", "--on", "h100", "--cards", "3"), "3 cards cannot share the 40 heads"),
        (("--model", "phi-4", "--on", "h100", "--cards", "16"), "comes with at most 8 cards, and 16 are asked for"),
    ],
)
def test_what_cannot_be_answered_says_what_would(words: tuple[str, ...], said: str) -> None:
    result = fleet(*words)
    assert result.exit_code == 2
    assert said in result.output


def test_rows_come_back_in_order_with_seven_more_columns(desk: Path) -> None:
    (desk / "rows.csv").write_text("\n".join([COLUMNS, *ROWS]) + "\n")
    result = fleet("predict", "rows.csv", "--csv")
    assert result.exit_code == 0, result.output
    told = list(csv.reader(io.StringIO(result.stdout)))
    assert told[0] == [*COLUMNS.split(","), *SEVEN]
    assert [",".join(row[:10]) for row in told[1:]] == ROWS
    for row in told[1:]:
        first, first_low, first_high, token, low, high, rate = map(float, row[10:])
        assert first_low < first < first_high
        assert low < token < high
        assert rate > 0


def test_a_row_that_cannot_be_predicted_keeps_its_place_and_is_told_with_its_line(desk: Path) -> None:
    (desk / "rows.csv").write_text(
        "\n".join([COLUMNS, ROWS[0], ROWS[0].replace("Llama-3.1-70B", "Nobody-9B"), ROWS[1]])
    )
    result = fleet("predict", "rows.csv", "--csv")
    assert result.exit_code == 1
    told = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [bool(row["tpot_ms"]) for row in told] == [True, False, True]
    assert "rows.csv:3: no architecture is called `meta-llama/Nobody-9B`" in result.stderr


def test_rows_are_read_from_standard_input_and_printed_as_a_table_or_as_json() -> None:
    typed = "\n".join([COLUMNS, *ROWS])
    assert "Kimi-K2.5" in fleet("predict", "-", typed=typed).stdout
    assert len(json.loads(fleet("predict", "-", "--json", typed=typed).stdout)) == 4


def test_a_table_without_the_columns_is_refused_with_their_names(desk: Path) -> None:
    (desk / "rows.csv").write_text("model,gpu\nx,y\n")
    result = fleet("predict", "rows.csv")
    assert result.exit_code == 2
    assert "no column model_path, system, isl, osl, conc; there are model, gpu" in result.output
    assert "there is no such file" in fleet("predict", "nothing.csv").output


def test_every_architecture_of_the_table_is_predicted_on_every_accelerator(desk: Path) -> None:
    from halfopen.apps.iron import iron

    names = [name for row in iron().architectures for name in row.names]
    assert len(names) >= 89
    rows = [f"{name},{card.name},fp8,vllm,1024,1024,8,8,1,16" for name in names for card in iron().accelerators]
    (desk / "rows.csv").write_text("\n".join([COLUMNS, *rows]))
    result = fleet("predict", "rows.csv", "--csv")
    assert result.exit_code == 0, result.output
    assert all(float(row["tpot_ms"]) > 0 for row in csv.DictReader(io.StringIO(result.stdout)))


def test_a_demand_is_answered_with_the_cheapest_plans_that_keep_the_promise() -> None:
    words = ("--model", "deepseek-v3", "--requests", "3000000", "--first-token-ms", "1500", "--per-token-ms", "50")
    found = json.loads(fleet(*words, "--json").stdout)
    prices = [float(plan["dollars"]) for plan in found["plans"]]
    assert prices == sorted(prices)
    for plan in found["plans"]:
        value, low, high = plan["replicas"]
        assert low <= value
        assert high is None or value <= high
        assert plan["first_token_s"][0] <= 1.5
        assert plan["per_token_s"][0] <= 0.05
        assert plan["used"] < plan["busiest"] <= 0.8
    assert any("its weights take 673 GB" in each["why"] for each in found["refused"])


def test_a_plan_reads_well_in_eighty_columns_and_counts_the_spare_one() -> None:
    result = fleet("--model", "gpt-oss-120b", "--requests", "1000000")
    assert "+ 1" in result.stdout
    assert "Prices: " in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_price_of_ones_own_counts_and_an_impossible_promise_says_so() -> None:
    words = ("--model", "gpt-oss-120b", "--requests", "1000", "--on", "h100")
    found = json.loads(fleet(*words, "--gpu-price", "h100=1.00", "--json").stdout)
    assert found["plans"][0]["dollars"] == "1461"  # two cards, 730.5 hours, a dollar
    assert found["plans"][0]["basis"] == "told"
    refused = fleet(*words, "--per-token-ms", "1").stdout
    assert "No machine keeps the promise" in refused
    assert "ms even with nobody else there" in " ".join(refused.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--gpu-price", "h100"), "it is a machine and its price, such as h100=2.80"),
        (("--basis", "cheap"), "`cheap` is no basis of a price; there are rent"),
        (("--workload", "none.yaml"), "different demands"),
    ],
)
def test_a_plan_that_cannot_be_made_says_what_to_change(words: tuple[str, ...], said: str) -> None:
    result = fleet("--model", "gpt-oss-120b", "--requests", "1000", *words)
    assert result.exit_code == 2
    assert said in result.output
