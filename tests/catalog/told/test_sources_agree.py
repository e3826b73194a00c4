"""What the rows keep of what their sources say: whole offers, days of retirement, and where a fact was really seen."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from genai_prices.data_snapshot import get_snapshot

from halfopen.catalog.diff import rates_changed
from halfopen.catalog.match import ModelNamed, index
from halfopen.catalog.model import Model
from halfopen.catalog.offer import Offer
from halfopen.catalog.provider import Provider
from tests.catalog.shelf import DAY, shipped

THEIR_NAMES = {"moonshotai": "moonshot", "x-ai": "xai"}  # their provider -> ours, where it is another name


def ended() -> set[str]:
    """The models whose every offer has retired."""
    live = {offer.model for offer in shipped().offers.values() if offer.retires is None or offer.retires > DAY}
    return set(shipped().models) - live


def still_sold() -> Iterator[tuple[str, str]]:
    """Every model that genai-prices prices at a host of ours and does not call deprecated, with that host."""
    names = index(shipped())
    for provider in get_snapshot().providers:
        host = THEIR_NAMES.get(provider.id, provider.id.partition("_")[0])
        if host not in shipped().providers:
            continue
        for model in provider.models:
            written = model.id.casefold()
            meant = names.written.get(written) or names.written.get(written.rpartition("/")[2])
            if isinstance(meant, ModelNamed) and not model.deprecated and model.prices:
                yield meant.model, host


def test_no_model_has_ended_that_a_host_of_ours_still_sells() -> None:
    offers = shipped().offers
    unknown = {(model, host) for model, host in still_sold() if f"{model}@{host}" not in offers}
    assert {(model, host) for model, host in unknown if model in ended()} == set()


def test_the_hosts_of_ours_were_looked_for_under_their_names_there() -> None:
    sold = set(still_sold())
    assert len(sold) >= 250
    assert {("kimi-k2.5", "openrouter"), ("kimi-k2.5", "novita"), ("o1", "openrouter")} <= sold


def test_every_day_of_retirement_that_litellm_states_is_in_the_row_or_kept_as_a_disagreement() -> None:
    with (Path(__file__).parent / "retirements.csv").open(encoding="utf-8") as file:
        stated = list(csv.DictReader(file))
    lost = [
        row
        for row in stated
        if (offer := shipped().offers[row["offer"]]).retires is None or str(offer.retires) != row["retires"]
        if not any(one.field == "retires" and row["retires"] in one.says for one in offer.disagreements)
    ]
    assert len(stated) >= 60
    assert lost == []


def test_a_page_that_is_only_the_address_of_weights_is_not_told_as_one_that_was_read() -> None:
    whole = shipped()
    rows: list[Model | Provider | Offer] = [*whole.models.values(), *whole.providers.values(), *whole.offers.values()]
    named = [source.name for row in rows for source in row.sources if "https://huggingface.co" in source.name]
    assert [name for name in named if not name.endswith("a stored copy") and "weights link" not in name] == []
    assert sum(name.startswith("models.dev at f3fc692: weights link https://") for name in named) >= 9


def test_a_later_line_says_something_that_the_one_before_it_does_not() -> None:
    same = [
        f"{offer.id} {later.since}"
        for offer in shipped().offers.values()
        for earlier, later in pairwise(offer.prices)
        if not rates_changed(earlier, later)
    ]
    assert same == []


def test_litellm_is_not_credited_with_a_cached_price_at_nebius_where_it_has_none() -> None:
    lines = [line for offer in shipped().offers.values() if offer.provider == "nebius" for line in offer.prices]
    cached = [line for line in lines if line.cached_read is not None]
    assert len(cached) >= 6
    assert all(line.source.name.startswith("models.dev") for line in cached)
    assert all(line.source.name.endswith("has the same input, output") for line in cached)


def test_the_home_of_every_lab_is_told() -> None:
    homes = {model.lab: model.lab_country for model in shipped().models.values()}
    assert None not in homes.values()
    assert len({(model.lab, model.lab_country) for model in shipped().models.values()}) == len(homes)
    assert (homes["Swiss AI"], homes["Mistral"], homes["Cohere"], homes["DeepSeek"]) == ("CH", "FR", "CA", "CN")
