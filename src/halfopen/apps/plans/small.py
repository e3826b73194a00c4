"""What fits on a machine and how fast it would be there, precision by precision."""

from __future__ import annotations

from typing import Any

from halfopen.fleet.architecture import Architecture
from halfopen.fleet.hardware import GB, Accelerator
from halfopen.fleet.memory import divisible, fit, precisions_of
from halfopen.fleet.speed.calibration import predicted
from halfopen.fleet.speed.sure import unseen
from halfopen.fleet.speed.work import Setup
from halfopen.fleet.tables import Tables

CONTEXT = 8192  # tokens, unless asked otherwise


def on_machine(
    tables: Tables,
    model: str,
    machine: str,
    cards: int = 1,
    context: int | None = None,
    prompt: int = 1000,
    answer: int = 300,
    concurrency: int = 1,
) -> dict[str, Any]:
    """Every precision that the machine's engine has, best first. Raises names.Unknown, ValueError."""
    architecture, card = tables.model(model), tables.machine(machine)
    if not 1 <= cards <= card.most:
        raise ValueError(f"{card.title} comes with at most {card.most} cards, and {cards} are asked for")
    if not divisible(architecture, cards):
        raise ValueError(f"{cards} cards cannot share the {architecture.heads} heads of {architecture.name}")
    length = context or min(CONTEXT, architecture.context)
    engine, precisions = "vllm" if card.kind == "datacentre" else "llama.cpp", precisions_of(architecture, card)
    rows, missing = [], set()
    for precision in precisions:
        asked = Setup(
            architecture=architecture,
            accelerator=card,
            precision=precision,
            engine=engine,
            prompt=prompt,
            answer=answer,
            tensor=cards,
            concurrency=concurrency,
        )
        missing |= {each.said for each in unseen(asked, tables.calibration.seen)}
        rows.append(_row(asked, tables, length))
    return {
        "model": architecture.name,
        "parameters": architecture.total,
        "active": architecture.used,
        "machine": card.name,
        "title": card.title,
        "cards": cards,
        "memory_gb": card.usable * cards / GB,
        "engine": engine,
        "context": length,
        "prompt": prompt,
        "answer": answer,
        "concurrency": concurrency,
        "estimated": card.estimated,
        "assumed": architecture.assumed,
        "recalled": architecture.recalled,
        "not_measured": sorted(missing),
        "rows": rows,
        "nearest": None if any(row["fits"] for row in rows) else _nearest(architecture, card, tables, length),
    }


def _row(asked: Setup, tables: Tables, context: int) -> dict[str, Any]:
    room = fit(asked.architecture, asked.accelerator, asked.cards, asked.precision, context, int(asked.concurrency))
    found = {
        "precision": asked.precision,
        "weights_gb": room.weights / GB,
        "fits": room.fits,
        "why_not": room.why or None,
        "longest_context": _longest(asked) or None,
        "tokens_a_second": None,
        "first_token_s": None,
    }
    if room.fits:
        times = predicted([asked], tables.calibration)
        found["tokens_a_second"] = [1 / float(each[0]) for each in (times.token, times.token_high, times.token_low)]
        found["first_token_s"] = [float(each[0]) for each in (times.first, times.first_low, times.first_high)]
    return found


def _longest(asked: Setup) -> int:
    """The longest context, in tokens, of which as many sequences as asked fit."""
    low, high = 0, asked.architecture.context
    while low < high:
        middle = (low + high + 1) // 2
        room = fit(asked.architecture, asked.accelerator, asked.cards, asked.precision, middle, int(asked.concurrency))
        low, high = (middle, high) if room.fits else (low, middle - 1)
    return low


def _nearest(architecture: Architecture, card: Accelerator, tables: Tables, context: int) -> str | None:
    """The smallest machine that would hold it, in words; None if there is none."""
    for other in sorted(tables.accelerators, key=lambda each: each.bytes):
        precisions = precisions_of(architecture, other)
        for cards in (1, 2, 4, 8):
            if cards > other.most or not divisible(architecture, cards):
                continue
            fitting = [each for each in precisions if fit(architecture, other, cards, each, context).fits]
            if fitting and (other.bytes * cards > card.bytes):
                return f"{f'{cards} x ' if cards > 1 else ''}{other.title} ({other.name}) holds it at {fitting[0]}"
    return None
