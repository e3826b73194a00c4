"""What a team uses, what of it retires within ninety days, and what could be used instead, on a pinned day."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from halfopen.adapters.telemetry import Counts
from halfopen.apps.config.environment import Environment
from halfopen.apps.config.settings import load
from halfopen.apps.retiring import advised, ends, in_use, retirements
from halfopen.apps.roster import Roster, roster
from halfopen.apps.wiring import policy_of, started
from halfopen.catalog.snapshot import Catalog, catalog
from halfopen.policy.rules import Policy
from halfopen.policy.world import World
from halfopen.testing.clock import HandClock
from tests.catalog.shelf import DAY, model, offer, provider

SOON, FAR = DAY + timedelta(days=90), DAY + timedelta(days=91)
KEYS = {"P_KEY": "x", "Q_KEY": "x"}


def shop(**ends: date) -> Catalog:
    """Models a, b and c at p, b also at q (whose key is another), d at r, whose key nobody has."""
    rows = []
    for id in ("a@p", "b@p", "c@p", "b@q", "d@r"):
        end, (name, host) = ends.get(id.replace("@", "_")), id.split("@")
        rows.append(offer(name, host, retires=end, successor=("b" if name == "c" else "c") if end else None))
    hosts = [provider(name, key_env=f"{name.upper()}_KEY") for name in "pqr"]
    return catalog([model(name) for name in "abcd"], hosts, rows)


def team(tmp_path: Path, whole: Catalog, text: str = "", day: date = DAY) -> tuple[Roster, World, Policy]:
    (tmp_path / "halfopen.yaml").write_text(text or "{}", encoding="utf-8")
    settings = load(tmp_path / "halfopen.yaml")
    book = roster(whole, settings, Environment(variables=KEYS))
    return book, book.world(day, 1, {}), policy_of(settings)


MINE = "lanes: {mine: {require: {models: [a, b]}, prefer: [order]}}\ndefault_lane: mine\n"


def test_what_stands_on_the_itinerary_of_a_lane_is_in_use(tmp_path: Path) -> None:
    _, world, policy = team(tmp_path, shop(), MINE)
    used = in_use(world, policy)
    assert "lane mine" in used["a@p"]
    assert "lane mine" in used["b@q"]
    assert "lane mine" not in used["c@p"]
    assert "d@r" not in used, "its provider has no key, so nothing goes there"


def test_no_more_is_in_use_than_a_request_would_try(tmp_path: Path) -> None:
    _, world, policy = team(tmp_path, shop(), "lanes: {mine: {prefer: [order]}}")
    one = replace(policy, most_tries=1, lanes={"mine": policy.lanes["mine"]})
    assert list(in_use(world, one)) == ["a@p"]


def test_an_offer_that_an_alias_names_is_in_use_whatever_it_lacks(tmp_path: Path) -> None:
    _, world, policy = team(tmp_path, shop(), "aliases: {old: d@r, gone: nothing-like-it}")
    assert in_use(world, policy)["d@r"] == ("alias old",)


def test_of_a_model_that_an_alias_names_the_live_hosts_are_in_use(tmp_path: Path) -> None:
    _, world, policy = team(tmp_path, shop(b_p=DAY), "aliases: {old: b}")
    used = in_use(world, policy)
    assert "alias old" in used["b@q"]
    assert "b@p" not in used


def test_if_every_host_of_it_has_retired_all_of_them_are_told(tmp_path: Path) -> None:
    _, world, policy = team(tmp_path, shop(b_p=DAY, b_q=DAY), "aliases: {old: b}")
    assert {id for id, by in in_use(world, policy).items() if "alias old" in by} == {"b@p", "b@q"}


@pytest.mark.parametrize(("end", "warned"), [(DAY, False), (DAY + timedelta(days=1), True), (SOON, True), (FAR, False)])
def test_a_retirement_is_warned_of_for_ninety_days(tmp_path: Path, end: date, warned: bool) -> None:
    _, world, policy = team(tmp_path, shop(a_p=end), MINE)
    assert [one.offer for one in retirements(world, policy)] == (["a@p"] if warned else [])


def test_what_has_retired_and_is_still_meant_stands_before_what_goes(tmp_path: Path) -> None:
    book, world, policy = team(tmp_path, shop(b_p=DAY, b_q=DAY, a_p=SOON), MINE + "aliases: {old: b}\n")
    assert [(one.offer, one.days) for one in ends(world, policy)] == [("b@p", 0), ("b@q", 0), ("a@p", 90)]
    assert [one.offer for one in retirements(world, policy)] == ["a@p"], "the gauge has days to come only"
    gone, _, going = advised(book, world, policy)
    assert str(gone).startswith(f"b@p retired on {DAY}; still used by alias old. Instead: c@p (named by the catalog, ")
    assert str(going).startswith(f"a@p retires on {SOON}, in 90 days; used by lane ")


def test_the_next_to_go_stands_first_with_its_days_and_its_users(tmp_path: Path) -> None:
    _, world, policy = team(tmp_path, shop(a_p=SOON, b_q=DAY + timedelta(days=3)), MINE)
    first, second = retirements(world, policy)
    assert (first.offer, first.days, second.offer, second.days) == ("b@q", 3, "a@p", 90)
    assert "lane mine" in first.used_by


def test_the_same_model_at_another_host_is_proposed_first(tmp_path: Path) -> None:
    book, world, policy = team(tmp_path, shop(b_p=SOON), MINE)
    (one,) = advised(book, world, policy)
    assert one.proposal is not None
    assert one.proposal.offer == "b@q"
    assert "Instead: b@q (the same model" in str(one)


def test_nothing_is_proposed_that_lies_further_out_or_cannot_be_called(tmp_path: Path) -> None:
    book, world, policy = team(tmp_path, shop(b_p=SOON, c_p=DAY), MINE + "zones: {home: [p]}\n")
    (one,) = advised(book, world, policy)
    assert one.proposal is None, "b@q is further out than b@p, c@p is gone, and nothing else at p is rated"
    assert str(one).endswith("After it comes c, as the catalog has it.")


def test_the_successor_that_the_catalog_names_is_proposed_if_the_team_can_call_it(tmp_path: Path) -> None:
    book, world, policy = team(tmp_path, shop(b_p=SOON), MINE + "zones: {home: [p]}\n")
    (one,) = advised(book, world, policy)
    assert one.proposal is not None
    assert (one.proposal.offer, one.named) == ("c@p", "c")
    assert "named by the catalog" in str(one)
    assert "After it comes" not in str(one), "it is named once"


def test_the_gauge_has_what_is_in_use_and_its_days_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "halfopen.yaml").write_text(MINE, encoding="utf-8")
    settings = load(tmp_path / "halfopen.yaml")
    there = Environment(data=tmp_path / "data", variables=KEYS)
    noon = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC).timestamp()

    async def main() -> str:
        async with started(shop(a_p=SOON, b_q=FAR, d_r=SOON), settings, there) as begun:
            begun.house.clock = HandClock(noon)
            return begun.house.meter.exposed().decode()

    lines = [line for line in asyncio.run(main()).splitlines() if line.startswith("halfopen_retires")]
    assert lines == ['halfopen_retires_in_days{offer="a@p"} 90.0']


def test_a_gauge_without_retirements_has_no_line() -> None:
    assert "halfopen_retires_in_days{" not in Counts().exposed().decode()
