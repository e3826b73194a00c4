"""Faults on the wire: what a provider's status means, and how ours look in each dialect."""

from __future__ import annotations

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import msgspec

from halfopen.errors import Fault, KeyRejected, ModelGone, Overloaded, Refused, ServerError, UpstreamFault

_MEANING: Mapping[int, type[UpstreamFault]] = {
    401: KeyRejected,
    402: KeyRejected,  # no credit left: as good as no key
    403: KeyRejected,
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


_envelope = msgspec.json.Decoder(_Envelope)


def from_provider(status: int, body: bytes, retry_after: float | None, provider: str) -> UpstreamFault:
    """The fault that a provider's error status stands for, with its own words kept to be passed on."""
    kind = _MEANING.get(status) or (ServerError if status >= 500 else Refused)
    if status < 400:
        kind = ServerError  # a redirect or an empty success is no answer
    # A provider that rejects a key may quote it, and that key is ours, not the caller's.
    said = "it does not take our key" if kind is KeyRejected else words(body)
    message = f"{provider} answered {status}{': ' + said if said else ''}"
    own = status if kind is Refused else None
    return kind(message, retry_after=retry_after, body=body, status=own)


def words(body: bytes) -> str:
    """The sentence inside a provider's error body, cut to what a log line can bear."""
    try:
        told = _envelope.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body[:200].decode("utf-8", "replace").strip()
    said = told.error if isinstance(told.error, str) else told.error.message
    return (said or told.message)[:300]


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
