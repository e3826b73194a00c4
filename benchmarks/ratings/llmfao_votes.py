"""The votes of examples/llmfao: people's and two judges', and every comparison once with what each made of it."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path

import numpy as np
import numpy.typing as npt

from halfopen.ratings.battle import Battles, battles
from halfopen.ratings.bradley_terry import fit
from halfopen.ratings.judges import WORTH
from halfopen.ratings.rank import Row, table
from halfopen.ratings.style import position

DATA = Path(__file__).parents[2] / "examples" / "llmfao"
JUDGES = {"GPT-3.5": "judge_gpt3.csv", "GPT-4": "judge_gpt4.csv"}
COLUMNS = ("cluster", "category", "model_a", "model_b", "winner", "worker")
SEED = 20231
LABELS = 600  # of a sample of people's labels

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Votes:
    """One column for each thing, a row for each vote."""

    comparison: Sequence[str]
    prompt: Sequence[str]
    model_a: Sequence[str]
    model_b: Sequence[str]
    winner: Sequence[str]
    worker: Sequence[str]

    def where(self, keep: Iterable[bool]) -> Votes:
        places = [place for place, kept in enumerate(keep) if kept]
        return Votes(*([column[place] for place in places] for column in vars(self).values()))

    @property
    def comparisons(self) -> list[tuple[str, str, str]]:
        return list(zip(self.prompt, self.model_a, self.model_b, strict=True))

    def rated(self, first_place: bool = False) -> Battles:
        effects = position(len(self.winner)) if first_place else None
        return battles(self.model_a, self.model_b, self.winner, cluster=self.comparison, covariates=effects)

    def clustered(self, by: Sequence[str] | None) -> Battles:
        return battles(self.model_a, self.model_b, self.winner, cluster=by)

    def once(self) -> Battles:
        """Every comparison counted once, however many voted on it."""
        votes = Counter(self.comparisons)
        weight = [1 / votes[each] for each in self.comparisons]
        return battles(self.model_a, self.model_b, self.winner, weight=weight)


def read(name: str) -> Votes:
    with (DATA / name).open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    return Votes(*([row.get(name, "") for row in rows] for name in COLUMNS))


@dataclass(frozen=True)
class Study:
    """The votes of people, those of each judge on the same comparisons, and what is rated by whom."""

    people: Votes
    judges: Mapping[str, Votes]
    tables: Mapping[str, Mapping[str, Row]]  # rater -> model -> row, best first
    once: Mapping[str, float]  # model -> its rating by people, each comparison counted once


def study() -> Study:
    people = read("people.csv")
    seen = set(people.comparisons)
    judges = {}
    for name, file in JUDGES.items():
        votes = read(file)
        judges[name] = votes.where(each in seen for each in votes.comparisons)
    found = fit(people.once())
    once = dict(zip(found.models, found.ratings.tolist(), strict=True))
    tables = {name: _table(votes) for name, votes in {"people": people, **judges}.items()}
    return Study(people, judges, tables, once)


def _table(votes: Votes) -> dict[str, Row]:
    return {row.model: row for row in table(fit(votes.rated()), seed=SEED)}


@dataclass(frozen=True)
class Scores:
    """Every comparison once: the score of the answer shown first, by people (the mean of votes) and by a judge."""

    rows: Battles
    people: Floats
    judge: Floats
    all_: int  # comparisons there are, of which these may be a part

    def some(self, draw: int) -> Floats:
        """People's scores of about LABELS in `all_` comparisons, nan for the others."""
        labels = LABELS * len(self.people) // self.all_
        keep = np.random.default_rng([SEED, draw]).permutation(len(self.people))[:labels]
        out = np.full(len(self.people), nan)
        out[keep] = self.people[keep]
        return out


def scored(people: Votes, judge: Votes) -> Scores:
    said: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for unit, word in zip(people.comparisons, people.winner, strict=True):
        said[unit].append(WORTH[word])
    means = np.array([np.mean(said[unit]) for unit in judge.comparisons])
    rows = battles(judge.model_a, judge.model_b, judge.winner)
    return Scores(rows, means, np.array([WORTH[word] for word in judge.winner]), len(means))


def scored_for(scores: Scores, model: str) -> Scores:
    """The comparisons of one model, scored for it."""
    place = scores.rows.models.index(model)
    mine = (scores.rows.a == place) | (scores.rows.b == place)
    turned = (scores.rows.b == place)[mine]

    def score(each: Floats) -> Floats:
        return np.asarray(np.where(turned, 1 - each[mine], each[mine]))

    return Scores(scores.rows.where(mine), score(scores.people), score(scores.judge), scores.all_)
