"""A chat request: what it must have, and what is rewritten before it leaves."""

from __future__ import annotations

from collections.abc import Iterable

from halfopen.wire.body import Body, count, flag, must_be_list, raw, table, text, without_labels, write
from halfopen.wire.quirks import depart

PATH = "/v1/chat/completions"
# What crosses from the caller's headers to the provider's. OpenAI's own, and tracing.
HEADERS = frozenset((b"openai-beta", b"idempotency-key", b"traceparent", b"tracestate"))
_EXAMPLE = '[{"role": "user", "content": "Hello"}]'


def check(body: Body) -> None:
    """Raises BadBody for what no chat service could read."""
    must_be_list(body, "messages", _EXAMPLE)
    table(body, "stream_options")


def usage_asked(body: Body) -> bool:
    """Whether the caller asked for the usage chunk at the end of its stream."""
    return "stream_options" in body and flag(table(body, "stream_options"), "include_usage")


def limit(body: Body) -> int | None:
    """How many tokens may be generated at most, in all choices together; None if the caller did not say."""
    most = max(count(body, "max_completion_tokens") or 0, count(body, "max_tokens") or 0)
    return most * (count(body, "n") or 1) if most else None


def limited(body: Body, most: int) -> Body:
    """A body whose choices together generate so many tokens at most."""
    rest = {name: value for name, value in body.items() if name != "max_completion_tokens"}
    return {**rest, "max_tokens": raw(max(1, most // (count(body, "n") or 1)))}


def prepare(body: Body, model: str, quirks: Iterable[str]) -> bytes:
    """The body for the provider. Its argument is left as it was."""
    out = dict(body)
    out["model"] = raw(model)
    without_labels(out)
    if flag(out, "stream") and not usage_asked(out):
        out["stream_options"] = raw({**table(out, "stream_options"), "include_usage": True})
    depart(out, quirks)
    return write(out)


def model_of(body: Body) -> str | None:
    return text(body, "model")
