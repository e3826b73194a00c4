"""The dialects, a row each: everything that the gateway does differently for one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from halfopen.conversation.answer import Answer
from halfopen.conversation.events import Event
from halfopen.conversation.loss import Loss
from halfopen.conversation.outline import Needs, Outline
from halfopen.conversation.request import Request
from halfopen.errors import Fault
from halfopen.wire import faults
from halfopen.wire.body import Body, flag, labels, read, without_labels
from halfopen.wire.chat import answer as chat_answer
from halfopen.wire.chat import answered as chat_answered
from halfopen.wire.chat import asked as chat_asked
from halfopen.wire.chat import heard as chat_heard
from halfopen.wire.chat import outlined as chat_outlined
from halfopen.wire.chat import request as chat_request
from halfopen.wire.chat import stream as chat_stream
from halfopen.wire.chat import told as chat_told
from halfopen.wire.gemini import answer as gemini_answer
from halfopen.wire.gemini import answered as gemini_answered
from halfopen.wire.gemini import asked as gemini_asked
from halfopen.wire.gemini import faults as gemini_faults
from halfopen.wire.gemini import heard as gemini_heard
from halfopen.wire.gemini import outlined as gemini_outlined
from halfopen.wire.gemini import request as gemini_request
from halfopen.wire.gemini import stream as gemini_stream
from halfopen.wire.gemini import told as gemini_told
from halfopen.wire.messages import answer as messages_answer
from halfopen.wire.messages import answered as messages_answered
from halfopen.wire.messages import asked as messages_asked
from halfopen.wire.messages import heard as messages_heard
from halfopen.wire.messages import outlined as messages_outlined
from halfopen.wire.messages import request as messages_request
from halfopen.wire.messages import stream as messages_stream
from halfopen.wire.messages import told as messages_told
from halfopen.wire.responses import answer as responses_answer
from halfopen.wire.responses import answered as responses_answered
from halfopen.wire.responses import asked as responses_asked
from halfopen.wire.responses import heard as responses_heard
from halfopen.wire.responses import outlined as responses_outlined
from halfopen.wire.responses import request as responses_request
from halfopen.wire.responses import stream as responses_stream
from halfopen.wire.responses import told as responses_told
from halfopen.wire.sight import state
from halfopen.wire.stream import Seen
from halfopen.wire.usage import Told


class StreamReader(Protocol):
    """What a pump reads a stream with: bytes of the provider's in, bytes for the caller out."""

    seen: Seen

    def feed(self, data: bytes) -> bytes: ...
    def end(self) -> bytes: ...  # the body is over; whether the stream is, `seen` tells


class Asks(Protocol):
    """Requests in the hub's words, and the hub's in the dialect's. Both raise BadBody, by path."""

    def read(self, body: bytes) -> Request: ...
    def write(self, request: Request) -> tuple[bytes, tuple[Loss, ...]]: ...


class Answers(Protocol):
    """The same for whole answers. `read` raises BrokenProtocol; `write` always writes."""

    def read(self, body: bytes) -> Answer: ...
    def write(self, answer: Answer) -> tuple[bytes, tuple[Loss, ...]]: ...


class Hears(Protocol):
    """A stream's bytes as events. Raises BrokenProtocol; `end` raises Truncated if the stream was not over."""

    @property
    def losses(self) -> tuple[Loss, ...]: ...
    def feed(self, data: bytes) -> list[Event]: ...
    def end(self) -> list[Event]: ...


class Tells(Protocol):
    """Events as a stream's bytes."""

    @property
    def losses(self) -> tuple[Loss, ...]: ...
    def write(self, event: Event) -> bytes: ...


def read_json(data: bytes, content_type: bytes) -> Body:
    """Raises BadBody."""
    return read(data)


def streams(body: Body) -> bool:
    """Raises BadBody."""
    return flag(body, "stream")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One wire format, in both directions."""

    name: str
    path: str  # where callers find it; Google's ends in a model and a method
    headers: frozenset[bytes]  # that cross from caller to provider
    id_header: bytes  # where its clients look for a request's id
    operation: str = "chat"  # what is asked for, in the words of offers
    takes: Literal["json"] = "json"
    estimated: bool = True  # sizes say roughly how much was used, if the provider does not
    read: Callable[[bytes, bytes], Body] = read_json  # told the content type, which is the door's to judge
    streams: Callable[[Body], bool] = streams  # whether the answer will be a stream
    check: Callable[[Body], None]
    labels: Callable[[Body], dict[str, str]]  # of ours, in the body
    without_labels: Callable[[Body], None]
    state: Callable[[Body], tuple[str, ...]]  # ids of what only one provider has, and the request goes on from
    target: Callable[[str, str, bool], str]  # a provider's path, the model's name there, whether it streams
    usage_asked: Callable[[Body], bool]
    limit: Callable[[Body], int | None]  # how many tokens may be generated, if it says so
    limited: Callable[[Body, int], Body]  # a body that says so
    outline: Callable[[Body], Outline]
    needs: Callable[[Body], Needs]
    prepare: Callable[[Body, str, Iterable[str]], bytes]  # body, the model's name there, quirks
    told: Callable[[bytes], Told]  # what a whole answer says of its cost
    stream: Callable[[bool], StreamReader]  # told whether the caller asked for usage
    error: Callable[[Fault, str], bytes]  # a body; told the request's id
    is_error: Callable[[bytes], bool]  # whether its clients could read this body as one
    broken: Callable[[Fault, str], bytes]  # the same as the last event of a stream
    wants_limit: bool  # a request must say how many tokens may be generated
    sends: Mapping[bytes, bytes]  # headers that its services want, for who comes from another dialect
    asked: Asks
    answered: Answers
    hears: Callable[[], Hears]
    tells: Callable[[bool], Tells]  # told whether the caller asked for usage


def as_it_is(path: str, model: str, stream: bool) -> str:
    """The path of a dialect whose requests name the model in their body."""
    return path


def with_model(path: str, model: str, stream: bool) -> str:
    return path + gemini_request.target(model, stream)


CHAT = Dialect(
    name="chat",
    path=chat_request.PATH,
    headers=chat_request.HEADERS,
    id_header=b"x-request-id",
    check=chat_request.check,
    labels=labels,
    without_labels=without_labels,
    state=state(within=("messages",)),
    target=as_it_is,
    usage_asked=chat_request.usage_asked,
    limit=chat_request.limit,
    limited=chat_request.limited,
    outline=chat_outlined.outline,
    needs=chat_outlined.needs,
    prepare=chat_request.prepare,
    told=chat_answer.told,
    stream=chat_stream.ChatStream,
    error=faults.chat_error,
    is_error=faults.is_chat_error,
    broken=chat_stream.broken,
    wants_limit=False,
    sends={},
    asked=chat_asked,
    answered=chat_answered,
    hears=chat_heard.Reader,
    tells=chat_told.Writer,
)

MESSAGES = Dialect(
    name="messages",
    path=messages_request.PATH,
    headers=messages_request.HEADERS,
    id_header=b"request-id",
    check=messages_request.check,
    labels=labels,
    without_labels=without_labels,
    state=state("container", within=("messages", "system")),
    target=as_it_is,
    usage_asked=messages_request.usage_asked,
    limit=messages_request.limit,
    limited=messages_request.limited,
    outline=messages_outlined.outline,
    needs=messages_outlined.needs,
    prepare=messages_request.prepare,
    told=messages_answer.told,
    stream=messages_stream.MessagesStream,
    error=faults.messages_error,
    is_error=faults.is_messages_error,
    broken=messages_stream.broken,
    wants_limit=True,
    sends={b"anthropic-version": b"2023-06-01"},
    asked=messages_asked,
    answered=messages_answered,
    hears=messages_heard.Reader,
    tells=messages_told.Writer,
)

RESPONSES = Dialect(
    name="responses",
    path=responses_request.PATH,
    headers=responses_request.HEADERS,
    id_header=b"x-request-id",
    check=responses_request.check,
    labels=labels,
    without_labels=without_labels,
    state=state("previous_response_id", "conversation", "prompt", within=("input", "tools")),
    target=as_it_is,
    usage_asked=responses_request.usage_asked,
    limit=responses_request.limit,
    limited=responses_request.limited,
    outline=responses_outlined.outline,
    needs=responses_outlined.needs,
    prepare=responses_request.prepare,
    told=responses_answer.told,
    stream=responses_stream.ResponsesStream,
    error=faults.chat_error,
    is_error=faults.is_chat_error,
    broken=responses_stream.broken,
    wants_limit=False,
    sends={},
    asked=responses_asked,
    answered=responses_answered,
    hears=responses_heard.Reader,
    tells=responses_told.Writer,
)

GEMINI = Dialect(
    name="gemini",
    path=gemini_request.PATHS[0],
    headers=gemini_request.HEADERS,
    id_header=b"x-request-id",
    check=gemini_request.check,
    labels=gemini_request.labels,
    without_labels=gemini_request.without_labels,
    state=state("cachedContent", "cached_content"),
    target=with_model,
    usage_asked=gemini_request.usage_asked,
    limit=gemini_request.limit,
    limited=gemini_request.limited,
    outline=gemini_outlined.outline,
    needs=gemini_outlined.needs,
    prepare=gemini_request.prepare,
    told=gemini_answer.told,
    stream=gemini_stream.GeminiStream,
    error=gemini_faults.gemini_error,
    is_error=gemini_faults.is_gemini_error,
    broken=gemini_stream.broken,
    wants_limit=False,
    sends={},
    asked=gemini_asked,
    answered=gemini_answered,
    hears=gemini_heard.Reader,
    tells=gemini_told.Writer,
)

DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (CHAT, MESSAGES, RESPONSES, GEMINI)}
BY_PATH: Mapping[str, Dialect] = {dialect.path: dialect for dialect in DIALECTS.values()}
