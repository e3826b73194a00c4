"""The order of a group's deployments: every row was tried on the router of LiteLLM 1.109.1 with calls that all fail."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.apps.importers.configs import several, told, tried

A, B, C, D = "a groq/a", "b groq/b", "c groq/c", "d groq/d"
ROUTER = "router_settings: {fallbacks: [%s]%s}"
ROWS: Sequence[tuple[str, Sequence[str], str, str]] = (
    ("its own, then its fallbacks", [A, B, C], ROUTER % ("{a: [b, c]}", ""), "abc"),
    ("a fallback's own fallbacks come right behind it", [A, B, C, D], ROUTER % ("{a: [b, c]}, {b: [d]}", ""), "abdc"),
    ("a circle is cut", [A, B, C], ROUTER % ("{a: [b]}, {b: [a, c]}", ""), "abc"),
    ("itself is no fallback", [A, B], ROUTER % ("{a: [a, b]}", ""), "ab"),
    ("those of any group, where it has none", [A, B], "litellm_settings: {default_fallbacks: [b]}", "ab"),
    ("those of any are not added to its own", [A, B, C], ROUTER % ("{a: [b]}", ", default_fallbacks: [c]"), "ab"),
    ("a star is any group", [A, B], ROUTER % ("{'*': [b]}", ""), "ab"),
    ("as deep as is allowed", [A, B, C, D], ROUTER % ("{a: [b]}, {b: [c]}, {c: [d]}", ", max_fallbacks: 2"), "abc"),
    ("wide is not deep", [A, B, C, D], ROUTER % ("{a: [b, c, d]}", ", max_fallbacks: 1"), "abcd"),
    ("none at all", [A, B], ROUTER % ("{a: [b]}", ", max_fallbacks: 0"), "a"),
    ("another name of a fallback", [A, B], ROUTER % ("{a: [bee]}", ", model_group_alias: {bee: b}"), "ab"),
    (
        "lowest order first, then the next, then the fallbacks",
        ["a groq/c order: 3", "a groq/a order: 1", "a groq/b order: 2", D],
        ROUTER % ("{a: [d]}", ""),
        "abcd",
    ),
    (
        "an order is a step too",
        ["a groq/a order: 1", "a groq/b order: 2", C, D],
        ROUTER % ("{a: [c]}, {c: [d]}", ", max_fallbacks: 2"),
        "abc",
    ),
)


@pytest.mark.parametrize(("rows", "more", "order"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_order_is_that_of_litellm(rows: Sequence[str], more: str, order: str, tmp_path: Path) -> None:
    made = several(*rows, more=more)
    assert tried(made, tmp_path, "a") == [f"{each}@groq" for each in order]


def test_the_heaviest_of_a_level_comes_first_and_it_is_told_that_nothing_is_spread(tmp_path: Path) -> None:
    made = several("a groq/a weight: 1", "a groq/b weight: 2.5", "a groq/c")
    assert tried(made, tmp_path, "a") == ["b@groq", "a@groq", "c@groq"]
    assert "heaviest" in told(made, "differs")["model_list[1]"]


def test_without_a_weight_the_greater_rate_limit_is_the_weight(tmp_path: Path) -> None:
    made = several("a groq/a rpm: 10", "a groq/b rpm: 1_000", "a groq/c tpm: 9")
    assert tried(made, tmp_path, "a") == ["b@groq", "a@groq", "c@groq"]


def test_what_has_no_order_beside_those_that_have_one_comes_after_them(tmp_path: Path) -> None:
    assert tried(several("a groq/a", "a groq/b order: 7"), tmp_path, "a") == ["b@groq", "a@groq"]


@pytest.mark.parametrize(
    ("strategy", "prefer"), [("cost-based-routing", "price"), ("latency-based-routing", "first_token")]
)
def test_a_strategy_that_lanes_have_orders_what_litellm_holds_for_equal(
    strategy: str, prefer: str, tmp_path: Path
) -> None:
    cheap, dear = (
        "input_cost_per_token: 1e-7, output_cost_per_token: 1e-7",
        "input_cost_per_token: 1e-5, output_cost_per_token: 1e-5",
    )
    more = f"router_settings: {{routing_strategy: {strategy}, fallbacks: [{{a: [b]}}]}}"
    made = several(f"a groq/a {dear}", f"a groq/c {cheap}", "b groq/b", more=more)
    assert f"prefer: [{prefer}]" in made.yaml
    expected = ["c@groq", "a@groq", "b@groq"] if prefer == "price" else ["a@groq", "c@groq", "b@groq"]
    assert tried(made, tmp_path, "a") == expected


def test_a_circle_and_a_missing_group_are_told() -> None:
    made = several(A, B, more=ROUTER % ("{a: [b, gone]}, {b: [a]}", ""))
    assert "falls back to itself" in told(made, "same")["router_settings.fallbacks"]
    assert "`gone`, of which nothing was carried" in told(made, "left")["router_settings.fallbacks"]


def test_a_thousand_groups_in_a_chain_end_where_litellm_ends(tmp_path: Path) -> None:
    rows = [f"g{n} groq/m{n}" for n in range(1000)]
    links = ", ".join(f"{{g{n}: [g{n + 1}]}}" for n in range(999))
    made = several(*rows, more=ROUTER % (links, ", max_fallbacks: 100000"))
    assert len(made.lanes["g0"]) == 51  # and no deeper than that, whatever is asked
