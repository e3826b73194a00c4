"""What models run on: an accelerator or a small machine, its memory, bandwidth, arithmetic, watts and price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from halfopen.catalog.source import Source
from halfopen.documents import Complaints, amiss
from halfopen.money import picos

GB = 1e9
TERA = 1e12
LEFT = 0.9  # engines leave a tenth to activations, graphs and whatever else wants some, unless told otherwise

Kind = Literal["datacentre", "workstation", "laptop", "board", "server"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    """One row of `data/accelerators.yaml`: one card, or one machine where it has no cards. None is unknown.

    Memory in GB (10^9 bytes), bandwidths in TB/s, arithmetic in dense TFLOP/s, prices in dollars. Prices are of an hour
    for what is rented, and of the machine for what is bought. `fp4` is None where 4-bit weights are computed with in
    bf16.
    """

    name: str
    also: tuple[str, ...] = ()
    title: str
    kind: Kind = "datacentre"
    memory: Decimal
    for_models: Decimal | None = None  # GB of it that a model may take, where the machine needs some itself
    bandwidth: Decimal
    link: Decimal | None = None  # TB/s to the other cards of a machine, one way; None: it stands alone
    bf16: Decimal
    fp8: Decimal | None = None
    fp4: Decimal | None = None
    watts: int
    most: int = 8  # cards in one machine
    rent_low: Decimal | None = None
    rent: Decimal | None = None  # typical
    rent_high: Decimal | None = None
    reserved: Decimal | None = None  # rent with a contract of three years
    own: Decimal | None = None  # all costs of an own one, by the hour it stands there
    buys_for: Decimal | None = None
    estimated: bool = False
    sources: tuple[Source, ...]

    def __post_init__(self) -> None:
        """Raises Complaints."""
        prices = [price for price in (self.rent_low, self.rent, self.rent_high) if price is not None]
        if prices != sorted(prices) or any(price <= 0 for price in prices):
            raise Complaints(
                [amiss("rent", f"{', '.join(map(str, prices))}", "above 0, and low before typical before high")]
            )
        for field in ("memory", "bandwidth", "bf16"):
            if getattr(self, field) <= 0:
                raise Complaints([amiss(field, f"`{getattr(self, field)}`", "above 0")])

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.also)

    @property
    def bytes(self) -> float:
        """Of memory, in all."""
        return float(self.memory) * GB

    @property
    def usable(self) -> float:
        """Bytes that an engine may take for weights and context: what the row says, or all but a tenth."""
        return float(self.memory) * LEFT * GB if self.for_models is None else float(self.for_models) * GB

    @property
    def bytes_a_second(self) -> float:
        return float(self.bandwidth) * TERA

    @property
    def link_bytes_a_second(self) -> float:
        """To the other cards, one way; what a card without a link reaches over PCI Express 4.0 with 16 lanes."""
        return float(self.link if self.link is not None else PCIE) * TERA

    def flops(self, bits: Literal["bf16", "fp8", "fp4"]) -> float:
        """Operations a second on numbers of that width; on bf16 where it has no arithmetic for them."""
        found = {"fp4": self.fp4, "fp8": self.fp8, "bf16": None}[bits]
        return float(self.bf16 if found is None else found) * TERA

    def an_hour(self, which: Literal["low", "typical", "high"] = "typical") -> int | None:
        """Rent of one card in picodollars an hour; the nearest that is known where the typical one is not."""
        chosen = {
            "low": (self.rent_low, self.rent, self.rent_high),
            "typical": (self.rent, self.rent_low, self.rent_high),
            "high": (self.rent_high, self.rent, self.rent_low),
        }[which]
        found = next((price for price in chosen if price is not None), None)
        return None if found is None else picos(found)


PCIE = Decimal("0.032")
