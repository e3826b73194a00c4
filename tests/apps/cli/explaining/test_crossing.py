"""`halfopen explain --body`: in which dialect each offer would be asked, what that drops, and who could not be told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from halfopen.apps.cli import application
from tests.apps.cli.terminal import sit_down

ADDRESS = "http://127.0.0.1:9"  # nobody is called
CONFIG = f"""
zones: {{home: [openly, anthropically, answering]}}
providers:
  openly: {{like: vllm, base_url: "{ADDRESS}", dialects: {{chat: /v1/chat/completions}}, quirks: [no_top_k]}}
  anthropically: {{like: vllm, base_url: "{ADDRESS}", dialects: {{messages: /v1/messages}}}}
  answering: {{like: vllm, base_url: "{ADDRESS}", dialects: {{responses: /v1/responses}}}}
offers:
  - {{model: a, provider: openly, rating: 3}}
  - {{model: b, provider: answering, rating: 2}}
  - {{model: c, provider: anthropically, rating: 1}}
lanes:
  all: {{require: {{offers: [a@openly, b@answering, c@anthropically]}}, prefer: [rating]}}
"""
PDF = {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}}


def asked(*parts: Any, **knobs: Any) -> bytes:
    words = {"type": "text", "text": "What does it say?"}
    return json.dumps({"max_tokens": 9, "messages": [{"role": "user", "content": [words, *parts]}], **knobs}).encode()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sit_down(tmp_path, monkeypatch)
    (tmp_path / "halfopen.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def explain(model: str, body: bytes, *words: str) -> Result:
    said = ["explain", model, "--dialect", "messages", "--body", "-", *words]
    return CliRunner().invoke(application("explain"), said, input=body)


def table(model: str, body: bytes, code: int = 0) -> Any:
    result = explain(model, body, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_each_offer_says_in_which_dialect_it_would_be_asked_and_what_that_drops(here: Path) -> None:
    steps = {step["offer"]: step for step in table("halfopen/all", asked(top_k=4))["itinerary"]}
    assert [step["dialect"] for step in steps.values()] == ["chat", "responses", "messages"]
    assert steps["a@openly"]["dropped"] == ["top_k: its provider has no `top_k`"]
    assert steps["b@answering"]["dropped"] == ["top_k: `responses` has no such field"]
    assert steps["c@anthropically"]["dropped"] == []


def test_who_could_not_be_told_is_refused_with_the_path_and_the_others_are_tried(here: Path) -> None:
    seen = table("halfopen/all", asked(PDF))
    assert [step["offer"] for step in seen["itinerary"]] == ["b@answering", "c@anthropically"]
    (refused,) = [row for row in seen["refused"] if row["offer"] == "a@openly"]
    assert refused["gate"] == "dialect"
    assert refused["reason"].startswith("`turns.0.parts.1` cannot be said in the dialect `chat`: a document")
    assert seen["stop"] is None


def test_where_nobody_can_be_told_it_is_the_400_that_the_caller_would_get(here: Path) -> None:
    seen = table("a", asked(PDF), code=1)
    assert seen["itinerary"] == []
    assert (seen["stop"]["status"], seen["stop"]["message"]) == (400, seen["refused"][0]["reason"])


def test_a_body_that_cannot_be_read_across_is_told_as_it_would_be(here: Path) -> None:
    seen = table("halfopen/all", asked({"type": "text"}))
    assert [step["offer"] for step in seen["itinerary"]] == ["c@anthropically"], "what passes, the provider reads"
    assert {row["reason"] for row in seen["refused"] if row["gate"] == "dialect"} == {
        "`messages.0.content.1.text` is missing."
    }


def test_without_a_body_nothing_is_known_to_be_dropped(here: Path) -> None:
    result = CliRunner().invoke(application("explain"), ["explain", "halfopen/all", "--json"])
    steps = json.loads(result.stdout)["itinerary"]
    assert [(step["dialect"], step["dropped"]) for step in steps] == [
        ("chat", []),
        ("responses", []),
        ("messages", []),
    ]


def test_in_words_the_paths_are_named_and_who_cannot_be_told_stands_first(here: Path) -> None:
    shown = " ".join(explain("halfopen/all", asked(top_k=4, stop_sequences=["."])).stdout.split())
    assert "a@openly: it does not speak messages, so the request is translated; not carried: top_k." in shown
    assert "b@answering: it does not speak messages, so the request is translated; not carried: stop, top_k." in shown
    refused = explain("halfopen/all", asked(PDF)).stdout.partition("Not to be tried")[2]
    assert refused.index("a@openly") < refused.index("@anthropic ")
