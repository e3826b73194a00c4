"""The body of a route's request as a row, and its answer as JSON."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from halfopen.errors import BadBody

T = TypeVar("T")


async def read(request: Request, decoder: msgspec.json.Decoder[T], example: str) -> T:
    """The body. Raises BadBody with an example of a good one."""
    try:
        return decoder.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError) as why:
        raise BadBody(f"{why}. Send for example {example}.") from None


def json(value: Any, status: int = 200) -> Response:
    """What msgspec can encode."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")
