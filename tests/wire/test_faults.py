"""Faults on the wire, both ways."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from halfopen import errors
from halfopen.errors import Fault
from halfopen.wire.faults import (
    chat_error,
    from_provider,
    is_chat_error,
    is_messages_error,
    messages_error,
    retry_after,
    words,
)

MEANINGS = {
    400: errors.Refused,
    401: errors.KeyRejected,
    402: errors.ServerError,
    403: errors.ServerError,
    404: errors.ModelGone,
    408: errors.ServerError,
    413: errors.Refused,
    422: errors.Refused,
    429: errors.Overloaded,
    500: errors.ServerError,
    503: errors.ServerError,
    529: errors.Overloaded,
}


@pytest.mark.parametrize(("status", "kind"), MEANINGS.items())
def test_what_a_status_means(status: int, kind: type[Fault]) -> None:
    fault = from_provider(status, b'{"error":{"message":"so it is"}}', 3.0, "acme")
    assert type(fault) is kind
    ours = {402: "it wants payment: so it is", 403: "it forbids this: so it is"}
    said = ours.get(status, "so it is") if kind is not errors.KeyRejected else "it does not take our key"
    assert fault.message == f"acme answered {status}: {said}"
    assert fault.retry_after == 3.0


def test_a_page_that_blocks_is_told_in_its_words_and_not_as_a_key_that_was_rejected() -> None:
    page = b"<html><head><title>Blocked</title></head><body>Your country is <b>not</b> served.</body></html>"
    fault = from_provider(403, page, None, "acme")
    assert fault.message == "acme answered 403: it forbids this: Blocked Your country is not served."


@pytest.mark.parametrize(
    ("status", "said"), {204: "no answer", 202: "no answer", 302: "redirect", 307: "redirect"}.items()
)
def test_what_is_neither_an_answer_nor_an_error_is_no_use_of_the_protocol(status: int, said: str) -> None:
    fault = from_provider(status, b"<html>", None, "acme")
    assert type(fault) is errors.BrokenProtocol
    assert fault.message.startswith(f"acme answered {status}, ")
    assert said in fault.message


BODIES = {
    b'{"error":{"message":"no","type":"x"}}': "no",
    b'{"type":"error","error":{"type":"x","message":"no"}}': "no",
    b'{"error":"no"}': "no",
    b'{"message":"no"}': "no",
    b'[{"error":{"code":400,"message":"no"}}]': "no",
    b"[]": "[]",
    b'{"detail":[{"msg":"no"}]}': '{"detail":[{"msg":"no"}]}',
    b'{"error":' + b"[" * 10**5: '{"error":' + "[" * 191,
    b"no: it must be <= 4096": "no: it must be <= 4096",
    b"<html>no": "no",
    b"<!DOCTYPE html>\n<style>p {}</style ><h1>No\x00 \xe2\x80\xaew</h1>\r\na&nbsp;&amp;&lt;b&gt; b": "No w a & b",
    b"<script>no<script>no" * 10**4: "",
    b"<!--no" * 10**4: "",
    b"<p " * 10**4 + b"no": "",
    b"<p>" + b"no " * 200: ("no " * 67)[:200],
    b"": "",
    b"\xff\xfe": "\ufffd\ufffd",
}


@pytest.mark.parametrize(("body", "said"), BODIES.items())
def test_the_sentence_in_a_body(body: bytes, said: str) -> None:
    assert words(body) == said


def test_retry_after_is_seconds_or_a_date() -> None:
    now = 1_795_000_000.0
    later = format_datetime(datetime.fromtimestamp(now + 90, UTC), usegmt=True)
    assert retry_after("12", now) == 12
    assert retry_after("0.5", now) == 0.5
    assert retry_after(later, now) == 90
    assert retry_after("-3", now) == 0
    assert retry_after("soon", now) is None
    assert retry_after("", now) is None


def test_an_error_of_ours_is_one_of_openai_s() -> None:
    told = json.loads(chat_error(errors.UnknownLane("There is no lane `x`."), "req_1"))
    assert told["error"] == {
        "message": "There is no lane `x`.",
        "type": "not_found_error",
        "param": None,
        "code": "unknown_lane",
    }
    assert told["request_id"] == "req_1"


def test_an_error_of_ours_is_one_of_anthropic_s() -> None:
    told = json.loads(messages_error(errors.Resting("It rests."), "req_1"))
    assert told == {
        "type": "error",
        "error": {"type": "overloaded_error", "message": "It rests."},
        "request_id": "req_1",
    }


CHATS = {
    b'{"error":{"message":"no"}}': True,
    b'{ "more": [1], "error": {"message": "no", "type": "x", "param": null, "code": 7}}': True,
    b'{"error":"no"}': False,
    b'{"message":"no"}': False,
    b'{"error":{"message":null}}': False,
    b'{"error":{"message":"\xff"}}': False,
    b"<html>": False,
    b"": False,
    b'{"x":' + b"[" * 10**5: False,
}


@pytest.mark.parametrize(("body", "read"), CHATS.items())
def test_what_openai_s_clients_read_as_an_error(body: bytes, read: bool) -> None:
    assert is_chat_error(body) is read


def test_what_anthropic_s_clients_read_as_an_error() -> None:
    assert is_messages_error(b'{"type":"error","error":{"type":"invalid_request_error","message":"no"}}')
    for body in (b'{"error":{"type":"x","message":"no"}}', b'{"type":"error","error":{"message":"no"}}', *CHATS):
        assert not is_messages_error(body)
