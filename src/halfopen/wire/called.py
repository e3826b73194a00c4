"""What is asked for at a path: a conversation in one of the dialects, or a call that is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from halfopen.wire.gemini import request as gemini_request
from halfopen.wire.operations import table as operations
from halfopen.wire.operations.row import Operation
from halfopen.wire.table import CHAT, GEMINI, MESSAGES, RESPONSES, Dialect

Spoken = Dialect | Operation


@dataclass(frozen=True, slots=True)
class Called:
    """What a path says of a request: how it is spoken; and its model and whether it streams, if the body does not."""

    dialect: Spoken
    model: str | None = None
    stream: bool | None = None

    def check_query(self, query: bytes) -> None:
        """Raises BadBody for a way of answering that there is not."""
        if self.dialect is GEMINI:
            gemini_request.check_query(query.decode("latin-1"), bool(self.stream))


_BY_BODY = {dialect.path: Called(dialect) for dialect in (CHAT, MESSAGES, RESPONSES)}


def called(path: str) -> Called | None:
    """What is asked for at a path, as it was sent, without its query; None if it is nothing of this kind."""
    if (found := _BY_BODY.get(path)) is not None:
        return found
    if named := gemini_request.called(path):
        return Called(GEMINI, *named)
    if other := operations.called(path):
        return Called(other[0], other[1] or None)
    return None


def paths(dialects: Mapping[str, str]) -> dict[str, str]:
    """Where a provider has each call, in the order of its row: what it says itself, and beside that what it does not.

    Who speaks chat under a path has the other calls of OpenAI under the same; whether it serves one, its offers say.
    """
    found = dict(dialects)
    for row in operations.OPERATIONS.values():
        if (path := _beside(row, dialects)) is not None:
            found.setdefault(row.name, path)
    return found


_CHAT_ENDS = CHAT.path.removeprefix("/v1")


def _beside(row: Operation, dialects: Mapping[str, str]) -> str | None:
    if row.model_in == "path":
        return dialects.get(GEMINI.name)
    for dialect in (MESSAGES, CHAT):
        path = dialects.get(dialect.name, "")
        if row.path.startswith(dialect.path) and path:
            return path + row.path.removeprefix(dialect.path)
    base, ends, _ = dialects.get(CHAT.name, "").rpartition(_CHAT_ENDS)
    return base + row.path.removeprefix("/v1") if ends and row is not operations.COUNT_MESSAGES else None
