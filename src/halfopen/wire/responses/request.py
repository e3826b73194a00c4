"""A responses request: what it must have, and what is rewritten before it leaves."""

from __future__ import annotations

from collections.abc import Iterable

from halfopen.errors import BadBody
from halfopen.wire.body import Body, count, raw, shown, text, without_labels, write
from halfopen.wire.quirks import depart

PATH = "/v1/responses"
# What crosses from the caller's headers to the provider's. OpenAI's own, and tracing.
HEADERS = frozenset((b"openai-beta", b"idempotency-key", b"traceparent", b"tracestate"))
_INSTEAD = ("previous_response_id", "conversation", "prompt")  # with one of these there may be nothing new to say


def check(body: Body) -> None:
    """Raises BadBody for what no responses service could read."""
    given = body.get("input")
    if given is None:
        if not any(name in body for name in _INSTEAD):
            raise BadBody('`input` is missing. Send for example "Hello".')
    elif bytes(memoryview(given)[:1]) not in (b'"', b"["):
        raise BadBody(f"`input` is {shown(given)}; it must be a string or a list of items.")


def usage_asked(body: Body) -> bool:
    """Usage is part of every response, streamed or not."""
    return True


def limit(body: Body) -> int | None:
    """How many tokens may be generated at most; None if the caller did not say."""
    return count(body, "max_output_tokens")


def limited(body: Body, most: int) -> Body:
    """A body that generates so many tokens at most."""
    return {**body, "max_output_tokens": raw(most)}


def prepare(body: Body, model: str, quirks: Iterable[str]) -> bytes:
    """The body for the provider. Its argument is left as it was."""
    out = dict(body)
    out["model"] = raw(model)
    without_labels(out)
    depart(out, quirks)
    return write(out)


def model_of(body: Body) -> str | None:
    return text(body, "model")
