"""A request that nobody sent, as `explain` is asked about it: its name and labels, its body or what one would show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from halfopen.documents import nearest
from halfopen.errors import BadBody
from halfopen.flows import ask
from halfopen.flows.ask import LONGEST
from halfopen.policy.eligible import ABILITIES
from halfopen.policy.rules import AUTO, FACTS, PREFIX, Policy
from halfopen.policy.world import Ask
from halfopen.recognize.table import BY_NAME
from halfopen.wire.called import Called
from halfopen.wire.table import DIALECTS


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

    def read(self, policy: Policy) -> tuple[Ask, Mapping[str, str]]:
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
        recognized = asked._replace(ask=seen).facts(policy) if asked else {}
        return seen, {**recognized, **self.facts}

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
