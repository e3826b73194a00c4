"""What a model can do and may be used for: yes, no or not known, a row each, so that two can be held together.

What a provider gives on request only is no yes: who asks may be told no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from halfopen.advisor.caveats import doubt
from halfopen.advisor.table import Row, Seat
from halfopen.catalog.model import FORBIDS, Model
from halfopen.catalog.provider import Applies, Compliance, Provider

MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = frozenset(MEMBERS.split())  # ISO 3166
Says = Literal["yes", "on request", "no"]
WORDS: Mapping[str, Says | None] = {  # how a value begins, the first that fits
    "not confirmed": None,
    "on_request": "on request",
    "yes": "yes",
    "type": "yes",
    "by default": "yes",
    "no": "no",
}
AGREED = {"hipaa_baa": "a HIPAA agreement", "zero_retention": "zero retention"}  # what is told of each offer's provider
ON_REQUEST = {topic: f"can be had with {what} on request" for topic, what in AGREED.items()}
BARS = {barred: f"has a licence that forbids {what}" for barred, what in FORBIDS.items()}
NO_BAR = "has a licence that forbids none of what is asked of licences here"
ASIDE = frozenset((NO_BAR, *BARS.values(), *ON_REQUEST.values()))  # another row says it where these are not known

PLURAL = {"image": "images", "pdf": "PDFs"}

BETTER: tuple[Says, ...] = ("yes", "on request")
WANTED: Mapping[str, Says] = {"training_on_customer_data": "no"}  # where to comply is to say no

Known = bool | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What only the first can or may, what only the second, and what is known of one of them alone."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    unknown: tuple[str, ...]


def differences(one: Row, other: Row) -> Difference:
    """What each can and may do that the other cannot. What is not known is never taken for a no."""
    first, second, unknown = list[str](), list[str](), list[str]()
    ours, theirs = abilities(one), abilities(other)
    for what in dict.fromkeys([*ours, *theirs]):
        mine, yours = ours.get(what, False), theirs.get(what, False)
        if mine is yours:
            continue
        if mine and yours is False:
            first.append(what)
        elif yours and mine is False:
            second.append(what)
        elif None in (mine, yours) and not (what in ASIDE and False in (mine, yours)):
            unknown.append(f"{what} (not known of {(one if mine is None else other).model.title})")
    return Difference(tuple(first), tuple(second), tuple(unknown))


def abilities(row: Row) -> Mapping[str, Known]:
    """Everything that is said of a model and its living offers, by what it can or may do."""
    living = [seat for seat in row.seats if not seat.gone]
    return {
        **{f"reads {PLURAL.get(each, each)}": True for each in row.model.modalities},
        **{f"produces {PLURAL.get(each, each)}": True for each in row.model.produces},
        "calls tools": row.model.tools,
        "reasons before it answers": row.model.reasoning,
        **dict(_licensed(row.model)),
        **dict(_offered(row, living)),
    }


def _licensed(model: Model) -> Iterator[tuple[str, Known]]:
    """Of closed models it is the terms of service that forbid; of those the catalog knows nothing as yet."""
    is_open = model.weights == "open"
    yield "runs on your own machines, and its weights stay", None if doubt(model) else is_open
    yield NO_BAR, None if model.forbids is None else not model.forbids
    for barred, what in BARS.items():
        yield what, None if model.forbids is None else barred in model.forbids


def _offered(row: Row, living: Sequence[Seat]) -> Iterator[tuple[str, Known]]:
    """An offer that says nothing leaves it open, unless another says yes."""
    lines = [line for seat in living for line in seat.offer.prices[-1:]]
    yield "is sold in batch", any(service.name == "batch" for line in lines for service in line.services)
    yield "is sold with cheaper cached prompts", any(line.cached_read is not None for line in lines)
    yield "is answered in the EU", _some(_in_the_eu(seat) for seat in living)
    for topic, what in AGREED.items():
        said = best_said((complied(seat, row.model, topic) for seat in living), topic)
        yield f"can be had with {what}", None if said is None else said == "yes"
        yield ON_REQUEST[topic], None if said is None else said == "on request"
    yield "is sold by more than one host", len({seat.provider.name for seat in living}) > 1


def _some(answers: Iterator[Known]) -> Known:
    known = set(answers)
    return True if True in known else None if None in known or not known else False


def _in_the_eu(seat: Seat) -> Known:
    where = seat.offer.countries or seat.provider.countries
    return bool(set(where) & EU) if where else None


def complies(provider: Provider, topic: str) -> Says | None:
    """What a provider says of a topic, the best of its plans and endpoints; None if nobody knows.

    Of two that say yes and on request of one plan and endpoint the second counts; other differences are a conflict,
    and decide nothing.
    """
    return _best([row for row in provider.compliance if row.topic == topic])


def everywhere(provider: Provider, topic: str) -> Says | None:
    """Yes if some plan or endpoint says so, no only if all of them do; None if nobody knows."""
    return best_said(_by_plan(row for row in provider.compliance if row.topic == topic))


def complied(seat: Seat, model: Model, topic: str) -> Says | None:
    """The same of one offer: what is said of such offers counts, and where it is told what of others is not."""
    return _best(stated(seat, model, topic))


def stated(seat: Seat, model: Model, topic: str) -> list[Compliance]:
    """The statements on a topic that are about an offer; those that name it alone, where there are any."""
    rows = [row for row in seat.provider.compliance if row.topic == topic and _about(row.applies, seat, model)]
    return [row for row in rows if row.applies is not None] or rows


def _about(applies: Applies | None, seat: Seat, model: Model) -> bool:
    return applies is None or (
        (not applies.labs or model.lab in applies.labs)
        and (not applies.models or model.name in applies.models)
        and applies.weights in (None, model.weights)
        and (not applies.served_as or seat.offer.served_as.startswith(applies.served_as))
        and (not applies.services or seat.service in applies.services)
    )


def _best(rows: Iterable[Compliance]) -> Says | None:
    said = list(rows)
    return best_said(_by_plan(said), said[0].topic if said else "")


def _by_plan(rows: Iterable[Compliance]) -> list[Says | None]:
    said: dict[tuple[str, str], set[Says | None]] = {}
    for row in rows:
        said.setdefault((row.plan, row.endpoint), set()).add(_read(row.value))
    return [_agreed(answers) for answers in said.values()]


def _agreed(answers: set[Says | None]) -> Says | None:
    if answers == set(BETTER):
        return "on request"
    return next(iter(answers)) if len(answers) == 1 else None


def best_said(answers: Iterable[Says | None], topic: str = "") -> Says | None:
    """What one wants to hear if one of them says it, else on request if one of them does; the rest only if all do."""
    known, wanted = set(answers), WANTED.get(topic, "yes")
    best: tuple[Says, ...] = (wanted, "on request")
    found = next((each for each in best if each in known), None)
    return found or (None if None in known or not known else "no" if wanted == "yes" else "yes")


def _read(value: str) -> Says | None:
    word = value.casefold()
    return next((says for begins, says in WORDS.items() if word.startswith(begins)), None)
