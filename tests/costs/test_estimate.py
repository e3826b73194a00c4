"""A month of a task: sums that are exact, parts that are the whole, and laws that no bill breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.catalog.price import Price, PriceLine, Tariff, Tier, price
from halfopen.catalog.source import Source
from halfopen.costs.breakeven import Cost, Curve, crossing, line
from halfopen.costs.estimate import horizon, month, portions
from halfopen.costs.savings import pays_from, savings
from halfopen.costs.spread import Spread, apportioned
from halfopen.costs.workload import Task, Team, Volume, Workload
from halfopen.documents import Complaints, read
from halfopen.money import PICO

SEEN = Source(name="a price list", checked=date(2026, 3, 1))


def listed(factor: int = 1, **rates: str | int) -> Price:
    """3 in, 15 out, 0.30 from the cache, 3.75 into it a million tokens; half as a batch; dearer above 200,000."""

    def times(text: str) -> Decimal:
        return Decimal(text) * factor

    half = Tariff(name="batch", input=times("1.5"), output=times("7.5"), cached_read=times("0.15"))
    return price(
        PriceLine(
            since=date(2026, 1, 1),
            input=times("3"),
            output=times("15"),
            cached_read=times("0.30"),
            cache_write_5m=times("3.75"),
            tiers=(Tier(above=200_000, input=times("6"), output=times("22.5"), cached_read=times("0.6")),),
            services=(half,),
            source=SEEN,
        )
    )


def task(requests: int = 1000, tokens_in: int = 1000, tokens_out: int = 300, **more: object) -> Task:
    made = Task(
        name="t",
        requests=Volume(per_month=requests),
        input=Spread(mean=tokens_in),
        output=Spread(mean=tokens_out),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def dollars(text: str) -> int:
    return int(Decimal(text) * PICO)


def test_a_plain_month_is_requests_times_tokens_times_price() -> None:
    bill = month(task(), listed())
    assert bill.cost == dollars("7.50")  # 1,000 x (1,000 x $3 + 300 x $15) / 1,000,000
    assert bill.parts == {"input": dollars("3"), "output": dollars("4.5")}


def test_what_repeats_is_written_once_and_read_by_the_others() -> None:
    bill = month(task(cacheable=Decimal("0.6"), reused=10), listed())
    # 100 requests write 600 tokens at 3.75, 900 read them at 0.30; 400 are fresh in each of the 1,000
    assert bill.parts == {
        "input": dollars("1.2"),
        "cache_write_5m": dollars("0.225"),
        "cached_read": dollars("0.162"),
        "output": dollars("4.5"),
    }


def test_what_can_wait_is_priced_as_a_batch() -> None:
    bill = month(task(batchable=Decimal("0.25")), listed())
    assert bill.cost == dollars("5.625") + dollars("0.9375")
    assert bill.batched == dollars("0.9375")


def test_the_tier_is_that_of_a_request_and_not_of_the_month() -> None:
    """Ten times as many requests of the same length cost ten times as much, however many tokens a month has."""
    long = month(task(requests=10, tokens_in=200_001, tokens_out=0), listed())
    short = month(task(requests=1_000_000, tokens_in=200_000, tokens_out=0), listed())
    assert long.cost == 10 * 200_001 * 6_000_000
    assert short.cost == 1_000_000 * 200_000 * 3_000_000


def test_a_histogram_is_priced_atom_by_atom() -> None:
    spread = Spread(histogram={100_000: Decimal("0.9"), 300_000: Decimal("0.1")})
    bill = month(task(requests=1000, tokens_out=0, input=spread), listed())
    assert bill.cost == 900 * 100_000 * 3_000_000 + 100 * 300_000 * 6_000_000


def test_three_quantiles_are_atoms_of_thirty_forty_and_thirty_per_cent() -> None:
    spread = Spread(p10=100, p50=200, p90=600)
    assert spread.expected == 290
    assert month(task(requests=10, tokens_out=0, input=spread), listed()).cost == 2900 * 3_000_000


def test_hours_of_a_day_make_a_month() -> None:
    busy = Volume(hourly=tuple(Decimal(10 if 8 <= hour < 18 else 0) for hour in range(24)))
    assert busy.monthly == 3044  # 100 a day x 30.4375 days = 3,043.75


def test_growth_and_falling_prices_add_up_over_the_horizon() -> None:
    grown = horizon(task(requests=100), listed(), Team(horizon_months=3, growth_per_month=Decimal("0.1")))
    assert grown.requests == 100 + 110 + 121
    assert grown.cost == 331 * 7_500_000_000
    cheaper = horizon(task(requests=100), listed(), Team(horizon_months=13, price_decline_per_year=Decimal("0.5")))
    last = horizon(task(requests=100), listed(), Team(horizon_months=12, price_decline_per_year=Decimal("0.5")))
    assert (cheaper.cost or 0) - (last.cost or 0) == 100 * 7_500_000_000 // 2


def test_a_price_that_nobody_knows_leaves_the_bill_unpriced_with_the_reason() -> None:
    assert month(task(), None).unpriced == "no price is known for this offer on this day"
    assert horizon(task(), None, Team()).cost is None


def test_the_range_is_that_of_the_sum_of_many_requests() -> None:
    few, many = month(task(requests=100), listed()), month(task(requests=10_000), listed())
    assert few.low is not None
    assert few.cost is not None
    assert few.high is not None
    assert few.low < few.cost < few.high
    assert few.high - few.cost == pytest.approx(few.cost * 0.128, rel=0.01)  # 1.28 standard deviations of a mean of 100
    assert many.high is not None
    assert many.cost is not None
    assert many.high - many.cost == pytest.approx(many.cost * 0.0128, rel=0.01)


def test_caching_pays_from_the_request_that_earns_back_the_writing() -> None:
    assert pays_from(listed(), 1000) == 2  # 0.75 more to write, 2.70 less to read
    assert pays_from(None, 1000) is None
    saved = savings(task(cacheable=Decimal("0.6"), reused=10, batchable=Decimal("0.5")), listed())
    assert saved.caching is not None
    assert saved.caching > 0
    assert saved.batching is not None
    assert saved.batching > 0


def test_one_prefix_used_once_costs_more_with_a_cache_than_without() -> None:
    saved = savings(task(cacheable=Decimal("0.5"), reused=1), listed())
    assert saved.caching == -1000 * 500 * 750_000


def test_a_workload_is_read_from_yaml_or_refused_with_the_line() -> None:
    text = """
tasks:
  - name: chat
    requests: {per_month: 300000}
    input: {p10: 200, p50: 900, p90: 4000}
    output: {mean: 300}
    cacheable: 0.6
    latency: {first_token_ms: 800, per_token_ms: 40}
team: {horizon_months: 24, growth_per_month: 0.03}
"""
    assert read(text, Workload, "workload.yaml").tasks[0].cacheable == Decimal("0.6")
    for wrong, said in [
        ("cacheable: 1.6", "expected a share, from 0 to 1"),
        ("cachable: 0.6", "did you mean `cacheable`"),
        ("reused: 0", "1 or more"),
    ]:
        with pytest.raises(Complaints, match=said):
            read(text.replace("cacheable: 0.6", wrong), Workload, "workload.yaml")


def test_curves_cross_where_the_one_stays_cheaper() -> None:
    offer = line("offer", 10, 9, 11, 1)
    rented = Curve("rented", lambda volume: Cost(800_000_000, 1_000_000_000, 1_250_000_000))
    found = crossing(offer, rented)
    assert found.likely == pytest.approx(100_000_000, rel=1e-3)
    assert found.low == pytest.approx(800_000_000 / 11, rel=1e-3)
    assert found.high == pytest.approx(1_250_000_000 / 9, rel=1e-3)


def test_a_curve_that_never_gets_cheaper_never_crosses() -> None:
    assert crossing(line("cheap", 1, 1, 1, 1), line("dear", 2, 2, 2, 1)) == (None, None, None)
    assert crossing(line("dear", 2, 2, 2, 1), line("cheap", 1, 1, 1, 1)) == (1, 1, 1)


def test_of_steps_that_cross_again_the_last_crossing_counts() -> None:
    jumps = tuple(range(10**9, 20 * 10**9, 10**9))
    steps = Curve("steps", lambda volume: Cost(*[(1 + volume // 10**9) * 5 * 10**9] * 3), jumps)
    found = crossing(line("offer", 6, 6, 6, 1), steps, most=20 * 10**9)
    assert found.likely == pytest.approx(25e9 / 6, rel=1e-3)  # at 4e9 a step of 25 beside 24; at 5e9 30 meets 30


shares = st.fractions(0, 1)
spreads = st.one_of(
    st.builds(lambda mean: Spread(mean=mean), st.integers(0, 300_000)),
    st.lists(st.integers(0, 300_000), min_size=3, max_size=3).map(
        lambda found: Spread(p10=min(found), p50=sorted(found)[1], p90=max(found))
    ),
    st.dictionaries(st.integers(0, 300_000), st.integers(1, 9).map(Decimal), min_size=1, max_size=4).map(
        lambda found: Spread(histogram=found)
    ),
)
tasks = st.builds(
    Task,
    name=st.just("t"),
    requests=st.builds(lambda count: Volume(per_month=count), st.integers(0, 100_000)),
    input=spreads,
    output=spreads,
    cacheable=st.integers(0, 100).map(lambda each: Decimal(each) / 100),
    reused=st.integers(1, 50),
    batchable=st.integers(0, 100).map(lambda each: Decimal(each) / 100),
)


@given(tasks)
def test_the_parts_are_the_whole_to_the_last_unit(each: Task) -> None:
    bill = month(each, listed())
    assert bill.cost == sum(bill.parts.values())
    dealt = list(portions(each, each.requests.monthly, listed()))
    assert sum(portion.requests for portion in dealt) == each.requests.monthly


@given(tasks, st.integers(1, 10_000))
def test_more_volume_never_costs_less(each: Task, more: int) -> None:
    """But for one request's worth: rounding may deal the last request to a cheaper atom, or make one writer less."""
    volume = each.requests.monthly
    larger = replace(each, requests=Volume(per_month=volume * (1 + more)))
    assert (month(larger, listed()).cost or 0) >= (month(each, listed()).cost or 0)


@given(tasks, st.sampled_from(["input", "output", "cached_read", "cache_write_5m"]), st.integers(0, 2_000_000))
def test_a_cheaper_price_never_costs_more(each: Task, kind: str, less: int) -> None:
    usual = listed()
    cheaper = replace(
        usual,
        tiers=tuple(
            (above, {**rates, kind: max(0, rates.get(kind, 0) - less)} if kind in rates else rates)
            for above, rates in usual.tiers
        ),
    )
    assert (month(each, cheaper).cost or 0) <= (month(each, usual).cost or 0)


@given(tasks, st.integers(1, 7))
def test_scaling_all_prices_scales_the_bill(each: Task, factor: int) -> None:
    usual, scaled = month(each, listed()), month(each, listed(factor))
    assert scaled.cost == factor * (usual.cost or 0)
    assert scaled.parts == {kind: factor * part for kind, part in usual.parts.items()}


@given(st.integers(0, 10**9), st.lists(st.integers(1, 1000), min_size=1, max_size=9))
def test_all_requests_are_dealt_and_each_atom_is_within_one_of_its_share(whole: int, weights: list[int]) -> None:
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    dealt = apportioned(whole, shares)
    assert sum(dealt) == whole
    assert all(abs(count - whole * share) < 1 for count, share in zip(dealt, shares, strict=True))
