"""A messages request in the hub's words, and the hub's in its: reader and writer side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from halfopen.conversation.loss import Loss
from halfopen.conversation.parts import Own
from halfopen.conversation.request import Format, Knobs, Reasoning, Request, Tool, ToolChoice, WebSearch
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import Fields, told, under
from halfopen.wire.messages import parts, turns
from halfopen.wire.messages.parts import NAME
from halfopen.wire.pen import Pen, Tree, pen
from halfopen.wire.searches import messages as searches
from halfopen.wire.searches.declared import first

# Fields that say what is asked, and that no other dialect has.
NEEDED = ("container", "mcp_servers")
LIMIT = 8192  # tokens; messages wants a limit, and who knows the model should have set one
LEAST_THOUGHT = 1024  # tokens of a budget
BESIDE_THOUGHT = ("temperature", "top_p", "top_k")  # what may not be set beside it; a temperature of 1 is the usual one
_TIERS = {"standard_only": "default"}  # what the others call it
_LOST = ("seed", "frequency_penalty", "presence_penalty", "logprobs", "top_logprobs", "logit_bias")
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read(body: bytes) -> Request:
    """Raises BadBody, by path, for what is no messages request."""
    top = Fields(body)
    model, messages = top.needed("model"), top.items("messages")
    if messages is None:
        top.amiss("messages", 'is missing. Send for example [{"role": "user", "content": "Hello"}]')
    config, thinking, metadata = top.inner("output_config"), top.inner("thinking"), top.inner("metadata")
    choice, parallel = _read_choice(top)
    shape = _read_format(config) if config else None
    knobs = _read_knobs(top, config, thinking, metadata)
    told_turns = (*turns.read_system(top), *turns.read(messages))
    tools, stream = tuple(_read_tool(item) for item in top.each("tools")), top.flag("stream")
    if choice and choice.name == searches.CALLED and any(isinstance(tool, WebSearch) for tool in tools):
        choice = replace(choice, kind="search")
    needed = {name: value for name in NEEDED if (value := top.raw(name)) is not None}
    inner = {"output_config": config, "thinking": thinking, "metadata": metadata}
    extra = top.rest
    for name, fields in inner.items():
        extra |= under(name, fields) if fields else {}
    return Request(
        model=model,
        turns=told_turns,
        tools=tools,
        choice=choice,
        parallel=parallel,
        format=shape,
        knobs=knobs,
        stream=stream,
        told_in=NAME,
        extra=extra,
        needed=needed,
    )


def write(request: Request) -> tuple[bytes, tuple[Loss, ...]]:
    """Raises BadBody for content that messages cannot say."""
    out = pen(NAME, request.told_in, asks=True)
    system, messages = turns.write(request.turns, out)
    tree: Tree = {"model": request.model, "max_tokens": _limit(request.knobs, out), "messages": messages}
    if system:
        tree["system"] = system
    if request.tools:
        tree["tools"] = _write_tools(request, out)
    tree |= told(tool_choice=_write_choice(request, out), output_config=_config(request, out))
    tree |= _write_knobs(request.knobs if out.native else _thought_over(request, out), out)
    tree |= told(stream=request.stream)
    if not out.native:
        for name in request.needed:
            out.losses.content(name, "messages has nothing like it")
    out.add(tree, {**request.needed, **request.extra} if out.native else request.extra, "")
    return out.done(tree), out.losses.found


def _read_tool(item: Fields) -> Tool | Own:
    kind = item.text("type")
    if kind is not None and kind.startswith(searches.TOOLS):
        return searches.read_tool(item, kind, parts.read_mark(item))
    if kind not in (None, "custom"):
        return Own(dialect=NAME, kind=kind, raw=item.whole)
    return Tool(
        name=item.needed("name"),
        description=item.text("description"),
        schema=item.raw("input_schema"),
        strict=item.flag("strict"),
        mark=parts.read_mark(item),
        extra=item.rest,
    )


def _write_tools(request: Request, out: Pen) -> list[object]:
    written = list[object]()
    for place, tool in enumerate(request.tools):
        path = f"tools.{place}"
        if not isinstance(tool, WebSearch):
            written.append(_write_tool(tool, out, path))
        elif out.native or first(request.tools, place, out):
            written.append(searches.write_tool(tool, out, path))
    return written


def _write_tool(tool: Tool | Own, out: Pen, path: str) -> object:
    if isinstance(tool, Own):
        return out.own(tool, path)
    mark = parts.write_mark(tool.mark, out, path) if tool.mark else None
    tree = told(name=tool.name, description=tool.description, strict=tool.strict, cache_control=mark)
    return out.add(tree | {"input_schema": _schema(tool.schema, out, path)}, tool.extra, path)


def _schema(schema: bytes | None, out: Pen, path: str) -> object:
    """Messages wants the schema of an object that says so; others take one without a type, or none at all."""
    if schema is None:
        return {"type": "object", "properties": {}}
    if out.native:
        return msgspec.Raw(schema)
    try:
        fields = _object.decode(schema)
    except UNREADABLE:
        out.losses.content(f"{path}.schema", "it is no object")
        return {"type": "object"}
    return msgspec.Raw(schema) if "type" in fields else {"type": "object"} | fields


_CHOICES: Mapping[str, ToolChoice] = {
    "auto": ToolChoice(kind="auto"),
    "none": ToolChoice(kind="none"),
    "any": ToolChoice(kind="any"),
}


def _read_choice(top: Fields) -> tuple[ToolChoice | None, bool | None]:
    choice = top.inner("tool_choice")
    if choice is None:
        return None, None
    kind, single = choice.needed("type"), choice.flag("disable_parallel_tool_use")
    parallel = None if single is None else not single
    if kind == "tool":
        return ToolChoice(kind="named", name=choice.needed("name")), parallel
    found = _CHOICES.get(kind) or choice.amiss("type", f"is `{kind[:40]}`; it must be auto, any, none or tool")
    return found, parallel


def _write_choice(request: Request, out: Pen) -> Tree | None:
    """Whether calls may be parallel is part of the choice, and there is none without tools, or where none is called."""
    choice, parallel = request.choice, request.parallel
    if not request.tools and not out.native:
        for name, value in (("choice", choice), ("parallel", parallel)):
            if value is not None:
                out.losses.knob(name, "messages has no choice where there are no tools")
        return None
    if choice is None and parallel is None:
        return None
    kind = choice.kind if choice else "auto"
    tree: Tree = {"type": kind}
    if choice and kind in ("named", "search"):
        tree = {"type": "tool", "name": choice.name if kind == "named" else searches.CALLED}
    single = None if parallel is None or kind == "none" else not parallel
    return tree | told(disable_parallel_tool_use=single)


def _read_format(config: Fields) -> Format | None:
    shape = config.inner("format")
    if shape is None:
        return None
    shape.text("type")  # json_schema; there is no other
    return Format(kind="json_schema", schema=shape.raw("schema"))


def _config(request: Request, out: Pen) -> Tree | None:
    shape, effort = request.format, request.knobs.reasoning.effort
    if effort == "minimal":
        out.losses.knob("reasoning.effort", "messages knows no effort below `low`")
        effort = "low"
    if shape and shape.schema is None:
        out.losses.knob("format", "messages makes JSON only after a schema")
    elif shape:
        out.losses.fields("format", told(name=shape.name, description=shape.description, strict=shape.strict))
    schema = None if shape is None or shape.schema is None else msgspec.Raw(shape.schema)
    made = None if schema is None else {"type": "json_schema", "schema": schema}
    return told(effort=effort, format=made) or None


def _read_knobs(top: Fields, config: Fields | None, thinking: Fields | None, metadata: Fields | None) -> Knobs:
    thinks = Reasoning(
        effort=config.text("effort") if config else None,
        mode=thinking.text("type") if thinking else None,
        budget=thinking.count("budget_tokens") if thinking else None,
        display=thinking.text("display") if thinking else None,
    )
    tier = top.text("service_tier")
    return Knobs(
        max_output=top.count("max_tokens"),
        stop=top.texts("stop_sequences") or (),
        temperature=top.number("temperature"),
        top_p=top.number("top_p"),
        top_k=top.count("top_k"),
        reasoning=thinks,
        service_tier=_TIERS.get(tier, tier) if tier else None,
        user=metadata.text("user_id") if metadata else None,
    )


def _thought_over(request: Request, out: Pen) -> Knobs:
    """Who thinks by a budget here does so within bounds, and with few other knobs (Anthropic: extended thinking)."""
    knobs, limit = request.knobs, request.knobs.max_output or LIMIT
    budget = knobs.reasoning.budget
    if knobs.reasoning.mode in (None, "disabled") or (budget is None and knobs.reasoning.mode != "enabled"):
        return knobs
    forced = request.choice is not None and request.choice.kind in ("any", "named", "search")
    if forced or limit <= LEAST_THOUGHT:
        why = "not where a tool must be called" if forced else f"not within a limit of {limit} tokens"
        out.losses.knob("reasoning", f"messages thinks by a budget, and {why}")
        return replace(knobs, reasoning=replace(knobs.reasoning, mode=None, budget=None))
    within = min(max(budget or LEAST_THOUGHT, LEAST_THOUGHT), limit - 1)
    if within != budget:
        out.losses.knob("reasoning.budget", f"messages thinks with {within} tokens within this limit")
    for name in BESIDE_THOUGHT:
        if getattr(knobs, name) not in (None, 1):
            out.losses.knob(name, "messages has none where it thinks by a budget")
    thinks = replace(knobs.reasoning, budget=within)
    return replace(knobs, reasoning=thinks, temperature=None, top_p=None, top_k=None)


def _limit(knobs: Knobs, out: Pen) -> int:
    if knobs.max_output is None:
        out.losses.knob("max_output", f"messages wants a limit; {LIMIT} tokens are written")
    return LIMIT if knobs.max_output is None else knobs.max_output


def _write_knobs(knobs: Knobs, out: Pen) -> Tree:
    out.losses.fields("", (name for name in _LOST if getattr(knobs, name) is not None))
    if knobs.store:
        out.losses.knob("store", "messages keeps nothing")
    if knobs.n is not None and knobs.n > 1:
        out.losses.knob("n", "messages gives one answer")
    thinks = knobs.reasoning
    thinking = told(type=thinks.mode, budget_tokens=thinks.budget, display=thinks.display) if thinks.mode else None
    user = None if knobs.user is None else {"user_id": knobs.user}
    return told(
        stop_sequences=list(knobs.stop) or None,
        temperature=_temperature(knobs.temperature, out),
        top_p=knobs.top_p,
        top_k=knobs.top_k,
        thinking=thinking,
        service_tier=_tier(knobs.service_tier, out),
        metadata=user,
    )


def _temperature(warm: float | None, out: Pen) -> float | None:
    """Chat goes to 2, messages to 1."""
    if warm is not None and warm > 1 and not out.native:
        out.losses.knob("temperature", f"messages goes to 1, not {warm:g}")
        return 1.0
    return warm


def _tier(tier: str | None, out: Pen) -> str | None:
    known = {theirs: ours for ours, theirs in _TIERS.items()}
    if tier is None or tier == "auto" or out.native:
        return known.get(tier, tier) if tier else None
    if tier not in known:
        out.losses.knob("service_tier", f"messages has no tier `{tier}`")
    return known.get(tier)
