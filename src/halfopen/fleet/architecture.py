"""How a model is built, and what follows from it: parameters that every token reads, experts, keys and values.

Amounts are counted in parameters and in elements; `fleet.memory` knows how many bytes each takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from halfopen.documents import Complaints, amiss

BILLION = 1e9
DISAGREE = 0.08  # by how much the counted parameters may differ from the published ones before these are believed


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """One row of `data/architectures.yaml`. `parameters` and `active` are published ones, in billions; None: unknown.

    Layers are of two kinds at a time. By what they keep of the context: `full_layers` all of it, `window_layers` the
    last `window` tokens, `state_layers` a state of fixed size; without these fields all layers keep all. By what they
    do: `expert_layers` route to `topk` of `experts`, `dense_layers` have one network of width `inter`; without that
    field those which do not route.
    """

    name: str
    also: tuple[str, ...] = ()
    parameters: float | None = None
    active: float | None = None
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    inter: int | None = None
    vocabulary: int
    context: int  # tokens
    experts: int = 0
    topk: int = 0
    expert_inter: int = 0
    expert_layers: int = 0
    expert_hidden: int | None = None  # the width on which experts work, where it is not `hidden`
    expert_matrices: int = 3  # of an expert: gate, up and down
    matrices: int = 3  # of a dense network
    shared: int = 0  # experts that every token uses
    dense_layers: int | None = None
    full_layers: int | None = None
    window_layers: int = 0
    window: int = 0  # tokens
    state_layers: int = 0
    kv_lora_rank: int | None = None  # latent attention: the width of keys and values together
    rope_dim: int = 0
    query_rank: int = 0
    cache_elements: int | None = None  # of a token over all layers, where keys and values are compressed over tokens
    sparse: int | None = None  # tokens that a step looks at, where it does not look at all
    tied: bool = False  # one matrix for reading tokens and for writing them
    published_in: str | None = None  # the precision of its experts, where there are none of more bits
    recalled: bool = False
    assumed: str | None = None  # what the published configuration does not say

    def __post_init__(self) -> None:
        """Raises Complaints."""
        if self.experts and not (self.topk and self.expert_inter and self.expert_layers):
            raise Complaints([amiss("experts", f"{self.experts} experts", "also topk, expert_inter and expert_layers")])
        if self.window_layers and not self.window:
            raise Complaints([amiss("window_layers", f"{self.window_layers} layers", "also the window, in tokens")])

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.also)

    @property
    def latent(self) -> bool:
        return self.kv_lora_rank is not None

    @cached_property
    def whole(self) -> int:
        """Layers that keep the whole context."""
        if self.full_layers is not None:
            return self.full_layers
        return self.layers - self.window_layers - self.state_layers

    @property
    def expert(self) -> float:
        """Parameters of one expert."""
        return self.expert_matrices * (self.expert_hidden or self.hidden) * self.expert_inter

    @property
    def all_experts(self) -> float:
        return float(self.expert_layers * self.experts * self.expert)

    @property
    def head(self) -> int:
        """Parameters of the matrix that writes tokens."""
        return self.vocabulary * self.hidden

    @cached_property
    def dense(self) -> float:
        """Parameters that every token reads, without embeddings: attention, dense and shared networks, routers.

        Counted; where the count disagrees with the published active parameters, what these leave for it.
        """
        counted = self._counted
        chosen = self.expert_layers * self.topk * self.expert + self.head
        if self.active is None or abs((counted + chosen) / (self.active * BILLION) - 1) <= DISAGREE:
            return counted
        return max(self.active * BILLION - chosen, counted / 4)

    @property
    def total(self) -> float:
        """All parameters, which have to be in memory: as counted, or as published where the two disagree."""
        if self.parameters is None or abs(self.counted / (self.parameters * BILLION) - 1) <= DISAGREE:
            return self.counted
        return self.parameters * BILLION

    @cached_property
    def counted(self) -> float:
        """All parameters as the configuration gives them."""
        return self._counted + self.all_experts + self.head * (1 if self.tied else 2)

    @property
    def used(self) -> float:
        """Parameters that a token is computed with."""
        return self.dense + self.expert_layers * self.topk * self.expert + self.head

    @cached_property
    def _counted(self) -> float:
        attention = (self.whole + self.window_layers + self.state_layers) * self._attention
        networks = self.layers - self.expert_layers if self.dense_layers is None else self.dense_layers
        dense = networks * self.matrices * self.hidden * (self.inter or 0)
        narrowed = 2 * self.hidden * self.expert_hidden if self.expert_hidden else 0
        shared = self.expert_layers * (self.shared * self.expert_matrices * self.hidden * self.expert_inter + narrowed)
        return float(attention + dense + shared + self.expert_layers * self.experts * self.hidden)

    @property
    def _attention(self) -> float:
        """Parameters of one layer's attention."""
        if self.kv_lora_rank is None:
            return self.hidden * self.head_dim * (2 * self.heads + 2 * self.kv_heads)
        queries = self.hidden * self.query_rank + self.query_rank * self.heads * (self.head_dim + self.rope_dim)
        keys = self.hidden * (self.kv_lora_rank + self.rope_dim) + self.kv_lora_rank * self.heads * 2 * self.head_dim
        return queries + keys + self.heads * self.head_dim * self.hidden

    @property
    def kept(self) -> int:
        """Elements of keys and values that a layer keeps of a token."""
        return self.kv_lora_rank + self.rope_dim if self.kv_lora_rank is not None else 2 * self.kv_heads * self.head_dim

    def cache(self, tokens: float) -> float:
        """Elements of keys, values and states that a sequence of so many tokens keeps, on all cards together."""
        if self.cache_elements is not None:
            return self.cache_elements * tokens + self.layers * self.kept * min(tokens, self.window or 0)
        state = self.state_layers * STATE * self.hidden
        return self.kept * (self.whole * tokens + self.window_layers * min(tokens, self.window)) + state

    def looked_at(self, tokens: float) -> float:
        """Elements of the cache that a step reads for a sequence of so many tokens."""
        if self.sparse is None:
            return self.cache(tokens)
        index = self.whole * INDEX * tokens
        return min(self.cache(tokens), self.cache(min(tokens, self.sparse)) + index)

    def attended(self, tokens: float) -> float:
        """Operations of the attention to a context of so many tokens, of one token."""
        width = self.head_dim * 4 if self.kv_lora_rank is None else (self.rope_dim + 2 * self.head_dim) * 2
        seen = tokens if self.sparse is None else min(tokens, self.sparse)
        return self.heads * width * (self.whole * seen + self.window_layers * min(tokens, self.window))


STATE = 128  # elements of a recurrent state for each of the width, as gated delta rules and Mamba-2 have
INDEX = 64  # elements of two bytes that an indexer keeps of a token: 128 of one byte
