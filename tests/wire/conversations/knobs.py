"""Requests that tune their answer, told in two dialects."""

from __future__ import annotations

from tests.wire.conversations.bodies import (
    HELLO,
    NESTED,
    WEATHER,
    WEATHER_TOOL,
    chat,
    messages,
    system,
    text,
    user,
)
from tests.wire.conversations.told import Pair

KNOBS = [
    Pair(
        name="marks for the cache",
        chat=chat(system("A long rule."), HELLO, tools=[WEATHER]),
        messages=messages(
            user([text("Where does the Danube end?", cache_control={"type": "ephemeral", "ttl": "1h"})]),
            system=[text("A long rule.", cache_control={"type": "ephemeral"})],
            tools=[WEATHER_TOOL | {"cache_control": {"type": "ephemeral"}}],
        ),
        to_messages=messages(HELLO, system="A long rule.", tools=[WEATHER_TOOL]),
        lost_to_chat=["turns.0.parts.0.cache", "turns.1.parts.0.cache", "tools.0.cache"],
    ),
    Pair(
        name="marks for the cache, from chat",
        chat=chat(user([text("A long story.", prompt_cache_breakpoint={"mode": "explicit", "ttl": "12h"})])),
        messages=messages(user([text("A long story.", cache_control={"type": "ephemeral"})])),
        to_chat=chat(user("A long story.")),
        lost_to_chat=["turns.0.parts.0.cache"],
        lost_to_messages=["turns.0.parts.0.cache.ttl"],
    ),
    Pair(
        name="knobs that both have",
        chat=chat(HELLO, temperature=0.3, top_p=0.9, top_k=40, stop=["END", "\n\n"], user="u-7", stream=True),
        messages=messages(
            HELLO,
            temperature=0.3,
            top_p=0.9,
            top_k=40,
            stop_sequences=["END", "\n\n"],
            metadata={"user_id": "u-7"},
            stream=True,
        ),
    ),
    Pair(
        name="knobs that only chat has",
        chat=chat(
            HELLO,
            temperature=1.5,
            seed=7,
            frequency_penalty=0.1,
            presence_penalty=-0.2,
            logprobs=True,
            top_logprobs=3,
            n=2,
            logit_bias={"50256": -100},
            service_tier="flex",
            verbosity="low",
        ),
        messages=messages(HELLO, temperature=1.0),
        to_chat=chat(HELLO, temperature=1.0),
        lost_to_messages=[
            "seed",
            "frequency_penalty",
            "presence_penalty",
            "logprobs",
            "top_logprobs",
            "logit_bias",
            "n",
            "temperature",
            "service_tier",
            "verbosity",
        ],
    ),
    Pair(
        name="knobs that only messages has",
        chat=chat(HELLO, service_tier="default"),
        messages=messages(HELLO, service_tier="standard_only", cache_control={"type": "ephemeral"}, inference_geo="eu"),
        to_messages=messages(HELLO, service_tier="standard_only"),
        lost_to_chat=["cache_control", "inference_geo"],
    ),
    Pair(
        name="an answer after a schema",
        chat=chat(
            HELLO,
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": NESTED, "strict": True},
            },
        ),
        messages=messages(HELLO, output_config={"format": {"type": "json_schema", "schema": NESTED}}),
        to_chat=chat(
            HELLO, response_format={"type": "json_schema", "json_schema": {"name": "answer", "schema": NESTED}}
        ),
        lost_to_messages=["format.name", "format.strict"],
    ),
    Pair(
        name="any JSON",
        chat=chat(HELLO, response_format={"type": "json_object"}),
        messages=messages(HELLO),
        to_chat=chat(HELLO),
        lost_to_messages=["format"],
    ),
    Pair(
        name="no limit was said",
        chat={"model": "m", "messages": [HELLO]},
        messages=messages(HELLO) | {"max_tokens": 8192},
        to_chat=chat(HELLO) | {"max_tokens": 8192},
        lost_to_messages=["max_output"],
    ),
    Pair(
        name="fields of tomorrow",
        chat=chat({"role": "user", "content": "Hi.", "mood": "blue"}, sparkle={"level": 1e2}),
        messages=messages(user("Hi.")),
        to_chat=chat(user("Hi.")),
        lost_to_messages=["turns.0.mood", "sparkle"],
    ),
]
