"""A responses answer in the hub's words, and the hub's in its."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

import msgspec

from halfopen.conversation.answer import Answer, Stop
from halfopen.conversation.loss import Loss
from halfopen.conversation.parts import Part, Text, Thinking, ToolCall
from halfopen.errors import BrokenProtocol, ServerError
from halfopen.wire import usage as counted
from halfopen.wire.faults import UNREADABLE, words
from halfopen.wire.fields import Fields, written
from halfopen.wire.pen import Pen, Tree, pen
from halfopen.wire.responses import items
from halfopen.wire.responses.parts import NAME
from halfopen.wire.sealed.outward import Outward
from halfopen.wire.sealed.stripped import MADE_UP
from halfopen.wire.searches import responses as searches
from halfopen.wire.usage import Usage

LENGTH, FILTER = "max_output_tokens", "content_filter"  # why an answer may be incomplete
_STOPS: Mapping[str, Stop] = {LENGTH: "length", FILTER: "refused"}
_REASONS: Mapping[Stop, str | None] = {
    "end": None,
    "length": LENGTH,
    "tool": None,
    "stop": None,
    "refused": FILTER,
    "paused": None,
    "context": LENGTH,
}
assert set(_REASONS) == set(get_args(Stop))
EXACT = ("end", "length", "tool", "refused")  # what can be said here; of the others it tells the nearest
LATEST = 2**53  # seconds since 1970 that a whole number can say
FINISHED = ("completed", "incomplete")
# What was asked, said again, and when it was over: the one who asked knows it.
ECHOES = (
    "background",
    "completed_at",
    "context_management",
    "conversation",
    "include",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "parallel_tool_calls",
    "presence_penalty",
    "previous_response_id",
    "prompt",
    "frequency_penalty",
    "prompt_cache_key",
    "prompt_cache_retention",
    "reasoning",
    "safety_identifier",
    "store",
    "temperature",
    "text",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
)
# Of ids that are made up, by the type of an item.
PREFIXES = {"message": "msg_", "reasoning": MADE_UP, "function_call": "fc_", searches.CALL: searches.MADE_UP}
_OWN_STATE = ("reasoning", searches.CALL)  # items that have none, or say it themselves


class _Logprobs(msgspec.Struct):
    """As the hub keeps them."""

    content: list[msgspec.Raw] | None = None


_logprobs = msgspec.json.Decoder(_Logprobs)


def read(body: bytes) -> Answer:
    """Raises BrokenProtocol for what is no responses answer, ServerError for one that failed."""
    top = Fields(body, fault=BrokenProtocol)
    if not top.is_list("output"):
        top.amiss("output", "is not a list of items")
    status = top.text("status") or "completed"
    if status == "failed":
        raise ServerError(f"The provider answered 200 with an error: {words(body)}", body=body)
    if status not in FINISHED:
        top.amiss("status", f"is `{status[:40]}`: the answer is not finished")
    said = tuple(part for item in top.each("output") for part in answer_parts(item))
    said, logprobs = _with_logprobs(said)
    calls = any(isinstance(part, ToolCall) for part in said)
    usage, created, stop = top.inner("usage"), moment(top), stop_of(top, status, calls=calls)
    top.text("object")
    return Answer(
        id=top.text("id") or "",
        model=top.text("model") or "",
        parts=said,
        stop=stop,
        usage=counted.read(counted.RESPONSES, usage.whole) if usage else {},
        created=created,
        logprobs=logprobs,
        told_in=NAME,
        extra=beside(top),
    )


def answer_parts(item: Fields) -> Iterator[Part]:
    yield from (part for _, part in answer_pieces(item))


def answer_pieces(item: Fields) -> Iterator[tuple[items.Key, Part]]:
    """What an item has to say. An answer is whole, and so are its items; one that says nothing is left out."""
    kind = item.needed("type")
    if kind in PREFIXES and kind != searches.CALL:
        item.text("status")
    yield from ((key, part) for key, part in items.pieces(item, kind) if says(part))


def says(part: Part) -> bool:
    return not isinstance(part, Thinking) or bool(part.text) or part.signed


def moment(response: Fields) -> int | None:
    """When it was made; some tell parts of a second."""
    seconds = response.number("created_at")
    return int(seconds) if seconds is not None and 0 <= seconds < LATEST else None


def stop_of(response: Fields, status: str, *, calls: bool) -> Stop:
    """Takes the reason for which it is incomplete; one that is not known yet is told as a limit."""
    details = response.inner("incomplete_details")
    if details is not None or status == "incomplete":
        return _STOPS.get((details.text("reason") if details else None) or "", "length")
    return "tool" if calls else "end"


def beside(response: Fields) -> dict[str, bytes]:
    """What a response says of itself, without what it repeats."""
    for name in ECHOES:
        response.raw(name)
    return response.rest


def _with_logprobs(said: tuple[Part, ...]) -> tuple[tuple[Part, ...], bytes | None]:
    """Those of an only text are the answer's, in the shape in which others have them too."""
    texts = [place for place, part in enumerate(said) if isinstance(part, Text)]
    if len(texts) != 1:
        return said, None
    text = said[texts[0]]
    assert isinstance(text, Text)
    extra = dict(text.extra)
    found = extra.pop("logprobs", None)
    if found is None:
        return said, None
    bare = Text(text=text.text, citations=text.citations, mark=text.mark, extra=extra)
    parts = tuple(bare if part is text else part for part in said)
    return parts, written({"content": msgspec.Raw(found), "refusal": None})


def usage_of(counts: Usage) -> Tree | None:
    """None where nobody told: a zero would be a number."""
    return counted.write(counted.RESPONSES, counts) if counts else None


def head(id: str, model: str, created: int | None) -> Tree:
    """A response before there is anything in it. What was asked is not repeated, but for what clients insist on."""
    return {
        "id": id,
        "object": "response",
        "created_at": created or 0,
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "model": model,
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": None,
    }


def write(answer: Answer) -> tuple[bytes, tuple[Loss, ...]]:
    """An answer was paid for, so it is always written; what responses cannot say of it is among the losses."""
    out = pen(NAME, answer.told_in, asks=False)
    tree = head(answer.id, answer.model, answer.created)
    output = items.write(Outward(answer.told_in, NAME).parts(answer.parts), out, "parts.")
    for place, item in enumerate(output):
        if isinstance(item, dict):
            identify(item, answer.id, place)
    if answer.logprobs is not None:
        _write_logprobs(answer.logprobs, output, out)
    ended(tree, output, answer.stop, out)
    if answer.stop_sequence is not None:
        out.losses.knob("stop_sequence", "responses does not say at which sequence it stopped")
    if answer.others:
        out.losses.content("others", "only the first of several answers is told")
    tree["usage"] = usage_of(answer.usage)
    out.add(tree, answer.extra, "")
    return out.done(tree), out.losses.found


def identify(item: Tree, answer: str, place: int) -> Tree:
    """An item must have an id and a state; one that comes from elsewhere gets an id that says where it stands."""
    item.setdefault("id", f"{PREFIXES[str(item['type'])]}{answer}_{place}")
    if item["type"] not in _OWN_STATE:
        item["status"] = "completed"
    return item


def ended(tree: Tree, output: list[object], stop: Stop, out: Pen) -> None:
    """Fills in how it ended. A message that was cut off says so."""
    if stop not in EXACT:
        out.losses.knob("stop", f"responses cannot say `{stop}`")
    reason = _REASONS[stop]
    tree["output"], tree["status"] = output, "incomplete" if reason else "completed"
    tree["incomplete_details"] = {"reason": reason} if reason else None
    if reason and output and isinstance(last := output[-1], dict) and last["type"] == "message":
        last["status"] = "incomplete"


def _write_logprobs(logprobs: bytes, output: Sequence[object], out: Pen) -> None:
    """With the first text, which is the only one where they came with an answer of another dialect's."""
    try:
        known = _logprobs.decode(logprobs).content
    except UNREADABLE:
        known = None
    messages = (item for item in output if isinstance(item, dict) and item["type"] == "message")
    texts = (each for item in messages for each in item["content"] if isinstance(each, dict))
    first = next((each for each in texts if each["type"] == "output_text"), None)
    if first is None or known is None:
        out.losses.knob("logprobs", "responses has them with a text only")
    else:
        first["logprobs"] = known
