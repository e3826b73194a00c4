"""A whole gemini answer: its usage, or the fault it really is."""

from __future__ import annotations

import msgspec

from halfopen.errors import BrokenProtocol, ServerError
from halfopen.wire.faults import UNREADABLE, excerpt, words
from halfopen.wire.usage import GEMINI, Told, Usage, read, service_of

_ABSENT = msgspec.Raw()
_NOTHING = (b"", b"null")


class _Answer(msgspec.Struct, rename="camel"):
    candidates: msgspec.Raw = _ABSENT
    prompt_feedback: msgspec.Raw = _ABSENT
    usage_metadata: msgspec.Raw = _ABSENT
    error: msgspec.Raw = _ABSENT


_answer = msgspec.json.Decoder(_Answer)


def usage(body: bytes) -> Usage | None:
    """None if the provider told none. Raises as `told` does."""
    return told(body).usage


def told(body: bytes) -> Told:
    """What the answer says of its cost. Raises BrokenProtocol, or ServerError for an error sent as a success.

    A prompt that was blocked has an answer without candidates, and its feedback says why.
    """
    try:
        answer = _answer.decode(body)
    except UNREADABLE as why:
        raise BrokenProtocol(f"The provider's answer is no generated content: {why}") from None
    if bytes(memoryview(answer.candidates)[:1]) != b"[" and bytes(answer.prompt_feedback) in _NOTHING:
        if bytes(answer.error) in _NOTHING:
            raise BrokenProtocol(
                f"The provider's answer is no generated content, it has no `candidates`: {excerpt(body)}"
            )
        raise ServerError(f"The provider answered 200 with an error: {words(body)}", body=body)
    if bytes(answer.usage_metadata) in _NOTHING:
        return Told(None)
    return Told(read(GEMINI, answer.usage_metadata) or None, service_of(answer.usage_metadata))
