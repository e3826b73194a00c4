"""The rules of the house that import-linter and ruff cannot see: sizes, nesting, names, first sentences, mirrors.

A rule is a function from one parsed module to complaints, and stands in the table `RULES` together with the
places it holds for. There is no list of the excused. The second half of this file shows each rule a small
offender, so that none of them can fall asleep.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SRC, TESTS = ROOT / "src" / "halfopen", ROOT / "tests"

LINES_OF_A_FILE, LINES_OF_A_FLOW, LINES_OF_A_FUNCTION = 350, 150, 60
FILES_OF_A_FOLDER, METHODS_OF_A_PORT, NESTING = 14, 5, 3
SAY_NOTHING = re.compile("bases?|common|core|helpers?|managers?|misc|services?|utils?")

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
ARITHMETIC_OR_FLOWS = re.compile(r"src/halfopen/(?!adapters/|apps/|testing/)")


@dataclass(frozen=True)
class Module:
    """One file: its path from the root of the repository, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def names(self) -> list[str]:
        """The names of its folders and its own."""
        return self.path.removesuffix(".py").split("/")


Complaint = tuple[int, str]  # a line and what is wrong there
Rule = Callable[[Module], Iterator[Complaint]]


def first_sentence(module: Module) -> Iterator[Complaint]:
    said = (ast.get_docstring(module.tree) or "").partition("\n")[0]
    if len(said.split()) < 3 or said[-1] not in ".?!":
        yield 1, f"its docstring must open with one line that is a sentence, and opens with {said!r}"


def short_file(module: Module) -> Iterator[Complaint]:
    most = LINES_OF_A_FLOW if module.path.startswith("src/halfopen/flows/") else LINES_OF_A_FILE
    lines = len(module.text.splitlines())
    if lines > most:
        yield lines, f"{lines} lines; {most} at most"


def short_functions(module: Module) -> Iterator[Complaint]:
    for function in _functions(module.tree):
        lines = (function.end_lineno or 0) - function.lineno + 1
        if lines > LINES_OF_A_FUNCTION:
            yield function.lineno, f"{function.name} has {lines} lines; {LINES_OF_A_FUNCTION} at most"


def shallow(module: Module) -> Iterator[Complaint]:
    for function in _functions(module.tree):
        line, depth = max((_deepest(statement, 0) for statement in function.body), key=lambda found: found[1])
        if depth > NESTING:
            yield line, f"{function.name} nests {depth} blocks; {NESTING} at most"


def telling_names(module: Module) -> Iterator[Complaint]:
    classes = [node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    named = [(1, name) for name in module.names] + [(node.lineno, node.name) for node in classes]
    vague = [(line, name) for line, name in named if any(map(SAY_NOTHING.fullmatch, _words(name)))]
    vague += [
        (each.lineno, each.name) for each in _functions(module.tree) if SAY_NOTHING.fullmatch(each.name.strip("_"))
    ]
    for line, name in vague:
        yield line, f"the name {name!r} would fit anything; say what it is"


def no_mocks(module: Module) -> Iterator[Complaint]:
    for line, name in _imports(module.tree):
        if name.startswith(("unittest.mock", "mock.")):
            yield line, "imports a mock; use the scripted upstream and the clock of halfopen.testing"


def no_files(module: Module) -> Iterator[Complaint]:
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"open", "input", "print"}
        ):
            yield node.lineno, f"calls {node.func.id}(): the world is the work of adapters, apps and testing"


def honest_all(module: Module) -> Iterator[Complaint]:
    bound = {name for statement in module.tree.body for name in _bound(statement)}
    for line, name in _exported(module.tree):
        if name not in bound:
            yield line, f"__all__ promises {name!r}, which is not here"


def small_ports(module: Module) -> Iterator[Complaint]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(parent) == "Protocol" for parent in node.bases):
            methods = sum(isinstance(each, FUNCTIONS) for each in node.body)
            if methods > METHODS_OF_A_PORT:
                yield node.lineno, f"the port {node.name} has {methods} methods; {METHODS_OF_A_PORT} at most"


RULES: Sequence[tuple[Rule, re.Pattern[str]]] = (
    (first_sentence, re.compile("")),
    (short_file, re.compile("")),
    (short_functions, re.compile("")),
    (shallow, re.compile("")),
    (telling_names, re.compile("")),
    (no_mocks, re.compile("")),
    (no_files, ARITHMETIC_OR_FLOWS),
    (honest_all, re.compile("src/")),
    (small_ports, re.compile("src/halfopen/ports/")),
)


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, FUNCTIONS))


def _deepest(node: ast.AST, depth: int) -> tuple[int, int]:
    """The line and the number of the innermost of the blocks around each other; a function inside starts anew."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
        return 0, 0
    here = depth + isinstance(node, BLOCKS)
    found = [(getattr(node, "lineno", 0), here)]
    for child in ast.iter_child_nodes(node):
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        found.append(_deepest(child, depth if is_elif else here))
    return max(found, key=lambda each: each[1])


def _words(name: str) -> set[str]:
    """The words of a name: `LedgerManager` and `ledger_manager` are both ledger, manager."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, f"{alias.name}.") for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _exported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and [ast.unparse(target) for target in statement.targets] == ["__all__"]:
            yield from ((statement.lineno, name) for name in ast.literal_eval(statement.value))


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        yield statement.name
    if isinstance(statement, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in statement.names)
    yield from (
        node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    """All of them, parsed once."""
    paths = sorted(path for folder in (SRC, TESTS) for path in folder.rglob("*.py"))
    texts = [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]
    return [Module(path, text, ast.parse(text)) for path, text in texts]


@pytest.mark.parametrize(("rule", "where"), RULES, ids=[rule.__name__ for rule, _ in RULES])
def test_every_module_keeps_the_rule(modules: list[Module], rule: Rule, where: re.Pattern[str]) -> None:
    broken = [(each.path, *said) for each in modules if where.match(each.path) for said in rule(each)]
    assert not broken, "\n" + "\n".join(f"{path}:{line}: {what}" for path, line, what in broken)


def test_no_folder_is_a_drawer_for_everything() -> None:
    folders = {path.parent for folder in (SRC, TESTS) for path in folder.rglob("*.py")}
    counts = {folder.relative_to(ROOT).as_posix(): len(list(folder.glob("*.py"))) for folder in sorted(folders)}
    assert {folder: count for folder, count in counts.items() if count > FILES_OF_A_FOLDER} == {}


def test_every_folder_of_the_package_is_seen_by_the_import_contracts() -> None:
    folders = {path.parent for path in SRC.rglob("*.py")}
    folders |= {parent for folder in folders for parent in folder.parents if parent.is_relative_to(SRC)}
    bare = sorted(folder.relative_to(ROOT).as_posix() for folder in folders if not (folder / "__init__.py").exists())
    assert not bare, f"without an __init__.py import-linter passes over them: {bare}"


def test_every_room_has_its_tests() -> None:
    rooms = [path for path in SRC.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))]
    untested = sorted(path.stem for path in rooms if _does_something(path) and not any(_tests_of(path.stem)))
    assert not untested, f"no tests/{{room}}/**/test_*.py and no tests/test_{{room}}.py for {untested}"


def _does_something(room: Path) -> bool:
    """Whether a room has a function with a body; Protocols and rows of data have none to test."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (room.rglob("*.py") if room.is_dir() else [room]))
    return any(ast.unparse(each.body[-1]) != "..." for tree in trees for each in _functions(tree))


def _tests_of(room: str) -> Iterator[Path]:
    yield from TESTS.glob(f"test_{room}.py")
    yield from (TESTS / room).rglob("test_*.py")


FOUR_DEEP = """
def f():
    for a in b:
        with c:
            if d:
                pass
            elif e:
                while g:
                    pass
"""
THREE_DEEP = """
def f():
    for a in b:
        with c:
            if d:
                pass
            elif e:
                x = [i for i in j if i]
                def g():
                    if h:
                        pass
"""
OFFENDERS: Sequence[tuple[Rule, str, str]] = (
    (first_sentence, "a/b.py", '"""Rows"""'),
    (first_sentence, "a/b.py", ""),
    (short_file, "a/b.py", "x = 1\n" * (LINES_OF_A_FILE + 1)),
    (short_file, "src/halfopen/flows/b.py", "x = 1\n" * (LINES_OF_A_FLOW + 1)),
    (short_functions, "a/b.py", "def f():\n" + "    x = 1\n" * LINES_OF_A_FUNCTION),
    (shallow, "a/b.py", FOUR_DEEP),
    (telling_names, "a/http_utils.py", ""),
    (telling_names, "a/b.py", "class LedgerManager: ..."),
    (telling_names, "a/b.py", "def helper(): ..."),
    (no_mocks, "a/b.py", "from unittest import mock"),
    (no_mocks, "a/b.py", "import unittest.mock"),
    (no_mocks, "a/b.py", "from unittest.mock import patch"),
    (no_files, "a/b.py", "x = open('y')"),
    (honest_all, "a/b.py", "__all__ = ['gone']"),
    (small_ports, "a/b.py", "class P(Protocol):\n" + "\n".join(f"    def m{n}(self): ..." for n in range(6))),
)
INNOCENTS: Sequence[tuple[Rule, str, str]] = (
    (first_sentence, "a/b.py", '"""What is this room for?\n\nMore of it\n"""'),
    (short_functions, "a/b.py", "def f():\n" + "    x = 1\n" * (LINES_OF_A_FUNCTION - 1)),
    (shallow, "a/b.py", THREE_DEEP),
    (telling_names, "a/b.py", "base_url = 1\nclass Database: ...\ndef common_fields(): ..."),
    (no_files, "a/b.py", "x.open('y')"),
    (honest_all, "a/b.py", "from c import d as e\n__all__ = ['e', 'f', 'g']\nclass f: ...\ng: int = 1"),
)


def _complaints(rule: Rule, path: str, text: str) -> list[Complaint]:
    return list(rule(Module(path, text, ast.parse(text))))


@pytest.mark.parametrize(("rule", "path", "text"), OFFENDERS)
def test_an_offender_is_found(rule: Rule, path: str, text: str) -> None:
    assert _complaints(rule, path, text)


@pytest.mark.parametrize(("rule", "path", "text"), INNOCENTS)
def test_an_innocent_is_left_in_peace(rule: Rule, path: str, text: str) -> None:
    assert not _complaints(rule, path, text)


def test_no_rule_is_without_its_offender() -> None:
    assert {rule for rule, _, _ in OFFENDERS} == {rule for rule, _ in RULES}
