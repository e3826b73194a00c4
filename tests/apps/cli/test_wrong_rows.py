"""What a row of the catalog that is wrong makes of each verb: one sentence with file and line, the same in all."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from halfopen.apps import shipped
from halfopen.apps.cli import application
from tests.catalog.shelf import DATA

VERBS = (
    "catalog check --today 2026-11-25",
    "catalog sync --offline --today 2026-11-25",
    "catalog diff 2026-10-01 2026-11-24",
    "compare --today 2026-11-25",
    "claims --today 2026-11-25",
    "doctor --offline",
    "explain gpt-6-luna",
    "up --port 0",
)


@pytest.fixture
def rows(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the rows that ship, which is read in their place."""
    folder = desk / "package" / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns(shipped.KEPT))
    monkeypatch.setattr(shipped, "files", lambda package: folder.parent)
    return folder


def edit(path: Path, old: str, new: str) -> int:
    """Writes one thing over the first of another, and says on which line."""
    before, found, after = path.read_text("utf-8").partition(old)
    assert found, f"{old} is not in {path.name}"
    path.write_text(before + new + after, encoding="utf-8")
    return before.count("\n") + 1


def halfopen(words: str) -> Result:
    verb, *more = words.split()
    return CliRunner().invoke(application(verb), [verb, *more])


def check() -> Result:
    return halfopen("catalog check --today 2026-11-25")


def test_the_copy_as_it_ships_is_sound(rows: Path) -> None:
    assert check().exit_code == 0


@pytest.mark.parametrize("words", VERBS)
def test_an_offer_of_a_model_that_is_not_there_is_told_by_every_verb(rows: Path, words: str) -> None:
    line = edit(rows / "offers" / "openai.yaml", "- model: gpt-6-luna\n", "- model: gpt-6-lunar\n")
    refused = halfopen(words)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"offers/openai.yaml:{line}: gpt-6-lunar@openai.model: `gpt-6-lunar`, which is not in the catalog; "
        "did you mean `gpt-6-luna`?\n"
    )


@pytest.mark.parametrize("words", VERBS)
def test_an_offer_at_a_provider_that_is_not_there_is_told_by_every_verb(rows: Path, words: str) -> None:
    (rows / "providers" / "groq.yaml").unlink()
    refused = halfopen(words)
    assert (refused.exit_code, refused.stdout) == (2, "")
    first = refused.stderr.splitlines()[0]
    assert re.fullmatch(
        r"offers/groq\.yaml:\d+: \S+@groq\.provider: `groq`, which is not in the catalog; expected one that is", first
    )


SLIPS = [
    ("models/openai.yaml", "modalities: [text, image", "modalities: [txt, image", "modalities[0]: `txt`", "`text`"),
    ("models/openai.yaml", "modalities: [text, image", "modalities: [text, imgae", "modalities[1]: `imgae`", "`image`"),
    ("models/openai.yaml", "category: math", "category: maths", "category: `maths`", "`math`"),
    ("providers/azure.yaml", "value: on_request", "value: on_reqest", "value: `on_reqest`", "`on_request`"),
    ("providers/openai.yaml", "value: type II", "value: tipe II", "value: `tipe II`", "`type II`"),
]


@pytest.mark.parametrize(("file", "old", "new", "found", "near"), SLIPS, ids=[each[3] for each in SLIPS])
def test_a_word_that_is_none_of_a_closed_set_is_refused_with_the_one_that_was_meant(
    rows: Path, file: str, old: str, new: str, found: str, near: str
) -> None:
    line = edit(rows / file, old, new)
    refused = check()
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"{file}:{line}: ")
    assert f"{found}; did you mean {near}?" in refused.stderr


def test_a_value_of_a_promise_that_is_none_is_refused_and_all_that_may_stand_there_are_told(rows: Path) -> None:
    edit(rows / "providers" / "groq.yaml", 'value: "no"', "value: perhaps, one day")
    assert "`perhaps, one day`; expected one of yes, no, on_request, by default, in part, " in check().stderr


@pytest.mark.parametrize(
    ("file", "old"),
    [
        ("offers/openai.yaml", "checked: 2026-11-10"),
        ("models/openai.yaml", "checked: 2026-11-24"),
        ("providers/groq.yaml", "checked: 2025-10-15"),
        ("exchange/ecb.yaml", "checked: 2026-11-24"),
    ],
)
def test_a_source_that_was_looked_at_on_a_day_to_come_is_wrong(rows: Path, file: str, old: str) -> None:
    edit(rows / file, old, "checked: 2028-01-01")
    refused = halfopen("catalog check --json --today 2026-11-25")
    assert refused.exit_code == 1
    (wrong,) = [each for each in json.loads(refused.stdout)["findings"] if each["severity"] == "wrong"]
    assert (wrong["rule"], wrong["file"], wrong["line"] > 0) == ("future", file, True)
    assert "checked `2028-01-01`" in wrong["says"]
    assert wrong["says"].endswith("; expected 2026-11-25 or a day before")


def test_without_its_mark_what_was_recalled_has_no_source_that_anybody_could_look_up(rows: Path) -> None:
    """Every mark in every model and provider is needed: no recalled source is named like one that was seen."""
    marked = 0
    for folder in ("models", "providers"):
        for path in (rows / folder).glob("*.yaml"):
            text = path.read_text("utf-8")
            marked += text.count(", recalled: true")
            path.write_text(text.replace(", recalled: true", ""), encoding="utf-8")
    refused = check()
    assert refused.exit_code == 2
    told = refused.stderr.splitlines()
    assert marked >= 150
    assert len(told) == marked
    assert all("expected a package with its version, models.dev with a day or a commit, an address" in t for t in told)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("genai-prices 0.2.3 (2026-11-10)", True),
        ("genai-prices", False),
        ("models.dev 2026-08-18", True),
        ("models.dev", False),
        ("https://a.test/page, a stored copy", True),
        ("https://a.test/page, opened", True),
        ("https://a.test/page", False),
        ("starting table of architectures, row o/m: its config.json", True),
        ("config.json of o/m as published, by a table of such", False),
        ("names and days of release in this catalog", False),
    ],
)
def test_a_source_is_named_so_that_a_stranger_can_look_it_up(rows: Path, name: str, known: bool) -> None:
    old = '{name: "genai-prices 0.2.3 (2026-11-10)", checked'
    edit(rows / "providers" / "novita.yaml", old, f'{{name: "{name}", checked')
    assert (check().exit_code == 0) is known
