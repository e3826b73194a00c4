"""Usage as it is charged, from each dialect's own way to say it."""

from __future__ import annotations

import msgspec
import pytest

from halfopen.catalog.price import KINDS
from halfopen.wire.usage import (
    MOST_TOKENS,
    ChatUsage,
    MessagesUsage,
    chat_usage,
    from_chat,
    from_messages,
    messages_usage,
)

CHAT = {
    "plain": ({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}, {"input": 10, "output": 5}),
    "cached": (
        {"prompt_tokens": 100, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 64}},
        {"input": 36, "cached_read": 64, "output": 5},
    ),
    "deepseek's cache": (
        {"prompt_tokens": 100, "completion_tokens": 5, "prompt_cache_hit_tokens": 60, "prompt_cache_miss_tokens": 40},
        {"input": 40, "cached_read": 60, "output": 5},
    ),
    "reasoning is part of the output": (
        {"prompt_tokens": 9, "completion_tokens": 50, "completion_tokens_details": {"reasoning_tokens": 40}},
        {"input": 9, "output": 50, "reasoning": 40},
    ),
    "cache writes": (
        {"prompt_tokens": 100, "completion_tokens": 1, "prompt_tokens_details": {"cache_write_tokens": 90}},
        {"input": 10, "cache_write_5m": 90, "output": 1},
    ),
    "nulls": (
        {"prompt_tokens": 3, "completion_tokens": 0, "prompt_tokens_details": None, "completion_tokens_details": None},
        {"input": 3, "output": 0},
    ),
}

MESSAGES = {
    "plain": ({"input_tokens": 10, "output_tokens": 5}, {"input": 10, "output": 5}),
    "cache read stands beside": (
        {"input_tokens": 10, "output_tokens": 5, "cache_read_input_tokens": 90, "cache_creation_input_tokens": 0},
        {"input": 10, "output": 5, "cached_read": 90},
    ),
    "writes without detail are for five minutes": (
        {"input_tokens": 1, "output_tokens": 2, "cache_creation_input_tokens": 30},
        {"input": 1, "output": 2, "cache_write_5m": 30},
    ),
    "writes for an hour": (
        {
            "input_tokens": 1,
            "output_tokens": 2,
            "cache_creation_input_tokens": 30,
            "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
        },
        {"input": 1, "output": 2, "cache_write_5m": 10, "cache_write_1h": 20},
    ),
    "only the end of a stream": ({"output_tokens": 7}, {"output": 7}),
}


@pytest.mark.parametrize(("told", "usage"), CHAT.values(), ids=CHAT)
def test_chat_usage(told: dict[str, object], usage: dict[str, int]) -> None:
    assert from_chat(msgspec.convert(told, ChatUsage)) == usage


@pytest.mark.parametrize(("told", "usage"), MESSAGES.values(), ids=MESSAGES)
def test_messages_usage(told: dict[str, object], usage: dict[str, int]) -> None:
    assert from_messages(msgspec.convert(told, MessagesUsage)) == usage


@pytest.mark.parametrize("told", [told for told, _ in CHAT.values()], ids=CHAT)
def test_kinds_of_chat_add_up_to_what_was_told(told: dict[str, int]) -> None:
    usage = from_chat(msgspec.convert(told, ChatUsage))
    charged = sum(count for kind, count in usage.items() if kind in KINDS)
    assert charged == told["prompt_tokens"] + told["completion_tokens"]


@pytest.mark.parametrize("told", [{}, {"total_tokens": 5}, {"prompt_tokens": 5, "completion_tokens": None}])
def test_a_count_that_is_missing_is_not_a_zero(told: dict[str, int]) -> None:
    assert from_chat(msgspec.convert(told, ChatUsage)) == {}


ABSURD = ["-1", str(MOST_TOKENS + 1), "1" + "0" * 30, "9" * 5000, "7.5", "1e3", "true", '"7"', "[]", "{}"]


@pytest.mark.parametrize("count", ABSURD, ids=lambda count: count[:12])
def test_a_count_that_cannot_be_is_not_told(count: str) -> None:
    for field in ("prompt_tokens", "completion_tokens", "prompt_cache_hit_tokens"):
        plain = {"prompt_tokens": "5", "completion_tokens": "5", field: count}
        assert chat_usage(_raw(plain)) == {}
        assert chat_usage(_raw({**plain, field: "5"})) != {}
    for field in ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"):
        assert messages_usage(_raw({"input_tokens": "5", "output_tokens": "5", field: count})) == {}


def test_more_tokens_read_from_a_cache_than_there_were_is_not_told() -> None:
    assert chat_usage(msgspec.Raw(b'{"prompt_tokens":5,"completion_tokens":5,"prompt_cache_hit_tokens":6}')) == {}


def _raw(counts: dict[str, str]) -> msgspec.Raw:
    inner = ",".join(f'"{name}":{count}' for name, count in counts.items())
    return msgspec.Raw(b"{" + inner.encode() + b"}")
