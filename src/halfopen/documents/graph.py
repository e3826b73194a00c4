"""YAML text as a graph of nodes that know their line, bounded; and one document laid over another."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, cast

import yaml

from halfopen.documents.complaint import Complaint, Complaints

ROOM = 10_000  # nodes that aliases may add; a row file has a few hundred
NESTING = 100  # deeper than any document of ours by far
_TAGS: Mapping[type[yaml.Node], str] = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}

NEIGHBOURS = "one `name: value` a line, indented like its neighbours, with quotes around text that has `: ` in it"
QUOTED = "or quotes around text that has one of `[]{},:` in it"
SIGNS = f"its end, {QUOTED}"
# What the loader says, and what was found and expected in the words of somebody who has only typed something. Of the
# problem, `{sign}` is the character there and `{began}` the line on which began what it is in.
_IN_WORDS: Mapping[str, tuple[str, str]] = {
    "mapping values are not allowed in this context": ("a `:` too many, or a line indented too far", NEIGHBOURS),
    "did not find expected key": ("a line that is out of place", NEIGHBOURS),
    "did not find expected '-' indicator": ("a line without `- ` in a list", "`- ` before each of its elements"),
    "did not find expected ',' or ']'": ("a `[` of line {began} that does not end here", SIGNS),
    "did not find expected ',' or '}'": ("a `{{` of line {began} that does not end here", SIGNS),
    "did not find expected node content": ("nothing, or a sign, where a value belongs", f"a value, {QUOTED}"),
    "found unexpected end of stream": ("a quote of line {began} that never ends", "the same quote at its end"),
    "found character that cannot start any token": ("`{sign}` where a value begins", "quotes around the value"),
    "could not find expected ':'": ("no `: ` in line {began}", "`name: value`"),
}


def compose(text: str, file: str) -> yaml.Node:
    """The document as a graph of nodes, bounded. Raises Complaints if it is not YAML or would explode."""
    try:
        node = yaml.compose(text, Loader=_loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (yaml.YAMLError, RecursionError) as error:  # the loader in pure Python recurses where C counts
        raise Complaints([_not_yaml(error, text, file)]) from error
    if node is None:
        start = yaml.Mark(file, 0, 0, 0, "", 0)
        return yaml.ScalarNode("tag:yaml.org,2002:null", "", start, start, style="")
    if "*" in text:
        _bound(node, file)
    else:  # no alias, so it is a tree
        _shallow(node, file)
    return node


class _Unresolved:
    """Leaves it to the fields what a scalar is, so that no pattern is tried on any of them."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: object) -> str:
        return _TAGS[kind]

    def descend_resolver(self, parent: yaml.Node | None, index: object) -> None:
        """Nothing is resolved by path."""

    def ascend_resolver(self) -> None:
        """Nothing is resolved by path."""


@cache
def _loader(base: type) -> Any:
    return type("Loader", (_Unresolved, base), {})


def _not_yaml(error: Exception, text: str, file: str) -> Complaint:
    began = getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None) or began
    row, column = (mark.line, mark.column) if mark else (0, 0)
    line = "".join(text.split("\n")[row : row + 1])
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return Complaint(file, row + 1, "", "a tab in the indentation", "spaces")
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    if said not in _IN_WORDS:
        return Complaint(file, row + 1, "", said, "YAML")
    found, expected = _IN_WORDS[said]
    began_on = (began.line if began else row) + 1
    return Complaint(file, row + 1, "", found.format(sign=line[column : column + 1], began=began_on), expected)


def _shallow(root: yaml.Node, file: str) -> None:
    """Refuses a tree that is too deep, level by level."""
    level = [root]
    for _ in range(NESTING + 1):
        level = [part for node in level for part in _parts(node) if not isinstance(part, yaml.ScalarNode)]
        if not level:
            return
    raise Complaints([Complaint(file, line_of(level[0]), "", "nested too deeply", f"{NESTING} levels at most")])


def _parts(node: yaml.Node) -> Iterable[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return itertools.chain.from_iterable(node.value)
    return () if isinstance(node, yaml.ScalarNode) else cast(list[yaml.Node], node.value)


def _bound(root: yaml.Node, file: str) -> None:
    """Refuses a document whose aliases make it much larger than its text, or part of itself, or that is too deep."""
    measured: dict[int, tuple[int, int]] = {}  # size and height

    def measure(node: yaml.Node, depth: int) -> tuple[int, int]:
        below: tuple[int, int] = measured.get(id(node), (0, 0))
        if depth + below[1] > NESTING:  # an alias to what it stands in has no end either
            raise Complaints([Complaint(file, line_of(node), "", "nested too deeply", f"{NESTING} levels at most")])
        if id(node) not in measured:
            sizes = [measure(part, depth + 1) for part in _parts(node)]
            measured[id(node)] = 1 + sum(size for size, _ in sizes), 1 + max((high for _, high in sizes), default=0)
        return measured[id(node)]

    added = measure(root, 0)[0] - len(measured)
    if added > ROOM:
        raise Complaints([Complaint(file, 1, "", f"aliases that repeat {added} values", f"{ROOM} at most")])


def laid_over(under: yaml.Node, top: yaml.Node) -> yaml.Node:
    """`top`, and where both are mappings also what only `under` has. A null in `top` is a value like any other."""
    if not isinstance(under, yaml.MappingNode) or not isinstance(top, yaml.MappingNode):
        return top
    pairs = []
    for key, below in under.value:
        said = [(again, laid_over(below, inner)) for again, inner in top.value if again.value == key.value]
        pairs += said or [(key, below)]
    known = [key.value for key, _ in under.value]
    pairs += [pair for pair in top.value if pair[0].value not in known]
    return yaml.MappingNode(top.tag, pairs, top.start_mark, top.end_mark)


def at(node: yaml.Node, path: str) -> yaml.Node:
    """Where `lanes.tuned.offers[2]` stands: a key or a list's item, or the last on the way to it that is there."""
    if isinstance(node, yaml.MappingNode):
        steps = [(key, str(key.value), inner) for key, inner in node.value]
    else:
        items = node.value if isinstance(node, yaml.SequenceNode) else ()
        steps = [(item, f"[{place}]", item) for place, item in enumerate(items)]
    ways = [way for way in steps if path == way[1] or path.startswith((f"{way[1]}.", f"{way[1]}["))]
    if not ways:
        return node
    mark, name, inner = max(ways, key=lambda way: len(way[1]))  # a name may have dots of its own
    rest = path[len(name) :].removeprefix(".")
    found = at(inner, rest)
    return mark if found is inner else found


def plain(node: yaml.Node) -> Any:
    """The document as dictionaries, lists, text and None, whatever its fields are."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(each) for each in node.value]
    return None if is_none(node) else str(node.value)


def is_none(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")


def line_of(node: yaml.Node) -> int:
    return cast(int, node.start_mark.line) + 1
