"""A whole responses answer: its usage, or the fault it really is."""

from __future__ import annotations

import msgspec

from halfopen.errors import BrokenProtocol, ServerError
from halfopen.wire.faults import UNREADABLE, excerpt, words
from halfopen.wire.usage import ABSENT, RESPONSES, Told, Usage, read, service_of

_ABSENT = msgspec.Raw()


class _Answer(msgspec.Struct):
    output: msgspec.Raw = _ABSENT
    usage: msgspec.Raw = ABSENT
    service_tier: msgspec.Raw = ABSENT
    error: msgspec.Raw = _ABSENT
    status: str = ""
    id: str = ""
    store: bool | None = None


_answer = msgspec.json.Decoder(_Answer)
_AT_WORK = ("queued", "in_progress")


def usage(body: bytes) -> Usage | None:
    """None if the provider told none. Raises as `told` does."""
    return told(body).usage


def told(body: bytes) -> Told:
    """What the answer says of its cost. Raises BrokenProtocol, or ServerError for an error sent as a success."""
    try:
        answer = _answer.decode(body)
    except UNREADABLE as why:
        raise BrokenProtocol(f"The provider's answer is not a response: {why}") from None
    failed = bytes(answer.error) not in (b"", b"null")
    if answer.status == "failed" or (failed and bytes(memoryview(answer.output)[:1]) != b"["):
        raise ServerError(f"The provider answered 200 with an error: {words(body)}", body=body)
    if bytes(memoryview(answer.output)[:1]) != b"[":
        raise BrokenProtocol(f"The provider's answer is not a response, it has no `output`: {excerpt(body)}")
    kept = "" if answer.store is False else answer.id
    return Told(read(RESPONSES, answer.usage) or None, service_of(answer.service_tier), kept)


def told_at_last(body: bytes) -> Told:
    """What an answer that its provider keeps says of its cost when it is looked at: nothing before it is over."""
    try:
        answer = _answer.decode(body)
    except UNREADABLE:
        return Told(None)
    used = None if answer.status in _AT_WORK else read(RESPONSES, answer.usage)
    return Told(used or None, service_of(answer.service_tier), answer.id)
