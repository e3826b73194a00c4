"""A changed config while the gateway runs: checked whole, told as a difference, and swapped in one step, or refused.

What cannot be changed without a start (where it listens, which engines it runs) refuses the whole config. Requests that
have begun go on in the setup that they began with, and so do their connections.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from halfopen.apps import shelf, wiring
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import Settings, load
from halfopen.apps.roster import roster
from halfopen.documents import Complaints
from halfopen.flows.house import House

LOOKED_EVERY = 1.0  # seconds between two looks at the file
MOST_TOLD = 40  # lines of a difference

_log = logging.getLogger("halfopen")
Stamp = tuple[int, int, int] | None


@dataclass(slots=True)
class Reloader:
    """`ready` makes settings of what was read: with the engines that run, and the services that were found."""

    house: House
    environment: Environment
    settings: Settings  # as they were read last
    ready: Callable[[Settings], Settings]
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _stamp: Stamp = None

    async def watching(self) -> None:
        """Reloads whenever the config file has changed, until it is cancelled."""
        self._stamp = self._stamped()
        try:
            while True:
                await asyncio.sleep(LOOKED_EVERY)
                if (stamp := self._stamped()) != self._stamp:
                    self._stamp = stamp
                    self.reload("the file has changed")
        finally:
            await self._stack.aclose()

    def reload(self, why: str) -> bool:
        """Whether the config was read well. What is wrong with a bad one is in the log, and the old one serves on."""
        self._stamp = self._stamped()
        try:
            new = load(self.environment.config)
            moved = list(differences(self.settings, new))
            fixed = [line for line in moved if line.partition(".")[0].partition(":")[0] in FIXED]
            if fixed:
                raise ValueError(f"{'; '.join(fixed)}: this needs a start")
            if moved:
                self._swap(new)
        except (Complaints, ValueError, OSError) as wrong:
            _log.error("config not reloaded (%s); the old one serves on: %s", why, wrong)
            return False
        for line in moved[:MOST_TOLD]:
            _log.warning("config reloaded (%s): %s", why, line)
        if not moved:
            _log.warning("config reloaded (%s): nothing is otherwise", why)
        if moved and self.house.keys.keeper is not None:
            self.house.keys.keeper.noted(why, self.house.clock.now(), "config reloaded", "", "\n".join(moved))
        self.settings = new
        return True

    def _swap(self, new: Settings) -> None:
        catalog, settings = shelf.stock(self.environment.data).catalog, self.ready(new)
        book = roster(catalog, settings, self.environment)
        self.house.swap(wiring.setup_of(book, settings, self.environment, self._stack))

    def _stamped(self) -> Stamp:
        path = self.environment.config
        return stamp(path) if path is not None else None


FIXED = ("listen", "engines")


def stamp(path: Path) -> Stamp:
    """Another value whenever the file is another; None where it is not there."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size, told.st_ino


def differences(old: Settings, new: Settings) -> Iterator[str]:
    """What is otherwise, a line for each field: `lanes.realtime.max_output: null -> 500`."""
    before, after = (dict(_flat("", msgspec.to_builtins(each, enc_hook=str))) for each in (old, new))
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield f"{path}: {before.get(path, 'nothing')} -> {after.get(path, 'nothing')}"


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Each field with its value as JSON; rows of a list by their place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else str(name), inner)
    elif isinstance(value, list | tuple) and any(isinstance(each, dict) for each in value):
        for place, inner in enumerate(value):
            yield from _flat(f"{path}[{place}]", inner)
    else:
        yield path, msgspec.json.encode(value).decode()
