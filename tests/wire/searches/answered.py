"""Searches of the web that a provider made, and what it found, told in every dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.wire.conversations.bodies import HELLO, chat, messages, text
from tests.wire.conversations.gemini.bodies import Q as GEMINI_Q
from tests.wire.conversations.gemini.bodies import asks as gemini
from tests.wire.conversations.gemini.replies import answers as gemini_answers
from tests.wire.conversations.gemini.replies import segment
from tests.wire.conversations.replies import SEA, cites, found, searched
from tests.wire.conversations.replies import chat as chat_answers
from tests.wire.conversations.replies import messages as message_answers
from tests.wire.conversations.responses_answered import answers, looks
from tests.wire.conversations.responses_answered import cites as cited
from tests.wire.conversations.responses_answered import says as says_there
from tests.wire.conversations.responses_asked import Q, asks, from_elsewhere
from tests.wire.conversations.told import Arrival, Case, Told

Json = Any
ULM = {"city": "Ulm", "country": "DE", "timezone": "Europe/Berlin"}
NEAR = {"type": "approximate"} | ULM
DOMAINS = ["rivers.example", "seas.example"]
URL, SECOND = "https://x.example", "https://y.example"
SOURCES = {"include": ["web_search_call.action.sources"]}
TOOL = {"type": "web_search_20250305", "name": "web_search"}
_ONLY_MODELS = "tools.0"  # in chat, not every model follows


def lost(*names: str) -> list[str]:
    return [f"tools.0.{name}" for name in names]


def hit(url: str, title: str, sealed: str = "", **more: Json) -> Json:
    return {"type": "web_search_result", "url": url, "title": title, "encrypted_content": sealed, **more}


def hits(named: str, *results: Json) -> Json:
    return {"type": "web_search_tool_result", "tool_use_id": named, "content": list(results)}


def failed(named: str, code: str) -> Json:
    return hits(named) | {"content": {"type": "web_search_tool_result_error", "error_code": code}}


def chunk(url: str, title: str | None = None) -> Json:
    return {"web": {"uri": url} | ({} if title is None else {"title": title})}


CHAT_NEAR = chat(HELLO, web_search_options={"user_location": {"type": "approximate", "approximate": ULM}})
CHAT_ANY, GEMINI_ANY = chat(HELLO, web_search_options={}), gemini(GEMINI_Q, tools=[{"googleSearch": {}}])
MESSAGES_ANY, ANY = messages(HELLO, tools=[TOOL]), asks(Q, tools=[{"type": "web_search"}])
THERE = asks(Q, tools=[{"type": "web_search", "user_location": NEAR, "filters": {"allowed_domains": DOMAINS}}])


def there(body: Json) -> Json:
    """Who comes from elsewhere hears what was found without asking for it."""
    return from_elsewhere(body) | SOURCES | ({"tools": body["tools"]} if "tools" in body else {})


TITLE = {"webSearchQueries": ["Danube"], "groundingChunks": [chunk(URL, "Rivers"), chunk(SECOND, "Seas")]}
SUPPORT = {"groundingSupports": [{"segment": segment("Black Sea", 7, 16), "groundingChunkIndices": [0]}]}
LINK = [cites(URL, "Rivers", 7, 16)]

ANSWERED: Mapping[str, Case] = {
    "a search, what it found, and words that cite it": {
        "chat": Told(
            body=chat_answers(content=SEA, annotations=LINK),
            to={
                "messages": Arrival(
                    body=message_answers(text(SEA, citations=[found(URL, "Rivers", "Black Sea")])),
                ),
                "responses": Arrival(body=answers(says_there(SEA, cited(URL, "Rivers", 7, 16)))),
                "gemini": Arrival(
                    body=gemini_answers(SEA, groundingMetadata={"groundingChunks": [chunk(URL, "Rivers")]} | SUPPORT)
                ),
            },
        ),
        "messages": Told(
            body=message_answers(
                searched("srvtoolu_1", "Danube"),
                hits("srvtoolu_1", hit(URL, "Rivers", "c2Vh", page_age="a day"), hit(SECOND, "Seas", "bGVk")),
                text(SEA, citations=[found(URL, "Rivers", "Black Sea", "ZW5j")]),
            ),
            to={
                "chat": Arrival(
                    body=chat_answers(content=SEA, annotations=[cites(URL, "Rivers", 0, 17)]), lost=["parts", "parts"]
                ),
                "responses": Arrival(
                    body=answers(looks("Danube", URL, SECOND), says_there(SEA, cited(URL, "Rivers", 0, 17))),
                    lost=["parts", "parts", "parts"],
                ),
                "gemini": Arrival(
                    body=gemini_answers(
                        SEA,
                        groundingMetadata=TITLE
                        | {"groundingSupports": [{"segment": segment(SEA, 0, 17), "groundingChunkIndices": [0]}]},
                    ),
                    lost=["parts", "parts"],
                ),
            },
        ),
        "responses": Told(
            body=answers(
                looks("Danube", URL, SECOND, named="ws", queries=["Danube", "Danube mouth"]),
                says_there(SEA, cited(URL, "Rivers", 7, 16)),
            ),
            to={
                "chat": Arrival(lost=["parts"]),
                "messages": Arrival(
                    body=message_answers(
                        searched("srvtoolu_halfopen_ws_a1_0", "Danube", queries=["Danube", "Danube mouth"]),
                        hits("srvtoolu_halfopen_ws_a1_0", hit(URL, ""), hit(SECOND, "")),
                        text(SEA, citations=[found(URL, "Rivers", "Black Sea")]),
                    ),
                ),
                "gemini": Arrival(
                    body=gemini_answers(
                        SEA,
                        groundingMetadata={
                            "webSearchQueries": ["Danube", "Danube mouth"],
                            "groundingChunks": [chunk(URL), chunk(SECOND), chunk(URL, "Rivers")],
                            "groundingSupports": [
                                {"segment": segment("Black Sea", 7, 16), "groundingChunkIndices": [2]}
                            ],
                        },
                    )
                ),
            },
        ),
        "gemini": Told(
            body=gemini_answers(
                SEA, groundingMetadata=TITLE | SUPPORT | {"searchEntryPoint": {"renderedContent": "<b>"}}
            ),
            to={
                "chat": Arrival(lost=["parts"]),
                "messages": Arrival(
                    body=message_answers(
                        text(SEA, citations=[found(URL, "Rivers", "Black Sea")]),
                        searched("srvtoolu_halfopen_a1", "Danube"),
                        hits("srvtoolu_halfopen_a1", hit(URL, "Rivers"), hit(SECOND, "Seas")),
                    ),
                    lost=["parts"],
                ),
                "responses": Arrival(
                    body=answers(says_there(SEA, cited(URL, "Rivers", 7, 16)), looks("Danube", URL, SECOND)),
                    lost=["parts", "parts"],
                ),
            },
        ),
    },
    "several searches at once, one of which failed": {
        "chat": Told(
            body=chat_answers(content=SEA),
            to={
                "messages": Arrival(body=message_answers(text(SEA))),
                "responses": Arrival(body=answers(says_there(SEA))),
                "gemini": Arrival(body=gemini_answers(SEA)),
            },
        ),
        "messages": Told(
            body=message_answers(
                text("I look. "),
                searched("srvtoolu_1", "Danube"),
                searched("srvtoolu_2", "Delta"),
                hits("srvtoolu_1", hit(URL, "")),
                failed("srvtoolu_2", "max_uses_exceeded"),
                text(SEA),
            ),
            to={
                "chat": Arrival(body=chat_answers(content="I look. " + SEA), lost=["parts"] * 4),
                "responses": Arrival(
                    body=answers(
                        says_there("I look. "),
                        looks("Danube", URL),
                        {
                            "type": "web_search_call",
                            "id": "ws_halfopen",
                            "status": "failed",
                            "action": {"type": "search", "query": "Delta"},
                        },
                        says_there(SEA),
                    ),
                    lost=["parts"],
                ),
                "gemini": Arrival(
                    body=gemini_answers(
                        "I look. " + SEA,
                        groundingMetadata={
                            "webSearchQueries": ["Danube", "Delta"],
                            "groundingChunks": [chunk(URL, "")],
                        },
                    ),
                    lost=["parts"],
                ),
            },
        ),
        "responses": Told(
            body=answers(
                looks("Danube", URL, named="ws"),
                looks("Delta", named="ws", status="failed"),
                looks("", named="ws") | {"action": {"type": "open_page", "url": URL}},
                says_there(SEA),
            ),
            to={
                "chat": Arrival(lost=["parts"] * 3),
                "messages": Arrival(
                    body=message_answers(
                        searched("srvtoolu_halfopen_ws_a1_0", "Danube"),
                        hits("srvtoolu_halfopen_ws_a1_0", hit(URL, "")),
                        searched("srvtoolu_halfopen_ws_a1_1", "Delta"),
                        failed("srvtoolu_halfopen_ws_a1_1", "unavailable"),
                        text(SEA),
                    ),
                    lost=["parts"],
                ),
                "gemini": Arrival(
                    body=gemini_answers(
                        SEA,
                        groundingMetadata={"webSearchQueries": ["Danube", "Delta"], "groundingChunks": [chunk(URL)]},
                    ),
                    lost=["parts"],
                ),
            },
        ),
        "gemini": Told(
            body=gemini_answers(
                SEA, groundingMetadata={"webSearchQueries": ["Danube", "Delta"], "groundingChunks": [chunk(URL)]}
            ),
            to={
                "chat": Arrival(lost=["parts"]),
                "messages": Arrival(
                    body=message_answers(
                        text(SEA),
                        searched("srvtoolu_halfopen_a1", "Danube", queries=["Danube", "Delta"]),
                        hits("srvtoolu_halfopen_a1", hit(URL, "")),
                    )
                ),
                "responses": Arrival(
                    body=answers(says_there(SEA), looks("Danube", URL, queries=["Danube", "Delta"])),
                ),
            },
        ),
    },
}
