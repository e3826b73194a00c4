"""`halfopen catalog sync` as it is typed: over real sockets, with the providers of a script. The day is pinned."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from halfopen.apps import shelf
from halfopen.apps.cli import application
from halfopen.apps.cli.catalog.asking import target_of
from halfopen.testing.steps import Step
from halfopen.testing.upstream import ScriptedUpstream, always
from halfopen.testing.visit import Received
from halfopen.testing.wires import whole
from tests.catalog.shelf import provider, shipped

TODAY = "2026-11-24"


def catalog(*words: str) -> Result:
    return CliRunner().invoke(application("catalog"), ["catalog", *words, "--today", TODAY])


def told(*words: str, code: int = 0) -> Any:
    result = catalog(*words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def config(folder: Path, text: str) -> None:
    (folder / "halfopen.yaml").write_text(text, encoding="utf-8")


OPENROUTER = {
    "data": [
        {
            "id": "openai/gpt-oss-120b",
            "canonical_slug": "openai/gpt-oss-120b",
            "pricing": {"prompt": "0.0000002", "completion": "0.0000008", "input_cache_read": "0.00000005"},
            "expiration_date": "2027-01-20",
        }
    ],
    "links": {"next": "/api/v1/models?offset=500"},
}
REST = {"data": [{"id": "openai/gpt-6-luna", "pricing": {"prompt": "0.0000001", "completion": "0.0000005"}}]}
MISTRAL = {
    "object": "list",
    "data": [
        {
            "id": "mistral-large-2512",
            "aliases": [],
            "deprecation": "2027-02-28T12:00:00Z",
            "deprecation_replacement_model": "mistral-large-4",
        }
    ],
}
TOGETHER = [{"id": "openai/gpt-oss-120b", "pricing": {"input": 0.3, "output": 0.9, "hourly": 0}}]
LISTS: dict[str, Any] = {
    "/api/v1/models": OPENROUTER,
    "/api/v1/models?offset=500": REST,
    "/v1/models": MISTRAL,
    "/together/v1/models": TOGETHER,
}


def say(request: Received) -> list[Step]:
    body = json.dumps(LISTS[request.target]).encode() if request.target in LISTS else b"{}"
    return whole(200 if request.target in LISTS else 404, body)


def synced(
    desk: Path, monkeypatch: pytest.MonkeyPatch, *words: str, asked: dict[str, str]
) -> tuple[Any, list[Received]]:
    """What sync says with providers at a scripted upstream, and what they were asked."""
    rows = shipped().providers
    for name in asked:
        monkeypatch.setenv(rows[name].key_env or "", f"key-of-{name}")

    async def main() -> tuple[Any, list[Received]]:
        async with ScriptedUpstream(say) as up:
            places = {name: f"http://127.0.0.1:{up.port}{path}" for name, path in asked.items()}
            config(desk, "providers:\n" + "".join(f"  {name}: {{base_url: '{url}'}}\n" for name, url in places.items()))
            report = await asyncio.to_thread(told, "sync", *words)
            return report, up.requests

    return asyncio.run(main())


EVERYBODY = {"openrouter": "", "mistral": "", "together": "/together"}


def test_sync_asks_each_provider_with_its_own_key_and_follows_pages(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, requests = synced(desk, monkeypatch, asked=EVERYBODY)
    assert {request.target for request in requests} == set(LISTS)
    keys = {request.target: request.values(b"authorization") for request in requests}
    assert keys["/api/v1/models?offset=500"] == [b"Bearer key-of-openrouter"]
    assert keys["/v1/models"] == [b"Bearer key-of-mistral"]
    assert "openrouter lists 2 models, 2 with a price, 1 with an end." in report["told"]
    assert "mistral lists 1 models, 0 with a price, 1 with an end." in report["told"]


def test_sync_shows_the_difference_and_writes_nothing_by_itself(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report, _ = synced(desk, monkeypatch, asked=EVERYBODY)
    taken = {(row["offer"], row["field"]): row["says"] for row in report["proposals"] if row["taken"]}
    assert taken["gpt-oss-120b@openrouter", "prices"].startswith("from 2026-11-24: input 0.1 -> 0.2")
    assert taken["gpt-oss-120b@openrouter", "retires"].startswith("- -> 2027-01-20")
    assert taken["mistral-large-3@mistral", "retires"] == "- -> 2027-02-28; mistral-large-4 comes after it"
    assert report["written"] == []
    assert not (desk / "data" / "catalog").exists()


def test_sync_with_yes_lays_it_over_the_catalog_and_the_second_time_there_is_nothing_new(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, _ = synced(desk, monkeypatch, "--yes", asked=EVERYBODY)
    assert {Path(path).name for path in report["written"]} >= {"openrouter.yaml", "mistral.yaml", "together.yaml"}
    assert all(Path(path).stat().st_mode & 0o777 == 0o600 for path in report["written"])
    mine, ships = shelf.stock(desk / "data").catalog.offers, shipped().offers
    assert mine["mistral-large-3@mistral"].retires is not None
    assert mine["gpt-oss-120b@openrouter"].prices[:-1] == ships["gpt-oss-120b@openrouter"].prices
    again, _ = synced(desk, monkeypatch, "--yes", asked=EVERYBODY)
    assert [row for row in again["proposals"] if row["taken"]] == []


def test_sync_never_shows_or_writes_a_key(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report, _ = synced(desk, monkeypatch, "--yes", asked=EVERYBODY)
    written = "".join(path.read_text("utf-8") for path in (desk / "data" / "catalog").iterdir())
    assert "key-of-" not in json.dumps(report) + written


def test_a_provider_that_refuses_or_says_nonsense_is_told_and_the_others_are_read(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, _ = synced(desk, monkeypatch, asked={"openrouter": "/none", "mistral": ""})
    assert "openrouter was not read: it answers 404 to /none/api/v1/models" in report["told"]
    assert "mistral lists 1 models, 0 with a price, 1 with an end." in report["told"]


def test_a_provider_that_is_not_there_is_told(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "x")
    config(desk, "providers: {mistral: {base_url: 'http://127.0.0.1:9'}}")
    assert any(line.startswith("mistral was not read: ") for line in told("sync")["told"])


def test_pages_without_end_are_not_followed_for_ever(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> tuple[Any, int]:
        page = json.dumps({"data": [], "links": {"next": "/v1/models?more"}}).encode()
        async with ScriptedUpstream(always(whole(200, page))) as up:
            config(desk, f"providers: {{mistral: {{base_url: 'http://127.0.0.1:{up.port}'}}}}")
            return await asyncio.to_thread(told, "sync"), up.served

    monkeypatch.setenv("MISTRAL_API_KEY", "x")
    report, served = asyncio.run(main())
    assert "mistral was not read: its list has more than 20 pages" in report["told"]
    assert served == 20


def test_offline_nobody_is_asked(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report, requests = synced(desk, monkeypatch, "--offline", asked=EVERYBODY)
    assert requests == []
    assert not any("lists" in line for line in report["told"])


def test_no_first_price_is_taken_from_what_another_host_takes(desk: Path) -> None:
    rows = {(row["offer"], row["field"]): row for row in told("sync", "--offline")["proposals"]}
    for offer in ("deepseek-v3.2@azure", "gpt-oss-120b@azure"):
        assert shipped().offers[offer].prices == ()
        assert rows[offer, "prices"]["taken"] is False
        assert "no price of that host" in rows[offer, "prices"]["why_not"]
    assert [row for row in rows.values() if row["taken"]] == []


def test_a_file_of_the_teams_own_is_merged_and_shown_before(desk: Path) -> None:
    ours = desk / "ours.yaml"
    ours.write_text(
        "offers:\n  - offer: gpt-6-luna@openai\n    prices:\n"
        "      - {since: 2026-12-01, input: 0.05, output: 0.25, source: {name: our contract, checked: 2026-11-20}}\n",
        encoding="utf-8",
    )
    shown = catalog("sync", "--offline", "--overlay", str(ours))
    assert "gpt-6-luna@openai prices: from 2026-12-01: input 0.1 -> 0.05" in shown.stdout
    assert "`--yes` writes" in shown.stdout
    assert catalog("sync", "--offline", "--overlay", str(ours), "--yes").exit_code == 0
    line = shelf.stock(desk / "data").catalog.offers["gpt-6-luna@openai"].prices[-1]
    assert (str(line.input), line.source.name) == ("0.05", "our contract")


def test_an_overlay_that_is_wrong_is_refused_with_its_line(desk: Path) -> None:
    (desk / "ours.yaml").write_text("offers:\n  - {offer: x, prces: []}\n", encoding="utf-8")
    refused = catalog("sync", "--offline", "--overlay", "ours.yaml")
    assert refused.exit_code == 2
    assert "ours.yaml:2: offers[0].prces: unknown field; did you mean `prices`?" in refused.stderr


def test_a_list_stands_beside_the_path_of_a_dialect() -> None:
    rows = shipped().providers
    assert target_of(rows["openrouter"]) == "/api/v1/models"
    assert target_of(rows["groq"]) == "/openai/v1/models"
    assert target_of(rows["anthropic"]) == "/v1/models"
    assert target_of(provider("p", dialects={"gemini": "/v1beta/models"})) == "/v1/models"
