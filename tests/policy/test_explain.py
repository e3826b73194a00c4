"""A decision as the table that ledger, console and `explain` show."""

from __future__ import annotations

import json

from halfopen.policy.explain import explained
from tests.policy.worlds import answered, offer, world

WITHIN = world(
    offer("llama@groq", input=75_000, output=300_000),
    offer("new@sim", rating=None, output=None, simulated=True),
    offer("claude@anthropic", tools=False),
)


def test_it_is_json_with_every_step_and_every_refusal() -> None:
    table = json.loads(json.dumps(explained(answered("halfopen/realtime", WITHIN, needs=frozenset({"tools"})))))
    assert [step["offer"] for step in table["itinerary"]] == ["llama@groq", "new@sim"]
    assert [(row["offer"], row["gate"]) for row in table["refused"]] == [("claude@anthropic", "able")]
    assert (table["lane"], table["zone"], table["stop"]) == ("realtime", "anywhere", None)


def test_prices_are_exact_and_an_unknown_one_is_never_zero() -> None:
    known, unknown = explained(answered("halfopen/realtime", WITHIN, needs=frozenset({"tools"})))["itinerary"]
    assert (known["input_per_million"], known["output_per_million"], known["note"]) == ("$0.075", "$0.3", None)
    assert unknown["output_per_million"] == "unpriced"
    assert "unrated" in unknown["note"]
    assert unknown["simulated"] is True


def test_where_nobody_may_serve_it_says_the_status_and_the_wait() -> None:
    stop = explained(answered("llama", WITHIN, resting={"llama@groq": 4.0}))["stop"]
    assert (stop["status"], stop["retry_after"]) == (503, 4.0)
    assert "llama@groq" in stop["message"]
