"""One event of a responses stream: what it may have, and which part of the hub it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from halfopen.conversation.events import Streamed
from halfopen.conversation.parts import Citation, Own, Part, Refusal, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import NULL
from halfopen.wire.responses import items
from halfopen.wire.responses.parts import NAME

_ABSENT = msgspec.Raw()
_string = msgspec.json.Decoder(str)


class StreamEvent(msgspec.Struct):
    """What an event may have; of an event of tomorrow any of it may be of another type."""

    type: str = ""
    output_index: int | None = None
    content_index: int | None = None
    summary_index: int | None = None
    item_id: str | None = None
    delta: msgspec.Raw = _ABSENT
    text: msgspec.Raw = _ABSENT
    refusal: msgspec.Raw = _ABSENT
    arguments: msgspec.Raw = _ABSENT
    annotation: msgspec.Raw = _ABSENT
    logprobs: msgspec.Raw = _ABSENT
    item: msgspec.Raw = _ABSENT
    response: msgspec.Raw = _ABSENT
    error: msgspec.Raw = _ABSENT


EVENT = msgspec.json.Decoder(StreamEvent)


# What grows, by the middle of an event's name: the place in its item, and the part that it begins.
GROWING: Mapping[str, tuple[str, Streamed]] = {
    "output_text": ("content", Text(text="")),
    "refusal": ("content", Refusal(text="")),
    "function_call_arguments": ("call", ToolCall(id="", name="", arguments="")),
    "reasoning_summary_text": ("summary", Thinking(signed_by=NAME)),
    "reasoning_text": ("thought", Thinking(signed_by=NAME, label=items.RAW)),
}


def part_of(event: StreamEvent) -> tuple[items.Key, Streamed]:
    kind, blank = GROWING[event.type.split(".")[1]]
    number = event.summary_index if kind == "summary" else event.content_index
    return (kind, 0 if kind == "call" else number or 0), blank


def taken_apart(part: Part) -> tuple[Streamed, str, tuple[Citation, ...], str | None]:
    """A part as it begins, and what is told afterwards: its text, its citations, its sign."""
    match part:
        case Text(text=text, citations=cites):
            return replace(part, text="", citations=()), text, cites, None
        case Refusal(text=text):
            return replace(part, text=""), text, (), None
        case ToolCall(arguments=text):
            return replace(part, arguments=""), text, (), None
        case Thinking(text=text, signature=sign):
            return replace(part, text="", signature=None), text, (), sign
        case Own():
            return part, "", (), None
    raise BrokenProtocol(f"The provider streamed a {type(part).__name__} as an answer.")


def there(value: msgspec.Raw) -> bool:
    seen = memoryview(value)
    return len(seen) > 0 and not (len(seen) == 4 and bytes(seen) == NULL)


def code_of(value: bytes | None) -> str | None:
    """A code, which some tell as a number."""
    return None if value is None else value.decode("utf-8", "replace").strip('"')


def text_of(value: msgspec.Raw, kind: str) -> str:
    if not there(value):
        return ""
    try:
        return _string.decode(value)
    except UNREADABLE:
        raise BrokenProtocol(f"The provider streamed a `{kind[:60]}` that is no text.") from None


class _Named(msgspec.Struct):
    id: str | None = None


_named = msgspec.json.Decoder(_Named)


def id_of(item: msgspec.Raw) -> str | None:
    try:
        return _named.decode(item).id
    except UNREADABLE as why:
        raise BrokenProtocol(f"The provider streamed an item that responses does not have: {why}") from None
