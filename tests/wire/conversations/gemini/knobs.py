"""Requests that tune their answer or bring thoughts along, as gemini tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.wire.conversations.bodies import (
    HELLO,
    NESTED,
    chat,
    messages,
)
from tests.wire.conversations.bodies import messages as messages_ask
from tests.wire.conversations.bodies import (
    user as chat_user,
)
from tests.wire.conversations.gemini.bodies import (
    SKY,
    TALK,
    Q,
    all_of,
    asks,
    comes,
    like_chat,
    like_messages,
    loses,
    model,
    system,
    tells,
    user,
)
from tests.wire.conversations.responses_asked import Q as RESPONSES_Q
from tests.wire.conversations.responses_asked import asks as responses
from tests.wire.conversations.responses_asked import comes as from_gemini
from tests.wire.conversations.told import Arrival, Told
from tests.wire.conversations.tools import THOUGHTS as THOUGHT_PAIRS

Json = Any

UNTHOUGHT = asks(*TALK)
UNSIGNED, OF_AN_OPEN_MODEL, SIGNED = (pair.name for pair in THOUGHT_PAIRS[:3])
MEDIUM = comes(asks(Q, config={"thinkingConfig": {"thinkingLevel": "MEDIUM"}}))

THOUGHTS: Mapping[str, Told] = {
    UNSIGNED: tells(
        Q,
        model({"thought": True, "text": "Rivers end in seas."}, "The sea."),
        user("Which?"),
        to={"messages": Arrival(lost=["turns.1.parts.0"]), **loses(UNSIGNED, "turns.1.parts.0")},
        of={
            "chat": comes(UNTHOUGHT, "turns.1.parts.0"),
            "messages": comes(UNTHOUGHT),
            "responses": comes(UNTHOUGHT),
        },
    ),
    OF_AN_OPEN_MODEL: tells(
        Q,
        model({"thought": True, "text": "Rivers end in seas."}, "The sea."),
        user("Which?"),
        to={
            **like_chat(OF_AN_OPEN_MODEL, "messages", "turns.1.parts.0"),
            **loses(OF_AN_OPEN_MODEL, "turns.1.parts.0"),
        },
        of={
            "chat": comes(UNTHOUGHT, "turns.1.parts.0"),
            "messages": comes(UNTHOUGHT, "turns.1.parts.0"),
            "responses": comes(UNTHOUGHT),
        },
    ),
    SIGNED: tells(
        Q,
        model({"thought": True, "text": "Rivers end in seas.", "thoughtSignature": "c2ln"}, "The sea."),
        user("Which?"),
        to={
            "chat": Arrival(lost=["turns.1.parts.0"]),
            **like_chat(SIGNED, "messages", "turns.1.parts.0"),
            **loses(SIGNED, "turns.1.parts.0"),
        },
        of={
            "chat": comes(UNTHOUGHT),
            "messages": comes(UNTHOUGHT, "turns.1.parts.0", "turns.1.parts.1"),
            "responses": comes(UNTHOUGHT),
        },
    ),
    "an effort": tells(Q, config={"thinkingConfig": {"thinkingLevel": "HIGH"}}),
    "no thinking at all": tells(Q, config={"thinkingConfig": {"thinkingBudget": 0}}),
    "a budget for thinking": tells(
        Q,
        config={"thinkingConfig": {"thinkingBudget": 10000}},
        to={
            "chat": Arrival(lost=["reasoning.budget"]),
            "messages": Arrival(body=messages_ask(HELLO), lost=["reasoning"]),  # 10000 is more than the limit of 100
            **like_chat("a budget for thinking", "responses", "reasoning.budget"),
        },
        of={"chat": MEDIUM, "responses": MEDIUM},
    ),
}

MARKED = asks(Q, systemInstruction=system("A long rule."), tools=[SKY])
STORY = asks(user("A long story."))
BOTH = {"temperature": 0.3, "topP": 0.9, "topK": 40, "stopSequences": ["END", "\n\n"]}
SURE = {"responseLogprobs": True, "logprobs": 3}
TUNED = {"temperature": 1.5, "seed": 7, "frequencyPenalty": 0.1, "presencePenalty": -0.2, **SURE, "candidateCount": 2}
IN_JSON = {"responseMimeType": "application/json"}
SHAPED = asks(Q, config=IN_JSON | {"responseJsonSchema": NESTED})

KNOBS: Mapping[str, Told] = {
    "marks for the cache": tells(
        Q,
        systemInstruction=system("A long rule."),
        tools=[SKY],
        to=like_chat("marks for the cache", "messages"),
        of={"messages": comes(MARKED, "turns.0.parts.0.cache", "turns.1.parts.0.cache", "tools.0.cache")},
    ),
    "marks for the cache, from chat": tells(
        user("A long story."),
        to={
            "chat": Arrival(body=chat(chat_user("A long story."))),
            "messages": Arrival(body=messages(chat_user("A long story."))),
            **loses("marks for the cache, from chat"),
        },
        of=all_of(comes(STORY, "turns.0.parts.0.cache")),
    ),
    "knobs that both have": tells(
        Q,
        config=BOTH,
        to={
            "chat": Arrival(body=chat(HELLO, temperature=0.3, top_p=0.9, top_k=40, stop=["END", "\n\n"])),
            "messages": Arrival(
                body=messages(HELLO, temperature=0.3, top_p=0.9, top_k=40, stop_sequences=["END", "\n\n"])
            ),
            "responses": from_gemini(responses(RESPONSES_Q, temperature=0.3, top_p=0.9), "stop", "top_k"),
        },
        of={
            "chat": comes(asks(Q, config=BOTH), "user"),
            "messages": comes(asks(Q, config=BOTH), "user"),
            "responses": comes(asks(Q, config={"temperature": 0.3, "topP": 0.9}), "user"),
        },
    ),
    "knobs that only chat has": tells(
        Q,
        config=TUNED,
        serviceTier="flex",
        to={
            "chat": Arrival(
                body=chat(
                    HELLO,
                    temperature=1.5,
                    seed=7,
                    frequency_penalty=0.1,
                    presence_penalty=-0.2,
                    logprobs=True,
                    top_logprobs=3,
                    n=2,
                    service_tier="flex",
                )
            ),
            "messages": Arrival(
                lost=[
                    "seed",
                    "frequency_penalty",
                    "presence_penalty",
                    "logprobs",
                    "top_logprobs",
                    "n",
                    "temperature",
                    "service_tier",
                ]
            ),
            "responses": from_gemini(
                responses(
                    RESPONSES_Q,
                    temperature=1.5,
                    top_logprobs=3,
                    service_tier="flex",
                    include=["message.output_text.logprobs"],
                ),
                "seed",
                "frequency_penalty",
                "presence_penalty",
                "n",
            ),
        },
        of={
            "chat": comes(asks(Q, config=TUNED, serviceTier="flex"), "logit_bias", "verbosity"),
            "messages": comes(asks(Q, config={"temperature": 1.0})),
            "responses": comes(asks(Q, config={"temperature": 1.5, **SURE}, serviceTier="flex"), "text.verbosity"),
        },
    ),
    "knobs that only messages has": tells(
        Q,
        serviceTier="standard",
        to=like_chat("knobs that only messages has", "messages"),
        of={"messages": comes(asks(Q, serviceTier="standard"), "cache_control", "inference_geo")},
    ),
    "an answer after a schema": tells(
        Q,
        config=IN_JSON | {"responseJsonSchema": NESTED},
        to=like_messages("an answer after a schema"),
        of=dict.fromkeys(("chat", "responses"), comes(SHAPED, "format.name", "format.strict")),
    ),
    "any JSON": tells(Q, config=IN_JSON, to={"messages": Arrival(lost=["format"])}, of={"messages": comes(asks(Q))}),
    "no limit was said": Told(
        body={"contents": [Q]},
        to={"messages": Arrival(lost=["max_output"])},
        of={"messages": comes(asks(Q, config={"maxOutputTokens": 8192}))},
    ),
    "fields of tomorrow": tells(
        user("Hi.") | {"mood": "blue"},
        sparkle={"level": 1e2},
        to={
            "chat": Arrival(body=chat(chat_user("Hi.")), lost=["turns.0.mood", "sparkle"]),
            "messages": Arrival(lost=["turns.0.mood", "sparkle"]),
            **like_chat("fields of tomorrow", "responses", "turns.0.mood", "sparkle"),
        },
        of={
            "chat": comes(asks(user("Hi.")), "turns.0.mood", "sparkle"),
            "messages": comes(asks(user("Hi."))),
            "responses": comes(asks(user("Hi.")), "turns.0.mood", "sparkle"),
        },
    ),
}
