"""What a model can do and may be used for: yes, no or not known, a row each, so that two can be held together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from halfopen.advisor.caveats import doubt
from halfopen.advisor.table import ALLOWANCES, Row, Seat
from halfopen.catalog.model import FORBIDS, Model
from halfopen.catalog.provider import Provider

MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = frozenset(MEMBERS.split())  # ISO 3166
YES = ("yes", "type", "on_request", "by default")  # how a value begins that says so, and one that does not
NO = ("no",)
UNSURE = ("not confirmed",)

PLURAL = {"image": "images", "pdf": "PDFs"}

Known = bool | None
Ability = Callable[[Row], Known]


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
        elif None in (mine, yours):
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
        **dict(_offered(living)),
    }


def _licensed(model: Model) -> Iterator[tuple[str, Known]]:
    """Closed models come with terms of service, which are another matter than a licence of weights."""
    is_open = model.weights == "open"
    yield "runs on your own machines, and its weights stay", None if doubt(model) else is_open
    if not is_open:
        return
    for barred in {each for group in ALLOWANCES.values() for each in group}:
        if barred in model.forbids:
            yield f"has a licence that forbids {FORBIDS[barred]}", True


def _offered(living: Sequence[Seat]) -> Iterator[tuple[str, Known]]:
    """An offer that says nothing leaves it open, unless another says yes."""
    lines = [line for seat in living for line in seat.offer.prices[-1:]]
    yield "is sold in batch", any(service.name == "batch" for line in lines for service in line.services)
    yield "is sold with cheaper cached prompts", any(line.cached_read is not None for line in lines)
    yield "is answered in the EU", _some(_in_the_eu(seat) for seat in living)
    yield "can be had with a HIPAA agreement", _some(complies(seat.provider, "hipaa_baa") for seat in living)
    yield "can be had with zero retention", _some(complies(seat.provider, "zero_retention") for seat in living)
    yield "is sold by more than one host", len({seat.provider.name for seat in living}) > 1


def _some(answers: Iterator[Known]) -> Known:
    known = set(answers)
    return True if True in known else None if None in known or not known else False


def _in_the_eu(seat: Seat) -> Known:
    where = seat.offer.countries or seat.provider.countries
    return bool(set(where) & EU) if where else None


def complies(provider: Provider, topic: str) -> Known:
    """What a provider says of a topic: yes if it does for some plan and endpoint; None if nobody knows.

    Two that say yes and no of one plan and endpoint are a conflict, and decide nothing.
    """
    said: dict[tuple[str, str], set[Known]] = {}
    for row in provider.compliance:
        if row.topic == topic:
            said.setdefault((row.plan, row.endpoint), set()).add(_read(row.value))
    return _some(answers.pop() if len(answers) == 1 else None for answers in said.values())


def _read(value: str) -> Known:
    word = value.casefold()
    if word.startswith(UNSURE):
        return None
    return True if word.startswith(YES) else False if word.startswith(NO) else None
