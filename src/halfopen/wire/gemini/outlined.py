"""What can be seen of a gemini request without translating it; every name may be spelled in two ways."""

from __future__ import annotations

import base64
from typing import Any

from halfopen.conversation.outline import NOTHING, Needs, Outline
from halfopen.conversation.parts import MediaKind
from halfopen.conversation.request import Role
from halfopen.wire.body import Body
from halfopen.wire.gemini.request import limit
from halfopen.wire.sight import (
    Sight,
    Tree,
    decoded,
    each,
    given,
    hints,
    inside,
    is_count,
    kind_of,
    quoted,
    role_of,
    weigh,
    weigh_seen,
)

_MARKS = quoted(("inlineData", "fileData", "inline_data", "file_data"))
_PROMPT = ("contents", "systemInstruction", "system_instruction", "tools", "generationConfig", "generation_config")
_FILMS = ("https://www.youtube.com/", "https://youtu.be/", "https://youtube.com/")
_standard = str.maketrans("-_", "+/")  # proto JSON takes both alphabets of base64


def outline(body: Body) -> Outline:
    """Raises BadBody only for JSON that cannot be read, and for a `generationConfig` that is no object."""
    sight = Sight()
    _look(body, sight)
    config = _config(body)
    return Outline(
        texts=tuple(sight.texts),
        media=tuple(sight.media),
        tools=_names(decoded(body, "tools")),
        called=sight.called,
        results=sight.results,
        schema=_shaped(config),
        reasoning=_thinks(config),
        max_output=limit(body),
        turns=sight.turns,
        elsewhere=_kept(body),
        size=sum(len(name) + len(memoryview(value)) + 4 for name, value in body.items()) + 1,
    )


def needs(body: Body) -> Needs:
    """What an offer must be able to do. Raises BadBody as `outline` does."""
    abilities, most = NOTHING, None
    if given(body, "tools"):
        abilities |= {"tools"}
    if "generationConfig" in body or "generation_config" in body:
        config, most = _config(body), limit(body)
        if _shaped(config):
            abilities |= {"schema"}
        if _thinks(config):
            abilities |= {"reasoning"}
    known = weigh(body, _PROMPT, abilities, most, elsewhere=_kept(body))
    contents = body.get("contents")
    if contents is None or not hints(bytes(contents), _MARKS):
        return known
    sight = Sight()
    _look(body, sight)
    return weigh_seen(sight, known)


def _look(body: Body, sight: Sight) -> None:
    for name in ("systemInstruction", "system_instruction"):
        if name in body:
            told = decoded(body, name)
            sight.text(name, "system", told)
            _parts(inside(told, "parts"), f"{name}.parts", "system", sight)
    for place, content in each(decoded(body, "contents")):
        role = role_of(content)
        sight.turn(role)
        _parts(content.get("parts"), f"contents.{place}.parts", role, sight)


def _parts(parts: object, path: str, role: Role, sight: Sight) -> None:
    for place, part in each(parts):
        where = f"{path}.{place}"
        sight.text(f"{where}.text", role, part.get("text"))
        _media(part, where, role, sight)
        call, result = _either(part, "functionCall"), _either(part, "functionResponse")
        if isinstance(call, dict):
            sight.called = True
            sight.tree(f"{where}.functionCall.args", role, call.get("args"))
        if isinstance(result, dict):
            sight.results = True
            sight.tree(f"{where}.functionResponse.response", "tool", result.get("response"))
            for number, held in each(result.get("parts")):
                _media(held, f"{where}.functionResponse.parts.{number}", "tool", sight)


def _media(part: Tree, where: str, role: Role, sight: Sight) -> None:
    """What is plain text inside of base64 is text."""
    for name in ("inlineData", "fileData"):
        data = _either(part, name)
        if isinstance(data, dict):
            written = _written(data)
            sight.text(f"{where}.{name}.data", role, written)
            if written is None:
                sight.medium(where, _kind(data))


def _written(data: Tree) -> str | None:
    """The text of a text file; None for anything else."""
    kind, told = _either(data, "mimeType"), data.get("data")
    if not (isinstance(kind, str) and kind.startswith("text/") and isinstance(told, str)):
        return None
    try:
        return base64.b64decode(told.translate(_standard) + "=" * (-len(told) % 4), validate=True).decode()
    except ValueError:  # no base64, or no UTF-8
        return None


def _kind(data: Tree) -> MediaKind:
    """By its type; an address that needs none is a film."""
    address = _either(data, "fileUri")
    if isinstance(address, str) and address.startswith(_FILMS):
        return "video"
    return kind_of(_either(data, "mimeType"))


def _either(tree: object, name: str) -> Any:
    """A field by its name, or by the same name as Python spells it."""
    found = inside(tree, name)
    return inside(tree, _snaked(name)) if found is None else found


def _snaked(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _names(tools: object) -> tuple[str, ...]:
    """Functions are called by their names, and Google's own tools by the field that switches them on."""
    found: list[str] = []
    for _, tool in each(tools):
        declared = _either(tool, "functionDeclarations")
        functions = [function.get("name") for _, function in each(declared)]
        own = [name for name in tool if name not in ("functionDeclarations", "function_declarations")]
        found += [name for name in (*functions, *own) if isinstance(name, str)]
    return tuple(found)


def _config(body: Body) -> object:
    return decoded(body, "generationConfig") or decoded(body, "generation_config")


def _kept(body: Body) -> bool:
    return given(body, "cachedContent") or given(body, "cached_content")


def _shaped(config: object) -> bool:
    schemas = ("responseSchema", "responseJsonSchema", "_responseJsonSchema", "responseFormat")
    kind = _either(config, "responseMimeType")
    return kind in ("application/json", "text/x.enum") or any(_either(config, name) is not None for name in schemas)


def _thinks(config: object) -> bool | None:
    """A budget of 0 is none, and one of -1 is as much as the model likes."""
    thinking = _either(config, "thinkingConfig")
    level, budget = _either(thinking, "thinkingLevel"), _either(thinking, "thinkingBudget")
    if isinstance(level, str):
        return True
    return budget == -1 or is_count(budget) if isinstance(budget, int) and not isinstance(budget, bool) else None
