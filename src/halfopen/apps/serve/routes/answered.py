"""An answer of a route, as JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response


def json(value: Any, status: int = 200) -> Response:
    """What msgspec can encode."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")
