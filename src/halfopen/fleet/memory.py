"""Does it fit: weights by precision, keys and values by architecture, and what an engine needs beside.

All experts are resident, whichever a token uses. Keys and values are shared among the cards of a tensor group as far as
there are heads to share: with more cards than heads each head is kept more than once, and latent keys on every card.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from halfopen.fleet.architecture import Architecture
from halfopen.fleet.hardware import GB, Accelerator

Bits = Literal["bf16", "fp8", "fp4"]


@dataclass(frozen=True, slots=True)
class Precision:
    """`bits` of a weight with its scales, `head` of one of the matrix that writes tokens, `embedding` of the one that
    reads them and `attention` of all that is no expert, where they differ.

    `computed` is the arithmetic that the engines use for it; `cache` are the bytes of an element of keys and values.
    """

    bits: float
    head: float
    computed: Bits
    cache: float
    attention: float | None = None
    embedding: float | None = None


# NVFP4 has a scale of 8 bits for 16 weights, MXFP4 one for 32; AWQ and GPTQ 16 bits and a zero for 128. llama.cpp's
# mixtures give some matrices more bits: these are means, from the sizes of Llama 3.1's files of 8B and 70B (recalled).
PRECISIONS: Mapping[str, Precision] = {
    "bf16": Precision(16, 16, "bf16", 2),
    "fp8": Precision(8, 16, "fp8", 1),
    "fp4": Precision(4.5, 16, "fp4", 1),
    "mxfp4": Precision(4.25, 16, "fp4", 1, attention=16),
    "mxfp4-fp8": Precision(4.25, 16, "fp4", 1, attention=8),  # as DeepSeek publishes V4
    "int4": Precision(4.25, 16, "bf16", 2),
    "Q8_0": Precision(8.5, 8.5, "bf16", 2),
    "Q6_K": Precision(6.57, 6.57, "bf16", 2),
    "Q5_K_M": Precision(5.66, 6.57, "bf16", 2, embedding=5.5),
    "Q4_K_M": Precision(4.81, 6.57, "bf16", 2, embedding=4.5),
    "Q3_K_M": Precision(3.86, 6.57, "bf16", 2, embedding=3.44),
}
# What is published as NVFP4 of a model with experts has its experts in four bits, and its attention as it was.
OF_MIXTURES: Mapping[str, Precision] = {"fp4": Precision(4.5, 16, "fp4", 1, attention=16)}
SERVED = ("bf16", "fp8", "fp4")  # by vLLM, SGLang and TensorRT-LLM
LLAMA = ("Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M")  # by llama.cpp, best first
STATE_BYTES = 4  # of an element of a recurrent state, which engines keep in 32 bits whatever the weights are in
LEAST_ACTIVATIONS = 0.3 * GB  # of a card
CHUNK, SMALL_CHUNK = 8192, 512  # tokens of prompts read at a time, by engines of data centres and by llama.cpp
WIDE = 12  # vectors of the width that are alive at a time


@dataclass(frozen=True, slots=True)
class Fit:
    """Bytes of all cards together. `sequences` is how many of the asked length fit at a time; `why` if none does."""

    weights: float
    a_sequence: float
    beside: float  # activations and what is left free
    room: float  # for keys and values
    sequences: int
    why: str = ""

    @property
    def fits(self) -> bool:
        return self.sequences > 0


def precision_of(architecture: Architecture, asked: str) -> Precision:
    """What `asked` comes to for this model: one that is published in fewer bits is not blown up. Raises ValueError."""
    if asked not in PRECISIONS:
        raise ValueError(f"the precision {asked} is not known; there are {', '.join(PRECISIONS)}")
    published = architecture.published_in
    if published is not None and asked not in LLAMA and PRECISIONS[asked].bits >= 4:
        return PRECISIONS[published]
    return OF_MIXTURES.get(asked, PRECISIONS[asked]) if architecture.experts else PRECISIONS[asked]


def precisions_of(architecture: Architecture, accelerator: Accelerator) -> tuple[str, ...]:
    """What a model can be served in on a machine, best first."""
    if architecture.published_in is not None:
        return (architecture.published_in,)
    if accelerator.kind != "datacentre":
        return LLAMA
    arithmetic = {"bf16": True, "fp8": accelerator.fp8 is not None, "fp4": accelerator.fp4 is not None}
    return tuple(precision for precision in SERVED if arithmetic[precision])


def weights(architecture: Architecture, precision: Precision) -> float:
    """Bytes of all weights."""
    attention = precision.bits if precision.attention is None else precision.attention
    embedding = precision.head if precision.embedding is None else precision.embedding
    rest = max(architecture.total - architecture.all_experts - architecture.head - architecture.embeddings, 0.0)
    matrices = architecture.head * precision.head + architecture.embeddings * embedding
    return (architecture.all_experts * precision.bits + rest * attention + matrices) / 8


def kept_times(architecture: Architecture, tensor: int) -> float:
    """How often each key and value is kept in a tensor group of so many cards."""
    return float(tensor) if architecture.latent else max(1.0, tensor / architecture.kv_heads)


def a_sequence(architecture: Architecture, precision: Precision, tokens: float, tensor: int) -> float:
    """Bytes that a sequence of so many tokens keeps, in a tensor group of so many cards."""
    kept = architecture.cache(tokens) * precision.cache * kept_times(architecture, tensor)
    return kept + architecture.state * STATE_BYTES


def read_by_a_step(architecture: Architecture, precision: Precision, tokens: float, tensor: int) -> float:
    """Bytes of it that a step reads, or reads and writes back, which is what happens to a state."""
    kept = architecture.looked_at(tokens) * precision.cache * kept_times(architecture, tensor)
    return kept + 2 * architecture.state * STATE_BYTES


def divisible(architecture: Architecture, tensor: int) -> bool:
    """Whether so many cards can share the heads."""
    heads = architecture.heads
    return heads % tensor == 0 and (
        architecture.latent or max(architecture.kv_heads, tensor) % min(architecture.kv_heads, tensor) == 0
    )


def fit(
    architecture: Architecture,
    accelerator: Accelerator,
    cards: int = 1,
    precision: str = "fp8",
    context: int = 8192,
    sequences: int = 1,
) -> Fit:
    """Whether so many cards hold the model with `sequences` of `context` tokens at a time. Raises ValueError."""
    chosen = precision_of(architecture, precision)
    held = weights(architecture, chosen)
    each = a_sequence(architecture, chosen, context, cards)
    chunk = CHUNK if accelerator.kind == "datacentre" else SMALL_CHUNK
    activations = max(LEAST_ACTIVATIONS, chunk * architecture.hidden * 2 * WIDE / cards)
    reserve = 0.0 if accelerator.for_models is not None else accelerator.bytes - accelerator.usable
    free = (accelerator.bytes - accelerator.usable + max(activations - reserve, 0.0)) * cards
    room = accelerator.bytes * cards - free - held
    places = int(room // each) if room > 0 else 0
    why = _why(architecture, accelerator, cards, context, sequences, held, each, room, places)
    return Fit(held, each, free, max(room, 0.0), 0 if why else places, why)


def least(
    architecture: Architecture,
    accelerator: Accelerator,
    precision: str,
    context: int,
    sequences: int = 1,
    counts: Iterable[int] = (1, 2, 4, 8),
) -> int | None:
    """The least number of cards that hold it, among `counts`."""
    for cards in counts:
        if divisible(architecture, cards) and fit(architecture, accelerator, cards, precision, context, sequences).fits:
            return cards
    return None


def _why(
    architecture: Architecture,
    accelerator: Accelerator,
    cards: int,
    context: int,
    sequences: int,
    held: float,
    each: float,
    room: float,
    places: int,
) -> str:
    what = f"{cards} x {accelerator.title}" if cards > 1 else accelerator.title
    if context > architecture.context:
        return f"{architecture.name} reads {architecture.context:,} tokens at most, not {context:,}"
    if room <= 0:
        return f"its weights take {held / GB:,.0f} GB, and {what} leaves {(room + held) / GB:,.0f} GB for them"
    if places < sequences:
        many = f"{sequences} sequences" if sequences > 1 else "a sequence"
        return (
            f"beside its weights {what} leaves {room / GB:,.1f} GB, and {many} of {context:,} tokens "
            f"{'take' if sequences > 1 else 'takes'} {sequences * each / GB:,.1f} GB"
        )
    return ""
