"""What is translated for a provider has only fields that its own package knows; what passes keeps all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from mistralai.client.models import ChatCompletionRequest
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming

from halfopen.conversation.loss import Loss
from halfopen.wire import body
from halfopen.wire.quirks import LEFT_OUT
from halfopen.wire.table import CHAT, DIALECTS
from halfopen.wire.way import Going, Sent, way
from tests.catalog.shelf import shipped

SAID = [{"role": "user", "content": "Hi"}]
# Every knob of the dialect that chat has a word for, too.
KNOBS: Mapping[str, Any] = {
    "messages": {
        "messages": SAID,
        "max_tokens": 9,
        "top_k": 4,
        "temperature": 1,
        "top_p": 0.5,
        "stop_sequences": ["."],
        "metadata": {"user_id": "u"},
        "service_tier": "auto",
        "thinking": {"type": "enabled", "budget_tokens": 2000},
    },
    "responses": {
        "input": "Hi",
        "max_output_tokens": 9,
        "user": "u",
        "store": True,
        "metadata": {"a": "b"},
        "safety_identifier": "s",
        "text": {"verbosity": "low"},
        "top_logprobs": 2,
        "include": ["message.output_text.logprobs"],
        "service_tier": "flex",
        "reasoning": {"effort": "low"},
    },
    "gemini": {
        "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
        "generationConfig": {
            "topK": 4,
            "seed": 7,
            "presencePenalty": 0.1,
            "frequencyPenalty": 0.1,
            "responseLogprobs": True,
            "logprobs": 2,
            "candidateCount": 2,
            "stopSequences": ["."],
        },
    },
}
KNOWN: Mapping[str, frozenset[str]] = {
    "openai": frozenset(CompletionCreateParamsStreaming.__annotations__),
    "azure": frozenset(CompletionCreateParamsStreaming.__annotations__),
    "mistral": frozenset(ChatCompletionRequest.model_fields),
}


def sent(caller: str, asked: Any, provider: str) -> Sent:
    going = Going(model="m", stream=True, quirks=shipped().providers[provider].quirks)
    return way(DIALECTS[caller], CHAT).sent(body.read(json.dumps({"model": "m", **asked}).encode()), going)


@pytest.mark.parametrize("provider", KNOWN)
@pytest.mark.parametrize("caller", KNOBS)
def test_a_translation_has_no_field_that_the_package_of_its_provider_does_not_know(caller: str, provider: str) -> None:
    told = sent(caller, KNOBS[caller], provider)
    assert json.loads(told.body).keys() - KNOWN[provider] == set()


@pytest.mark.parametrize(
    ("caller", "provider", "lost"),
    [
        ("messages", "openai", {"top_k"}),
        ("gemini", "azure", {"top_k"}),
        ("messages", "mistral", {"user"}),
        ("messages", "groq", {"top_k"}),
        ("messages", "together", set()),
        ("responses", "mistral", {"user", "store", "safety_identifier", "verbosity"}),
        ("responses", "cerebras", {"store", "metadata", "safety_identifier", "verbosity"}),
    ],
)
def test_a_knob_that_a_provider_refuses_is_left_out_and_told(caller: str, provider: str, lost: set[str]) -> None:
    told = sent(caller, KNOBS[caller], provider)
    assert {loss.path for loss in told.lost} & set(LEFT_OUT) == lost
    assert json.loads(told.body).keys() & lost == set()


def test_a_seed_is_called_as_mistral_calls_it_and_is_not_lost() -> None:
    told = sent("gemini", KNOBS["gemini"], "mistral")
    assert (json.loads(told.body)["random_seed"], json.loads(told.body)["top_k"]) == (7, 4)
    assert [loss.path for loss in told.lost if loss.path == "seed"] == []
    assert json.loads(sent("gemini", KNOBS["gemini"], "openai").body)["seed"] == 7


@pytest.mark.parametrize("provider", [*KNOWN, "groq", "cerebras"])
def test_who_speaks_the_dialect_of_the_provider_is_not_corrected(provider: str) -> None:
    own = {"messages": SAID, "seed": 7, "top_k": 4, "user": "u", "store": True, "logit_bias": {"5": 1}}
    told = sent("chat", own, provider)
    assert own.items() <= json.loads(told.body).items()
    assert told.lost == ()


def test_what_another_model_thought_stays_away_from_who_refuses_it() -> None:
    said = [{"type": "thinking", "thinking": "Rivers end in seas.", "signature": ""}, {"type": "text", "text": "Yes."}]
    turns = [*SAID, {"role": "assistant", "content": said}, {"role": "user", "content": 'Say "reasoning_content"'}]
    asked = {"messages": turns, "max_tokens": 9}
    kept, left_out = (json.loads(sent("messages", asked, name).body)["messages"] for name in ("together", "mistral"))
    assert kept[1].pop("reasoning_content") == "Rivers end in seas."
    assert left_out == kept
    assert [loss for loss in sent("messages", asked, "mistral").lost if loss.kind == "thinking"] == [
        Loss("messages.1.reasoning_content", "its provider takes no thinking", "thinking")
    ]
