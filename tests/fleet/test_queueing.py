"""The wait for a first token: the model beside an engine simulated event by event, and laws that it keeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfopen.fleet.hours import scaled, steady
from halfopen.fleet.plan import replicas
from halfopen.fleet.promise import DAY, Demand, Promise
from halfopen.fleet.queueing import Load, Waits, waits
from halfopen.fleet.speed.replica import Replica
from tests.fleet.simulated import Seen, arrivals, engine, gamma

# Replicas as they are: many places and short prompts, few places, prompts that take long, and with short answers.
LOOSE = Replica(0.08, 0.0, (1, 512), (0.008, 0.03), 512)
TIGHT = Replica(0.05, 0.0, (1, 16), (0.010, 0.014), 16)
LONG = Replica(0.6, 0.0, (1, 256), (0.01, 0.04), 256)
BRIEF = Replica(0.3, 0.0, (1, 256), (0.01, 0.02), 256)
KINDS = {"loose": (LOOSE, 300), "tight": (TIGHT, 250), "long": (LONG, 200), "brief": (BRIEF, 40)}
LOADS = (0.2, 0.4, 0.6, 0.8, 0.9)
BURSTS = (1.0, 2.0, 4.0)
WITHIN = 0.15


def simulated(each: Replica, load: Load, count: int, seed: int) -> Seen:
    dice = np.random.default_rng(seed)
    return engine(
        each,
        arrivals(load.rate, load.burst, count, dice),
        gamma(each.prompt_s, load.prompt_variation, count, dice),
        np.maximum(1, dice.geometric(1 / load.answer, count)),
    )


def beside(kind: str, share: float, burst: float, variation: float, count: int) -> tuple[Waits, np.ndarray, Seen]:
    """The model and, without its first tenth, the simulation, at a share of the most that the replica can do."""
    each, answer = KINDS[kind]
    load = Load(rate=share * each.most(answer, None), answer=answer, burst=burst, prompt_variation=variation)
    found = waits(each, load)
    assert found is not None
    seen = simulated(each, load, count, seed=round(1000 * share + 10 * burst + variation))
    return found, seen.first[count // 10 :], seen


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("burst", [1.0, 4.0])
@pytest.mark.parametrize("share", [0.4, 0.9])
def test_the_time_to_the_first_token_is_that_of_the_simulated_engine(kind: str, share: float, burst: float) -> None:
    found, first, seen = beside(kind, share, burst, 1.0, 350_000 if share > 0.8 else 60_000)
    assert found.mean == pytest.approx(first.mean(), rel=WITHIN)
    for part in (0.9, 0.95):
        assert found.within(part) == pytest.approx(np.quantile(first, part), rel=WITHIN), part
    assert found.token_s == pytest.approx(seen.token, rel=WITHIN)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("burst", BURSTS)
@pytest.mark.parametrize("share", LOADS)
@pytest.mark.parametrize("variation", [0.0, 1.0])
def test_so_it_is_over_the_whole_grid(kind: str, share: float, burst: float, variation: float) -> None:
    found, first, seen = beside(kind, share, burst, variation, 1_500_000)
    assert found.mean == pytest.approx(first.mean(), rel=WITHIN)
    for part in (0.5, 0.9, 0.95, 0.99):
        assert found.within(part) == pytest.approx(np.quantile(first, part), rel=WITHIN), part
    assert found.token_s == pytest.approx(seen.token, rel=WITHIN)


@pytest.mark.parametrize(("kind", "burst"), [("loose", 3.0), ("tight", 2.0)])
def test_as_many_replicas_are_needed_as_the_simulation_needs(kind: str, burst: float) -> None:
    """Each request goes to any of them, so that one sees a thinned stream."""
    each, answer = KINDS[kind]
    promise = Promise(first_token=4 * each.prompt_s, share=0.95, ceiling=0.95)
    load = Load(rate=7 * each.most(answer, None), answer=answer, burst=burst)
    made = replicas(each, load, promise)
    assert made is not None
    needed = next(count for count in range(7, 40) if _keeps(each, load, count, promise))
    assert abs(made[0] - needed) <= max(1, 0.15 * needed)


def _keeps(each: Replica, load: Load, count: int, promise: Promise) -> bool:
    assert promise.first_token is not None
    dice = np.random.default_rng(count)
    requests = 40_000 * count
    times = arrivals(load.rate, load.burst, requests, dice)
    times = times[dice.integers(0, count, requests) == 0]
    prompts = gamma(each.prompt_s, load.prompt_variation, len(times), dice)
    answers = np.maximum(1, dice.geometric(1 / load.answer, len(times)))
    first = engine(each, times, prompts, answers).first[len(times) // 10 :]
    return bool(np.quantile(first, promise.share) <= promise.first_token)


@pytest.mark.parametrize("share", [0.3, 0.8, 0.95])
def test_where_answers_take_no_time_it_is_the_queue_with_one_server(share: float) -> None:
    """M/M/1: the time to the first token is exponential, with a mean of prompt / (1 - load)."""
    found = waits(Replica(0.1, 0.0, (1,), (1e-7,), 64), Load(rate=10 * share, answer=2))
    assert found is not None
    mean = 0.1 / (1 - share)
    assert found.mean == pytest.approx(mean, rel=1e-4)
    for part in (0.5, 0.9, 0.99):
        assert found.within(part) == pytest.approx(-mean * np.log(1 - part), rel=0.01), part


@pytest.mark.parametrize("share", [0.3, 0.8, 0.95])
@pytest.mark.parametrize("places", [1, 8, 64])
def test_where_prompts_take_no_time_it_is_erlangs_queue(places: int, share: float) -> None:
    """M/M/c: the probability to wait is Erlang's C, and the mean wait C / (c x deaths - rate)."""
    each, answer_s = Replica(1e-7, 0.0, (1,), (1e-4,), places), 1.0
    found = waits(each, Load(rate=share * places / answer_s, answer=10_001))
    assert found is not None
    blocked = 1.0
    for count in range(1, places + 1):  # Erlang's B, one place more at a time
        blocked = share * places * blocked / (count + share * places * blocked)
    waiting = blocked / (1 - share * (1 - blocked))
    assert found.full == pytest.approx(waiting, rel=1e-3)
    assert found.running == pytest.approx(share * places, rel=1e-3)
    assert found.mean == pytest.approx(waiting * answer_s / (places * (1 - share)) + 0.5e-4, rel=0.01, abs=1e-4)


@pytest.mark.parametrize("burst", [1.0, 4.0])
@pytest.mark.parametrize("kind", KINDS)
def test_waits_grow_without_end_towards_the_most(kind: str, burst: float) -> None:
    each, answer = KINDS[kind]
    most = each.most(answer, None)
    shares = (0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
    found = [waits(each, Load(rate=share * most, answer=answer, burst=burst)) for share in shares]
    means = [each.mean for each in found if each is not None]
    full = [each.full for each in found if each is not None]
    assert len(means) == len(shares)
    assert means == sorted(means)
    assert full == sorted(full)
    assert means[-1] > 10 * means[0]
    assert full[-1] > 0.8


@given(st.sampled_from(sorted(KINDS)), st.floats(1.001, 100), st.floats(1, 8), st.floats(0, 3))
def test_no_load_beyond_the_most_has_a_finite_wait(kind: str, share: float, burst: float, variation: float) -> None:
    each, answer = KINDS[kind]
    load = Load(rate=share * each.most(answer, None), answer=answer, burst=burst, prompt_variation=variation)
    assert waits(each, load) is None


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.floats(1e-6, 0.97), st.floats(1, 8), st.floats(0, 4))
def test_every_request_finds_something_and_its_wait_is_on_the_grid(
    kind: str, share: float, burst: float, variation: float
) -> None:
    each, answer = KINDS[kind]
    found = waits(
        each, Load(rate=share * each.most(answer, None), answer=answer, burst=burst, prompt_variation=variation)
    )
    assert found is not None
    assert found.first.sum() == pytest.approx(1, abs=1e-4)
    assert found.first @ np.arange(len(found.first)) * found.step == pytest.approx(found.mean, rel=0.01)
    assert found.within(0.5) <= found.within(0.9) <= found.within(0.99)
    assert found.running <= each.slots
    assert 0 <= found.full <= 1
    assert found.mean >= each.prompt_s * (1 - 1e-9)


def test_an_unstable_load_has_no_finite_wait() -> None:
    most = TIGHT.most(250, None)
    assert waits(TIGHT, Load(rate=1.02 * most, answer=250)) is None
    assert waits(LOOSE, Load(rate=1 / LOOSE.prompt_s, answer=1)) is None


def test_with_nobody_else_there_the_first_token_takes_its_prompt() -> None:
    found = waits(LOOSE, Load(rate=1e-6, answer=300, prompt_variation=0.0))
    assert found is not None
    assert found.mean == pytest.approx(LOOSE.prompt_s, rel=0.01)
    assert found.within(0.99) == pytest.approx(LOOSE.prompt_s, rel=0.01)


kinds = st.sampled_from(sorted(KINDS))


@settings(max_examples=40, deadline=None)
@given(kinds, st.floats(0.05, 0.8), st.floats(1.01, 1.15), st.floats(1, 4))
def test_more_load_never_gives_a_shorter_wait(kind: str, share: float, more: float, burst: float) -> None:
    each, answer = KINDS[kind]
    most = each.most(answer, None)
    one = waits(each, Load(rate=share * most, answer=answer, burst=burst))
    other = waits(each, Load(rate=share * more * most, answer=answer, burst=burst))
    assert one is not None
    assert other is not None
    assert other.mean >= one.mean * (1 - 1e-3)
    assert other.within(0.95) >= one.within(0.95) * 0.99


@settings(max_examples=40, deadline=None)
@given(kinds, st.floats(0.5, 20), st.integers(1, 8), st.floats(1, 4))
def test_more_replicas_never_make_anybody_wait_longer(kind: str, rate: float, count: int, burst: float) -> None:
    each, answer = KINDS[kind]
    load = Load(rate=rate * each.most(answer, None), answer=answer, burst=burst)
    few, many = waits(each, load.share(count)), waits(each, load.share(count + 1))
    if few is not None:
        assert many is not None
        assert many.mean <= few.mean * 1.001


@settings(max_examples=20, deadline=None)
@given(st.integers(4, 40), st.floats(0.2, 0.85))
def test_more_places_never_make_anybody_wait_longer(places: int, share: float) -> None:
    few = Replica(0.05, 0.0, (1, 64), (0.010, 0.02), places)
    many = Replica(0.05, 0.0, (1, 64), (0.010, 0.02), places + 8)
    load = Load(rate=share * few.most(250, None), answer=250)
    one, other = waits(few, load), waits(many, load)
    assert one is not None
    assert other is not None
    assert other.mean <= one.mean * 1.01


hours = st.lists(st.floats(0, 1e6), min_size=DAY, max_size=DAY).filter(lambda each: max(each) > 1)


@given(hours, st.floats(0.01, 50), st.integers(0, 5), st.integers(0, 2))
def test_paid_hours_are_never_fewer_than_used_ones(each: list[float], most: float, more: int, spare: int) -> None:
    demand = Demand(prompt=1000, answer=200, hourly=each)

    def needed(rate: float) -> int:
        return int(rate / most) + 1 + more

    always, followed = steady(demand, most, needed(demand.peak), spare), scaled(demand, most, needed, spare)
    assert always.paid >= followed.paid >= followed.used
    assert always.used == followed.used
    assert 0 < always.share <= followed.share <= 1


def test_a_day_of_two_hours_uses_what_it_uses() -> None:
    demand = Demand(prompt=1000, answer=200, hourly=[7200, 3600, *[0] * 22])  # 2 and 1 requests a second
    assert tuple(steady(demand, 1.0, 2, spare=1)) == (72, 3)
    assert tuple(scaled(demand, 1.0, round)) == (3, 3)
    with pytest.raises(ValueError, match="hour 0 asks for 2 requests a second; 1 replicas do 1"):
        steady(demand, 1.0, 1)
