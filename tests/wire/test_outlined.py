"""What is seen of a request without translating it is what the translation finds in it, and junk is no danger."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from halfopen.conversation.outline import Needs, Outline
from halfopen.conversation.parts import Media, Own, Part, Refusal, Text, Thinking, ToolCall, ToolResult
from halfopen.conversation.request import Request, WebSearch
from halfopen.errors import BadBody
from halfopen.wire.body import Body, read
from halfopen.wire.chat import outlined as chat
from halfopen.wire.gemini import outlined as gemini
from halfopen.wire.messages import outlined as messages
from halfopen.wire.responses import outlined as responses
from tests.wire.conversations.asked import ASKED
from tests.wire.conversations.tongues import TONGUES, compact

Json = Any


@dataclass(frozen=True)
class Seen:
    """The two functions of a dialect."""

    outline: Callable[[Body], Outline]
    needs: Callable[[Body], Needs]


DIALECTS: Mapping[str, Seen] = {
    "chat": Seen(chat.outline, chat.needs),
    "messages": Seen(messages.outline, messages.needs),
    "responses": Seen(responses.outline, responses.needs),
    "gemini": Seen(gemini.outline, gemini.needs),
}
TOLD = [
    (dialect, name, told[dialect].body)
    for name, told in ASKED.items()
    for dialect in DIALECTS
    if dialect in told and told[dialect].body is not None
]
every = pytest.mark.parametrize(
    ("dialect", "body"),
    [(dialect, body) for dialect, _, body in TOLD],
    ids=[f"{dialect}-{name}" for dialect, name, _ in TOLD],
)
dialects = pytest.mark.parametrize("dialect", DIALECTS)


def _outline(dialect: str, body: Json) -> Outline:
    return DIALECTS[dialect].outline(read(compact(body)))


def _needs(dialect: str, body: Json) -> Needs:
    return DIALECTS[dialect].needs(read(compact(body)))


def _parts(request: Request) -> Iterator[Part]:
    """All parts, with those inside of results."""
    for turn in request.turns:
        for part in turn.parts:
            yield part
            if isinstance(part, ToolResult):
                yield from part.parts


def _said(request: Request) -> Iterator[str]:
    for part in _parts(request):
        if isinstance(part, Text | Refusal | Thinking) and part.text:
            yield part.text
        if isinstance(part, Media) and part.form == "text":
            yield part.value


@every
def test_every_text_that_the_translation_finds_is_seen(dialect: str, body: Json) -> None:
    request, seen = TONGUES[dialect].read(compact(body)), _outline(dialect, body)
    texts = [said.text for said in seen.texts]
    assert [text for text in _said(request) if text not in texts] == []


@every
def test_media_tools_and_wishes_are_those_of_the_translation(dialect: str, body: Json) -> None:
    request, seen = TONGUES[dialect].read(compact(body)), _outline(dialect, body)
    parts = list(_parts(request))
    kinds = {part.kind for part in parts if isinstance(part, Media) and part.form != "text"}
    assert kinds <= {shown.kind for shown in seen.media}
    if not any(isinstance(part, Own) for part in parts):
        assert kinds == {shown.kind for shown in seen.media}
        assert seen.results == any(isinstance(part, ToolResult) for part in parts)
        assert seen.called == any(isinstance(part, ToolCall) for part in parts)
    tools = [tool for tool in request.tools if not (isinstance(tool, WebSearch) and dialect == "chat")]  # a field there
    assert bool(seen.tools) == bool(tools or "functions" in request.needed)
    if request.format is not None:
        assert seen.schema
    if request.knobs.max_output is not None:
        assert seen.max_output == request.knobs.max_output * (request.knobs.n or 1)


@every
def test_what_is_needed_is_what_the_outline_shows(dialect: str, body: Json) -> None:
    seen, need = _outline(dialect, body), _needs(dialect, body)
    wanted = {shown.kind for shown in seen.media} | ({"tools"} if seen.tools else set())
    wanted |= ({"schema"} if seen.schema else set()) | ({"reasoning"} if seen.reasoning else set())
    assert need.abilities == wanted
    assert need.max_output == seen.max_output
    assert (need.tokens is None) == bool(seen.media or seen.elsewhere)
    assert need.text >= sum(
        len(said.text.encode()) for said in seen.texts if not said.path.endswith(".inlineData.data")
    )
    assert need.tokens is None or need.tokens >= need.text


@every
def test_a_path_leads_to_its_text(dialect: str, body: Json) -> None:
    for said in _outline(dialect, body).texts:
        found: Json = body
        for step in said.path.split("."):
            found = found[int(step)] if isinstance(found, list) else found.get(step, found.get(_snaked(step)))
        assert said.text in (found, _decoded(found))


def _decoded(value: str) -> str:
    """Of a text that stands in base64."""
    try:
        return base64.b64decode(value, validate=True).decode()
    except ValueError:
        return ""


def _snaked(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


PICTURES: Mapping[str, Json] = {
    "chat": {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://a.b"}}]}]},
    "messages": {"messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "u"}}]}]},
    "responses": {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "https://a.b"}]}]},
    "gemini": {"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]}]},
}
QUESTIONS: Mapping[str, Json] = {
    "chat": {"messages": [{"role": "user", "content": "?"}]},
    "messages": {"messages": [{"role": "user", "content": "?"}]},
    "responses": {"input": "?"},
    "gemini": {"contents": [{"parts": [{"text": "?"}]}]},
}


@dialects
def test_a_picture_whose_name_is_written_with_escapes_is_a_picture(dialect: str) -> None:
    plain = compact(PICTURES[dialect])
    escaped = plain.replace(b'"image', b'"\\u0069mage').replace(b"input_image", b"input\\u005fimage")
    escaped = escaped.replace(b"inlineData", b"inline\\u0044ata")
    assert escaped != plain
    assert DIALECTS[dialect].needs(read(escaped)).abilities == {"image"}


@dialects
def test_a_text_about_pictures_is_none(dialect: str) -> None:
    text = compact(QUESTIONS[dialect]).replace(b'"?"', b'"What is \\"image_url\\", \\"image\\" or inlineData? \\u00e4"')
    need = DIALECTS[dialect].needs(read(text))
    assert need.abilities == frozenset()
    assert need.tokens is not None


@dialects
def test_the_bytes_of_a_picture_are_no_text(dialect: str) -> None:
    body = (
        compact(PICTURES[dialect]).replace(b"AAAA", b"A" * 100_000).replace(b"https://a.b", b"data:," + b"A" * 100_000)
    )
    assert DIALECTS[dialect].needs(read(body)).text < 1_000


THOUGHTS: tuple[tuple[str, Json, bool | None], ...] = (
    ("chat", {}, None),
    ("chat", {"reasoning_effort": None}, None),
    ("chat", {"reasoning_effort": "none"}, False),
    ("chat", {"reasoning_effort": "low"}, True),
    ("chat", {"thinking": {"type": "disabled"}}, False),
    ("chat", {"thinking": {"type": "enabled"}}, True),
    ("chat", {"reasoning": {"enabled": False}}, False),
    ("chat", {"reasoning": {"max_tokens": 100}}, True),
    ("messages", {"thinking": {"type": "disabled"}}, False),
    ("messages", {"thinking": {"type": "adaptive"}}, True),
    ("messages", {"thinking": {"type": "enabled", "budget_tokens": 1024}}, True),
    ("messages", {"output_config": {"effort": "low"}}, True),
    ("responses", {"reasoning": {"summary": "auto"}}, None),
    ("responses", {"reasoning": {"effort": "none"}}, False),
    ("responses", {"reasoning": {"effort": "high"}}, True),
    ("gemini", {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}}, None),
    ("gemini", {"generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}}, False),
    ("gemini", {"generationConfig": {"thinkingConfig": {"thinkingBudget": -1}}}, True),
    ("gemini", {"generation_config": {"thinking_config": {"thinking_level": "LOW"}}}, True),
)


@pytest.mark.parametrize(("dialect", "fields", "thinks"), THOUGHTS)
def test_whether_to_think_is_told_in_many_ways(dialect: str, fields: Json, thinks: bool | None) -> None:
    body = {**QUESTIONS[dialect], **fields}
    assert _outline(dialect, body).reasoning is thinks
    assert ("reasoning" in _needs(dialect, body).abilities) == (thinks is True)


ELSEWHERE: tuple[tuple[str, Json], ...] = (
    ("responses", {"previous_response_id": "r"}),
    ("responses", {"conversation": "c"}),
    ("responses", {"prompt": {"id": "p"}}),
    ("responses", {"input": [{"type": "item_reference", "id": "i"}]}),
    ("responses", {"input": [{"type": "item\u005freference", "id": "i"}]}),
    ("gemini", {"cachedContent": "cachedContents/1"}),
    ("messages", {"container": "c"}),
)


@pytest.mark.parametrize(("dialect", "fields"), ELSEWHERE)
def test_a_prompt_that_goes_on_elsewhere_has_no_bound(dialect: str, fields: Json) -> None:
    body = {**QUESTIONS[dialect], **fields}
    assert _needs(dialect, body).tokens is None
    assert _outline(dialect, body).elsewhere


_NAMES = """
    messages input contents role user content parts type text image image_url document input_image file tool_result
    source data inlineData fileData mimeType functionCall functionResponse tools name function tool_calls arguments
    system instructions generationConfig thinkingConfig thinkingBudget response_format reasoning thinking output
    output_config format computer_call_output functionDeclarations
"""
WORDS = some.sampled_from(_NAMES.split())
LEAVES = some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | WORDS
JUNK = some.recursive(
    LEAVES, lambda inner: some.lists(inner, max_size=4) | some.dictionaries(WORDS, inner, max_size=5), max_leaves=40
)


@dialects
@given(body=some.dictionaries(WORDS, JUNK, max_size=8))
def test_junk_is_seen_or_not_and_breaks_nothing(dialect: str, body: Json) -> None:
    for function in (DIALECTS[dialect].outline, DIALECTS[dialect].needs):
        try:
            function(read(json.dumps(body).encode()))
        except BadBody as why:
            assert "generationConfig" in str(why)  # noqa: PT017 - that alone has to be an object


@dialects
def test_json_that_cannot_be_read_is_the_callers_fault(dialect: str) -> None:
    deep = b"[" * 900 + b"]" * 900
    field = {"chat": b"messages", "messages": b"messages", "responses": b"input", "gemini": b"contents"}[dialect]
    for value in (deep, b'[["\\u00zz"]]', b'[["\\u00"]]'):
        try:
            body = read(b'{"' + field + b'":' + value + b"}")
        except BadBody:
            continue
        for function in (DIALECTS[dialect].outline, DIALECTS[dialect].needs):
            try:
                function(body)
            except BadBody as why:
                assert field.decode() in str(why)  # noqa: PT017
