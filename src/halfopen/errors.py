"""Every fault as one tree: whose it is, whether another try may help, and which HTTP status says so.

    Fault
     +- CallerFault                     the caller can mend it                   4xx, never retried
     |   +- BadBody 400                 not JSON, or not the shape of the dialect
     |   +- AmbiguousModel 400          a name that could be several models
     |   +- NoOfferFits 400             known, but no offer can serve it as asked
     |   +- SecretInUrl 400             a key where logs and histories would keep it
     |   +- NoKey 401                   the key is missing or wrong
     |   +- ZoneClosed 403              nothing inside the zone could ever serve it
     |   +- ForeignOrigin 403           a web page that is not on the list
    |   +- NotAllowed 403              the key is known and not for this: its role, its lanes, its models
    |   +- RateLimited 429             more requests or tokens a minute, or at once, than a key or team may have
    |   +- BudgetSpent 429             what it may cost does not fit into a budget; says which, and when it renews
     |   +- UnknownModel 404            no model, offer or alias of that name
     |   +- UnknownLane 404             no lane of that name
     |   +- EmptyLane 404               a lane without a single offer
     |   +- Retired 404                 retired at every host; names the successor
     |   +- UnknownPath 404 · WrongMethod 405
     |   +- SlowSender 408              the body did not arrive in time
     |   +- TooLarge 413 · TooManyHeaders 431
     |   +- WrongMediaType 415          the body is not application/json
     |   +- ForeignHost 421             a Host we do not listen on
     |   +- CallerGone 499              hung up; nobody reads the answer
     +- UpstreamFault                   the provider's                           5xx
     |   +- ConnectFailed 502           refused, unreachable, no such name, bad certificate
     |   +- ConnectTimeout 504
     |   +- FirstByteTimeout 504        connected, then silent
     |   +- Stalled 504                 silent between two bytes of an answer
     |   +- TotalTimeout 504            still talking when its time was over
     |   +- Truncated 502               the answer ended before its end
     |   +- BrokenProtocol 502          not HTTP/1.1, or not the dialect it should be
     |   +- Overloaded 429              its 429 or 529: come back later
     |   +- ServerError 502             its other 5xx, and a 402 or 403: it will not serve this, and says why
     |   +- KeyRejected 502             its 401: our key, not the caller's
     |   +- ModelGone 502               its 404: it does not serve that name (any more)
     |   +- TooLong 400                 the prompt does not fit into its context; another's may be larger
    |   +- Refused 400                 its other 4xx: the request itself; passed on as it came, with its status
     +- GatewayFault                    ours
         +- NotReady 503                every offer lacks a key or an address
         +- Resting 503                 every offer that could is resting after failures
         +- Stopping 503                the gateway stops and cannot wait for the answer any longer
         +- LedgerFull 503              the ledger cannot be written, so nothing may be spent
         +- Unexpected 500              a defect of halfopen

A fault carries no framework and no secret. Its message quotes what was found and says what to do next.
What follows a fault (the next offer, once more, stop) is a table in `limits.retry`.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Whose = Literal["caller", "upstream", "gateway"]


class Fault(Exception):
    """Something that ends a request or an attempt; `retry_after` is in seconds."""

    whose: ClassVar[Whose] = "gateway"
    status: int = 500

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        body: bytes | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status or type(self).status  # Refused has its provider's own
        self.message = message
        self.retry_after = retry_after
        self.body = body  # a provider's own words, to be passed on untouched

    @property
    def code(self) -> str:
        """The leaf's name as written in bodies, ledger and metrics: `UnknownLane` is `unknown_lane`."""
        return code_of(type(self))


def code_of(leaf: type[Fault]) -> str:
    """`UnknownLane` -> `unknown_lane`."""
    name = leaf.__name__
    return "".join("_" + c.lower() if c.isupper() and i else c.lower() for i, c in enumerate(name))


class CallerFault(Fault):
    whose = "caller"
    status = 400


class BadBody(CallerFault): ...


class AmbiguousModel(CallerFault): ...


class NoOfferFits(CallerFault): ...


class SecretInUrl(CallerFault): ...


class NoKey(CallerFault):
    status = 401


class ZoneClosed(CallerFault):
    status = 403


class ForeignOrigin(CallerFault):
    status = 403


class NotAllowed(CallerFault):
    status = 403


class UnknownModel(CallerFault):
    status = 404


class UnknownLane(CallerFault):
    status = 404


class EmptyLane(CallerFault):
    status = 404


class Retired(CallerFault):
    status = 404


class UnknownPath(CallerFault):
    status = 404


class WrongMethod(CallerFault):
    status = 405


class SlowSender(CallerFault):
    status = 408


class TooLarge(CallerFault):
    status = 413


class WrongMediaType(CallerFault):
    status = 415


class ForeignHost(CallerFault):
    status = 421


class TooManyHeaders(CallerFault):
    status = 431


class CallerGone(CallerFault):
    status = 499


class BudgetSpent(CallerFault):
    status = 429


class RateLimited(CallerFault):
    status = 429


class UpstreamFault(Fault):
    whose = "upstream"
    status = 502


class ConnectFailed(UpstreamFault): ...


class ConnectTimeout(UpstreamFault):
    status = 504


class FirstByteTimeout(UpstreamFault):
    status = 504


class Stalled(UpstreamFault):
    status = 504


class TotalTimeout(UpstreamFault):
    status = 504


class Truncated(UpstreamFault): ...


class BrokenProtocol(UpstreamFault): ...


class Overloaded(UpstreamFault):
    status = 429


class ServerError(UpstreamFault): ...


class KeyRejected(UpstreamFault): ...


class ModelGone(UpstreamFault): ...


class Refused(UpstreamFault):
    status = 400


class TooLong(UpstreamFault):
    status = 400


class GatewayFault(Fault): ...


class NotReady(GatewayFault):
    status = 503


class Resting(GatewayFault):
    status = 503


class Stopping(GatewayFault):
    status = 503


class LedgerFull(GatewayFault):
    status = 503


class Unexpected(GatewayFault): ...
