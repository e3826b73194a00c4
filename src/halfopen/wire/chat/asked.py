"""A chat request in the hub's words, and the hub's in chat's: reader and writer side by side."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from halfopen.conversation.loss import Loss
from halfopen.conversation.parts import Own
from halfopen.conversation.request import (
    Format,
    Knobs,
    Reasoning,
    Request,
    Tool,
    ToolChoice,
    WebSearch,
)
from halfopen.wire.chat import parts, turns
from halfopen.wire.chat.parts import NAME
from halfopen.wire.fields import Fields, told, under
from halfopen.wire.pen import Pen, Tree, pen
from halfopen.wire.searches import chat as searches
from halfopen.wire.searches.declared import first

# Fields that say what is asked, and that no other dialect has: a translation without them would answer something else.
NEEDED = ("functions", "function_call", "audio")
# Anthropic's budgets as efforts, where there is no word for it: roughly what each effort spends.
_EFFORTS = ((4096, "low"), (16384, "medium"))
# Fields of another dialect that mean the same here, by the name that they have here.
SHARED: Mapping[str, Mapping[str, str]] = {
    "responses": {"metadata": "metadata", "safety_identifier": "safety_identifier", "text.verbosity": "verbosity"}
}


def read(body: bytes) -> Request:
    """Raises BadBody, by path, for what is no chat request."""
    top = Fields(body)
    model, messages = top.needed("model"), top.items("messages")
    if messages is None:
        top.amiss("messages", 'is missing. Send for example [{"role": "user", "content": "Hello"}]')
    options = top.inner("stream_options")
    choice, needed = _read_choice(top)
    shape, knobs = _read_format(top), _read_knobs(top)
    tools = tuple(_read_tool(item) for item in top.each("tools"))
    if search := searches.read(top):
        tools = (*tools, search)
    parallel, stream = top.flag("parallel_tool_calls"), top.flag("stream")
    needed |= {name: value for name in NEEDED if (value := top.raw(name)) is not None}
    return Request(
        model=model,
        turns=tuple(turns.read(messages)),
        tools=tools,
        choice=choice,
        parallel=parallel,
        format=shape,
        knobs=knobs,
        stream=stream,
        usage_wanted=options.flag("include_usage") if options else None,
        told_in=NAME,
        extra=top.rest | (under("stream_options", options) if options else {}),
        needed=needed,
    )


def write(request: Request) -> tuple[bytes, tuple[Loss, ...]]:
    """Raises BadBody for content that chat cannot say."""
    out = pen(NAME, request.told_in, asks=True)
    tree: Tree = {"model": request.model, "messages": turns.write(request.turns, out)}
    tree |= _write_tools(request, out)
    if request.format:
        tree["response_format"] = _write_format(request.format)
    tree |= _write_knobs(request.knobs, out)
    tree |= told(stream=request.stream)
    if request.stream and request.usage_wanted is not None:
        tree["stream_options"] = {"include_usage": request.usage_wanted}
    if not out.native:
        for name in request.needed:
            out.losses.content(name, "chat has nothing like it")
    extra = out.shared(tree, request.extra, SHARED.get(request.told_in, {}))
    out.add(tree, {**request.needed, **extra} if out.native else extra, "")
    return out.done(tree), out.losses.found


def _read_tool(item: Fields) -> Tool | Own:
    kind = item.needed("type")
    if kind != "function":
        return Own(dialect=NAME, kind=kind, raw=item.whole)
    function = item.inner("function") or item.amiss("function", "is missing")
    return Tool(
        name=function.needed("name"),
        description=function.text("description"),
        schema=function.raw("parameters"),
        strict=function.flag("strict"),
        extra=item.rest | under("function", function),
    )


def _write_tools(request: Request, out: Pen) -> Tree:
    """The functions, how they are called, and the search, which is a field of its own."""
    tree, tools = Tree(), list[object]()
    for place, tool in enumerate(request.tools):
        path = f"tools.{place}"
        if not isinstance(tool, WebSearch):
            tools.append(_write_tool(tool, out, path))
        elif out.native or first(request.tools, place, out):
            tree[searches.FIELD] = searches.write(tool, out, path)
    tree |= {"tools": tools} if tools else {}
    if tree and not tools and not out.native:
        for name in ("choice", "parallel"):
            if getattr(request, name) is not None:
                out.losses.knob(name, "chat has no choice where nothing but a search is declared")
        return tree
    return tree | told(tool_choice=_write_choice(request, out), parallel_tool_calls=request.parallel)


def _write_tool(tool: Tool | Own, out: Pen, path: str) -> object:
    if isinstance(tool, Own):
        return out.own(tool, path)
    if tool.mark:
        parts.write_mark(tool.mark, {}, out, path)
    function = told(
        name=tool.name,
        description=tool.description,
        parameters=None if tool.schema is None else msgspec.Raw(tool.schema),
        strict=tool.strict,
    )
    return out.add({"type": "function", "function": function}, tool.extra, path)


_CHOICES: Mapping[str, ToolChoice] = {
    "auto": ToolChoice(kind="auto"),
    "none": ToolChoice(kind="none"),
    "required": ToolChoice(kind="any"),
}


def _read_choice(top: Fields) -> tuple[ToolChoice | None, dict[str, bytes]]:
    """The choice, and what only chat can choose: some of the tools, or one that is no function."""
    if top.is_text("tool_choice"):
        word = top.needed("tool_choice")
        return _CHOICES.get(word) or top.amiss("tool_choice", f"is `{word[:40]}`, none of {', '.join(_CHOICES)}"), {}
    choice = top.inner("tool_choice")
    if choice is None:
        return None, {}
    function = choice.inner("function")
    if choice.text("type") != "function" or function is None:
        return None, {"tool_choice": choice.whole}
    return ToolChoice(kind="named", name=function.needed("name")), {}


def _write_choice(request: Request, out: Pen) -> object | None:
    choice = request.choice
    if choice is None:
        return None
    if choice.kind == "search":
        out.losses.knob("choice", "chat cannot say that a model must search")
        return None
    words = {known.kind: word for word, known in _CHOICES.items()}
    return words.get(choice.kind) or {"type": "function", "function": {"name": choice.name}}


def _read_format(top: Fields) -> Format | None:
    shape = top.inner("response_format")
    kind = shape.needed("type") if shape else "text"
    if shape is None or kind == "text":
        return None
    if kind == "json_object":
        return Format(kind="json_object")
    inner = shape.inner("json_schema")
    if kind != "json_schema" or inner is None:
        shape.amiss("type", f"is `{kind[:40]}`; it must be text, json_object, or json_schema with its `json_schema`")
    return Format(
        kind="json_schema",
        schema=inner.raw("schema"),
        name=inner.text("name"),
        description=inner.text("description"),
        strict=inner.flag("strict"),
    )


def _write_format(shape: Format) -> Tree:
    if shape.kind == "json_object":
        return {"type": "json_object"}
    schema = None if shape.schema is None else msgspec.Raw(shape.schema)
    inner = told(name=shape.name or "answer", description=shape.description, schema=schema, strict=shape.strict)
    return {"type": "json_schema", "json_schema": inner}


def _read_knobs(top: Fields) -> Knobs:
    stop = (top.needed("stop"),) if top.is_text("stop") else top.texts("stop") or ()
    old, new = top.count("max_tokens"), top.count("max_completion_tokens")
    effort = top.text("reasoning_effort")
    thinks = Reasoning(mode="disabled") if effort == "none" else Reasoning(effort=effort)
    return Knobs(
        max_output=old if new is None else new,
        stop=stop,
        temperature=top.number("temperature"),
        top_p=top.number("top_p"),
        top_k=top.count("top_k"),
        seed=top.count("seed"),
        frequency_penalty=top.number("frequency_penalty"),
        presence_penalty=top.number("presence_penalty"),
        logprobs=top.flag("logprobs"),
        top_logprobs=top.count("top_logprobs"),
        n=top.count("n"),
        logit_bias=top.raw("logit_bias"),
        reasoning=thinks,
        service_tier=top.text("service_tier"),
        user=top.text("user"),
        store=top.flag("store"),
    )


_AS_THEY_ARE = (
    "temperature",
    "top_p",
    "top_k",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "logprobs",
    "top_logprobs",
    "n",
    "user",
)
TIERS = ("auto", "default", "flex", "scale", "priority")


def _write_knobs(knobs: Knobs, out: Pen) -> Tree:
    """`max_tokens` is what all servers know; those that know only the new name have a quirk."""
    tree = told(
        max_tokens=knobs.max_output,
        stop=list(knobs.stop) or None,
        logit_bias=None if knobs.logit_bias is None else msgspec.Raw(knobs.logit_bias),
        reasoning_effort=_effort(knobs.reasoning, out),
    )
    store = knobs.store if out.native or knobs.store else None  # nobody keeps a chat unless asked to
    tier = _tier(knobs.service_tier, out)
    return tree | told(store=store, service_tier=tier, **{name: getattr(knobs, name) for name in _AS_THEY_ARE})


def _tier(tier: str | None, out: Pen) -> str | None:
    if tier is None or out.native or tier in TIERS:
        return tier
    if tier != "unspecified":
        out.losses.knob("service_tier", f"{NAME} has no tier `{tier[:40]}`")
    return None


def _effort(thinks: Reasoning, out: Pen) -> str | None:
    if thinks.display:
        out.losses.knob("reasoning.display", "chat cannot say how thinking is shown")
    if thinks.mode == "disabled":
        return "none"
    if thinks.budget is not None:
        out.losses.knob("reasoning.budget", "chat knows efforts and no budgets")
    elif thinks.mode and not thinks.effort:
        out.losses.knob("reasoning.mode", f"chat has no word for `{thinks.mode}`")
    if thinks.effort or thinks.budget is None:
        return thinks.effort
    budget = thinks.budget
    return next((word for above, word in _EFFORTS if budget <= above), "high")
