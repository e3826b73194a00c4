"""YAML text to typed, frozen rows, or everything that is wrong with it at once, by file, line and field.

YAML guesses what a scalar is, and guesses wrong: `NO` becomes False and `0.10` a float. So the text is read as a
graph of nodes whose scalars stay text, and the type of the field they fill says what they are. Only a plain `null`,
`~` or nothing at all is None. A key given twice is refused, and so is an alias that makes the document explode.

    lanes = read(text, dict[str, Lane], "halfopen.yaml")

The types are dataclasses, `tuple[X, ...]`, `list[X]`, `frozenset[X]`, `dict[str, X]`, unions, Literal and whatever
`msgspec.convert` makes of one text: str, int, bool, float, Decimal, date.
"""

from __future__ import annotations

import dataclasses
import difflib
import itertools
import math
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec
import yaml

T = TypeVar("T")

ROOM = 10_000  # nodes that aliases may add; a row file has a few hundred
NESTING = 100  # deeper than any document of ours by far
SHOWN = 60  # characters of a wrong value that a complaint quotes


@dataclasses.dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong. `field` is a path such as `lanes.tuned.offers[2]`; `nearest` is the valid name meant."""

    file: str
    line: int
    field: str
    found: str
    expected: str
    nearest: str | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " + (f"{self.field}: " if self.field else "")
        if self.nearest is not None:
            return f"{place}{self.found}; did you mean `{self.nearest}`?"
        return f"{place}{self.found}; expected {self.expected}"


class Complaints(ValueError):
    """All that is wrong with a document, in the order of its lines; the message has one line for each."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(sorted(complaints, key=lambda one: (one.file, one.line)))
        super().__init__("\n".join(map(str, self.complaints)))


def read(text: str, type: type[T], file: str) -> T:
    """The document as a value of `type`; `file` is its name in complaints. Raises Complaints."""
    return convert(compose(text, file), type, file)


def compose(text: str, file: str) -> yaml.Node:
    """The document as a graph of nodes, bounded. Raises Complaints if it is not YAML or would explode."""
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError) as error:  # the loader in pure Python recurses where C counts
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        found = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise Complaints([Complaint(file, mark.line + 1 if mark else 1, "", found, "YAML")]) from error
    if node is None:
        start = yaml.Mark(file, 0, 0, 0, "", 0)
        return yaml.ScalarNode("tag:yaml.org,2002:null", "", start, start, style="")
    _bound(node, file)
    return node


def convert(node: yaml.Node, type: type[T], file: str) -> T:
    """A composed document as a value of `type`. Raises Complaints; TypeError for a type this module does not know."""
    if _is_none(node) and _shape(type) is not yaml.ScalarNode:  # an empty document is an empty list or mapping
        node = _shape(type)("tag:yaml.org,2002:map", [], node.start_mark, node.end_mark)
    walk = _Walk(file)
    value = walk.value(node, type, "")
    if walk.complaints:
        raise Complaints(walk.complaints)
    return cast(T, value)


def rows(text: str, type: type[T], file: str) -> tuple[tuple[int, T], ...]:
    """A document that is a list, as its rows, each with the line it begins on. Raises Complaints."""
    node = compose(text, file)
    many: Any = types.GenericAlias(tuple, (type, ...))
    return tuple(zip(map(_line, node.value), convert(node, many, file), strict=True))


# Texts that msgspec converts, and the words for them.
_LEAVES: Mapping[Any, str] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    float: "a number",
    Decimal: "a number such as 0.15",
    date: "a date such as 2026-11-24",
}
_LISTS: Mapping[Any, Callable[[list[Any]], Any]] = {tuple: tuple, list: list, frozenset: frozenset}
_MAPPINGS = (dict, Mapping)
_SHAPES = {yaml.SequenceNode: "a list", yaml.MappingNode: "a mapping", yaml.ScalarNode: "text"}
_WRONG = object()  # stands for a value that was complained about


@cache
def _fields(row: type) -> Mapping[str, tuple[Any, bool]]:
    """The hint of each field of a dataclass, and whether the field must be given."""
    hints, none = get_type_hints(row), dataclasses.MISSING
    fields = [field for field in dataclasses.fields(row) if field.init]
    return {one.name: (hints[one.name], one.default is none and one.default_factory is none) for one in fields}


class _Walk:
    """One conversion: goes down node and type together and collects what is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.complaints: list[Complaint] = []

    def wrong(self, node: yaml.Node, path: str, found: str, expected: str, nearest: str | None = None) -> object:
        self.complaints.append(Complaint(self.file, _line(node), path, found, expected, nearest))
        return _WRONG

    def value(self, node: yaml.Node, hint: Any, path: str) -> Any:
        origin, parts = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self.union(node, parts, path)
        if not node.tag.startswith("tag:yaml.org,2002:"):
            return self.wrong(node, path, f"the tag `{node.tag}`", "a value without a tag")
        if origin is Literal:
            return self.choice(node, parts, path)
        if origin in _LISTS:
            return self.several(node, hint, path)
        if origin in _MAPPINGS:
            return self.mapping(node, hint, path)
        if dataclasses.is_dataclass(hint):
            return self.row(node, cast(type, hint), path)
        return self.leaf(node, hint, path)

    def union(self, node: yaml.Node, members: Sequence[Any], path: str) -> Any:
        """None if that is allowed, else the first member of the node's shape that takes it without complaint."""
        if types.NoneType in members and _is_none(node):
            return None
        fitting = [member for member in members if _shape(member) is type(node) and member is not types.NoneType]
        before, value = len(self.complaints), _WRONG
        for member in fitting:
            del self.complaints[before:]
            value = self.value(node, member, path)
            if len(self.complaints) == before:
                return value
        return value if fitting else self.wrong(node, path, _shown(node), _expected(members))

    def choice(self, node: yaml.Node, choices: Sequence[Any], path: str) -> Any:
        known = {str(choice): choice for choice in choices}
        if isinstance(node, yaml.ScalarNode) and node.value in known:
            return known[node.value]
        nearest = _nearest(node.value, known) if isinstance(node, yaml.ScalarNode) else None
        return self.wrong(node, path, _shown(node), _expected([Literal[tuple(choices)]]), nearest)

    def several(self, node: yaml.Node, hint: Any, path: str) -> Any:
        origin, parts = get_origin(hint), get_args(hint)
        if origin is tuple and parts[1:] != (...,):
            raise TypeError(f"only `tuple[X, ...]` is read, not {hint}")
        if not isinstance(node, yaml.SequenceNode):
            return self.wrong(node, path, _shown(node), "a list")
        values = [self.value(item, parts[0], f"{path}[{at}]") for at, item in enumerate(node.value)]
        return _WRONG if _WRONG in values else _LISTS[origin](values)

    def mapping(self, node: yaml.Node, hint: Any, path: str) -> Any:
        if get_args(hint)[0] is not str:
            raise TypeError(f"only mappings from text are read, not {hint}")
        if not isinstance(node, yaml.MappingNode):
            return self.wrong(node, path, _shown(node), "a mapping")
        pairs = self.pairs(node, path)
        values = {name: self.value(inner, get_args(hint)[1], _join(path, name)) for name, (_, inner) in pairs.items()}
        return _WRONG if _WRONG in values.values() else values

    def row(self, node: yaml.Node, row: type, path: str) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return self.wrong(node, path, _shown(node), f"a mapping with {_listed(_fields(row))}")
        known, pairs, before = _fields(row), self.pairs(node, path), len(self.complaints)
        for name in pairs.keys() - known.keys():
            where = _join(path, name)
            self.wrong(pairs[name][0], where, "unknown field", f"one of {_listed(known)}", _nearest(name, known))
        for name, (hint, required) in known.items():
            if required and name not in pairs:
                self.wrong(node, _join(path, name), "missing", _expected([hint]))
        given = [name for name in known if name in pairs]
        values = {name: self.value(pairs[name][1], known[name][0], _join(path, name)) for name in given}
        if len(self.complaints) > before:
            return _WRONG
        try:
            return row(**values)
        except ValueError as error:  # its own __post_init__ says what does not go together
            return self.wrong(node, path, str(error), f"a sound {row.__name__.lower()}")

    def pairs(self, node: yaml.MappingNode, path: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """The mapping's entries by key, each with the node of its key; a key given twice is wrong."""
        pairs: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, inner in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.wrong(key, path, f"{_shown(key)} as a key", "text as a key")
            elif key.value in pairs:
                first = _line(pairs[key.value][0])
                self.wrong(key, _join(path, key.value), f"given twice, first on line {first}", "it once")
            else:
                pairs[key.value] = (key, inner)
        return pairs

    def leaf(self, node: yaml.Node, hint: Any, path: str) -> Any:
        if hint not in _LEAVES:
            raise TypeError(f"no text is read as {hint}")
        if not isinstance(node, yaml.ScalarNode) or _is_none(node):
            return self.wrong(node, path, _shown(node), _LEAVES[hint])
        try:
            value = msgspec.convert(node.value, hint, strict=False)
        except msgspec.ValidationError:
            return self.wrong(node, path, _shown(node), _LEAVES[hint])
        if isinstance(value, (float, Decimal)) and not math.isfinite(value):
            return self.wrong(node, path, _shown(node), "a finite number")
        return value


def _bound(root: yaml.Node, file: str) -> None:
    """Refuses a document whose aliases make it much larger than its text, or part of itself, or that is too deep."""
    measured: dict[int, tuple[int, int]] = {}  # size and height

    def measure(node: yaml.Node, depth: int) -> tuple[int, int]:
        below: tuple[int, int] = measured.get(id(node), (0, 0))
        if depth + below[1] > NESTING:  # an alias to what it stands in has no end either
            raise Complaints([Complaint(file, _line(node), "", "nested too deeply", f"{NESTING} levels at most")])
        if id(node) not in measured:
            pairs = isinstance(node, yaml.MappingNode)
            flat = itertools.chain.from_iterable(node.value) if pairs else node.value
            parts = () if isinstance(node, yaml.ScalarNode) else flat
            sizes = [measure(part, depth + 1) for part in parts]
            measured[id(node)] = 1 + sum(size for size, _ in sizes), 1 + max((high for _, high in sizes), default=0)
        return measured[id(node)]

    added = measure(root, 0)[0] - len(measured)
    if added > ROOM:
        raise Complaints([Complaint(file, 1, "", f"aliases that repeat {added} values", f"{ROOM} at most")])


def _is_none(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")


def _line(node: yaml.Node) -> int:
    return cast(int, node.start_mark.line) + 1


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _nearest(name: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name[:SHOWN], list(known), n=1)), None)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _shown(node: yaml.Node) -> str:
    if _is_none(node) or not isinstance(node, yaml.ScalarNode):
        return "nothing" if isinstance(node, yaml.ScalarNode) else _SHAPES[type(node)]
    return f"`{node.value}`" if len(node.value) <= SHOWN else f"`{node.value[:SHOWN]}...`"


def _shape(hint: Any) -> type[yaml.Node]:
    origin = get_origin(hint)
    if origin in _LISTS:
        return yaml.SequenceNode
    return yaml.MappingNode if origin in _MAPPINGS or dataclasses.is_dataclass(hint) else yaml.ScalarNode


def _expected(hints: Iterable[Any]) -> str:
    """What may stand there, in words."""
    words = []
    for hint in hints:
        origin, parts = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            words.append(_expected(parts))
        elif origin is Literal:
            words.append(" or ".join(f"`{choice}`" for choice in parts))
        elif hint is not types.NoneType:
            words.append(_LEAVES.get(hint, _SHAPES[_shape(hint)]))
    return " or ".join(words)
