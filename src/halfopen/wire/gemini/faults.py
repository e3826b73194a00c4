"""Google's error object: ours written as one, and whether a body is one.

{"error": {"code": 429, "message": "...", "status": "RESOURCE_EXHAUSTED", "details": [...]}}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from halfopen.errors import Fault
from halfopen.wire.faults import UNREADABLE

# The canonical code that stands for each HTTP status (google.rpc.Code).
STATUSES: Mapping[int, str] = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_RPC = "type.googleapis.com/google.rpc."


class _Told(msgspec.Struct):
    message: str
    code: int | None = None
    status: str | None = None


class _Error(msgspec.Struct):
    error: _Told


_Alone = Annotated[list[_Error], msgspec.Meta(min_length=1, max_length=1)]  # as a stream that is an array tells it
_error = msgspec.json.Decoder(_Error | _Alone)


def gemini_error(fault: Fault, request: str) -> bytes:
    """Google's error object, with our code and our request id in its details."""
    details: list[dict[str, object]] = [
        {"@type": f"{_RPC}ErrorInfo", "reason": fault.code.upper(), "domain": "halfopen"},
        {"@type": f"{_RPC}RequestInfo", "requestId": request},
    ]
    if fault.retry_after is not None:
        details.append({"@type": f"{_RPC}RetryInfo", "retryDelay": f"{fault.retry_after:g}s"})
    error = {"code": fault.status, "message": fault.message, "status": status_of(fault.status), "details": details}
    return msgspec.json.encode({"error": error})


def status_of(code: int) -> str:
    return STATUSES.get(code) or ("INVALID_ARGUMENT" if code < 500 else "INTERNAL")


def is_gemini_error(body: bytes) -> bool:
    """Whether a body is an error as Google's clients read one: they look into an array only for the one in it."""
    try:
        told = _error.decode(body)
    except UNREADABLE:
        return False
    error = told[0].error if isinstance(told, list) else told.error
    return error.code is not None or error.status is not None
