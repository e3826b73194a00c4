"""The breakers of all offers, the health that decisions read, and how fast each offer has been."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from halfopen.limits.breaker import Breaker, Rules, State, admit, failed, succeeded
from halfopen.policy.world import Health

LATELY = 300.0  # seconds that a measured time is believed
MEMORY = 0.2  # the weight of the newest time to first token in the running mean


@dataclass(slots=True)
class Wards:
    """Keeps the values; what becomes of them is arithmetic in `limits.breaker`. Times are ticks, in seconds."""

    rules: Rules = Rules()
    breakers: dict[str, Breaker] = field(default_factory=dict)
    first_ms: dict[str, float] = field(default_factory=dict)
    timed_at: dict[str, float] = field(default_factory=dict)
    _health: Health = Health()
    _stale_at: float = float("inf")

    def health(self, now: float) -> Health:
        """Which offers are resting. Its version changes whenever the answer may have."""
        if now >= self._stale_at:
            left = {
                offer: breaker.until - now
                for offer, breaker in self.breakers.items()
                if breaker.state is not State.CLOSED and breaker.until > now
            }
            self._health = Health(self._health.version + 1, left)
            self._stale_at = now + min(left.values(), default=float("inf"))
        elif self._health.resting:  # the same offers, with the seconds that are left to them now
            left = {offer: self.breakers[offer].until - now for offer in self._health.resting}
            self._health = Health(self._health.version, left)
        return self._health

    def admit(self, offer: str, now: float) -> int | None:
        """A ticket for one call, or None while the offer rests."""
        return self._take(offer, *admit(self._of(offer), self.rules, now))

    def went_well(self, offer: str, ticket: int) -> None:
        self._take(offer, succeeded(self._of(offer), ticket))

    def timed(self, offer: str, first_ms: float, now: float) -> None:
        """A stream's first bytes came after so many milliseconds."""
        known = self.first_ms.get(offer, first_ms)
        self.first_ms[offer] = known + MEMORY * (first_ms - known)
        self.timed_at[offer] = now

    def pace(self, now: float) -> dict[str, float]:
        """Milliseconds to a stream's first bytes, by offer, as measured lately: a slow offer is tried again."""
        return {offer: ms for offer, ms in self.first_ms.items() if now - self.timed_at[offer] < LATELY}

    def was_spared(self, offer: str, ticket: int) -> None:
        """The call ended for a reason that says the offer is up: its breaker takes it as a success."""
        self._take(offer, succeeded(self._of(offer), ticket))

    def went_badly(self, offer: str, ticket: int, now: float, rest: float | None) -> None:
        self._take(offer, failed(self._of(offer), ticket, self.rules, now, rest))

    def forgive(self, offers: Iterable[str]) -> None:
        """These are known to be well again, by other means than a call."""
        for offer in offers:
            if offer in self.breakers:
                self._take(offer, Breaker(turn=self.breakers[offer].turn + 1))

    def _of(self, offer: str) -> Breaker:
        return self.breakers.get(offer) or Breaker()

    def _take(self, offer: str, breaker: Breaker, ticket: int | None = None) -> int | None:
        before = self.breakers.get(offer)
        if breaker is not before:
            self.breakers[offer] = breaker
            if (before.turn if before else 0) != breaker.turn:
                self._stale_at = float("-inf")
        return ticket
