"""Variables that hold secrets: said as they are, or by a file (`NAME_FILE`) or a command (`NAME_COMMAND`).

Nothing is read or run until somebody needs the secret itself, so that a list of models asks no password manager.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from halfopen.documents import Complaints, amiss

FILE, COMMAND = "_FILE", "_COMMAND"
PATIENCE = 30.0  # seconds for a command: somebody may have to unlock something
MOST_BYTES = 64 * 2**10


class Variables(Mapping[str, str]):
    """The variables of a process that are not blank. A secret that cannot be told raises Complaints."""

    def __init__(self, said: Mapping[str, str]) -> None:
        self._said = {name: value for name, value in said.items() if value.strip()}
        self._told: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name in self._said:
            return self._said[name]
        if name not in self._told:
            self._told[name] = self._secret(name)
        return self._told[name]

    def __contains__(self, name: object) -> bool:
        return any(f"{name}{ending}" in self._said for ending in ("", FILE, COMMAND))

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)

    def __repr__(self) -> str:
        return f"Variables({len(self)})"  # the values are nobody's to see

    def _secret(self, name: str) -> str:
        if (path := self._said.get(name + FILE)) is not None:
            return _of_file(name + FILE, Path(path).expanduser())
        if (command := self._said.get(name + COMMAND)) is not None:
            return _of_command(name + COMMAND, command)
        raise KeyError(name)


def _of_file(variable: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            return _one(variable, file.read(MOST_BYTES + 1))
    except OSError as why:
        raise Complaints([amiss(variable, f"{path}: {why.strerror}", "a file that holds the secret alone")]) from None


def _of_command(variable: str, command: str) -> str:
    """Run without a shell; what it complains of goes to our stderr."""
    try:
        done = subprocess.run(shlex.split(command), stdout=subprocess.PIPE, timeout=PATIENCE, check=True)
    except subprocess.CalledProcessError as why:
        found = f"a command that ends with {why.returncode}"
    except subprocess.TimeoutExpired:
        found = f"a command that is not done after {PATIENCE:g} s"
    except (OSError, ValueError) as why:
        found = f"a command that cannot be run: {getattr(why, 'strerror', None) or why}"
    else:
        return _one(variable, done.stdout)
    raise Complaints([amiss(variable, found, "one that prints the secret alone, run without a shell")])


def _one(variable: str, told: bytes) -> str:
    """The secret, which is one line."""
    try:
        text = told.decode().strip()
    except UnicodeDecodeError:
        text = ""
    if not text or not text.isprintable() or len(told) > MOST_BYTES:
        raise Complaints([amiss(variable, "what is no secret in one line", "the secret alone, on one line")])
    return text
