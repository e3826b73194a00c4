"""How a model is built, and what follows from it: parameters that every token reads, experts, keys and values.

Amounts are counted in parameters and in elements; `fleet.memory` knows how many bytes each takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from halfopen.documents import Complaints, amiss

BILLION = 1e9
DISAGREE = 0.05  # by how much the counted parameters may differ from the published ones before these are believed
ROUNDED = 0.1  # the same of the active ones, which are published in whole billions, with or without the embeddings


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """One row of `data/architectures.yaml`. `parameters` and `active` are the published ones, in billions.

    Layers are of two kinds at a time. By what they keep of the context: `full_layers` all of it, `window_layers` the
    last `window` tokens, `state_layers` a state of fixed size; without these fields all layers keep all. By what they
    do: `expert_layers` route to `topk` of `experts`, `dense_layers` have one network of width `inter`; without that
    field those which do not route. None is unknown or does not apply.
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
    value_dim: int | None = None  # of a head's values, where it is not `head_dim`
    full_kv_heads: int | None = None  # of layers that keep the whole context, where they have others than the rest
    full_head_dim: int | None = None
    gated: bool = False  # the attention's answer is multiplied by a gate as wide as itself
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
    state_width: int | None = None  # of the values in a state layer, all heads together; None: as in the attention
    state_keys: int = 0  # of the keys there
    state_depth: int = 128  # elements of the state for each element of that width
    kv_lora_rank: int | None = None  # latent attention: the width of keys and values together
    rope_dim: int = 0
    query_rank: int = 0
    output_rank: int = 0  # of each group of heads, where the way out of the attention is narrowed too
    output_groups: int = 1
    cache_elements: int | None = None  # of a token over all layers, where keys and values are compressed over tokens
    sparse: int | None = None  # tokens that a step looks at, where it does not look at all
    tied: bool = False  # one matrix for reading tokens and for writing them
    published_in: str | None = None  # the precision of its experts, where there are none of more bits
    recalled: bool = False
    source: str | None = None  # of what the table that most rows are from does not say (data/NOTICE.md)
    assumed: str | None = None  # what no published configuration says

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

    @property
    def embeddings(self) -> int:
        """Parameters of the matrix that reads tokens, of which a token needs one row; 0 where it is the head, too."""
        return 0 if self.tied else self.head

    @cached_property
    def dense(self) -> float:
        """Parameters that every token reads, without embeddings: attention, dense and shared networks, routers.

        Counted; where the count disagrees with the published active parameters, what these leave for it.
        """
        counted = self._counted
        chosen = self.expert_layers * self.topk * self.expert + self.head
        told = (counted + chosen, counted + chosen + self.embeddings)
        if self.active is None or any(abs(each / (self.active * BILLION) - 1) <= ROUNDED for each in told):
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
        return self._counted + self.all_experts + self.head + self.embeddings

    @property
    def used(self) -> float:
        """Parameters that a token is computed with."""
        return self.dense + self.expert_layers * self.topk * self.expert + self.head

    @cached_property
    def _counted(self) -> float:
        attention = self.whole * self._attention(self._full_kv, self._full_width)
        attention += self.window_layers * self._attention(self.kv_heads, self.head_dim)
        networks = self.layers - self.expert_layers if self.dense_layers is None else self.dense_layers
        dense = networks * self.matrices * self.hidden * (self.inter or 0)
        narrowed = 2 * self.hidden * self.expert_hidden if self.expert_hidden else 0
        shared = self.expert_layers * (self.shared * self.expert_matrices * self.hidden * self.expert_inter + narrowed)
        routers = self.expert_layers * self.experts * self.hidden
        return float(attention + self.state_layers * self._recurrence + dense + shared + routers)

    def _attention(self, kv_heads: int, head_dim: int) -> float:
        """Parameters of one layer's attention: queries, keys and values, the way out, and its gate."""
        values = self.value_dim or head_dim
        asked = self.heads * (head_dim + (self.rope_dim if self.latent else 0))
        out = self.heads * values
        queries = self.query_rank * (self.hidden + asked) if self.query_rank else self.hidden * asked
        if self.kv_lora_rank is not None:
            kept = self.hidden * self.kept + self.kv_lora_rank * self.heads * (head_dim + values)
        else:
            kept = self.hidden * kv_heads * (head_dim + values)
        way_out = self.output_rank * (out + self.output_groups * self.hidden) if self.output_rank else self.hidden * out
        return queries + kept + way_out + (self.hidden * out if self.gated else 0)

    @property
    def _recurrence(self) -> float:
        """Parameters of one state layer: of Mamba-2 and of gated delta rules, which count alike but for small parts."""
        if self.state_width is None:
            return self._attention(self.kv_heads, self.head_dim)
        return self.hidden * (2 * self.state_keys + 3 * self.state_width)

    @property
    def _full_kv(self) -> int:
        return self.full_kv_heads or self.kv_heads

    @property
    def _full_width(self) -> int:
        return self.full_head_dim or self.head_dim

    @property
    def kept(self) -> int:
        """Elements of keys and values that a layer keeps of a token if it keeps the whole context."""
        if self.kv_lora_rank is not None:
            return self.kv_lora_rank + self.rope_dim
        return self._full_kv * (self._full_width + (self.value_dim or self._full_width))

    @property
    def kept_in_window(self) -> int:
        """The same of a layer that keeps the last tokens only."""
        if self.kv_lora_rank is not None:
            return self.kept
        return self.kv_heads * (self.head_dim + (self.value_dim or self.head_dim))

    @property
    def state(self) -> float:
        """Elements of the recurrent states of one sequence, however long it is."""
        width = self.hidden if self.state_width is None else self.state_width
        return float(self.state_layers * self.state_depth * width)

    def cache(self, tokens: float) -> float:
        """Elements of keys and values that a sequence of so many tokens keeps, on all cards together; no states."""
        near = min(tokens, self.window)
        if self.cache_elements is not None:
            return self.cache_elements * tokens + self.layers * self.kept * near
        return self.kept * self.whole * tokens + self.kept_in_window * self.window_layers * near

    def looked_at(self, tokens: float) -> float:
        """Elements of the cache that a step reads for a sequence of so many tokens."""
        if self.sparse is None:
            return self.cache(tokens)
        index = self.whole * INDEX * tokens
        return min(self.cache(tokens), self.cache(min(tokens, self.sparse)) + index)

    def attended(self, tokens: float) -> float:
        """Operations of the attention to a context of so many tokens, of one token."""
        seen = tokens if self.sparse is None else min(tokens, self.sparse)
        width = self.head_dim + self.rope_dim if self.latent else self._full_width
        whole = self.whole * seen * (width + (self.value_dim or (self.head_dim if self.latent else self._full_width)))
        near = self.window_layers * min(tokens, self.window) * (self.head_dim + (self.value_dim or self.head_dim))
        return 2 * self.heads * (whole + near)


INDEX = 64  # elements of two bytes that an indexer keeps of a token: 128 of one byte
