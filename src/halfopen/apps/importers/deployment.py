"""One entry of `model_list`: what is served, where, at which price, in which place of its group; and what it leaves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from halfopen.apps.importers import prices
from halfopen.apps.importers.place import REGION, Place, place_of
from halfopen.apps.importers.prefixes import OPERATIONS, PREFIXES, WORDLESS, Prefix, taken_apart, without_routes
from halfopen.apps.importers.told import Kind, Pad, Section
from halfopen.apps.importers.tree import Tree
from halfopen.catalog.provider import Provider

# What a deployment is kept to, in words for the comment that keeps it.
LIMITS = (
    "rpm",
    "tpm",
    "itpm",
    "otpm",
    "rpd",
    "tpd",
    "max_parallel_requests",
    "max_budget",
    "budget_duration",
    "default_api_key_rpm_limit",
    "default_api_key_tpm_limit",
)
BEDROCK = re.compile(r"^(?:[a-z-]+\.)?[a-z0-9]+\.(.+?)(?:-v\d+)?(?::\d+)?$")  # `us.anthropic.` MODEL `-v1:0`
WEIGHTS = ("weight", "rpm", "tpm")  # LiteLLM draws by the first of them that any deployment has
NO_LIMITS = "halfopen keeps no budgets and rate limits yet: it stands as a comment at the end of the file"
ALIKE = "deadlines are the same for all offers: see `deadlines`"
CALLERS = "is no setting of an offer: let the caller send it"
DEPLOYED: Mapping[str, tuple[Kind, str]] = {
    "api_version": ("same", "halfopen calls the address of Azure that has no version"),
    "max_retries": ("differs", "halfopen goes to the next offer in place of asking the same one again"),
    "num_retries": ("differs", "halfopen goes to the next offer in place of asking the same one again"),
    "timeout": ("left", ALIKE),
    "stream_timeout": ("left", ALIKE),
    "drop_params": ("same", "what an offer cannot take is dropped and told, or refused, by rules of halfopen's own"),
    "organization": ("left", "halfopen sends no such header: the key decides, if it is of one project"),
    "tags": ("left", "tags choose nothing here: make a lane with a `when`, and label requests with x-halfopen-task"),
    "region_name": ("left", "draw it under `zones`: a lane or a label then keeps requests within"),
    "extra_headers": ("left", "halfopen sends no headers of your own to a provider"),
    "mock_response": ("left", "halfopen answers nothing itself: `halfopen up --sandbox` has simulated providers"),
    "use_in_pass_through": ("left", "halfopen relays no paths but those of its dialects"),
    **dict.fromkeys(("temperature", "top_p", "max_tokens", "seed", "stop", "reasoning_effort"), ("left", CALLERS)),
}
INFO: Mapping[str, tuple[Kind, str]] = {
    "id": ("same", "an offer is called by its model and its provider"),
    "max_tokens": ("left", "the longest answer is no setting of an offer"),
    "max_output_tokens": ("left", "the longest answer is no setting of an offer"),
    "access_groups": ("left", "there are no keys of teams yet"),
    "team_id": ("left", "there are no keys of teams yet"),
}


@dataclass(frozen=True, slots=True)
class Deployment:
    """`served` is the model's name on that provider's wire; `models` are names by which the catalog may know it."""

    path: str
    group: str
    operation: str
    place: Place
    served: str
    models: tuple[str, ...]
    prices: tuple[dict[str, Any], ...]
    context: str
    order: Decimal | None
    weights: tuple[Decimal, ...]  # by WEIGHTS
    limits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a deployment is read with."""

    pad: Pad
    rows: Mapping[str, Provider]
    credentials: Mapping[str, dict[str, Tree]]
    literals: dict[str, str]
    day: date


def deployment(path: str, entry: dict[str, Tree], around: Surroundings) -> Deployment | None:
    """None for one that has no place here, which is told."""
    whole = Section(path, dict(entry), around.pad)
    params, info = whole.inner("litellm_params"), whole.inner("model_info")
    for name in (*LIMITS, "order"):  # older configs have them beside the params
        params.values.setdefault(name, whole.take(name))
    _credentials(params, around)
    group, model = whole.text("model_name"), params.text("model")
    limits = {name: said for name in LIMITS if (said := params.text(name))}
    if not group or not model:
        missing = "model_name" if not group else "litellm_params.model"
        around.pad.note("left", path, f"has no `{missing}`, so it was left out")
        return None
    prefix = _prefix(params, model, around)
    operation = _operation(params, info, model) if prefix else None
    if prefix is None or operation is None:
        return None
    served = without_routes(taken_apart(model, "")[1] if "/" in model else model, prefix)
    if prefix.row == "aws" and REGION.fullmatch(served.partition("/")[0]):
        served = served.partition("/")[2]
    if _out_of_reach(params, group, served, prefix):
        return None
    place = place_of(params, prefix, around.rows, around.literals)
    for name in limits:
        around.pad.note("left", params.at(name), NO_LIMITS)
    order = params.number("order")
    hint, bedrock = info.text("base_model"), BEDROCK.findall(served) if prefix.row == "aws" else ()
    found = Deployment(
        path=path,
        group=group,
        operation=operation,
        place=place,
        served=served,
        models=tuple(filter(None, (hint.rpartition("/")[2], *bedrock, served))),
        prices=tuple(prices.stated(params, info, around.day)),
        context=_whole(info, "max_input_tokens"),
        order=info.number("order") if order is None else order,
        weights=(params.number("weight") or Decimal(0), *(_amount(limits.get(each, "")) for each in WEIGHTS[1:])),
        limits=limits,
    )
    params.rest(DEPLOYED, "has no place in halfopen.yaml")
    info.rest(INFO, "has no place in halfopen.yaml")
    whole.rest({}, "has no place in halfopen.yaml")
    return found


def _credentials(params: Section, around: Surroundings) -> None:
    name = params.text("litellm_credential_name")
    if name in around.credentials:
        params.values = {**around.credentials[name], **params.values}
    elif name:
        around.pad.note("do", params.at("litellm_credential_name"), "is in no `credential_list` of this file")


def _prefix(params: Section, model: str, around: Surroundings) -> Prefix | None:
    said, _ = taken_apart(model, params.text("custom_llm_provider"))
    if said in PREFIXES:
        return PREFIXES[said]
    if params.values.get("api_base"):
        says = f"is of `{said or 'no provider'}`, which halfopen does not know: it was taken to speak as OpenAI does"
        around.pad.note("differs", params.at("model"), says)
        return Prefix("")
    known = "a provider that halfopen does not know" if said else "a provider that its name does not tell"
    says = f"is served by {known}: add the provider, with its `base_url`, and the offer by hand"
    around.pad.note("left", params.at("model"), says)
    return None


def _operation(params: Section, info: Section, model: str) -> str | None:
    """What it can be asked for, by its mode or, where that is not said, by its name; None for what there is not."""
    mode = info.text("mode") or next((mode for word, mode in WORDLESS.items() if word in model.casefold()), "")
    if mode not in OPERATIONS:
        params.pad.note("left", params.at("model"), f"serves `{mode}`, which halfopen does not pass on")
    return OPERATIONS.get(mode)


def _out_of_reach(params: Section, group: str, served: str, prefix: Prefix) -> bool:
    says = ""
    if not served:
        says = "names no model after its provider"
    elif "*" in group or "*" in served:
        says = "stands for every model: name those that you use; what is in the catalog is MODEL@PROVIDER anyway"
    elif prefix.row == "vertex" and served.startswith("claude"):
        says = "is reached by rawPredict only, which halfopen does not speak: use it at anthropic or aws"
    elif prefix.row == "aws" and served.startswith("arn:"):
        says = "is a name of your account: add the offer by hand, with the model that it stands for"
    if says:
        params.pad.note("left", params.at("model"), says)
    return bool(says)


def _whole(info: Section, name: str) -> str:
    """A whole number above zero as text, or nothing; anything else is told."""
    value = info.number(name)
    if value is None or (value > 0 and value == value.to_integral_value()):
        return "" if value is None else prices.plain(value)
    info.pad.note("left", info.at(name), "is no number of tokens")
    return ""


def _amount(text: str) -> Decimal:
    plain = text.replace("_", "")
    return Decimal(plain) if plain.isdecimal() else Decimal(0)
