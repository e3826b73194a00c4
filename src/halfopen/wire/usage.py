"""Tokens as they are charged: kinds that do not overlap, whatever a dialect counts inside what.

`input` is the prompt without what was read from or written to a cache; `cached_read`, `cache_write_5m` and
`cache_write_1h` are those; `output` is all that was generated, reasoning included. `reasoning` is told beside
them and never charged twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

import msgspec

Usage = Mapping[str, int]
MOST_TOKENS = 10**9  # of a kind in one answer; whoever tells more, or less than none, has told nothing
Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_TOKENS)]


class ChatDetails(msgspec.Struct):
    cached_tokens: Count | None = None
    cache_write_tokens: Count | None = None
    reasoning_tokens: Count | None = None


class ChatUsage(msgspec.Struct):
    """OpenAI's shape; `prompt_cache_hit_tokens` is DeepSeek's way to say cached."""

    prompt_tokens: Count | None = None
    completion_tokens: Count | None = None
    prompt_tokens_details: ChatDetails | None = None
    completion_tokens_details: ChatDetails | None = None
    prompt_cache_hit_tokens: Count | None = None


class CacheWrites(msgspec.Struct):
    ephemeral_5m_input_tokens: Count | None = None
    ephemeral_1h_input_tokens: Count | None = None


class MessagesUsage(msgspec.Struct):
    """Anthropic's shape: `input_tokens` already leaves out what a cache read or wrote."""

    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    cache_creation: CacheWrites | None = None


ABSENT = msgspec.Raw()
_chat = msgspec.json.Decoder(ChatUsage)
_messages = msgspec.json.Decoder(MessagesUsage)


def chat_usage(told: msgspec.Raw) -> Usage:
    """Chat's usage as it stands in a body. What cannot be read was not told: an answer is not lost for it."""
    try:
        return from_chat(_chat.decode(told))
    except msgspec.DecodeError:
        return {}


def messages_usage(told: msgspec.Raw, before: Usage = MappingProxyType({})) -> Usage:
    """The same for messages; `before` as in `from_messages`."""
    try:
        return from_messages(_messages.decode(told), before)
    except msgspec.DecodeError:
        return {}


def from_chat(told: ChatUsage) -> Usage:
    """Chat counts cached tokens inside the prompt; here they stand apart. A count that is missing is not a zero."""
    if told.prompt_tokens is None or told.completion_tokens is None:
        return {}
    details = told.prompt_tokens_details or ChatDetails()
    cached = details.cached_tokens or told.prompt_cache_hit_tokens or 0
    written = details.cache_write_tokens or 0
    fresh = told.prompt_tokens - cached - written
    if fresh < 0:
        return {}
    usage = {"input": fresh, "cached_read": cached, "cache_write_5m": written, "output": told.completion_tokens}
    thought = told.completion_tokens_details
    if thought and thought.reasoning_tokens:
        usage["reasoning"] = thought.reasoning_tokens
    return {kind: count for kind, count in usage.items() if count or kind in ("input", "output")}


def from_messages(told: MessagesUsage, before: Usage = MappingProxyType({})) -> Usage:
    """Only what was told: a stream tells its usage in two parts, and the later one must not erase the first.

    `before` is what the first part told: only that one says how long what was written to a cache is kept there,
    and the later one repeats the sum.
    """
    usage: dict[str, int] = {}
    if told.input_tokens is not None:
        usage["input"] = told.input_tokens
    if told.output_tokens is not None:
        usage["output"] = told.output_tokens
    if told.cache_read_input_tokens:
        usage["cached_read"] = told.cache_read_input_tokens
    split = told.cache_creation
    hour = (split.ephemeral_1h_input_tokens or 0) if split else before.get("cache_write_1h", 0)
    short = max((told.cache_creation_input_tokens or 0) - hour, (split.ephemeral_5m_input_tokens or 0) if split else 0)
    if split and hour:
        usage["cache_write_1h"] = hour
    if short > 0:
        usage["cache_write_5m"] = short
    return usage
