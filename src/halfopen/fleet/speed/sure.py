"""How sure a prediction is: its parts are known to different degrees, and the interval is as wide as they make it.

Each part of a time has a spread in nats: how far such a part tends to be off for a model that was never measured. The
spread of the whole is the root of the sum of the squares of (the part's share x its spread), of one that is always
there, and of one for each thing that was not measured at all. The half-width of the 80 % interval is a multiple of
it: the one that held in four of five predictions of architectures that were left out (conformal prediction: Vovk,
Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from halfopen.fleet.speed.roofline import First, Token
from halfopen.fleet.speed.work import Setup, Work

Floats = npt.NDArray[np.float64]

HELD = 0.8

# In nats, stated after looking at the errors of architectures that were left out, and rounded.
TOKEN: Mapping[str, float] = {"dense": 0.1, "experts": 0.3, "cache": 0.25, "overhead": 0.2, "interrupted": 1.0}
FIRST: Mapping[str, float] = {"start": 0.4, "steps": 0.3, "prompt": 0.3, "crowd": 1.5, "place": 2.0}
ALWAYS, ALWAYS_FIRST = 0.06, 0.12
ROUTED = 0.12  # a model with experts, of whose routing a configuration says nothing
TRTLLM, SGLANG = 0.2, 0.3  # engines whose starts vary more than vllm's


class Unseen(NamedTuple):
    """Something that may not have been measured: its spreads of a token's time and of the first token's, in nats."""

    token: float
    first: float
    said: str


UNSEEN: Mapping[str, Unseen] = {
    "latent": Unseen(0.0, 0.5, "no model with latent attention was measured"),
    "state": Unseen(0.0, 0.3, "no model with recurrent layers was measured"),
    "sparse": Unseen(0.25, 0.4, "no model that looks at part of its context was measured"),
    "assumed": Unseen(0.25, 0.3, "part of its architecture is assumed"),
    "engine": Unseen(0.3, 0.5, "no server of this engine was measured"),
    "accelerator": Unseen(0.2, 0.4, "no server on this accelerator was measured"),
    "machine": Unseen(0.35, 0.6, "no small machine was measured"),
    "precision": Unseen(0.15, 0.3, "no server at this precision was measured"),
    "parallel": Unseen(0.2, 0.3, "nothing on so many cards was measured"),
}


def features(asked: Setup) -> Mapping[str, str]:
    """What about a setup could have been measured or not, as UNSEEN names it: the kind, and which one it is."""
    model, card = asked.architecture, asked.accelerator
    return {
        "latent": "latent" if model.latent else "",
        "state": "state" if model.state_layers else "",
        "sparse": "sparse" if model.sparse or model.cache_elements else "",
        "assumed": "assumed" if model.assumed else "",
        "engine": asked.engine,
        "accelerator": card.name if card.kind == "datacentre" else "",
        "machine": card.name if card.kind != "datacentre" else "",
        "precision": asked.precision,
        "parallel": str(asked.cards),
    }


def unseen(asked: Setup, seen: Mapping[str, frozenset[str]]) -> tuple[Unseen, ...]:
    """What about a setup was not measured, given what was."""
    return tuple(
        UNSEEN[kind] for kind, which in features(asked).items() if which and which not in seen.get(kind, frozenset())
    )


def spreads(work: Work, token: Token, first: First, missing: list[tuple[Unseen, ...]]) -> tuple[Floats, Floats]:
    """Of the time of a token and of the first one, in nats, row by row."""
    more = np.array([[sum(each.token**2 for each in row), sum(each.first**2 for each in row)] for row in missing]).T
    routed = np.where(work.experts > 0, ROUTED, 0.0)
    engine = np.select([work.is_trtllm, work.is_sglang], [TRTLLM, SGLANG], 0.0)
    return (
        np.sqrt(_shared(token, TOKEN) + ALWAYS**2 + routed**2 + more[0]),
        np.sqrt(_shared(first, FIRST) + ALWAYS_FIRST**2 + engine**2 + more[1]),
    )


def multiple(errors: Floats, spread: Floats, weight: Floats) -> float:
    """The multiple of the spread within which HELD of the errors lie, by weight. All in nats."""
    size = np.abs(errors) / spread
    order = np.argsort(size)
    reached = np.cumsum(weight[order]) / weight.sum()
    return float(size[order][np.searchsorted(reached, HELD)])


def _shared(parts: Token | First, known: Mapping[str, float]) -> Floats:
    squares = [(getattr(parts, name) / parts.whole * spread) ** 2 for name, spread in known.items()]
    return np.asarray(sum(squares), dtype=np.float64)
