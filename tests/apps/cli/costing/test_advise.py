"""`halfopen advise` and `drill` as they are typed: files that are written, what has moved, questions, complaints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from halfopen.apps.cli import application
from halfopen.apps.config import settings
from tests.apps.cli.terminal import TODAY, sit_down

WORKLOAD = """
tasks:
  - name: "chat | <b>"
    requests: {per_month: 300000}
    input: {mean: 1200}
    output: {mean: 300}
    quality: {rating: 1400}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "w.yaml").write_text(WORKLOAD, encoding="utf-8")
    return sit_down(tmp_path, monkeypatch)


def typed(verb: str, *words: str, keys: str = "") -> Result:
    return CliRunner().invoke(application(verb), [verb, *words, *TODAY], input=keys)


def test_a_record_is_written_as_json_markdown_and_html_and_its_lanes_as_a_config(folder: Path) -> None:
    result = typed("advise", "w.yaml", "--out", "r.json", "--out", "r.md", "--out", "r.html", "--plan", "plan.yaml")
    assert result.exit_code == 0, result.output
    record = json.loads((folder / "r.json").read_text())
    assert settings.load(folder / "plan.yaml").lanes["chat-b"].require.offers == tuple(
        record["plan"]["lanes"]["chat-b"]["offers"]
    )
    page = (folder / "r.html").read_text()
    assert page.count("<figure>") == 2
    assert "<b>" not in page
    assert "http://www.w3.org" in page
    assert "<script" not in page
    assert (folder / "r.md").read_text().startswith("# Which models to use, as of 2026-11-24\n")


def test_a_plan_keeps_what_the_team_s_own_config_says(folder: Path) -> None:
    (folder / "halfopen.yaml").write_text(
        "zones: {home: [rack]}\nproviders: {rack: {like: vllm, base_url: 'http://127.0.0.1:9'}}\n"
        "offers: [{model: mine, provider: rack, rating: 1490}]\nmost_tries: 3\n"
        "lanes: {realtime: {require: {output_at_most: null}}}\n"
    )
    assert typed("advise", "w.yaml", "--plan", "plan.yaml", "--out", "r.json").exit_code == 0
    assert "127.0.0.1:9" in (folder / "plan.yaml").read_text()
    assert "127.0.0.1:9" not in (folder / "r.json").read_text()  # a record is made to be forwarded
    plan = settings.load(folder / "plan.yaml")
    assert plan.most_tries == 3
    assert [offer.model for offer in plan.offers] == ["mine"]
    assert plan.zones["home"] == ("rack",)
    assert plan.lanes["realtime"].require.output_at_most is None
    assert "chat-b" in plan.lanes


def test_an_older_record_says_what_has_moved(folder: Path) -> None:
    assert typed("advise", "w.yaml", "--out", "r.json").exit_code == 0
    same = typed("advise", "--since", "r.json")
    assert "The answer is the same since 2026-11-24" in same.output
    older = json.loads((folder / "r.json").read_text())
    older["tasks"][0]["chosen"]["dollars"]["likely"] = "1"
    older["tasks"][0]["chosen"]["rating"]["score"] += 10
    (folder / "r.json").write_text(json.dumps(older))
    moved = json.loads(typed("advise", "--since", "r.json", "--json").output)["since"]
    assert not moved["changed"]
    assert any("$1.00 a month then" in line for line in moved["tasks"][0]["moved"])
    assert any("rated" in line for line in moved["tasks"][0]["moved"])


def test_without_a_file_a_dozen_questions_make_one(folder: Path) -> None:
    result = typed("advise", keys="summaries\n\nmany\n" + "\n" * 12)
    assert result.exit_code == 0, result.output
    assert "`many` is no number" in result.output
    assert (folder / "workload.yaml").exists()
    assert "written: workload.yaml" in result.output
    typed("advise", keys="\n" * 12)
    assert (folder / "workload-2.yaml").exists()


def test_a_drill_is_told_in_words_and_in_json() -> None:
    said = typed("drill", "w.yaml", "--volume", "10")
    assert said.exit_code == 0, said.output
    assert "10 times the volume" in said.output
    found = json.loads(typed("drill", "w.yaml", "--json").output)
    kinds = {each["kind"] for each in found["drills"]}
    assert kinds == {"provider gone", "model retired", "price", "volume", "residency"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("advise", "nowhere.yaml"), "there is no such file"),
        (("advise", "w.yaml", "--out", "r.pdf"), "a record is written as .json, .md, .html"),
        (("advise", "w.yaml", "--plan", "w.yaml"), "it exists and may be yours"),
        (("advise", "w.yaml", "--out", "no/r.md"), "there is no folder `no`"),
        (("advise", "--since", "w.yaml"), "is no record"),
        (("advise", "w.yaml", "--from-ledger", "30d"), "are different workloads"),
        (("advise",), "nobody to ask"),
        (("drill",), "name one workload"),
        (("drill", "w.yaml", "--gone", "opnai"), "did you mean `openai`?"),
        (("drill", "w.yaml", "--price", "gpt-6-luna@openai"), "and a factor are needed"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(words: tuple[str, ...], said: str) -> None:
    result = typed(*words)
    assert result.exit_code == 2
    assert said in result.output.replace("\n", " ")
