"""Content that a dialect cannot say: refused in a request, by its path; named as lost in an answer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from halfopen.conversation.answer import Answer
from halfopen.conversation.events import Failed, Start
from halfopen.conversation.fold import fold
from halfopen.conversation.parts import Text, ToolCall
from halfopen.errors import BadBody, BrokenProtocol
from tests.wire.conversations import streams
from tests.wire.conversations.bodies import HELLO, function, result, says, user
from tests.wire.conversations.bodies import chat as chat_asks
from tests.wire.conversations.bodies import messages as messages_ask
from tests.wire.conversations.replies import call, chat, messages, text
from tests.wire.conversations.tongues import TONGUES, compact, crossed
from tests.wire.conversations.voices import VOICES

Json = Any
SOUND = {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}
FETCH = {"type": "web_fetch_20250910", "name": "web_fetch"}
HALF_A_CALL = [{"id": "c", "type": "function", "function": {"name": "n", "arguments": '{"a":'}}]
SOME = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}}
FETCHED = {"type": "web_fetch_tool_result", "tool_use_id": "s", "content": {}}

REFUSED: dict[str, tuple[str, str, Json, str]] = {
    "sound": ("chat", "messages", chat_asks(user([text("Hear"), SOUND])), "turns.0.parts.1"),
    "a film": (
        "chat",
        "messages",
        chat_asks(user([{"type": "video_url", "video_url": {"url": "https://x.example/a.mp4"}}])),
        "turns.0.parts.0",
    ),
    "a file at its provider": (
        "chat",
        "messages",
        chat_asks(user([{"type": "file", "file": {"file_id": "f-1"}}])),
        "turns.0.parts.0",
    ),
    "a spreadsheet": (
        "chat",
        "messages",
        chat_asks(
            user([{"type": "file", "file": {"filename": "a.xls", "file_data": "data:application/x-sheet;base64,AAAA"}}])
        ),
        "turns.0.parts.0",
    ),
    "a tool that is no function": (
        "chat",
        "messages",
        chat_asks(HELLO, tools=[{"type": "custom", "custom": {"name": "x"}}]),
        "tools.0",
    ),
    "a schema that is no object": (
        "chat",
        "messages",
        chat_asks(HELLO, tools=[function("x", parameters=True)]),
        "tools.0.schema",
    ),
    "a choice among some tools": ("chat", "messages", chat_asks(HELLO, tool_choice=SOME), "tool_choice"),
    "a document by its address": (
        "messages",
        "chat",
        messages_ask(user([{"type": "document", "source": {"type": "url", "url": "https://x.example/a.pdf"}}])),
        "turns.0.parts.0",
    ),
    "a picture at its provider": (
        "messages",
        "chat",
        messages_ask(user([{"type": "image", "source": {"type": "file", "file_id": "f-1"}}])),
        "turns.0.parts.0",
    ),
    "a document made of blocks": (
        "messages",
        "chat",
        messages_ask(user([{"type": "document", "source": {"type": "content", "content": [text("A")]}}])),
        "turns.0.parts.0",
    ),
    "a tool that the provider runs": ("messages", "chat", messages_ask(HELLO, tools=[FETCH]), "tools.0"),
    "what the provider fetched": ("messages", "chat", messages_ask(HELLO, says([FETCHED])), "turns.1.parts.0"),
    "results inside results": (
        "messages",
        "chat",
        messages_ask(user([result("a", content=[text("x"), result("b", content=[result("c")])])])),
        "turns.0.parts.0.parts.1",
    ),
    "a container": ("messages", "chat", messages_ask(HELLO, container="k"), "container"),
}

AMISS: dict[str, tuple[str, Json, str]] = {
    "no messages": ("chat", {"model": "m"}, "messages"),
    "no model": ("messages", {"messages": []}, "model"),
    "a role that nobody has": ("chat", chat_asks({"role": "king", "content": "We"}), "messages.0.role"),
    "the same in messages": ("messages", messages_ask({"role": "tool", "content": "We"}), "messages.0.role"),
    "content that is a number": ("chat", chat_asks(user(5)), "messages.0.content"),
    "a part without a type": ("messages", messages_ask(user([{"text": "A"}])), "messages.0.content.0.type"),
    "a picture without an address": (
        "chat",
        chat_asks(user([{"type": "image_url"}])),
        "messages.0.content.0.image_url",
    ),
    "a picture without a source": ("messages", messages_ask(user([{"type": "image"}])), "messages.0.content.0.source"),
    "a tool without a name": ("chat", chat_asks(HELLO, tools=[function("x") | {"function": {}}]), "tools.0.function"),
    "a choice that nobody has": ("chat", chat_asks(HELLO, tool_choice="maybe"), "tool_choice"),
    "a limit in words": ("messages", messages_ask(HELLO) | {"max_tokens": "many"}, "max_tokens"),
    "a result for no call": ("chat", chat_asks({"role": "tool", "content": "dry"}), "messages.0.tool_call_id"),
}


@pytest.mark.parametrize(("here", "there", "body", "path"), REFUSED.values(), ids=REFUSED)
def test_a_request_with_content_that_cannot_cross_is_refused_by_its_path(
    here: str, there: str, body: Json, path: str
) -> None:
    with pytest.raises(BadBody, match=re.escape(f"`{path}` cannot be said in the dialect `{there}`")):
        crossed(body, here, there)


@pytest.mark.parametrize(("here", "body"), [(row[0], row[2]) for row in REFUSED.values()], ids=REFUSED)
def test_the_same_request_is_at_home_in_its_own_dialect(here: str, body: Json) -> None:
    assert crossed(body, here, here) == (body, [])


@pytest.mark.parametrize(("here", "body", "path"), AMISS.values(), ids=AMISS)
def test_a_body_that_is_not_its_dialect_s_is_refused_by_its_path(here: str, body: Json, path: str) -> None:
    with pytest.raises(BadBody, match=re.escape(f"`{path}")):
        TONGUES[here].read(compact(body))


HALVES = ['{"a":', "[1]", "null", '"words"']


@pytest.mark.parametrize("there", ["messages", "gemini"])
@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_arguments_that_are_no_object_are_the_provider_s_fault_and_nobody_makes_some_up(
    there: str, half: str, stream: bool
) -> None:
    told = chat("tool_calls", tool_calls=[call("c", "rm", half)])
    with pytest.raises(BrokenProtocol, match="calls `rm` with arguments that are no object"):
        carried(told, there, stream=stream)


@pytest.mark.parametrize("there", ["messages", "gemini"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_call_that_was_cut_off_at_the_limit_is_left_out_and_told(there: str, stream: bool) -> None:
    answer, lost = carried(
        chat("length", content="Hm.", tool_calls=[call("c", "rm", '{"path": "/tmp/x", "recursive": fal')]),
        there,
        stream=stream,
    )
    assert answer.stop == "length"
    assert [type(part) for part in answer.parts] == [Text]
    assert [path for path in lost if path.startswith("parts")] == ["parts.1"]


@pytest.mark.parametrize("there", ["messages", "gemini"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_an_object_in_a_string_is_that_object_and_nothing_is_one_without_fields(there: str, stream: bool) -> None:
    calls = [call("c", "n", '"{\\"a\\": 1}"'), call("d", "now", "")]
    answer, _ = carried(chat("tool_calls", tool_calls=calls), there, stream=stream)
    assert [json.loads(part.arguments) for part in answer.parts if isinstance(part, ToolCall)] == [{"a": 1}, {}]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_finish_that_is_a_failure_is_one_and_an_unknown_one_is_told(stream: bool) -> None:
    with pytest.raises(BrokenProtocol, match="finish_reason is `error`"):
        carried(chat("error", content="In the"), "messages", stream=stream)
    answer, lost = carried(chat("tomorrow", content="In the"), "messages", stream=stream)
    assert (answer.stop, lost) == ("end", ["choice.finish_reason"])


def carried(told: Json, there: str, *, stream: bool) -> tuple[Answer, list[str]]:
    """A chat answer as it arrives in another dialect, and what was lost."""
    if not stream:
        body, losses = VOICES[there].write(VOICES["chat"].read(compact(told)))
        return VOICES[there].read(body), [loss.path for loss in losses]
    reader, writer, again = VOICES["chat"].reader(), VOICES[there].writer(), VOICES[there].reader()
    events = [*reader.feed(streams.chat(told)), *reader.end()]
    data = b"".join(writer.write(event) for event in events)
    return fold([*again.feed(data), *again.end()]), [loss.path for loss in writer.losses]


def test_sound_and_further_answers_are_named_as_lost() -> None:
    told = chat(content="Hear", audio={"id": "s", "data": "UklGRg==", "expires_at": 1, "transcript": "Hear"})
    told["choices"].append(told["choices"][0] | {"index": 1})
    read = VOICES["chat"].read(compact(told))
    assert json.loads(VOICES["chat"].write(read)[0]) == told
    body, losses = VOICES["messages"].write(read)
    assert json.loads(body)["content"] == [text("Hear")]
    assert [(loss.path, loss.kind) for loss in losses] == [("parts.1", "content"), ("others", "content")]


def test_what_an_answer_says_beside_itself_is_lost_by_name_and_kept_at_home() -> None:
    told = messages(text("Hi")) | {"container": {"id": "k"}}
    told["usage"] = told["usage"] | {"service_tier": "standard", "server_tool_use": {"web_search_requests": 2}}
    read = VOICES["messages"].read(compact(told))
    assert read.usage == {"input": 11, "output": 7, "web_search": 2}
    assert json.loads(VOICES["messages"].write(read)[0])["usage"]["service_tier"] == "standard"
    _, losses = VOICES["chat"].write(read)
    assert sorted(loss.path for loss in losses) == ["container", "usage.service_tier"]


@pytest.mark.parametrize("dialect", TONGUES)
def test_a_body_nested_without_end_is_refused(dialect: str) -> None:
    deep = b'[{"type":"tool_result","tool_use_id":"a","role":"user","content":' * 100_000
    with pytest.raises(BadBody):
        TONGUES[dialect].read(b'{"model":"m","messages":' + deep)


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"choices": [{}]}, {"content": "Hi"}, [], 7])
@pytest.mark.parametrize("dialect", VOICES)
def test_a_body_that_is_no_answer_is_the_provider_s_fault(dialect: str, body: Json) -> None:
    with pytest.raises(BrokenProtocol):
        VOICES[dialect].read(compact(body))


def test_a_stream_that_failed_ends_with_an_error_and_without_an_end_mark() -> None:
    start, failed = Start(id="a", model="m"), Failed("overloaded_error", "too much")
    told = {name: voice.writer() for name, voice in VOICES.items()}
    ends = {name: (writer.write(start), writer.write(failed))[1] for name, writer in told.items()}
    assert json.loads(ends["chat"].removeprefix(b"data: "))["error"]["message"] == "too much"
    assert ends["messages"].startswith(b"event: error\ndata: ")


def test_a_budget_for_thinking_keeps_to_what_messages_takes() -> None:
    thought = {"thinkingConfig": {"thinkingBudget": 512}, "maxOutputTokens": 4000, "temperature": 0.2, "topK": 3}
    asked = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}], "generationConfig": thought}
    body, lost = crossed(asked, "gemini", "messages")
    assert body["thinking"] == {"type": "enabled", "budget_tokens": 1024}
    assert not {"temperature", "top_k"} & set(body)
    assert lost == ["reasoning.budget", "temperature", "top_k"]


@pytest.mark.parametrize("named", ["functions.t:0", "c1", "ü", ""])
def test_ids_that_messages_does_not_take_are_written_otherwise_and_still_pair(named: str) -> None:
    turns = [HELLO, says(None, tool_calls=[call(named or "x y", "t", "{}")]), result_of(named or "x y")]
    body, lost = crossed(chat_asks(*turns), "chat", "messages")
    use, result = body["messages"][1]["content"][0], body["messages"][2]["content"][0]
    assert re.fullmatch(r"[a-zA-Z0-9_-]+", use["id"])
    assert result["tool_use_id"] == use["id"]
    assert (use["id"] == named) == (named == "c1")
    assert lost == []


def result_of(named: str) -> Json:
    return {"role": "tool", "tool_call_id": named, "content": "dry"}


def test_calls_without_ids_of_two_answers_are_not_taken_for_each_other() -> None:
    first, second = (chat("tool_calls", tool_calls=[call("", "t", "{}")]) | {"id": id} for id in ("a1", "a2"))
    ids = [
        part.id
        for each in (first, second)
        for part in VOICES["chat"].read(compact(each)).parts
        if isinstance(part, ToolCall)
    ]
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    ("tier", "there", "written", "lost"),
    [
        ("auto", "gemini", None, []),
        ("flex", "gemini", "flex", []),
        ("ultra", "responses", None, ["service_tier"]),
    ],
)
def test_a_service_tier_is_said_where_it_is_known(tier: str, there: str, written: str | None, lost: list[str]) -> None:
    body, found = crossed(chat_asks(HELLO, service_tier=tier), "chat", there)
    assert body.get("serviceTier", body.get("service_tier")) == written
    assert found == lost
