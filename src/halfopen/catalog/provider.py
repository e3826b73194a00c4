"""Who serves models: how to reach them, how they speak, and the facts from which a team draws its zones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from halfopen.catalog.model import Weights
from halfopen.catalog.source import Source

Auth = Literal["bearer", "x-api-key", "api-key", "none"]
Hosting = Literal["closed", "hosted", "self_hosted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One row of `data/providers`. What is not known is None.

    `dialects` maps each dialect it speaks to the path under `base_url`. `base_url` is None where every customer
    has their own (Azure). `hosting` is what it is for most of its offers; see `hosting_of`. `countries` are
    the ISO 3166 codes of where requests are processed. `quirks` are names from `wire.quirks`.
    """

    name: str
    title: str
    hosting: Hosting
    operator: str | None
    base_url: str | None = None
    dialects: dict[str, str]
    auth: Auth = "bearer"
    key_env: str | None = None
    countries: tuple[str, ...] | None = None
    quirks: tuple[str, ...] = ()
    tested: Literal["verified", "community"] = "community"
    local_ports: tuple[int, ...] = ()  # where an engine of this kind listens unless told otherwise
    proxy: str | None = None  # host:port of an outgoing proxy, reached by CONNECT
    sources: tuple[Source, ...]
    simulated: bool = False


def hosting_of(provider: Hosting, weights: Weights | None) -> Hosting:
    """Whose machines and whose weights: Mistral hosts open weights, and sells closed ones too."""
    if provider == "self_hosted":
        return "self_hosted"
    return provider if weights is None else "closed" if weights == "closed" else "hosted"
