"""Which models can be rated on one scale: who is reached from whom along won battles.

The likelihood has a finite optimum exactly if one comes from every model to every other along battles that were won or
tied (Ford 1957). Where that fails, the strong components are found (Tarjan 1972) and placed about the largest one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from halfopen.ratings.likelihood.cells import Cells

Places = npt.NDArray[np.intp]
Lists = Sequence[Sequence[int]]

ABOVE, WITHIN, BELOW, UNKNOWN = 1, 0, -1, 2


@dataclass(frozen=True, eq=False)
class Placed:
    """`group` is each model's strong component, `place` where that lies by the `pool`, the one of most battles."""

    pool: Places
    group: Places
    place: Places
    beaten: Lists = ()  # whom each model has beaten or tied
    unbeaten: Lists = ()  # by whom each model was beaten or tied

    def between(self, model: int) -> Places:
        """The models that hold one outside the pool in its place: itself, and all on its way down (up) to the pool.

        Others outside may stand so far off that their battles cost nothing, wherever this one is.
        """
        way = self.beaten if self.place[model] == ABOVE else self.unbeaten
        reached = np.array(sorted(_reached(way, [model])), dtype=np.intp)
        return np.asarray(reached[self.place[reached] == self.place[model]], dtype=np.intp)


def pools(cells: Cells) -> Places:
    """A number for each model: the same for two that are joined by battles, whoever won them."""
    label = np.arange(cells.models)
    while True:
        lowest = label.copy()
        np.minimum.at(lowest, cells.i, label[cells.j])
        np.minimum.at(lowest, cells.j, label[cells.i])
        lowest = lowest[lowest]
        if (lowest == label).all():
            return label
        label = lowest


def joined(cells: Cells) -> bool:
    """Whether one comes from every model to every other along battles that were won or tied."""
    beat, lost = _edges(cells)
    ahead = np.zeros((cells.models, cells.models), dtype=np.bool_)
    ahead[beat, lost] = True
    return _all_reached(ahead) and _all_reached(ahead.T)


def together(models: int) -> Placed:
    """All of them are one pool."""
    nobody = np.zeros(models, dtype=np.intp)
    return Placed(np.arange(models), nobody, nobody)


def placed(cells: Cells) -> Placed:
    """The components of a pool that is joined, and where they lie about the largest one."""
    if joined(cells):
        return together(cells.models)
    beat, lost = _edges(cells)
    onward, back = _lists(beat, lost, cells.models), _lists(lost, beat, cells.models)
    group = _components(onward)
    of_cell = group[cells.i] == group[cells.j]
    inside = np.bincount(group[cells.i][of_cell], weights=cells.weight[of_cell].sum(axis=1), minlength=group.max() + 1)
    pool = np.flatnonzero(group == int(inside.argmax()))
    place = np.full(cells.models, UNKNOWN, dtype=np.intp)
    place[list(_reached(onward, pool.tolist()))] = BELOW
    place[list(_reached(back, pool.tolist()))] = ABOVE
    place[pool] = WITHIN
    return Placed(pool, group, place, onward, back)


def _edges(cells: Cells) -> tuple[Places, Places]:
    """Winner and loser of every pair; a tie is both ways."""
    tied = cells.weight[:, 2] > 0
    won, lost = (cells.weight[:, 0] > 0) | tied, (cells.weight[:, 1] > 0) | tied
    return np.concatenate((cells.i[won], cells.j[lost])), np.concatenate((cells.j[won], cells.i[lost]))


def _lists(start: Places, end: Places, models: int) -> Lists:
    edges = np.unique(start * models + end)
    ends = np.searchsorted(edges, np.arange(1, models) * models)
    return [part.tolist() for part in np.split(edges % models, ends)]


def _reached(onward: Lists, start: list[int]) -> set[int]:
    reached, waiting = set(start), list(start)
    while waiting:
        new = set(onward[waiting.pop()]) - reached
        reached |= new
        waiting.extend(new)
    return reached


def _all_reached(ahead: npt.NDArray[np.bool_]) -> bool:
    reached = np.zeros(len(ahead), dtype=np.bool_)
    new = reached.copy()
    new[0] = True
    while new.any():
        reached |= new
        new = ahead[new].any(axis=0) & ~reached
    return bool(reached.all())


def _components(onward: Lists) -> Places:
    search = _Search(onward)
    for model in range(len(onward)):
        if model not in search.seen:
            search.start(model)
    return np.array(search.group, dtype=np.intp)


class _Search:
    """Tarjan's search, without recursion: a thousand models in a row are no deeper than ten."""

    def __init__(self, onward: Lists) -> None:
        self.onward = onward
        self.group = [-1] * len(onward)
        self.groups = 0
        self.seen: dict[int, int] = {}
        self.lowest: dict[int, int] = {}
        self.open: list[int] = []
        self.path: list[tuple[int, Iterator[int]]] = []

    def start(self, root: int) -> None:
        self._enter(root)
        while self.path:
            model, rest = self.path[-1]
            following = next((other for other in rest if self.group[other] < 0), None)
            if following is None:
                self._leave(model)
            elif following in self.seen:
                self.lowest[model] = min(self.lowest[model], self.seen[following])
            else:
                self._enter(following)

    def _enter(self, model: int) -> None:
        self.seen[model] = self.lowest[model] = len(self.seen)
        self.open.append(model)
        self.path.append((model, iter(self.onward[model])))

    def _leave(self, model: int) -> None:
        self.path.pop()
        if self.path:
            before = self.path[-1][0]
            self.lowest[before] = min(self.lowest[before], self.lowest[model])
        if self.lowest[model] == self.seen[model]:
            cut = self.open.index(model)
            for member in self.open[cut:]:
                self.group[member] = self.groups
            del self.open[cut:]
            self.groups += 1
