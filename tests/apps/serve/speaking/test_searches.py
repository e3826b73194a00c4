"""Official clients whose model searches the web at any provider: what they are told is typed, and they can ask on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import anthropic.types
import google.genai.types
import openai.types.chat.chat_completion_message
import openai.types.responses
import pytest

from halfopen.testing import Received, ScriptedUpstream, Step
from tests.apps.serve.gateways import inside, over, run
from tests.apps.serve.speaking.clients import CLIENTS
from tests.apps.serve.speaking.upstreams import SPOKEN, said
from tests.wire.conversations.answered import ANSWERED
from tests.wire.searches.answered import SECOND, URL

pytestmark = pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning")
Json = Any
CASE = ANSWERED["a search, what it found, and words that cite it"]
SEA = "In the Black Sea."
# How each client declares a search, and how each provider is told of it.
DECLARED: Mapping[str, Json] = {
    "openai, chat": {"tools": openai.omit, "web_search_options": {}},
    "openai, responses": {"tools": [{"type": "web_search"}]},
    "anthropic": {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]},
    "google-genai": {},
}
ARRIVES: Mapping[str, Callable[[Json], bool]] = {
    "chat": lambda body: body["web_search_options"] == {} and "tools" not in body,
    "messages": lambda body: body["tools"][-1]["type"] == "web_search_20250305",
    "responses": lambda body: body["tools"][-1]["type"] == "web_search",
    "gemini": lambda body: body["tools"][-1] == {"googleSearch": {}},
}
ASKED = "Where does the Danube end?"


async def _messages(talk: Json, stream: bool) -> tuple[Json, Json, Json]:
    """The queries, the pages and the addresses that are cited, from blocks of the client's own types."""
    asked: Json = {"model": talk.model, "max_tokens": 2000, "messages": talk.messages} | talk.more
    if stream:
        async with talk.client.messages.stream(**asked) as told:
            answer = await told.get_final_message()
    else:
        answer = await talk.client.messages.create(**asked)
    talk.messages.append({"role": "assistant", "content": [block.to_dict() for block in answer.content]})
    calls = [block for block in answer.content if isinstance(block, anthropic.types.ServerToolUseBlock)]
    found: Json = [block for block in answer.content if isinstance(block, anthropic.types.WebSearchToolResultBlock)]
    assert [block.tool_use_id for block in found] == [call.id for call in calls]
    pages = [hit for block in found for hit in block.content]
    assert all(isinstance(hit, anthropic.types.WebSearchResultBlock) for hit in pages)
    texts: Json = [block for block in answer.content if isinstance(block, anthropic.types.TextBlock)]
    cites = [cite.url for block in texts for cite in block.citations or ()]
    return [call.input["query"] for call in calls], [hit.url for hit in pages], cites


async def _responses(talk: Json, stream: bool) -> tuple[Json, Json, Json]:
    asked: Json = {"model": talk.model, "input": talk.items, "store": False} | talk.more
    if stream:
        async with talk.client.responses.stream(**asked) as told:
            answer = await told.get_final_response()
    else:
        answer = await talk.client.responses.create(**asked)
    talk.items += [item.to_dict() for item in answer.output]
    calls: Json = [item for item in answer.output if isinstance(item, openai.types.responses.ResponseFunctionWebSearch)]
    notes = [note for item in answer.output if item.type == "message" for note in item.content[0].annotations]
    sources = [source.url for call in calls for source in call.action.sources or ()]
    return [call.action.query for call in calls], sources, [note.url for note in notes]


async def _gemini(talk: Json, stream: bool) -> tuple[Json, Json, Json]:
    types = google.genai.types
    config = types.GenerateContentConfig(tools=[types.Tool(google_search=types.GoogleSearch())])
    asked: Json = {"model": talk.model, "contents": talk.contents, "config": config}
    if stream:
        answers = [each async for each in await talk.client.aio.models.generate_content_stream(**asked)]
    else:
        answers = [await talk.client.aio.models.generate_content(**asked)]
    candidates = [each.candidates[0] for each in answers if each.candidates]
    parts = [part for candidate in candidates for part in (candidate.content and candidate.content.parts) or ()]
    talk.contents.append(types.ModelContent("".join(part.text or "" for part in parts)))
    (grounding,) = [candidate.grounding_metadata for candidate in candidates if candidate.grounding_metadata]
    assert grounding
    pages = [chunk.web.uri for chunk in grounding.grounding_chunks or () if chunk.web]
    places = [place for each in grounding.grounding_supports or () for place in each.grounding_chunk_indices or ()]
    return grounding.web_search_queries or [], list(dict.fromkeys(pages)), [pages[place] for place in places]


async def _chat(talk: Json, stream: bool) -> tuple[Json, Json, Json]:
    """It is shown what is cited, and nothing else."""
    asked: Json = {"model": talk.model, "messages": talk.messages, "stream": stream} | talk.more
    answer = await talk.client.chat.completions.create(**asked)
    if stream:
        deltas = [choice.delta async for chunk in answer for choice in chunk.choices]
        notes = [note for delta in deltas for note in (delta.model_extra or {}).get("annotations", ())]
        cites = [note["url_citation"]["url"] for note in notes]
        content = "".join(delta.content or "" for delta in deltas)
    else:
        message = answer.choices[0].message
        typed = openai.types.chat.chat_completion_message.Annotation
        assert all(isinstance(note, typed) for note in message.annotations)
        cites, content = [note.url_citation.url for note in message.annotations], message.content
    talk.messages.append({"role": "assistant", "content": content})
    return None, None, cites


HEARS = {"openai, chat": _chat, "openai, responses": _responses, "anthropic": _messages, "google-genai": _gemini}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("spoken", SPOKEN)
@pytest.mark.parametrize("client", HEARS)
def test_a_client_sees_what_was_searched_found_and_cited_and_asks_on(
    tmp_path: Path, client: str, spoken: str, stream: bool
) -> None:
    dialect, opened = CLIENTS[client]
    bodies: list[Json] = []

    def script(received: Received) -> Iterable[Step]:
        bodies.append(received.json())
        return said(spoken, CASE[spoken].body, streamed=SPOKEN[spoken].streamed(received))

    async def story() -> None:
        async with AsyncExitStack() as stack:
            up = await stack.enter_async_context(ScriptedUpstream(script))
            config = over({"up": up}, dialects={spoken: SPOKEN[spoken].path})
            gateway = await stack.enter_async_context(inside(tmp_path, config))
            talk: Json = await opened(gateway.url, stack)
            talk.more = DECLARED[client]
            for words in (ASKED, "And then?"):
                talk.say(words)
                judge(client, spoken, *await HEARS[client](talk, stream))

    run(story())
    assert all(dialect == spoken or ARRIVES[spoken](body) for body in bodies)
    assert len(bodies) == 2
    assert SEA in str(bodies[1])


def judge(client: str, spoken: str, queries: Json, pages: Json, cites: Json) -> None:
    assert cites == [URL]
    if client != "openai, chat" and spoken != "chat":
        assert queries[0] == "Danube"
        assert pages == [URL, SECOND]
