"""Bytes that nearly are what a reader expects: mutants of fixtures, as bytes, as JSON and as events of a stream.

All chance comes from the `Random` that is handed in, so that a case can be made again from its number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

Json = Any
LONGEST = 300_000  # bytes of a mutant
_DEEP, _LONG, _MANY = "@deep@", "@long@", "@many@"
_GROWN = {
    f'"{_DEEP}"': "[" * 3000 + "]" * 3000,
    f'"{_LONG}"': '"' + "a\\u00fc" * 9000 + '"',
    f'"{_MANY}"': "[" + "{}," * 5000 + "7]",
}
_JUNK: Sequence[Json] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        7,
        2**31,
        2**53 + 1,
        2**63,
        2**64,
        10**40,
        -(10**400),
        0.0,
        -0.0,
        1.5,
        1e308,
        5e-324,
    ),
    *(
        "",
        "0",
        "null",
        "text",
        "\0",
        "\ud800",
        "😀",
        "a.b",
        "data: [DONE]",
        "\r\n\r\n",
        "\u2028",
        "c2ln",
        "====",
        "Zürich",
    ),
    *([], {}, [[]], [None], {"": None}, {"type": None}, {"type": "text"}, [{}], _DEEP, _LONG, _MANY),
)
_TOKENS: Sequence[bytes] = (
    *(b"null", b"[]", b"{}", b'""', b"0", b"-", b"1e999", b"1E400", b"-0", b"9" * 400, b"NaN", b"Infinity", b"true"),
    *(
        b'"',
        b"\\",
        b"\\u",
        b"\\ud800",
        b"\\udc00\\ud800",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\0",
        b"\x0b",
        b" ",
    ),
    *(
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b"\r\n\r\n",
        b"\r\r",
        b": c\n",
        b"data:",
        b"data: ",
        b"event: error\n",
        b"[DONE]",
    ),
    *(b"[" * 3000, b'{"a":' * 3000, b",", b":", b"{", b"}", b"[", b"]", b"--", b"--xYz\r\n", b"--xYz--"),
)


class Mutants:
    """Of some seeds, and of the names and values that stand in them."""

    def __init__(self, seeds: Sequence[bytes], *, streamed: bool = False) -> None:
        self.seeds = seeds
        self._streamed = streamed
        trees = [tree for seed in seeds for tree in _trees(seed)]
        self._values = [value for tree in trees for _, value in _places(tree)]
        self._names = sorted({str(path[-1]) for tree in trees for path, _ in _places(tree) if path}) or ["type"]

    def one(self, chance: Random) -> bytes:
        """A seed with one to four things wrong."""
        data = chance.choice(self.seeds)
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
            data = chance.choice(self._ways())(chance, data)
        return data[:LONGEST]

    def _ways(self) -> Sequence[Callable[[Random, bytes], bytes]]:
        whole = (self._event, self._event, self._events) if self._streamed else (self._tree, self._tree, self._tree)
        return (*whole, self._bytes)

    def _bytes(self, chance: Random, data: bytes) -> bytes:
        at, size = chance.randint(0, len(data)), chance.choice((1, 1, 2, 5, 20, 100))
        piece = data[at : at + size]
        match chance.randrange(7):
            case 0:
                return data[:at] + data[at + size :]
            case 1:
                return data[:at] + piece * chance.choice((2, 3, 50, 2000)) + data[at + size :]
            case 2:
                return data[:at] + bytes(byte ^ (1 << chance.randrange(8)) for byte in piece[:1]) + data[at + 1 :]
            case 3:
                other = chance.choice(self.seeds)
                return data[:at] + other[chance.randint(0, len(other)) :]
            case 4:
                return data[:at]
        return data[:at] + chance.choice(_TOKENS) + data[at + chance.choice((0, 0, size)) :]

    def _tree(self, chance: Random, data: bytes) -> bytes:
        try:
            tree = json.loads(data)
        except (ValueError, RecursionError):
            return self._bytes(chance, data)
        return _text(self._changed(chance, tree))

    def _changed(self, chance: Random, tree: Json) -> Json:
        """A place of it holds something else."""
        path, value = chance.choice(_places(tree))
        return _put(tree, path, self._instead(chance, value))

    def _instead(self, chance: Random, value: Json) -> Json:
        match chance.randrange(8), value:
            case (0, dict()) if value:
                gone = chance.choice(list(value))
                return {name: each for name, each in value.items() if name != gone}
            case (1 | 2, dict()):
                return {**value, chance.choice(self._names): self._any(chance)}
            case (3, dict()) if value:
                old, new = chance.choice(list(value)), chance.choice(self._names)
                return {(new if name == old else name): each for name, each in value.items()}
            case (0 | 1, list()) if value:
                return value * chance.choice((2, 3, 100))
            case (2, list()):
                return chance.sample(value, len(value))
            case (3, list()):
                return [*value, self._any(chance)]
            case (4, _):
                return [value]
        return self._any(chance)

    def _any(self, chance: Random) -> Json:
        return chance.choice(chance.choice((_JUNK, self._values or _JUNK)))

    def _event(self, chance: Random, data: bytes) -> bytes:
        """One event says something else."""
        events = data.split(b"\n\n")
        place = chance.randrange(len(events))
        head, mark, said = events[place].partition(b"data: ")
        return b"\n\n".join([*events[:place], head + mark + self._tree(chance, said), *events[place + 1 :]])

    def _events(self, chance: Random, data: bytes) -> bytes:
        """Events are missing, or there twice, or in another order, or of another stream."""
        events = data.split(b"\n\n")
        place, other = chance.randrange(len(events)), chance.choice(chance.choice(self.seeds).split(b"\n\n"))
        match chance.randrange(5):
            case 0:
                del events[place]
            case 1:
                events[place:place] = [events[place]] * chance.choice((1, 2, 300))
            case 2:
                events = chance.sample(events, len(events))
            case 3:
                events[place] = other
            case _:
                events.insert(place, other)
        return chance.choice((b"\n\n", b"\n\n", b"\r\n\r\n")).join(events)


def _trees(seed: bytes) -> list[Json]:
    try:
        return [json.loads(seed)]
    except ValueError:
        said = (event.partition(b"data: ")[2] for event in seed.split(b"\n\n"))
        return [json.loads(each) for each in said if each.startswith(b"{")]


def _places(tree: Json) -> list[tuple[tuple[str | int, ...], Json]]:
    """Every path of it, and what stands there; first in depth, without recursion."""
    found: list[tuple[tuple[str | int, ...], Json]] = []
    waiting: list[tuple[tuple[str | int, ...], Json]] = [((), tree)]
    while waiting and len(found) < 3000:
        path, value = waiting.pop()
        found.append((path, value))
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [((*path, key), each) for key, each in inner]
    return found


def _put(tree: Json, path: tuple[str | int, ...], value: Json) -> Json:
    if not path:
        return value
    copy = tree.copy()
    copy[path[0]] = _put(tree[path[0]], path[1:], value)
    return copy


def _text(tree: Json) -> bytes:
    said = json.dumps(tree)
    for mark, grown in _GROWN.items():
        said = said.replace(mark, grown, 2)
    return said[:LONGEST].encode()
