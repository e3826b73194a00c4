"""The hot routes: from a request's bytes to the answer's, as plain ASGI."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence

from halfopen.apps.serve.doors import Doors, Receive, Scope, Send
from halfopen.conversation.loss import Loss
from halfopen.errors import BudgetSpent, CallerGone, Fault, NotReady, Stopping, WrongMethod
from halfopen.flows.answer import Whole, answer
from halfopen.flows.asking import ask
from halfopen.flows.attempt import Attempt
from halfopen.flows.elsewhere.kept import Question, fetched
from halfopen.flows.house import House
from halfopen.flows.leaving import why
from halfopen.flows.pump import Relay
from halfopen.limits.bucket import Limits
from halfopen.money import amount
from halfopen.ports.upstream import Headers
from halfopen.wire.called import Called, Spoken
from halfopen.wire.faults import OWN_WORDS
from halfopen.wire.table import CHAT, GEMINI, MESSAGES, RESPONSES, Dialect

FAREWELL_SECONDS = 1.0  # that a caller has to read its stream's last event in when the server stops
MOST_DROPPED = 16  # paths in a header; the ledger keeps them all
NO_LIMITS = Limits()
KEPT_AT = b"/v1/responses/"
KEPT = frozenset((("GET", ""), ("DELETE", ""), ("GET", "input_items"), ("POST", "cancel")))
UPSTREAM = b"x-halfopen-upstream"  # the provider's id of the request: the caller's own client reads ours
PASSED_ON = {b"content-type": b"content-type", b"x-request-id": UPSTREAM, b"request-id": UPSTREAM}

_unfit = re.compile(r"[^\x21-\x2b\x2d-\x7e]")  # in a header's list: what is not visible ASCII, and the comma


class Inference:
    """What answers the paths that a dialect's requests come to; `Gateway` calls it."""

    def __init__(self, house: House, doors: Doors) -> None:
        self._house = house
        self._doors = doors

    async def __call__(self, called: Called, scope: Scope, receive: Receive, send: Send) -> None:
        house, dialect, id = self._house, called.dialect, self._house.new_id()
        began, status = house.clock.ticks(), 500
        try:
            headers, holder = self._doors.enter(scope)
            if scope["method"] != "POST":
                raise WrongMethod(f"{scope['path']} is called with POST, not {scope['method']}.")
            called.check_query(scope["query_string"])
            data = await self._doors.body(headers, receive, dialect.takes)
            asked = admitted(ask.read(id, called, data, headers, began, holder), house)
            try:
                status = await self._answered(asked, receive, send)
            finally:
                if asked.admitted is not None:
                    house.throttle.give_back(asked.admitted, house.clock.ticks())
        except CallerGone:
            status = 499  # its attempt is in the ledger; there is nobody to tell
        except Fault as fault:
            status = await refuse(fault, dialect, id, send)
        finally:
            house.meter.answered(dialect.name, status, house.clock.ticks() - began)

    async def _answered(self, asked: ask.Asked, receive: Receive, send: Send) -> int:
        """Sends the answer. A caller who hangs up cancels the work, and so does a server that stops.

        Raises Fault while nothing was sent.
        """
        work = asyncio.current_task()
        assert work is not None
        watch = asyncio.get_running_loop().create_task(_watch(receive, work))
        given: Whole | Relay | None = None
        try:
            given = await answer(asked, self._house)
            await (_whole(given, send) if isinstance(given, Whole) else _stream(given, send))
        except asyncio.CancelledError as cancelled:
            fault = why(cancelled)
            if not watch.done() and not isinstance(fault, Stopping):
                raise  # the loop itself is closing
            work.uncancel()
            if given is None or not given.over:
                raise fault from None
        finally:
            watch.cancel()
        await given.close()
        return 200


def admitted(asked: ask.Asked, house: House) -> ask.Asked:
    """The request, let in by the limits of its key and its team. Raises RateLimited."""
    holder = asked.holder
    if holder is None:
        return asked
    limits = house.throttle.of(("team", holder.team)) if holder.team else []
    if holder.limits != NO_LIMITS:
        limits.append((("key", holder.name), holder.limits))
    if not limits:
        return asked
    return asked._replace(admitted=house.throttle.admit(limits, asked.about, house.clock.ticks()))


async def kept(path: str, scope: Scope, house: House, doors: Doors, send: Send) -> None:
    """An answer that a provider keeps: `GET /v1/responses/{id}` and its kind."""
    id, status = house.new_id(), 500
    began = house.clock.ticks()
    try:
        headers, holder = doors.enter(scope)
        named, slash, rest = path.partition("/")
        if (scope["method"], rest) not in KEPT:
            raise WrongMethod(f"{scope['path']} is not called with {scope['method']}.")
        query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        crossing = tuple((name, value) for name, value in headers.items() if name in RESPONSES.headers)
        asked = Question(named, scope["method"], f"{slash}{rest}{query}", holder, crossing)
        entry, body = await fetched(asked, house)
        said = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), *ids(RESPONSES, id)]
        said.append((b"x-halfopen-offer", entry.offer.encode()))
        await send({"type": "http.response.start", "status": 200, "headers": said})
        await send({"type": "http.response.body", "body": body})
        status = 200
    except Fault as fault:
        status = await refuse(fault, RESPONSES, id, send)
    finally:
        house.meter.answered(RESPONSES.name, status, house.clock.ticks() - began)


async def _watch(receive: Receive, work: asyncio.Task[object]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    work.cancel()


async def _whole(given: Whole, send: Send) -> None:
    entry = given.entry
    cost = "unpriced" if entry.cost is None else f"{amount(entry.cost):f} {entry.currency}".strip()
    usage = ",".join(f"{kind}={count}" for kind, count in entry.usage.items())
    headers = (
        *headers_of(given.attempt, given.headers),
        (b"x-halfopen-cost", (f"{cost} estimated" if entry.usage_from == "estimated" else cost).encode()),
        (b"x-halfopen-usage", usage.encode()),
        (b"x-halfopen-attempts", b"%d" % entry.attempt),
        (b"content-length", b"%d" % len(given.body)),
    )
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": given.body})


async def _stream(relay: Relay, send: Send) -> None:
    asked = relay.attempt.asked
    try:
        await send({"type": "http.response.start", "status": 200, "headers": headers_of(relay.attempt, relay.headers)})
        while not relay.over:
            data = await relay.read()
            await send({"type": "http.response.body", "body": data, "more_body": not relay.over})
    except asyncio.CancelledError as cancelled:
        relay.abandon(fault := why(cancelled))
        if not isinstance(fault, Stopping):
            raise
        await _farewell(relay, fault, send)
    except Fault as fault:  # no row could be written, so no end is told
        await send({"type": "http.response.body", "body": asked.dialect.broken(fault, asked.id)})


async def _farewell(relay: Relay, fault: Stopping, send: Send) -> None:
    """The end of a stream that the server cannot wait for: an error event. Raises CallerGone if nobody reads it."""
    if (work := asyncio.current_task()) is not None:
        work.uncancel()
    asked = relay.attempt.asked
    try:
        async with asyncio.timeout(FAREWELL_SECONDS):
            await send({"type": "http.response.body", "body": asked.dialect.broken(fault, asked.id)})
    except TimeoutError:
        raise CallerGone("The caller did not read on.") from None


def headers_of(attempt: Attempt, provider: Headers) -> Headers:
    """What every answer says of where it came from."""
    decision, step, asked = attempt.decided.decision, attempt.step, attempt.asked
    lost, warns = (*attempt.sent.lost, *attempt.lost), attempt.hold.warns if attempt.hold else ""
    return (
        *[(PASSED_ON[name], value) for name, value in provider if name in PASSED_ON],
        *ids(asked.dialect, asked.id),
        (b"x-halfopen-lane", decision.lane.encode()),
        (b"x-halfopen-offer", step.id.encode()),
        (b"x-halfopen-zone", step.zone.encode()),
        (b"x-halfopen-reason", decision.reason.encode("ascii", "replace")),
        *(((b"x-halfopen-simulated", b"true"),) if step.simulated else ()),
        *(((b"x-halfopen-dropped", _dropped(lost)),) if lost else ()),
        *(((b"x-halfopen-budget", warns.encode("ascii", "replace")),) if warns else ()),
    )


def _dropped(lost: Sequence[Loss]) -> bytes:
    """The paths of what a crossing could not carry, each once, as far as a header may be long."""
    paths = list(dict.fromkeys(_unfit.sub("_", loss.path[:80]) for loss in lost))
    more = [f"and {len(paths) - MOST_DROPPED} more"] if len(paths) > MOST_DROPPED else []
    return ", ".join([*paths[:MOST_DROPPED], *more]).encode()


def ids(dialect: Spoken, id: str) -> Headers:
    """The request's id, under our name and where the dialect's clients look for it."""
    said = id.encode()
    return (b"x-halfopen-request", said), (dialect.id_header, said)


async def refuse(fault: Fault, dialect: Spoken, id: str, send: Send) -> int:
    """Tells a fault in the caller's dialect. Answers with the status.

    A provider's own refusal passes as it came if the caller's client can read it: a page of HTML it could not.
    """
    own = fault.body if isinstance(fault, OWN_WORDS) and fault.body and dialect.is_error(fault.body) else None
    body = own or dialect.error(fault, id)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        *ids(dialect, id),
    ]
    if fault.retry_after is not None:
        headers.append((b"retry-after", b"%d" % max(1, -(-fault.retry_after // 1))))
    if isinstance(fault, NotReady) or (isinstance(fault, BudgetSpent) and fault.retry_after is None):
        headers.append((b"x-should-retry", b"false"))  # waiting seconds gives nobody a key, and no money
    await send({"type": "http.response.start", "status": fault.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return fault.status


def dialect_for(headers: Mapping[bytes, bytes]) -> Dialect:
    """The dialect of errors on paths that belong to none: Anthropic's and Google's clients say who they are."""
    if b"anthropic-version" in headers:
        return MESSAGES
    return GEMINI if b"x-goog-api-client" in headers else CHAT
