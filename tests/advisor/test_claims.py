"""The claims are judged by the numbers, each in a world where it holds, one where it does not, and one that is mute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from halfopen.advisor.claims.claim import SPELLINGS, contenders, dollars
from halfopen.advisor.claims.judge import CLAIMS, MEANS, judged
from halfopen.advisor.claims.published import TABLE
from halfopen.catalog.provider import Compliance
from halfopen.catalog.snapshot import Catalog, catalog
from tests.advisor.worlds import APRIL, AUGUST, DAY, SEEN, line, model, offer, provider, rated, score, whole
from tests.catalog.shelf import shipped


def verdicts(there: Catalog, day: date = DAY) -> Mapping[str, str]:
    return {each.claim.key: each.finding.verdict for each in judged(there, day)}


def numbers(there: Catalog, key: str) -> str:
    return " ".join(next(each.finding.numbers for each in judged(there, DAY) if each.claim.key == key))


def duel(closed: float, opened: float, price: str = "1", half: float = 4, **more: Any) -> Catalog:
    """The best closed model, at 10 a million tokens, against the best open one."""
    return whole(
        [
            model("closed", score(closed, half=half, **more), weights="closed", licence="proprietary"),
            model("open", score(opened, half=half, **more)),
        ],
        [offer("closed", "lab", "10", "10"), offer("open", "host", price, price)],
    )


def test_every_claim_has_a_name_of_its_own_numbers_and_what_would_decide_it() -> None:
    found = judged(shipped(), DAY)
    assert len({each.claim.key for each in found}) == len(CLAIMS) == len(found)
    assert all(each.finding.numbers and each.finding.decides for each in found)
    assert {each.finding.verdict for each in found} <= MEANS.keys()
    assert all(each.seen <= DAY for each in found)


def test_an_empty_catalog_decides_nothing() -> None:
    found = verdicts(catalog([], [], []))
    told = Counter(found.values())
    assert told["undecided"] == len(CLAIMS), {key: each for key, each in found.items() if each != "undecided"}


def test_what_is_simulated_decides_nothing_either() -> None:
    made_up = whole(
        [model("closed", score(1500), weights="closed", simulated=True), model("open", score(1400), simulated=True)],
        [offer("closed", "lab"), offer("open", "host")],
        providers=[provider("lab", simulated=True), provider("host", simulated=True)],
    )
    assert set(verdicts(made_up).values()) == {"undecided"}


# -- the published table


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.model)
def test_a_row_of_the_table_is_true_in_a_world_that_it_describes(row: Any) -> None:
    there = whole([model(row.model, score(row.score), weights=row.type)], [offer(row.model, "p", str(row.input), "1")])
    assert verdicts(there)[f"table-{row.model}"] == "true"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.model)
def test_a_row_with_the_wrong_type_is_false_however_right_the_rest(row: Any) -> None:
    other = "open" if row.type == "closed" else "closed"
    there = whole([model(row.model, score(row.score), weights=other)], [offer(row.model, "p", str(row.input), "1")])
    assert verdicts(there)[f"table-{row.model}"] == "false"


def test_a_row_whose_model_became_dearer_holds_in_part() -> None:
    there = whole([model("gpt-4.1", score(1330), weights="closed")], [offer("gpt-4.1", "p", "4", "8")])
    assert verdicts(there)["table-gpt-4.1"] == "partly"
    assert "$4.00 at P" in numbers(there, "table-gpt-4.1")


def test_qwen_2_5_max_was_never_open_and_opus_4_can_no_longer_be_had() -> None:
    found = verdicts(shipped())
    assert found["table-qwen2.5-max"] == "false"
    assert found["table-claude-opus-4"] in ("partly", "false")
    assert "retired" in numbers(shipped(), "table-claude-opus-4").lower()
    assert found["table-still-sold"] == "partly"


# -- the gap


def test_the_gap_is_true_false_or_undecided_by_the_interval_of_the_difference() -> None:
    assert verdicts(duel(1500, 1400))["gap-overall"] == "true"
    assert verdicts(duel(1400, 1500))["gap-overall"] == "false"
    assert verdicts(duel(1500, 1497))["gap-overall"] == "undecided"


@pytest.mark.parametrize(("kind", "spelling"), [("medicine", "medicine"), ("law", "legal"), ("mathematics", "math")])
def test_the_gap_of_a_kind_of_task_is_judged_by_its_own_board(kind: str, spelling: str) -> None:
    there = duel(1500, 1400, category=spelling)
    assert verdicts(there)[f"gap-{kind}"] == "true"
    assert verdicts(there)["gap-overall"] == "undecided"


def test_a_closed_model_that_retired_is_not_the_best_closed_model() -> None:
    there = whole(
        [model("gone", score(1600), weights="closed"), model("open", score(1400))],
        [offer("gone", "lab", retires=DAY, successor="open"), offer("open", "host")],
    )
    assert verdicts(there)["gap-overall"] == "undecided"


def test_most_of_the_quality_for_half_is_read_as_parity_and_price() -> None:
    assert verdicts(duel(1500, 1480, "5"))["most-for-half"] == "true"
    assert verdicts(duel(1500, 1480, "9"))["most-for-half"] == "partly"
    assert verdicts(duel(1500, 1300, "5"))["most-for-half"] == "partly"
    assert verdicts(duel(1500, 1300, "9"))["most-for-half"] == "false"
    assert verdicts(duel(1500, 1450, "5", half=30))["most-for-half"] == "undecided"


def test_any_open_model_will_do_for_that_not_only_the_best() -> None:
    there = whole(
        [
            model("closed", score(1500), weights="closed"),
            model("best", score(1499)),
            model("cheap", score(1480)),
        ],
        [offer("closed", "lab", "10", "10"), offer("best", "host", "12", "12"), offer("cheap", "host", "1", "1")],
    )
    assert verdicts(there)["most-for-half"] == "true"
    assert "Cheap at 1480" in numbers(there, "most-for-half")


def test_a_verdict_on_what_was_measured_says_when() -> None:
    assert "True of the models measured by April 2026: Closed at 1500" in numbers(duel(1500, 1400), "gap-overall")
    assert "False of the models measured by April 2026" in numbers(duel(1400, 1500), "gap-overall")


@pytest.mark.parametrize(("newcomer", "verdict"), [(1395, "undecided"), (1340, "true")])
def test_a_newer_model_that_is_only_estimated_unsettles_a_verdict_unless_it_is_surely_behind(
    newcomer: float, verdict: str
) -> None:
    both = [
        model(f"m{at}", score(1300 + at, AUGUST), score(1310 + at, APRIL, category="coding")) for at in range(0, 80, 10)
    ]
    champions = [
        model("closed", score(1420, AUGUST), score(1430, APRIL, category="coding"), weights="closed"),
        model("open", score(1400, AUGUST), score(1410, APRIL, category="coding")),
    ]
    sold = [offer("closed", "lab")]
    assert verdicts(whole([*both, *champions], sold))["gap-coding"] == "true"
    there = whole([*both, *champions, model("newcomer", score(newcomer, AUGUST))], sold)
    assert verdicts(there)["gap-coding"] == verdict
    unsettled = "Not surely below Closed: Newcomer at" in numbers(there, "gap-coding")
    assert unsettled == (verdict == "undecided")


def test_a_closed_model_that_is_only_estimated_proves_no_gap() -> None:
    lines = [*(model(f"m{at}", score(1300 + at), predecessor=f"m{at - 1}" if at else None) for at in range(5))]
    there = whole(
        [*lines, model("old", score(1310), weights="closed"), model("new", weights="closed", predecessor="old")],
        [offer("old", "lab"), offer("new", "lab")],
    )
    assert verdicts(there)["gap-overall"] == "undecided"


def test_a_model_of_which_nobody_saw_that_it_is_open_is_no_champion_and_unsettles_all_the_same() -> None:
    guessed = model("guessed", score(1600), sources=(replace(SEEN, recalled=True),))
    ahead = duel(1500, 1400)
    there = whole([*ahead.models.values(), guessed], [*ahead.offers.values()])
    assert verdicts(there)["gap-overall"] == "undecided"
    assert "Not surely below Closed: Guessed at 1600 ± 5 (2026-04-19, open weights: recalled)" in numbers(
        there, "gap-overall"
    )
    best = numbers(there, "best-open")
    assert "Open at 1400" in best
    assert "Not counted, because it was not seen or is disputed that they are open: Guessed at 1600" in best


def test_a_price_that_is_going_to_change_is_told_with_the_claims_on_price() -> None:
    lines = (line("10", "10"), line("20", "20", since=date(2026, 12, 1)))
    there = duel(1500, 1480, "5")
    there = whole(
        [*there.models.values()], [offer("closed", "lab", None, prices=lines), offer("open", "host", "5", "5")]
    )
    assert "$10.00 until 2026-11-30, then $20.00" in numbers(there, "most-for-half")


def test_what_is_true_is_not_told_what_would_make_it_true() -> None:
    for each in judged(shipped(), DAY):
        assert each.finding.verdict != "true" or not each.finding.decides.startswith("Would be true"), each.claim.key


def test_without_the_tables_of_machines_self_hosting_is_undecided() -> None:
    assert verdicts(duel(1500, 1480, "5"))["self-hosting"] == "undecided"


# -- for closed, for open


def agreeing(**said: str) -> Catalog:
    """A closed lab and an open host with what each says of HIPAA."""
    rows = [
        provider(name, compliance=(Compliance(topic="hipaa_baa", value=value, source=SEEN),))
        for name, value in said.items()
    ]
    return whole(
        [model("closed", weights="closed"), model("open")],
        [offer("closed", "lab"), offer("open", "host")],
        providers=rows,
    )


def test_an_agreement_is_an_argument_for_closed_only_where_open_hosts_have_none() -> None:
    assert verdicts(agreeing(lab="yes", host="no"))["closed-hipaa-baa"] == "true"
    assert verdicts(agreeing(lab="yes", host="yes"))["closed-hipaa-baa"] == "partly"
    assert verdicts(agreeing(lab="no", host="yes"))["closed-hipaa-baa"] == "false"
    assert verdicts(agreeing(lab="yes"))["closed-hipaa-baa"] == "undecided"


def test_an_agreement_on_request_is_counted_apart_and_settles_nothing() -> None:
    asked = agreeing(lab="on_request", host="no")
    assert verdicts(asked)["closed-hipaa-baa"] == "partly"
    assert "0 say yes for some plan or endpoint, 1 on request (Lab) and 0 no" in numbers(asked, "closed-hipaa-baa")
    assert verdicts(agreeing(lab="yes", host="on_request"))["closed-hipaa-baa"] == "partly"
    assert verdicts(agreeing(lab="no", host="on_request"))["closed-hipaa-baa"] == "undecided"


def test_open_models_that_are_hosted_need_no_infrastructure_either() -> None:
    assert verdicts(duel(1500, 1400))["no-infrastructure"] == "partly"


def test_r1_is_competitive_with_o1_if_its_parity_in_mathematics_is_high() -> None:
    def maths(r1: float, o1: float) -> Catalog:
        return whole(
            [
                model("deepseek-r1", score(r1, category="math")),
                model("o1", score(o1, category="math"), weights="closed"),
            ]
        )

    assert verdicts(maths(1400, 1400))["r1-mathematics"] == "true"
    assert verdicts(maths(1300, 1400))["r1-mathematics"] == "false"
    assert verdicts(duel(1500, 1400))["r1-mathematics"] == "undecided"


# -- the best


def test_one_is_the_best_only_if_it_beats_all_others_surely() -> None:
    assert verdicts(whole([model("a", score(1500)), model("b", score(1400))]))["best-open"] == "true"
    assert verdicts(whole([model("a", score(1500)), model("b", score(1497))]))["best-open"] == "undecided"


def test_while_another_is_unrated_none_is_surely_the_best() -> None:
    assert verdicts(whole([model("a", score(1500)), model("mute")]))["best-open"] == "undecided"


def test_a_european_model_is_one_whose_lab_is_at_home_in_europe() -> None:
    home = provider("eu", operator="A Lab AI", home="FR")
    there = whole(
        [model("a", score(1400)), model("b", score(1500), lab="elsewhere"), model("c", score(1300))],
        [offer("a", "eu")],
        providers=[home],
    )
    assert verdicts(there)["best-european"] == "true"
    assert "A at 1400" in numbers(there, "best-european")


def test_where_a_lab_is_at_home_counts_more_than_where_its_provider_is() -> None:
    there = whole(
        [model("a", score(1400), lab_country="CH"), model("b", score(1500), lab_country="US"), model("c", score(1300))],
        [offer("a", "eu")],
        providers=[provider("eu", operator="A Lab AI", home="FR")],
    )
    assert "A at 1400" in numbers(there, "best-european")
    assert "B at" not in numbers(there, "best-european")


def test_one_alone_is_not_the_best_of_anything() -> None:
    assert verdicts(whole([model("a", score(1500))]))["best-open"] == "undecided"
    assert verdicts(whole([model("a", score(1500))]))["no-infrastructure"] == "undecided"


def test_who_is_surely_beaten_by_anybody_does_not_contend() -> None:
    ranked = [rated("vague", 1505, 54, "estimated"), rated("sure", 1488, 5), rated("behind", 1431, 54, "estimated")]
    assert [each.model for each in contenders(ranked)] == ["vague", "sure"]


def test_on_a_laptop_runs_what_is_known_to_be_small() -> None:
    sizes = {"small": 4, "middling": 30, "large": 400}
    models = [model(name, score(1300 + size), parameters=Decimal(size)) for name, size in sizes.items()]
    assert "Middling at" in numbers(whole(models), "best-laptop")
    assert "Small at" in numbers(whole(models), "best-phone")
    assert "Large" not in numbers(whole(models), "best-laptop")


def test_every_kind_of_task_is_known_by_one_spelling_only() -> None:
    spellings = [each for known in SPELLINGS.values() for each in known]
    assert len(set(spellings)) == len(spellings)


@pytest.mark.parametrize(
    ("amount", "text"), [("0.2", "$0.20"), ("0.2574", "$0.2574"), ("1250", "$1,250.00"), ("0", "$0.00")]
)
def test_dollars_are_written_as_in_a_price_list(amount: str, text: str) -> None:
    assert dollars(Decimal(amount)) == text


def test_a_fact_that_is_newer_than_the_day_is_not_known_on_it() -> None:
    there = duel(1500, 1400)
    assert verdicts(there, APRIL)["gap-overall"] == "true"
    assert verdicts(there, date(2026, 4, 18))["gap-overall"] == "undecided"
    priced = offer("open", "host", None, prices=(line("1", "1", since=date(2026, 12, 1)),))
    assert verdicts(whole([model("open", score(1400))], [priced]))["most-for-half"] == "undecided"
