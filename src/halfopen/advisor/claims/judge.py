"""Every claim there is, held against a catalog on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from halfopen.advisor.caveats import known_on, real
from halfopen.advisor.claims import best, closed, gap, opened, published
from halfopen.advisor.claims.claim import Claim, Evidence, Finding, Verdict
from halfopen.catalog.snapshot import Catalog

if TYPE_CHECKING:
    from halfopen.fleet.tables import Tables

CLAIMS: tuple[Claim, ...] = (*published.CLAIMS, *gap.CLAIMS, *closed.CLAIMS, *opened.CLAIMS, *best.CLAIMS)
MEANS: dict[Verdict, str] = {
    "true": "it holds by these numbers",
    "partly": "part of it holds",
    "false": "it does not hold",
    "undecided": "the data here cannot tell; what would is said",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with what was found of it; `seen` is the newest day of the facts behind it."""

    claim: Claim
    finding: Finding
    seen: date


def judged(
    whole: Catalog, day: date, claims: Iterable[Claim] = CLAIMS, tables: Tables | None = None
) -> tuple[Judged, ...]:
    """The verdicts, in the order of the claims, over what is no simulation and was there on the day."""
    evidence = Evidence(known_on(real(whole), day), day, tables)
    findings = ((claim, claim.judge(evidence)) for claim in claims)
    return tuple(Judged(claim, finding, finding.seen or day) for claim, finding in findings)
