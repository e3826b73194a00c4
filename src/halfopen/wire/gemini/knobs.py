"""`generationConfig`, read and written: limits, tuning, the shape of the answer, and how much is thought."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from halfopen.conversation.request import Format, Knobs, Reasoning
from halfopen.wire.fields import told
from halfopen.wire.gemini.proto.schema import json_schema
from halfopen.wire.gemini.proto.spelled import Spelled
from halfopen.wire.pen import Pen, Tree

CONFIG = "generationConfig"
JSON = "application/json"
# What makes the answer something else than text: nobody else could give it.
NEEDED = ("responseModalities", "responseFormat")
_TEXT_ONLY = (b'["TEXT"]', b'["text"]')
_TIERS = {"default": "standard", "flex": "flex", "priority": "priority"}
_COMMON = {tier: name for name, tier in _TIERS.items()}
_LEVELS = ("minimal", "low", "medium", "high", "xhigh")
_FIELDS = {  # ours, and how they are called here
    "max_output": "maxOutputTokens",
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "seed": "seed",
    "frequency_penalty": "frequencyPenalty",
    "presence_penalty": "presencePenalty",
    "logprobs": "responseLogprobs",
    "top_logprobs": "logprobs",
    "n": "candidateCount",
}
_LOST = ("logit_bias", "user")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaped(Format):
    """An answer's shape as Google's own schema, which `schema` says as a JSON schema."""

    own: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinks(Reasoning):
    """How much to think, and the words in which it stood here."""

    own: bytes


def read(config: Spelled | None, tier: str | None) -> Knobs:
    if config is None:
        return Knobs(service_tier=_tier_of(tier))
    thinking = config.inner("thinkingConfig")
    return Knobs(
        max_output=config.count("maxOutputTokens"),
        stop=config.texts("stopSequences") or (),
        temperature=config.number("temperature"),
        top_p=config.number("topP"),
        top_k=config.count("topK"),
        seed=config.count("seed"),
        frequency_penalty=config.number("frequencyPenalty"),
        presence_penalty=config.number("presencePenalty"),
        logprobs=config.flag("responseLogprobs"),
        top_logprobs=config.count("logprobs"),
        n=config.count("candidateCount"),
        reasoning=_thinks(thinking) if thinking else Reasoning(),
        service_tier=_tier_of(tier),
    )


def _tier_of(tier: str | None) -> str | None:
    return None if tier is None else _COMMON.get(tier.lower(), tier)


def needed(config: Spelled) -> dict[str, bytes]:
    """What is left out here is text, which is what everybody answers with."""
    found = {name: value for name in NEEDED if (value := config.raw(name)) is not None}
    return {
        f"{CONFIG}.{name}": value
        for name, value in found.items()
        if name != "responseModalities" or b"".join(value.split()) not in _TEXT_ONLY
    }


def _thinks(thinking: Spelled) -> Thinks:
    """Thoughts that shall be shown are thoughts that shall be had; -1 leaves it to the model how many."""
    budget, level, shown = thinking.count("thinkingBudget"), thinking.text("thinkingLevel"), None
    shown = thinking.flag("includeThoughts")
    mode = "adaptive" if budget == -1 or (budget is None and shown) else None
    if budget is not None and budget >= 0:
        mode = "enabled" if budget else "disabled"
    return Thinks(
        effort=None if level is None else level.lower(),
        mode=mode,
        budget=budget if budget and budget > 0 else None,
        display=None if shown is None else "summarized" if shown else "omitted",
        own=thinking.whole,
    )


def read_format(config: Spelled) -> Format | None:
    """JSON, after a schema or any; every other type is text to the others."""
    kind = config.text("responseMimeType")
    own, schema = config.raw("responseSchema"), config.raw("responseJsonSchema")
    if own is not None and schema is None:
        return Shaped(kind="json_schema", schema=json_schema(own), own=own, media_type=kind or JSON)
    if schema is not None:
        return Format(kind="json_schema", schema=schema)
    return Format(kind="json_object") if kind == JSON else None


def write(knobs: Knobs, shape: Format | None, out: Pen) -> Tree:
    out.losses.fields("", (name for name in _LOST if getattr(knobs, name) is not None))
    if knobs.store:
        out.losses.knob("store", "gemini keeps nothing")
    tree = told(**{field: getattr(knobs, name) for name, field in _FIELDS.items()})
    thinking = _write_thinking(knobs.reasoning, out)
    return tree | told(stopSequences=list(knobs.stop) or None, thinkingConfig=thinking) | _write_format(shape, out)


def _write_format(shape: Format | None, out: Pen) -> Tree:
    if shape is None:
        return {}
    if isinstance(shape, Shaped):
        return {"responseMimeType": shape.media_type, "responseSchema": msgspec.Raw(shape.own)}
    out.losses.fields("format", told(name=shape.name, description=shape.description, strict=shape.strict))
    schema = None if shape.schema is None else msgspec.Raw(shape.schema)
    return {"responseMimeType": JSON, **told(responseJsonSchema=schema)}


def _write_thinking(thinks: Reasoning, out: Pen) -> object | None:
    """A budget or a level, since Google takes no request with both."""
    if isinstance(thinks, Thinks):
        return msgspec.Raw(thinks.own)
    shown = None if thinks.display is None else thinks.display == "summarized"
    return told(includeThoughts=shown, **_amount(thinks, out)) or None


def _amount(thinks: Reasoning, out: Pen) -> Tree:
    if thinks.mode == "disabled":
        return {"thinkingBudget": 0}
    if thinks.budget is not None:
        if thinks.effort is not None:
            out.losses.knob("reasoning.effort", "gemini takes a budget or an effort, and not both")
        return {"thinkingBudget": thinks.budget}
    effort = thinks.effort
    if effort is None:
        return {"thinkingBudget": -1} if thinks.mode == "adaptive" else {}
    if effort not in _LEVELS:
        out.losses.knob("reasoning.effort", f"gemini has no effort `{effort[:40]}`; `xhigh` is its most")
        effort = "xhigh"
    return {"thinkingLevel": effort.upper()}


def tier(knobs: Knobs, out: Pen) -> str | None:
    named = knobs.service_tier
    if named is None or out.native:
        return _TIERS.get(named, named) if named else None
    if named == "auto":  # which is what everybody gets who says nothing
        return None
    if named not in _TIERS:
        out.losses.knob("service_tier", f"gemini has no tier `{named}`")
    return _TIERS.get(named)
