"""LiteLLM's `router_settings`, `litellm_settings` and `general_settings`: what of them a halfopen.yaml can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from halfopen.apps.importers.chains import ANY, Rules
from halfopen.apps.importers.deployment import NO_LIMITS
from halfopen.apps.importers.place import FROM_ENVIRONMENT
from halfopen.apps.importers.prices import plain
from halfopen.apps.importers.told import Kind, Pad, Section
from halfopen.apps.importers.tree import Tree

SHUFFLE = "simple-shuffle"
# routing_strategy -> how a lane orders what LiteLLM has no order for; None keeps the order of the weights.
STRATEGIES: Mapping[str, str | None] = {
    SHUFFLE: None,
    "least-busy": None,
    "usage-based-routing": None,
    "usage-based-routing-v2": None,
    "latency-based-routing": "first_token",
    "cost-based-routing": "price",
}
MOST_DEEP = 50
UNKNOWN = "has no place in halfopen.yaml"
NEXT: tuple[Kind, str] = ("differs", "halfopen goes to the next offer in place of asking the same one again")
REST: tuple[Kind, str] = ("differs", "an offer rests after failures, by halfopen's own breaker: see `halfopen explain`")
LEDGER: tuple[Kind, str] = ("left", "there is a ledger in SQLite in the data folder: `halfopen ledger`, GET /metrics")
CACHE: tuple[Kind, str] = ("left", "halfopen keeps no answers")
KEYS: tuple[Kind, str] = ("left", "there is one key, HALFOPEN_KEY, and no database, users or teams")
OWN_RULES: tuple[Kind, str] = ("same", "what an offer cannot take is dropped and told, or refused, by rules of its own")
ROUTER: Mapping[str, tuple[Kind, str]] = {
    "num_retries": NEXT,
    "max_retries": NEXT,
    "retry_policy": NEXT,
    "model_group_retry_policy": NEXT,
    "retry_after": NEXT,
    "allowed_fails": REST,
    "allowed_fails_policy": REST,
    "cooldown_time": REST,
    "disable_cooldowns": REST,
    "enable_pre_call_checks": ("same", "offers whose context is too small are left out before anything is called"),
    "stream_timeout": ("left", "a stream has the deadlines of every call: see `deadlines`"),
    "enable_tag_filtering": ("left", "tags choose nothing here: make a lane with a `when`, and label requests"),
    "content_policy_fallbacks": ("left", "an answer that was refused is an answer here, and goes to nobody else"),
    "routing_strategy_args": ("left", "`prefer` of a lane takes no arguments"),
    "provider_budget_config": ("left", NO_LIMITS),
    "redis_host": CACHE,
    "redis_port": CACHE,
    "redis_password": CACHE,
    "redis_url": CACHE,
    "cache_responses": CACHE,
    "set_verbose": ("left", "there is no such setting: every attempt is in the ledger anyway"),
}
LITELLM: Mapping[str, tuple[Kind, str]] = {
    **ROUTER,
    "drop_params": OWN_RULES,
    "modify_params": OWN_RULES,
    "cache": CACHE,
    "cache_params": CACHE,
    "callbacks": LEDGER,
    "success_callback": LEDGER,
    "failure_callback": LEDGER,
    "service_callback": LEDGER,
    "json_logs": LEDGER,
    "turn_off_message_logging": ("same", "no content is ever kept"),
    "max_budget": ("left", NO_LIMITS),
    "budget_duration": ("left", NO_LIMITS),
    "telemetry": ("same", "nothing is sent to anybody but the providers"),
    "default_team_settings": KEYS,
}
GENERAL: Mapping[str, tuple[Kind, str]] = {
    **dict.fromkeys(("database_url", "store_model_in_db", "custom_auth", "alerting", "alerting_threshold"), KEYS),
    **dict.fromkeys(("max_parallel_requests", "global_max_parallel_requests"), ("left", NO_LIMITS)),
    "disable_spend_logs": LEDGER,
    "completion_model": ("left", "name the model in the request, or `default_lane` in halfopen.yaml"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """`prefer` is None for the order of the weights; `total` are the seconds that a call may take, as text."""

    rules: Rules
    strategy: str
    prefer: str | None
    total: str
    limits: Mapping[str, str]


def options(root: dict[str, Tree], groups: Mapping[str, object], pad: Pad) -> Options:
    """Takes the sections out of the document. `groups` are those of which something was carried."""
    whole = Section("", root, pad)
    router, litellm, general = map(whole.inner, ("router_settings", "litellm_settings", "general_settings"))
    limits = _limits(router, litellm, general)
    rules = _rules(router, litellm, groups)
    strategy = router.text("routing_strategy") or SHUFFLE
    if strategy not in STRATEGIES:
        pad.note(
            "left", router.at("routing_strategy"), f"`{strategy}` has no like here: the order of weights was taken"
        )
    elif strategy != SHUFFLE and STRATEGIES[strategy] is None:
        pad.note("differs", router.at("routing_strategy"), f"`{strategy}` has no like here: see what is said of groups")
    total = _seconds(router, "timeout") or _seconds(litellm, "request_timeout")
    _master_key(general)
    _variables(whole.inner("environment_variables"))
    router.rest(ROUTER, UNKNOWN)
    litellm.rest(LITELLM, UNKNOWN)
    general.rest(GENERAL, UNKNOWN)
    includes = "is not followed: put what those files hold into one, and import that"
    for name in [name for name in root if name.startswith(("x-", "_", "."))]:
        pad.note("same", name, "is read by nobody: it is there for what refers to it")
        root.pop(name)
    whole.rest({"include": ("do", includes)}, UNKNOWN)
    return Options(rules, strategy, STRATEGIES.get(strategy), total, limits)


def _rules(router: Section, litellm: Section, groups: Mapping[str, object]) -> Rules:
    fallbacks = {**_lists(router, litellm, "fallbacks")}
    default = router.names("default_fallbacks") or litellm.names("default_fallbacks")
    litellm.take("default_fallbacks")
    if default:
        fallbacks[ANY] = default  # which LiteLLM reads after a `*` of their own
    deepest = router.number("max_fallbacks")
    if deepest is None:
        deepest = litellm.number("max_fallbacks")
    longer = _lists(router, litellm, "context_window_fallbacks")
    if longer:
        says = "are last in their lanes: what is too long for the others goes there, and so does what failed there"
        router.pad.note("differs", _where(router, litellm, "context_window_fallbacks"), says)
    rules = Rules(fallbacks, longer, _aliases(router, litellm, groups), path=_where(router, litellm, "fallbacks"))
    return rules if deepest is None else replace(rules, deepest=max(0, min(int(deepest), MOST_DEEP)))


def _where(router: Section, litellm: Section, name: str) -> str:
    return next((each.at(name) for each in (router, litellm) if each.at(name) in each.pad.lines), router.at(name))


def _lists(router: Section, litellm: Section, name: str) -> dict[str, list[str]]:
    """Group to groups; those of `router_settings` count, if there are any."""
    first, second = _list_of(router, name), _list_of(litellm, name)
    if first and second:
        litellm.pad.note("same", litellm.at(name), "counts for nothing in LiteLLM where `router_settings` has some")
    return first or second


def _list_of(section: Section, name: str) -> dict[str, list[str]]:
    value = section.take(name)
    found: dict[str, list[str]] = {}
    rows = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
    for place, row in enumerate(rows):
        where = f"{section.at(name)}[{place}]"
        if not isinstance(row, dict):
            section.pad.note("left", where, "is no mapping from a group to a list of groups")
            continue
        for group, several in row.items():
            targets = [
                _target(each, where, section.pad) for each in (several if isinstance(several, list) else [several])
            ]
            found.setdefault(group, [each for each in targets if each])
    if value is not None and not rows:
        section.pad.note("left", section.at(name), "is no list of mappings")
    return found


def _target(each: Tree, where: str, pad: Pad) -> str:
    if isinstance(each, dict):
        pad.note(
            "left",
            where,
            "changes the request on its way to a fallback, which halfopen does not: only the group counts",
        )
        each = each.get("model")
    return each if isinstance(each, str) else ""


def _aliases(router: Section, litellm: Section, groups: Mapping[str, object]) -> dict[str, str]:
    """Other names of groups; a group of the same name goes before."""
    found: dict[str, str] = {}
    for section in (litellm, router):
        inner = section.inner("model_group_alias")
        for alias, target in inner.values.items():
            meant = target.get("model") if isinstance(target, dict) else target
            if alias in groups:
                section.pad.note("differs", inner.at(alias), "is the name of a group too, which is what it means here")
            elif not isinstance(meant, str) or meant not in groups:
                section.pad.note("left", inner.at(alias), "is another name of a group of which nothing was carried")
            else:
                found[alias] = meant
            if isinstance(target, dict) and target.get("hidden"):
                section.pad.note("left", inner.at(alias), "cannot be hidden: GET /v1/models lists every name")
    return found


def _seconds(section: Section, name: str) -> str:
    value = section.number(name)
    if value is not None and value <= 0:
        section.pad.note("left", section.at(name), "leaves no time")
        return ""
    return "" if value is None else plain(value)


def _master_key(general: Section) -> None:
    said = general.text("master_key")
    if not said:
        return
    holds = said.removeprefix(FROM_ENVIRONMENT) if said.startswith(FROM_ENVIRONMENT) else ""
    what = f"what {holds} holds" if holds else "it"
    general.pad.needs("HALFOPEN_KEY", f"as {holds or 'master_key'} was: clients send it")
    general.pad.note(
        "do", general.at("master_key"), f"is not written: set HALFOPEN_KEY to {what}, and clients need not change"
    )


def _variables(section: Section) -> None:
    """What LiteLLM puts into its environment; only the names are told."""
    names: Sequence[str] = list(section.values)
    for name in names:
        section.pad.note(
            "do", section.at(name), "is not written: set it where halfopen is started, if it is still needed"
        )


def _limits(router: Section, litellm: Section, general: Section) -> dict[str, str]:
    """Budgets and limits of all together, for the comment that keeps them."""
    found: dict[str, str] = {}
    for section, names in (
        (litellm, ("max_budget", "budget_duration")),
        (general, ("max_parallel_requests", "global_max_parallel_requests")),
    ):
        for name in names:
            value = section.values.get(name)
            found |= {section.at(name): value} if isinstance(value, str) else {}
    budgets = router.values.get("provider_budget_config")
    for provider, budget in budgets.items() if isinstance(budgets, dict) else ():
        said = (
            [f"{name} {value}" for name, value in budget.items() if isinstance(value, str)]
            if isinstance(budget, dict)
            else []
        )
        found[f"{router.at('provider_budget_config')}.{provider}"] = ", ".join(said)
    return found
