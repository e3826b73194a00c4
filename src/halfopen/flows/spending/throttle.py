"""Who may go now: so many requests and tokens a minute and so many requests at once, for keys, teams and offers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from halfopen.errors import RateLimited
from halfopen.limits.bucket import WORDS, Bucket, Limits, refilled, taken, wait

Whose = tuple[str, str]  # what it is, and its name: a key, a team, an offer, a provider
SOON = 1.0  # seconds until one of those that run may have ended


@dataclass(slots=True)
class Pass:
    """One request that was let in: how many tokens it was taken to need, and how many it did use."""

    limits: list[tuple[Whose, Limits]]
    taken: int
    used: int = 0


@dataclass(slots=True)
class Throttle:
    """`limits` are those of teams, offers and providers; a key brings its own. Times are ticks, in seconds."""

    limits: Mapping[Whose, Limits] = field(default_factory=dict)
    closed: dict[str, float] = field(default_factory=dict)  # offers with nothing left, by their provider's word
    running: Counter[Whose] = field(default_factory=Counter)
    _buckets: dict[tuple[Whose, str], Bucket] = field(default_factory=dict)

    def of(self, *whose: Whose) -> list[tuple[Whose, Limits]]:
        """Those of them that have limits."""
        return [(each, found) for each in whose if (found := self.limits.get(each)) is not None]

    def admit(self, limits: list[tuple[Whose, Limits]], tokens: int, now: float) -> Pass:
        """Lets one request in. Raises RateLimited, and then nothing is taken."""
        if (found := self.lacking(limits, tokens, now)) is not None:
            (whose, limit, kind), seconds = found
            of = "Your key" if whose[0] == "key" else " ".join(whose).capitalize()
            raise RateLimited(
                f"{of} may have {getattr(limit, kind):,} {WORDS[kind]}. Try again in {seconds:.1f} s.",
                retry_after=seconds,
            )
        return self.take(limits, tokens, now)

    def lacking(
        self, limits: Iterable[tuple[Whose, Limits]], tokens: int, now: float
    ) -> tuple[tuple[Whose, Limits, str], float] | None:
        """The limit that takes longest until there is room, and how long; None where there is room."""
        found = [pair for whose, limit in limits for pair in self._lacking(whose, limit, tokens, now)]
        return max(found, key=lambda pair: pair[1], default=None)

    def _lacking(
        self, whose: Whose, limit: Limits, tokens: int, now: float
    ) -> Iterator[tuple[tuple[Whose, Limits, str], float]]:
        if limit.at_once is not None and self.running[whose] >= limit.at_once:
            yield (whose, limit, "at_once"), SOON
        for kind, amount in (("requests", 1), ("tokens", tokens)):
            most = getattr(limit, kind)
            if most is not None and (seconds := wait(self._bucket(whose, kind, most, now), most, amount)) > 0:
                yield (whose, limit, kind), seconds

    def take(self, limits: list[tuple[Whose, Limits]], tokens: int, now: float) -> Pass:
        """One request of so many tokens."""
        for whose, limit in limits:
            self.running[whose] += 1
            for kind, amount in (("requests", 1), ("tokens", tokens)):
                if (most := getattr(limit, kind)) is not None:
                    self._buckets[whose, kind] = taken(self._bucket(whose, kind, most, now), amount)
        return Pass(limits, tokens)

    def give_back(self, admitted: Pass, now: float) -> None:
        """The request has ended: its place is free, and its tokens are those that it used. Once."""
        limits, admitted.limits = admitted.limits, []
        for whose, limit in limits:
            self.running[whose] -= 1
            if limit.tokens is not None:
                bucket = self._bucket(whose, "tokens", limit.tokens, now)
                self._buckets[whose, "tokens"] = taken(bucket, admitted.used - admitted.taken)

    def closes(self, offer: str, until: float) -> None:
        """Its provider says that it has nothing left until then."""
        self.closed[offer] = until

    def shut(self, offer: str, now: float) -> float:
        """Seconds until the provider's word is over; 0 if it has something left."""
        until = self.closed.get(offer)
        if until is None:
            return 0.0
        if until <= now:
            del self.closed[offer]
        return max(0.0, until - now)

    def _bucket(self, whose: Whose, kind: str, most: int, now: float) -> Bucket:
        return refilled(self._buckets.get((whose, kind)), most, now)
