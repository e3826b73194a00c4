"""The arguments for closed models that are not about quality: no machines, compliance, senses, and time to start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from halfopen.advisor.able import Says, complies, everywhere
from halfopen.advisor.claims.claim import Claim, Evidence, Finding, Verdict, needs
from halfopen.advisor.table import Seat
from halfopen.catalog.model import Model, Weights

GROUP = "For closed"
TOPICS = {
    "hipaa_baa": "a HIPAA agreement",
    "soc2": "a SOC 2 report",
    "iso27001": "ISO 27001",
    "zero_retention": "zero retention",
}


def no_infrastructure(evidence: Evidence) -> Finding:
    sold = [model for model in evidence.catalog.models.values() if model.weights == "open" and _hosted(model, evidence)]
    hosts = {seat.provider.title for model in sold for seat in evidence.living(model.name) if seat.hosting == "hosted"}
    numbers = (f"{len(sold)} open models are sold over an API as well, by {len(hosts)} hosts.",)
    compared = any(_usable(evidence, "open")) and any(_usable(evidence, "closed"))
    verdict: Verdict = "partly" if sold else "true" if compared else "undecided"
    return Finding(verdict, numbers, needs(verdict, "open weights that can be had only on machines of one's own"))


def _hosted(model: Model, evidence: Evidence) -> bool:
    return any(seat.hosting == "hosted" for seat in evidence.living(model.name))


def agreement(topic: str, evidence: Evidence) -> Finding:
    """Who says that it can be had, among those who sell closed models and among those who sell open ones."""
    closed, opened = _sellers(evidence, "closed"), _sellers(evidence, "open")
    numbers = tuple(_said(topic, kind, rows) for kind, rows in (("closed", closed), ("open", opened)))
    decides = f"A statement on {TOPICS[topic]} from each host, with its plan and its day."
    return Finding(_verdict([_known(topic, rows) for rows in (closed, opened)]), numbers, decides)


def _sellers(evidence: Evidence, weights: Weights) -> dict[str, Seat]:
    return {
        seat.provider.name: seat
        for model in evidence.catalog.models.values()
        if model.weights == weights
        for seat in evidence.living(model.name)
        if seat.hosting != "self_hosted" and not seat.provider.simulated
    }


def _known(topic: str, rows: dict[str, Seat]) -> list[Says | None]:
    return [complies(seat.provider, topic) for seat in rows.values()]


def _said(topic: str, kind: str, rows: dict[str, Seat]) -> str:
    by_answer: dict[Says | None, list[str]] = {}
    for seat in rows.values():
        by_answer.setdefault(complies(seat.provider, topic), []).append(seat.provider.title)
    yes, asked = (by_answer.get(answer, []) for answer in ("yes", "on request"))
    return (
        f"Of {len(rows)} who sell {kind} models {len(yes)} say yes for some plan or endpoint{_listed(yes)}, "
        f"{len(asked)} on request{_listed(asked)} and {len(by_answer.get('no', []))} no; of "
        f"{len(by_answer.get(None, []))} it is not known."
    )


def _listed(names: list[str]) -> str:
    return f" ({', '.join(sorted(names))})" if names else ""


def _verdict(both: list[list[Says | None]]) -> Verdict:
    """What is given on request only settles nothing: it is neither had nor refused."""
    closed, opened = both
    if "yes" in closed and set(opened) & {"yes", "on request"}:
        return "partly"
    if "yes" in closed and set(opened) == {"no"}:
        return "true"
    if "yes" in opened and set(closed) == {"no"}:
        return "false"
    return "partly" if "on request" in closed else "undecided"


Sense = Callable[[Model], bool | None]
SENSES: dict[str, Sense] = {
    "read images": lambda model: "image" in model.modalities,
    "read audio": lambda model: "audio" in model.modalities,
    "call tools": lambda model: model.tools,
}


def senses(evidence: Evidence) -> Finding:
    numbers = []
    shares: list[tuple[float, float]] = []
    for what, has in SENSES.items():
        both = [_share(has, _usable(evidence, weights)) for weights in ("closed", "open")]
        (closed, known), (opened, told) = both
        numbers.append(
            f"{what}: {closed} of {known} closed models and {opened} of {told} open ones of which it is known."
        )
        if known and told:
            shares.append((closed / known, opened / told))
    more = [closed > opened for closed, opened in shares]
    none = bool(shares) and all(opened == 0 for _, opened in shares)
    verdict: Verdict = "undecided" if not shares else "true" if none else "partly" if any(more) else "false"
    decides = needs(verdict, "no open model that does any of it")
    return Finding(verdict, tuple(numbers), f"{decides} A rating of images and audio would say how well each does it.")


def _usable(evidence: Evidence, weights: Weights) -> list[Model]:
    models = evidence.catalog.models.values()
    return [model for model in models if model.weights == weights and evidence.to_be_had(model)]


def _share(has: Sense, models: Iterable[Model]) -> tuple[int, int]:
    known = [said for model in models if (said := has(model)) is not None]
    return sum(known), len(known)


def terms_on_data(evidence: Evidence) -> Finding:
    """Whether a provider says that it does not train on what customers send."""
    numbers, sure = [], []
    for weights in ("closed", "open"):
        rows = _sellers(evidence, weights)
        said = [everywhere(seat.provider, "training_on_customer_data") for seat in rows.values()]
        sure.append(said.count("no"))
        numbers.append(
            f"Of {len(rows)} who sell {weights} models {said.count('no')} say that they do not train on customers' "
            f"data, {len(rows) - said.count('no') - said.count(None)} that some plan does; of {said.count(None)} it is "
            "not known."
        )
    verdict: Verdict = "partly" if all(sure) else "undecided"
    return Finding(verdict, tuple(numbers), "The terms of each plan; with open weights at home there are none to read.")


def minutes(evidence: Evidence) -> Finding:
    hosted = sum(_hosted(model, evidence) for model in evidence.catalog.models.values() if model.weights == "open")
    numbers = (f"{hosted} open models need a key and no machine, like closed ones.",)
    decides = "A timed set-up of both on the same day, by the same people: the catalog holds no such times."
    return Finding("undecided", numbers, decides)


CLAIMS = (
    Claim("no-infrastructure", GROUP, "Closed models need no infrastructure, open ones do", no_infrastructure),
    *(
        Claim(f"closed-{topic.replace('_', '-')}", GROUP, f"Closed models come with {what}", partial(agreement, topic))
        for topic, what in TOPICS.items()
    ),
    Claim("closed-data-terms", GROUP, "Closed providers promise not to train on your data", terms_on_data),
    Claim("closed-senses", GROUP, "Only closed models have vision, audio and tools", senses),
    Claim("minutes-not-days", GROUP, "Closed models take minutes to start with, open ones days", minutes),
)
