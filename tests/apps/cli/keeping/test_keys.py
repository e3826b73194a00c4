"""`halfopen keys`: made, listed, rotated and revoked in a terminal; the secret is alone on stdout, once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from halfopen.access.key import MARK
from halfopen.apps.cli import application


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with an empty data folder, and nothing in the environment."""
    for name in ("HALFOPEN_KEY", "HALFOPEN_CONFIG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HALFOPEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def keys(*words: str) -> Result:
    return CliRunner().invoke(application("keys"), ["keys", *words], env={"COLUMNS": "160"})


def made(*words: str) -> str:
    result = keys("create", *words)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def test_the_first_key_is_an_admin_s_and_the_next_one_calls_models() -> None:
    first, second = made("me"), made("ana")
    assert first.startswith(MARK)
    assert len({first, second}) == 2
    rows = json.loads(keys("list", "--json").stdout)
    assert [(row["name"], row["role"]) for row in rows] == [("me", "admin"), ("ana", "inference")]


def test_what_a_key_is_bound_to_is_listed_and_its_secret_is_not() -> None:
    shown = made("hr", "--team", "hr", "--zone", "home", "--lane", "private", "--budget", "2/day", "--budget", "40")
    told = keys("list").stdout
    for word in ("hr", "private", "zone home", "2/day", "40/month", "in use"):
        assert word in told
    assert shown.removeprefix(MARK) not in told + keys("audit").stdout + keys("list", "--json").stdout


def test_a_revoked_key_stays_in_the_list_and_both_changes_in_the_audit() -> None:
    old = made("ana")
    new = keys("rotate", "ana").stdout.strip()
    assert new.startswith(MARK)
    assert new != old
    assert keys("revoke", "ana").exit_code == 0
    assert "was revoked" in keys("list").stdout
    lines = json.loads(keys("audit", "--json").stdout)
    assert [line["what"] for line in lines] == ["key created", "key rotated", "key revoked"]
    assert all(line["who"].endswith("in a terminal") for line in lines)


def test_without_a_key_the_list_says_what_that_means() -> None:
    assert "the first is an admin's" in keys("list").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "ana"), "there is a key of that name"),
        (("create", "x", "--role", "admn"), "did you mean `admin`?"),
        (("create", "x", "--lane", "privat"), "did you mean `private`?"),
        (("create", "x", "--zone", "hom"), "did you mean `home`?"),
        (("create", "x", "--model", "gpt-6-lun"), "did you mean `gpt-6-luna`?"),
        (("create", "x", "--budget", "much"), "such as 25/month"),
        (("create", "x", "--expires", "soon"), "such as 90d"),
        (("create", "x", "--label", "task"), "--label task=cv"),
        (("create", "x", "--label", "tsk=cv"), "did you mean `task`?"),
        (("create", " "), "1 to 100 characters"),
        (("revoke", "an"), "did you mean `ana`?"),
        (("rotate", "zzzzz"), "there is ana"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(words: tuple[str, ...], said: str) -> None:
    made("ana")
    result = keys(*words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
