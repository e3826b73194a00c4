"""What the roofline leaves open: each coefficient with what is believed of it before anything was measured.

A coefficient is fitted as its logarithm, and what was measured has to overcome `likely` by so many `spread`s. So a
setup of which little was measured keeps the value that kernels of its kind usually have, and none runs away. The values
were rounded from the whole of the measurements, with an eye on published efficiencies; `docs/fleet.md` says what the
fit made of them, and what a fit that never saw an architecture makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Coefficient(NamedTuple):
    """`likely` in the unit that `about` ends with, a share or a factor where it names none; `spread` in nats."""

    likely: float
    spread: float
    about: str


COEFFICIENTS: Mapping[str, Coefficient] = {
    # What is reached of the published bandwidth and arithmetic.
    "bandwidth_dense": Coefficient(0.75, 0.25, "of the memory bandwidth, by weights that every token reads"),
    "bandwidth_experts": Coefficient(0.75, 0.2, "of the memory bandwidth, by the experts that a step touches"),
    "bandwidth_cache": Coefficient(0.6, 0.4, "of the memory bandwidth, by keys and values"),
    "compute_bf16": Coefficient(0.6, 0.2, "of the bf16 arithmetic, while decoding"),
    "compute_fp8": Coefficient(0.55, 0.2, "of the fp8 arithmetic, while decoding"),
    "compute_fp4": Coefficient(0.4, 0.25, "of the fp4 arithmetic, while decoding"),
    "prefill_bf16": Coefficient(0.6, 0.3, "of the bf16 arithmetic, while reading a prompt"),
    "prefill_fp8": Coefficient(0.6, 0.3, "of the fp8 arithmetic, while reading a prompt"),
    "prefill_fp4": Coefficient(0.5, 0.3, "of the fp4 arithmetic, while reading a prompt"),
    "prefill_experts": Coefficient(0.25, 0.5, "of what a dense layer reaches while reading a prompt, by experts"),
    "link": Coefficient(0.5, 0.5, "of the link's bandwidth, by sums over the cards"),
    "routing": Coefficient(0.9, 0.1, "exponent of the tokens: routers favour some experts, so a step touches fewer"),
    # What every layer, step and sequence costs beside that.
    "layer": Coefficient(30e-6, 0.5, "of starting the kernels of a layer, s"),
    "experts_layer": Coefficient(30e-6, 0.5, "more, of routing to eight experts in a layer, s"),
    "sum": Coefficient(4e-6, 0.5, "of a sum over two cards, and again for each doubling of them, s"),
    "step": Coefficient(5e-4, 0.7, "of a step, s"),
    "sequence": Coefficient(8e-6, 0.7, "of a sequence in a step, s"),
    "prefill_layer": Coefficient(5e-4, 0.5, "of a layer while reading a prompt, which is not recorded before, s"),
    "prefill_experts_layer": Coefficient(4e-4, 0.5, "more, of a layer with experts, s"),
    # How requests get into each other's way.
    "interrupted": Coefficient(0.7, 0.3, "of the time that others' prompts take falls into an answer's own"),
    "crowd": Coefficient(0.05, 0.2, "of the concurrent prompts are read before one's own, on average"),
    "steps_before": Coefficient(1.5, 0.5, "steps pass before the first token is out"),
    # Engines; vllm is 1.
    "trtllm": Coefficient(0.9, 0.2, "decodes in this much of vllm's time"),
    "sglang": Coefficient(1.0, 0.2, "decodes in this much of vllm's time"),
    "trtllm_start": Coefficient(1.5, 0.5, "starts on a prompt in this much of vllm's time"),
    "sglang_start": Coefficient(3.0, 0.5, "starts on a prompt in this much of vllm's time"),
    "sglang_prefill": Coefficient(1.2, 0.2, "reads a prompt in this much of vllm's time"),
}
