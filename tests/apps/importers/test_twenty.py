"""A config with twenty deployments, fallbacks and budgets is imported, and tried in LiteLLM's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from halfopen.apps.importers.told import Imported
from tests.apps.importers.configs import TWENTY, book, of, told, tried
from tests.catalog.shelf import DAY

GPT = ("gpt-5.5@azure", "gpt-5.5@azure-2", "gpt-5.5@openai-2", "gpt-5.5@openai")
CLAUDE = ("claude-opus-5-5@anthropic", "claude-opus-5-5@aws")
OSS = ("gpt-oss-120b@cerebras", "gpt-oss-120b@together", "gpt-oss-120b@groq")
KIMI, DEEPSEEK, SMALL = "kimi-k3@fireworks", "deepseek-v4-pro@deepseek", "claude-haiku-5-5@anthropic"
# By what LiteLLM 1.109.1's router did when every call failed; within a level it draws one, the heaviest first here.
ORDER: Mapping[str, Sequence[str]] = {
    "gpt": (*GPT, *CLAUDE, *OSS, KIMI, DEEPSEEK),
    "claude": (*CLAUDE, *GPT, *OSS, KIMI, DEEPSEEK),
    "claude-small": (SMALL,),
    "gemini": ("gemini-3.8-flash@google", "gemini-3.8-flash@vertex", SMALL),
    "oss": (*OSS, KIMI, DEEPSEEK),
    "kimi": (KIMI, SMALL),
    "deepseek": (DEEPSEEK, SMALL),
    "mistral": ("mistral-large-3@mistral", SMALL, "grok-4.5@xai"),  # the last for a prompt that is too long
    "router": ("claude-opus-5@openrouter", SMALL),
    "house": ("house-7b@vllm-10.0.0.5", "house-7b@inference.acme.example", SMALL),
    "desk": ("llama-3.1-8b@ollama", SMALL),
    "long": ("grok-4.5@xai", SMALL),
    "gpt-4o": (*GPT, SMALL),  # another name of gpt, which has no fallbacks under that name
    "best": (*CLAUDE, SMALL),
}


@pytest.fixture(scope="module")
def twenty() -> Imported:
    return of(TWENTY.read_text(encoding="utf-8"))


def test_twenty_deployments_keep_their_names(twenty: Imported) -> None:
    assert twenty.deployments == 20
    assert list(twenty.aliases) == list(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_name_is_tried_in_the_order_of_litellm(twenty: Imported, name: str, tmp_path: Path) -> None:
    assert tuple(tried(twenty, tmp_path, name)) == tuple(ORDER[name])


def test_a_prompt_too_long_for_a_group_passes_it_by(twenty: Imported, tmp_path: Path) -> None:
    assert tried(twenty, tmp_path, "mistral", tokens=270_000) == [SMALL, "grok-4.5@xai"]


def test_no_key_of_the_config_is_written_or_told(twenty: Imported) -> None:
    everything = repr(twenty)
    assert "gsk_literal" not in everything
    assert "secret-of" not in everything
    assert "set GROQ_API_KEY to it" in told(twenty, "do")["model_list[9].litellm_params.api_key"]


def test_budgets_and_rate_limits_stand_as_comments(twenty: Imported) -> None:
    comments = [line for line in twenty.yaml.splitlines() if line.startswith("#")]
    assert "#   model_list[0] of gpt (gpt-5.5@azure): rpm 600, tpm 200000" in comments
    assert "#   model_list[3] of gpt (gpt-5.5@openai-2): max_budget 50, budget_duration 1d" in comments
    assert "#   litellm_settings.max_budget: 2000" in comments
    assert "#   router_settings.provider_budget_config.openai: budget_limit 100, time_period 1d" in comments


def test_prices_of_theirs_and_of_the_catalog_are_kept(twenty: Imported, tmp_path: Path) -> None:
    rows, _ = book(twenty, tmp_path)
    offers = {each.id: each for each in rows.world(DAY, 1, {}).candidates}
    own = offers["house-7b@inference.acme.example"]
    assert (own.input, own.output) == (150_000, 600_000)
    assert offers["gpt-5.5@azure-2"].input == offers["gpt-5.5@azure"].input is not None


def test_the_time_of_a_call_and_every_try_are_kept(twenty: Imported, tmp_path: Path) -> None:
    _, said = book(twenty, tmp_path)
    assert said.deadlines.total == 90
    assert said.most_tries == max(map(len, ORDER.values()))


def test_every_variable_that_is_needed_is_named(twenty: Imported) -> None:
    assert {"AZURE_EU_KEY", "AZURE_US_KEY", "OPENAI_SECOND_KEY", "AWS_SECRET_ACCESS_KEY", "HALFOPEN_KEY"} <= set(
        twenty.environment
    )
    assert "AZURE_OPENAI_API_KEY" not in twenty.environment


def test_what_has_no_place_is_told_with_its_line(twenty: Imported) -> None:
    left = told(twenty, "left")
    wanted = {
        "model_list[0].litellm_params.rpm",
        "model_list[4].litellm_params.timeout",
        "model_list[14].litellm_params.tags",
        "model_list[20].litellm_params.model",
        "model_list[21].litellm_params.model",
        "router_settings.content_policy_fallbacks",
        "router_settings.provider_budget_config",
        "router_settings.redis_host",
        "litellm_settings.cache",
        "litellm_settings.callbacks",
        "general_settings.database_url",
    }
    assert wanted <= set(left)
    lines = TWENTY.read_text(encoding="utf-8").splitlines()
    for note in twenty.notes:
        last = note.path.rpartition(".")[2].partition("[")[0]
        assert last in lines[note.line - 1] or last == "model_list", note
