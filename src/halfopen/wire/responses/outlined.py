"""What can be seen of a responses request without translating it."""

from __future__ import annotations

from collections.abc import Mapping

from halfopen.conversation.outline import NOTHING, Needs, Outline
from halfopen.conversation.parts import MediaKind
from halfopen.conversation.request import Role
from halfopen.wire.body import Body
from halfopen.wire.responses.request import limit
from halfopen.wire.sight import (
    Sight,
    Tree,
    decoded,
    each,
    given,
    hints,
    inside,
    names,
    quoted,
    role_of,
    weigh,
    weigh_seen,
)

MEDIA: Mapping[str, MediaKind] = {
    "input_image": "image",
    "computer_screenshot": "image",
    "input_audio": "audio",
    "input_video": "video",
    "input_file": "document",
}
_MARKS = quoted(MEDIA)
_PROMPT = ("instructions", "input", "tools", "text")
_ELSEWHERE = ("previous_response_id", "conversation", "prompt")
_RESULT = "_output"  # how the type of what came of a call ends; the call's own is the same without it


def outline(body: Body) -> Outline:
    """Raises BadBody only for JSON that cannot be read."""
    sight = Sight()
    _look(body, sight)
    return Outline(
        texts=tuple(sight.texts),
        media=tuple(sight.media),
        tools=names(decoded(body, "tools")),
        called=sight.called,
        results=sight.results,
        schema=_shaped(body),
        reasoning=_thinks(body),
        max_output=limit(body),
        turns=sight.turns,
        elsewhere=any(given(body, name) for name in _ELSEWHERE) or _refers(decoded(body, "input")),
        size=sum(len(name) + len(memoryview(value)) + 4 for name, value in body.items()) + 1,
    )


def needs(body: Body) -> Needs:
    """What an offer must be able to do. Raises BadBody only for JSON that cannot be read."""
    abilities = NOTHING
    if given(body, "tools"):
        abilities |= {"tools"}
    if "text" in body and _shaped(body):
        abilities |= {"schema"}
    if _thinks(body):
        abilities |= {"reasoning"}
    items = bytes(body["input"]) if "input" in body else b""
    elsewhere = any(given(body, name) for name in _ELSEWHERE) or b'"item_reference"' in items
    known = weigh(body, _PROMPT, abilities, limit(body), elsewhere=elsewhere)
    if items[:1] == b'"' or not hints(items, _MARKS):
        return known
    sight = Sight()
    asked = _look(body, sight)
    if _refers(asked):
        known = weigh(body, _PROMPT, abilities, limit(body), elsewhere=True)
    return weigh_seen(sight, known)


def _look(body: Body, sight: Sight) -> object:
    """Looks at what is asked, and gives it back as it was read."""
    sight.text("instructions", "system", decoded(body, "instructions"))
    asked = decoded(body, "input")
    if isinstance(asked, str):
        sight.turn("user")
        sight.text("input", "user", asked)
    for place, item in each(asked):
        _item(item, f"input.{place}", sight)
    return asked


def _item(item: Tree, path: str, sight: Sight) -> None:
    """A message, a thought, a call or what came of one; an item without a type is a message."""
    kind = item.get("type", "message")
    if kind == "message":
        role = role_of(item)
        sight.turn(role)
        _content(item.get("content"), f"{path}.content", role, sight)
    elif kind == "reasoning":
        for name in ("summary", "content"):
            _content(item.get(name), f"{path}.{name}", "assistant", sight)
    elif isinstance(kind, str) and kind.endswith(_RESULT):
        sight.results = True
        _output(item.get("output"), f"{path}.output", sight)
    elif isinstance(kind, str) and kind.endswith("_call"):
        sight.called = True
        for name in ("arguments", "input", "action", "code"):
            sight.tree(f"{path}.{name}", "assistant", item.get(name))


def _output(output: object, path: str, sight: Sight) -> None:
    _content(output, path, "tool", sight)
    if isinstance(output, dict):  # a screenshot
        _part(output, path, "tool", sight)


def _content(content: object, path: str, role: Role, sight: Sight) -> None:
    sight.text(path, role, content)
    for place, part in each(content):
        _part(part, f"{path}.{place}", role, sight)


def _part(part: Tree, path: str, role: Role, sight: Sight) -> None:
    kind = part.get("type")
    if isinstance(kind, str) and kind in MEDIA:
        sight.medium(path, MEDIA[kind])
    for name in ("text", "refusal"):
        sight.text(f"{path}.{name}", role, part.get(name))


def _refers(asked: object) -> bool:
    """Whether an item only names what the provider keeps; its type may be left out."""
    return any(
        item.get("type") == "item_reference" or ("id" in item and item.get("type") is None and "role" not in item)
        for _, item in each(asked)
    )


def _shaped(body: Body) -> bool:
    return inside(decoded(body, "text"), "format", "type") in ("json_object", "json_schema")


def _thinks(body: Body) -> bool | None:
    effort = inside(decoded(body, "reasoning"), "effort") if "reasoning" in body else None
    return effort not in ("none", "") if isinstance(effort, str) else None
