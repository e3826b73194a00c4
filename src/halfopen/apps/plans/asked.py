"""A workload as somebody asked for it: from a file, from the ledger, or from a few numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from halfopen.costs.spread import Spread
from halfopen.costs.workload import Task, Volume, Workload
from halfopen.documents import read
from halfopen.documents.written import document

EXAMPLE = """tasks:
  - name: chat
    requests: {per_month: 300000}
    input: {mean: 1200}
    output: {mean: 300}
    cacheable: 0.5"""


def from_file(path: Path) -> Workload:
    """Raises documents.Complaints, and ValueError for a file that cannot be read."""
    return from_text(text_of(path), str(path))


def text_of(path: Path) -> str:
    """What stands in a workload's file. Raises ValueError for one that cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"{path}: there is no such file; a workload looks like this:\n{EXAMPLE}") from None
    except IsADirectoryError:
        raise ValueError(f"{path} is a folder: name the workload in it") from None
    except (OSError, UnicodeDecodeError) as why:
        raise ValueError(f"{path} cannot be read ({why})") from None


def from_text(text: str, name: str) -> Workload:
    """Raises documents.Complaints."""
    return read(text, Workload, name)


def from_numbers(requests: int, tokens_in: int, tokens_out: int) -> Workload:
    """One task of so many requests a month. Raises documents.Complaints."""
    task = Task(
        name="all", requests=Volume(per_month=requests), input=Spread(mean=tokens_in), output=Spread(mean=tokens_out)
    )
    return Workload(tasks=(task,))


def within(asked: Workload, zone: str | None) -> Workload:
    """The workload with every task that names no zone in this one."""
    if zone is None:
        return asked
    return replace(asked, tasks=tuple(replace(task, zone=task.zone or zone) for task in asked.tasks))


def told(workload: Workload) -> str:
    """A workload as the text of a file, without what nobody told. It reads as the same workload again."""
    return document(_plain(workload))


def _plain(row: object) -> Any:
    if is_dataclass(row):
        found = {each.name: getattr(row, each.name) for each in fields(row) if each.init}
        untold = {each.name: _untold(each) for each in fields(row)}
        return {name: _plain(value) for name, value in found.items() if value != untold[name]}
    if isinstance(row, Mapping):
        return {str(key): _plain(value) for key, value in row.items()}
    if isinstance(row, tuple):
        return [_plain(each) for each in row]
    return row


def _untold(each: Field[Any]) -> Any:
    return each.default_factory() if each.default_factory is not MISSING else each.default
