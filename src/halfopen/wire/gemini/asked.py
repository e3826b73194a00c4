"""A gemini request in the hub's words, and the hub's in its: reader and writer side by side.

The model and whether it streams stand in the path: `read` is told them, and who writes says them in `request.target`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from halfopen.conversation.loss import Loss
from halfopen.conversation.parts import Own
from halfopen.conversation.request import Request, Tool, ToolChoice, WebSearch
from halfopen.wire.body import LABEL
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import told, under, written
from halfopen.wire.gemini import knobs, turns
from halfopen.wire.gemini.knobs import CONFIG
from halfopen.wire.gemini.parts import NAME
from halfopen.wire.gemini.proto import searched as searches
from halfopen.wire.gemini.proto.schema import json_schema
from halfopen.wire.gemini.proto.spelled import Spelled, put
from halfopen.wire.pen import Pen, Tree, pen
from halfopen.wire.searches.declared import first

HELD = "cachedContent"  # content that only Google holds
_WORDS = {"auto": "AUTO", "none": "NONE", "any": "ANY", "named": "ANY"}
_PLAIN: tuple[Literal["auto", "none", "any"], ...] = ("auto", "none", "any")
_labels = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared(Tool):
    """A tool whose parameters stood in Google's own schema, which `schema` says as a JSON schema."""

    own: bytes


def read(body: bytes, model: str = "", stream: bool = False) -> Request:
    """Raises BadBody, by path, for what is no gemini request."""
    top = Spelled(body)
    contents = top.items("contents")
    if contents is None:
        top.amiss("contents", 'is missing. Send for example [{"role": "user", "parts": [{"text": "Hello"}]}]')
    told_turns = (*turns.read_system(top), *turns.read(contents))
    tools = tuple(tool for item in top.each("tools") for tool in _read_tools(item))
    config, tooling = top.inner(CONFIG), top.inner("toolConfig")
    needed = {HELD: held} if (held := top.raw(HELD)) is not None else {}
    choice, chosen, choosing = _read_choice(tooling) if tooling else (None, {}, {})
    needed |= chosen
    needed |= knobs.needed(config) if config else {}
    shape = knobs.read_format(config) if config else None
    tuned = knobs.read(config, top.text("serviceTier"))
    top.text("model")
    extra = _labels_kept(top) | choosing
    for name, inner in ((CONFIG, config), ("toolConfig", tooling)):
        extra |= under(name, inner) if inner else {}
    return Request(
        model=model,
        turns=told_turns,
        tools=tools,
        choice=choice,
        format=shape,
        knobs=tuned,
        stream=stream or None,
        told_in=NAME,
        extra=extra,
        needed=needed,
    )


def _labels_kept(top: Spelled) -> dict[str, bytes]:
    """What nobody took, without labels that are ours."""
    extra = top.rest
    try:
        labels = _labels.decode(extra.get("labels", b"{}"))
    except UNREADABLE:
        return extra
    if any(name.startswith(LABEL) for name in labels):
        kept = {name: value for name, value in labels.items() if not name.startswith(LABEL)}
        extra |= {"labels": written(kept)}
    return {name: value for name, value in extra.items() if name != "labels" or value != b"{}"}


def write(request: Request) -> tuple[bytes, tuple[Loss, ...]]:
    """Raises BadBody for content that gemini cannot say."""
    out = pen(NAME, request.told_in, asks=True)
    system, contents = turns.write(request.turns, out)
    tree: Tree = {"contents": contents} | told(systemInstruction=system)
    tree |= told(tools=_write_tools(request, out) or None, toolConfig=_write_choice(request, out))
    config = knobs.write(request.knobs, request.format, out)
    if config:
        tree[CONFIG] = config
    tree |= told(serviceTier=knobs.tier(request.knobs, out))
    if request.parallel is False:
        out.losses.knob("parallel", "gemini may always call several tools at once")
    if not out.native:
        for name in request.needed:
            out.losses.content(name, "gemini has nothing like it")
    put(tree, {**request.needed, **request.extra} if out.native else request.extra, out, "")
    return out.done(tree), out.losses.found


def _read_tools(item: Spelled) -> list[Tool | Own]:
    """The functions of a tool, and whatever else it is, each of its own."""
    found: list[Tool | Own] = [_read_function(each) for each in item.each("functionDeclarations")]
    return [*found, *(_read_hosted(name, value, item.at(name)) for name, value in item.rest.items())]


def _read_hosted(name: str, value: bytes, path: str) -> Own:
    if name in searches.TOOLS:
        return searches.read_tool(name, value, path)
    return Own(dialect=NAME, kind=name, raw=_only(name, value))


def _only(name: str, value: bytes) -> bytes:
    return written({name: msgspec.Raw(value)})


def _read_function(item: Spelled) -> Tool:
    name, description = item.needed("name"), item.text("description")
    own, schema = item.raw("parameters"), item.raw("parametersJsonSchema")
    if own is None or schema is not None:
        return Tool(name=name, description=description, schema=schema, extra=item.rest)
    return Declared(name=name, description=description, schema=json_schema(own), extra=item.rest, own=own)


def _write_tools(request: Request, out: Pen) -> list[object]:
    """All functions are of one tool, where the first of them stands."""
    tools, functions = list[object](), list[Tree]()
    for place, tool in enumerate(request.tools):
        path = f"tools.{place}"
        if isinstance(tool, WebSearch):
            again = not out.native and not first(request.tools, place, out)
            tools += [] if again else [searches.write_tool(tool, out, path)]
            continue
        if isinstance(tool, Own):
            tools.append(out.own(tool, path))
            continue
        if not functions:
            tools.append({"functionDeclarations": functions})
        functions.append(_write_function(tool, out, path))
    return tools


def _write_function(tool: Tool, out: Pen, path: str) -> Tree:
    if tool.mark:
        out.losses.knob(f"{path}.cache", "gemini caches by itself, without marks")
    if tool.strict:
        out.losses.knob(f"{path}.strict", "gemini has no strict tools")
    schema = None if tool.schema is None else msgspec.Raw(tool.schema)
    takes = {"parameters": msgspec.Raw(tool.own)} if isinstance(tool, Declared) else told(parametersJsonSchema=schema)
    return put({"name": tool.name} | told(description=tool.description) | takes, tool.extra, out, path)


def _read_choice(tooling: Spelled) -> tuple[ToolChoice | None, dict[str, bytes], dict[str, bytes]]:
    """The choice; what only Google can choose, such as some of the tools; and what tunes it, such as its own modes."""
    choosing = tooling.inner("functionCallingConfig")
    if choosing is None:
        return None, {}, {}
    whole, mode, names = choosing.whole, choosing.of("mode").upper(), choosing.texts("allowedFunctionNames") or ()
    if len(names) > 1 or (names and mode != "ANY"):
        return None, {"toolConfig.functionCallingConfig": whole}, {}
    extra = under("toolConfig.functionCallingConfig", choosing)
    if names:
        return ToolChoice(kind="named", name=names[0]), {}, extra
    choice = next((ToolChoice(kind=kind) for kind in _PLAIN if _WORDS[kind] == mode), None)
    if choice is None and mode:
        extra["toolConfig.functionCallingConfig.mode"] = written(mode)
    return choice, {}, extra


def _write_choice(request: Request, out: Pen) -> Tree | None:
    """A choice is one of functions, and there is none without them."""
    choice = request.choice
    if choice is None:
        return None
    if not out.native and not any(isinstance(tool, Tool) for tool in request.tools):
        out.losses.knob("choice", "gemini has no choice where there are no tools")
        return None
    if choice.kind == "search":
        out.losses.knob("choice", "gemini cannot say that a model must search")
        return None
    names = [choice.name] if choice.kind == "named" else None
    return {"functionCallingConfig": {"mode": _WORDS[choice.kind], **told(allowedFunctionNames=names)}}
