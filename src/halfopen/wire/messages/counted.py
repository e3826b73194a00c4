"""The usage object of messages, read and written: what a cache read or wrote stands beside the input."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import told
from halfopen.wire.pen import Tree
from halfopen.wire.usage import Count, Usage, messages_usage

FIELDS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cache_creation",
    "output_tokens_details",
    "server_tool_use",
)
_INPUT = ("input", "input_audio", "cached_audio")
_OUTPUT = ("output", "output_audio", "output_image")


class _Details(msgspec.Struct):
    thinking_tokens: Count | None = None


class _Tools(msgspec.Struct):
    web_search_requests: Count | None = None


class _Beside(msgspec.Struct):
    output_tokens_details: _Details | None = None
    server_tool_use: _Tools | None = None


_beside = msgspec.json.Decoder(_Beside)


def read(usage: bytes | None, before: Usage = MappingProxyType({})) -> Usage:
    """Tokens and searches; `before` is what the first part of a stream told."""
    if not usage:
        return {}
    counts = dict(messages_usage(msgspec.Raw(usage), before))
    try:
        beside = _beside.decode(usage)
    except UNREADABLE:
        return counts
    if beside.output_tokens_details and beside.output_tokens_details.thinking_tokens:
        counts["reasoning"] = beside.output_tokens_details.thinking_tokens
    if beside.server_tool_use and beside.server_tool_use.web_search_requests:
        counts["web_search"] = beside.server_tool_use.web_search_requests
    return counts


def write(usage: Mapping[str, int]) -> Tree:
    """The shape has no way to say that nobody told: its clients want numbers."""
    short, hour = usage.get("cache_write_5m", 0), usage.get("cache_write_1h", 0)
    tree: Tree = {"input_tokens": _sum(usage, _INPUT), "output_tokens": _sum(usage, _OUTPUT)}
    if "cached_read" in usage:
        tree["cache_read_input_tokens"] = usage["cached_read"]
    if short or hour:
        tree["cache_creation_input_tokens"] = short + hour
        tree["cache_creation"] = {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": hour}
    thought, searches = usage.get("reasoning"), usage.get("web_search")
    return tree | told(
        output_tokens_details=None if thought is None else {"thinking_tokens": thought},
        server_tool_use=None if searches is None else {"web_search_requests": searches, "web_fetch_requests": 0},
    )


def _sum(usage: Mapping[str, int], kinds: tuple[str, ...]) -> int:
    return sum(usage.get(kind, 0) for kind in kinds)
