"""Writes docs/llmfao.md: people and two judge models on the same comparisons, and what a few labels mend.

    python -m benchmarks.ratings.llmfao

The data are examples/llmfao (CC BY 4.0, Dmitry Ustalov). Seeds are fixed, so that the page comes out the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from textwrap import fill

import numpy as np

from benchmarks.ratings.llmfao_votes import LABELS, SEED, Floats, Scores, Study, Votes, scored, scored_for, study
from halfopen.adapters.plot import Mark, intervals
from halfopen.ratings.bradley_terry import fit
from halfopen.ratings.interval import intervals as intervals_of
from halfopen.ratings.judges import (
    Paired,
    against,
    alpha,
    biases,
    corrected_ratings,
    corrected_share,
    kappa,
    same,
)
from halfopen.ratings.rank import Row
from halfopen.ratings.scale import Interval

ROOT = Path(__file__).parents[2]
PAGE, PICTURE = ROOT / "docs" / "llmfao.md", ROOT / "docs" / "llmfao.svg"

DRAWS = 10  # samples of people's labels
SHOWN = 15  # models in the picture


def page(of: Study) -> str:
    """The page as it should be."""
    parts = (
        _head(of.people),
        _ratings(of),
        _agreement(of.people, of.judges),
        _bias(of.people, of.judges),
        _corrected(of),
    )
    return "\n\n".join(parts) + "\n"


def _prose(text: str) -> str:
    return fill(" ".join(text.split()), 118, break_long_words=False, break_on_hyphens=False)


def _head(people: Votes) -> str:
    prose = _prose(f"""
        What a judge model is worth as a stand-in for people, on data where both are known: the comparisons of
        *LLMFAO* by Dmitry Ustalov (2023, <https://github.com/dustalov/llmfao>, [CC BY
        4.0](https://creativecommons.org/licenses/by/4.0/); the files are in
        [examples/llmfao](../examples/llmfao/README.md)). There are {len(people.winner):,} votes of people on
        {len(set(people.comparison)):,} comparisons of {len({*people.model_a, *people.model_b})} models over
        {len(set(people.prompt))} prompts; GPT-3.5 (Turbo Instruct) and GPT-4 judged the same comparisons.
        `python -m benchmarks.ratings.llmfao` wrote this page; a test writes it again. Intervals are at 95 %.""")
    return f"# Two judges and the people\n\n{prose}"


def _ratings(of: Study) -> str:
    people = of.people
    kinds = {"vote": None, "comparison": people.comparison, "voter": people.worker, "prompt": people.prompt}
    width = {name: _width(people, by) for name, by in kinds.items()}
    prose = _prose(f"""
        In Elo, at a mean of 1000 over the same models. Votes on one comparison are taken as a cluster, so that
        intervals are about other comparisons of these prompts and these voters, not about other prompts: their
        median width is {width["comparison"]:.0f} Elo, and would be {width["vote"]:.0f} with votes by
        themselves, {width["voter"]:.0f} with voters as clusters, and {width["prompt"]:.0f} with prompts. A rank
        is what the votes allow: with 95 % every model's true rank lies in its range, for all of them at once.""")
    lines = ["| model | people | rank | " + " | ".join(of.judges) + " |", "|---|---|---|" + "---|" * len(of.judges)]
    for row in of.tables["people"].values():
        others = " | ".join(_elo(of.tables[name][row.model]) for name in of.judges)
        lines.append(f"| {row.model} | {_elo(row)} | {row.rank_low} to {row.rank_high} | {others} |")
    shown = f"![The ratings of {SHOWN} models by people and by both judges]({PICTURE.name})"
    return "\n".join(["## Ratings", "", prose, "", shown, "", *lines])


def _width(votes: Votes, by: Sequence[str] | None) -> float:
    ends = [each.high - each.low for each in intervals_of(fit(votes.clustered(by)))]
    return float(np.median(ends))


def _elo(row: Row) -> str:
    return f"{row.rating:.0f} ({row.low:.0f} to {row.high:.0f})"


def _agreement(people: Votes, judges: Mapping[str, Votes]) -> str:
    units = people.comparisons
    decided = people.where(said != "tie" for said in people.winner)
    among = alpha(units, people.winner, cluster=people.prompt, seed=SEED)
    lines = [
        "| | same verdict | beyond chance | where neither said tie |",
        "|---|---|---|---|",
        f"| people among themselves | {_share(_among(people))} | α {_kappa(among)} | {_share(_among(decided))} |",
    ]
    for name, votes in judges.items():
        pairs = against(dict(zip(votes.comparisons, votes.winner, strict=True)), units, people.winner)
        lines.append(_row(f"{name} with a person", pairs))
    one, other = judges.values()
    known = dict(zip(other.comparisons, other.winner, strict=True))
    lines.append(_row(" with ".join(judges), against(known, one.comparisons, one.winner)))
    ties = ", ".join(f"{name} in {_ties(votes)}" for name, votes in judges.items())
    prose = _prose(f"""
        The share of equal verdicts; Cohen's kappa (for people among themselves Krippendorff's alpha), which is
        0 where chance alone would agree as much; and the share of equal verdicts where neither side said tie,
        where chance gives about 50 %. The intervals are from a bootstrap over the {len(set(people.prompt))}
        prompts. People said tie in {_ties(people)} of votes, {ties}.""")
    return "\n".join(["## Agreement", "", prose, "", *lines])


def _row(name: str, pairs: Paired) -> str:
    prompts = [unit[0] for unit in pairs.unit if isinstance(unit, tuple)]
    keep = [place for place, both in enumerate(zip(pairs.judge, pairs.person, strict=True)) if "tie" not in both]
    all_ = list(range(len(pairs.judge)))

    def columns(places: Sequence[int]) -> tuple[list[str], list[str], list[str], list[float]]:
        return (
            [pairs.judge[place] for place in places],
            [pairs.person[place] for place in places],
            [prompts[place] for place in places],
            [pairs.weight[place] for place in places],
        )

    judge, person, prompt, weight = columns(all_)
    equal = same(judge, person, cluster=prompt, weight=weight, seed=SEED)
    beyond = kappa(judge, person, cluster=prompt, weight=weight, seed=SEED)
    judge, person, prompt, weight = columns(keep)
    decided = same(judge, person, cluster=prompt, weight=weight, seed=SEED)
    return f"| {name} | {_share(equal)} | κ {_kappa(beyond)} | {_share(decided)} |"


def _among(people: Votes) -> Interval:
    """How often two people who voted on one comparison said the same: every pair of them, 1 in all a comparison."""
    votes: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for unit, said in zip(people.comparisons, people.winner, strict=True):
        votes[unit].append(said)
    rows = [
        (one, other, unit[0], 1 / (len(said) * (len(said) - 1)))
        for unit, said in votes.items()
        for n, one in enumerate(said)
        for m, other in enumerate(said)
        if n != m
    ]
    first, second, prompt, weight = zip(*rows, strict=True)
    return same(first, second, cluster=prompt, weight=weight, seed=SEED)


def _ties(votes: Votes) -> str:
    return f"{Counter(votes.winner)['tie'] / len(votes.winner):.0%}"


def _share(each: Interval) -> str:
    return f"{each.value:.0%} ({each.low:.0%} to {each.high:.0%})"


def _kappa(each: Interval) -> str:
    return f"{each.value:.2f} ({each.low:.2f} to {each.high:.2f})"


def _bias(people: Votes, judges: Mapping[str, Votes]) -> str:
    lines = ["| | worth of the first place, Elo | score it brings between equals |", "|---|---|---|"]
    for name, votes in {"people": people, **judges}.items():
        (bias,) = biases(fit(votes.rated(first_place=True)))
        elo = f"{bias.elo.value:+.0f} ({bias.elo.low:+.0f} to {bias.elo.high:+.0f})"
        lines.append(f"| {name} | {elo} | {_share(bias.share)} |")
    prose = _prose("""
        What it is worth to be shown first (left), with strengths accounted for; no bias is 0 Elo, a score of 50
        %. How far length sways a judge cannot be told from these files, which hold no answers.""")
    return "\n".join(["## Bias", "", prose, "", *lines])


def _corrected(of: Study) -> str:
    scores = {name: scored(of.people, votes) for name, votes in of.judges.items()}
    one = of.judges["GPT-4"]
    popular = [model for model, _ in Counter([*one.model_a, *one.model_b]).most_common(2)]
    shares = [_share_row("the answer shown first", name, each) for name, each in scores.items()]
    shares += [_share_row(model, name, scored_for(each, model)) for model in popular for name, each in scores.items()]
    return "\n".join(
        [
            "## What a few labels mend",
            "",
            _prose(f"""
                Suppose that people had labelled {LABELS} of the {len(one.winner):,} comparisons, drawn at
                random, and the judge all of them. Prediction-powered inference takes the judge's mean over the
                rest and adds what the labels say of its error; it uses the judge only as far as that helps (the
                power, 0 to 1). What all people said is known here, so anybody can see who is right. *Worth* is
                how many labels alone would give as narrow an interval."""),
            "",
            "| score of | all people | judge | judge alone | labels alone | corrected | power | worth |",
            "|---|---|---|---|---|---|---|---|",
            *shares,
            "",
            _prose(f"""
                The same for the whole table of ratings, over {DRAWS} such samples: how far a rating lies from
                that of all people, every comparison counted once (root mean square, Elo), and how often the
                corrected interval holds it. The intervals are for endless comparisons of this kind, and what
                they are held against is a finite number of which {LABELS / len(one.winner):.0%} are labelled:
                about {_finite_share(LABELS / len(one.winner)):.0%} is what an honest 95 % comes to here, and less is
                too narrow."""),
            "",
            "| judge | judge alone | labels alone | corrected | power | worth | holds |",
            "|---|---|---|---|---|---|---|",
            *(_ratings_row(name, each, of) for name, each in scores.items()),
            "",
            _prose(MORAL),
        ]
    )


MORAL = """
So these two judges, alone, are sure of wrong numbers: a judge's interval says how it would judge more
comparisons, not how people would. With labels their bias goes away, and what is left of them is worth little
here: GPT-4 agrees with a person who has a preference about as often as people agree with each other, but it has
one where people see a tie. A judge that follows people more closely is worth a multiple of its labels
(`tests/ratings/judges` simulates some). Ask for the agreement before you ask for the ratings."""


def _share_row(what: str, name: str, scores: Scores) -> str:
    found = corrected_share(scores.judge, scores.some(0))
    cells = " | ".join(_share(each) for each in (found.judge, found.people, found.value))
    worth = f"{found.worth:.0f} for {found.labels}"
    return f"| {what} | {scores.people.mean():.0%} | {name} | {cells} | {found.power:.2f} | {worth} |"


def _finite_share(labelled: float) -> float:
    """How often a 95 % interval holds the value of a finite population of which this share was drawn."""
    return 2 * NormalDist().cdf(NormalDist().inv_cdf(0.975) / sqrt(1 - labelled)) - 1


def _ratings_row(name: str, scores: Scores, of: Study) -> str:
    right = np.array([of.once[model] for model in scores.rows.models])
    judge = np.array([of.tables[name][model].rating for model in scores.rows.models])
    alone, mended, power, gain, held = [], [], [], [], []
    for draw in range(DRAWS):
        some = scores.some(draw)
        plain = corrected_ratings(scores.rows, scores.judge, some, power=0.0)
        found = corrected_ratings(scores.rows, scores.judge, some)
        alone.append(_off(plain.ratings, right))
        mended.append(_off(found.ratings, right))
        power.append(found.power)
        gain.append(np.mean(found.gain))
        held.append(np.mean([row.low <= each <= row.high for row, each in zip(found.ratings, right, strict=True)]))
    off = sqrt(float(np.mean((judge - right) ** 2)))
    return (
        f"| {name} | {off:.0f} | {np.mean(alone):.0f} | {np.mean(mended):.0f} | {np.mean(power):.2f} "
        f"| {LABELS * np.mean(gain):.0f} for {LABELS} | {np.mean(held):.0%} |"
    )


def _off(ratings: Sequence[Interval], right: Floats) -> float:
    values = np.array([each.value for each in ratings])
    return sqrt(float(np.mean((values - right) ** 2)))


def picture(of: Study, out: Path) -> None:
    """The ratings of the first models by people, and by both judges."""
    marks = [
        Mark(model, rows[model].rating, rows[model].low, rows[model].high, name)
        for model in list(of.tables["people"])[:SHOWN]
        for name, rows in of.tables.items()
    ]
    intervals(marks, f"LLMFAO: the first {SHOWN} by people, and what judges say", "Elo, with 95 % intervals", out)


if __name__ == "__main__":
    found = study()
    PAGE.write_text(page(found), encoding="utf-8")
    picture(found, PICTURE)
