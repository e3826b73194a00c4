"""Secrets from a variable, a file or a command: the same value; and nothing is run for who does not need it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from halfopen.apps.config.variables import Variables
from halfopen.documents import Complaints

SECRET = "sk-1234567890"


def test_a_secret_is_the_same_from_a_variable_a_file_and_a_command(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    command = f"{sys.executable} -c \"print('{SECRET}')\""
    for said in ({"KEY": SECRET}, {"KEY_FILE": str(file)}, {"KEY_COMMAND": command}):
        assert Variables(said)["KEY"] == SECRET
        assert "KEY" in Variables(said)
        assert SECRET not in repr(Variables(said))
    assert Variables({"KEY": SECRET, "KEY_FILE": "/nowhere"})["KEY"] == SECRET
    assert Variables({"KEY": " "}).get("KEY") is None


def test_a_command_is_run_once_and_only_for_who_needs_its_secret(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    command = f"{sys.executable} -c \"open('{trace}', 'a').write('x'); print('{SECRET}')\""
    variables = Variables({"KEY_COMMAND": command})
    assert "KEY" in variables
    assert not trace.exists()
    assert variables["KEY"] == variables["KEY"] == SECRET
    assert trace.read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"KEY_FILE": "/nowhere/key"}, "KEY_FILE.*No such file"),
        ({"KEY_COMMAND": "/nowhere/tool"}, "KEY_COMMAND.*cannot be run"),
        ({"KEY_COMMAND": f"{sys.executable} -c 'raise SystemExit(3)'"}, "KEY_COMMAND.*ends with 3"),
        ({"KEY_COMMAND": f"{sys.executable} -c 'print(1); print(2)'"}, "KEY_COMMAND.*one line"),
        ({"KEY_COMMAND": "an 'open quotation"}, "KEY_COMMAND.*cannot be run"),
    ],
)
def test_a_secret_that_cannot_be_told_is_told_with_its_variable(said: dict[str, str], told: str) -> None:
    with pytest.raises(Complaints, match=told):
        Variables(said)["KEY"]


def test_an_empty_file_is_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\n")
    with pytest.raises(Complaints, match="no secret"):
        Variables({"KEY_FILE": str(file)})["KEY"]
