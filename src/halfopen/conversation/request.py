"""What is asked: turns, tools, and how the answer shall be made.

Tool results stand in a turn of role `tool`, whatever a dialect does with them. System prompts are turns too, and
may stand anywhere. `told_in` names the dialect it was read from: what is `extra` or `needed` belongs to that one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from halfopen.conversation.parts import Extra, Mark, Own, Part

Role = Literal["system", "developer", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    role: Role
    parts: tuple[Part, ...] = ()
    name: str | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that the caller can run; `schema` is JSON text, of any shape, or None where it takes nothing."""

    name: str
    description: str | None = None
    schema: bytes | None = None
    strict: bool | None = None
    mark: Mark | None = None
    extra: Extra = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """About where somebody is; the country in two letters, the time zone as IANA calls it."""

    city: str | None = None
    region: str | None = None
    country: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSearch(Own):
    """A search of the web that the provider can make; `context_size` is `low`, `medium` or `high`."""

    allowed_domains: tuple[str, ...] = ()
    blocked_domains: tuple[str, ...] = ()
    location: Whereabouts | None = None
    max_uses: int | None = None
    context_size: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolChoice:
    """`search`: it must search the web; `name` is what its dialect calls that."""

    kind: Literal["auto", "none", "any", "named", "search"]
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """The shape the answer must have: any JSON object, or what a schema describes."""

    kind: Literal["json_object", "json_schema"]
    schema: bytes | None = None
    name: str | None = None
    description: str | None = None
    strict: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoning:
    """How much to think: an effort in words, a mode (`disabled`, `enabled`, `adaptive`, ...), a budget in tokens."""

    effort: str | None = None
    mode: str | None = None
    budget: int | None = None
    display: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """What tunes an answer and is no content; None is what nobody said. `logit_bias` is JSON text."""

    max_output: int | None = None  # tokens
    stop: tuple[str, ...] = ()
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    n: int | None = None
    logit_bias: bytes | None = None
    reasoning: Reasoning = Reasoning()
    service_tier: str | None = None
    user: str | None = None
    store: bool | None = None  # whether the provider shall keep it


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    model: str
    turns: tuple[Turn, ...]
    tools: tuple[Tool | Own, ...] = ()
    choice: ToolChoice | None = None
    parallel: bool | None = None
    format: Format | None = None
    knobs: Knobs = Knobs()
    stream: bool | None = None
    usage_wanted: bool | None = None  # in the stream
    told_in: str = ""
    extra: Extra = field(default_factory=dict)
    needed: Extra = field(default_factory=dict)  # like extra, but without them something else would be asked
