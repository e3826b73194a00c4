"""Gemini streams as services really send them: each odd way comes out as the same legal events."""

from __future__ import annotations

import json
from typing import Any

import pytest

from halfopen.conversation.events import Closed, Event, Failed, Grew, Opened, Start, Stopped, Used
from halfopen.conversation.fold import fold
from halfopen.conversation.parts import Own, Part, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol, Truncated
from halfopen.wire.chat.told import Writer as ChatWriter
from halfopen.wire.gemini.heard import Reader
from tests.wire.conversations.gemini.replies import grounding, segment

Json = Any
HEAD = {"modelVersion": "m", "responseId": "a"}
SIGNED = {"thoughtSignature": "c2ln"}


def chunk(*parts: Json, reason: str | None = None, usage: Json = None, **more: Json) -> Json:
    said = [{"text": part} if isinstance(part, str) else part for part in parts]
    candidate = {"content": {"role": "model", "parts": said}, **more} | ({"finishReason": reason} if reason else {})
    return {"candidates": [candidate], **HEAD} | ({"usageMetadata": usage} if usage else {})


def bits(*args: Json, name: str | None = None, goes_on: bool | None = None, **more: Json) -> Json:
    call = {"name": name, "willContinue": goes_on, "partialArgs": list(args)}
    return {"functionCall": {key: value for key, value in call.items() if value is not None}, **more}


def sse(*chunks: Json, ends: str = "\r\n\r\n") -> bytes:
    return "".join(f"data: {json.dumps(each)}{ends}" for each in chunks).encode()


def heard(data: bytes, step: int = 10**6) -> list[Event]:
    reader = Reader()
    events = [event for at in range(0, len(data), step) for event in reader.feed(data[at : at + step])]
    return [*events, *reader.end()]


def parts(*chunks: Json) -> tuple[Part, ...]:
    whole = fold(heard(sse(*chunks)))
    assert fold(heard(sse(*chunks, ends="\n\n"), 1)) == whole
    return whole.parts


def test_a_stream_begins_once_and_ends_with_its_last_usage() -> None:
    early, late = {"promptTokenCount": 3}, {"promptTokenCount": 3, "candidatesTokenCount": 2, "thoughtsTokenCount": 1}
    told = [chunk("H", usage=early), chunk("i", usage=early), chunk("", reason="STOP"), {"usageMetadata": late, **HEAD}]
    assert heard(sse(*told)) == [
        Start(id="a", model="m", usage={"input": 3}, told_in="gemini"),
        Opened(Text(text="")),
        Grew("H"),
        Grew("i"),
        Closed(),
        Stopped("end"),
        Used({"input": 3, "output": 3, "reasoning": 1}),
    ]


def test_nothing_is_over_before_the_body_is() -> None:
    """Older services said a reason with every event."""
    reader = Reader()
    events = reader.feed(sse(chunk("H", reason="STOP"), chunk("i", reason="STOP")))
    assert not any(isinstance(event, Stopped) for event in events)
    assert fold([*events, *reader.end()]).parts == (Text(text="Hi"),)


def test_without_a_reason_it_was_cut_off() -> None:
    with pytest.raises(Truncated, match="why the model stopped"):
        heard(sse(chunk("Hi")))
    with pytest.raises(Truncated):
        heard(b"")


def test_a_prompt_that_was_blocked_is_a_whole_answer() -> None:
    whole = fold(heard(sse({"promptFeedback": {"blockReason": "SAFETY"}, **HEAD})))
    assert (whole.stop, whole.parts) == ("refused", ())
    assert whole.extra == {"promptFeedback": b'{"blockReason": "SAFETY"}'}


def test_the_last_event_may_lack_its_blank_line() -> None:
    assert fold(heard(sse(chunk("Hi", reason="STOP")).rstrip())).parts == (Text(text="Hi"),)


def test_a_proxy_s_end_mark_and_events_without_content_are_passed_over() -> None:
    data = sse({"candidates": [{}], **HEAD}, {**HEAD}, chunk("Hi", reason="STOP")) + b"data: [DONE]\n\ndata: <html>\n\n"
    assert fold(heard(data)).parts == (Text(text="Hi"),)
    assert fold(heard(data, 1)).parts == (Text(text="Hi"),)


def test_thoughts_and_words_are_parts_of_their_own() -> None:
    told = [chunk({"text": "a", "thought": True}), chunk({"text": "b", "thought": True}), chunk("c", "d")]
    assert parts(*told, chunk(reason="STOP")) == (Thinking(text="ab", signed_by="gemini"), Text(text="cd"))


def test_a_signature_behind_the_words_stays_behind_them() -> None:
    whole = fold(heard(sse(chunk("Hi"), chunk({"text": "", **SIGNED}, reason="STOP"))))
    assert whole.parts == (Text(text="Hi"),)
    assert whole.extra == {"candidate.thoughtSignature": b'"c2ln"'}


def test_a_signed_piece_is_not_run_on_with_others() -> None:
    signed = Text(text="B", extra={"thoughtSignature": b'"c2ln"'})
    assert parts(chunk("A"), chunk({"text": "B", **SIGNED}), chunk("C", reason="STOP")) == (
        Text(text="A"),
        signed,
        Text(text="C"),
    )


def test_calls_come_whole_and_say_that_a_result_is_waited_for() -> None:
    calls = [{"functionCall": {"name": "n", "args": {"a": place}}} for place in range(2)]
    whole = fold(heard(sse(chunk(calls[0] | SIGNED), chunk(calls[1]), chunk("", reason="STOP"))))
    assert whole.stop == "tool"
    assert whole.parts == (
        ToolCall(id="call_gemini_a_0", name="n", arguments='{"a": 0}', extra={"thoughtSignature": b'"c2ln"'}),
        ToolCall(id="call_gemini_a_1", name="n", arguments='{"a": 1}'),
    )


def test_words_like_those_of_bits_are_only_words() -> None:
    call = {"functionCall": {"name": "n", "args": {"willContinue": True}}}
    (told,) = parts(chunk(call), chunk("", reason="STOP"))
    assert isinstance(told, ToolCall)
    assert json.loads(told.arguments) == {"willContinue": True}


def test_a_signature_of_a_call_is_told_as_lost_where_nothing_can_carry_it() -> None:
    writer = ChatWriter()
    for event in heard(sse(chunk({"functionCall": {"name": "n", "args": {}}, **SIGNED}, reason="STOP"))):
        writer.write(event)
    assert [loss.path for loss in writer.losses] == ["parts.0.thoughtSignature"]


def test_arguments_that_come_in_bits_leave_complete() -> None:
    told = [
        bits(name="plan", goes_on=True, **SIGNED),
        bits({"jsonPath": "$.town", "stringValue": "Pas", "willContinue": True}, goes_on=True),
        bits({"jsonPath": "$.town", "stringValue": "sau"}, {"jsonPath": "$.days", "numberValue": 2}, goes_on=True),
        bits(
            {"jsonPath": "$.stops[1].wet", "boolValue": True},
            {"jsonPath": "$['a.b']", "nullValue": "NULL_VALUE"},
            goes_on=True,
        ),
        bits(),
    ]
    (call,) = parts(*map(chunk, told), chunk("", reason="STOP"))
    assert isinstance(call, ToolCall)
    assert json.loads(call.arguments) == {"town": "Passau", "days": 2, "stops": [None, {"wet": True}], "a.b": None}
    assert call.extra == {"thoughtSignature": b'"c2ln"'}


@pytest.mark.parametrize("path", ["town", "$", "$[0]", "$.a[999999999]", "$.a..b", "$.a[x]"])
def test_bits_for_no_place_are_the_provider_s_fault(path: str) -> None:
    with pytest.raises(BrokenProtocol):
        heard(sse(chunk(bits({"jsonPath": path, "stringValue": "x"}, name="n")), chunk("", reason="STOP")))


def test_places_that_do_not_fit_together_are_the_provider_s_fault() -> None:
    told = [{"jsonPath": "$.a[0]", "stringValue": "x"}, {"jsonPath": "$.a.b", "stringValue": "x"}]
    whole = fold(heard(sse(chunk(bits(*told, name="n")), chunk("", reason="STOP"))))
    assert isinstance(whole.parts[0], ToolCall)
    assert json.loads(whole.parts[0].arguments) == {"a": {"b": "x"}}


def test_a_call_that_is_never_finished_is_the_provider_s_fault() -> None:
    with pytest.raises(BrokenProtocol, match="never finished"):
        heard(sse(chunk(bits(name="n", goes_on=True)), chunk("", reason="STOP")))


def test_what_only_google_has_is_told_as_it_stands() -> None:
    (code, words) = parts(chunk({"executableCode": {"code": "1"}}), chunk("It is 1.", reason="STOP"))
    assert code == Own(dialect="gemini", kind="executableCode", raw=b'{"executableCode": {"code": "1"}}')
    assert words == Text(text="It is 1.")


def test_sources_come_last_and_belong_to_the_words_before() -> None:
    told = [chunk("Köln "), chunk("am Rhein.", reason="STOP", groundingMetadata=grounding(segment("Rhein", 9, 14)))]
    (said,) = parts(*told)
    assert isinstance(said, Text)
    assert [said.text[cite.start : cite.end] for cite in said.citations] == ["Rhein"]


def test_sources_of_words_that_are_over_are_lost_and_that_is_told() -> None:
    code = {"executableCode": {"code": "1"}}
    reader = Reader()
    reader.feed(sse(chunk("A"), chunk(code), chunk(reason="STOP", groundingMetadata=grounding(segment("A", 0, 1)))))
    reader.end()
    assert [loss.path for loss in reader.losses] == ["citations"]


def test_another_answer_beside_the_first_is_lost_and_that_is_told() -> None:
    reader = Reader()
    heard = reader.feed(sse(chunk("A", index=0), chunk("B", index=1), chunk(reason="STOP", index=0))) + reader.end()
    assert fold(heard).parts == (Text(text="A"),)
    assert [loss.path for loss in reader.losses] == ["others"]


def test_an_error_in_the_middle_ends_it() -> None:
    broken = {"error": {"code": 503, "message": "too much", "status": "UNAVAILABLE"}}
    data = sse(chunk("Hi"), broken, chunk("more", reason="STOP"))
    assert heard(data)[-1] == Failed(code="unavailable", message="too much")
    assert heard(data, 1) == heard(data)


@pytest.mark.parametrize(
    "data", [b"data: {\n\n", b"data: 7\n\n", b'data: {"candidates":[7]}\n\n', b'data: {"error":7}\n\n']
)
def test_what_is_no_event_is_no_gemini_stream(data: bytes) -> None:
    with pytest.raises(BrokenProtocol):
        heard(data)
