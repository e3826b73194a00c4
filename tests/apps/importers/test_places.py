"""Where a deployment is called, with which key, as which model: prefixes, addresses, variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from halfopen.apps.importers.prefixes import PREFIXES
from halfopen.apps.importers.told import Imported
from tests.apps.importers.configs import book, of, one, several, told, tried
from tests.catalog.shelf import shipped

KEYED = "api_key: os.environ/A_KEY"


def row(made: Imported, folder: Path) -> tuple[str, Mapping[str, Any]]:
    """The offer of `it`, and what was written of its provider."""
    _, said = book(made, folder)
    target = said.aliases["it"]
    own = said.providers.get(target.rpartition("@")[2])
    return target, {each.name: value for each in fields(own) if (value := getattr(own, each.name))} if own else {}


def test_every_prefix_means_a_row_that_ships() -> None:
    assert {each.row for each in PREFIXES.values()} - {""} <= set(shipped().providers)


ADDRESSES: Sequence[tuple[Sequence[str], str, Mapping[str, Any]]] = (
    (["groq/m"], "m@groq", {}),
    (["groq/m", KEYED], "m@groq", {"key_env": "A_KEY"}),
    (["gpt-5.5"], "gpt-5.5@openai", {}),
    (["m", "custom_llm_provider: groq"], "m@groq", {}),
    (
        ["azure/m", 'api_base: "https://r.openai.azure.com/"'],
        "m@azure",
        {"base_url": "https://r.openai.azure.com", "key_env": "AZURE_API_KEY"},
    ),
    (["bedrock/eu-west-1/anthropic.m-v1:0"], "m@aws", {}),
    (
        ["vertex_ai/m", "vertex_project: p", "vertex_location: global"],
        "m@vertex",
        {"base_url": "https://aiplatform.googleapis.com/v1/projects/p/locations/global/endpoints/openapi"},
    ),
    (
        ["hosted_vllm/o/m", "api_base: http://gpu.lan:8000/v1"],
        "m@vllm-gpu",
        {"like": "vllm", "base_url": "http://gpu.lan:8000"},
    ),
    (
        ["hosted_vllm/m", "api_base: https://gpu.example", KEYED],
        "m@vllm-gpu",
        {"like": "vllm", "base_url": "https://gpu.example", "key_env": "A_KEY", "auth": "bearer"},
    ),
    (["ollama/m"], "m@ollama", {}),
    (["ollama_chat/m", "api_base: http://localhost:11434"], "m@ollama", {}),
    (["openai/m", "api_base: https://api.groq.com/openai/v1"], "m@groq", {}),
    (
        ["openai/m", "api_base: http://10.1.1.1:9000/v1"],
        "m@10.1.1.1",
        {"base_url": "http://10.1.1.1:9000", "hosting": "self_hosted"},
    ),
    (
        ["openai/m", "api_base: https://x.example/llm", KEYED],
        "m@x.example",
        {
            "base_url": "https://x.example/llm",
            "hosting": "hosted",
            "key_env": "A_KEY",
            "dialects": {"chat": "/chat/completions"},
        },
    ),
    (
        ["nobody/m", "api_base: https://x.example/v1"],
        "m@x.example",
        {"base_url": "https://x.example", "hosting": "hosted"},
    ),
    (["anthropic/m", "api_base: https://x.example/v1/messages"], "m@anthropic", {"base_url": "https://x.example"}),
    (
        ["mistral/m", "api_base: https://x.example/v1"],
        "m@mistral-x",
        {
            "like": "mistral",
            "base_url": "https://x.example",
            "key_env": "MISTRAL_API_KEY",
            "dialects": {"chat": "/v1/chat/completions"},
        },
    ),
)


@pytest.mark.parametrize(("params", "offer", "said"), ADDRESSES, ids=[" ".join(each[0]) for each in ADDRESSES])
def test_a_deployment_is_called_where_litellm_calls_it(
    params: Sequence[str], offer: str, said: Mapping[str, Any], tmp_path: Path
) -> None:
    target, own = row(one(*params), tmp_path)
    assert target == offer
    assert {name: value for name, value in own.items() if offer != "m@aws"} == said


def test_bedrock_is_called_in_its_region_and_a_regions_own_name_has_no_price_of_another(tmp_path: Path) -> None:
    made = one("bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0", "aws_region_name: us-east-1")
    target, own = row(made, tmp_path)
    assert target == "claude-haiku-4-5@aws"
    assert own["base_url"] == "https://bedrock-runtime.us-east-1.amazonaws.com"
    assert "unpriced" in told(made, "do")["model_list[0]"]


def test_an_address_from_the_environment_is_not_read_and_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THEIR_BASE", "https://secret.example")
    made = one("openai/m", "api_base: os.environ/THEIR_BASE")
    target, own = row(made, tmp_path)
    assert own["base_url"] == "https://their-base.invalid"
    assert target == "m@their-base.invalid"
    assert "as THEIR_BASE" in told(made, "do")["model_list[0].litellm_params.api_base"]


def test_two_keys_of_one_provider_are_two_providers(tmp_path: Path) -> None:
    made = several(
        "it groq/m", f"it groq/m {KEYED}", "it groq/m api_key: gsk-in-the-open", "it groq/m api_key: gsk-another"
    )
    assert tried(made, tmp_path, "it") == ["m@groq", "m@groq-2", "m@groq-3"]
    rows, _ = book(made, tmp_path)
    keys = [rows.catalog.providers[name].key_env for name in ("groq", "groq-2", "groq-3")]
    assert keys == ["GROQ_API_KEY", "A_KEY", "GROQ_API_KEY_2"]
    assert "gsk-" not in repr(made)


def test_one_model_under_two_names_at_one_provider_is_two_offers(tmp_path: Path) -> None:
    base, info = 'api_base: "https://r.openai.azure.com"', "model_info: {base_model: azure/gpt-5.5}"
    more = "\n".join(
        f"  - {{model_name: it, litellm_params: {{model: azure/{name}, {base}}}, {info}}}" for name in ("blue", "green")
    )
    made = of(f"model_list:\n{more}\n")
    assert tried(made, tmp_path, "it") == ["gpt-5.5@azure", "gpt-5.5@azure-2"]
    rows, _ = book(made, tmp_path)
    assert [rows.catalog.offers[id].served_as for id in tried(made, tmp_path, "it")] == ["blue", "green"]


def test_the_same_once_more_is_tried_once(tmp_path: Path) -> None:
    made = several("it groq/m", "it groq/m")
    assert tried(made, tmp_path, "it") == ["m@groq"]
    assert "once more" in told(made, "differs")["model_list[1]"]


def test_a_named_credential_is_as_if_it_stood_in_the_deployment(tmp_path: Path) -> None:
    made = several(
        "it groq/m litellm_credential_name: ours",
        more="credential_list: [{credential_name: ours, credential_values: {api_key: os.environ/OURS}}]",
    )
    assert row(made, tmp_path) == ("m@groq", {"key_env": "OURS"})


LEFT: Sequence[tuple[str, str]] = (
    ("unheard/m", "is served by a provider that halfopen does not know"),
    ("m", "does not tell"),
    ("groq/*", "stands for every model"),
    ("vertex_ai/claude-opus-5", "rawPredict"),
    ('"bedrock/arn:aws:bedrock:x"', "a name of your account"),
)


@pytest.mark.parametrize(("model", "why"), LEFT)
def test_what_cannot_be_an_offer_is_left_out_and_told(model: str, why: str) -> None:
    made = one(model)
    assert made.deployments == 0
    assert not made.aliases
    assert why in told(made, "left")["model_list[0].litellm_params.model"]


def test_a_mode_that_nobody_can_ask_for_is_left_out() -> None:
    assert "serves `ocr`, which" in repr(one("openai/m", info="mode: ocr").notes)


@pytest.mark.parametrize(
    ("model", "info", "operation"),
    [
        ("openai/text-embedding-3-small", "", "embeddings"),
        ("openai/m", "mode: image_generation", "images"),
        ("openai/whisper-1", "", "transcription"),
        ("cohere/rerank-v3.5", "mode: rerank", "rerank"),
    ],
)
def test_what_is_no_conversation_is_an_offer_that_says_what_it_serves(model: str, info: str, operation: str) -> None:
    made = one(model, info=info)
    assert made.deployments == 1
    assert f"operations: [{operation}]" in made.yaml


def test_a_retired_offer_is_told_with_its_successor() -> None:
    assert "retired on 2026-10-23" in told(one("openai/o1"), "do")["model_list[0].litellm_params.model"]


ODD = (
    "/",
    "'http://[::1'",
    "http://h:99999/v1",
    "https://u:p@h/v1",
    "'https://h/v1?x=1'",
    "h",
    "'a b'",
    "os.environ/",
    "[x]",
    "http://gpu:8/v1/",
)


@pytest.mark.parametrize(
    "prefix", ["openai", "groq", "azure", "bedrock", "vertex_ai", "hosted_vllm", "custom_openai", "anthropic"]
)
def test_an_address_that_is_none_stops_nothing_and_is_told(prefix: str, tmp_path: Path) -> None:
    for odd in ODD:
        made = several(f"it {prefix}/m api_base: {odd}", f"it {prefix}/m api_base: {odd}, api_key: os.environ/B-C")
        assert tried(made, tmp_path, "it"), odd
        assert "u:p" not in repr(made)
        assert told(made, "do") or odd.startswith(("http://gpu", "["))


def test_a_key_in_the_clear_goes_to_machines_of_ones_own(tmp_path: Path) -> None:
    _, own = row(one("groq/m", "api_base: http://gpu/v1"), tmp_path)
    assert own["hosting"] == "self_hosted"
