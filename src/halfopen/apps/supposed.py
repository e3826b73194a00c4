"""A request that nobody sent, as `explain` is asked about it: its name and labels, its body or what one would show.

`foreseen` is the answer: the decision, and what would become of the body on its way to each offer of the itinerary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from halfopen.conversation.loss import noted
from halfopen.documents import nearest
from halfopen.errors import BadBody
from halfopen.flows.asking import ask
from halfopen.flows.asking.ask import LONGEST, Asked
from halfopen.flows.going import going, spoken
from halfopen.flows.setup import Destination
from halfopen.policy.decide import Decision
from halfopen.policy.eligible import ABILITIES
from halfopen.policy.explain import explained
from halfopen.policy.rules import AUTO, FACTS, PREFIX, Policy
from halfopen.policy.world import Ask, Candidate
from halfopen.recognize.table import BY_NAME
from halfopen.wire.body import Body, raw
from halfopen.wire.called import Called
from halfopen.wire.table import DIALECTS, GEMINI

UNSAID = "dialect"  # the gate of who could not be told what is asked


class Read(NamedTuple):
    """`request` is what the body says, if there is one."""

    ask: Ask
    facts: Mapping[str, str]
    request: Asked | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What is said beside a body is added to what it needs, and overrules what is recognized of it."""

    model: str = ""  # or what the body says, or the lane that fits
    dialect: str = "chat"
    stream: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    needs: Sequence[str] = ()
    tokens: int | None = None  # of the prompt, exactly as said
    facts: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def read(self, policy: Policy) -> Read:
        """What is asked, and the facts about it, as the gateway would read them. Raises BadBody."""
        self._check()
        called = Called(DIALECTS[self.dialect], self.model or None)
        asked = ask.read("", called, self.body, {}, 0.0) if self.body else None
        plain = asked.ask if asked else Ask(self.model or PREFIX + AUTO, self.dialect)
        labels = _agreed(asked.labels, self.labels) if asked else self.labels
        seen = replace(
            plain,
            stream=self.stream or plain.stream,
            lane=labels.get("lane", "").removeprefix(PREFIX),
            zone=labels.get("zone", ""),
            task=labels.get("task", ""),
            needs=plain.needs | frozenset(self.needs),
            tokens=plain.tokens if self.tokens is None else self.tokens,
        )
        request = asked._replace(ask=seen, body=self._named(asked)) if asked else None
        recognized = request.facts(policy) if request else {}
        return Read(seen, {**recognized, **self.facts}, request)

    def _named(self, asked: Asked) -> Body:
        """The body with the model that was named beside it, as a client would send it."""
        in_path = asked.dialect is GEMINI
        return asked.body if in_path else {"model": raw(asked.ask.name), **asked.body}

    def _check(self) -> None:
        """Raises BadBody for words that mean nothing here, with the nearest that do."""
        if any(len(said) > LONGEST for said in (self.model, *self.labels.values())):
            raise BadBody(f"Names and labels have at most {LONGEST} characters.")
        _known("dialect", self.dialect, DIALECTS)
        for need in self.needs:
            _known("ability", need, ABILITIES)
        for fact, answer in self.facts.items():
            _known("fact", fact, FACTS)
            _known(fact, answer, BY_NAME[fact].answers)
        if self.tokens is not None and self.tokens < 0:
            raise BadBody(f"`tokens` is {self.tokens}; a prompt has 0 or more.")


def foreseen(decision: Decision, read: Read, destinations: Mapping[str, Destination]) -> dict[str, Any]:
    """The decision as `explained`, with the `dialect` in which each offer would be asked and what that would drop.

    Who could not be told what the body says is among the refused, and where that is everybody, there is a `stop`.
    """
    table = explained(decision)
    steps, unsaid = list[dict[str, Any]](), list[dict[str, str]]()
    for row, step in zip(table["itinerary"], decision.itinerary, strict=True):
        try:
            steps.append(row | _crossing(read, step, destinations[step.id]))
        except BadBody as fault:
            unsaid.append({"offer": step.id, "gate": UNSAID, "reason": fault.message})
    if unsaid and not steps:
        table["stop"] = {"status": BadBody.status, "message": unsaid[0]["reason"], "retry_after": None}
    return table | {"itinerary": steps, "refused": [*unsaid, *table["refused"]]}


def _crossing(read: Read, step: Candidate, destination: Destination) -> dict[str, Any]:
    """Raises BadBody."""
    if read.request is None:
        return {"dialect": spoken(DIALECTS[read.ask.dialect], step, destination).name, "dropped": []}
    way, sent = going(read.request, step, destination)
    return {"dialect": way.spoken.name, "dropped": list(noted(sent.lost))}


def _agreed(inside: Mapping[str, str], beside: Mapping[str, str]) -> Mapping[str, str]:
    """The labels in the body and those beside it. Raises BadBody where the two say different things."""
    for label in inside.keys() & beside.keys():
        if inside[label] != beside[label]:
            raise BadBody(f"The body's label `{label}` is `{inside[label]}`, and beside it stands `{beside[label]}`.")
    return {**inside, **beside}


def _known(what: str, word: str, words: Iterable[str]) -> None:
    known = list(words)
    if word in known:
        return
    near = nearest(word[:LONGEST], known)
    hint = f"did you mean `{near}`?" if near else f"it is one of {', '.join(known)}."
    raise BadBody(f"There is no {what} `{word[:LONGEST]}`; {hint}")
