"""What is known and what is not: terms of licences, what providers give on request, and who sells a model still."""

from __future__ import annotations

from datetime import date
from typing import Any

from halfopen.advisor.able import BARS, NO_BAR
from halfopen.advisor.pair import pair
from halfopen.advisor.table import ALLOWANCES, Row
from halfopen.catalog.provider import Compliance
from halfopen.catalog.snapshot import Catalog, catalog
from halfopen.catalog.source import Source
from tests.advisor.test_claims import numbers, verdicts
from tests.advisor.test_table import names, row, shop, shown
from tests.advisor.worlds import DAY, SEEN, line, model, offer, provider, whole
from tests.catalog.shelf import shipped


def test_a_licence_allows_what_it_is_known_to_and_a_name_alone_allows_nothing() -> None:
    free = whole([model("free", forbids=()), model("named", licence="Its Own")])
    for allowance in ALLOWANCES:
        assert names(shown(free, allows=(allowance,))) == ["free"]


def test_what_may_not_be_used_commercially_may_not_be_sold_as_a_service_either() -> None:
    assert names(shown(shop(), allows=("hosting",))) == ["llama"]
    assert names(shown(shop(), allows=("large",))) == ["llama"]


def test_terms_are_written_only_for_licences_whose_text_everybody_knows() -> None:
    known = {model.licence for model in shipped().models.values() if model.forbids == ()}
    assert known == {"MIT", "Apache-2.0"}
    named = {model.licence for model in shipped().models.values() if model.forbids is None}
    assert not named & known
    assert {"Modified MIT", "Kimi K3", "proprietary"} <= named


LIST = Source(name="genai-prices 0.2.3", checked=DAY)
ENDED: dict[str, Any] = {"retires": date(2026, 6, 15), "successor": "next"}


def ended(*sources: Source, **more: Any) -> Catalog:
    """A closed model that its lab ended in June, and that a reseller has by these sources."""
    return whole(
        [model("old", weights="closed"), model("next", weights="closed")],
        [
            offer("old", "lab", **ENDED),
            offer("old", "reseller", sources=sources, prices=(line("1", "1", source=LIST),), **more),
            offer("next", "lab"),
        ],
        providers=[provider("lab", title="A Lab")],
    )


def test_when_its_maker_has_ended_a_model_a_list_without_days_does_not_show_that_a_reseller_sells_it() -> None:
    found = shown(ended(LIST))
    assert names(found) == ["next"]
    assert found.gone == 1
    (old,) = (row for row in shown(ended(LIST), gone=True).rows if row.model.name == "old")
    assert {seat.provider.name: seat.unseen for seat in old.seats} == {"lab": None, "reseller": date(2026, 6, 15)}
    assert old.dollars is None
    page = Source(name="https://reseller.test/models", checked=date(2026, 6, 14))
    assert names(shown(ended(page))) == ["next"]  # seen before the end


def test_a_reseller_that_was_seen_after_the_end_or_has_an_end_of_its_own_sells_it_still() -> None:
    page = Source(name="https://reseller.test/models", checked=date(2026, 6, 16))
    assert "old" in names(shown(ended(LIST, page)))
    assert "old" in names(shown(ended(LIST, retires=date(2027, 1, 1), successor="next")))


def test_while_its_maker_sells_a_model_anywhere_a_list_is_enough() -> None:
    there = ended(LIST)
    more = [*there.offers.values(), offer("old", "cloud")]
    hosts = [*there.providers.values(), provider("cloud", operator="A Lab")]
    assert "old" in names(shown(catalog(there.models.values(), hosts, more)))


def test_what_a_licence_forbids_is_not_known_where_its_terms_are_not() -> None:
    barred, free, named = (
        row(name, None, forbids=f) for name, f in (("barred", ("hosting",)), ("free", ()), ("named", None))
    )
    assert pair(free, named).can.unknown == (f"{NO_BAR} (not known of Named)",)
    assert pair(free, barred).can.first == (NO_BAR,)
    assert pair(barred, free).can.first == (BARS["hosting"],)
    assert pair(barred, named).can.first == ()
    assert pair(barred, named).can.unknown == (f"{BARS['hosting']} (not known of Named)",)


def test_what_is_had_on_request_only_is_no_yes() -> None:
    def agreeing(value: str) -> Row:
        said = (Compliance(topic="hipaa_baa", value=value, source=SEEN),)
        there = whole([model("m")], [offer("m", "p")], providers=[provider("p", compliance=said)])
        return shown(there).rows[0]

    can = pair(agreeing("yes"), agreeing("on_request")).can
    assert (can.first, can.second) == (
        ("can be had with a HIPAA agreement",),
        ("can be had with a HIPAA agreement on request",),
    )
    assert pair(agreeing("yes"), agreeing("no")).can.first == ("can be had with a HIPAA agreement",)
    assert pair(agreeing("on_request"), agreeing("on_request")).can.first == ()


def test_what_may_be_tuned_is_known_only_where_the_terms_of_the_licence_are() -> None:
    there = whole(
        [
            model("free", forbids=()),
            model("barred", forbids=("commercial_use",)),
            model("large", forbids=("over_700m_users",)),
            model("named", licence="Its Own"),
            model("silent", licence=None),
        ]
    )
    said = numbers(there, "fine-tuning")
    assert "Of 5 open models 1 have a licence that is known to let anybody use what was tuned; 1 forbid" in said
    assert "1 something else, and of 2 the terms are not known (1 have a licence of which" in said
    assert verdicts(whole([model("named", licence="Its Own")]))["fine-tuning"] == "undecided"


def test_a_closed_model_that_its_maker_ended_is_not_sold_by_a_list() -> None:
    undated = Source(name="genai-prices 0.2.3", checked=DAY)
    there = whole(
        [model("o1", weights="closed"), model("next", weights="closed")],
        [
            offer("o1", "lab", retires=date(2026, 10, 23), successor="next"),
            offer("o1", "reseller", sources=(undated,), prices=(line("1", "1", source=undated),)),
        ],
        providers=[provider("lab", title="A Lab")],
    )
    said = numbers(there, "weights-do-not-expire")
    assert "Of 2 offers of closed models 1 have retired and 0 have a date; 1 closed models are seen at no host" in said
    assert "o1@reseller since 2026-10-23" in said
