"""What every verb keeps, run as it is typed: no key is ever printed, one gateway a folder, and help that helps."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from halfopen.apps.cli import VERBS
from halfopen.apps.cli.env import CLIENTS
from halfopen.apps.wiring import shipped_catalog
from tests.apps.serve.gateways import bare_environment, command

SECRET = "sk-never-to-be-seen-8c1f"
VARIABLES = sorted({row.key_env for row in shipped_catalog().providers.values() if row.key_env})
KEYS = {name: f"{SECRET}-{place}" for place, name in enumerate(["HALFOPEN_KEY", *VARIABLES])}
BAD = "lanes:\n  realtime:\n    prefer: [raiting]\n"


def halfopen(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words),
        env=bare_environment(folder, COLUMNS="200", **variables),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


ALL: list[list[str]] = [
    ["--help"],
    *([verb, "--help"] for verb in VERBS),
    *(["env", client] for client in CLIENTS),
    ["env", "openai", "--json"],
    ["doctor", "--offline"],
    ["doctor", "--offline", "--json"],
    ["explain", "halfopen/realtime"],
    ["explain", "halfopen/realtime", "--json"],
    ["explain", "halfopen/private"],
    ["explain", "no-such-model"],
    ["ledger"],
    ["up", "--config", "bad.yaml"],
    ["up", "--config", "nowhere.yaml"],
]


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_no_verb_prints_a_key_whatever_it_is_asked(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    done = halfopen(tmp_path, *words, **KEYS)
    assert done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_the_keys_of_that_test_are_really_read(tmp_path: Path) -> None:
    rows = json.loads(halfopen(tmp_path, "doctor", "--offline", "--json", **KEYS).stdout)["providers"]
    assert {row["key"] for row in rows if row["key"] != "none needed"} == {f"{name} is set" for name in VARIABLES}
    assert [row["name"] for row in rows if not row["ready"]] == ["azure"]


def test_a_verb_written_nearly_right_is_refused_with_the_one_meant(tmp_path: Path) -> None:
    refused = halfopen(tmp_path, "explian", "halfopen/realtime")
    assert refused.returncode == 2
    assert "Did you mean 'explain'?" in " ".join(re.sub("[│╭╮╰╯─]", " ", refused.stderr).split())


def test_a_bad_config_is_told_by_file_line_and_field_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    for verb in (["doctor", "--offline"], ["explain", "halfopen/realtime"], ["env", "openai"], ["up", "--sandbox"]):
        refused = halfopen(tmp_path, *verb, "--config", "bad.yaml")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr == ("bad.yaml:3: lanes.realtime.prefer[0]: `raiting`; did you mean `rating`?\n")


def test_a_second_gateway_on_one_data_folder_is_refused_with_a_sentence(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "data"), "--port", "0", "--sandbox")
    with subprocess.Popen(
        command("up", *data), env=bare_environment(tmp_path), cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as first:
        try:
            assert first.stdout is not None
            assert any("listens on" in line for line in first.stdout), "it ended before it listened"
            refused = halfopen(tmp_path, "up", *data)
        finally:
            first.kill()
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"halfopen: another halfopen (process {first.pid}) writes its ledger to {tmp_path / 'data'}: "
        "stop it, or give this one a folder of its own with --data\n"
    )


def test_others_are_let_in_only_with_a_key_and_the_data_folder_is_not_made_before(tmp_path: Path) -> None:
    refused = halfopen(tmp_path, "up", "--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path / "data"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "0.0.0.0 can be reached by others, so it needs a key: set HALFOPEN_KEY." in refused.stderr
    assert os.listdir(tmp_path) == []
