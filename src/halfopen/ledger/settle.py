"""What was used by an attempt, and who says so: the provider, or an estimate where it may charge and did not tell."""

from __future__ import annotations

from collections.abc import Mapping

from halfopen import errors
from halfopen.errors import Fault
from halfopen.ledger.entry import UsageFrom

# Faults after which a provider may charge for what it did, though nobody learned how much.
MAY_COST = (
    errors.FirstByteTimeout,
    errors.Stalled,
    errors.TotalTimeout,
    errors.Truncated,
    errors.BrokenProtocol,
    errors.CallerGone,
    errors.Stopping,
)
BYTES_A_TOKEN = 3  # English prose takes about four, so an estimate is rather high; it is no bound


def estimate(request_bytes: int, pieces: int) -> Mapping[str, int]:
    """What was probably used when the caller hung up before the provider told; to be kept as `estimated`.

    `pieces` is how many events with content were relayed: providers send about a token in each.
    """
    return {"input": -(-request_bytes // BYTES_A_TOKEN), "output": pieces}


def counts(
    usage: Mapping[str, int] | None,
    fault: Fault | None,
    size: int,
    pieces: int,
    status: int = 200,
    unseen: int | None = 0,
    measured: bool = True,
    guess: Mapping[str, int] | None = None,
) -> tuple[Mapping[str, int], UsageFrom]:
    """What was used, and who says so: the provider, or an estimate where it may charge and did not tell.

    `unseen` is how many tokens may have been generated at most without being handed over, None if nobody can say:
    then the estimate has no `output`, which is not an output of zero. Where sizes measure nothing, as those of
    recordings, what the provider did not tell is `unknown`. `guess` was counted, and is better than sizes.
    """
    if usage and "output" in usage and "input" in usage and fault is None:
        return usage, "provider"
    if not measured and (fault is None or isinstance(fault, MAY_COST)):
        return usage or {}, "unknown"
    if fault is None or pieces or (isinstance(fault, MAY_COST) and not _was_no_answer(fault, status)):
        found, told = guess or estimate(size, pieces), usage or {}
        seen = max(found["output"], told.get("output", 0))
        known = {**found, **told, "output": max(seen, unseen or 0)}
        if unseen is None:
            del known["output"]
        return known, "estimated"
    return {}, "none"


def _was_no_answer(fault: Fault, status: int) -> bool:
    """A redirect or an empty success: told whole, and nothing was done for it. 0 is no status at all."""
    return isinstance(fault, errors.BrokenProtocol) and status not in (0, 200)
