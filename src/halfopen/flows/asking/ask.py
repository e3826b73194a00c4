"""A request as it came in, read as far as the flows need it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from halfopen.access.key import Key
from halfopen.conversation.outline import NOTHING
from halfopen.errors import BadBody
from halfopen.flows.asking.bound import bound, labelled
from halfopen.flows.asking.bringing import SEARCHES, runs_by_itself
from halfopen.flows.asking.labels import with_headers
from halfopen.flows.spending.throttle import Pass
from halfopen.policy.aim import wanted
from halfopen.policy.rules import PREFIX, Policy
from halfopen.policy.world import Ask
from halfopen.ports.upstream import Headers
from halfopen.recognize.facts import facts
from halfopen.wire import body as bodies
from halfopen.wire.body import Body
from halfopen.wire.called import Called, Spoken
from halfopen.wire.sight import PREAMBLE
from halfopen.wire.table import Dialect

LONGEST = 256  # characters of a model's name or of a label; the ledger keeps them
PROBABLY, USUAL = 4, 1000  # bytes a token, and tokens of an answer without a limit: what limits take at first
BYTES_A_TOKEN = 5  # plain English has 4.7, so that this rather counts too few
FEWEST = 4096  # tokens; who has fewer is not told from who has none
LANES = PREFIX.rstrip("/")
ESCAPE = b"\\u"  # six bytes that stand for one character, or for half of one


class Asked(NamedTuple):
    """`headers` are only those that may cross to a provider; `size` is the body's, in bytes."""

    id: str
    dialect: Spoken
    body: Body
    size: int
    headers: Headers
    ask: Ask
    labels: Mapping[str, str]
    state: tuple[str, ...] = ()  # ids of what only one provider has, and the request goes on from
    holder: Key | None = None  # whose key was shown
    began: float = 0.0  # ticks
    at_most: int | None = None  # tokens of the prompt; None where its bytes bound nothing
    admitted: Pass | None = None  # by the limits of its key and its team, if they have any
    searches: int = 0  # that the provider may make by itself, at most
    pieces: int = 1  # pictures, or calls, of what is no conversation

    @property
    def about(self) -> int:
        """Tokens that it probably needs, in and out: what limits take until it is known."""
        out = self.dialect.limit(self.body)
        return self.size // PROBABLY + (USUAL if out is None else out)

    @property
    def key(self) -> str:
        """The name of the key."""
        return self.holder.name if self.holder else ""

    def crossing(self, spoken: Spoken) -> Headers:
        """The headers that a service of that dialect is told: the caller's, and those that it cannot do without."""
        typed: Headers = () if spoken.takes == "form" else ((b"content-type", b"application/json"),)
        if spoken is self.dialect:
            return (*self.headers, *typed)
        both = [(name, value) for name, value in self.headers if name in spoken.headers]
        said = {name for name, _ in both}
        return (*both, *[(name, value) for name, value in spoken.sends.items() if name not in said], *typed)

    def facts(self, policy: Policy) -> Mapping[str, str]:
        """What has to be recognized before it can be decided: of most requests nothing. Raises BadBody."""
        ask = self.ask
        if not ask.lane and not ask.name.startswith(LANES) and ask.name not in policy.aliases:
            return {}  # it names a model, which decides
        names = wanted(self.ask, policy)
        return facts(names, self.dialect.outline(self.body)) if names and isinstance(self.dialect, Dialect) else {}


def read(
    id: str, called: Called, data: bytes, headers: Mapping[bytes, bytes], began: float, holder: Key | None = None
) -> Asked:
    """Raises BadBody with the field that is wrong."""
    dialect, body = called.dialect, called.dialect.read(data, headers.get(b"content-type", b""))
    name = called.model or bodies.text(body, "model")
    if not name:
        raise BadBody("`model` is missing. Name a lane (`halfopen/realtime`), a model or an offer (`model@provider`).")
    dialect.check(body)
    labels = with_headers(dialect.labels(body), headers)
    labels = labelled(labels, name, holder)
    for field, value in (("model", name), *labels.items()):
        if len(value) > LONGEST:
            raise BadBody(f"`{field}` has {len(value):,} characters; names and labels have at most {LONGEST}.")
    needs, tokens, most = _needs(dialect, body, data) if isinstance(dialect, Dialect) else (NOTHING, 0, len(data))
    runs = isinstance(dialect, Dialect) and runs_by_itself(body)
    ask = Ask(
        name=name,
        dialect=dialect.name,
        stream=dialect.streams(body) if called.stream is None else called.stream,
        operation=dialect.operation,
        lane=labels.get("lane", "").removeprefix("halfopen/"),
        zone=labels.get("zone", ""),
        task=labels.get("task", ""),
        needs=needs,
        tokens=tokens,
    )
    crossing = tuple((header, value) for header, value in headers.items() if header in dialect.headers)
    return Asked(
        id=id,
        dialect=dialect,
        body=body,
        size=len(data),
        headers=crossing,
        ask=bound(ask, holder),
        labels=labels,
        state=dialect.state(body) if isinstance(dialect, Dialect) else (),
        holder=holder,
        began=began,
        at_most=None if runs or most is None else max(most, len(data) + PREAMBLE),
        searches=SEARCHES if runs else 0,
        pieces=max(1, bodies.count(body, "n") or 1),
    )


def _needs(dialect: Dialect, body: Body, data: bytes) -> tuple[frozenset[str], int, int | None]:
    """What the model must be able to do, and how many tokens the prompt has at least and at most. Raises BadBody."""
    needs = dialect.needs(body)
    if needs.text < FEWEST * BYTES_A_TOKEN:
        return needs.abilities, 0, needs.tokens
    escapes = data.count(ESCAPE) if b"\\" in data else 0
    return needs.abilities, rounded((needs.text - 6 * escapes) // BYTES_A_TOKEN), needs.tokens


def rounded(tokens: int) -> int:
    """Down to two binary digits, as 4096, 6144, 8192, 12288, and to 0 below the fewest.

    Down, since an offer whose context is too small for this is refused: wrongly refused is worse than a refusal by the
    provider, which counts better than we do. To few digits, since equal asks share a decision.
    """
    if tokens < FEWEST:
        return 0
    least = tokens.bit_length() - 2
    return tokens >> least << least
