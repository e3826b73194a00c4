"""The arguments for open models: data that stays, fine-tuning, no limits, no expiry, strength in a field."""

from __future__ import annotations

from halfopen.advisor.claims.claim import Claim, Evidence, Finding, Verdict
from halfopen.advisor.claims.planner import at_scale
from halfopen.advisor.pair import difference, parity_of
from halfopen.advisor.table import Seat
from halfopen.catalog.model import FORBIDS, Model

GROUP = "For open"
COMPETITIVE = 85.0  # per cent of parity
CHALLENGER, REFERENCE, FIELD = "deepseek-r1", "o1", "mathematics"


def _open(evidence: Evidence) -> list[Model]:
    return [model for model in evidence.catalog.models.values() if model.weights == "open"]


def data_stays(evidence: Evidence) -> Finding:
    every = _open(evidence)
    addressed = [model for model in every if model.weights_url]
    sizes = [model.parameters for model in every if model.parameters is not None]
    numbers = [
        f"{len(every)} models have open weights; the catalog knows where {len(addressed)} of them can be fetched."
    ]
    if unseen := [model.title for model in every if evidence.doubtful(model.name)]:
        numbers.append(f"Of {len(unseen)} of them that is recalled or disputed: {', '.join(unseen)}.")
    if sizes:
        numbers.append(f"The smallest has {min(sizes):g} billion parameters, the largest {max(sizes):g}.")
    numbers.append("Bought from a host, what is sent leaves the house as it does with a closed model.")
    decides = "True on machines of one's own, in zone `home`; with a host it is a matter of its terms."
    return Finding("true" if every else "undecided", tuple(numbers), decides)


def tuning(evidence: Evidence) -> Finding:
    every = _open(evidence)
    read = [model for model in every if model.forbids is not None]
    free = sum(not model.forbids for model in read)
    barred = sum("commercial_use" in (model.forbids or ()) for model in read)
    named = sum(model.forbids is None and model.licence is not None for model in every)
    allowed = (
        f"Of {len(every)} open models {free} have a licence that is known to let anybody use what was tuned; {barred} "
        f"forbid {FORBIDS['commercial_use']}, {len(read) - free - barred} something else, and of "
        f"{len(every) - len(read)} the terms are not known ({named} have a licence of which the catalog knows the name "
        "alone)."
    )
    numbers = (allowed, "What closed providers let one tune is not in the catalog.")
    verdict: Verdict = "partly" if free else "undecided"
    return Finding(verdict, numbers, "A list of the closed models that can be tuned, with what that costs.")


def no_limits(evidence: Evidence) -> Finding:
    hosted = [seat for model in _open(evidence) for seat in evidence.living(model.name) if seat.hosting == "hosted"]
    stated = {seat.provider.title for seat in hosted if seat.offer.limits}
    names = ", ".join(sorted(stated))
    with_limits = sum(bool(seat.offer.limits) for seat in hosted)
    hosts = f"Of {len(hosted)} offers of open models by hosts {with_limits} have limits that the catalog has seen"
    numbers = (
        f"{hosts}{f' ({names})' if stated else '; of the others nothing is known'}.",
        "On machines of one's own the limit is what they can carry.",
    )
    verdict: Verdict = "partly" if stated else "undecided"
    return Finding(verdict, numbers, "True for machines of one's own; false wherever a host states a limit.")


def no_expiry(evidence: Evidence) -> Finding:
    numbers = []
    dropped: dict[str, int] = {}
    for weights, said in (("open", "open"), ("closed", "closed")):
        every = [m for m in evidence.catalog.models.values() if m.weights == weights]
        seats = [seat for model in every for seat in evidence.seats.get(model.name, ())]
        gone = [seat for seat in seats if seat.gone and not seat.unseen]
        coming = [seat for seat in seats if seat.offer.retires and not seat.gone]
        dropped[weights] = len(gone)
        nowhere = [m for m in every if evidence.seats.get(m.name) and not evidence.living(m.name)]
        numbers.append(
            f"Of {len(seats)} offers of {said} models {len(gone)} have retired and {len(coming)} have a date; "
            f"{len(nowhere)} {said} models are seen at no host in this catalog any more{_titles(nowhere)}."
        )
        numbers += [_unseen(said, unseen)] if (unseen := [seat for seat in seats if seat.unseen]) else []
    numbers.append(
        "Open weights stay with whoever has them; of a closed model nothing is left to others when its maker ends it."
    )
    verdict: Verdict = "true" if dropped["open"] else "partly" if any(evidence.seats.values()) else "undecided"
    return Finding(verdict, tuple(numbers), "False if a licence of weights that were published could be taken back.")


def _titles(models: list[Model]) -> str:
    return f" ({', '.join(model.title for model in models)})" if models else ""


def _unseen(said: str, seats: list[Seat]) -> str:
    """Retired they are not, as far as anybody says; sold they may not be either."""
    told = ", ".join(f"{seat.offer.id} since {seat.unseen}" for seat in seats)
    return (
        f"{len(seats)} more offers of {said} models stand in lists without a date, and were not seen since their maker "
        f"ended the model: {told}."
    )


def domain_strength(evidence: Evidence) -> Finding:
    rated = evidence.rated(FIELD)
    ours, theirs = rated.get(CHALLENGER), rated.get(REFERENCE)
    decides = f"A parity of both in {FIELD} whose interval lies above {COMPETITIVE:.0f} %, or below it."
    if ours is None or theirs is None or "estimated" in (ours.basis, theirs.basis):
        return Finding("undecided", (f"No board of the catalog rates both in {FIELD}.",), decides)
    gap, parity = difference(ours, theirs), parity_of(difference(ours, theirs))
    told = (
        f"In {FIELD}: {evidence.tell(ours)} against {evidence.tell(theirs)}, {gap.value:+.0f} Elo ({gap.low:+.0f} to "
        f"{gap.high:+.0f}), a parity of {parity.value:.0f} % ({parity.low:.0f} to {parity.high:.0f})."
    )
    numbers = (told, *_still(evidence))
    verdict: Verdict = "true" if parity.low >= COMPETITIVE else "false" if parity.high < COMPETITIVE else "undecided"
    return Finding(verdict, numbers, decides, ours.day)


def _still(evidence: Evidence) -> list[str]:
    gone = [evidence.title(each) for each in (CHALLENGER, REFERENCE) if not evidence.living(each)]
    return [f"No host in this catalog is seen to sell {' or '.join(gone)} any more."] if gone else []


CLAIMS = (
    Claim("data-stays", GROUP, "With open models your data stays with you", data_stays),
    Claim("cost-at-scale", GROUP, "At scale open models cost less", at_scale),
    Claim("fine-tuning", GROUP, "Open models can be fine-tuned, closed ones cannot", tuning),
    Claim("no-rate-limits", GROUP, "Open models have no rate limits", no_limits),
    Claim("weights-do-not-expire", GROUP, "Open weights do not expire, though hosts drop them", no_expiry),
    Claim("r1-mathematics", GROUP, "DeepSeek R1 is competitive with o1 in mathematics", domain_strength),
)
