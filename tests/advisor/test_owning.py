"""Whether machines of one's own are cheaper: every pair of an open model and a closed one, and from which volume on."""

from __future__ import annotations

import pytest

from halfopen.advisor.claims.judge import CLAIMS, judged
from halfopen.apps.iron import iron
from tests.advisor.worlds import DAY
from tests.catalog.shelf import shipped


def test_at_500_million_tokens_no_pair_is_five_times_cheaper_on_machines_once_people_are_paid() -> None:
    claim = next(each for each in CLAIMS if each.key == "self-hosting")
    (found,) = judged(shipped(), DAY, [claim], iron())
    assert found.finding.verdict == "false"
    opened = [each for each in shipped().models.values() if each.weights == "open"]
    assert len(found.finding.pairs) > 40 * len(opened)
    for pair in found.finding.pairs:
        assert float(str(pair["times"])) < 5
        if pair["from"] is not None:  # the volume at which it would be true is one at which it is cheaper at all
            assert int(str(pair["from"])) > 500_000_000
            assert int(str(pair["cheaper_from"])) <= int(str(pair["from"]))


def test_at_scale_machines_are_cheaper_for_some_pairs_and_never_for_others() -> None:
    claim = next(each for each in CLAIMS if each.key == "cost-at-scale")
    (found,) = judged(shipped(), DAY, [claim], iron())
    assert found.finding.verdict == "true"  # of nine pairs in ten, at volumes that it tells
    assert {each["cheaper_from"] is None for each in found.finding.pairs} == {True, False}


def test_the_volume_from_which_it_is_true_is_where_a_fifth_of_the_price_meets_the_machines() -> None:
    claim = next(each for each in CLAIMS if each.key == "self-hosting")
    (found,) = judged(shipped(), DAY, [claim], iron())
    pair = next(each for each in found.finding.pairs if (each["open"], each["closed"]) == ("gpt-oss-120b", "gpt-5.4"))
    a_token = float(str(pair["bought"])) / 500e6
    people_and_two = float(str(pair["own"]))
    assert int(str(pair["from"])) * a_token / 5 >= people_and_two * 0.99  # steps come on top
    assert int(str(pair["cheaper_from"])) * a_token == pytest.approx(people_and_two, rel=0.1)
