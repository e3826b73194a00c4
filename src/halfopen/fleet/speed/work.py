"""What is asked, a model on so many cards under so many requests, and the amounts of work that follow from it.

The amounts do not depend on the coefficients, so they are computed once, for all rows of a table at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from halfopen.fleet.architecture import Architecture
from halfopen.fleet.hardware import Accelerator
from halfopen.fleet.memory import Bits, a_sequence, precision_of, read_by_a_step, weights

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

WIDTHS: Mapping[float, Bits] = {16: "bf16", 8: "fp8"}
ENGINES = ("vllm", "sglang", "trtllm", "llama.cpp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """`prompt` and `answer` in tokens; `concurrency` in requests at a time, over all cards.

    The attention is on groups of `tensor` cards, `groups` of them with a copy each; experts are spread over all cards.
    """

    architecture: Architecture
    accelerator: Accelerator
    precision: str
    engine: str = "vllm"
    prompt: float
    answer: float
    tensor: int = 1
    groups: int = 1
    concurrency: float = 1

    @property
    def cards(self) -> int:
        return self.tensor * self.groups


class Work(NamedTuple):
    """Amounts, row by row. Bytes and operations are those of one card, in a step or for a token, as it says."""

    prompt: Floats  # tokens
    answer: Floats
    concurrency: Floats
    running: Floats  # sequences that have room at a time
    running_each: Floats  # of them on one group
    groups: Floats
    layers: Floats
    experts: Floats
    chosen: Floats  # share of the experts that a token uses
    per_token: Floats  # experts that a token uses
    expert_layers: Floats
    dense_bytes: Floats  # read in a step
    expert_bytes: Floats  # of one expert, spread over all cards
    cache_bytes: Floats  # read in a step for one sequence of a group
    dense_flops: Floats  # of a token
    expert_flops: Floats
    attention_flops: Floats  # of a whole prompt
    hidden_bytes: Floats  # of a token's vector
    linked: Floats  # 1 where there is another card
    doublings: Floats  # of the cards
    bandwidth: Floats
    link: Floats
    dense_peak: Floats
    expert_peak: Floats
    plain_peak: Floats
    is_bf16: Truths
    is_fp8: Truths
    is_trtllm: Truths
    is_sglang: Truths


def work(setups: Sequence[Setup]) -> Work:
    """Raises ValueError for an unknown precision."""
    rows = [_row(each) for each in setups]
    return Work(**{name: np.array([row[name] for row in rows]) for name in Work._fields})


def _row(asked: Setup) -> Mapping[str, float]:
    model, card = asked.architecture, asked.accelerator
    precision = precision_of(model, asked.precision)
    named = asked.precision if asked.precision in ("bf16", "fp8") else precision.computed
    attention = precision.bits if precision.attention is None else precision.attention
    length = asked.prompt + asked.answer / 2
    whole = a_sequence(model, precision, asked.prompt + asked.answer, asked.tensor)
    room = card.usable * asked.cards - weights(model, precision)
    running = min(asked.concurrency, max(room / whole, 1.0)) if room > 0 else asked.concurrency  # `memory.fit` tells
    arithmetic = precision.computed if precision.attention is None else WIDTHS[precision.attention]
    return {
        "prompt": asked.prompt,
        "answer": asked.answer,
        "concurrency": asked.concurrency,
        "running": running,
        "running_each": running / asked.groups,
        "groups": asked.groups,
        "layers": model.layers,
        "experts": model.experts,
        "chosen": model.topk / model.experts if model.experts else 0.0,
        "per_token": model.topk,
        "expert_layers": model.expert_layers,
        "dense_bytes": (model.dense * attention + model.head * precision.head) / 8 / asked.tensor,
        "expert_bytes": model.expert * precision.bits / 8 / asked.cards,
        "cache_bytes": read_by_a_step(model, precision, length, asked.tensor) / asked.tensor,
        "dense_flops": 2 * model.dense / asked.tensor,
        "expert_flops": 2 * model.expert_layers * model.topk * model.expert / asked.cards,
        "attention_flops": asked.prompt * model.attended(asked.prompt / 2) / asked.tensor,
        "hidden_bytes": 2 * model.hidden,
        "linked": asked.cards > 1,
        "doublings": float(np.log2(max(asked.cards, 2))),
        "bandwidth": card.bytes_a_second,
        "link": card.link_bytes_a_second,
        "dense_peak": card.flops(arithmetic),
        "expert_peak": card.flops(precision.computed),
        "plain_peak": card.flops("bf16"),
        "is_bf16": named == "bf16",
        "is_fp8": named == "fp8",
        "is_trtllm": asked.engine == "trtllm",
        "is_sglang": asked.engine == "sglang",
    }
