"""What was said in an agent's talk so far, and what its next request must hold, whichever provider it goes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

Json = Any
Entry = tuple[Any, ...]  # ("user", words), ("thought", sign), ("call", id, name, arguments), ("result", id, words), ...
SIGNED = ("messages", "responses", "gemini")  # dialects that have a place for a signature
ASKED = "Where does the Danube end?"


class Wrong(ValueError):
    """What a provider would answer with a 400."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One answer of a provider; `results` are what the tools will say to its calls."""

    thought: str = ""
    words: str = ""
    calls: tuple[tuple[str, Json], ...] = ()  # name, arguments
    results: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Said:
    """A step as it was said: by whom, with which signature and ids."""

    step: Step
    dialect: str
    sign: str
    ids: tuple[str | None, ...]

    def entries(self, sign_of: str) -> list[Entry]:
        """What of it must come back to a provider of a dialect, which sees its own signatures only."""
        step = self.step
        said: list[Entry] = [("said", step.words)] if step.words else []
        sign: list[Entry] = [("thought", self.sign)] if self.sign and self.dialect == sign_of else []
        found = [*said, *sign] if self.dialect == "gemini" else [*sign, *said]  # there the call is signed
        found += [("call", id, *call) for id, call in zip(self.ids, step.calls, strict=True)]
        return [*found, *(("result", id, words) for id, words in zip(self.ids, step.results, strict=True))]


def _run_on(found: list[Entry]) -> list[Entry]:
    """Clients may keep words in the pieces in which they were streamed."""
    merged: list[Entry] = []
    for entry in found:
        if merged and entry[0] == merged[-1][0] == "said":
            merged[-1] = ("said", merged[-1][1] + entry[1])
        else:
            merged.append(entry)
    return merged


@dataclass
class Memory:
    """`carries`: the client has a place for signatures. `named`: a provider gives its calls ids."""

    plan: tuple[Step, ...]
    carries: bool
    named: bool = True
    said: list[Said] = field(default_factory=list)

    def issued(self, dialect: str) -> dict[str, str]:
        """Its signatures, and the thoughts that they are for."""
        return {each.sign: each.step.thought for each in self.said if each.dialect == dialect and each.sign}

    def check(self, dialect: str, found: list[Entry]) -> None:
        """Raises Wrong unless the request holds the talk, all of it, in its order, and nothing else."""
        expected: list[Entry] = [("user", ASKED)]
        for each in self.said:
            expected += each.entries(dialect if self.carries else "")
        if not self.carries:
            found = [entry for entry in found if entry[0] != "thought"]
        found = _run_on(found)
        for place, (was, now) in enumerate(zip_longest(expected, found)):
            if was != now:
                raise Wrong(f"The talk is not as it was at {place}: it was {was}, and is {now}")

    def next(self, dialect: str) -> Said:
        """Says the next step of the plan."""
        number = len(self.said)
        step = self.plan[number]
        named = self.named or dialect != "gemini"
        ids = [f"{dialect[:4]}_{number}{place}" if named else None for place, _ in enumerate(step.calls)]
        sign = f"c2ln{dialect[:4]}{number:03}x" if step.thought and dialect in SIGNED else ""
        self.said.append(Said(step=step, dialect=dialect, sign=sign[:12], ids=tuple(ids)))
        return self.said[-1]
