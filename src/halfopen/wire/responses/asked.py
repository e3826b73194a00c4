"""A responses request in the hub's words, and the hub's in its: reader and writer side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from halfopen.conversation.loss import Loss
from halfopen.conversation.parts import Own
from halfopen.conversation.request import Format, Knobs, Reasoning, Request, Tool, ToolChoice, WebSearch
from halfopen.wire.fields import Fields, told, under, written
from halfopen.wire.pen import Pen, Tree, pen
from halfopen.wire.responses import parts, turns
from halfopen.wire.responses.parts import NAME
from halfopen.wire.searches import responses as searches
from halfopen.wire.searches.declared import first, only

# State at the provider: who is asked without it is asked something else.
NEEDED = ("previous_response_id", "conversation", "prompt")
SEALED, LOGPROBS = "reasoning.encrypted_content", "message.output_text.logprobs"  # what `include` may ask for
_LOST = ("stop", "top_k", "seed", "frequency_penalty", "presence_penalty", "logit_bias")
# Anthropic's budgets as efforts, where there is no word for it: roughly what each effort spends.
_EFFORTS = ((4096, "low"), (16384, "medium"))
# Fields of another dialect that mean the same here, by the name that they have here.
SHARED: Mapping[str, Mapping[str, str]] = {
    "chat": {
        name: name
        for name in (
            "metadata",
            "prompt_cache_key",
            "prompt_cache_retention",
            "prompt_cache_options",
            "safety_identifier",
        )
    }
    | {"verbosity": "text.verbosity"}
}
_texts = msgspec.json.Decoder(list[str])


def read(body: bytes) -> Request:
    """Raises BadBody, by path, for what is no responses request."""
    top = Fields(body)
    model = top.needed("model")
    text, thinks = top.inner("text"), top.inner("reasoning")
    choice, needed = _read_choice(top)
    needed |= {name: value for name in NEEDED if (value := top.raw(name)) is not None}
    if top.flag("background"):
        needed["background"] = b"true"
    given = top.is_text("input") or top.is_list("input")
    told_turns = tuple(turns.read(top))
    if not given and not needed:
        top.amiss("input", 'is missing. Send for example "Hello"')
    shape = _read_format(text) if text else None
    included = list(top.texts("include") or ())
    knobs = _read_knobs(top, thinks, logprobs=LOGPROBS in included)
    tools = tuple(_read_tool(item) for item in top.each("tools"))
    if (search := only(tools)) and (most := top.count("max_tool_calls")) is not None:
        tools = tuple(replace(tool, max_uses=most) if tool is search else tool for tool in tools)
    parallel, stream = top.flag("parallel_tool_calls"), top.flag("stream")
    extra = top.rest | (under("text", text) if text else {}) | (under("reasoning", thinks) if thinks else {})
    if others := [name for name in included if name != LOGPROBS]:
        extra["include"] = written(others)
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
    """Raises BadBody for content that responses cannot say."""
    out = pen(NAME, request.told_in, asks=True)
    instructions, items = turns.write(request.turns, out)
    tree: Tree = {"model": request.model, **told(instructions=instructions), "input": items}
    if request.tools:
        tree["tools"] = _write_tools(request, out)
    if request.choice:
        tree["tool_choice"] = _write_choice(request, out)
    if search := only(request.tools):
        tree |= told(max_tool_calls=search.max_uses)
    tree |= told(parallel_tool_calls=request.parallel)
    if request.format:
        tree["text"] = {"format": _write_format(request.format)}
    tree |= _write_knobs(request.knobs, out)
    tree |= told(stream=request.stream)
    if not out.native:
        # Only responses keeps what nobody asked it to keep: who came from elsewhere did not agree to it.
        tree["store"] = bool(request.knobs.store)
        for name in request.needed:
            out.losses.content(name, "responses has nothing like it")
    extra = out.shared(tree, request.extra, SHARED.get(request.told_in, {}))
    included = _included(request, out)
    out.add(tree, {**request.needed, **extra} if out.native else extra, "")
    return out.done(tree | told(include=included or None)), out.losses.found


def _included(request: Request, out: Pen) -> list[str]:
    """Sealed thinking is asked for where thinking is: without it, it could not come back in the next turn.

    And what a search found, which other dialects tell without being asked.
    """
    thinks = request.knobs.reasoning
    wanted = thinks.effort or thinks.budget or thinks.mode not in (None, "disabled")
    names = [SEALED] if wanted and not out.native else []
    if not out.native and any(isinstance(tool, WebSearch) for tool in request.tools):
        names.append(searches.SOURCES)
    if out.native and "include" in request.extra:
        names = _texts.decode(request.extra["include"])
    return [*names, LOGPROBS] if request.knobs.logprobs else names


def _read_tool(item: Fields) -> Tool | Own:
    kind = item.needed("type")
    if kind.startswith(searches.TOOL):
        return searches.read_tool(item, kind)
    if kind != "function":
        return Own(dialect=NAME, kind=kind, raw=item.whole)
    return Tool(
        name=item.needed("name"),
        description=item.text("description"),
        schema=item.raw("parameters"),
        strict=item.flag("strict"),
        extra=item.rest,
    )


def _write_tools(request: Request, out: Pen) -> list[object]:
    written = list[object]()
    for place, tool in enumerate(request.tools):
        path = f"tools.{place}"
        if not isinstance(tool, WebSearch):
            written.append(_write_tool(tool, out, path))
        elif out.native or first(request.tools, place, out):
            written.append(searches.write_tool(tool, only(request.tools) is tool, out, path))
    return written


def _write_tool(tool: Tool | Own, out: Pen, path: str) -> object:
    """A tool is strict here unless it says that it is not, and nowhere else."""
    if isinstance(tool, Own):
        return out.own(tool, path)
    if tool.mark:
        parts.write_mark(tool.mark, {}, out, path)
    schema = None if tool.schema is None else msgspec.Raw(tool.schema)
    strict = tool.strict if out.native or tool.strict is not None else False
    tree: Tree = {"type": "function", "name": tool.name, **told(description=tool.description)}
    return out.add(tree | {"parameters": schema, **told(strict=strict)}, tool.extra, path)


_CHOICES: Mapping[str, ToolChoice] = {
    "auto": ToolChoice(kind="auto"),
    "none": ToolChoice(kind="none"),
    "required": ToolChoice(kind="any"),
}


def _read_choice(top: Fields) -> tuple[ToolChoice | None, dict[str, bytes]]:
    """The choice, and what only responses can choose: some of the tools, or one that is no function."""
    if top.is_text("tool_choice"):
        word = top.needed("tool_choice")
        return _CHOICES.get(word) or top.amiss("tool_choice", f"is `{word[:40]}`, none of {', '.join(_CHOICES)}"), {}
    choice = top.inner("tool_choice")
    if choice is None:
        return None, {}
    kind = choice.text("type") or ""
    if kind.startswith(searches.TOOL):
        return ToolChoice(kind="search", name=kind), {}
    if kind != "function":
        return None, {"tool_choice": choice.whole}
    return ToolChoice(kind="named", name=choice.needed("name")), {}


def _write_choice(request: Request, out: Pen) -> object:
    """That it must search is said as which tools it may use, since not every type of search can be named."""
    choice = request.choice or ToolChoice(kind="auto")
    if choice.kind == "search":
        tools: Tree = {"type": "allowed_tools", "mode": "required", "tools": [{"type": searches.TOOL}]}
        return {"type": choice.name} if out.native else tools
    words = {known.kind: word for word, known in _CHOICES.items()}
    return words.get(choice.kind) or {"type": "function", "name": choice.name}


def _read_format(text: Fields) -> Format | None:
    shape = text.inner("format")
    kind = shape.needed("type") if shape else "text"
    if shape is None or kind == "text":
        return None
    if kind == "json_object":
        return Format(kind="json_object")
    if kind != "json_schema":
        shape.amiss("type", f"is `{kind[:40]}`; it must be text, json_object or json_schema")
    return Format(
        kind="json_schema",
        schema=shape.raw("schema"),
        name=shape.text("name"),
        description=shape.text("description"),
        strict=shape.flag("strict"),
    )


def _write_format(shape: Format) -> Tree:
    if shape.kind == "json_object":
        return {"type": "json_object"}
    schema = msgspec.Raw(b"{}" if shape.schema is None else shape.schema)
    tree: Tree = {"type": "json_schema", "name": shape.name or "answer", "schema": schema}
    return tree | told(description=shape.description, strict=shape.strict)


def _read_knobs(top: Fields, thinks: Fields | None, *, logprobs: bool) -> Knobs:
    effort = thinks.text("effort") if thinks else None
    return Knobs(
        max_output=top.count("max_output_tokens"),
        temperature=top.number("temperature"),
        top_p=top.number("top_p"),
        logprobs=logprobs or None,
        top_logprobs=top.count("top_logprobs"),
        reasoning=Reasoning(mode="disabled") if effort == "none" else Reasoning(effort=effort),
        service_tier=top.text("service_tier"),
        user=top.text("user"),
        store=top.flag("store"),
    )


TIERS = ("auto", "default", "flex", "scale", "priority")


def _write_knobs(knobs: Knobs, out: Pen) -> Tree:
    out.losses.fields("", (name for name in _LOST if getattr(knobs, name) not in (None, ())))
    if knobs.n is not None and knobs.n > 1:
        out.losses.knob("n", "responses gives one answer")
    return told(
        max_output_tokens=knobs.max_output,
        temperature=knobs.temperature,
        top_p=knobs.top_p,
        top_logprobs=knobs.top_logprobs,
        service_tier=_tier(knobs.service_tier, out),
        user=knobs.user,
        store=knobs.store,
        reasoning=_reasoning(knobs.reasoning, out) or None,
    )


def _tier(tier: str | None, out: Pen) -> str | None:
    if tier is None or out.native or tier in TIERS:
        return tier
    if tier != "unspecified":
        out.losses.knob("service_tier", f"{NAME} has no tier `{tier[:40]}`")
    return None


def _reasoning(thinks: Reasoning, out: Pen) -> Tree:
    """Thinking is shown as a summary; who has it left out elsewhere gets none here without a word."""
    tree = told(summary="auto" if thinks.display == "summarized" else None)
    if thinks.mode == "disabled":
        return {"effort": "none"}
    if thinks.budget is not None:
        out.losses.knob("reasoning.budget", "responses knows efforts and no budgets")
    elif thinks.mode and not thinks.effort:
        out.losses.knob("reasoning.mode", f"responses has no word for `{thinks.mode}`")
    if thinks.effort or thinks.budget is None:
        return tree | told(effort=thinks.effort)
    budget = thinks.budget
    return tree | {"effort": next((word for above, word in _EFFORTS if budget <= above), "high")}
