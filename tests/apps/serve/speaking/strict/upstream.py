"""A provider that reads every request strictly, says the next step of a plan, and refuses what its real one would."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from halfopen.errors import BadBody
from halfopen.testing import Received, Step, wires
from halfopen.wire.table import DIALECTS
from tests.apps.serve.speaking.strict.memory import Memory, Said, Wrong
from tests.apps.serve.speaking.strict.reading import READING, typed
from tests.apps.serve.speaking.upstreams import SPOKEN, said
from tests.wire.conversations import replies, responses_answered
from tests.wire.conversations.gemini import replies as gemini_replies

Json = Any


def _compact(tree: Json) -> str:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


def _chat(told: Said) -> Json:
    step = told.step
    calls = [replies.call(id or "", *_named(call)) for id, call in zip(told.ids, step.calls, strict=True)]
    fields: Json = {"reasoning_content": step.thought} if step.thought else {}
    fields |= {"tool_calls": calls} if calls else {}
    return replies.chat("tool_calls" if calls else "stop", content=step.words or None, **fields)


def _named(call: tuple[str, Json]) -> tuple[str, str]:
    return call[0], _compact(call[1])


def _messages(told: Said) -> Json:
    step = told.step
    said: list[Json] = [{"type": "thinking", "thinking": step.thought, "signature": told.sign}] if told.sign else []
    said += [replies.text(step.words)] if step.words else []
    said += [replies.use(id or "", *call) for id, call in zip(told.ids, step.calls, strict=True)]
    return replies.messages(*said, stop="tool_use" if step.calls else "end_turn")


def _responses(told: Said) -> Json:
    step = told.step
    items = [responses_answered.summed(step.thought, encrypted_content=told.sign)] if told.sign else []
    items += [responses_answered.says(step.words)] if step.words else []
    items += [responses_answered.call(id or "", *_named(call)) for id, call in zip(told.ids, step.calls, strict=True)]
    answer = responses_answered.answers(*items)
    for item in answer["output"]:
        item["id"] = item["id"].replace("halfopen_", "").replace("a1", f"{told.sign or 'last'}")
    return answer


def _gemini(told: Said) -> Json:
    """Google signs the first call of a turn, and not the thought before it."""
    step = told.step
    said: list[Json] = [gemini_replies.thought(step.thought)] if step.thought else []
    said += [step.words] if step.words else []
    for place, (id, (name, given)) in enumerate(zip(told.ids, step.calls, strict=True)):
        call = {"name": name, "args": given} | ({} if id is None else {"id": id})
        said.append({"functionCall": call} | ({} if place else {"thoughtSignature": told.sign}))
    return gemini_replies.answers(*said) | {"responseId": f"a{told.sign[-4:]}"}


ANSWERING: Mapping[str, Callable[[Said], Json]] = {
    "chat": _chat,
    "messages": _messages,
    "responses": _responses,
    "gemini": _gemini,
}


def strict(dialect: str, memory: Callable[[], Memory]) -> Callable[[Received], Iterable[Step]]:
    """A script for a provider of that dialect, in the talk that goes on."""

    def script(received: Received) -> Iterable[Step]:
        talk, body = memory(), json.loads(received.body)
        try:
            typed(dialect, body)
            talk.check(dialect, list(READING[dialect](body, talk.issued(dialect))))
        except Wrong as why:
            return wires.error(400, DIALECTS[dialect].error(BadBody(str(why)), "r"))
        answer = ANSWERING[dialect](talk.next(dialect))
        return said(dialect, answer, streamed=SPOKEN[dialect].streamed(received))

    return script
