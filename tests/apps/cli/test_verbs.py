"""The verbs as they are typed: explain, env, doctor and what up refuses. Nobody is called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from halfopen import __version__
from halfopen.apps.cli import VERBS, application
from halfopen.apps.cli.env import CLIENTS
from tests.catalog.shelf import shipped as shipped_catalog

HOME = """
zones: {home: [rack]}
providers: {rack: {like: vllm, base_url: "http://127.0.0.1:9"}}
offers:
  - {model: mine, provider: rack, rating: 1250, tuned: true}
  - {model: other, provider: rack}
aliases: {gpt-4o: halfopen/private}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, and an environment without a key or a variable of ours."""
    for row in shipped_catalog().providers.values():
        if row.key_env:
            monkeypatch.delenv(row.key_env, raising=False)
    for name in ("HALFOPEN_KEY", "HALFOPEN_CONFIG", "HALFOPEN_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def halfopen(*words: str) -> Result:
    return CliRunner().invoke(application(words[0]), list(words))


def config(folder: Path, text: str) -> None:
    (folder / "halfopen.yaml").write_text(text, encoding="utf-8")


def told(*words: str, code: int = 0) -> Any:
    result = halfopen(*words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


# -- help


def test_without_a_word_the_verbs_are_listed() -> None:
    listed = CliRunner().invoke(application(""), [])
    for verb in VERBS:
        assert f" {verb} " in listed.output


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_help_of_its_own(verb: str) -> None:
    shown = halfopen(verb, "--help")
    assert shown.exit_code == 0
    assert VERBS[verb].split(";")[0][:30] in " ".join(shown.output.split())
    assert "--help" in shown.output


def test_the_version_is_told() -> None:
    assert halfopen("--version").output == f"halfopen {__version__}\n"


def test_a_verb_that_is_none_is_refused() -> None:
    refused = halfopen("fly")
    assert refused.exit_code == 2
    assert "fly" in refused.output


# -- explain


def test_explain_says_where_a_request_would_go_and_why_nobody_else(here: Path) -> None:
    config(here, HOME)
    table = told("explain", "halfopen/private")
    assert [step["offer"] for step in table["itinerary"]] == ["mine@rack", "other@rack"]
    assert table["itinerary"][1]["note"] == "it is unrated, so it comes after those that are not"
    assert table["zone"] == "home"
    assert {row["gate"] for row in table["refused"]} == {"zone"}
    assert all(row["reason"] for row in table["refused"])


def test_explain_gives_every_offer_of_a_lane_a_place_or_a_reason(here: Path) -> None:
    table = told("explain", "halfopen/realtime", code=1)
    refused = {row["offer"] for row in table["refused"]}
    assert refused == set(shipped_catalog().offers)
    assert table["stop"]["status"] == 503


def test_explain_in_words_has_the_same(here: Path) -> None:
    config(here, HOME)
    shown = halfopen("explain", "gpt-4o")
    assert shown.exit_code == 0
    assert "gpt-4o is an alias of halfopen/private" in shown.output
    assert "mine@rack" in shown.output
    assert "this request may not leave home" in shown.output
    assert "unpriced" in shown.output


def test_explain_marks_what_is_simulated(here: Path) -> None:
    table = told("explain", "halfopen/background", "--sandbox")
    assert table["itinerary"]
    assert all(step["simulated"] for step in table["itinerary"])
    assert "SIMULATED" in halfopen("explain", "halfopen/background", "--sandbox").output


def test_the_sandbox_stands_in_the_circles_that_the_team_drew(here: Path) -> None:
    config(here, "zones: {vault: [], friends: [], world: []}\nlanes: {mine: {require: {zone: vault}}}\n")
    for lane in ("mine", "private"):
        table = told("explain", f"halfopen/{lane}", "--sandbox")
        assert [(step["offer"], step["zone"]) for step in table["itinerary"]] == [("sim-open-small@sim-home", "vault")]


def test_explain_answers_1_where_nobody_may_serve(here: Path) -> None:
    shown = halfopen("explain", "halfopen/private")
    assert shown.exit_code == 1
    assert "403" in shown.output
    assert told("explain", "halfopen/tuned", code=1)["stop"]["status"] == 404


def test_with_circles_of_the_team_s_own_private_keeps_to_the_innermost_and_says_its_name(here: Path) -> None:
    config(here, HOME.replace("{home: [rack]}", "{lab: [rack], partners: [openai]}"))
    table = told("explain", "halfopen/private")
    assert (table["zone"], table["itinerary"][0]["offer"]) == ("lab", "mine@rack")
    assert told("explain", "halfopen/auto", "--zone", "lab")["lane"] == "private"
    config(here, "zones: {lab: [], partners: [openai]}")
    stop = told("explain", "halfopen/private", code=1)["stop"]
    assert stop["status"] == 403
    assert "zone lab" in stop["message"]
    assert "zones: {lab: [...]}" in stop["message"]
    assert any("Zone lab is empty" in line for line in told("doctor", "--offline")["advice"])


def test_explain_takes_the_labels_that_a_header_would_carry(here: Path) -> None:
    config(here, HOME)
    assert told("explain", "halfopen/auto", "--zone", "home")["lane"] == "private"
    assert told("explain", "mine", "--lane", "halfopen/tuned")["lane"] == "tuned"
    assert told("explain", "halfopen/auto", "--task", "batch", code=0)["lane"] == "background"


def test_explain_shows_in_one_line_what_of_the_request_counted(here: Path) -> None:
    config(here, HOME + "lanes: {german: {when: {language: [de]}, require: {zone: home}}}\n")
    said = ("--needs", "tools, image", "--tokens", "9000", "--fact", "language=de", "--fact", "code=go")
    assert (
        "It needs image, tools; its prompt has 9,000 tokens or more; recognized: language de.\n"
        in halfopen("explain", "halfopen/auto", *said).stdout
    )
    table = told("explain", "halfopen/auto", *said)
    assert (table["lane"], table["needs"], table["tokens"]) == ("german", ["image", "tools"], 9000)
    assert table["facts"] == {"language": "de"}, "nobody asks for its code"
    assert "recognized" not in halfopen("explain", "halfopen/private").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing-like-it"], "There is no model, offer, alias or lane `nothing-like-it`"),
        (["halfopen/realtme"], "did you mean `halfopen/realtime`?"),
        (["mine", "--dialect", "klingon"], "There is no dialect `klingon`; it is one of chat, messages"),
        (["mine", "--needs", "image,tolls"], "There is no ability `tolls`; did you mean `tools`?"),
        (["mine", "--fact", "lang=de"], "There is no fact `lang`; did you mean `language`?"),
        (["mine", "--fact", "task=codnig"], "There is no task `codnig`; did you mean `coding`?"),
        (["mine", "--fact", "language"], "write for example --fact language=de"),
        (["mine", "--tokens", "-5"], "`tokens` is -5"),
        (["mine", "--body", "nowhere.json"], "nowhere.json"),
        (["mine", "--zone", "moon"], "There is no zone `moon`"),
        (["mine", "--config", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_explain_refuses_what_it_does_not_know_in_a_sentence(here: Path, words: list[str], said: str) -> None:
    config(here, HOME)
    refused = halfopen("explain", *words)
    assert refused.exit_code == 2
    assert said in refused.stderr


# -- env


@pytest.mark.parametrize("client", CLIENTS)
def test_env_prints_lines_for_every_client(here: Path, client: str) -> None:
    lines = told("env", client)
    assert any("http://127.0.0.1:4000" in value for value in lines.values())
    shown = halfopen("env", client).stdout
    assert all(f"{name}: {value}" in shown or f"export {name}={value}" in shown for name, value in lines.items())


def test_env_names_the_port_of_the_config_or_of_the_option(here: Path) -> None:
    config(here, "listen: {port: 4711}")
    assert told("env", "openai")["OPENAI_BASE_URL"] == "http://127.0.0.1:4711/v1"
    assert told("env", "openai", "--port", "4712")["OPENAI_BASE_URL"] == "http://127.0.0.1:4712/v1"


def test_env_names_an_address_that_can_be_called_where_we_listen_on_all_of_them(here: Path) -> None:
    config(here, 'listen: {host: "::"}')
    assert told("env", "openai")["OPENAI_BASE_URL"] == "http://[::1]:4000/v1"


def test_env_never_prints_our_key(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told("env", "anthropic")["ANTHROPIC_API_KEY"] == "unused"
    monkeypatch.setenv("HALFOPEN_KEY", "ours-1234")
    assert told("env", "anthropic")["ANTHROPIC_API_KEY"] == "$HALFOPEN_KEY"


def test_env_of_a_client_that_is_none_names_the_nearest(here: Path) -> None:
    refused = halfopen("env", "claud-code")
    assert (refused.exit_code, "did you mean claude-code?" in refused.stderr) == (2, True)


# -- doctor


def test_doctor_says_which_key_is_missing_and_what_to_do_about_it(here: Path) -> None:
    report = told("doctor", "--offline")
    rows = {row["name"]: row for row in report["providers"]}
    assert set(rows) == set(shipped_catalog().providers)
    assert (rows["groq"]["ready"], rows["groq"]["key"]) == (False, "GROQ_API_KEY is not set")
    assert rows["groq"]["state"] == "it has no key: set GROQ_API_KEY"
    assert any("halfopen up --sandbox" in line for line in report["advice"])
    assert any("Zone home is empty" in line for line in report["advice"])


def test_doctor_never_shows_a_key(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "theirs-5678")
    monkeypatch.setenv("HALFOPEN_KEY", "ours-1234")
    for words in (["doctor", "--offline"], ["doctor", "--offline", "--json"]):
        shown = halfopen(*words)
        assert shown.exit_code == 0
        assert "GROQ_API_KEY is set" in shown.output
        assert "5678" not in shown.output
        assert "1234" not in shown.output


def test_doctor_knows_the_providers_of_the_config(here: Path) -> None:
    config(here, HOME)
    report = told("doctor", "--offline")
    (rack,) = [row for row in report["providers"] if row["name"] == "rack"]
    assert (rack["zone"], rack["offers"], rack["ready"], rack["hosting"]) == ("home", 2, True, "self_hosted")
    assert report["advice"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lisen: {port: 1}", "halfopen.yaml:1: lisen: unknown field; did you mean `listen`?"),
        ("lanes:\n  realtime:\n    require: {weights: opn}", "halfopen.yaml:3: lanes.realtime.require.weights: `opn`"),
        ("zones: {home: [nobody]}", "halfopen.yaml:1: zones.home[0]: `nobody` is no provider"),
        (
            "offers:\n  - {model: m, provider: openai}\n  - {model: m, provider: opanai}",
            "halfopen.yaml:3: offers[1].provider: `opanai` is no provider; did you mean `openai`?",
        ),
        (
            "engines:\n  e: {gguf: none.gguf, model: m}",
            "halfopen.yaml:2: engines.e.gguf: there is no file none.gguf; expected a GGUF file",
        ),
        ("lanes: {mine: {require: {zone: moon}}}", "halfopen.yaml:1: lanes.mine.require.zone: `moon`; expected one of"),
        ("default_lane: fast", "halfopen.yaml:1: default_lane: `fast`; expected one of `realtime`, "),
        ("providers: {groq: {base_url: localhost}}", "groq.base_url: `localhost`; did you mean `http://localhost`?"),
        ("a: [", "halfopen.yaml:2: nothing, or a sign, where a value belongs; expected a value"),
    ],
)
def test_doctor_tells_what_is_wrong_in_the_config(here: Path, text: str, said: str) -> None:
    config(here, text)
    refused = halfopen("doctor", "--offline")
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert refused.stdout == ""


# -- up


def test_up_does_not_listen_to_others_without_a_key(here: Path) -> None:
    for host in ("0.0.0.0", "::"):
        refused = halfopen("up", "--host", host)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert f"{host} can be reached by others, so it needs a key: set HALFOPEN_KEY" in refused.stderr


def test_up_does_not_start_with_a_config_that_is_wrong(here: Path) -> None:
    config(here, "listen: {port: many}")
    refused = halfopen("up", "--sandbox")
    assert refused.exit_code == 2
    assert "halfopen.yaml:1: listen.port: `many`; expected a whole number" in refused.stderr


def test_up_does_not_start_with_an_engine_whose_file_is_not_there(here: Path) -> None:
    config(here, "engines: {e: {gguf: none.gguf, model: m}}")
    refused = halfopen("up", "--data", str(here / "data"), "--port", "0")
    assert refused.exit_code == 2
    assert "engines.e.gguf: there is no file none.gguf" in refused.stderr
