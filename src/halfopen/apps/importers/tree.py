"""A document of others as plain values: text, lists and mappings, and the line on which each of them stands.

No schema is held against it, since what is not known there is to be told and not refused. Scalars stay text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from halfopen.documents import Complaint, Complaints, compose
from halfopen.documents.graph import is_none, line_of

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree] | None"
MERGED = "<<"  # of YAML: the mapping that stands there is laid under this one


@dataclass(frozen=True, slots=True)
class Document:
    """The outermost mapping, and the line of each path such as `model_list[3].model_name`."""

    root: dict[str, Tree]
    lines: Mapping[str, int]


def document(text: str, file: str, expected: str) -> Document:
    """Raises Complaints for what is not YAML, or no mapping; `expected` says what would be right then."""
    node = compose(text, file)
    walk = _Walk()
    root = walk.value(node, "")
    if not isinstance(root, dict):
        found = "nothing" if root is None else "a list" if isinstance(root, list) else "text and no more"
        raise Complaints([Complaint(file, line_of(node), "", found, expected)])
    return Document(root, walk.lines)


@dataclass(slots=True)
class _Walk:
    lines: dict[str, int] = field(default_factory=dict)

    def value(self, node: Any, path: str) -> Tree:
        """What a node of YAML holds. A node's own value is text, a list of nodes, or a list of pairs of them."""
        self.lines.setdefault(path, line_of(node))
        if isinstance(node.value, str):
            return None if is_none(node) else node.value
        if node.id == "sequence":
            return [self.value(each, f"{path}[{place}]") for place, each in enumerate(node.value)]
        return self.mapping(node, path)

    def mapping(self, node: Any, path: str) -> dict[str, Tree]:
        """What a mapping says itself goes before what is merged into it; of a key given twice the last counts."""
        own: dict[str, Tree] = {}
        under: dict[str, Tree] = {}
        for key, inner in node.value:
            name = key.value if isinstance(key.value, str) else "?"
            if name == MERGED:
                several = inner.value if inner.id == "sequence" else [inner]
                laid = [self.value(each, path) for each in several]
                under |= {
                    name: value for each in reversed(laid) if isinstance(each, dict) for name, value in each.items()
                }
            else:
                where = f"{path}.{name}" if path else name
                self.lines[where] = line_of(key)
                own[name] = self.value(inner, where)
        return {**under, **own}
