"""A month of a task: sums that are exact, parts that are the whole, and laws that no bill breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.catalog.price import Price, PriceLine, Tariff, Tier, price
from halfopen.catalog.source import Source
from halfopen.costs.estimate import horizon, month, months
from halfopen.costs.meter import cost
from halfopen.costs.savings import pays_from, savings
from halfopen.costs.sizes import menu
from halfopen.costs.spread import Spread
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


def test_the_first_month_of_the_horizon_is_the_month() -> None:
    each = task(cacheable=Decimal("0.5"), batchable=Decimal("0.3"))
    each = replace(each, requests=Volume(per_month=1000, low=900, high=1200))
    team = Team(horizon_months=3, growth_per_month=Decimal("0.07"), price_decline_per_year=Decimal("0.2"))
    assert months(each, listed(), team)[0] == month(each, listed())


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


def test_a_volume_told_as_a_range_widens_the_range_of_the_bill() -> None:
    told = task(requests=10_000, input=Spread(histogram={1000: Decimal(1)}), output=Spread(histogram={0: Decimal(1)}))
    assert month(told, listed()).low == month(told, listed()).high  # nothing is left to chance
    bill = month(replace(told, requests=Volume(per_month=10_000, low=5_000, high=20_000)), listed())
    assert (bill.low, bill.cost, bill.high) == (dollars("15"), dollars("30"), dollars("60"))


def test_a_cached_share_told_as_a_range_widens_the_range_of_the_bill() -> None:
    told = task(requests=100, input=Spread(histogram={1000: Decimal(1)}), output=Spread(histogram={0: Decimal(1)}))
    told = replace(told, reused=100, cacheable=Decimal("0.5"), cacheable_low=Decimal(0), cacheable_high=Decimal(1))
    bill = month(told, listed())
    assert bill.high == dollars("0.3")  # 100 x 1,000 at 3 a million
    assert bill.low == 1000 * 3_750_000 + 99 * 1000 * 300_000  # one writes and 99 read
    assert month(told, listed(), caching=False).low == dollars("0.3")


def test_of_prompts_on_one_prefix_one_in_so_many_writes_whatever_their_sizes() -> None:
    """Ten requests on one prefix, of ten sizes: one writer, and not one for each size."""
    sizes = Spread(histogram={1000 + 10 * place: Decimal(1) for place in range(10)})
    writing, reading = menu(task(input=sizes, cacheable=Decimal(1), reused=10), listed()).groups(10)
    assert (writing.requests, reading.requests) == (1, 9)
    assert "cache_write_5m" in writing.sizes.parts
    assert "cached_read" in reading.sizes.parts


def test_what_repeats_is_cached_in_those_tiers_that_have_a_price_for_it() -> None:
    """Above the tier a line may have no rate for the cache: then such a prompt is fresh, whoever wrote its prefix."""
    usual = listed()
    bare = replace(
        usual,
        tiers=tuple(
            (above, {kind: rate for kind, rate in rates.items() if above < 0 or kind != "cached_read"})
            for above, rates in usual.tiers
        ),
    )
    long = task(requests=10, tokens_in=300_000, tokens_out=0, cacheable=Decimal(1), reused=10)
    assert month(long, bare).cost == 10 * 300_000 * 6_000_000


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
        ("cacheable: 0.6\n    cacheable_low: 0.7", "from 0 to 0.6, the share"),
        ("cacheable: 0.6\n    cacheable_high: 0.5", "from 0.6, the share, to 1"),
    ]:
        with pytest.raises(Complaints, match=said):
            read(text.replace("cacheable: 0.6", wrong), Workload, "workload.yaml")


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
    groups = list(menu(each, listed()).groups(each.requests.monthly))
    assert sum(group.requests for group in groups) == each.requests.monthly
    assert all(sum(group.numbers) == group.requests for group in groups)


@given(tasks, st.integers(0, 40))
def test_a_plain_bill_is_that_of_its_requests_metered_one_by_one(each: Task, count: int) -> None:
    """The j-th of n is of the size at (j - 1/2) / n, the cheapest first."""
    sizes = sorted(
        (cost(listed(), {"input": tokens_in, "output": tokens_out}).cost or 0, share_in * share_out)
        for tokens_in, share_in in each.input.atoms
        for tokens_out, share_out in each.output.atoms
    )
    passed = list(accumulate(share for _, share in sizes))
    metered = [
        next(size for (size, _), upto in zip(sizes, passed, strict=True) if upto >= Fraction(2 * j - 1, 2 * count))
        for j in range(1, count + 1)
    ]
    bill = month(replace(each, requests=Volume(per_month=count)), listed(), caching=False, batching=False)
    assert bill.cost == sum(metered)


@given(tasks, st.integers(1, 10_000))
def test_more_volume_never_costs_less(each: Task, more: int) -> None:
    larger = replace(each, requests=Volume(per_month=each.requests.monthly + more))
    assert (month(larger, listed()).cost or 0) >= (month(each, listed()).cost or 0)


def test_one_request_more_never_costs_less_where_the_largest_remainder_would_say_so() -> None:
    """Of 5 : 7 : 1 : 4 a larger whole gives the dearest one request less, by largest remainder."""
    spread = Spread(histogram={0: Decimal(5), 1: Decimal(7), 2: Decimal(1), 3: Decimal(4)})
    each = task(tokens_in=0, output=spread)
    costs = [month(replace(each, requests=Volume(per_month=count)), listed()).cost or 0 for count in range(200)]
    assert costs == sorted(costs)


@given(tasks, st.integers(0, 40), st.integers(0, 40))
def test_faster_growth_never_costs_less_over_the_horizon(each: Task, slow: int, more: int) -> None:
    growths = [Decimal(slow) / 100, Decimal(slow + more) / 100]
    found = [horizon(each, listed(), Team(horizon_months=4, growth_per_month=growth)).cost or 0 for growth in growths]
    assert found[0] <= found[1]


@given(tasks, st.integers(0, 90))
def test_the_parts_of_a_horizon_are_its_whole_and_prices_that_fall_never_cost_more(each: Task, decline: int) -> None:
    team = Team(horizon_months=5, growth_per_month=Decimal("0.1"))
    usual = horizon(each, listed(), team)
    falling = horizon(each, listed(), replace(team, price_decline_per_year=Decimal(decline) / 100))
    assert sum(falling.parts.values()) == falling.cost
    assert (falling.cost or 0) <= (usual.cost or 0)


@given(tasks)
def test_the_range_holds_the_bill(each: Task) -> None:
    bill = month(each, listed())
    assert bill.low is not None
    assert bill.cost is not None
    assert bill.high is not None
    assert 0 <= bill.low <= bill.cost <= bill.high


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
