"""Our ratings beside evalica, choix and arena-rank on the same battles, in one run: time, agreement, coverage.

    python benchmarks/ratings/engines.py [--battles 1700000] [--models 130] [--ties 0.3] [--rounds 5] [--json]

Everybody starts from columns of strings. What another engine wants besides (its own kind of winner, a data frame) is
made beforehand and is not on its clock; ours has nothing made, and evalica is asked in its fastest form beside its
usual one. Rounds alternate, so that a noisy minute hits all alike; figures are medians over the rounds, and the first
round, in which arena-rank compiles, is shown apart.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "src")]

from synthetic import arena  # noqa: E402

from halfopen.ratings import battles, fit, intervals, percentile, rank_sets, resampled  # noqa: E402
from halfopen.ratings.likelihood.cells import cells_of  # noqa: E402
from halfopen.ratings.likelihood.likelihood import Likelihood  # noqa: E402
from halfopen.ratings.likelihood.newton import optimum  # noqa: E402

Floats = npt.NDArray[np.float64]
ELO = 400 / np.log(10)
Answer = tuple[Floats, Floats | None, Floats | None]  # ratings (Elo, mean 0), low, high, in the order of the names


@dataclass(frozen=True)
class Columns:
    model_a: list[str]
    model_b: list[str]
    winner: list[str]


def ours(columns: Columns) -> Callable[[], Answer]:
    def run() -> Answer:
        found = intervals(fit(battles(columns.model_a, columns.model_b, columns.winner)))
        ratings, low, high = np.array([(each.value, each.low, each.high) for each in found]).T
        return ratings - ratings.mean(), low - ratings.mean(), high - ratings.mean()

    return run


def evalica(columns: Columns) -> Callable[[], Answer]:
    """With an index of plain Python strings, which is its fastest form.

    Without one pandas makes the index of its own kind of strings, which takes a fourth longer, and twice as long where
    pyarrow is installed, as it is when arena-rank is.
    """
    import evalica as engine
    import pandas

    words = {"model_a": engine.Winner.X, "model_b": engine.Winner.Y, "tie": engine.Winner.Draw}
    winners = [words[each] for each in columns.winner]

    def run() -> Answer:
        index = pandas.Index(list({*columns.model_a, *columns.model_b}), dtype=object)
        a, b = (pandas.Index(each, dtype=object) for each in (columns.model_a, columns.model_b))
        found = engine.bradley_terry(a, b, winners, index=index)
        return centred(ELO * np.log(found.scores.sort_index().to_numpy())), None, None

    return run


def arena_rank(columns: Columns) -> Callable[[], Answer]:
    import pandas
    from arena_rank.models.bradley_terry import BradleyTerry
    from arena_rank.utils.data_utils import PairDataset

    frame = pandas.DataFrame({"model_a": columns.model_a, "model_b": columns.model_b, "winner": columns.winner})

    def run() -> Answer:
        dataset = PairDataset.from_pandas(frame)
        found = BradleyTerry(len(dataset.competitors)).compute_ratings_and_cis(dataset)
        order = np.argsort(found["competitors"])
        ratings, low, high = (np.asarray(found[key])[order] for key in ("ratings", "rating_lower", "rating_upper"))
        return ratings - ratings.mean(), low - ratings.mean(), high - ratings.mean()

    return run


def choix(columns: Columns) -> Callable[[], Answer]:
    """It knows no ties and no strings: it gets our codes, and a matrix of wins in which a tie is half of one."""
    import choix as engine

    def run() -> Answer:
        coded = battles(columns.model_a, columns.model_b, columns.winner)
        cells = cells_of(coded)
        wins = np.zeros((cells.models, cells.models))
        wins[cells.i, cells.j] = cells.weight[:, 0] + cells.weight[:, 2] / 2
        wins[cells.j, cells.i] = cells.weight[:, 1] + cells.weight[:, 2] / 2
        return centred(ELO * engine.ilsr_pairwise_dense(wins, tol=1e-10)), None, None

    return run


def evalica_from_lists(columns: Columns) -> Callable[[], Answer]:
    import evalica as engine

    words = {"model_a": engine.Winner.X, "model_b": engine.Winner.Y, "tie": engine.Winner.Draw}
    winners = [words[each] for each in columns.winner]

    def run() -> Answer:
        found = engine.bradley_terry(columns.model_a, columns.model_b, winners)
        return centred(ELO * np.log(found.scores.sort_index().to_numpy())), None, None

    return run


ENGINES = {
    "halfopen": ours,
    "evalica": evalica,
    "evalica, plain lists": evalica_from_lists,
    "arena-rank": arena_rank,
    "choix (from our counts)": choix,
}


def centred(ratings: Floats) -> Floats:
    return np.asarray(ratings - ratings.mean(), dtype=np.float64)


def exact(columns: Columns) -> Floats:
    """The optimum: our Newton steps once more, from where they ended, until nothing moves any more."""
    likelihood = Likelihood(cells_of(battles(columns.model_a, columns.model_b, columns.winner)))
    at = optimum(likelihood, close=1e-11)
    slope, _ = likelihood.derivatives(at)
    assert np.abs(slope).max() < 1e-6, "not at the top"
    return centred(ELO * at)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--battles", type=int, default=1_700_000)
    options.add_argument("--models", type=int, default=130)
    options.add_argument("--ties", type=float, default=0.3)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--bootstrap", type=int, default=1_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    *lists, _ = arena(asked.battles, asked.models, asked.ties, asked.seed)
    columns = Columns(*(list(each) for each in lists))
    runs = {name: make(columns) for name, make in ENGINES.items()}
    times: dict[str, list[float]] = {name: [] for name in runs}
    answers: dict[str, Answer] = {}
    for _ in range(asked.rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            answers[name] = run()
            times[name].append(time.perf_counter() - start)
    top = exact(columns)
    rows = [row(name, times[name], times["halfopen"], answers[name], top) for name in runs]
    rest = bootstrapped(columns, asked.bootstrap)
    print(json.dumps({"engines": rows, **rest}, indent=1) if asked.json else shown(rows, rest))


def row(name: str, taken: list[float], by_us: list[float], answer: Answer, top: Floats) -> dict[str, object]:
    ratings, low, high = answer
    return {
        "engine": name,
        "seconds": statistics.median(taken[1:] or taken),
        "first": taken[0],
        "times ours": statistics.median(taken[1:] or taken) / statistics.median(by_us[1:] or by_us),
        "off the optimum (Elo)": float(np.abs(ratings - top).max()),
        "mean width (Elo)": None if low is None or high is None else float((high - low).mean()),
    }


def bootstrapped(columns: Columns, rounds: int) -> dict[str, float]:
    fitted = fit(battles(columns.model_a, columns.model_b, columns.winner))
    start, busy = time.perf_counter(), time.process_time()
    drawn = resampled(fitted, rounds, seed=1)
    taken, worked = time.perf_counter() - start, time.process_time() - busy
    exactly = resampled(fitted, min(rounds, 50), seed=1, close=1e-10)
    widths = [
        (one.high - one.low) / (other.high - other.low)
        for one, other in zip(percentile(fitted, drawn), intervals(fitted), strict=True)
    ]
    start = time.perf_counter()
    rank_sets(fitted, seed=1)
    return {
        "bootstrap (seconds)": taken,
        "bootstrap (seconds of the processor)": worked,
        "bootstrap against exact refits (Elo)": float(np.abs(drawn[: len(exactly)] - exactly).max()),
        "bootstrap width over sandwich width": float(np.mean(widths)),
        "rank sets (seconds)": time.perf_counter() - start,
    }


def shown(rows: list[dict[str, object]], rest: dict[str, float]) -> str:
    lines = ["| engine | seconds | first run | times ours | off the optimum, Elo | mean width of an interval, Elo |"]
    lines.append("|---|---|---|---|---|---|")
    for each in rows:
        width = "none given" if each["mean width (Elo)"] is None else f"{each['mean width (Elo)']:.2f}"
        lines.append(
            f"| {each['engine']} | {each['seconds']:.2f} | {each['first']:.2f} | {each['times ours']:.1f} "
            f"| {each['off the optimum (Elo)']:.1e} | {width} |"
        )
    return "\n".join([*lines, "", *(f"{name}: {value:.3g}" for name, value in rest.items())])


if __name__ == "__main__":
    main()
