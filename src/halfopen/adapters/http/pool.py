"""Connections that rest between two calls to one endpoint, the freshest taken first."""

from __future__ import annotations

from halfopen.adapters.http.protocol import Connection


class Pool:
    """At most `max_idle` resting connections; `alive` holds those being made and the busy ones too, without a bound."""

    def __init__(self, max_idle: int) -> None:
        self._max_idle = max_idle
        self._idle: dict[Connection, None] = {}  # in the order in which they came to rest
        self.alive: set[Connection] = set()

    def take(self) -> Connection | None:
        """A connection that was open when last heard of, or None."""
        idle = self._idle
        while idle:
            connection = idle.popitem()[0]
            if connection.is_open():
                return connection
        return None

    def begun(self, connection: Connection) -> None:
        self.alive.add(connection)

    def rested(self, connection: Connection) -> None:
        if len(self._idle) >= self._max_idle:
            connection.drop()
        else:
            self._idle[connection] = None

    def lost(self, connection: Connection) -> None:
        self._idle.pop(connection, None)
        self.alive.discard(connection)
