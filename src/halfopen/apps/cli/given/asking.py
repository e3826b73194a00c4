"""The dozen questions in the terminal, the workload.yaml that the answers make, and nothing lost if one is wrong."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

from halfopen.apps.plans.asked import EXAMPLE
from halfopen.apps.plans.questions import QUESTIONS, Question, workload_of

NAMES = ("workload.yaml", *(f"workload-{count}.yaml" for count in range(2, 100)))


def ask() -> str:
    """The text of the workload, which is written to a file too. Raises ValueError where nobody can answer."""
    typer.echo("No workload is named, so here are a dozen questions; empty takes what is in brackets.", err=True)
    answers: dict[str, Any] = {}
    for place, question in enumerate(QUESTIONS, 1):
        typer.echo(f"\n{place}/{len(QUESTIONS)}  {question.asks}\n      {question.why}", err=True)
        answers[question.key] = _answer(question, question.proposed(answers))
    text = workload_of(answers)
    out = next((path for name in NAMES if not (path := Path(name)).exists()), None)
    if out is None:
        raise ValueError("workload.yaml to workload-99.yaml are all there: name one of them, or remove some")
    out.write_text(text, encoding="utf-8")
    typer.echo(f"\nwritten: {out}; change it and run `halfopen advise {out}`\n", err=True)
    return text


def _answer(question: Question, proposed: str) -> Any:
    """Asks until it is an answer."""
    while True:
        typer.echo(f"  [{proposed}] > " if proposed else "  > ", nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            raise ValueError(_nobody())
        try:
            return question.read(line.strip() or proposed)
        except ValueError as why:
            typer.echo(f"  {why}", err=True)


def _nobody() -> str:
    return f"no workload, and nobody to ask: name a file, or give --from-ledger 30d. A file looks like this:\n{EXAMPLE}"
