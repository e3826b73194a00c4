"""Requests that only gemini tells: two spellings, calls without ids, signatures, Google's own schemas."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.genai import types

from halfopen.conversation.parts import Media, Text, ToolCall, ToolResult
from halfopen.errors import BadBody
from halfopen.wire.gemini import asked
from tests.wire.conversations.asked import ASKED
from tests.wire.conversations.gemini.bodies import (
    PNG,
    ULM,
    Q,
    asks,
    back,
    call,
    chooses,
    function,
    model,
    picture,
    user,
)
from tests.wire.conversations.told import arrival, told_in
from tests.wire.conversations.tongues import TONGUES, compact, crossed

Json = Any
OTHERS = ("chat", "messages", "responses")
SIGNED = {"thoughtSignature": "c2ln"}
LOOSE = [{"functionCall": {"name": "weather", "args": {"town": town}}} for town in ("Ulm", "Passau")]


def loose(words: str) -> Json:
    return {"functionResponse": {"name": "weather", "response": {"result": words}}}


HOME: dict[str, Json] = {
    "signatures stand where they stood": asks(
        Q, model({"text": "The sea.", **SIGNED}, ULM | SIGNED, {"thought": True, "text": "Hm.", **SIGNED})
    ),
    "a signature by itself": asks(Q, model("The sea.", {"text": "", **SIGNED})),
    "calls and results without ids": asks(Q, model(*LOOSE), user(loose("dry"), loose("wet"))),
    "a call with its id, whose result has none": asks(Q, model(ULM), user(loose("dry"))),
    "a result of a call that nobody made": asks(Q, user(loose("dry"))),
    "code that Google runs": asks(
        Q,
        model(
            {"executableCode": {"language": "PYTHON", "code": "1+1"}},
            {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "2"}},
        ),
        tools=[{"codeExecution": {}}, {"googleSearch": {}}, {"urlContext": {}}],
    ),
    "a film, and how it is looked at": asks(
        user(
            {
                "fileData": {"fileUri": "https://www.youtube.com/watch?v=x"},
                "videoMetadata": {"startOffset": "3s", "fps": 0.5},
                "mediaResolution": {"level": "MEDIA_RESOLUTION_LOW"},
            },
            {"fileData": {"fileUri": "gs://b/a.mp4", "mimeType": "video/mp4"}},
            {"fileData": {"fileUri": "https://x.example/a", "mimeType": "audio/flac", "displayName": "a"}},
        )
    ),
    "Google's own schemas": asks(
        Q,
        config={"responseMimeType": "text/x.enum", "responseSchema": {"type": "STRING", "enum": ["a", "b"]}},
        tools=[function("weather", parameters={"type": "OBJECT", "properties": {"town": {"type": "STRING"}}})],
    ),
    "how much to think, in every way": asks(
        Q, config={"thinkingConfig": {"thinkingBudget": -1, "includeThoughts": True, "tomorrow": [1]}}
    ),
    "what only Google tunes": asks(
        Q,
        config={"mediaResolution": "MEDIA_RESOLUTION_LOW", "speechConfig": {"languageCode": "de-DE"}},
        safetySettings=[{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
        toolConfig={"retrievalConfig": {"languageCode": "de"}, **chooses("VALIDATED")},
        labels={"team": "a"},
        cachedContent="cachedContents/c",
    ),
    "some of the tools": asks(Q, tools=[function("a")], toolConfig=chooses("ANY", "a", "b")),
    "results in every shape": asks(
        Q,
        model(*(call(f"c{place}", "n", {}) for place in range(9))),
        user(
            *(
                back(f"c{place}", "n", response)
                for place, response in enumerate(
                    [
                        {},
                        {"result": "dry"},
                        {"output": "dry"},
                        {"error": "no"},
                        {"result": 7},
                        {"error": {"code": 7}},
                        {"output": {"a": 1}, "more": None},
                        {"result": '{"a":1}'},
                        {"error": "", "a": 1},
                    ]
                )
            )
        ),
    ),
}


@pytest.mark.parametrize("body", HOME.values(), ids=HOME)
def test_it_comes_home_as_it_was_and_loses_nothing(body: Json) -> None:
    assert crossed(body, "gemini", "gemini") == (body, [])


def test_names_are_read_in_either_spelling_and_written_in_one() -> None:
    snake = {
        "contents": [
            {"role": "user", "parts": [{"inline_data": {"mime_type": "image/png", "data": "-_8"}}]},
            {
                "role": "model",
                "parts": [{"function_call": {"name": "n", "args": {"a_b": 1}}, "thought_signature": "c2ln"}],
            },
            {"role": "function", "parts": [{"function_response": {"name": "n", "response": {"result": "x"}}}]},
        ],
        "system_instruction": {"role": "user", "parts": [{"text": "Be brief."}]},
        "generation_config": {"max_output_tokens": "7", "top_k": 40.0, "thinking_config": {"thinking_budget": 0}},
        "tool_config": {"function_calling_config": {"mode": "ANY", "allowed_function_names": ["n"]}},
        "tools": [{"function_declarations": [{"name": "n"}]}, {"google_search": {}}],
    }
    body, lost = crossed(snake, "gemini", "gemini")
    assert lost == []
    assert body == {
        "contents": [
            user(picture("image/png", "+/8=")),
            model({"functionCall": {"name": "n", "args": {"a_b": 1}}, **SIGNED}),
            user({"functionResponse": {"name": "n", "response": {"result": "x"}}}),
        ],
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "generationConfig": {"maxOutputTokens": 7, "topK": 40, "thinkingConfig": {"thinking_budget": 0}},
        "toolConfig": chooses("ANY", "n"),
        "tools": [function("n"), {"googleSearch": {}}],
    }


def test_results_without_ids_are_those_of_the_calls_of_their_name_in_order() -> None:
    other = {"functionCall": {"name": "now", "args": {}}}
    later = {"functionResponse": {"name": "now", "response": {"result": "noon"}}}
    body = asks(Q, model(LOOSE[0], other, LOOSE[1]), user(later, loose("dry"), loose("wet")))
    there, lost = crossed(body, "gemini", "chat")
    ids = [each["id"] for each in there["messages"][1]["tool_calls"]]
    assert len(set(ids)) == 3
    assert [(each["tool_call_id"], each["content"]) for each in there["messages"][2:]] == [
        (ids[1], "noon"),
        (ids[0], "dry"),
        (ids[2], "wet"),
    ]
    assert lost == []


def test_a_client_that_leaves_out_the_id_of_a_result_is_understood() -> None:
    first, second = call("c1", "weather", {"town": "Ulm"}), call("c2", "weather", {"town": "Passau"})
    there, _ = crossed(asks(Q, model(first, second), user(loose("dry"), loose("wet"))), "gemini", "messages")
    assert [each["tool_use_id"] for each in there["messages"][2]["content"]] == ["c1", "c2"]


def test_ids_that_we_made_up_do_not_go_out_again_and_their_results_stand_as_their_calls_did() -> None:
    made = [f"call_gemini_r7_{place}" for place in range(2)]
    calls = [{"id": each, "type": "function", "function": {"name": "n", "arguments": "{}"}} for each in made]
    results = [{"role": "tool", "tool_call_id": each, "content": each[-1]} for each in reversed(made)]
    chat = {"model": "m", "messages": [{"role": "assistant", "content": None, "tool_calls": calls}, *results]}
    body, lost = crossed(chat, "chat", "gemini")
    parts = [part for content in body["contents"] for part in content["parts"]]
    assert ["id" in next(iter(part.values())) for part in parts] == [False] * 4
    assert [part["functionResponse"]["response"]["result"] for part in parts[2:]] == ["0", "1"]
    assert lost == []


def test_a_signature_is_lost_elsewhere_and_that_is_told() -> None:
    body = asks(Q, model({"text": "The sea.", **SIGNED}, ULM | SIGNED))
    for there in OTHERS:
        _, lost = crossed(body, "gemini", there)
        assert sorted(lost) == ["turns.1.parts.0.thoughtSignature", "turns.1.parts.1.thoughtSignature"]


def test_a_call_that_another_model_made_is_let_through_by_google_s_newest() -> None:
    calls = [{"id": each, "type": "function", "function": {"name": "n", "arguments": "{}"}} for each in ("c1", "c2")]
    body, _ = crossed({"model": "m", "messages": [{"role": "assistant", "tool_calls": calls}]}, "chat", "gemini")
    first, second = body["contents"][0]["parts"]
    assert first["thoughtSignature"] == "skip_thought_signature_validator"
    assert "thoughtSignature" not in second


SCHEMA = {
    "type": "OBJECT",
    "properties": {
        "type": {"type": "STRING", "nullable": True, "min_length": "1"},
        "stops": {"type": "ARRAY", "items": {"any_of": [{"type": "INTEGER"}, {"type": "NULL"}]}, "max_items": 3},
    },
    "property_ordering": ["type"],
}


def test_google_s_schema_is_a_json_schema_elsewhere() -> None:
    body = asks(Q, tools=[function("n", parameters=SCHEMA)], config={"responseSchema": {"type": "STRING"}})
    there, lost = crossed(body, "gemini", "chat")
    assert there["tools"][0]["function"]["parameters"] == {
        "type": "object",
        "properties": {
            "type": {"type": ["string", "null"], "minLength": 1},
            "stops": {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "null"}]}, "maxItems": 3},
        },
        "propertyOrdering": ["type"],
    }
    assert there["response_format"]["json_schema"]["schema"] == {"type": "string"}
    assert lost == []


def test_a_schema_that_has_no_end_is_refused() -> None:
    schema: Json = {"type": "STRING"}
    for _ in range(150):
        schema = {"type": "ARRAY", "items": schema}
    with pytest.raises(BadBody, match="too deeply"):
        asked.read(compact(asks(Q, tools=[function("n", parameters=schema)])))


REFUSED: dict[str, tuple[Json, str]] = {
    "what Google has kept": (asks(Q, cachedContent="cachedContents/c"), "cachedContent"),
    "maps": (asks(Q, tools=[{"googleMaps": {}}]), "tools.0"),
    "code": (asks(Q, model({"executableCode": {"code": "1"}})), "turns.1.parts.0"),
    "some of the tools": (
        asks(Q, tools=[function("a")], toolConfig=chooses("ANY", "a", "b")),
        "toolConfig.functionCallingConfig",
    ),
    "a picture for an answer": (
        asks(Q, config={"responseModalities": ["IMAGE"]}),
        "generationConfig.responseModalities",
    ),
    "a file that Google holds": (
        asks(user({"fileData": {"fileUri": "https://generativelanguage.googleapis.com/v1beta/files/a"}})),
        "turns.0.parts.0",
    ),
    "a part of tomorrow": (asks(user({"dance": {}})), "turns.0.parts.0"),
}


@pytest.mark.parametrize(("body", "path"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("there", OTHERS)
def test_content_that_only_google_can_read_is_refused_by_its_path(there: str, body: Json, path: str) -> None:
    with pytest.raises(BadBody, match=f"`{path}` cannot be said"):
        crossed(body, "gemini", there)


def test_who_asks_from_what_google_kept_is_told_to_send_it() -> None:
    with pytest.raises(BadBody, match="send the history itself, or whatever it stands for"):
        crossed(asks(Q, cachedContent="cachedContents/c"), "gemini", "chat")


def test_text_and_nothing_else_is_what_everybody_answers() -> None:
    _, lost = crossed(asks(Q, config={"responseModalities": ["TEXT"]}), "gemini", "chat")
    assert lost == []


AMISS: dict[str, tuple[Json, str]] = {
    "no contents": ({}, "contents"),
    "a role that nobody has": (asks({"role": "king", "parts": []}), "contents.0.role"),
    "a call without a name": (asks(Q, model({"functionCall": {"args": {}}})), "contents.1.parts.0.functionCall.name"),
    "arguments that are a list": (
        asks(Q, model({"functionCall": {"name": "n", "args": []}})),
        "contents.1.parts.0.functionCall.args",
    ),
    "a picture without its type": (
        asks(user({"inlineData": {"data": "AA=="}})),
        "contents.0.parts.0.inlineData.mimeType",
    ),
    "half a token": (asks(Q, config={"maxOutputTokens": 7.5}), "generationConfig.maxOutputTokens"),
    "a word for a number": (asks(Q, config={"topK": "many"}), "generationConfig.topK"),
}


@pytest.mark.parametrize(("body", "path"), AMISS.values(), ids=AMISS)
def test_what_is_no_gemini_request_is_refused_by_its_path(body: Json, path: str) -> None:
    with pytest.raises(BadBody, match=f"`{path}`"):
        asked.read(compact(body))


def test_model_and_stream_come_from_the_path() -> None:
    request = asked.read(compact(asks(Q)), "gemini-2.5-pro", True)
    assert (request.model, request.stream) == ("gemini-2.5-pro", True)
    bare = asked.read(compact(asks(Q)))
    assert (bare.model, bare.stream) == ("", None)


def test_our_own_labels_are_nobody_s_business() -> None:
    body = asks(Q, labels={"halfopen_lane": "cheap", "team": "a"})
    assert crossed(body, "gemini", "gemini")[0]["labels"] == {"team": "a"}
    assert crossed(asks(Q, labels={"halfopen_lane": "cheap"}), "gemini", "chat")[1] == []


def test_parts_are_what_they_are() -> None:
    request = asked.read(compact(asks(user("Hi.", PNG), model(ULM), user(back("c1", "weather", {"output": "dry"})))))
    (words, shown), (called,), (result,) = (turn.parts for turn in request.turns)
    assert isinstance(words, Text)
    assert isinstance(shown, Media)
    assert shown.kind == "image"
    assert isinstance(called, ToolCall)
    assert json.loads(called.arguments) == {"town": "Ulm"}
    assert isinstance(result, ToolResult)
    assert (result.call, result.failed) == ("c1", False)


def test_thoughts_that_shall_be_shown_are_had_and_shown_elsewhere() -> None:
    body = asks(Q, config={"thinkingConfig": {"thinkingBudget": -1, "includeThoughts": True}})
    there, lost = crossed(body, "gemini", "messages")
    assert there["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert lost == []


def test_a_budget_and_an_effort_are_one_of_them() -> None:
    body = {"model": "m", "max_tokens": 9, "messages": [], "thinking": {"type": "enabled", "budget_tokens": 2000}}
    body |= {"output_config": {"effort": "high"}}
    there, lost = crossed(body, "messages", "gemini")
    assert there["generationConfig"]["thinkingConfig"] == {"thinkingBudget": 2000}
    assert lost == ["reasoning.effort"]


@pytest.mark.parametrize("name", [name for name in ASKED if told_in(ASKED[name], "gemini")])
def test_google_s_client_would_have_sent_its_tuning(name: str) -> None:
    """Contents and tools are looked at where all dialects are."""
    for here in OTHERS:
        body = arrival(ASKED[name], here, "gemini").body if told_in(ASKED[name], here) else None
        if body is not None:
            types.GenerationConfig.model_validate(body.get("generationConfig", {}))
            types.ToolConfig.model_validate(body.get("toolConfig", {}))
            types.Content.model_validate(body.get("systemInstruction", {}))


def test_every_dialect_is_written_from_what_google_s_client_sends() -> None:
    """Snake and camel mixed, and base64 for addresses, as it does."""
    request = TONGUES["gemini"].read(compact(asks(user({"inlineData": {"mime_type": "image/png", "data": "_-8="}}))))
    for dialect in OTHERS:
        assert b"/+8=" in TONGUES[dialect].write(request)[0]
