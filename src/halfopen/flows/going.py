"""Which dialect an offer is asked in, and the request as it is sent there."""

from __future__ import annotations

from halfopen.flows.asking.ask import Asked
from halfopen.flows.setup import Destination
from halfopen.policy.world import Candidate
from halfopen.wire.called import Spoken
from halfopen.wire.table import DIALECTS
from halfopen.wire.way import Going, Sent, Way, way


def going(asked: Asked, step: Candidate, destination: Destination) -> tuple[Way, Sent]:
    """Raises BadBody for what the offer's dialect cannot say; another offer's may."""
    taken = way(asked.dialect, spoken(asked.dialect, step, destination))
    told = Going(model=step.served_as, stream=asked.ask.stream, most=step.max_output, quirks=destination.quirks)
    return taken, taken.sent(asked.body, told)


def spoken(dialect: Spoken, step: Candidate, destination: Destination) -> Spoken:
    """The caller's own where the offer has it, so that bytes pass; else the first that its provider names."""
    if dialect.name in destination.targets and dialect.name in step.dialects:
        return dialect
    return next(DIALECTS[name] for name in destination.targets if name in step.dialects and name in DIALECTS)
