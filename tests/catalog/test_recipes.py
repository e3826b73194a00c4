"""The recipes of CONTRIBUTING.md are done as they are written there: a provider, an offer, a price, one file each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from halfopen.catalog.check import Matter, check
from halfopen.catalog.diff import diff
from halfopen.catalog.price import in_force
from halfopen.catalog.read import read
from halfopen.catalog.snapshot import problems
from tests.catalog.shelf import DAY, files, shipped

PAGE = Path(__file__).parents[2] / "CONTRIBUTING.md"
STEP = re.compile(r"^```yaml\n# src/halfopen/catalog/data/(\S+?)(,[^\n]*)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ID = "gpt-oss-120b@acme"


def steps() -> Iterator[tuple[str, Mapping[str, str]]]:
    """The file that each recipe names, and all files after it: a new one, or one with the block at its end."""
    whole = dict(files())
    # An offer in euro needs a rate to be compared by; the shelf has one as soon as a provider that ships bills in euro.
    if not any(rate.currency == "EUR" for rate in shipped().exchange):
        source = f"{{name: a test, checked: {DAY}}}"
        whole["exchange/EUR.yaml"] = f"- {{currency: EUR, rate: 1.15, day: {DAY}, source: {source}}}\n"
    for file, where, text in STEP.findall(PAGE.read_text(encoding="utf-8")):
        assert (file in whole) == bool(where), f"{file} is new, or the block says where in it"
        whole[file] = whole.get(file, "") + text
        yield file, dict(whole)


def test_there_is_a_recipe_for_a_provider_an_offer_and_a_price() -> None:
    assert [file for file, _ in steps()] == ["providers/acme.yaml", "offers/acme.yaml", "offers/acme.yaml"]


def test_after_each_step_the_catalog_is_sound_and_nothing_new_is_amiss() -> None:
    known = {(one.rule, one.subject) for one in check(Matter(whole=shipped(), day=DAY))}
    for file, texts in steps():
        whole = read(texts)
        assert problems(whole) == (), file
        assert {(one.rule, one.subject) for one in check(Matter(whole=whole, day=DAY))} == known, file


def test_the_steps_add_what_they_say() -> None:
    provider, offer, price = (read(texts) for _, texts in steps())
    assert (provider.providers["acme"].key_env, ID in provider.offers) == ("ACME_API_KEY", False)
    assert [line.since for line in offer.offers[ID].prices] == [date(2026, 9, 1)]
    assert [line.since for line in price.offers[ID].prices] == [date(2026, 9, 1), date(2026, 11, 1)]


def test_a_new_price_leaves_the_days_before_it_as_they_were() -> None:
    before, after = (read(texts).offers[ID].prices for _, texts in list(steps())[1:])
    assert in_force(after, date(2026, 10, 31)) == in_force(before, date(2026, 10, 31))
    now = in_force(after, DAY)
    assert now is not None
    assert now.input == Decimal("0.1")


def test_diff_tells_the_new_price() -> None:
    *_, (_, texts) = steps()
    changes = {change.subject: change.rates for change in diff(read(texts), date(2026, 10, 31), date(2026, 11, 1))}
    assert changes[ID] == {"input": (Decimal("0.12"), Decimal("0.1")), "output": (Decimal("0.5"), Decimal("0.4"))}
