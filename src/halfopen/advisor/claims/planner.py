"""The claims that the planner judges, loaded when they are asked for: numpy need not be waited for by the others."""

from __future__ import annotations

from halfopen.advisor.claims.claim import Evidence, Finding


def self_hosting(evidence: Evidence) -> Finding:
    """Whether machines are five times cheaper above 500 million tokens a month."""
    from halfopen.advisor.claims import owning

    return owning.self_hosting(evidence)


def at_scale(evidence: Evidence) -> Finding:
    """Whether machines are cheaper at any volume."""
    from halfopen.advisor.claims import owning

    return owning.at_scale(evidence)
