"""Faults on the wire: what a provider's status means, and how ours look in each dialect."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import msgspec

from halfopen.errors import (
    BrokenProtocol,
    Fault,
    KeyRejected,
    ModelGone,
    Overloaded,
    Refused,
    ServerError,
    TooLong,
    UpstreamFault,
)

_MEANING: Mapping[int, type[UpstreamFault]] = {
    401: KeyRejected,
    402: ServerError,  # no credit, perhaps for this request only: elsewhere it may be served
    403: ServerError,  # a key without the right, a region, a moderator, a firewall: only its words say which
    404: ModelGone,
    408: ServerError,
    409: ServerError,
    429: Overloaded,
    529: Overloaded,
}
# The type that each dialect's own service would give a status (OpenAI: error codes; Anthropic: errors).
CHAT_TYPES: Mapping[int, str] = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    504: "timeout_error",
}
MESSAGES_TYPES: Mapping[int, str] = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
}


class _Told(msgspec.Struct):
    message: str = ""


class _Envelope(msgspec.Struct):
    error: _Told | str = ""
    message: str = ""


class _ChatTold(msgspec.Struct):
    message: str


class _ChatError(msgspec.Struct):
    error: _ChatTold


class _MessagesTold(msgspec.Struct):
    type: str
    message: str


class _MessagesError(msgspec.Struct):
    type: Literal["error"]
    error: _MessagesTold


_envelope = msgspec.json.Decoder(_Envelope | list[_Envelope])  # Google's streams tell theirs in an array
_chat_error = msgspec.json.Decoder(_ChatError)
_messages_error = msgspec.json.Decoder(_MessagesError)
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # what decoding JSON may raise
# Comments, what is meant for browsers, and tags; one without its end goes on to the end of the page.
_markup = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|<[/!?a-z][^>]*(?:>|\Z)", re.DOTALL | re.IGNORECASE
)
_WHY: Mapping[int, str] = {401: "it does not take our key", 402: "it wants payment", 403: "it forbids this"}
# How OpenAI and vLLM, Anthropic, Google and llama.cpp say that a prompt is longer than the context.
_long = re.compile(
    rb"context_length_exceeded|maximum context length|prompt is too long|input token count .{0,80}exceeds the maximum"
    rb"|exceeds? the available context size",
    re.IGNORECASE,
)
OWN_WORDS = (Refused, TooLong)  # what is passed on as it came
READ, KEPT = 2**16, 200  # of a page instead of an error: bytes looked at, characters told


def from_provider(status: int, body: bytes, retry_after: float | None, provider: str) -> UpstreamFault:
    """The fault that a provider's error status stands for, with its own words kept to be passed on."""
    if status < 400:  # no second try at the same address would mend it
        why = "a redirect, which is not followed: is its address right?" if status >= 300 else "which is no answer"
        return BrokenProtocol(f"{provider} answered {status}, {why}", retry_after=retry_after)
    kind = _MEANING.get(status) or (ServerError if status >= 500 else TooLong if _too_long(body) else Refused)
    # A provider that rejects a key may quote it, and that key is ours, not the caller's.
    said = (_WHY.get(status), "" if kind is KeyRejected else words(body))
    message = ": ".join((f"{provider} answered {status}", *filter(None, said)))
    own = status if kind in OWN_WORDS else None
    return kind(message, retry_after=retry_after, body=body, status=own)


def _too_long(body: bytes) -> bool:
    return _long.search(body[:READ]) is not None


def words(body: bytes) -> str:
    """The sentence inside a provider's error body, cut to what a log line can bear."""
    try:
        found = _envelope.decode(body)
    except UNREADABLE:
        return excerpt(body)
    told = found if isinstance(found, _Envelope) else next(iter(found), _Envelope())
    said = told.error if isinstance(told.error, str) else told.error.message
    return (said or told.message)[:300] or excerpt(body)


def excerpt(body: bytes) -> str:
    """The beginning of a body that is no error of a dialect's: its text without markup, on one line."""
    text = _markup.sub(" ", html.unescape(body[:READ].decode("utf-8", "replace")))
    return "".join(letter for letter in " ".join(text.split())[:KEPT] if letter.isprintable())


def is_chat_error(body: bytes) -> bool:
    """Whether a body is an error as OpenAI's clients read one."""
    return _reads(_chat_error, body)


def is_messages_error(body: bytes) -> bool:
    """Whether a body is an error as Anthropic's clients read one."""
    return _reads(_messages_error, body)


def _reads(decoder: msgspec.json.Decoder[Any], body: bytes) -> bool:
    try:
        decoder.decode(body)
    except UNREADABLE:
        return False
    return True


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait as a `retry-after` header says it: a number or an HTTP date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = _until(value, now)
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _until(date: str, now: float) -> float:
    """Seconds until an HTTP date; not a number if it is none."""
    try:
        return parsedate_to_datetime(date).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return math.nan


def kind_of(types: Mapping[int, str], status: int, above: str) -> str:
    return types.get(status) or ("invalid_request_error" if status < 500 else above)


def chat_error(fault: Fault, request: str) -> bytes:
    """OpenAI's error object, with our request id beside it."""
    error = {
        "message": fault.message,
        "type": kind_of(CHAT_TYPES, fault.status, "server_error"),
        "param": None,
        "code": fault.code,
    }
    return msgspec.json.encode({"error": error, "request_id": request})


def messages_error(fault: Fault, request: str) -> bytes:
    """Anthropic's error object."""
    error = {"type": kind_of(MESSAGES_TYPES, fault.status, "api_error"), "message": fault.message}
    return msgspec.json.encode({"type": "error", "error": error, "request_id": request})
