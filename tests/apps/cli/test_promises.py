"""What every verb keeps, run as it is typed: no key is ever printed, one gateway a folder, and help that helps."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from halfopen.apps.cli import VERBS
from halfopen.apps.cli.env import CLIENTS
from tests.apps.serve.gateways import bare_environment, command
from tests.catalog.shelf import shipped as shipped_catalog

SECRET = "sk-never-to-be-seen-8c1f"
VARIABLES = sorted({row.key_env for row in shipped_catalog().providers.values() if row.key_env})
KEYS = {name: f"{SECRET}-{place}" for place, name in enumerate(["HALFOPEN_KEY", *VARIABLES])}
NO_ADDRESS = sorted(name for name, row in shipped_catalog().providers.items() if row.base_url is None)
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
    assert [row["name"] for row in rows if not row["ready"]] == NO_ADDRESS


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


def test_a_port_that_is_taken_is_told_with_the_option_that_names_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = halfopen(tmp_path, "up", "--sandbox", "--port", str(port), "--data", str(tmp_path / "data"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"halfopen: something listens on 127.0.0.1:{port} already, another halfopen perhaps: stop it, or choose "
        f"another port with --port {port % 65535 + 1}.\n"
    )
    assert not (tmp_path / "data" / "ledger.db").exists()


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("no-such-host.invalid", "no-such-host.invalid is no name that is known here"),
        ("192.0.2.1", "192.0.2.1 is no address of this machine"),
    ],
)
def test_a_host_that_is_none_of_this_machine_is_told_in_a_sentence(tmp_path: Path, host: str, said: str) -> None:
    refused = halfopen(tmp_path, "up", "--sandbox", "--host", host, "--port", "0", HALFOPEN_KEY="k" * 40)
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"halfopen: {said}: choose")


def test_with_port_0_the_port_that_was_found_is_told_and_answers(tmp_path: Path) -> None:
    words = command("up", "--sandbox", "--port", "0", "--data", str(tmp_path / "data"))
    with subprocess.Popen(
        words, env=bare_environment(tmp_path), cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as gateway:
        try:
            assert gateway.stdout is not None
            said = next(line for line in gateway.stdout if "listens on" in line)
            with socket.create_connection(("127.0.0.1", int(said.rpartition(":")[2]))) as caller:
                caller.sendall(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
                assert caller.recv(100).startswith(b"HTTP/1.1 200")
        finally:
            gateway.kill()


def test_a_config_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name, said in (("nowhere.yaml", "there is no such config file"), ("folder", "a folder, and no config file")):
        for verb in (["doctor", "--offline"], ["explain", "m"], ["env", "openai"], ["up"]):
            refused = halfopen(tmp_path, *verb, "--config", name)
            assert (refused.returncode, refused.stdout) == (2, "")
            assert refused.stderr.startswith(f"halfopen: {name}: {said}: name ")
            assert "--config" in refused.stderr


def test_a_data_folder_that_is_a_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    refused = halfopen(tmp_path, "up", "--sandbox", "--port", "0", "--data", str(tmp_path / "data"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"halfopen: {tmp_path / 'data'} cannot be used for the ledger (File exists): "
        "make it a folder that you may write to, or name another with --data\n"
    )


@pytest.mark.parametrize("verb", [["up", "--sandbox", "--port", "0"], ["ledger"]], ids=["up", "ledger"])
def test_a_ledger_that_is_none_is_told_with_what_to_do(tmp_path: Path, verb: list[str]) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ledger.db").write_text("a shopping list, and no database at all", encoding="utf-8")
    refused = halfopen(tmp_path, *verb, "--data", "data")
    assert (refused.returncode != 0, refused.stdout) == (True, "")
    assert "the ledger in data cannot be " in refused.stderr
    assert "name another folder with --data" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_others_are_let_in_only_with_a_key_and_the_data_folder_is_not_made_before(tmp_path: Path) -> None:
    refused = halfopen(tmp_path, "up", "--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path / "data"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "0.0.0.0 can be reached by others, so it needs a key: set HALFOPEN_KEY," in refused.stderr
    assert os.listdir(tmp_path) == []


def test_a_config_that_is_no_text_is_told_by_every_verb_that_reads_one(tmp_path: Path) -> None:
    (tmp_path / "halfopen.yaml").write_bytes(b"lanes: \xe9\n")
    for verb in (["doctor", "--offline"], ["explain", "m"], ["env", "openai"], ["up"]):
        refused = halfopen(tmp_path, *verb)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr == "halfopen.yaml:1: the byte 0xe9; expected text in UTF-8\n"


@contextmanager
def gateway(folder: Path, *words: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A sandbox on a free port, and the address that it says it listens on."""
    told = ("--sandbox", "--port", "0", "--data", str(folder / "data"))
    with subprocess.Popen(
        [*command("up"), *told, *words],
        env=bare_environment(folder, **variables),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            assert child.stdout is not None
            said = next(line for line in child.stdout if "listens on" in line)
            yield child, said.split()[-1]
        finally:
            child.kill()


def test_a_body_that_no_provider_can_read_is_the_caller_s_fault_and_a_sandbox_stops_as_if_it_had_not_been(
    tmp_path: Path,
) -> None:
    body = b'{"model": "sim-open-small", "n": 1e999, "messages": [{"role": "user", "content": "Hello"}]}'
    with gateway(tmp_path) as (child, url):
        for path in ("/v1/chat/completions", "/v1/messages"):
            ask = Request(url + path, body, {"content-type": "application/json"})
            with pytest.raises(HTTPError) as refused:
                urlopen(ask, timeout=10)
            with refused.value as answer:
                assert (answer.code, "can read" in answer.read().decode()) == (400, True)
        child.terminate()
        _, complained = child.communicate(timeout=20)
    assert "Traceback" not in complained
    assert child.returncode in (0, -signal.SIGTERM)


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize("host", ["::1", "::"])
def test_on_ipv6_the_address_that_is_told_answers(tmp_path: Path, host: str) -> None:
    with gateway(tmp_path, "--host", host, HALFOPEN_KEY="k" * 40) as (_, url):
        assert re.fullmatch(r"http://\[::1\]:\d+", url)
        with urlopen(f"{url}/healthz", timeout=10) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_a_host_that_is_none_of_this_machine_needs_no_key_but_another_host(tmp_path: Path, host: str) -> None:
    refused = halfopen(tmp_path, "up", "--sandbox", "--host", host)
    assert (refused.returncode, "HALFOPEN_KEY" in refused.stderr) == (2, False)
    assert refused.stderr.startswith(f"halfopen: {host} is no ")


def test_whoever_starts_it_by_its_path_is_told_how_to_call_the_verbs(tmp_path: Path) -> None:
    folder = tmp_path / "env" / "bin"
    folder.mkdir(parents=True)
    (folder / "activate").touch()
    (folder / "halfopen").write_text("from halfopen.apps.cli import main\nmain()\n", encoding="utf-8")
    words = [sys.executable, "env/bin/halfopen", "up", "--sandbox", "--port", "0", "--data", "data"]
    with subprocess.Popen(
        words, env=bare_environment(tmp_path), cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout is not None
            told = list(takewhile(lambda line: "Ctrl-C stops" not in line, child.stdout))
            line = "`env/bin/halfopen --help` lists every verb; after `. env/bin/activate` it is plain `halfopen`.\n"
            assert told[-1] == line
        finally:
            child.kill()
