"""What is amiss in a catalog on a day: each rule by a row that shows it, the exit status, and the rows that ship."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from halfopen.adapters.prices import table
from halfopen.catalog.check import SEVERITY, Matter, apart, check, lines_apart, status
from halfopen.catalog.price import PriceLine, Tariff, Tier, in_force
from halfopen.catalog.provider import Compliance
from halfopen.catalog.snapshot import Catalog, catalog
from halfopen.catalog.source import Disagreement, Source
from tests.catalog.shelf import DAY, MADE, SOURCES, model, offer, provider, shipped

ONE, TWO = Decimal(1), Decimal(2)
FRESH = SOURCES[0]
OLD = Source(name="an old page", checked=DAY - timedelta(days=61))


def line(**more: Any) -> PriceLine:
    row: dict[str, Any] = {"since": date(2026, 1, 1), "input": ONE, "output": TWO, "source": FRESH}
    return PriceLine(**row | more)


def world(**changed: Any) -> Catalog:
    places = {"Offer a@p": ("offers/p.yaml", 7)}
    return catalog([model("a"), model("b")], [provider("p")], [offer("a", "p", **changed)], places=places)


def found(whole: Catalog, **more: Any) -> list[tuple[str, str]]:
    matter: dict[str, Any] = {"whole": whole, "day": DAY, "quoted_by": "a table"}
    findings = check(Matter(**matter | more))
    return [(finding.rule, finding.says) for finding in findings]


def test_a_sound_catalog_of_fresh_prices_has_nothing_amiss() -> None:
    assert found(world(prices=(line(),))) == []
    assert status(check(Matter(whole=world(prices=(line(),)), day=DAY))) == 0


def test_a_fact_that_nobody_vouches_for_is_wrong_and_told_with_its_line() -> None:
    (one,) = check(Matter(whole=world(context=5, sources=(replace(FRESH, of=("also",)),)), day=DAY))[:1]
    assert (one.rule, one.severity, one.file, one.line) == ("unsourced", "wrong", "offers/p.yaml", 7)
    assert "a fact without a source" in one.says


def test_what_contradicts_is_wrong_too() -> None:
    (told,) = found(world(successor="c"))
    assert told == ("unsound", "successor: `c`, which is not in the catalog; expected one that is")


def test_a_source_of_a_day_to_come_is_wrong_and_one_of_the_day_itself_is_not() -> None:
    later = replace(FRESH, checked=DAY + timedelta(days=1))
    assert found(world(prices=(line(),))) == []
    slips = (
        {"prices": (line(source=later),)},
        {"sources": (FRESH, later)},
        {"prices": (line(services=(Tariff(name="batch", input=ONE, output=ONE, source=later),)),)},
        {"context": 5, "disagreements": (Disagreement(field="context", says="4", source=later),)},
    )
    for slip in slips:
        told = [says for rule, says in found(world(**slip)) if rule == "future"]
        assert [says.partition(": ")[2] for says in told] == [
            "checked `2026-11-25` (a test); expected 2026-11-24 or a day before"
        ]


@pytest.mark.parametrize(("age", "stale"), [(60, False), (61, True)])
def test_a_price_is_stale_when_nobody_looked_at_it_for_more_than_sixty_days(age: int, stale: bool) -> None:
    source = Source(name="a page", checked=DAY - timedelta(days=age))
    told = found(world(prices=(line(source=source),)))
    assert [rule for rule, _ in told] == (["stale"] if stale else [])
    assert not stale or "61 days ago" in told[0][1]


def test_only_the_newest_line_grows_old_and_what_has_retired_does_not() -> None:
    lines = (line(source=OLD), line(since=date(2026, 11, 1), input=TWO))
    assert found(world(prices=lines)) == []
    assert found(world(prices=(line(source=OLD),), retires=DAY, successor="b")) == []


def test_what_is_in_use_and_retired_is_wrong_and_what_nobody_uses_is_not() -> None:
    gone = world(retires=DAY, successor="b")
    assert found(gone) == []
    assert found(gone, used={"a@p": ("lane x",)}) == [
        ("retired", "retired on 2026-11-24, used by lane x; b comes after it")
    ]


@pytest.mark.parametrize(("days", "rule"), [(1, "retiring"), (90, "retiring"), (91, None)])
def test_what_is_in_use_and_retires_within_ninety_days_is_a_warning(days: int, rule: str | None) -> None:
    going = world(retires=DAY + timedelta(days=days), successor="b")
    told = check(Matter(whole=going, day=DAY, used={"a@p": ("lane x", "alias y")}))
    assert [one.rule for one in told] == ([rule] if rule else [])
    assert status(told) == (3 if rule else 0)
    assert not rule or f"in {days} days, used by lane x, alias y" in told[0].says


def test_what_retires_and_is_in_nobodys_use_is_only_noted() -> None:
    told = check(Matter(whole=world(retires=DAY + timedelta(days=5), successor="b"), day=DAY))
    assert [(one.rule, one.severity) for one in told] == [("retires", "note")]
    assert status(told) == 0


def test_a_price_within_one_per_cent_of_the_other_table_agrees() -> None:
    theirs = {"a@p": (line(input=Decimal("1.01"), since=date.min),)}
    assert found(world(prices=(line(),)), quoted=theirs) == []


def test_a_price_that_is_further_off_is_wrong_unless_the_line_says_why() -> None:
    theirs = {"a@p": (line(input=Decimal("1.02")),)}
    (told,) = found(world(prices=(line(),)), quoted=theirs)
    assert told == ("differs", "input 1 and not 1.02, as a table has it, and no `differs` says why")
    (told,) = found(world(prices=(line(differs="a contract"),)), quoted=theirs)
    assert told == ("deliberate", "input 1 and not 1.02, as a table has it: a contract")


def test_a_reason_that_is_no_longer_needed_is_noted() -> None:
    (told,) = found(world(prices=(line(differs="a contract"),)), quoted={"a@p": (line(),)})
    assert told[0] == "gap"


def test_the_lines_of_the_day_are_compared_and_not_the_newest() -> None:
    theirs = {"a@p": (line(since=date.min), line(since=date(2027, 1, 1), input=TWO))}
    ours = world(prices=(line(),))
    assert found(ours, quoted=theirs) == []
    assert [rule for rule, _ in found(ours, quoted=theirs, day=date(2027, 1, 1))] == ["differs"]


def test_a_line_of_the_past_is_compared_with_what_they_dated_then_and_not_with_what_they_did_not_date() -> None:
    slip = line(input=Decimal(1000))
    ours = world(prices=(slip, line(since=date(2026, 10, 1))))
    dated = {"a@p": (line(since=date(2026, 1, 1)),)}
    (told,) = found(ours, quoted=dated)
    assert told == ("differs", "from 2026-01-01: input 1000 and not 1, as a table has it, and no `differs` says why")
    assert found(ours, quoted={"a@p": (line(since=date.min),)}) == []
    gone = world(prices=(slip,), retires=date(2026, 10, 1), successor="b")
    assert [rule for rule, _ in found(gone, quoted=dated)] == ["differs"]


def test_a_line_is_compared_with_every_price_that_they_had_while_it_held() -> None:
    theirs = {"a@p": (line(), line(since=date(2026, 6, 1), input=TWO), line(since=date(2026, 7, 1)))}
    (told,) = found(world(prices=(line(),)), quoted=theirs)
    assert told == ("differs", "input 1 and not 2, as a table has it, and no `differs` says why")


def test_a_bound_from_above_may_be_more_than_theirs_and_never_less() -> None:
    bound = world(prices=(line(at_most="half at night"),))
    (told,) = found(bound, quoted={"a@p": (line(input=ONE / 2),)})
    assert told == ("deliberate", "input 1 and not 0.5, as a table has it: half at night")
    assert [rule for rule, _ in found(bound, quoted={"a@p": (line(input=TWO),)})] == ["differs"]
    assert found(bound, quoted={"a@p": (line(),)}) == []


def hosts(*prices: PriceLine) -> Catalog:
    """One model at several hosts, one line at each."""
    names = [f"p{at}" for at in range(len(prices))]
    offers = [offer("a", name, prices=(each,)) for name, each in zip(names, prices, strict=True)]
    places = {f"Offer a@{name}": (f"offers/{name}.yaml", 7) for name in names}
    return catalog([model("a")], [provider(name) for name in names], offers, places=places)


@pytest.mark.parametrize("rate", ["1000", "20.1", "0.0495", "0.001"])
def test_a_price_over_twenty_times_from_those_of_others_is_a_warning_with_file_line_and_field(rate: str) -> None:
    (one,) = check(Matter(whole=hosts(line(input=Decimal(rate)), line(), line(), line()), day=DAY))
    assert (one.rule, one.severity, one.subject, one.file, one.line) == (
        "implausible",
        "warning",
        "a@p0",
        "offers/p0.yaml",
        7,
    )
    far = f"{rate} is more than 20 times from $1, the median of 3 other offers of its model"
    assert one.says == f"prices[0].input: {far}"
    assert status((one,)) == 3


def test_a_price_that_is_up_to_twenty_times_from_what_others_take_may_be_so() -> None:
    assert found(hosts(line(input=Decimal(20)), line(), line())) == []
    assert found(hosts(line(input=Decimal("0.05")), line(), line())) == []


def test_what_a_cached_token_costs_may_vary_up_to_the_price_of_a_new_one() -> None:
    dear, cheap = line(cached_read=ONE), line(cached_read=Decimal("0.01"))
    assert found(hosts(dear, cheap, cheap)) == []
    (told,) = found(hosts(line(cached_read=TWO), cheap, cheap))
    assert told[1].startswith("prices[0].cached_read: 2 is more")


def test_a_unit_that_was_misread_in_a_service_or_in_the_past_is_found_too() -> None:
    batch = Tariff(name="batch", input=Decimal(500), output=ONE)
    (told,) = found(hosts(line(services=(batch,)), line(), line()))
    assert told[1].startswith("prices[0].batch input: 500 is more")
    (told,) = found(hosts(line(output=Decimal(2000), since=date(2025, 1, 1)), line(), line(), line()))
    assert told[1].startswith("prices[0].output: 2000 is more")


def test_services_and_tiers_are_compared_by_their_names() -> None:
    tier = Tier(above=10, input=TWO, output=TWO)
    batch = Tariff(name="batch", input=ONE, output=ONE, tiers=(replace(tier, input=Decimal(5)),))
    ours = line(tiers=(tier,), services=(batch,))
    theirs = line(tiers=(replace(tier, output=ONE),), services=(replace(batch, tiers=(tier,)),))
    assert lines_apart(ours, theirs) == {"above 10 output": (TWO, ONE), "batch above 10 input": (Decimal(5), TWO)}


def test_what_only_the_other_table_prices_is_a_gap() -> None:
    tier = Tier(above=10, input=TWO, output=TWO, cached_read=ONE)
    batch = Tariff(name="batch", input=ONE, output=ONE, tiers=(tier,))
    theirs = line(cached_read=ONE, tiers=(tier,), services=(batch,))
    (told,) = found(world(prices=(line(),)), quoted={"a@p": (theirs,)})
    assert told == ("gap", "a table also prices cached_read, above 10, batch")


def test_prices_in_two_currencies_are_not_compared() -> None:
    theirs = {"a@p": (line(currency="EUR", input=TWO),)}
    assert found(world(prices=(line(),)), quoted=theirs) == []


def test_a_kind_that_one_side_does_not_know_is_no_difference() -> None:
    assert apart(line(cached_read=ONE), line()) == {}


def test_what_was_recalled_is_noted_with_what_it_vouches_for() -> None:
    memory = Source(name="memory", checked=DAY, recalled=True, of=("context",))
    assert found(world(context=5, sources=(*SOURCES, memory))) == [("recalled", "context: from memory (memory)")]
    (told,) = found(world(prices=(line(source=replace(FRESH, recalled=True)),)))
    assert told == ("recalled", "price since 2026-01-01: from memory (a test)")


def test_two_answers_of_a_provider_on_one_topic_are_a_conflict_that_is_shown() -> None:
    rows = tuple(Compliance(topic="soc2", value=v, plan="team", source=replace(FRESH, name=v)) for v in ("yes", "no"))
    whole = catalog([], [provider("p", compliance=(*rows, replace(rows[0], plan="free")))], [])
    assert found(whole) == [("conflict", "soc2, plan team: `yes` says yes but `no` says no")]


def test_what_another_source_says_is_shown() -> None:
    other = Disagreement(field="context", says="4", source=Source(name="another", checked=DAY))
    assert found(world(context=5, disagreements=(other,))) == [("disagreement", "context: another says 4")]


def test_what_is_wrong_stands_first_and_decides_the_status() -> None:
    whole = world(prices=(line(source=OLD),), successor="c")
    findings = check(Matter(whole=whole, day=DAY))
    assert [one.severity for one in findings] == ["wrong", "warning"]
    assert status(findings) == 1
    assert status(findings[1:]) == 3


def test_every_rule_of_the_table_of_severities_can_be_found_in_this_file() -> None:
    shown = (
        "unsound unsourced future retired differs stale implausible retiring retires deliberate gap recalled conflict"
    )
    assert set(SEVERITY) == {*shown.split(), "disagreement"}


# -- the rows that ship


def test_the_catalog_that_ships_has_no_unsourced_fact_and_nothing_else_that_is_wrong() -> None:
    quoted = table({id: (o.provider, o.served_as) for id, o in shipped().offers.items()}, MADE)
    findings = check(Matter(whole=shipped(), day=MADE, quoted=quoted.lines, quoted_by="genai-prices"))
    assert [one for one in findings if one.severity != "note"] == []
    assert status(findings) == 0
    assert all(one.file and one.line for one in findings)


DAYS = (date(2026, 3, 1), date(2026, 7, 1), date(2026, 10, 1), DAY, date(2027, 1, 1), date(2027, 6, 1))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_price_that_genai_prices_knows_agrees_on_that_day_or_says_why_not(day: date) -> None:
    quoted = table({id: (o.provider, o.served_as) for id, o in shipped().offers.items()}, DAY).lines
    findings = check(Matter(whole=shipped(), day=day, quoted=quoted, quoted_by="genai-prices"))
    both = [id for id, lines in quoted.items() if in_force(lines, day) and in_force(shipped().offers[id].prices, day)]
    assert len(both) >= 20
    assert [f"{one.subject}: {one.says}" for one in findings if one.rule == "differs"] == []
