"""A messages request: what it must have, and what is rewritten before it leaves."""

from __future__ import annotations

from collections.abc import Iterable

from halfopen.wire.body import Body, count, must_be_list, raw, text, without_labels, write
from halfopen.wire.quirks import depart

PATH = "/v1/messages"
HEADERS = frozenset((b"anthropic-version", b"anthropic-beta", b"idempotency-key", b"traceparent", b"tracestate"))
_EXAMPLE = '[{"role": "user", "content": "Hello"}]'


def check(body: Body) -> None:
    """Raises BadBody for what no messages service could read."""
    must_be_list(body, "messages", _EXAMPLE)


def usage_asked(body: Body) -> bool:
    """Usage is part of every messages stream."""
    return True


def limit(body: Body) -> int | None:
    """How many tokens may be generated at most; None if the caller did not say."""
    return count(body, "max_tokens")


def limited(body: Body, most: int) -> Body:
    """A body that generates so many tokens at most."""
    return {**body, "max_tokens": raw(most)}


def prepare(body: Body, model: str, quirks: Iterable[str]) -> bytes:
    """The body for the provider. Its argument is left as it was."""
    out = dict(body)
    out["model"] = raw(model)
    without_labels(out)
    depart(out, quirks)
    return write(out)


def model_of(body: Body) -> str | None:
    return text(body, "model")
