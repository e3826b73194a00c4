"""What a task needs of an offer: each need a row, and the first that an offer does not meet is why it cannot serve.

What is not known is no yes, and is told apart from a no: it is what somebody could find out. What a provider gives on
request is a yes where the team has signed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from halfopen.advisor.able import BARS, EU, WANTED, complied, stated
from halfopen.advisor.pair import difference, parity_of
from halfopen.advisor.quality import Quality
from halfopen.advisor.table import ALLOWANCES, Seat
from halfopen.advisor.view import View
from halfopen.catalog.provider import Topic
from halfopen.costs.workload import Floor, Task, Team
from halfopen.documents import nearest

Reason = str  # empty: it can
ANYBODY = Team()


class Lack(NamedTuple):
    """A clause of the task that an offer does not meet, by the row of NEEDS, and why in a few words."""

    clause: str
    why: Reason


class Asked(NamedTuple):
    """A task of a team, seen on a day."""

    task: Task
    view: View
    team: Team = ANYBODY


Need = Callable[[Seat, Asked], Reason]


def why_not(seat: Seat, task: Task, view: View, team: Team = ANYBODY) -> Reason:
    """Why an offer cannot serve a task, in a few words; empty where it can. Raises ValueError for unknown words."""
    return next((lack.why for lack in lacks(seat, Asked(task, view, team))), "")


def lacks(seat: Seat, asked: Asked, needs: Mapping[str, Need] | None = None) -> Iterator[Lack]:
    """Everything for which an offer cannot serve a task. Raises ValueError for unknown words."""
    rows = (NEEDS if needs is None else needs).items()
    return (Lack(clause, why) for clause, need in rows if (why := need(seat, asked)))


def _stands(seat: Seat, asked: Asked) -> Reason:
    return "is sold no longer" if seat.gone else ""


def _answers(seat: Seat, asked: Asked) -> Reason:
    return "" if "chat" in seat.offer.operations else "is no model that answers"


def _stays(seat: Seat, asked: Asked) -> Reason:
    task, view = asked.task, asked.view
    if task.zone is None:
        return ""
    return "" if seat.zone in reach(task, view) else f"is outside the zone {task.zone}"


def reach(task: Task, view: View) -> tuple[str, ...]:
    """The zones that a task's requests may be in. Raises ValueError for a zone that nobody drew."""
    if task.zone is None:
        return view.zones
    if task.zone not in view.zones:
        known = ", ".join(view.zones) or "none, because no halfopen.yaml draws any"
        raise ValueError(f"task {task.name}: there is no zone `{task.zone}`; there is {known}")
    return view.zones[: view.zones.index(task.zone) + 1]


def _resides(seat: Seat, asked: Asked) -> Reason:
    """By the countries that are told, or by what the provider says of residency where it can be chosen."""
    allowed = asked.task.residency
    if not allowed or seat.hosting == "self_hosted":
        return ""
    told = f"is not known to stay in {', '.join(allowed)}"
    for kind, countries in _countries(seat).items():
        if countries and not all(_within(each, allowed) for each in countries):
            return f"is {kind} in {', '.join(countries)}"
    if seat.offer.countries or seat.provider.countries:
        return ""
    said = stated(seat, asked.view.catalog.models[seat.offer.model], "residency_inference")
    if any(row.value == "yes" or _within(row.value, allowed) for row in said):
        return ""
    if any(row.applies and row.value == "no" for row in said):
        return f"{told}: {said[0].endpoint}"
    if _signed(seat, asked, "residency_inference"):
        return ""
    return f"{told}: on request" if any(row.value.startswith("on_request") for row in said) else told


def _countries(seat: Seat) -> Mapping[str, tuple[str, ...]]:
    return {
        "processed": seat.offer.countries or seat.provider.countries or (),
        "kept": seat.offer.storage or seat.provider.storage or (),
    }


def _within(place: str, allowed: tuple[str, ...]) -> bool:
    return place in allowed or ("EU" in allowed and place in EU)


def _reads(seat: Seat, asked: Asked) -> Reason:
    model = asked.view.catalog.models[seat.offer.model]
    lacking = [each for each in asked.task.modalities if each not in model.modalities]
    return f"does not read {', '.join(lacking)}" if lacking else ""


def _calls(seat: Seat, asked: Asked) -> Reason:
    return _can("tools", asked.view.catalog.models[seat.offer.model].tools) if asked.task.tools else ""


def _reasons(seat: Seat, asked: Asked) -> Reason:
    return _can("reasoning", asked.view.catalog.models[seat.offer.model].reasoning) if asked.task.reasoning else ""


def _can(what: str, known: bool | None) -> Reason:
    return "" if known else f"has no {what}" if known is False else f"nobody knows whether it has {what}"


def _holds(seat: Seat, asked: Asked) -> Reason:
    if asked.task.context is None:
        return ""
    known = seat.offer.context or asked.view.catalog.models[seat.offer.model].context
    if known is None:
        return "nobody knows its context"
    return "" if known >= asked.task.context else f"holds fewer than {asked.task.context:,} tokens"


def _speaks(seat: Seat, asked: Asked) -> Reason:
    languages, known = asked.task.languages, asked.view.catalog.models[seat.offer.model].languages
    if not languages or all(each in known for each in languages):
        return ""
    return f"does not speak {', '.join(languages)}" if known else ""  # hardly any row says: a risk, and no no


def _complies(seat: Seat, asked: Asked) -> Reason:
    """What is required of a provider is kept on machines of one's own by whoever owns them."""
    if seat.hosting == "self_hosted":
        return ""
    for topic in asked.task.compliance:
        said, wanted = complied(seat, asked.view.catalog.models[seat.offer.model], topic), WANTED.get(topic, "yes")
        if said == wanted or (said in (None, "on request") and _signed(seat, asked, topic)):
            continue
        return f"{topic}: {said or 'not known'}"
    return ""


def _signed(seat: Seat, asked: Asked, topic: Topic) -> bool:
    return topic in asked.team.agreements.get(seat.provider.name, ())


def _licensed(seat: Seat, asked: Asked) -> Reason:
    """Of closed weights the licence is the provider's terms, which forbid none of what is asked for here."""
    model = asked.view.catalog.models[seat.offer.model]
    if not asked.task.licence or model.weights == "closed":
        return ""
    if model.forbids is None:
        return "nobody knows what its licence forbids"
    barred = next((bar for word in asked.task.licence for bar in ALLOWANCES[word] if bar in model.forbids), None)
    return BARS[barred] if barred else ""


def _good_enough(seat: Seat, asked: Asked) -> Reason:
    return enough(seat.offer.model, asked.task.quality, asked)


def enough(model: str, floor: Floor | None, asked: Asked) -> Reason:
    """Why a model is not good enough for a task. Raises ValueError for a reference that is not rated."""
    if floor is None:
        return ""
    if floor.good_enough:
        known = [asked.view.named(name)[0] for name in floor.good_enough]
        return "" if model in known else "is not said to be enough"
    rated = asked.view.rated(asked.task.category)
    found = rated.get(model)
    if found is None:
        return "is unrated"
    if floor.rating is not None and found.score < floor.rating:
        return f"is rated below {floor.rating}"
    return _on_par(found, floor, rated, asked)


def _on_par(found: Quality, floor: Floor, rated: Mapping[str, Quality], asked: Asked) -> Reason:
    if floor.parity_of is None:
        return ""
    reference = rated.get(asked.view.named(floor.parity_of)[0])
    if reference is None:
        raise ValueError(f"task {asked.task.name}: {floor.parity_of} is not rated in {asked.task.category}")
    parity = parity_of(difference(found, reference)).value
    return "" if parity >= float(floor.at_least) else f"has less than {floor.at_least} % parity with {floor.parity_of}"


NEEDS: Mapping[str, Need] = {
    "sold": _stands,
    "answers": _answers,
    "zone": _stays,
    "residency": _resides,
    "modalities": _reads,
    "tools": _calls,
    "reasoning": _reasons,
    "context": _holds,
    "languages": _speaks,
    "compliance": _complies,
    "licence": _licensed,
    "quality": _good_enough,
}


def checked(task: Task, view: View) -> None:
    """Raises ValueError for a word in a task that no row of the catalog has."""
    modalities = {each for model in view.catalog.models.values() for each in model.modalities}
    for what, words, known in (("modality", task.modalities, modalities), ("licence", task.licence, ALLOWANCES)):
        for word in words:
            if word not in known:
                near = nearest(word, known)
                hint = f"; did you mean `{near}`?" if near else f"; there are {', '.join(sorted(known))}"
                raise ValueError(f"task {task.name}: there is no {what} `{word}`{hint}")
    view.rated(task.category)
