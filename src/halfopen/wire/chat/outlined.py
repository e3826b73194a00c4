"""What can be seen of a chat request without translating it."""

from __future__ import annotations

from halfopen.conversation.outline import NOTHING, Needs, Outline
from halfopen.conversation.parts import MediaKind
from halfopen.conversation.request import Role
from halfopen.wire.body import Body
from halfopen.wire.chat.request import limit
from halfopen.wire.sight import (
    Sight,
    decoded,
    each,
    given,
    hints,
    inside,
    is_count,
    listed,
    names,
    quoted,
    role_of,
    weigh,
    weigh_seen,
)

MEDIA: dict[str, MediaKind] = {
    "image_url": "image",
    "video_url": "video",
    "input_audio": "audio",
    "audio_url": "audio",
    "file": "document",
}
_MARKS = quoted(MEDIA)
_PROMPT = ("messages", "tools", "functions", "response_format")
_OFF = (b"null", b'"none"', b'""')


def outline(body: Body) -> Outline:
    """Raises BadBody only for JSON that cannot be read."""
    sight = Sight()
    _look(decoded(body, "messages"), sight)
    functions = decoded(body, "functions") if "functions" in body else None  # what tools were called before
    return Outline(
        texts=tuple(sight.texts),
        media=tuple(sight.media),
        tools=names(decoded(body, "tools"), "function") + names(functions),
        called=sight.called,
        results=sight.results,
        schema=_shaped(body),
        reasoning=_thinks(body),
        max_output=limit(body),
        turns=sight.turns,
        size=sum(len(name) + len(memoryview(value)) + 4 for name, value in body.items()) + 1,
    )


def needs(body: Body) -> Needs:
    """What an offer must be able to do. Raises BadBody only for JSON that cannot be read.

    A search that its provider makes is beside the tools here: models that do nothing but search can call none.
    """
    abilities = NOTHING
    if given(body, "tools") or given(body, "functions"):
        abilities |= {"tools"}
    if "response_format" in body and _shaped(body):
        abilities |= {"schema"}
    if _thinks(body):
        abilities |= {"reasoning"}
    known = weigh(body, _PROMPT, abilities, limit(body), elsewhere=False)
    messages = bytes(body["messages"]) if "messages" in body else b""
    if not listed(messages) or not hints(messages, _MARKS):
        return known
    sight = Sight()
    _look(decoded(body, "messages"), sight)
    return weigh_seen(sight, known)


def _look(messages: object, sight: Sight) -> None:
    for place, message in each(messages):
        path, role = f"messages.{place}", role_of(message)
        sight.turn(role)
        sight.results |= role == "tool"
        _content(message.get("content"), f"{path}.content", role, sight)
        for name in ("reasoning_content", "refusal"):
            sight.text(f"{path}.{name}", role, message.get(name))
        for number, call in each(message.get("tool_calls")):
            sight.called = True
            sight.tree(f"{path}.tool_calls.{number}.function.arguments", role, inside(call, "function", "arguments"))
        if isinstance(message.get("function_call"), dict):
            sight.called = True
            sight.tree(f"{path}.function_call.arguments", role, inside(message, "function_call", "arguments"))


def _content(content: object, path: str, role: Role, sight: Sight) -> None:
    sight.text(path, role, content)
    for place, part in each(content):
        kind = part.get("type")
        if isinstance(kind, str) and kind in MEDIA:
            sight.medium(f"{path}.{place}", MEDIA[kind])
        for name in ("text", "refusal"):
            sight.text(f"{path}.{place}.{name}", role, part.get(name))


def _shaped(body: Body) -> bool:
    return inside(decoded(body, "response_format"), "type") in ("json_object", "json_schema")


def _thinks(body: Body) -> bool | None:
    """By OpenAI's effort, or as other providers of this dialect are told."""
    if "reasoning_effort" in body and (effort := bytes(body["reasoning_effort"])) != b"null":
        return effort not in _OFF
    if "thinking" in body and isinstance(mode := inside(decoded(body, "thinking"), "type"), str):
        return mode != "disabled"
    if "reasoning" in body:
        thinks = decoded(body, "reasoning")
        effort_said, enabled = inside(thinks, "effort"), inside(thinks, "enabled")
        if isinstance(effort_said, str) or isinstance(enabled, bool) or is_count(inside(thinks, "max_tokens")):
            return effort_said != "none" and enabled is not False
    return None
