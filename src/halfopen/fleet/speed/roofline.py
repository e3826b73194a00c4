"""The roofline: from amounts of work and coefficients to the time of a token, and of the first one, part by part.

Decoding, a step of all running sequences: weights are read or computed with, whichever takes longer (dense ones and the
experts that the step touches, each by itself), keys and values are read, partial sums cross the link twice a layer, and
each layer, step and sequence costs something. Into an answer's time falls part of what reading the others' prompts
takes: in one round of `answer` tokens every other request reads its prompt once.

First token: the prompt's arithmetic, but no less than reading all experts it touches; the start of its layers; the
steps that run before; the prompts that are read before it; and, where the cache does not hold all sequences, a place
to get free.

Method: Williams, Waterman and Patterson, "Roofline: an insightful visual performance model", CACM 52(4), 2009.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from halfopen.fleet.speed.work import Work

Floats = npt.NDArray[np.float64]
Values = Mapping[str, float]  # coefficients by name

BLUNT = 3.0  # how sharp the corner of the roofline is: the larger of two times, as a norm of this order
ROUNDS = 2  # of the time of an answer, which depends on how much of it others interrupt


class Token(NamedTuple):
    """Seconds of one token of an answer, once it runs, and what they are made of."""

    whole: Floats
    dense: Floats
    experts: Floats
    cache: Floats
    overhead: Floats  # layers, sums over the link, steps, sequences
    interrupted: Floats


class First(NamedTuple):
    """Seconds to the first token, and what they are made of."""

    whole: Floats
    start: Floats
    steps: Floats
    prompt: Floats
    crowd: Floats
    place: Floats  # until the cache has room


def times(work: Work, values: Values) -> tuple[Token, First]:
    """For each row of `work`, in seconds."""
    step, parts = _step(work, values)
    prompt = _prompt(work, values)
    others = values["interrupted"] * np.maximum(work.running - 1, 0) * prompt
    crowd = values["crowd"] * work.running * prompt
    token = step + others / work.answer
    for _ in range(ROUNDS):
        token = step + others * token / (work.answer * token + prompt + crowd)
    factor = parts.pop("factor")
    dense, experts, cache, overhead = (parts[name] * factor for name in ("dense", "experts", "cache", "overhead"))
    whole = Token(token, dense, experts, cache, overhead, token - step)
    start = work.layers * values["prefill_layer"] + work.expert_layers * values["prefill_experts_layer"]
    start = start * _engine(work, values, "_start")
    before = values["steps_before"] * token
    place = np.maximum(work.concurrency / work.running - 1, 0) * work.answer * token
    return whole, First(start + before + prompt + crowd + place, start, before, prompt, crowd, place)


def _step(work: Work, values: Values) -> tuple[Floats, dict[str, Floats]]:
    reached = _by_precision(work, values, "compute")
    touched = work.experts * (1 - (1 - work.chosen) ** (work.running ** values["routing"]))
    dense = _larger(
        work.dense_bytes / (work.bandwidth * values["bandwidth_dense"]),
        work.dense_flops * work.running_each / (work.dense_peak * reached),
    )
    experts = _larger(
        work.expert_layers * touched * work.expert_bytes / (work.bandwidth * values["bandwidth_experts"]),
        work.expert_flops * work.running / (work.expert_peak * reached),
    )
    cache = work.running_each * work.cache_bytes / (work.bandwidth * values["bandwidth_cache"])
    sums = 2 * work.layers * work.linked * (values["sum"] * work.doublings + _crossing(work, values, work.running_each))
    layers = work.layers * values["layer"] + work.expert_layers * values["experts_layer"] * work.per_token / 8
    overhead = layers + values["step"] + values["sequence"] * work.running + sums
    factor = _engine(work, values, "")
    whole = (dense + experts + cache + overhead) * factor
    return whole, {"dense": dense, "experts": experts, "cache": cache, "overhead": overhead, "factor": factor}


def _prompt(work: Work, values: Values) -> Floats:
    """Seconds in which one prompt is read."""
    reached = _by_precision(work, values, "prefill")
    tokens = work.prompt
    arithmetic = (
        work.dense_flops / work.groups * tokens / (work.dense_peak * reached)
        + work.expert_flops * tokens / (work.expert_peak * reached * values["prefill_experts"])
        + work.attention_flops / work.groups / (work.plain_peak * values["prefill_bf16"])
        + 2 * work.layers * work.linked * _crossing(work, values, tokens / work.groups)
    )
    touched = work.experts * (1 - (1 - work.chosen) ** tokens)
    read = work.expert_layers * touched * work.expert_bytes / (work.bandwidth * values["bandwidth_experts"])
    return np.hypot(arithmetic, read) * _engine(work, values, "_prefill")


def _crossing(work: Work, values: Values, tokens: Floats) -> Floats:
    """Seconds in which a layer's sums of so many tokens cross the link: each is sent and received once."""
    return 2 * tokens * work.hidden_bytes / (work.link * values["link"])


def _by_precision(work: Work, values: Values, kind: str) -> Floats:
    return np.select(
        [work.is_bf16, work.is_fp8], [values[f"{kind}_bf16"], values[f"{kind}_fp8"]], values[f"{kind}_fp4"]
    )


def _engine(work: Work, values: Values, what: str) -> Floats:
    factors = [values.get(f"{name}{what}", 1.0) for name in ("trtllm", "sglang")]
    return np.select([work.is_trtllm, work.is_sglang], factors, 1.0)


def _larger(one: Floats, other: Floats) -> Floats:
    return (one**BLUNT + other**BLUNT) ** (1 / BLUNT)
