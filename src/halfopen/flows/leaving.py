"""Why the work on a request was cancelled: its caller hung up, or the gateway is stopping."""

from __future__ import annotations

import asyncio

from halfopen.errors import CallerGone, Fault, Stopping

STOPS = "the gateway is stopping"  # the message of a cancellation by the server; any other is a caller who hung up


def why(cancelled: asyncio.CancelledError) -> Fault:
    """The fault that a cancellation stands for."""
    if STOPS in cancelled.args:
        return Stopping("The gateway is stopping and could not wait any longer. Send it again.", retry_after=1)
    return CallerGone("The caller hung up.")
