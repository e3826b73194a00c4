"""Files become a catalog: a provider is one file, and a file that is wrong says where."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import pytest

from halfopen.catalog.match import ModelNamed, index, match
from halfopen.catalog.read import read
from halfopen.catalog.snapshot import problems
from halfopen.documents import Complaints
from tests.catalog.shelf import files, shipped

NOVUM = """
name: novum
title: Novum
hosting: hosted
operator: ~
base_url: https://api.novum.test
dialects:
  chat: /v1/chat/completions
key_env: NOVUM_API_KEY
sources:
  - {name: genai-prices 0.2.3, checked: 2026-11-24}
"""
OFFER = """
- model: gpt-oss-120b
  provider: novum
  served_as: gpt-oss-120b-fast
  sources: [{name: a test, checked: 2026-11-24}]
"""


def wrong(texts: Mapping[str, str]) -> list[str]:
    with pytest.raises(Complaints) as caught:
        read({file: dedent(text) for file, text in texts.items()})
    return [str(complaint) for complaint in caught.value.complaints]


def test_an_openai_compatible_provider_is_one_file_and_no_python() -> None:
    grown = read({**files(), "providers/novum.yaml": NOVUM})
    assert problems(grown) == ()
    assert grown.providers["novum"].dialects == {"chat": "/v1/chat/completions"}
    assert grown.providers["novum"].auth == "bearer"
    assert grown.providers.keys() - shipped().providers.keys() == {"novum"}


def test_an_offer_there_is_one_row_more_and_is_found_by_its_name_there() -> None:
    grown = read({**files(), "providers/novum.yaml": NOVUM, "offers/novum.yaml": OFFER})
    assert problems(grown) == ()
    assert grown.offers["gpt-oss-120b@novum"].prices == ()
    assert match("gpt-oss-120b-fast", index(grown)) == ModelNamed("gpt-oss-120b")


def test_rows_are_in_the_order_of_their_names_and_cannot_be_changed() -> None:
    assert list(shipped().offers) == sorted(shipped().offers)
    with pytest.raises(TypeError):
        shipped().offers["x"] = None  # type: ignore[index]


def test_what_is_not_yaml_is_passed_over() -> None:
    assert read({"NOTICE.md": "{", "providers/README.txt": "{"}).providers == {}


def test_all_that_is_wrong_in_all_files_is_told_at_once() -> None:
    texts = {
        "providers/a.yaml": "name: a\ntitle: A\nhosting: hosted\noperator: ~\ndialect: {}\nsources: []\n",
        "offers/a.yaml": "- model: m\n  provider: a\n  served_as: m\n  sources: []\n  prices: [{since: soon}]\n",
    }
    assert wrong(texts) == [
        "offers/a.yaml:5: [0].prices[0].input: missing; expected a number such as 0.15",
        "offers/a.yaml:5: [0].prices[0].output: missing; expected a number such as 0.15",
        "offers/a.yaml:5: [0].prices[0].source: missing; expected a mapping such as `{name: ..., checked: 2026-11-24}`",
        "offers/a.yaml:5: [0].prices[0].since: `soon`; expected a date such as 2026-11-24",
        "providers/a.yaml:1: dialects: missing; expected a mapping",
        "providers/a.yaml:5: dialect: unknown field; did you mean `dialects`?",
    ]


def test_a_row_in_the_file_of_another_is_refused() -> None:
    assert wrong({"providers/groq.yaml": NOVUM, "offers/groq.yaml": OFFER}) == [
        "offers/groq.yaml:2: provider: `novum`; expected `groq`, as the file is called",
        "providers/groq.yaml:1: name: `novum`; expected `groq`, as the file is called",
    ]


def test_a_row_given_twice_is_refused_with_both_places() -> None:
    assert wrong({"offers/novum.yaml": OFFER + OFFER}) == [
        "offers/novum.yaml:7: `gpt-oss-120b@novum` is in offers/novum.yaml:2 already; expected it once"
    ]


def test_a_file_in_an_unknown_folder_is_refused() -> None:
    assert wrong({"prices/a.yaml": "[]", "a.yaml": "[]"}) == [
        "a.yaml:1: the folder ``; expected one of exchange, models, offers, providers",
        "prices/a.yaml:1: the folder `prices`; expected one of exchange, models, offers, providers",
    ]


SOURCE = "source: {name: a test, checked: 2026-11-24}"
PRICED = """- model: m
  provider: a
  served_as: m
  prices:
    - since: 2026-01-01
      input: 1
      output: 2
      @
  sources: [{name: a test, checked: 2026-11-24}]
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"inputs: 3\n      {SOURCE}", "offers/a.yaml:8: [0].prices[0].inputs: unknown field; did you mean `input`?"),
        (
            f"unit: token\n      {SOURCE}",
            "offers/a.yaml:8: [0].prices[0].unit: unknown field; expected one of `input`, `output`, ",
        ),
        (
            f"cached_read: 0.0012345\n      {SOURCE}",
            "offers/a.yaml:8: [0].prices[0].cached_read: 0.0012345 a million tokens is finer than a picodollar a token",
        ),
        (
            f"cached_read: 0.000005\n      {SOURCE}",
            "offers/a.yaml:8: [0].prices[0].cached_read: `0.000005`, which looks like a price of one token",
        ),
        (f"input: 3\n      {SOURCE}", "offers/a.yaml:8: [0].prices[0].input: "),
        (
            f"currency: CHF\n      {SOURCE}",
            "offers/a.yaml:8: [0].prices[0].currency: `CHF`; expected one of USD, EUR, GBP, CNY",
        ),
        (
            f"{SOURCE}\n    - {{since: 2025-12-31, input: 1, output: 2, {SOURCE}}}",
            "offers/a.yaml:9: [0].prices[1].since: `2025-12-31`; expected a day after 2026-01-01: a line is appended",
        ),
    ],
)
def test_a_wrong_row_is_refused_with_file_line_field_value_and_what_was_expected(line: str, said: str) -> None:
    told = wrong({"offers/a.yaml": PRICED.replace("@", line)})
    assert len(told) == 1
    assert told[0].startswith(said)
