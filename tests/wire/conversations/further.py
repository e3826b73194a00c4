"""Conversations told in every dialect at once, about what is rarely said: state, sealed thinking, searches, tiers."""

from __future__ import annotations

from collections.abc import Mapping

from tests.wire.conversations.bodies import ASK as ASKS
from tests.wire.conversations.bodies import CALLS as CHAT_CALLS
from tests.wire.conversations.bodies import HELLO, PIXEL, USES, chat, messages, result, says, system, text, tool, user
from tests.wire.conversations.replies import SEA, found, searched
from tests.wire.conversations.replies import TOWNS as TOWN_CALLS
from tests.wire.conversations.replies import USES as TOWN_USES
from tests.wire.conversations.replies import chat as chat_answers
from tests.wire.conversations.replies import cites as chat_cites
from tests.wire.conversations.replies import messages as message_answers
from tests.wire.conversations.replies import text as block
from tests.wire.conversations.responses_answered import RAIN, URL, answers, cites, summed, thought
from tests.wire.conversations.responses_answered import message as response
from tests.wire.conversations.responses_answered import says as response_says
from tests.wire.conversations.responses_answered import text as response_text
from tests.wire.conversations.responses_asked import ASK, ULM, Q, asks, comes, message, picture, returned, tells, words
from tests.wire.conversations.told import Arrival, Case, Told
from tests.wire.sealed.envelopes import block as carried
from tests.wire.sealed.envelopes import unsigned

_PDF = "https://x.example/deed.pdf"
_SEALED = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "I need"}, {"type": "summary_text", "text": "the sky."}],
    "encrypted_content": "c2VhbGVk",
}
_SEARCH = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "D"}}
_SEARCHED = [
    {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "D"}},
    {"type": "web_search_tool_result", "tool_use_id": "s1", "content": []},
]
_GREP = {"type": "custom_tool_call", "call_id": "k1", "name": "grep", "input": "Ulm *"}
_PICTURES = [words("Two:"), picture("https://x.example/a.png", "low"), picture(f"data:image/png;base64,{PIXEL}")]
_PIXEL = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}
_IMAGE = {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}}

ASKED: Mapping[str, Case] = {
    "a document by its address": {
        "chat": Told(
            body=None,
            of={"messages": Arrival(refused="turns.0.parts.0"), "responses": Arrival(refused="turns.0.parts.0")},
        ),
        "messages": Told(
            body=messages(user([{"type": "document", "source": {"type": "url", "url": _PDF}}, text("Who signed?")]))
        ),
        "responses": tells(message("user", [{"type": "input_file", "file_url": _PDF}, words("Who signed?")])),
    },
    "system prompts in three places": {
        "chat": Told(
            body=chat(system("Be brief."), HELLO, says(SEA), system("In verse."), user("Why?"), system("Now."))
        ),
        "messages": Told(
            body=messages(HELLO, says(SEA), system("In verse."), user("Why?"), system("Now."), system="Be brief.")
        ),
        "responses": tells(
            Q,
            message("assistant", SEA),
            message("system", "In verse."),
            message("user", "Why?"),
            message("system", "Now."),
            instructions="Be brief.",
        ),
    },
    "sealed reasoning goes home with its call": {
        "chat": Told(body=chat(*ASKS, says(None, tool_calls=CHAT_CALLS[:1]), tool("c1", "dry"))),
        "messages": Told(body=messages(*ASKS, says([USES[0]]), user([result("c1", content="dry")]))),
        "responses": tells(
            ASK,
            _SEALED,
            ULM,
            returned("c1", "dry"),
            to={name: Arrival(lost=["turns.1.parts.0", "turns.1.parts.1"]) for name in ("chat", "messages")},
            of={name: comes(asks(ASK, ULM, returned("c1", "dry"))) for name in ("chat", "messages", "gemini")},
        ),
    },
    "a search that the provider made, and what came of it": {
        "chat": Told(
            body=chat(HELLO, says(SEA), user("And then?")),
            to={
                "messages": Arrival(body=messages(HELLO, says(SEA), user("And then?"))),
                "responses": comes(asks(Q, message("assistant", SEA), message("user", "And then?"))),
            },
        ),
        "messages": Told(
            body=messages(HELLO, says([*_SEARCHED, text(SEA)]), user("And then?")),
            to={
                "chat": Arrival(lost=["turns.1.parts.0", "turns.1.parts.1"]),
                "responses": comes(
                    asks(Q, message("assistant", SEA), message("user", "And then?")),
                    "turns.1.parts.0",
                    "turns.1.parts.1",
                ),
            },
        ),
        "responses": tells(
            Q,
            _SEARCH,
            message(
                "assistant",
                [{"type": "output_text", "text": SEA, "annotations": [cites(URL, "Rivers", 0, 6)]}],
                id="msg_1",
                status="completed",
            ),
            message("user", "And then?"),
            to={
                "chat": Arrival(lost=["turns.1.parts.0", "turns.1.parts.1.citations"]),
                "messages": Arrival(
                    body=messages(HELLO, says(SEA), user("And then?")),
                    lost=["turns.1.parts.0", "turns.1.parts.1.citations"],
                ),
            },
        ),
    },
    "a custom tool, its call and its result": {
        "chat": Told(body=None, of={"responses": Arrival(refused="turns.1.parts.0")}),
        "messages": Told(body=None, of={"responses": Arrival(refused="turns.1.parts.0")}),
        "responses": tells(
            ASK,
            _GREP,
            {"type": "custom_tool_call_output", "call_id": "k1", "output": "wet"},
            tools=[{"type": "custom", "name": "grep", "format": {"type": "text"}}],
        ),
    },
    "a talk that its provider keeps": {
        "chat": Told(body=None, of={"responses": Arrival(refused="previous_response_id")}),
        "messages": Told(body=None, of={"responses": Arrival(refused="previous_response_id")}),
        "responses": tells(Q, previous_response_id="resp_1"),
    },
    "an item that its provider keeps": {
        "chat": Told(body=None, of={"responses": Arrival(refused="turns.0.parts.0")}),
        "messages": Told(body=None, of={"responses": Arrival(refused="turns.0.parts.0")}),
        "responses": tells({"type": "item_reference", "id": "msg_1"}, Q),
    },
    "a tier, a key for the cache, and notes": {
        "chat": Told(
            body=chat(
                HELLO,
                service_tier="priority",
                user="u-7",
                prompt_cache_key="k",
                safety_identifier="s",
                metadata={"run": "7"},
            ),
            to={"messages": Arrival(lost=["service_tier", "prompt_cache_key", "safety_identifier", "metadata"])},
        ),
        "messages": Told(
            body=messages(HELLO, metadata={"user_id": "u-7"}),
            to={"chat": Arrival(body=chat(HELLO, user="u-7"))},
        ),
        "responses": tells(
            Q,
            service_tier="priority",
            user="u-7",
            prompt_cache_key="k",
            safety_identifier="s",
            metadata={"run": "7"},
            to={
                "chat": Arrival(
                    body=chat(HELLO, service_tier="priority", user="u-7", safety_identifier="s", metadata={"run": "7"}),
                    lost=["prompt_cache_key"],
                ),
                "messages": Arrival(lost=["service_tier", "prompt_cache_key", "safety_identifier", "metadata"]),
            },
            of={"messages": comes(asks(Q, user="u-7"))},
        ),
    },
    "a result with two pictures": {
        "chat": Told(
            body=chat(
                *ASKS,
                says(None, tool_calls=CHAT_CALLS[:1]),
                tool("c1", "Two:"),
                user(
                    [
                        {"type": "image_url", "image_url": {"url": "https://x.example/a.png", "detail": "low"}},
                        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
                    ]
                ),
            ),
            to={
                "messages": Arrival(
                    body=messages(*ASKS, says([USES[0]]), user([result("c1", content="Two:"), _IMAGE, _PIXEL])),
                    lost=["turns.3.parts.0.detail"],
                )
            },
        ),
        "messages": Told(
            body=messages(*ASKS, says([USES[0]]), user([result("c1", content=[text("Two:"), _IMAGE, _PIXEL])])),
            to={
                "chat": Arrival(
                    body=chat(
                        *ASKS,
                        says(None, tool_calls=CHAT_CALLS[:1]),
                        tool("c1", "Two:"),
                        user(
                            [
                                {"type": "image_url", "image_url": {"url": "https://x.example/a.png"}},
                                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
                            ]
                        ),
                    ),
                    lost=["turns.2.parts.0"],
                )
            },
        ),
        "responses": tells(
            ASK,
            ULM,
            returned("c1", _PICTURES),
            to={
                "chat": Arrival(lost=["turns.2.parts.0"]),
                "messages": Arrival(lost=["turns.2.parts.0.parts.1.detail"]),
            },
            of={
                "chat": comes(asks(ASK, ULM, returned("c1", "Two:"), message("user", _PICTURES[1:]))),
                "messages": comes(
                    asks(ASK, ULM, returned("c1", [words("Two:"), picture("https://x.example/a.png"), _PICTURES[2]]))
                ),
            },
        ),
    },
}

_FILE = {"type": "file_citation", "file_id": "file-1", "filename": "deed.pdf", "index": 3}
_THOUGHT = [{"type": "thinking", "thinking": each, "signature": ""} for each in ("I need ", "the sky.")]
_KEPT = {"texts": ["I need ", "the sky."], "signature": "c2VhbGVk", "id": "rs_halfopen_a1_0"}
_FOUND = {**_SEARCH, "id": "ws"}

ANSWERED: Mapping[str, Case] = {
    "reasoning in several summaries, sealed, before a call": {
        "chat": Told(
            body=chat_answers("tool_calls", reasoning_content="I need the sky.", tool_calls=TOWN_CALLS[:1]),
            to={"messages": Arrival(body=message_answers(unsigned("I need the sky."), TOWN_USES[0], stop="tool_use"))},
        ),
        "messages": Told(body=message_answers(*_THOUGHT, TOWN_USES[0], stop="tool_use")),
        "responses": Told(
            body=answers(summed("I need ", "the sky.", encrypted_content="c2VhbGVk"), RAIN),
            to={
                "chat": Arrival(lost=["parts"]),
                "messages": Arrival(
                    body=message_answers(
                        carried("I need ", "responses"),
                        carried("the sky.", "responses", **_KEPT),
                        TOWN_USES[0],
                        stop="tool_use",
                    )
                ),
            },
            of={
                "chat": Arrival(body=answers(thought("I need the sky."), RAIN)),
                "messages": Arrival(body=answers(summed("I need "), summed("the sky."), RAIN)),
            },
        ),
    },
    "words, a search, and words about what it found": {
        "chat": Told(
            body=chat_answers(content="I look. " + SEA, annotations=[chat_cites(URL, "Rivers", 15, 24)]),
            to={
                "messages": Arrival(
                    body=message_answers(block("I look. " + SEA, citations=[found(URL, "Rivers", "Black Sea")]))
                )
            },
        ),
        "messages": Told(
            body=message_answers(block("I look. "), block(SEA, citations=[found(URL, "Rivers", "Black Sea")])),
            to={
                "chat": Arrival(
                    body=chat_answers(content="I look. " + SEA, annotations=[chat_cites(URL, "Rivers", 8, 25)])
                )
            },
        ),
        "responses": Told(
            body=answers(response_says("I look. "), _FOUND, response_says(SEA, cites(URL, "Rivers", 7, 16))),
            to={
                "chat": Arrival(lost=["parts"]),
                "messages": Arrival(
                    body=message_answers(
                        block("I look. "),
                        searched("srvtoolu_halfopen_ws_a1_1", "D"),
                        block(SEA, citations=[found(URL, "Rivers", "Black Sea")]),
                    )
                ),
            },
            of={
                "chat": Arrival(body=answers(response_says("I look. " + SEA, cites(URL, "Rivers", 15, 24)))),
                "messages": Arrival(
                    body=answers(response(response_text("I look. "), response_text(SEA, cites(URL, "Rivers", 0, 17))))
                ),
            },
        ),
    },
    "a file that is cited": {
        "chat": Told(body=chat_answers(content=SEA)),
        "messages": Told(body=message_answers(block(SEA))),
        "responses": Told(
            body=answers(response_says(SEA, _FILE)),
            to={"chat": Arrival(lost=["citations"]), "messages": Arrival(lost=["parts"])},
            of={name: Arrival(body=answers(response_says(SEA))) for name in ("chat", "messages")},
        ),
    },
    "a call of a custom tool": {
        "responses": Told(
            body=answers(response_says("I look."), {**_GREP, "id": "ctc"}),
            to={
                "chat": Arrival(body=chat_answers(content="I look."), lost=["parts"]),
                "messages": Arrival(body=message_answers(block("I look.")), lost=["parts"]),
            },
        ),
    },
}
