"""Who serves models: how to reach them, how they speak, and the facts from which a team draws its zones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from halfopen.catalog.model import Weights, misnamed
from halfopen.catalog.source import Disagreement, Source, unsaid
from halfopen.documents import Complaint, Complaints, amiss, nearest

COUNTRY = re.compile(r"[A-Z]{2}")
ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[^?#]*[^?#/])?")
IN_THE_CLEAR = re.compile(r"http://(?!(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$))")

Auth = Literal["bearer", "x-api-key", "api-key", "x-goog-api-key", "sigv4", "google", "none"]
Hosting = Literal["closed", "hosted", "self_hosted"]
Topic = Literal[
    "hipaa_baa",
    "soc2",
    "iso27001",
    "zero_retention",
    "training_on_customer_data",
    "residency_inference",
    "residency_storage",
    "residency_side_services",
    "committed_spend",
]


# What is said of a topic. How far it goes may follow after a comma: `no, 30 days`.
SAID = ("yes", "no", "on_request", "by default", "in part", "in progress", "not confirmed", "type I", "type II")
REGIONS = ("EU", "EEA", "Europe")  # beside countries, where somebody says where something is


@dataclass(frozen=True, slots=True, kw_only=True)
class Applies:
    """Which offers a statement is about: those that fit all of what is told. Empty asks for nothing.

    `served_as` are beginnings of the names that offers go by at the provider, `services` ways to be served: `batch`.
    """

    labs: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    weights: Literal["open", "closed"] | None = None
    served_as: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compliance:
    """What a provider says of one topic, for one plan and one endpoint; empty is all of them.

    `endpoint` is as the provider puts it, and somebody may choose it; where the offer decides it, `applies` says how.
    Two rows of one topic, plan and endpoint with different values are a conflict, which is kept and shown.
    """

    topic: Topic
    value: str  # one of SAID; of a residency also a country or one of REGIONS
    plan: str = ""
    endpoint: str = ""
    applies: Applies | None = None  # None: to every offer
    note: str = ""
    source: Source

    def __post_init__(self) -> None:
        """Raises Complaints, by field."""
        place = self.topic.startswith("residency_") and (self.value in REGIONS or COUNTRY.fullmatch(self.value))
        if self.value.partition(", ")[0] not in SAID and not place:
            known = [*SAID, *REGIONS] if self.topic.startswith("residency_") else SAID
            expected = f"one of {', '.join(known)}{' or a country, such as FR' if known is not SAID else ''}"
            raise Complaints([amiss("value", f"`{self.value}`", expected, nearest(self.value, known))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One row of `data/providers`. What is not known is None.

    `dialects` maps each dialect it speaks to the path under `base_url`. `base_url` is None where every customer
    has their own (Azure). `hosting` is what it is for most of its offers; see `hosting_of`. `countries` are
    the ISO 3166 codes of where requests are processed, `storage` of where anything is kept; `home` is the country of
    the operator. `quirks` are names from `wire.quirks`. The first dialect is the one that requests of others become.
    """

    name: str
    title: str
    hosting: Hosting
    operator: str | None
    home: str | None = None
    base_url: str | None = None
    dialects: dict[str, str]
    auth: Auth = "bearer"
    auth_of: dict[str, Auth] = field(default_factory=dict)  # by dialect, where one wants its key elsewhere
    key_env: str | None = None
    countries: tuple[str, ...] | None = None
    storage: tuple[str, ...] | None = None
    compliance: tuple[Compliance, ...] = ()
    quirks: tuple[str, ...] = ()
    tested: Literal["verified", "community"] = "community"
    local_ports: tuple[int, ...] = ()  # where an engine of this kind listens unless told otherwise
    proxy: str | None = None  # host:port of an outgoing proxy, reached by CONNECT
    sources: tuple[Source, ...]
    disagreements: tuple[Disagreement, ...] = ()
    simulated: bool = False

    def __post_init__(self) -> None:
        """Raises Complaints, by field."""
        where = [("countries", self.countries), ("storage", self.storage), ("home", (self.home,) if self.home else ())]
        foreign = [found for field, codes in where for found in no_country(field, codes or ())]
        if wrong := [*unsaid(self), *misnamed(self.name), *_reach_amiss(self), *foreign]:
            raise Complaints(wrong)


def no_country(field: str, codes: Iterable[str]) -> Iterator[Complaint]:
    for code in codes:
        if not COUNTRY.fullmatch(code):
            yield amiss(field, f"`{code}`", "an ISO 3166 code of two capital letters")


def _reach_amiss(row: Provider) -> Iterator[Complaint]:
    url = row.base_url or ""
    if url and not ADDRESS.fullmatch(url):
        yield amiss("base_url", f"`{url}`", "an http or https address without a `/` at its end")
    if IN_THE_CLEAR.match(url) and row.hosting != "self_hosted":
        yield amiss("base_url", f"`{url}`, which would carry the key in the clear", "https")
    for dialect, path in row.dialects.items():
        if not path.startswith("/"):
            yield amiss(f"dialects.{dialect}", f"`{path}`", "a path that begins with `/`")


def hosting_of(provider: Hosting, weights: Weights | None) -> Hosting:
    """Whose machines and whose weights: Mistral hosts open weights, and sells closed ones too."""
    if provider == "self_hosted":
        return "self_hosted"
    return provider if weights is None else "closed" if weights == "closed" else "hosted"
