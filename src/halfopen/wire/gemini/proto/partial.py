"""Arguments of a call that come in bits, each for a place in the object: put together again.

{"partialArgs": [{"jsonPath": "$.town", "stringValue": "Pas", "willContinue": true}], "willContinue": true}
{"partialArgs": [{"jsonPath": "$.town", "stringValue": "sau"}]}
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from halfopen.errors import BrokenProtocol
from halfopen.wire.gemini.proto.spelled import Spelled

MOST_ITEMS = 10_000  # of a list, and steps of a path
_path = re.compile(r"""\$(?:\.[^.\[\]]+|\[\d+\]|\['[^']*'\])*""")
_step = re.compile(r"""\.([^.\[\]]+)|\[(\d+)\]|\['([^']*)'\]""")
_VALUES = ("stringValue", "numberValue", "boolValue", "nullValue")


class Arguments:
    """Bits in, the object out. A string goes on where it stopped, until another place is named."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}
        self._count = 0

    def add(self, bit: Spelled) -> None:
        """Raises BrokenProtocol for a place that is none."""
        path = bit.needed("jsonPath")
        if not _path.fullmatch(path):
            bit.amiss("jsonPath", f"is `{path[:40]}`, which is no place in an object")
        steps = [int(index) if index else name or quoted for name, index, quoted in _step.findall(path)]
        kind = next((each for each in _VALUES if bit.has(each)), None)
        self._count += 1 + sum(isinstance(step, int) for step in steps)
        if not steps or isinstance(steps[0], int) or self._count > MOST_ITEMS:
            bit.amiss("jsonPath", f"is `{path[:40]}`, which is no place in an object")
        if kind is not None or bit.flag("nullValue") is not None:
            self._set(steps, _value(bit, kind))

    def _set(self, steps: list[int | str], value: object) -> None:
        tree: Any = self._tree
        for step, below in zip(steps, [*steps[1:], None], strict=True):
            tree = _at(tree, step)
            held = tree[step]
            if below is None:
                tree[step] = held + value if isinstance(held, str) and isinstance(value, str) else value
            elif not isinstance(held, list if isinstance(below, int) else dict):
                tree[step] = [] if isinstance(below, int) else {}
            tree = tree[step]

    @property
    def text(self) -> str:
        return msgspec.json.encode(self._tree).decode()


def _at(tree: Any, step: int | str) -> Any:
    """The same, with room for that step."""
    if isinstance(step, int) and isinstance(tree, list):
        tree.extend([None] * (min(step, MOST_ITEMS) + 1 - len(tree)))
        if step < len(tree):
            return tree
    elif isinstance(step, str) and isinstance(tree, dict):
        tree.setdefault(step, None)
        return tree
    raise BrokenProtocol("The provider streamed arguments whose places do not fit together.")


def _value(bit: Spelled, kind: str | None) -> object:
    match kind:
        case "stringValue":
            return bit.text(kind)
        case "numberValue":
            number = bit.number(kind)
            return int(number) if number is not None and number.is_integer() else number
        case "boolValue":
            return bit.flag(kind)
    return None
