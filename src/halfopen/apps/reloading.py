"""A changed config while the gateway runs: checked whole, told as a difference, and swapped in one step, or refused.

What cannot be changed without a start (where it listens, which engines it runs) refuses the whole config. Requests that
have begun go on in the setup that they began with, and so do their connections.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from halfopen.apps import shelf, wiring
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import Settings, load
from halfopen.apps.config.variables import Variables
from halfopen.apps.roster import roster
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
    _stamp: Stamp = None  # of the file as it was read last
    _noting: asyncio.Task[None] | None = None
    _seen: Stamp = None  # at the last look

    async def watching(self) -> None:
        """Reloads whenever the config file has changed, until it is cancelled."""
        self._stamp = self._seen = self._stamped()
        try:
            while True:
                await asyncio.sleep(LOOKED_EVERY)
                stamp, self._seen = self._seen, self._stamped()
                if self._seen != self._stamp and self._seen == stamp:  # nobody is writing it any more
                    self.reload("the file has changed")
        finally:
            await self._stack.aclose()

    def reload(self, why: str) -> bool:
        """Whether the config was read well. What is wrong with a bad one is in the log, and the old one serves on."""
        self._stamp = self._stamped()
        try:
            new = load(self.environment.config)
            if self.environment.config is not None and not self.environment.config.read_bytes().strip():
                raise ValueError("the file is empty")
            moved = list(differences(self.settings, new))
            fixed = [line for line in moved if line.partition(".")[0].partition(":")[0] in FIXED]
            if fixed:
                raise ValueError(f"{'; '.join(fixed)}: this needs a start")
            self._swap(new)  # also where nothing has moved: a key's file may be another
            self.settings = new
        except (ValueError, LookupError, OSError) as wrong:
            _log.error("config not reloaded (%s); the old one serves on: %s", why, wrong)
            return False
        for line in moved[:MOST_TOLD]:
            _log.warning("config reloaded (%s): %s", why, line)
        if not moved:
            _log.warning("config reloaded (%s): nothing is otherwise", why)
        if len(moved) > MOST_TOLD:
            _log.warning("config reloaded (%s): and %d fields more, which the audit has", why, len(moved) - MOST_TOLD)
        if moved:
            self._noting = asyncio.create_task(asyncio.to_thread(self._noted, why, "\n".join(moved)))
        return True

    def _noted(self, why: str, moved: str) -> None:
        """A line of the audit; in a thread, since another process may hold the table."""
        if self.house.keys.keeper is None:
            return
        try:
            self.house.keys.keeper.noted(why, self.house.clock.now(), "config reloaded", "", moved)
        except wiring.UNREAD as wrong:  # it serves already; what the log has must do
            _log.error("the reload cannot be noted in the audit: %s", wrong)

    def _swap(self, new: Settings) -> None:
        catalog, settings = shelf.stock(self.environment.data).catalog, self.ready(new)
        there = replace(self.environment, variables=Variables(self.environment.variables))  # secrets are told anew
        book = roster(catalog, settings, there)
        self.house.swap(wiring.setup_of(book, settings, there, self._stack))

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
        one, other = before.get(path, "nothing"), after.get(path, "nothing")
        if one != other and {one, other} not in ({"nothing", "null"}, {"nothing", "[]"}, {"nothing", '""'}):
            yield f"{path}: {one} -> {other}"


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
