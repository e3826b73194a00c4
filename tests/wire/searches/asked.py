"""Searches of the web that a provider makes: declared, made, and long ago, told in every dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.wire.conversations.bodies import HELLO, WEATHER, WEATHER_TOOL, chat, messages, says, text, user
from tests.wire.conversations.gemini.bodies import SKY as GEMINI_SKY
from tests.wire.conversations.gemini.bodies import Q as GEMINI_Q
from tests.wire.conversations.gemini.bodies import asks as gemini
from tests.wire.conversations.gemini.bodies import model
from tests.wire.conversations.gemini.bodies import user as content
from tests.wire.conversations.replies import SEA, found, searched
from tests.wire.conversations.responses_answered import looks
from tests.wire.conversations.responses_asked import SKY, Q, asks, from_elsewhere, message
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


ASKED: Mapping[str, Case] = {
    "a search, and nothing said of it": {
        "chat": Told(
            body=CHAT_ANY,
            to={"responses": Arrival(body=there(ANY))},
        ),
        "messages": Told(
            body=MESSAGES_ANY,
            to={"chat": Arrival(lost=[_ONLY_MODELS]), "responses": Arrival(body=there(ANY))},
        ),
        "responses": Told(body=ANY, to={"chat": Arrival(lost=[_ONLY_MODELS])}),
        "gemini": Told(
            body=GEMINI_ANY,
            to={"chat": Arrival(lost=[_ONLY_MODELS]), "responses": Arrival(body=there(ANY))},
        ),
    },
    "a search in some places, for somebody near, so many times": {
        "chat": Told(
            body=CHAT_NEAR | {"web_search_options": CHAT_NEAR["web_search_options"] | {"search_context_size": "low"}},
            to={
                "messages": Arrival(
                    body=messages(HELLO, tools=[TOOL | {"user_location": NEAR}]), lost=lost("context_size")
                ),
                "responses": Arrival(
                    body=there(
                        asks(Q, tools=[{"type": "web_search", "user_location": NEAR, "search_context_size": "low"}])
                    )
                ),
                "gemini": Arrival(body=GEMINI_ANY, lost=lost("location", "context_size")),
            },
        ),
        "messages": Told(
            body=messages(
                HELLO,
                tools=[
                    TOOL
                    | {
                        "max_uses": 3,
                        "allowed_domains": DOMAINS,
                        "user_location": NEAR,
                        "cache_control": {"type": "ephemeral"},
                        "defer_loading": True,
                    }
                ],
            ),
            to={
                "chat": Arrival(
                    body=CHAT_NEAR,
                    lost=[*lost("allowed_domains", "max_uses", "cache", "defer_loading"), _ONLY_MODELS],
                ),
                "responses": Arrival(body=there(THERE) | {"max_tool_calls": 3}, lost=lost("cache", "defer_loading")),
                "gemini": Arrival(
                    body=GEMINI_ANY,
                    lost=lost("allowed_domains", "location", "max_uses", "cache", "defer_loading"),
                ),
            },
        ),
        "responses": Told(
            body=asks(
                Q,
                tools=[
                    {
                        "type": "web_search_preview",
                        "filters": {"allowed_domains": DOMAINS},
                        "user_location": NEAR,
                        "search_context_size": "high",
                        "external_web_access": False,
                    }
                ],
                max_tool_calls=2,
            ),
            to={
                "chat": Arrival(
                    body=chat(
                        HELLO,
                        web_search_options=CHAT_NEAR["web_search_options"] | {"search_context_size": "high"},
                    ),
                    lost=[*lost("allowed_domains", "max_uses", "external_web_access"), _ONLY_MODELS],
                ),
                "messages": Arrival(
                    body=messages(
                        HELLO,
                        tools=[TOOL | {"max_uses": 2, "allowed_domains": DOMAINS, "user_location": NEAR}],
                    ),
                    lost=lost("context_size", "external_web_access"),
                ),
                "gemini": Arrival(
                    body=GEMINI_ANY,
                    lost=lost("allowed_domains", "location", "max_uses", "context_size", "external_web_access"),
                ),
            },
        ),
        "gemini": Told(
            body=gemini(
                GEMINI_Q, tools=[{"googleSearch": {"excludeDomains": DOMAINS, "searchTypes": {"webSearch": {}}}}]
            ),
            to={
                "chat": Arrival(body=CHAT_ANY, lost=[*lost("blocked_domains", "searchTypes"), _ONLY_MODELS]),
                "messages": Arrival(
                    body=messages(HELLO, tools=[TOOL | {"blocked_domains": DOMAINS}]), lost=lost("searchTypes")
                ),
                "responses": Arrival(body=there(ANY), lost=lost("blocked_domains", "searchTypes")),
            },
        ),
    },
    "a search that must be made, beside a function": {
        "chat": Told(
            body=chat(HELLO, tools=[WEATHER], web_search_options={}),
            to={
                "messages": Arrival(body=messages(HELLO, tools=[WEATHER_TOOL, TOOL])),
                "responses": Arrival(
                    body=there(asks(Q, tools=[SKY | {"strict": False}, {"type": "web_search"}])),
                ),
                "gemini": Arrival(body=gemini(GEMINI_Q, tools=[GEMINI_SKY, {"googleSearch": {}}])),
            },
        ),
        "messages": Told(
            body=messages(HELLO, tools=[WEATHER_TOOL, TOOL], tool_choice={"type": "tool", "name": "web_search"}),
            to={
                "chat": Arrival(lost=["tools.1", "choice"]),
                "responses": Arrival(
                    body=there(
                        asks(
                            Q,
                            tools=[SKY | {"strict": False}, {"type": "web_search"}],
                            tool_choice={
                                "type": "allowed_tools",
                                "mode": "required",
                                "tools": [{"type": "web_search"}],
                            },
                        )
                    )
                ),
            },
        ),
        "responses": Told(
            body=asks(
                Q,
                tools=[SKY | {"strict": False}, {"type": "web_search_preview"}],
                tool_choice={"type": "web_search_preview"},
            ),
            to={
                "chat": Arrival(
                    body=chat(
                        HELLO,
                        tools=[{**WEATHER, "function": {**WEATHER["function"], "strict": False}}],
                        web_search_options={},
                    ),
                    lost=["tools.1", "choice"],
                ),
                "messages": Arrival(
                    body=messages(
                        HELLO,
                        tools=[WEATHER_TOOL | {"strict": False}, TOOL],
                        tool_choice={"type": "tool", "name": "web_search"},
                    )
                ),
            },
        ),
        "gemini": Told(
            body=gemini(GEMINI_Q, tools=[GEMINI_SKY, {"googleSearch": {}}]),
            to={
                "chat": Arrival(lost=["tools.1"]),
                "messages": Arrival(body=messages(HELLO, tools=[WEATHER_TOOL, TOOL])),
                "responses": Arrival(body=there(asks(Q, tools=[SKY | {"strict": False}, {"type": "web_search"}]))),
            },
            of={name: Arrival(lost=["choice"]) for name in ("messages", "responses")},
        ),
    },
    "a search long ago, and what it found": {
        "chat": Told(
            body=chat(HELLO, says(SEA), user("And then?")),
            to={
                "messages": Arrival(body=messages(HELLO, says(SEA), user("And then?"))),
                "responses": Arrival(
                    body=from_elsewhere(asks(Q, message("assistant", SEA), message("user", "And then?")))
                ),
                "gemini": Arrival(body=gemini(GEMINI_Q, model(SEA), content("And then?"))),
            },
        ),
        "messages": Told(
            body=messages(
                HELLO,
                says(
                    [
                        searched("srvtoolu_1", "Danube"),
                        hits("srvtoolu_1", hit(URL, "Rivers", "c2VhbGVk")),
                        searched("srvtoolu_2", "Delta") | {"cache_control": {"type": "ephemeral"}},
                        failed("srvtoolu_2", "max_uses_exceeded"),
                        text(SEA, citations=[found(URL, "Rivers", "Black Sea", "ZW5j")]),
                    ]
                ),
                user("And then?"),
            ),
            to={
                "chat": Arrival(lost=[*(f"turns.1.parts.{n}" for n in range(4)), "turns.1.parts.4.citations"]),
                "responses": Arrival(
                    body=from_elsewhere(asks(Q, message("assistant", SEA), message("user", "And then?"))),
                    lost=[*(f"turns.1.parts.{n}" for n in range(4)), "turns.1.parts.4.citations"],
                ),
                "gemini": Arrival(
                    body=gemini(GEMINI_Q, model(SEA), content("And then?")),
                    lost=[*(f"turns.1.parts.{n}" for n in range(4)), "turns.1.parts.4.citations"],
                ),
            },
        ),
        "responses": Told(
            body=asks(
                Q,
                looks("Danube", URL, named="ws_1"),
                looks("", named="ws_2") | {"action": {"type": "open_page", "url": URL}},
                message("assistant", SEA),
                message("user", "And then?"),
            ),
            to={
                "chat": Arrival(lost=["turns.1.parts.0", "turns.1.parts.1"]),
                "messages": Arrival(
                    body=messages(HELLO, says(SEA), user("And then?")), lost=["turns.1.parts.0", "turns.1.parts.1"]
                ),
                "gemini": Arrival(
                    body=gemini(GEMINI_Q, model(SEA), content("And then?")),
                    lost=["turns.1.parts.0", "turns.1.parts.1"],
                ),
            },
        ),
        "gemini": Told(
            body=gemini(
                GEMINI_Q,
                model(
                    {"toolCall": {"id": "t1", "toolType": "GOOGLE_SEARCH_WEB", "args": {"queries": ["Danube"]}}},
                    {"toolResponse": {"id": "t1", "toolType": "GOOGLE_SEARCH_WEB", "response": {"html": "<b>"}}},
                    SEA,
                ),
                content("And then?"),
            ),
            to={
                "chat": Arrival(lost=["turns.1.parts.0", "turns.1.parts.1"]),
                "messages": Arrival(
                    body=messages(HELLO, says(SEA), user("And then?")), lost=["turns.1.parts.0", "turns.1.parts.1"]
                ),
                "responses": Arrival(
                    body=from_elsewhere(asks(Q, message("assistant", SEA), message("user", "And then?"))),
                    lost=["turns.1.parts.0", "turns.1.parts.1"],
                ),
            },
        ),
    },
}
