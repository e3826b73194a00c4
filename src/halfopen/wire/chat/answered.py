"""A chat answer in the hub's words, and the hub's in chat's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

import msgspec

from halfopen.conversation.answer import Answer, Stop
from halfopen.conversation.loss import Loss
from halfopen.conversation.parts import Citation, Own, Part, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol
from halfopen.wire import usage as counted
from halfopen.wire.chat import turns
from halfopen.wire.chat.parts import NAME
from halfopen.wire.fields import Fields, told, under, written
from halfopen.wire.pen import Pen, Tree, pen

_STOPS: Mapping[str, Stop] = {
    "stop": "end",
    "length": "length",
    "tool_calls": "tool",
    "function_call": "tool",
    "content_filter": "refused",
}
_REASONS: Mapping[Stop, str] = {
    "end": "stop",
    "length": "length",
    "tool": "tool_calls",
    "stop": "stop",
    "refused": "content_filter",
    "paused": "stop",
    "context": "length",
}
assert set(_REASONS) == set(get_args(Stop))
FAILED = ("error",)  # OpenRouter's word for a host that broke off
EXACT = ("end", "length", "tool", "refused")  # what a finish_reason can say; of the others it tells the nearest


def read(body: bytes) -> Answer:
    """Raises BrokenProtocol for what is no chat answer."""
    top = Fields(body, fault=BrokenProtocol)
    choices = top.items("choices") or top.amiss("choices", "is missing or empty")
    choice, *others = choices
    message = choice.inner("message") or choice.amiss("message", "is missing")
    message.text("role")
    named = top.text("id") or ""
    said = _cited(turns.read_assistant(message, named), message)
    calls = any(isinstance(part, ToolCall) for part in said)
    stop, beside = stop_of(choice.text("finish_reason"), calls=calls)
    usage = top.inner("usage")
    choice.raw("index")
    top.text("object")
    return Answer(
        id=named,
        model=top.text("model") or "",
        parts=said,
        stop=stop,
        usage=counted.read(counted.CHAT, usage.whole) if usage else {},
        created=top.count("created"),
        logprobs=choice.raw("logprobs"),
        others=tuple(other.whole for other in others),
        told_in=NAME,
        extra=top.rest | under("message", message) | under("choice", choice) | beside,
    )


def stop_of(reason: str | None, *, calls: bool) -> tuple[Stop, dict[str, bytes]]:
    """Why it stopped, and the word for it if it is not known. Raises BrokenProtocol for one that is a failure.

    Some providers say `stop` though the model calls a tool, and some of them nothing at all.
    """
    if reason in FAILED:
        raise BrokenProtocol(f"The provider broke off the answer: its finish_reason is `{reason}`")
    stop = _STOPS.get(reason or "stop", "end")
    beside = {} if reason is None or reason in _STOPS else {"choice.finish_reason": written(reason)}
    return ("tool" if calls and stop == "end" else stop), beside


def reason_of(stop: Stop, out: Pen) -> str:
    if stop not in EXACT:
        out.losses.knob("stop", f"chat says `{_REASONS[stop]}` for `{stop}`")
    return _REASONS[stop]


def _cited(said: Sequence[Part], message: Fields) -> tuple[Part, ...]:
    """Annotations belong to the text they count the characters of."""
    cites = tuple(read_citation(item) for item in message.each("annotations"))
    if not cites:
        return tuple(said)
    first = next((place for place, part in enumerate(said) if isinstance(part, Text)), None)
    if first is None:
        return (*said, Text(text="", citations=cites))
    text = said[first]
    assert isinstance(text, Text)
    return (*said[:first], Text(text=text.text, citations=cites, extra=text.extra), *said[first + 1 :])


def read_citation(item: Fields) -> Citation:
    inner = item.inner("url_citation") if item.text("type") == "url_citation" else None
    if inner is None:
        return Citation(own=item.whole)
    return Citation(
        url=inner.text("url"),
        title=inner.text("title"),
        start=inner.count("start_index"),
        end=inner.count("end_index"),
        own=item.whole,
    )


def write(answer: Answer) -> tuple[bytes, tuple[Loss, ...]]:
    """An answer was paid for, so it is always written; what chat cannot say of it is among the losses."""
    out = pen(NAME, answer.told_in, asks=False)
    message = write_message(answer.parts, out)
    choice: Tree = {"index": 0, "message": message, "logprobs": None}
    choice["finish_reason"] = reason_of(answer.stop, out)
    if answer.logprobs is not None:
        choice["logprobs"] = msgspec.Raw(answer.logprobs)
    others = [msgspec.Raw(other) for other in answer.others] if out.native else []
    if answer.others and not out.native:
        out.losses.content("others", "only the first of several answers is told")
    if answer.stop_sequence is not None:
        out.losses.knob("stop_sequence", "chat does not say at which sequence it stopped")
    envelope: Tree = {"message": message, "choice": choice}
    tree: Tree = {"id": answer.id, "object": "chat.completion", "created": answer.created or 0, "model": answer.model}
    envelope |= tree
    out.add(envelope, answer.extra, "")
    tree = {name: value for name, value in envelope.items() if name not in ("message", "choice")}
    tree["choices"] = [choice, *others]
    return out.done(tree | told(usage=write_usage(answer.usage))), out.losses.found


def write_usage(counts: counted.Usage) -> Tree | None:
    """None where nobody told: chat does without."""
    return counted.write(counted.CHAT, counts) if counts else None


def write_message(said: Sequence[Part], out: Pen) -> Tree:
    """Content is one string, and citations count the characters of all of it."""
    texts = [part for part in said if isinstance(part, Text)]
    shown = [kept for place, part in enumerate(said) if (kept := _sayable(part, out, f"parts.{place}")) is not None]
    whole = "".join(part.text for part in texts)
    first = [Text(text=whole)] if whole else []
    tree: Tree = {"role": "assistant", "refusal": None}
    tree |= turns.write_assistant([*first, *shown], out, "answer")
    notes, before = list[object](), 0
    for part in texts:
        notes += [write_citation(each, part.text, before, out) for each in part.citations]
        before += len(part.text)
    notes = [note for note in notes if note is not None]
    return tree | ({"annotations": notes} if notes else {})


def _sayable(part: Part, out: Pen, path: str) -> Part | None:
    """What stands beside the text, without what chat cannot say of it."""
    match part:
        case Text():
            return None
        case Thinking():
            return unsealed(part, out, path)
        case Own():
            return part if out.own(part, path) is not None else None
    return part


def unsealed(part: Thinking, out: Pen, path: str) -> Thinking | None:
    """Thinking as a person may read it: the signature is lost, and what is sealed altogether."""
    if part.signed:
        out.losses.thinking(path, "chat has no place for a signature")
    return Thinking(text=part.text, label=part.label) if part.text else None


def write_citation(cite: Citation, text: str, before: int, out: Pen) -> object | None:
    """One whose place is not known is about all of its text."""
    if out.native and cite.own:
        return msgspec.Raw(cite.own)
    if cite.url is None:
        out.losses.knob("citations", "chat cites addresses only")
        return None
    start, end = (0, len(text)) if cite.start is None or cite.end is None else (cite.start, cite.end)
    inner = {"url": cite.url, "title": cite.title or "", "start_index": before + start, "end_index": before + end}
    return {"type": "url_citation", "url_citation": inner}
