"""What is rewritten of a request, what a whole answer says, and that every dialect has all of it."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from halfopen.errors import BadBody, BrokenProtocol, ServerError
from halfopen.testing import wires
from halfopen.testing.steps import Send
from halfopen.wire import body
from halfopen.wire.quirks import QUIRKS
from halfopen.wire.table import BY_PATH, CHAT, DIALECTS, GEMINI, MESSAGES, Dialect

QUESTION = b'{"model":"halfopen/realtime","messages":[{"role":"user","content":"hi"}],"new_field":{"a": [1.50]}}'
CONTENTS = b'{"contents":[{"parts":[{"text":"hi"}]}],"new_field":{"a": [1.50]}}'
both = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)


@both
def test_only_the_model_changes_when_nothing_else_must(dialect: Dialect) -> None:
    if dialect is GEMINI:
        assert dialect.prepare(body.read(CONTENTS), "gemini-2.5-pro", ()) == CONTENTS
        assert dialect.target("/v1beta", "gemini-2.5-pro", False) == "/v1beta/models/gemini-2.5-pro:generateContent"
        return
    sent = dialect.prepare(body.read(QUESTION), "gpt-oss-120b", ())
    assert sent == QUESTION.replace(b"halfopen/realtime", b"gpt-oss-120b")


@both
def test_preparing_leaves_the_request_as_it_was(dialect: Dialect) -> None:
    read = body.read(QUESTION[:-1] + b',"stream":true,"metadata":{"halfopen_zone":"home"}}')
    before = body.write(read)
    dialect.prepare(read, "m", tuple(QUIRKS))
    assert body.write(read) == before


def test_a_chat_stream_asks_for_its_usage_and_keeps_other_options() -> None:
    read = body.read(QUESTION[:-1] + b',"stream":true,"stream_options":{"include_obfuscation":false}}')
    sent = json.loads(CHAT.prepare(read, "m", ()))
    assert sent["stream_options"] == {"include_obfuscation": False, "include_usage": True}
    assert not CHAT.usage_asked(read)


def test_a_messages_stream_is_not_asked_for_what_it_tells_anyway() -> None:
    sent = json.loads(MESSAGES.prepare(body.read(QUESTION[:-1] + b',"stream":true}'), "m", ()))
    assert "stream_options" not in sent


def test_quirks_change_what_they_say_and_nothing_else() -> None:
    read = body.read(QUESTION[:-1] + b',"stream":true,"max_tokens":9}')
    assert "stream_options" not in json.loads(CHAT.prepare(read, "m", ["no_stream_options"]))
    sent = json.loads(CHAT.prepare(read, "m", ["max_tokens_is_old"]))
    assert (sent.get("max_tokens"), sent["max_completion_tokens"]) == (None, 9)


@pytest.mark.parametrize("options", ["[]", '"x"', '{"include_usage": 1}'])
def test_stream_options_of_another_shape_are_told(options: str) -> None:
    read = body.read(QUESTION[:-1] + f',"stream":true,"stream_options":{options}}}'.encode())
    with pytest.raises(BadBody):
        CHAT.check(read)
        CHAT.usage_asked(read)


def said(steps: list[object]) -> bytes:
    (step,) = steps
    assert isinstance(step, Send)
    return step.data.partition(b"\r\n\r\n")[2]


def test_a_whole_answer_tells_its_usage() -> None:
    usage = wires.Usage(input=3, output=2)
    assert CHAT.told(said([*wires.chat_answer("x", usage=usage)])).usage == {"input": 3, "output": 2}
    assert MESSAGES.told(said([*wires.messages_answer("x", usage=usage)])).usage == {"input": 3, "output": 2}
    assert CHAT.told(said([*wires.chat_answer("x", usage=None)])).usage is None


@both
def test_an_error_sent_as_a_success_is_an_error(dialect: Dialect) -> None:
    for text in (b'{"error":{"message":"overheated"}}', b'{"choices":null,"content":null,"error":"overheated"}'):
        with pytest.raises(ServerError, match=r"200 with an error: overheated$"):
            dialect.told(text)


def test_an_answer_of_another_dialect_is_said_to_be_none_of_this_one_with_a_little_of_it() -> None:
    chat = said([*wires.chat_answer("x" * 5000)])
    message = said([*wires.messages_answer("x" * 5000)])
    for dialect, text, lacks in ((MESSAGES, chat, "not a message"), (CHAT, message, "not a chat completion")):
        with pytest.raises(BrokenProtocol, match=lacks) as told:
            dialect.told(text)
        assert "error" not in told.value.message
        assert text[:40].decode() in told.value.message
        assert len(told.value.message) < 300


@both
def test_what_is_no_answer_is_said_to_be_broken(dialect: Dialect) -> None:
    for text in (b"<html>", b"", b"[]", b"{}", b'{"choices":null,"content":null,"error":null}'):
        with pytest.raises(BrokenProtocol):
            dialect.told(text)


def test_every_dialect_has_every_part_and_a_path_of_its_own() -> None:
    assert len(BY_PATH) == len(DIALECTS)
    assert all(getattr(dialect, each.name) is not None for dialect in DIALECTS.values() for each in fields(Dialect))


@both
def test_no_header_that_carries_a_secret_or_names_a_client_crosses(dialect: Dialect) -> None:
    forbidden = {b"authorization", b"x-api-key", b"api-key", b"cookie", b"host", b"x-forwarded-for", b"forwarded"}
    assert not dialect.headers & forbidden
    assert not [name for name in dialect.headers if name.startswith(b"x-halfopen-")]


@both
@pytest.mark.parametrize(
    "told", ["5", "{}", "null", '"x"', '{"prompt_tokens": 1.5, "input_tokens": "a"}', '{"total_tokens": 9}']
)
def test_an_answer_is_not_lost_for_usage_that_cannot_be_read_and_costs_no_zero(dialect: Dialect, told: str) -> None:
    lists = ",".join(f'"{name}": []' for name in ("choices", "content", "output", "candidates"))
    assert dialect.told(f'{{{lists}, "usage": {told}, "usageMetadata": {told}}}'.encode()).usage is None
