"""Who could serve a task: each need a row, and the first that an offer does not meet is the reason why it cannot.

What is not known is no yes, and is told apart from a no: it is what somebody could find out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from halfopen.advisor.able import complies
from halfopen.advisor.pair import difference, parity_of
from halfopen.advisor.quality import Quality
from halfopen.advisor.table import Seat
from halfopen.apps.tables.view import View
from halfopen.costs.workload import Task
from halfopen.documents import nearest

Reason = str  # empty: it can
Need = Callable[[Seat, Task, View], Reason]


def why_not(seat: Seat, task: Task, view: View) -> Reason:
    """Why an offer cannot serve a task, in a few words; empty where it can. Raises ValueError for unknown words."""
    return next(lacks(seat, task, view), "")


def lacks(seat: Seat, task: Task, view: View) -> Iterator[Reason]:
    """Everything for which an offer cannot serve a task. Raises ValueError for unknown words."""
    return (why for need in NEEDS if (why := need(seat, task, view)))


def _stands(seat: Seat, task: Task, view: View) -> Reason:
    return "is sold no longer" if seat.gone else ""


def _answers(seat: Seat, task: Task, view: View) -> Reason:
    return "" if "chat" in seat.offer.operations else "is no model that answers"


def _stays(seat: Seat, task: Task, view: View) -> Reason:
    if task.zone is None:
        return ""
    if task.zone not in view.zones:
        known = ", ".join(view.zones) or "none, because no halfopen.yaml draws any"
        raise ValueError(f"task {task.name}: there is no zone `{task.zone}`; there is {known}")
    reach = view.zones[: view.zones.index(task.zone) + 1]
    return "" if seat.zone in reach else f"is outside the zone {task.zone}"


def _reads(seat: Seat, task: Task, view: View) -> Reason:
    model = view.catalog.models[seat.offer.model]
    lacking = [each for each in task.modalities if each not in model.modalities]
    return f"does not read {', '.join(lacking)}" if lacking else ""


def _calls(seat: Seat, task: Task, view: View) -> Reason:
    return _can("tools", view.catalog.models[seat.offer.model].tools) if task.tools else ""


def _reasons(seat: Seat, task: Task, view: View) -> Reason:
    return _can("reasoning", view.catalog.models[seat.offer.model].reasoning) if task.reasoning else ""


def _can(what: str, known: bool | None) -> Reason:
    return "" if known else f"has no {what}" if known is False else f"nobody knows whether it has {what}"


def _holds(seat: Seat, task: Task, view: View) -> Reason:
    if task.context is None:
        return ""
    known = seat.offer.context or view.catalog.models[seat.offer.model].context
    if known is None:
        return "nobody knows its context"
    return "" if known >= task.context else f"holds fewer than {task.context:,} tokens"


def _speaks(seat: Seat, task: Task, view: View) -> Reason:
    known = view.catalog.models[seat.offer.model].languages
    if not task.languages or all(each in known for each in task.languages):
        return ""
    return f"does not speak {', '.join(task.languages)}" if known else "nobody knows its languages"


def _complies(seat: Seat, task: Task, view: View) -> Reason:
    for topic in task.compliance:
        said = complies(seat.provider, topic)
        if said != "yes":
            return f"{topic}: {said or 'not known'}"
    return ""


def _good_enough(seat: Seat, task: Task, view: View) -> Reason:
    floor = task.quality
    if floor is None:
        return ""
    if floor.good_enough:
        return (
            ""
            if seat.offer.model in [view.named(name)[0] for name in floor.good_enough]
            else "is not said to be enough"
        )
    rated = view.rated(task.category)
    found = rated.get(seat.offer.model)
    if found is None:
        return "is unrated"
    if floor.rating is not None and found.score < floor.rating:
        return f"is rated below {floor.rating}"
    return _on_par(found, rated, task, view)


def _on_par(found: Quality, rated: Mapping[str, Quality], task: Task, view: View) -> Reason:
    floor = task.quality
    if floor is None or floor.parity_of is None:
        return ""
    reference = rated.get(view.named(floor.parity_of)[0])
    if reference is None:
        raise ValueError(f"task {task.name}: {floor.parity_of} is not rated in {task.category}")
    parity = parity_of(difference(found, reference)).value
    return "" if parity >= float(floor.at_least) else f"has less than {floor.at_least} % parity with {floor.parity_of}"


NEEDS: tuple[Need, ...] = (
    _stands, _answers, _stays, _reads, _calls, _reasons, _holds, _speaks, _complies, _good_enough
)  # fmt: skip


def checked(task: Task, view: View) -> None:
    """Raises ValueError for a word in a task that no row of the catalog has."""
    modalities = {each for model in view.catalog.models.values() for each in model.modalities}
    for word in task.modalities:
        if word not in modalities:
            near = nearest(word, modalities)
            hint = f"; did you mean `{near}`?" if near else f"; there are {', '.join(sorted(modalities))}"
            raise ValueError(f"task {task.name}: there is no modality `{word}`{hint}")
    view.rated(task.category)
