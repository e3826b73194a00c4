"""A whole chat answer: its usage, or the fault it really is."""

from __future__ import annotations

import msgspec

from halfopen.errors import BrokenProtocol, ServerError
from halfopen.wire.faults import UNREADABLE, excerpt, words
from halfopen.wire.usage import ABSENT, CHAT, STANDARD, Told, Usage, read, service_of

_ABSENT = msgspec.Raw()


class _Answer(msgspec.Struct):
    choices: msgspec.Raw = _ABSENT
    usage: msgspec.Raw = ABSENT
    service_tier: msgspec.Raw = ABSENT
    error: msgspec.Raw = _ABSENT


_answer = msgspec.json.Decoder(_Answer)


def usage(body: bytes) -> Usage | None:
    """None if the provider told none. Raises as `told` does."""
    return told(body).usage


def told(body: bytes) -> Told:
    """What the answer says of its cost. Raises BrokenProtocol, or ServerError for an error sent as a success."""
    try:
        answer = _answer.decode(body)
    except UNREADABLE as why:
        raise BrokenProtocol(f"The provider's answer is not a chat completion: {why}") from None
    if bytes(memoryview(answer.choices)[:1]) != b"[":
        if bytes(answer.error) in (b"", b"null"):
            raise BrokenProtocol(
                f"The provider's answer is not a chat completion, it has no `choices`: {excerpt(body)}"
            )
        raise ServerError(f"The provider answered 200 with an error: {words(body)}", body=body)
    return Told(
        read(CHAT, answer.usage) or None, STANDARD if answer.service_tier is ABSENT else service_of(answer.service_tier)
    )
