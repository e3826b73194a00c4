"""What the gateway must know of a call that is no conversation; to whoever relays it, a row looks like a dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from halfopen.errors import Fault
from halfopen.wire import faults
from halfopen.wire.body import Body, labels, without_labels
from halfopen.wire.chat import request as chat_request
from halfopen.wire.chat import stream as chat_stream
from halfopen.wire.operations import asked
from halfopen.wire.stream import Seen
from halfopen.wire.usage import Told


class Reader(Protocol):
    """What a stream is read with, as in `wire.table`."""

    seen: Seen

    def feed(self, data: bytes) -> bytes: ...
    def end(self) -> bytes: ...


def _no_stream(usage_asked: bool) -> Reader:
    raise AssertionError("an operation that never streams was read as a stream")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The names that a `wire.table.Dialect` has, too, mean what they mean there. There is nothing to translate."""

    name: str  # of the row: what a target is named after
    operation: str  # what is asked for, in the words of offers and of the ledger
    paths: tuple[str, ...]  # where callers find it; the first is where providers have it. Google's is a method
    priced_by: str  # what its usage counts; where an answer does not tell that, it is unpriced
    check: Callable[[Body], None]
    told: Callable[[bytes], Told]  # what a whole answer says of its cost
    takes: Literal["json", "form"] = "json"
    gives: Literal["json", "bytes"] = "json"  # bytes are not read: what says their type is a header
    model_in: Literal["body", "path"] = "body"
    estimated: bool = False  # whether sizes say roughly how much it was, if the provider does not
    read: Callable[[bytes, bytes], Body] = asked.read_json  # told the content type
    streams: Callable[[Body], bool] = asked.never  # whether the answer will be a stream of events
    stream: Callable[[bool], Reader] = _no_stream
    usage_asked: Callable[[Body], bool] = asked.never
    limit: Callable[[Body], int | None] = asked.nothing
    limited: Callable[[Body, int], Body] = asked.unchanged  # what is no conversation has limits of its own, or none
    prepare: Callable[[Body, str, Iterable[str]], bytes] = asked.prepare
    labels: Callable[[Body], dict[str, str]] = labels
    without_labels: Callable[[Body], None] = without_labels
    target: Callable[[str, str, bool], str] = asked.as_it_is  # a provider's path, the model's name there
    headers: frozenset[bytes] = chat_request.HEADERS
    id_header: bytes = b"x-request-id"
    error: Callable[[Fault, str], bytes] = faults.chat_error
    is_error: Callable[[bytes], bool] = faults.is_chat_error
    broken: Callable[[Fault, str], bytes] = chat_stream.broken
    wants_limit: bool = False
    sends: Mapping[bytes, bytes] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return self.paths[0]
