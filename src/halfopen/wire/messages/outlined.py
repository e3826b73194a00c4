"""What can be seen of a messages request without translating it."""

from __future__ import annotations

from halfopen.conversation.outline import NOTHING, Needs, Outline
from halfopen.conversation.parts import MediaKind
from halfopen.conversation.request import Role
from halfopen.wire.body import Body
from halfopen.wire.messages.request import limit
from halfopen.wire.sight import (
    Sight,
    Tree,
    decoded,
    each,
    given,
    hints,
    inside,
    listed,
    names,
    quoted,
    role_of,
    weigh,
    weigh_seen,
)

MEDIA: dict[str, MediaKind] = {"image": "image", "document": "document", "audio": "audio", "video": "video"}
_MARKS = quoted(MEDIA)
_PROMPT = ("system", "messages", "tools", "output_config", "output_format")
_ELSEWHERE = ("container", "mcp_servers")


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
        elsewhere=any(given(body, name) for name in _ELSEWHERE),
        size=sum(len(name) + len(memoryview(value)) + 4 for name, value in body.items()) + 1,
    )


def needs(body: Body) -> Needs:
    """What an offer must be able to do. Raises BadBody only for JSON that cannot be read."""
    abilities = NOTHING
    if given(body, "tools"):
        abilities |= {"tools"}
    if _shaped(body):
        abilities |= {"schema"}
    if _thinks(body):
        abilities |= {"reasoning"}
    elsewhere = given(body, "container") or given(body, "mcp_servers")
    known = weigh(body, _PROMPT, abilities, limit(body), elsewhere=elsewhere)
    messages = bytes(body["messages"]) if "messages" in body else b""
    if not listed(messages) or not hints(messages, _MARKS):
        return known
    sight = Sight()
    _look(body, sight)
    return weigh_seen(sight, known)


def _look(body: Body, sight: Sight) -> None:
    if "system" in body:
        _content(decoded(body, "system"), "system", "system", sight)
    for place, message in each(decoded(body, "messages")):
        role = role_of(message)
        sight.turn(role)
        _content(message.get("content"), f"messages.{place}.content", role, sight)


def _content(content: object, path: str, role: Role, sight: Sight, *, deeper: bool = True) -> None:
    """A result, and a document that is made of blocks, hold blocks in turn; those hold none."""
    sight.text(path, role, content)
    for place, block in each(content):
        where = f"{path}.{place}"
        for name in ("text", "thinking"):
            sight.text(f"{where}.{name}", role, block.get(name))
        kind = block.get("type")
        if isinstance(kind, str):
            _block(kind, block, where, role, sight)
            if kind.endswith("tool_result") and deeper:
                _content(block.get("content"), f"{where}.content", "tool", sight, deeper=False)


def _block(kind: str, block: Tree, where: str, role: Role, sight: Sight) -> None:
    sight.results |= kind == "tool_result"
    if kind in MEDIA:
        _medium(MEDIA[kind], block, where, role, sight)
    if kind == "tool_use":
        sight.called = True
        sight.tree(f"{where}.input", role, block.get("input"))


def _medium(kind: MediaKind, block: Tree, where: str, role: Role, sight: Sight) -> None:
    """A document that is plain text, or made of blocks, is its text: nobody needs eyes for it."""
    source = block.get("source")
    match inside(source, "type"):
        case "text" if kind == "document":
            sight.text(f"{where}.source.data", role, inside(source, "data"))
        case "content" if kind == "document":
            _content(inside(source, "content"), f"{where}.source.content", role, sight, deeper=False)
        case _:
            sight.medium(where, kind)


def _shaped(body: Body) -> bool:
    """`output_format` is what it was called at first."""
    if "output_config" in body and inside(decoded(body, "output_config"), "format", "type") == "json_schema":
        return True
    return "output_format" in body and inside(decoded(body, "output_format"), "type") == "json_schema"


def _thinks(body: Body) -> bool | None:
    if "thinking" in body and isinstance(mode := inside(decoded(body, "thinking"), "type"), str):
        return mode != "disabled"
    if "output_config" in body and isinstance(inside(decoded(body, "output_config"), "effort"), str):
        return True
    return None
