"""A gemini request: its model and its way of answering stand in the path, not in the body.

POST /v1beta/models/gemini-2.5-pro:generateContent
POST /v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from urllib.parse import parse_qs, quote, unquote

from halfopen.errors import BadBody
from halfopen.wire import body as bodies
from halfopen.wire.body import Body, count, must_be_list, raw, table, write
from halfopen.wire.quirks import depart

PATHS = ("/v1beta/models/", "/v1/models/")
METHODS: Mapping[str, bool] = {"generateContent": False, "streamGenerateContent": True}  # whether it streams
# What crosses from the caller's headers to the provider's: who its client is, how long it waits, and tracing.
HEADERS = frozenset((b"x-goog-api-client", b"x-server-timeout", b"traceparent", b"tracestate"))
_EXAMPLE = '[{"role": "user", "parts": [{"text": "Hello"}]}]'
_WORDS = {stream: method for method, stream in METHODS.items()}


def called(path: str) -> tuple[str, bool] | None:
    """The model that a path names, decoded, and whether it streams; None if it is no such path.

    `path` is as it was sent, percent-encoded, without its query.
    """
    start = next((each for each in PATHS if path.startswith(each)), None)
    if start is None:
        return None
    named, colon, method = path.removeprefix(start).rpartition(":")
    model = unquote(named)
    if not colon or not model or method not in METHODS:
        return None
    return model, METHODS[method]


def target(model: str, stream: bool) -> str:
    """The end of a path behind the version. `models/`, `tunedModels/` and the like may already stand in the name."""
    collection = "" if model.startswith(("models/", "tunedModels/", "publishers/", "projects/")) else "models/"
    return f"/{collection}{quote(model, safe='/@')}:{_WORDS[stream]}{'?alt=sse' if stream else ''}"


def check_query(query: str, stream: bool) -> None:
    """Raises BadBody for a stream that would be a JSON array: what it is worth cannot be read before its end."""
    asked = parse_qs(query, keep_blank_values=True).get("alt", [])
    if stream and asked != ["sse"]:
        raise BadBody("A stream is served as server-sent events only. Call `:streamGenerateContent?alt=sse`.")
    if not stream and any(each != "json" for each in asked):
        raise BadBody("`alt` is for streams: call `:streamGenerateContent?alt=sse`, or leave it out.")


def check(body: Body) -> None:
    """Raises BadBody for what no gemini service could read."""
    must_be_list(body, "contents", _EXAMPLE)
    _config(body)


def usage_asked(body: Body) -> bool:
    """Usage is part of every gemini stream."""
    return True


def limit(body: Body) -> int | None:
    """How many tokens may be generated at most, in all candidates together; None if the caller did not say."""
    config = _config(body)
    most = max(_most(config), _most(table(body, "generation_config")))
    return most * (count(config, "candidateCount") or count(config, "candidate_count") or 1) if most else None


def limited(body: Body, most: int) -> Body:
    """A body whose candidates together generate so many tokens at most."""
    config = _config(body)
    each = max(1, most // (count(config, "candidateCount") or count(config, "candidate_count") or 1))
    rest = {name: value for name, value in body.items() if name != "generation_config"}
    config = {name: value for name, value in config.items() if name != "max_output_tokens"}
    return {**rest, "generationConfig": raw({**config, "maxOutputTokens": each})}


def _most(config: Body) -> int:
    return max(count(config, "maxOutputTokens") or 0, count(config, "max_output_tokens") or 0)


def _config(body: Body) -> Body:
    return table(body, "generationConfig") or table(body, "generation_config")


# Our labels stand among those of the caller's own, which Google has too.
labels = partial(bodies.labels, within="labels")
without_labels = partial(bodies.without_labels, within="labels")


def prepare(body: Body, model: str, quirks: Iterable[str]) -> bytes:
    """The body for the provider. Its argument is left as it was. A `model` in it must be the one in the path."""
    out = dict(body)
    if "model" in out:
        out["model"] = raw(target(model, False)[1:].rpartition(":")[0])
    without_labels(out)
    depart(out, quirks)
    return write(out)
