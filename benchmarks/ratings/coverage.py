"""How often the intervals hold what they should, by number of battles: the table in docs/ratings.md.

    python benchmarks/ratings/coverage.py [--pools 400] [--battles 1700000] [--peers] [--write]

A pool of 130 models, 12 of them newcomers with 10 to 200 battles, is drawn again and again. Judged is each rating
against the value that endless battles of the same kind would give: with ties as half wins that is not the strength by
which Davidson's model drew them, so it is fitted to the probabilities themselves. `--peers` has
arena-rank rate the same pools; `--write` puts the table into docs/ratings.md, between its two marks.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "src")]

from synthetic import NATS, outcomes, popularity  # noqa: E402

from halfopen.ratings import Battles, fit, intervals  # noqa: E402
from halfopen.ratings.likelihood.cells import Cells  # noqa: E402
from halfopen.ratings.likelihood.likelihood import Likelihood  # noqa: E402
from halfopen.ratings.likelihood.newton import optimum  # noqa: E402
from halfopen.ratings.scale import ELO  # noqa: E402

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Counts = npt.NDArray[np.int64]

MODELS, NEWCOMERS = 130, (10, 10, 20, 20, 30, 30, 50, 50, 100, 100, 200, 200)
OLD = MODELS - len(NEWCOMERS)
START, END = "<!-- coverage: written by benchmarks/ratings/coverage.py -->", "<!-- end of coverage -->"


@dataclass
class Tally:
    """Of one row of the table: how many intervals, which held, how wide they were, how many had one end only."""

    held: list[bool] = field(default_factory=list)
    below: int = 0
    above: int = 0
    widths: list[float] = field(default_factory=list)
    one_sided: int = 0
    plain: list[bool] = field(default_factory=list)  # by White's sandwich and the normal quantile, for comparison
    peer: list[bool] = field(default_factory=list)  # by arena-rank


def pool(battles: int, ties: float, dice: np.random.Generator) -> tuple[Places, Places, Counts, Floats]:
    """One draw of all pairs (who, whom, outcomes), and the ratings (mean 1000) that endless ones would give."""
    strength = np.concatenate((dice.normal(0, 90, OLD), dice.normal(0, 150, len(NEWCOMERS))))
    share = popularity(OLD, dice)
    i, j = np.triu_indices(OLD, 1)
    chance = share[i] * share[j]
    of_pair = dice.multinomial(battles, chance / chance.sum()).astype(np.float64)
    meant = battles * chance / chance.sum()
    for n, number in enumerate(NEWCOMERS, start=OLD):
        i, j = np.concatenate((i, np.full(OLD, n))), np.concatenate((j, np.arange(OLD)))
        of_pair = np.concatenate((of_pair, dice.multinomial(number, share)))
        meant = np.concatenate((meant, number * share))
    probability = outcomes(NATS * (strength[i] - strength[j]), ties)
    drawn = dice.multinomial(of_pair.astype(np.int64), probability)
    expected = meant[:, None] * probability
    truth = optimum(Likelihood(Cells(MODELS, i, j, expected, expected)))
    return i, j, drawn, 1000 + ELO * (truth - truth.mean())


def _battles(i: Places, j: Places, drawn: Counts) -> Battles:
    times = drawn.ravel()
    place = np.repeat(np.arange(len(times)), times)
    names = tuple(f"m{n:03d}" for n in range(MODELS))
    a, b = i[place // 3].astype(np.int32), j[place // 3].astype(np.int32)
    return Battles(names, a, b, (place % 3).astype(np.int32))


def one(tallies: dict[str, Tally], battles: int, ties: float, peers: bool, dice: np.random.Generator) -> None:
    i, j, drawn, truth = pool(battles, ties, dice)
    fitted = fit(_battles(i, j, drawn))
    peer = _arena_rank(i, j, drawn) if peers else None
    plain = _plain(fitted.pool.likelihood, fitted.pool.at) if len(fitted.pool.members) == MODELS else None
    finite = np.isfinite(fitted.ratings)
    around = truth
    # a model at infinity is not in the mean of the others, so the zero of the truth is theirs, too
    truth = truth - truth[finite].mean() + 1000
    for n, found in enumerate(intervals(fitted)):
        tally = tallies["the rest" if n < OLD else str(NEWCOMERS[n - OLD])]
        tally.held.append(found.low <= truth[n] <= found.high)
        tally.below += truth[n] < found.low
        tally.above += truth[n] > found.high
        tally.widths.append(found.high - found.low)
        tally.one_sided += not finite[n]
        if peer is not None:
            tally.peer.append(bool(peer[0][n] <= around[n] <= peer[1][n]))
        if plain is not None:
            tally.plain.append(bool(abs(found.value - truth[n]) <= 1.959964 * plain[n]))


def _plain(likelihood: Likelihood, at: Floats) -> Floats:
    """White's standard errors (Elo), without correction for anything."""
    cells, mean = likelihood.cells, likelihood.moments(at).mean
    slopes = sum(cells.weight[:, n] * (y - mean) ** 2 for n, y in enumerate((1.0, 0.0, 0.5)))
    bread = np.linalg.inv(likelihood.derivatives(at)[1])
    bread -= bread.mean(axis=0)
    bread -= bread.mean(axis=1, keepdims=True)
    meat = likelihood.assembled(np.asarray(slopes), np.zeros(len(cells)), np.zeros(len(cells)))
    return np.asarray(ELO * np.sqrt(np.diagonal(bread @ meat @ bread)), dtype=np.float64)


def _arena_rank(i: Places, j: Places, drawn: Counts) -> tuple[Floats, Floats]:
    """The bounds that arena-rank gives, about its own mean; a pair without battles has no weight."""
    import jax.numpy as jnp
    from arena_rank.models.bradley_terry import BradleyTerry
    from arena_rank.utils.data_utils import PairDataset

    pairs = jnp.array(np.repeat(np.stack((i, j), axis=1), 3, axis=0), dtype=jnp.int32)
    counts = drawn.ravel().astype(np.float64)
    dataset = PairDataset(
        competitors=list(range(MODELS)),
        pairs=pairs,
        outcomes=jnp.array(np.tile((1.0, 0.0, 0.5), len(i))),
        counts=jnp.array(np.maximum(counts, 1)),
        weights=jnp.ones(len(counts)),
        opt_weights=jnp.array(counts),
    )
    found = BradleyTerry(MODELS).compute_ratings_and_cis(dataset)
    shift = 1000 - float(np.mean(np.asarray(found["ratings"])))
    return np.asarray(found["rating_lower"]) + shift, np.asarray(found["rating_upper"]) + shift


def report(tallies: dict[str, Tally]) -> list[str]:
    lines = ["| battles | covers | too high | too low | median width, Elo | one-sided | White's sandwich covers |"]
    lines.append("|---|---|---|---|---|---|---|")
    peers = any(tally.peer for tally in tallies.values())
    lines = [f"{lines[0]} arena-rank covers |", f"{lines[1]}---|"] if peers else lines
    for name, tally in tallies.items():
        number = len(tally.held)
        lines.append(
            f"| {name} | {np.mean(tally.held):.1%} | {tally.below / number:.1%} | {tally.above / number:.1%} "
            f"| {np.median(tally.widths):.0f} | {tally.one_sided / number:.1%} | {np.mean(tally.plain):.1%} |"
            + (f" {np.mean(tally.peer):.1%} |" if peers else "")
        )
    return lines


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pools", type=int, default=400)
    options.add_argument("--battles", type=int, default=1_700_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--peers", action="store_true")
    options.add_argument("--write", action="store_true")
    asked = options.parse_args()
    written: list[str] = []
    for ties in (0.0, 0.3):
        dice = np.random.default_rng(asked.seed)
        tallies = {str(number): Tally() for number in dict.fromkeys(NEWCOMERS)} | {"the rest": Tally()}
        start = time.perf_counter()
        for _ in range(asked.pools):
            one(tallies, asked.battles, ties, asked.peers, dice)
        kind = f"{ties:.0%} ties between equals" if ties else "No ties"
        said = f"{kind}, {asked.pools} pools of {asked.battles:,} battles and {MODELS} models:"
        written += [said, "", *report(tallies), ""]
        print("\n".join(written[-len(tallies) - 5 :]), f"({time.perf_counter() - start:.0f} s)\n", flush=True)
    if asked.write:
        page = ROOT / "docs" / "ratings.md"
        before, _, rest = page.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        page.write_text(f"{before}{START}\n\n" + "\n".join(written) + f"\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
