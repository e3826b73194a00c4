"""Nodes to the values of a type: goes down both together and collects what is wrong.

The types are dataclasses, `tuple[X, ...]`, `list[X]`, `frozenset[X]`, `dict[str, X]`, unions, Literal and whatever
`msgspec.convert` makes of one text: str, int, bool, float, Decimal, date.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import msgspec
import yaml

from halfopen.documents.complaint import SHOWN, Complaint, Complaints, nearest
from halfopen.documents.graph import at, compose, is_none, laid_over, line_of

T = TypeVar("T")


def read(text: str, type: type[T], file: str, under: str = "") -> T:
    """The document as a value of `type`; `file` is its name in complaints. Raises Complaints.

    `under` is a sound document that stands wherever this one says nothing: mappings are laid over it key by key.
    """
    node, below = compose(text, file), compose(under, file)
    return convert(below if is_none(node) else laid_over(below, node), type, file)


def convert(node: yaml.Node, type: type[T], file: str) -> T:
    """A composed document as a value of `type`. Raises Complaints; TypeError for a type this module does not know."""
    hint: Any = type
    if is_none(node) and _shape(hint) is not yaml.ScalarNode:  # an empty document is an empty list or mapping
        node = _shape(hint)("tag:yaml.org,2002:map", [], node.start_mark, node.end_mark)
    walk = _Walk(file)
    value = walk.value(node, hint, "")
    if walk.complaints:
        raise Complaints(walk.complaints)
    return cast(T, value)


def rows(text: str, type: type[T], file: str) -> tuple[tuple[int, T], ...]:
    """A document that is a list, as its rows, each with the line it begins on. Raises Complaints."""
    node = compose(text, file)
    many: Any = types.GenericAlias(tuple, (type, ...))
    return tuple(zip(map(line_of, node.value), convert(node, many, file), strict=True))


def placed(wrong: Complaints, text: str, file: str) -> Complaints:
    """The same complaints, those without a line with that of their field in the document, or of what is around it."""
    if all(one.line for one in wrong.complaints):  # the text may be none that could be composed
        return wrong
    root = compose(text, file)
    return Complaints(
        one if one.line else dataclasses.replace(one, file=file, line=line_of(at(root, one.field)))
        for one in wrong.complaints
    )


# Texts that msgspec converts, and the words for them.
_LEAVES: Mapping[Any, str] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    float: "a number",
    Decimal: "a number such as 0.15",
    date: "a date such as 2026-11-24",
}
_SAMPLES: Mapping[Any, str] = {int: "1", bool: "true", float: "1.5", Decimal: "0.15", date: "2026-11-24"}
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
        self.complaints.append(Complaint(self.file, line_of(node), path, found, expected, nearest))
        return _WRONG

    def value(self, node: yaml.Node, hint: Any, path: str) -> Any:
        method, what = _way(hint)
        if method is not _Walk.union and not node.tag.startswith("tag:yaml.org,2002:"):
            return self.wrong(node, path, f"the tag `{node.tag}`", "a value without a tag")
        return method(self, node, what, path)

    def union(self, node: yaml.Node, members: Sequence[Any], path: str) -> Any:
        """None if that is allowed, else the first member of the node's shape that takes it without complaint."""
        if types.NoneType in members and is_none(node):
            return None
        shape: Any = type(node)
        fitting = _fitting(members, shape)
        if len(fitting) == 1:
            return self.value(node, fitting[0], path)
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
        near = nearest(node.value, known, 0.7) if isinstance(node, yaml.ScalarNode) else None
        return self.wrong(node, path, _shown(node), _expected([Literal[tuple(choices)]]), near)

    def several(self, node: yaml.Node, hint: Any, path: str) -> Any:
        origin, parts = get_origin(hint), get_args(hint)
        if origin is tuple and parts[1:] != (...,):
            raise TypeError(f"only `tuple[X, ...]` is read, not {hint}")
        if not isinstance(node, yaml.SequenceNode):
            alone = isinstance(node, yaml.ScalarNode) and parts[0] in _LEAVES and not is_none(node)
            sample = f"[{_shown(node)[1:-1]}]" if alone else "[...]"
            return self.wrong(node, path, _shown(node), f"a list, `{sample}` or each after a `- `")
        values = [self.value(item, parts[0], f"{path}[{at}]") for at, item in enumerate(node.value)]
        return _WRONG if _WRONG in values else _LISTS[origin](values)

    def mapping(self, node: yaml.Node, hint: Any, path: str) -> Any:
        kind, what = get_args(hint)
        if kind not in (str, int):
            raise TypeError(f"only mappings from text or whole numbers are read, not {hint}")
        if not isinstance(node, yaml.MappingNode):
            return self.wrong(node, path, _shown(node), "a mapping")
        values = {
            name if kind is str else self.value(key, kind, path): self.value(inner, what, _join(path, name))
            for name, (key, inner) in self.pairs(node, path).items()
        }
        return _WRONG if _WRONG in (*values, *values.values()) else values

    def row(self, node: yaml.Node, row: type, path: str) -> Any:
        if not isinstance(node, yaml.MappingNode):
            stuck = isinstance(node, yaml.ScalarNode) and node.value.partition(":")
            near = ": ".join(stuck[::2]) if stuck and stuck[0] in _fields(row) else None
            return self.wrong(node, path, _shown(node), _expected([row]), near)
        known, pairs, before = _fields(row), self.pairs(node, path), len(self.complaints)
        for name in pairs.keys() - known.keys():
            where = _join(path, name)
            self.wrong(pairs[name][0], where, "unknown field", f"one of {_listed(known)}", nearest(name, known))
        for name, (hint, required) in known.items():
            if required and name not in pairs:
                self.wrong(node, _join(path, name), "missing", _expected([hint]))
        given = [name for name in known if name in pairs]
        values = {name: self.value(pairs[name][1], known[name][0], _join(path, name)) for name in given}
        if len(self.complaints) > before:
            return _WRONG
        try:
            return row(**values)
        except Complaints as wrong:  # its own __post_init__ says which field, or else what does not go together
            for one in wrong.complaints:
                self.wrong(at(node, one.field), _join(path, one.field), one.found, one.expected, one.nearest)
            return _WRONG
        except ValueError as error:
            return self.wrong(node, path, str(error), f"a sound {row.__name__.lower()}")

    def pairs(self, node: yaml.MappingNode, path: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """The mapping's entries by key, each with the node of its key; a key given twice is wrong."""
        pairs: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, inner in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.wrong(key, path, f"{_shown(key)} as a key", "text as a key")
            elif key.value in pairs:
                first = line_of(pairs[key.value][0])
                self.wrong(key, _join(path, key.value), f"given twice, first on line {first}", "it once")
            else:
                pairs[key.value] = (key, inner)
        return pairs

    def leaf(self, node: yaml.Node, hint: Any, path: str) -> Any:
        if hint not in _LEAVES:
            raise TypeError(f"no text is read as {hint}")
        if not isinstance(node, yaml.ScalarNode) or is_none(node):
            return self.wrong(node, path, _shown(node), _LEAVES[hint])
        if hint is str:
            return node.value
        try:
            value = msgspec.convert(node.value, hint, strict=False)
        except msgspec.ValidationError:
            return self.wrong(node, path, _shown(node), _LEAVES[hint])
        if isinstance(value, (float, Decimal)) and not math.isfinite(value):
            return self.wrong(node, path, _shown(node), "a finite number")
        return value


@cache
def _fitting(members: Sequence[Any], shape: type[yaml.Node]) -> Sequence[Any]:
    """The members of a union that a node of a shape may be."""
    return [member for member in members if _shape(member) is shape and member is not types.NoneType]


@cache
def _way(hint: Any) -> tuple[Callable[[_Walk, yaml.Node, Any, str], Any], Any]:
    """What reads a hint, and what of the hint it wants to know."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _Walk.union, parts
    if origin is Literal:
        return _Walk.choice, parts
    if origin in _LISTS:
        return _Walk.several, hint
    if origin in _MAPPINGS:
        return _Walk.mapping, hint
    return (_Walk.row if dataclasses.is_dataclass(hint) else _Walk.leaf), hint


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _shown(node: yaml.Node) -> str:
    if is_none(node) or not isinstance(node, yaml.ScalarNode):
        return "nothing" if isinstance(node, yaml.ScalarNode) else _SHAPES[type(node)]
    return f"`{node.value}`" if len(node.value) <= SHOWN else f"`{node.value[:SHOWN]}...`"


@cache
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
        elif dataclasses.is_dataclass(hint):
            words.append(f"a mapping {_within(cast(type, hint))}")
        elif hint is not types.NoneType:
            words.append(_LEAVES.get(hint, _SHAPES[_shape(hint)]))
    return " or ".join(words)


def _within(row: type) -> str:
    """What must be given of a row, as an example, or else all that may be."""
    fields = _fields(row)
    must = any(required for _, required in fields.values())
    return f"such as `{_sample(row)}`" if must else f"with {_listed(fields)}"


def _sample(hint: Any) -> str:
    """The least that may stand there."""
    if not dataclasses.is_dataclass(hint):
        return _SAMPLES.get(hint, "...")
    must = [f"{name}: {_sample(inner)}" for name, (inner, required) in _fields(cast(type, hint)).items() if required]
    return "{" + ", ".join(must) + "}"
