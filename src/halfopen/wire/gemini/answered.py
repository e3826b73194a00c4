"""A gemini answer in the hub's words, and the hub's in its."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import msgspec

from halfopen.conversation.answer import Answer, Stop
from halfopen.conversation.loss import Loss
from halfopen.conversation.parts import Citation, Media, Own, Part, Refusal, Text, Thinking, ToolCall, ToolResult
from halfopen.errors import BrokenProtocol
from halfopen.wire.fields import told, under, written
from halfopen.wire.gemini import cited, parts
from halfopen.wire.gemini.cited import Found
from halfopen.wire.gemini.parts import MADE_UP, NAME, SIGNATURE
from halfopen.wire.gemini.proto import logprobs
from halfopen.wire.gemini.proto import searched as searches
from halfopen.wire.gemini.proto.spelled import Spelled, put
from halfopen.wire.pen import Pen, Tree, pen, told_calls
from halfopen.wire.sealed.outward import Outward
from halfopen.wire.usage import GEMINI, Usage
from halfopen.wire.usage import read as read_usage
from halfopen.wire.usage import write as write_usage

_REASONS: Mapping[Stop, str] = {
    "end": "STOP",
    "length": "MAX_TOKENS",
    "tool": "STOP",
    "stop": "STOP",
    "refused": "SAFETY",
    "paused": "STOP",
    "context": "MAX_TOKENS",
}
assert set(_REASONS) == set(get_args(Stop))
EXACT = ("end", "length", "tool", "refused")  # what a finishReason can say; of the others it tells the nearest
_REFUSED = (
    "SAFETY",
    "RECITATION",
    "LANGUAGE",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
    "MODEL_ARMOR",
)
_FAILED = (
    "MALFORMED_FUNCTION_CALL",
    "MALFORMED_RESPONSE",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
    "OTHER",
    "NO_IMAGE",
    "IMAGE_OTHER",
)
TRAILING = f"candidate.{SIGNATURE}"  # one that stands alone, behind all that was said
FEEDBACK = "promptFeedback"


def read(body: bytes) -> Answer:
    """Raises BrokenProtocol for what is no gemini answer."""
    top = Spelled(body, fault=BrokenProtocol)
    candidates, usage = top.items("candidates") or [], top.inner("usageMetadata")
    blocked = is_blocked(top.rest.get(FEEDBACK))
    if not candidates and not blocked:
        top.amiss("candidates", "is missing or empty")
    candidate = candidates[0] if candidates else Spelled(b"{}")
    named = top.of("responseId")
    said, extra, logged = _said(candidate, named)
    calls = any(isinstance(part, ToolCall) for part in said)
    stop, beside = stop_of(candidate.text("finishReason"), calls=calls, blocked=blocked)
    counts = read_usage(GEMINI, usage.whole) if usage else {}
    candidate.raw("index")
    return Answer(
        id=named,
        model=top.of("modelVersion"),
        parts=said,
        stop=stop,
        usage=counts,
        created=seconds(top.text("createTime")),
        logprobs=logged,
        others=tuple(other.whole for other in candidates[1:]),
        told_in=NAME,
        extra=top.rest | (_beside(usage) if usage else {}) | under("candidate", candidate) | extra | beside,
    )


def _beside(usage: Spelled) -> dict[str, bytes]:
    """What stands in the usage and counts nothing that is known."""
    for name in GEMINI.fields:
        usage.raw(name)
    return under("usageMetadata", usage)


def _said(candidate: Spelled, named: str) -> tuple[tuple[Part, ...], dict[str, bytes], bytes | None]:
    """What a candidate says, what stays beside it, and how sure it was."""
    content, result = candidate.inner("content"), candidate.inner(logprobs.FIELD)
    items = list(content.each("parts")) if content else []
    told_parts, homes, extra = joined([answer_part(item) for item in items], named)
    for name, reader in ((cited.GROUNDING, cited.grounded), (cited.CITATIONS, cited.cited)):
        raw = candidate.raw(name)
        if raw is not None:
            told_parts = _with(told_parts, homes, reader(raw))
            if name == cited.GROUNDING and (found := cited.searched(raw, named, placed(told_parts))):
                told_parts = (*told_parts, found)
                continue
            said_all = name == cited.CITATIONS or cited.only_that(raw, placed(told_parts), pen(NAME, NAME, asks=False))
            extra |= {} if said_all else {f"candidate.{name}": raw}
    return told_parts, extra, logprobs.read(result) if result else None


def answer_part(item: Spelled) -> Part:
    """One part. What no other answer can have, such as a picture, stays as it stands."""
    part = parts.read(item)
    match part:
        case Media(form="base64"):
            kind = "inlineData"
        case Media():
            kind = "fileData"
        case ToolResult():
            kind = "functionResponse"
        case _:
            return part
    return Own(dialect=NAME, kind=kind, raw=item.whole)


def lone_signature(part: Part) -> bytes | None:
    """The signature of a part that has nothing else."""
    alone = isinstance(part, Text) and not part.text and set(part.extra) == {SIGNATURE}
    return part.extra[SIGNATURE] if alone else None


def joins(before: Part | None, part: Part, *, native: bool = True) -> bool:
    """Whether a part goes on with the one before it, as the pieces of a stream do. Its own fields keep it apart."""
    if before is None or (native and (before.extra or part.extra)):
        return False
    match before, part:
        case (Text(), Text()):
            return True
        case (Thinking(sealed=None), Thinking(sealed=None)):
            return not before.signature
    return False


def joined(said: Iterable[Part], named: str) -> tuple[tuple[Part, ...], dict[int, tuple[int, int]], dict[str, bytes]]:
    """The parts as a stream tells them, where each of the old ones went (part, bytes before it), and what is beside."""
    found, homes, calls = list[Part](), dict[int, tuple[int, int]](), 0
    extra: dict[str, bytes] = {}
    for place, part in enumerate(said):
        if part == Text(text=""):
            continue
        if TRAILING in extra:
            found.append(Text(text="", extra={SIGNATURE: extra.pop(TRAILING)}))
        last = found[-1] if found else None
        if (signature := lone_signature(part)) is not None:
            extra[TRAILING] = signature
        elif isinstance(part, ToolCall):
            found.append(identified(part, named, calls))
            calls += 1
        elif joins(last, part):
            homes[place] = (len(found) - 1, len(getattr(last, "text", "").encode()))
            found[-1] = _longer(last, part)
        else:
            homes[place] = (len(found), 0)
            found.append(part)
    return tuple(found), homes, extra


def _longer(before: Part | None, part: Part) -> Part:
    match before, part:
        case (Text(), Text()):
            return replace(before, text=before.text + part.text)
        case (Thinking(), Thinking()):
            signature = part.signature or before.signature
            return replace(before, text=before.text + part.text, signature=signature)
    return part


def identified(call: ToolCall, answer: str, place: int) -> ToolCall:
    """A call with its id, which is made up of the answer's where there is none: it must not come twice in a talk."""
    if call.id:
        return call
    letters = "".join(letter for letter in answer if letter.isascii() and letter.isalnum())
    return replace(call, id=f"{MADE_UP}{letters[-20:]}_{place}")


def _with(said: Sequence[Part], homes: Mapping[int, tuple[int, int]], found: Iterable[Found]) -> tuple[Part, ...]:
    """The parts with their citations. One that does not say of which part it is belongs to the first text."""
    out = list(said)
    first = next((place for place, (at, _) in homes.items() if isinstance(said[at], Text)), -1)
    for each in found:
        at, before = homes.get(first if each.part is None else each.part, (-1, 0))
        text = out[at] if at >= 0 else None
        if isinstance(text, Text):
            end = None if each.end is None else each.end + before
            cite = replace(each, start=each.start + before, end=end).of(text.text)
            out[at] = replace(text, citations=(*text.citations, cite))
    return tuple(out)


def placed(said: Sequence[Part]) -> list[tuple[int, Text]]:
    return [(place, part) for place, part in enumerate(said) if isinstance(part, Text)]


def is_blocked(feedback: bytes | None) -> bool:
    """Whether the prompt itself was refused."""
    return feedback is not None and Spelled(feedback, FEEDBACK, BrokenProtocol).has("blockReason")


def stop_of(reason: str | None, *, calls: bool, blocked: bool) -> tuple[Stop, dict[str, bytes]]:
    """Why it stopped, and the word for it where that says more. Raises BrokenProtocol for one that is a failure."""
    if reason in _FAILED:
        raise BrokenProtocol(f"The provider broke off the answer: its finishReason is `{reason}`")
    stop: Stop = "refused" if reason in _REFUSED or (blocked and reason is None) else "end"
    if reason == "MAX_TOKENS":
        stop = "length"
    elif calls and stop == "end":
        stop = "tool"
    exact = reason is None or reason == _REASONS[stop]
    return stop, {} if exact else {"candidate.finishReason": written(reason)}


def reason_of(stop: Stop, out: Pen) -> str:
    if stop not in EXACT:
        out.losses.knob("stop", f"gemini says `{_REASONS[stop]}` for `{stop}`")
    return _REASONS[stop]


def seconds(moment: str | None) -> int | None:
    """Seconds since 1970 of a time as RFC 3339 has it; None for what is none."""
    try:
        return None if moment is None else int(datetime.fromisoformat(moment).timestamp())
    except (ValueError, OverflowError):
        return None


def moment(created: int | None) -> str | None:
    try:
        return datetime.fromtimestamp(created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if created else None
    except (ValueError, OverflowError, OSError):
        return None


def head(id: str, model: str, created: int | None) -> Tree:
    return told(modelVersion=model, responseId=id, createTime=moment(created))


def write(answer: Answer) -> tuple[bytes, tuple[Loss, ...]]:
    """An answer was paid for, so it is written; what gemini cannot say of it is among the losses.

    Raises BrokenProtocol for a call whose arguments are no object: nobody could run that tool.
    """
    out = pen(NAME, answer.told_in, asks=False)
    said = told_calls(Outward(answer.told_in, NAME).parts(answer.parts), answer.stop, out)
    found, rest = searches.apart(said, out)
    kept = run_on(rest, out)
    extra = dict(answer.extra)
    trailing = extra.pop(TRAILING, None) if out.native else None
    blocked = out.native and not kept and is_blocked(extra.get(FEEDBACK))
    content = [tree for _, tree in kept] + ([signed(trailing)] if trailing else [])
    candidate: Tree = {"content": {"parts": content, "role": "model"}, "finishReason": reason_of(answer.stop, out)}
    candidate |= (
        {"index": 0} | cited.write(placed([part for part, _ in kept]), out, found) | _sure(answer.logprobs, out)
    )
    if answer.stop_sequence is not None:
        out.losses.knob("stop_sequence", "gemini does not say at which sequence it stopped")
    others = [msgspec.Raw(other) for other in answer.others] if out.native else []
    if answer.others and not out.native:
        out.losses.content("others", "only the first of several answers is told")
    tree = told(usageMetadata=written_usage(answer.usage, out)) | head(answer.id, answer.model, answer.created)
    tree = put({"candidate": candidate, **tree}, extra, out, "")
    told_candidate = tree.pop("candidate")
    return out.done({**({} if blocked else {"candidates": [told_candidate, *others]}), **tree}), out.losses.found


def run_on(said: Sequence[Part | None], out: Pen) -> list[tuple[Part, object]]:
    """Parts and how they are written; texts that follow each other are one, as they would be in a stream."""
    found: list[tuple[Part, object]] = []
    for place, part in enumerate(said):
        path = f"parts.{place}"
        if part is None:
            continue
        if isinstance(part, Refusal):
            out.losses.knob(path, "gemini tells a refusal as text")
            part = Text(text=part.text, extra=part.extra)
        tree = parts.write(part, out, path)
        if tree is None or part == Text(text=""):
            continue
        last, before = found[-1] if found else (None, None)
        if joins(last, part, native=out.native) and isinstance(before, dict) and isinstance(tree, dict):
            found[-1] = (_run_on(last, part), {**before, **tree, "text": f"{before['text']}{tree['text']}"})
        else:
            found.append((part, tree))
    if not out.native:  # the client may send it to Google with its next request
        parts.excuse([tree for _, tree in found])
    return found


def _run_on(before: Part | None, part: Part) -> Part:
    """Two as one. Citations count the characters of all of it."""
    longer = _longer(before, part)
    if not isinstance(before, Text) or not isinstance(part, Text) or not isinstance(longer, Text):
        return longer
    cites = [*moved(before, 0), *moved(part, len(before.text))]
    return replace(longer, citations=tuple(cites), extra={**before.extra, **part.extra})


def moved(text: Text, by: int) -> Iterator[Citation]:
    """Its citations, so many characters further on. One without a place is about all of it."""
    for cite in text.citations:
        whole = cite.start is None or cite.end is None
        start, end = (0, len(text.text)) if whole else (cite.start or 0, cite.end or 0)
        yield replace(cite, start=start + by, end=end + by)


def signed(signature: bytes) -> Tree:
    return {"text": "", SIGNATURE: msgspec.Raw(signature)}


def _sure(logged: bytes | None, out: Pen) -> Tree:
    if logged is None:
        return {}
    result = logprobs.write(logged)
    if result is None and logged != b"null":
        out.losses.knob("logprobs", "gemini has them for tokens only")
    return told(**{logprobs.FIELD: result})


def written_usage(usage: Usage, out: Pen) -> Tree | None:
    """None where nobody told."""
    if usage.get("cache_write_5m") or usage.get("cache_write_1h"):
        out.losses.knob("usage.cache_write", "gemini does not tell what was written to a cache; it is in the prompt")
    return write_usage(GEMINI, usage) if usage else None
