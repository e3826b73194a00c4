"""What was used, as the answers of the operations tell it: by token where they count tokens, else by the piece.

Nothing is made up. An answer that tells nothing, or tells what has no price of its own here (seconds of audio,
characters, pictures by size), has no usage: it is unpriced, and never free.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from halfopen.errors import BrokenProtocol, ServerError
from halfopen.wire.body import Body
from halfopen.wire.faults import UNREADABLE, excerpt, words
from halfopen.wire.fields import is_null
from halfopen.wire.tally import Count, Row, Table
from halfopen.wire.usage import ABSENT, GEMINI, Told, Usage, read

Reads = Callable[[bytes | msgspec.Raw], Usage | None]  # reads a usage object

_IN, _OUT = ("input_tokens",), ("output_tokens",)
SPOKEN = Table(  # all that is made is audio
    Row(kind="output_audio", path="output_tokens_details.audio_tokens", inside=_OUT),
    Row(kind="input", path="input_tokens"),
    Row(kind="output", path="output_tokens"),
    whole=True,
)
HEARD = Table(
    Row(kind="input_audio", path="input_token_details.audio_tokens", inside=_IN),
    Row(kind="input", path="input_tokens"),
    Row(kind="output", path="output_tokens"),
    whole=True,
)
PAINTED = Table(
    Row(kind="output_image", path="output_tokens_details.image_tokens", inside=_OUT),
    Row(kind="input", path="input_tokens"),
    Row(kind="output", path="output_tokens"),
    whole=True,
)


class _Tokens(msgspec.Struct):
    """Who generates nothing counts the prompt, or only the sum of all."""

    prompt_tokens: Count | None = None
    total_tokens: Count | None = None


class _Units(msgspec.Struct):
    search_units: float | None = None


class _Meta(msgspec.Struct):
    billed_units: _Units | None = None


class _Details(msgspec.Struct):
    image_tokens: Count | None = None


class _Given(msgspec.Struct):
    """What a picture was made from, and what a recording was."""

    input_tokens_details: _Details | None = None
    prompt_audio_seconds: Any = None
    seconds: Any = None


_object = msgspec.json.Decoder(Body)
_tokens = msgspec.json.Decoder(_Tokens)
_meta = msgspec.json.Decoder(_Meta)
_given = msgspec.json.Decoder(_Given)


def answer_of(body: bytes, *fields: str) -> Body:
    """The top level of an answer that has one of the fields. Raises BrokenProtocol, or ServerError for an error."""
    try:
        answer = _object.decode(body)
    except UNREADABLE as why:
        raise BrokenProtocol(f"The provider's answer is not a JSON object: {why}") from None
    if not any(field in answer and not is_null(answer[field]) for field in fields):
        if "error" in answer and not is_null(answer["error"]):
            raise ServerError(f"The provider answered 200 with an error: {words(body)}", body=body)
        raise BrokenProtocol(f"The provider's answer has no `{fields[0]}`: {excerpt(body)}")
    return answer


def plainly(usage: Callable[[bytes], Usage | None]) -> Callable[[bytes], Told]:
    """A reader of usage as one of all that an answer says of its cost: of a service it says nothing."""

    def told(body: bytes) -> Told:
        return Told(usage(body))

    return told


def prompted(usage: bytes | msgspec.Raw) -> Usage | None:
    """Tokens of who reads and writes nothing."""
    try:
        told = _tokens.decode(usage)
    except UNREADABLE:
        return None
    count = told.total_tokens if told.prompt_tokens is None else told.prompt_tokens
    return None if count is None else {"input": count, "output": 0}


def embeddings(body: bytes) -> Usage | None:
    """By the token of input."""
    return prompted(answer_of(body, "data").get("usage", ABSENT))


def moderation(body: bytes) -> Usage | None:
    """By the token of input where the provider counts; OpenAI does not, and says that it is free."""
    return prompted(answer_of(body, "results").get("usage", ABSENT))


def rerank(body: bytes) -> Usage | None:
    """By the search unit, which is one `request` (Cohere), or by the token (Jina, Voyage, vLLM)."""
    answer = answer_of(body, "results", "data")
    try:
        billed = _meta.decode(answer["meta"]).billed_units if "meta" in answer else None
    except UNREADABLE:
        billed = None
    units = billed.search_units if billed else None
    if units is None:
        return prompted(answer.get("usage", ABSENT))
    return {"request": int(units), "input": 0, "output": 0} if units == int(units) and 0 <= units < 10**9 else None


def images(body: bytes) -> Usage | None:
    """By the token; nothing where the price is one of a picture of that size."""
    answer = answer_of(body, "data")
    if "svg_usage" in answer and not is_null(answer["svg_usage"]):
        return None  # of a second model, at its own price
    return painted(answer.get("usage", ABSENT))


def painted(usage: bytes | msgspec.Raw) -> Usage | None:
    """Without details all that was made is picture. Pictures that were sent along have a price that no kind has."""
    counts, given = dict(read(PAINTED, usage)), _also(usage)
    if not counts or given is None or (given.input_tokens_details and given.input_tokens_details.image_tokens):
        return None
    return counts if "output_image" in counts else counts | {"output": 0, "output_image": counts["output"]}


def transcription(body: bytes) -> Usage | None:
    """By the token; nothing where the price is one of a minute. What is no JSON object is the text itself."""
    return heard(answer_of(body, "text").get("usage", ABSENT)) if body.lstrip()[:1] == b"{" else None


def heard(usage: bytes | msgspec.Raw) -> Usage | None:
    given = _also(usage)
    if given is None or given.seconds is not None or given.prompt_audio_seconds is not None:
        return None
    return read(HEARD, usage) or None


def speech(body: bytes) -> Usage | None:
    """Audio as it is says nothing of what it costs: by the character, or by tokens that only a stream tells."""
    return None


def spoken(usage: bytes | msgspec.Raw) -> Usage | None:
    counts = dict(read(SPOKEN, usage))
    return counts | {"output": 0, "output_audio": counts["output"]} if counts.get("output") else counts or None


def counted(body: bytes) -> Usage | None:
    """Counting uses nothing: it is free at Anthropic and at Google, which say so; what is counted is the answer."""
    answer_of(body, "input_tokens", "totalTokens")
    return {"input": 0, "output": 0}


def embedded(body: bytes) -> Usage | None:
    """By the token of input, where Google counts them."""
    answer = answer_of(body, "embedding", "embeddings", "predictions")
    counts = read(GEMINI, answer.get("usageMetadata", ABSENT))
    return {**counts, "output": 0} if "input" in counts else None


def _also(usage: bytes | msgspec.Raw) -> _Given | None:
    try:
        return _given.decode(usage)
    except UNREADABLE:
        return None
