"""Which is the best: open, European, in each language, on a laptop, on a phone. Where it is not sure, who contends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

from halfopen.advisor.able import EU
from halfopen.advisor.claims.claim import LANGUAGES, Claim, Evidence, Finding, Verdict, at, contenders
from halfopen.advisor.quality import OVERALL, Quality
from halfopen.catalog.model import Model

GROUP = "The best"
EUROPE = EU | {"CH", "GB", "NO", "IS", "LI"}
GIGABYTES = Decimal("0.6")  # for a billion parameters at four bits, with what goes with them
BESIDE = Decimal(1)  # GB for a short context
LAPTOP, PHONE = Decimal(24), Decimal(6)  # GB for a model: three quarters of 32, half of 12


def best_open(evidence: Evidence) -> Finding:
    """Among those of which somebody has seen that they are open; the others are told beside it."""
    found = _best("open model", evidence, OVERALL, lambda model: _open(model, evidence))
    unseen = [each for each in evidence.best(OVERALL, "open", measured=False) if evidence.doubtful(each.model)]
    said = f"Not counted, because it was not seen or is disputed that they are open: {evidence.names(unseen)}."
    return replace(found, numbers=(*found.numbers, *([said] if unseen else [])))


def _open(model: Model, evidence: Evidence) -> bool:
    return model.weights == "open" and not evidence.doubtful(model.name)


def best_european(evidence: Evidence) -> Finding:
    """By the country of the lab; where no row has it, by the home that its own row as a provider states."""
    homes = {
        provider.operator or provider.title: provider.home
        for provider in evidence.catalog.providers.values()
        if provider.home
    }

    def european(model: Model) -> bool:
        home = next((where for operator, where in homes.items() if model.lab.casefold() in operator.casefold()), None)
        return (model.lab_country or home) in EUROPE

    return _best("model of a European lab", evidence, OVERALL, european)


def best_that_fits(room: Decimal, machine: str, evidence: Evidence) -> Finding:
    def fits(model: Model) -> bool:
        size = model.parameters
        return _open(model, evidence) and size is not None and size * GIGABYTES + BESIDE <= room

    most = (room - BESIDE) / GIGABYTES
    unknown = sum(m.weights == "open" and m.parameters is None for m in evidence.catalog.models.values())
    said = (
        f"Taken to fit: open weights of at most {most:.0f} billion parameters, which at four bits need "
        f"{room} GB ({GIGABYTES} GB a billion and {BESIDE} GB beside); of {unknown} open models the size is not known."
    )
    return _best(f"model that runs on {machine}", evidence, OVERALL, fits, said)


def strongest(language: str, evidence: Evidence) -> Finding:
    found = _best(f"model in {language}", evidence, language, lambda model: True)
    opened = evidence.best(language, "open", seen=True)
    said = (f"The best open one: {evidence.tell(opened[0])}.",) if opened else ()
    return Finding(found.verdict, (*found.numbers, *said), found.decides, found.seen)


def _best(what: str, evidence: Evidence, kind: str, fits: Callable[[Model], bool], *said: str) -> Finding:
    ranked = {basis: _ranked(evidence, kind, fits, measured=basis) for basis in (True, False)}
    decides = f"A rating of every {what} on one board, narrow enough to part the first from the second."
    numbers = list(said)
    if not ranked[False]:
        return Finding("undecided", (*said, f"None of them is rated{at(kind)}."), decides)
    first = contenders(ranked[True]) if ranked[True] else ()
    if first:
        said_of = "is surely the best of the measured" if len(first) == 1 else "contend for it among the measured"
        numbers.append(f"{evidence.names(first)} {said_of}.")
    guessed = [each for each in contenders(ranked[False]) if each.basis == "estimated"]
    if guessed:
        numbers.append(f"By estimate these may be as good or better: {evidence.names(guessed)}.")
    unrated = sum(fits(m) and m.name not in evidence.rated(kind) for m in evidence.catalog.models.values())
    if unrated:
        numbers.append(f"{unrated} more are unrated.")
    alone = len(first) == 1 < len(ranked[True])  # of one there is nothing to be better than
    verdict: Verdict = "true" if alone and not guessed and not unrated else "undecided"
    return Finding(verdict, tuple(numbers), decides, first[0].day if first else None)


def _ranked(evidence: Evidence, kind: str, fits: Callable[[Model], bool], *, measured: bool) -> tuple[Quality, ...]:
    ranked = evidence.best(kind, measured=measured)
    return tuple(quality for quality in ranked if fits(evidence.catalog.models[quality.model]))


CLAIMS = (
    Claim("best-open", GROUP, "One open model is the best", best_open),
    Claim("best-european", GROUP, "One European model is the best", best_european),
    *(
        Claim(
            f"best-{language.lower()}", GROUP, f"One model is the strongest in {language}", partial(strongest, language)
        )
        for language in LANGUAGES
    ),
    Claim(
        "best-laptop", GROUP, "One model is the best on a laptop", partial(best_that_fits, LAPTOP, "a laptop of 32 GB")
    ),
    Claim("best-phone", GROUP, "One model is the best on a phone", partial(best_that_fits, PHONE, "a phone of 12 GB")),
)
