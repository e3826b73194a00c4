"""What a translation could not carry, by path, and what follows: a refusal for content, a note for a knob."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from halfopen.errors import BadBody

Kind = Literal["content", "knob", "thinking"]
# Names of what a provider has kept: fields of a request, and an item of one.
STATE = frozenset(("previous_response_id", "conversation", "prompt", "container", "cachedContent"))
_REFERENCE = "`item_reference`"
_REMEDY = "Leave it out, or name a model that is served in the dialect you speak."
_HISTORY = "It is kept at one provider only: send the history itself, or whatever it stands for, instead."
MOST, LONGEST = 64, 300  # losses that are noted of one request, characters of each


@dataclass(frozen=True, slots=True)
class Loss:
    """`path` is in the hub's words (`turns.2.parts.0`, `temperature`); `what` is for a person to read."""

    path: str
    what: str
    kind: Kind = "knob"


class Losses:
    """Collects them while something is written. `dialect` is the one that could not carry it.

    A request whose content does not fit is refused, since the caller can still mend it. An answer has been paid for:
    it is given without that part, and the loss is told. `names` are fields by which the other dialect only finds its
    things again: whoever speaks this one misses nothing.
    """

    def __init__(self, dialect: str, *, refuses: bool, names: Collection[str] = ()) -> None:
        self._dialect, self._names = dialect, names
        self._refuses = refuses
        self._found: list[Loss] = []

    def knob(self, path: str, what: str) -> None:
        """Tuning that is dropped or changed."""
        self._found.append(Loss(path, what))

    def fields(self, path: str, names: Iterable[str]) -> None:
        """Fields that only another dialect knows."""
        for name in (name for name in names if name not in self._names):
            self.knob(f"{path}.{name}" if path else name, f"`{self._dialect}` has no such field")

    def thinking(self, path: str, what: str) -> None:
        """Thinking that only the lab which signed it can read."""
        self._found.append(Loss(path, what, "thinking"))

    def content(self, path: str, what: str) -> None:
        """Raises BadBody, naming it, where content must not get lost."""
        if self._refuses:
            remedy = _HISTORY if path in STATE or what.startswith(_REFERENCE) else _REMEDY
            raise BadBody(f"`{path}` cannot be said in the dialect `{self._dialect}`: {what}. {remedy}")
        self._found.append(Loss(path, what, "content"))

    def once(self, kind: Kind, path: str, what: str) -> None:
        """The same loss again and again, as in a stream, is noted once, and refuses nothing."""
        loss = Loss(path, what, kind)
        if loss not in self._found:
            self._found.append(loss)

    @property
    def found(self) -> tuple[Loss, ...]:
        return tuple(self._found)


def noted(losses: Sequence[Loss]) -> tuple[str, ...]:
    """As a row keeps them: path and words, bounded, since paths have names of the caller's in them."""
    if not losses:
        return ()
    return tuple(f"{loss.path}: {loss.what}"[:LONGEST] for loss in losses[:MOST])
