"""Searches of the web that a provider makes: what is sealed stays with its lab, what is lost is told by its path."""

from __future__ import annotations

import json
from typing import Any

import openai.types.chat.completion_create_params as chat_types
import openai.types.responses
import pytest
from pydantic import TypeAdapter

from halfopen.conversation.events import Closed, Opened
from halfopen.conversation.fold import fold
from halfopen.conversation.parts import Page, Search, Text
from halfopen.wire.body import read
from halfopen.wire.table import DIALECTS
from halfopen.wire.way import Going, way
from tests.wire.conversations import streams
from tests.wire.conversations.bodies import HELLO, says, user
from tests.wire.conversations.bodies import chat as chat_asks
from tests.wire.conversations.bodies import messages as messages_ask
from tests.wire.conversations.gemini.bodies import Q as GEMINI_Q
from tests.wire.conversations.gemini.bodies import asks as gemini_asks
from tests.wire.conversations.gemini.bodies import model
from tests.wire.conversations.gemini.replies import answers as gemini
from tests.wire.conversations.replies import SEA, messages, searched, text
from tests.wire.conversations.responses_answered import answers, looks
from tests.wire.conversations.responses_answered import says as says_there
from tests.wire.conversations.responses_asked import Q, asks
from tests.wire.conversations.told import arrival
from tests.wire.conversations.tongues import compact, crossed
from tests.wire.conversations.voices import VOICES, drained
from tests.wire.sealed.goes_on import GOES_ON
from tests.wire.searches.answered import ANSWERED, SECOND, URL, chunk, hit, hits
from tests.wire.searches.asked import ASKED, TOOL

Json = Any
CITED = ANSWERED["a search, what it found, and words that cite it"]
LONG_AGO = ASKED["a search long ago, and what it found"]


def lost(body: Json, here: str, there: str) -> list[str]:
    return [loss.path for loss in VOICES[there].write(VOICES[here].read(compact(body)))[1]]


LOST: dict[tuple[str, str], list[str]] = {
    ("messages", "chat"): ["parts.0", "parts.1"],
    ("messages", "responses"): ["parts.1.encrypted_content", "parts.1.page_age", "parts.1.title"],
    ("messages", "gemini"): ["parts.1.encrypted_content", "parts.1.page_age"],
    ("responses", "chat"): ["parts.0"],
    ("responses", "messages"): [],
    ("responses", "gemini"): [],
    ("gemini", "chat"): ["parts.1"],
    ("gemini", "messages"): ["parts.1.searchEntryPoint"],
    ("gemini", "responses"): ["parts.1.searchEntryPoint", "parts.1.title"],
}


@pytest.mark.parametrize(("here", "there"), LOST, ids="-".join)
def test_what_an_answer_says_of_a_search_and_another_dialect_cannot_is_lost_by_its_path(here: str, there: str) -> None:
    assert lost(CITED[here].body, here, there) == LOST[here, there]


def test_grounding_that_no_page_and_no_citation_tells_is_lost_by_its_name() -> None:
    maps = {"maps": {"uri": URL, "title": "Ulm"}}
    sure = {"segment": {"endIndex": 3, "text": "The"}, "groundingChunkIndices": [0], "confidenceScores": [0.5]}
    told = {"webSearchQueries": ["Ulm"], "groundingChunks": [chunk(URL, "A"), maps], "groundingSupports": [sure]}
    assert lost(gemini("The sea.", groundingMetadata=told), "gemini", "messages") == [
        "parts.1.groundingChunks",
        "parts.1.groundingSupports",
    ]


@pytest.mark.parametrize("there", ["chat", "responses", "gemini"])
def test_what_anthropic_has_sealed_goes_to_nobody_else(there: str) -> None:
    sealed = (b"c2Vh", b"bGVk", b"ZW5j")
    assert all(word in compact(CITED["messages"].body) for word in sealed)
    written, _ = VOICES[there].write(VOICES["messages"].read(compact(CITED["messages"].body)))
    asked = json.dumps(crossed(LONG_AGO["messages"].body, "messages", there)[0]).encode()
    assert not [word for word in sealed if word in written or word in asked]


MADE_ELSEWHERE = [(lab, client) for lab in ("messages", "responses", "gemini") for client in ("messages", "responses")]


@pytest.mark.parametrize(("lab", "client"), [each for each in MADE_ELSEWHERE if each[0] != each[1]], ids="-".join)
@pytest.mark.parametrize("there", DIALECTS)
def test_a_search_that_another_made_is_sent_to_no_provider(lab: str, client: str, there: str) -> None:
    """Also not to one of the client's own dialect, which would ask for its seal, or look for its id."""
    case = ANSWERED["several searches at once, one of which failed"] if lab == "messages" else CITED
    shown = json.loads(VOICES[client].write(VOICES[lab].read(compact(case[lab].body)))[0])
    history = read(compact(GOES_ON[client](shown)))
    sent = way(DIALECTS[client], DIALECTS[there]).sent(history, Going(model="m", stream=False))
    assert SEA.encode() in sent.body
    assert not [word for word in (b"search", b"halfopen", b"encrypted") if word in sent.body]
    assert {loss.kind for loss in sent.lost} == {"knob"}


def test_a_search_of_its_own_goes_back_to_anthropic_as_it_was() -> None:
    body = compact(LONG_AGO["messages"].body)
    sent = way(DIALECTS["messages"], DIALECTS["messages"]).sent(read(body), Going(model="m", stream=False))
    assert (sent.body, sent.lost) == (body, ())


def test_text_beside_a_citation_that_has_no_seal_keeps_its_own() -> None:
    ours, theirs = ({"type": "web_search_result_location", "encrypted_index": index} for index in ("halfopen", "ZW5j"))
    body = messages_ask(HELLO, says([text(SEA, citations=[theirs, ours])]))
    sent = way(DIALECTS["messages"], DIALECTS["messages"]).sent(read(compact(body)), Going(model="m", stream=False))
    assert json.loads(sent.body)["messages"][1]["content"] == [text(SEA, citations=[theirs])]
    assert [loss.path for loss in sent.lost] == ["messages.1.content.0.citations"]


def test_chat_has_no_choice_where_nothing_but_a_search_is_declared() -> None:
    body = messages_ask(HELLO, tools=[TOOL], tool_choice={"type": "any", "disable_parallel_tool_use": True})
    there, dropped = crossed(body, "messages", "chat")
    assert there == chat_asks(HELLO, web_search_options={})
    assert dropped == ["tools.0", "choice", "parallel"]


@pytest.mark.parametrize("there", ["chat", "messages", "gemini"])
def test_a_second_search_is_lost_by_its_path(there: str) -> None:
    dropped = crossed(asks(Q, tools=[{"type": "web_search"}, {"type": "web_search_preview"}]), "responses", there)[1]
    assert dropped == [*(["tools.0"] if there == "chat" else []), "tools.1"]


def test_old_searches_of_google_s_are_searches() -> None:
    old = {"googleSearchRetrieval": {"dynamicRetrievalConfig": {"mode": "MODE_DYNAMIC"}}}
    there, dropped = crossed(gemini_asks(GEMINI_Q, tools=[old]), "gemini", "messages")
    assert (there["tools"], dropped) == ([TOOL], ["tools.0.dynamicRetrievalConfig"])


def test_a_limit_for_all_that_a_provider_runs_is_one_for_its_only_search_and_else_stays_what_it_is() -> None:
    search: Json = {"type": "web_search"}
    body = asks(Q, tools=[search, {"type": "code_interpreter", "container": {"type": "auto"}}], max_tool_calls=3)
    assert crossed(body, "responses", "responses") == (body, [])
    alone = asks(Q, tools=[search], max_tool_calls=3)
    assert crossed(alone, "responses", "responses") == (alone, [])
    assert crossed(alone, "responses", "messages")[0]["tools"] == [TOOL | {"max_uses": 3}]


def test_the_official_client_would_have_declared_what_arrives() -> None:
    """Beside the lists of tools, which are looked at with all the others."""
    options: TypeAdapter[Any] = TypeAdapter(chat_types.WebSearchOptions)
    choice: TypeAdapter[Any] = TypeAdapter(openai.types.responses.ToolChoiceAllowedParam)
    near = ASKED["a search in some places, for somebody near, so many times"]
    must = ASKED["a search that must be made, beside a function"]
    for here in ("messages", "responses", "gemini"):
        drained(options.validate_python(arrival(near, here, "chat").body["web_search_options"]))
    drained(choice.validate_python(arrival(must, "messages", "responses").body["tool_choice"]))


def test_what_google_asked_and_found_is_told_behind_the_words_streamed_or_not() -> None:
    body = CITED["gemini"].body
    reader = VOICES["gemini"].reader()
    events = [*reader.feed(streams.gemini(body)), *reader.end()]
    found = next(event.part for event in events if isinstance(event, Opened) and isinstance(event.part, Search))
    assert events[events.index(Opened(found)) - 1] == Closed()
    assert found.queries == ("Danube",)
    assert found.pages == (Page(url=URL, title="Rivers"), Page(url=SECOND, title="Seas"))
    whole = VOICES["gemini"].read(compact(body))
    assert [type(part) for part in whole.parts] == [Text, Search]
    assert whole.parts[1] == found


def test_grounding_that_says_nothing_takes_nothing_back() -> None:
    body = CITED["gemini"].body
    empty = body["candidates"][0] | {"content": {"parts": []}, "groundingMetadata": {}}
    told = streams.gemini(body) + streams.event(body | {"candidates": [empty]})
    first, second = VOICES["gemini"].reader(), VOICES["gemini"].reader()
    expected = fold([*first.feed(streams.gemini(body)), *first.end()])
    assert fold([*second.feed(told), *second.end()]).parts == expected.parts


def test_a_result_without_its_search_still_says_what_was_found() -> None:
    body = messages(hits("s1", hit(URL, "Rivers")), text(SEA))
    written, _ = VOICES["responses"].write(VOICES["messages"].read(compact(body)))
    assert json.loads(written)["output"] == answers(looks("", URL), says_there(SEA))["output"]


def test_tools_that_the_provider_runs_and_that_are_no_search_are_its_own() -> None:
    fetch = searched("s1", "x") | {"name": "web_fetch"}
    assert lost(messages(fetch), "messages", "responses") == ["parts.0"]
    assert not isinstance(VOICES["messages"].read(compact(messages(fetch))).parts[0], Search)
    code = gemini({"toolCall": {"id": "t", "toolType": "GOOGLE_MAPS"}}, "Sea.")
    assert not isinstance(VOICES["gemini"].read(compact(code)).parts[0], Search)


BROKEN = {
    "cut off": '{"town":"Ul',
    "no object": "[1]",
    "no JSON": "Ulm",
    "two of them": '{"town":"Ulm"}{"town":"Passau"}',
}


@pytest.mark.parametrize("given", BROKEN.values(), ids=BROKEN)
def test_arguments_that_a_model_got_wrong_long_ago_go_as_a_text_and_that_is_told(given: str) -> None:
    called = [{"id": "c1", "type": "function", "function": {"name": "weather", "arguments": given}}]
    result = {"role": "tool", "tool_call_id": "c1", "content": "These are no arguments."}
    body = chat_asks(HELLO, says(None, tool_calls=called), result, user("Again."))
    wrong = {"invalid_arguments": given}
    there, dropped = crossed(body, "chat", "messages")
    assert there["messages"][1]["content"] == [{"type": "tool_use", "id": "c1", "name": "weather", "input": wrong}]
    assert dropped == ["turns.1.parts.0.arguments"]
    there, dropped = crossed(body, "chat", "gemini")
    assert there["contents"][1]["parts"][0]["functionCall"]["args"] == wrong
    assert dropped == ["turns.1.parts.0.arguments"]
    assert crossed(body, "chat", "responses")[1] == []
    assert crossed(crossed(body, "chat", "responses")[0], "responses", "chat")[0]["messages"][1]["tool_calls"] == called


def test_a_picture_search_in_a_talk_with_google_is_no_reason_to_refuse() -> None:
    part = {"toolCall": {"id": "t1", "toolType": "GOOGLE_SEARCH_IMAGE", "args": {}}}
    there, dropped = crossed(gemini_asks(GEMINI_Q, model(part, SEA), GEMINI_Q), "gemini", "chat")
    assert (there["messages"][1]["content"], dropped) == (SEA, ["turns.1.parts.0"])
