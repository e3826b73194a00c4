"""Chat's usage object, read and written: what is cached, written and thought stands inside its sums.

prompt_tokens      = input + cached_read + cache writes + audio in
completion_tokens  = output (reasoning is part of it) + audio out
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from halfopen.wire.fields import told
from halfopen.wire.pen import Tree
from halfopen.wire.usage import Usage, chat_usage

_WRITES = ("cache_write_5m", "cache_write_1h")
_PROMPT = ("input", "cached_read", *_WRITES, "input_audio", "cached_audio")
_ANSWER = ("output", "output_audio", "output_image")


def read(usage: bytes | None) -> Usage:
    """Empty where nobody told; a zero that was told stays."""
    return chat_usage(msgspec.Raw(usage)) if usage else {}


def write(usage: Mapping[str, int]) -> Tree | None:
    """None where nobody told."""
    if not usage:
        return None
    prompt = sum(usage.get(kind, 0) for kind in _PROMPT)
    answer = sum(usage.get(kind, 0) for kind in _ANSWER)
    tree: Tree = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
    written = sum(usage.get(kind, 0) for kind in _WRITES)
    inside = told(
        cached_tokens=_some(usage, "cached_read"),
        cache_write_tokens=written or None,
        audio_tokens=_some(usage, "input_audio"),
    )
    made = told(reasoning_tokens=_some(usage, "reasoning"), audio_tokens=_some(usage, "output_audio"))
    if inside:
        tree["prompt_tokens_details"] = inside
    if made:
        tree["completion_tokens_details"] = made
    return tree


def _some(usage: Mapping[str, int], kind: str) -> int | None:
    return usage.get(kind) or None
