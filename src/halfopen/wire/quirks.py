"""Ways in which a provider departs from its dialect, by name; any provider row may list them.

A quirk changes the outgoing body and nothing else. To add one: write the function, name it in QUIRKS,
list the name in a provider row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from halfopen.wire.body import Body


def no_stream_options(body: Body) -> None:
    """It sends usage with every stream by itself and refuses `stream_options`."""
    body.pop("stream_options", None)


def max_tokens_is_old(body: Body) -> None:
    """It knows `max_completion_tokens` only, and refuses the old name."""
    if "max_tokens" in body and "max_completion_tokens" not in body:
        body["max_completion_tokens"] = body.pop("max_tokens")


QUIRKS: Mapping[str, Callable[[Body], None]] = {
    "no_stream_options": no_stream_options,
    "max_tokens_is_old": max_tokens_is_old,
}
