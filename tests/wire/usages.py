"""Usage objects as providers send them, by dialect, and the tokens that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Told = Mapping[str, Any]
Cases = Mapping[str, Mapping[str, tuple[Told, dict[str, int]]]]

# By dialect: what a provider sends, and what it is by kind. `write` makes the same of the kinds again.
ALIKE: Cases = {
    "chat": {
        "plain": ({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}, {"input": 10, "output": 5}),
        "nothing was used, and that was told": (
            {"prompt_tokens": 3, "completion_tokens": 0, "total_tokens": 3},
            {"input": 3, "output": 0},
        ),
        "what a cache read stands inside": (
            {
                "prompt_tokens": 100,
                "completion_tokens": 5,
                "total_tokens": 105,
                "prompt_tokens_details": {"cached_tokens": 64},
            },
            {"input": 36, "cached_read": 64, "output": 5},
        ),
        "what was written to a cache, too": (
            {
                "prompt_tokens": 100,
                "completion_tokens": 1,
                "total_tokens": 101,
                "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 90},
            },
            {"input": 6, "cached_read": 4, "cache_write_5m": 90, "output": 1},
        ),
        "reasoning is part of the output": (
            {
                "prompt_tokens": 9,
                "completion_tokens": 50,
                "total_tokens": 59,
                "completion_tokens_details": {"reasoning_tokens": 40},
            },
            {"input": 9, "output": 50, "reasoning": 40},
        ),
        "audio, heard and spoken": (
            {
                "prompt_tokens": 100,
                "completion_tokens": 60,
                "total_tokens": 160,
                "prompt_tokens_details": {"cached_tokens": 10, "audio_tokens": 70},
                "completion_tokens_details": {"audio_tokens": 45, "reasoning_tokens": 5},
            },
            {"input": 20, "cached_read": 10, "input_audio": 70, "output": 15, "output_audio": 45, "reasoning": 5},
        ),
    },
    "messages": {
        "plain": ({"input_tokens": 10, "output_tokens": 5}, {"input": 10, "output": 5}),
        "what a cache read stands beside": (
            {"input_tokens": 10, "output_tokens": 5, "cache_read_input_tokens": 90},
            {"input": 10, "output": 5, "cached_read": 90},
        ),
        "what was written for an hour, and for five minutes": (
            {
                "input_tokens": 1,
                "output_tokens": 2,
                "cache_creation_input_tokens": 30,
                "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
            },
            {"input": 1, "output": 2, "cache_write_5m": 10, "cache_write_1h": 20},
        ),
        "thoughts, and searches, which are no tokens": (
            {
                "input_tokens": 7,
                "output_tokens": 50,
                "output_tokens_details": {"thinking_tokens": 40},
                "server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 0},
            },
            {"input": 7, "output": 50, "reasoning": 40, "web_search": 3},
        ),
    },
    "responses": {
        "plain": (
            {
                "input_tokens": 10,
                "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
                "output_tokens": 5,
                "output_tokens_details": {"reasoning_tokens": 0},
                "total_tokens": 15,
            },
            {"input": 10, "output": 5},
        ),
        "all stands inside": (
            {
                "input_tokens": 100,
                "input_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 20},
                "output_tokens": 50,
                "output_tokens_details": {"reasoning_tokens": 40},
                "total_tokens": 150,
            },
            {"input": 16, "cached_read": 64, "cache_write_5m": 20, "output": 50, "reasoning": 40},
        ),
    },
    "gemini": {
        "plain": (
            {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15},
            {"input": 10, "output": 5},
        ),
        "what was thought stands beside": (
            {"promptTokenCount": 10, "candidatesTokenCount": 5, "thoughtsTokenCount": 40, "totalTokenCount": 55},
            {"input": 10, "output": 45, "reasoning": 40},
        ),
        "what a cache held stands inside": (
            {
                "promptTokenCount": 100,
                "cachedContentTokenCount": 64,
                "candidatesTokenCount": 5,
                "totalTokenCount": 105,
            },
            {"input": 36, "cached_read": 64, "output": 5},
        ),
        "audio, some of it from a cache": (
            {
                "promptTokenCount": 100,
                "cachedContentTokenCount": 30,
                "candidatesTokenCount": 5,
                "totalTokenCount": 105,
                "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 60}],
                "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 25}],
            },
            {"input": 35, "cached_read": 5, "input_audio": 35, "cached_audio": 25, "output": 5},
        ),
        "a picture and a voice": (
            {
                "promptTokenCount": 8,
                "candidatesTokenCount": 1400,
                "totalTokenCount": 1408,
                "candidatesTokensDetails": [
                    {"modality": "AUDIO", "tokenCount": 100},
                    {"modality": "IMAGE", "tokenCount": 1290},
                ],
            },
            {"input": 8, "output": 10, "output_audio": 100, "output_image": 1290},
        ),
    },
}

# What is told in a way that we read and do not write.
HEARD: Cases = {
    "chat": {
        "deepseek's cache": (
            {
                "prompt_tokens": 100,
                "completion_tokens": 5,
                "prompt_cache_hit_tokens": 60,
                "prompt_cache_miss_tokens": 40,
            },
            {"input": 40, "cached_read": 60, "output": 5},
        ),
        "a cache told in both ways is one cache": (
            {
                "prompt_tokens": 100,
                "completion_tokens": 5,
                "prompt_cache_hit_tokens": 60,
                "prompt_tokens_details": {"cached_tokens": 60},
            },
            {"input": 40, "cached_read": 60, "output": 5},
        ),
        "xai's reasoning stands beside, which its total shows": (
            {
                "prompt_tokens": 37,
                "completion_tokens": 530,
                "total_tokens": 800,
                "completion_tokens_details": {"reasoning_tokens": 233},
            },
            {"input": 37, "output": 763, "reasoning": 233},
        ),
        "nulls": (
            {
                "prompt_tokens": 3,
                "completion_tokens": 0,
                "prompt_tokens_details": None,
                "completion_tokens_details": {"reasoning_tokens": None},
            },
            {"input": 3, "output": 0},
        ),
    },
    "messages": {
        "writes without detail are for five minutes": (
            {"input_tokens": 1, "output_tokens": 2, "cache_creation_input_tokens": 30},
            {"input": 1, "output": 2, "cache_write_5m": 30},
        ),
        "writes by detail alone": (
            {"input_tokens": 1, "output_tokens": 2, "cache_creation": {"ephemeral_5m_input_tokens": 30}},
            {"input": 1, "output": 2, "cache_write_5m": 30},
        ),
        "only the end of a stream": ({"output_tokens": 7}, {"output": 7}),
    },
    "responses": {
        "without details": ({"input_tokens": 10, "output_tokens": 5}, {"input": 10, "output": 5}),
    },
    "gemini": {
        "what Google's own tools found is put before the model, and stands beside": (
            {"promptTokenCount": 10, "toolUsePromptTokenCount": 400, "candidatesTokenCount": 5},
            {"input": 410, "output": 5},
        ),
        "thoughts and nothing else": (
            {"promptTokenCount": 10, "thoughtsTokenCount": 7},
            {"input": 10, "output": 7, "reasoning": 7},
        ),
        "the first event of a stream": ({"promptTokenCount": 10, "totalTokenCount": 10}, {"input": 10}),
        "text and pictures of a prompt are input": (
            {
                "promptTokenCount": 268,
                "candidatesTokenCount": 5,
                "promptTokensDetails": [
                    {"modality": "TEXT", "tokenCount": 10},
                    {"modality": "IMAGE", "tokenCount": 258},
                ],
            },
            {"input": 268, "output": 5},
        ),
    },
}
