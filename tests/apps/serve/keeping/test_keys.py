"""Keys: nobody needs one until there is one; then everybody does, and each is good for what it was made for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai
import pytest

from halfopen.access.key import MARK, Key, Role
from halfopen.adapters.sqlite.access import Access, access
from halfopen.documents import Complaints
from halfopen.testing import ScriptedUpstream
from tests.apps.serve.gateways import CHAT, HI, Inside, exchanged, inside, over, post, run
from tests.apps.serve.test_passing import chat_script

ASK: Mapping[str, Any] = {"model": "m-up", "messages": HI, "max_tokens": 9}
LANES = {"only": {"require": {"models": ["m-up"]}}, "other": {"require": {"models": ["m-home"]}}}


@asynccontextmanager
async def gateway(folder: Path, *, key: str = "", **more: Any) -> AsyncIterator[Inside]:
    """Over a provider anywhere and one at home; both say hello."""
    async with ScriptedUpstream(chat_script) as up, ScriptedUpstream(chat_script) as home:
        config = over({"up": up, "home": home})
        async with inside(folder, {**config, "lanes": {**config["lanes"], **LANES}, **more}, key=key) as there:
            yield there


def made(there: Inside, name: str, **more: Any) -> str:
    """A key's secret, as a verb beside the gateway would make it; it counts at once."""
    table = there.begun.house.keys.table
    assert isinstance(table, Access)
    shown = table.made(Key(id="", name=name, digest="", **more), "a test", 1.0)
    there.begun.house.keys.reload()
    return shown


async def got(there: Inside, method: str, path: str, key: str = "", body: Any = None) -> tuple[int, Any]:
    """Status and body of a managing route."""
    shown = b"authorization: Bearer %b\r\n" % key.encode() if key else b""
    sent = post(there.port, path, json.dumps(body or {}).encode(), shown)
    if method == "GET":
        sent = b"GET %b HTTP/1.1\r\nhost: 127.0.0.1:%d\r\nconnection: close\r\n%b\r\n" % (
            path.encode(),
            there.port,
            shown,
        )
    head, _, told = (await exchanged(there.port, sent)).partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(told) if told[:1] in (b"{", b"[") else told


async def said(there: Inside, key: str, **more: Any) -> int:
    """The status of a chat with this key, by the official client."""
    try:
        await there.openai(api_key=key).chat.completions.create(**{**ASK, **more})
    except openai.APIStatusError as refused:
        return refused.status_code
    return 200


def test_nobody_needs_a_key_until_there_is_one_and_then_everybody_does(tmp_path: Path) -> None:
    async def story() -> list[int]:
        async with gateway(tmp_path) as there:
            before = await said(there, "unused")
            first = made(there, "ana")
            return [
                before,
                await said(there, "unused"),
                await said(there, first),
                (await got(there, "GET", "/healthz"))[0],
            ]

    assert run(story()) == [200, 401, 200, 200]


# What each role gets for: a chat, the list of models, the metrics, an explanation, the list of keys, a new key.
ROLES: Mapping[Role, list[int]] = {
    "inference": [200, 200, 403, 403, 403, 403],
    "viewer": [403, 200, 200, 200, 403, 403],
    "operator": [200, 200, 200, 200, 200, 403],
    "admin": [200, 200, 200, 200, 200, 201],
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_it_is_for_and_nothing_else(tmp_path: Path, role: Role) -> None:
    async def story() -> list[int]:
        async with gateway(tmp_path) as there:
            key = made(there, "k", role=role)
            routes = [
                await got(there, "POST", CHAT, key, ASK),
                await got(there, "GET", "/v1/models", key),
                await got(there, "GET", "/metrics", key),
                await got(there, "POST", "/halfopen/explain", key, {"model": "m-up"}),
                await got(there, "GET", "/halfopen/keys", key),
                await got(there, "POST", "/halfopen/keys", key, {"name": "new"}),
            ]
            return [status for status, _ in routes]

    assert run(story()) == ROLES[role]


def test_every_route_but_ready_or_not_asks_for_a_key(tmp_path: Path) -> None:
    from halfopen.apps.serve.manage import ROUTES

    async def story() -> dict[str, int]:
        async with gateway(tmp_path) as there:
            made(there, "k")
            return {each.path: (await got(there, each.method, each.path.replace("{id}", "x")))[0] for each in ROUTES}

    statuses = run(story())
    assert {path for path, status in statuses.items() if status != 401} == {"/healthz", "/readyz"}


def test_a_key_is_made_used_rotated_and_revoked_over_http(tmp_path: Path) -> None:
    async def story() -> list[Any]:
        async with gateway(tmp_path) as there:
            admin = made(there, "root", role="admin")
            status, told = await got(there, "POST", "/halfopen/keys", admin, {"name": "ana", "team": "hr"})
            old = told["key"]
            found: list[Any] = [status, await said(there, old)]
            _, told = await got(there, "POST", "/halfopen/keys/ana/rotate", admin)
            found += [await said(there, old), await said(there, told["key"])]
            _, row = await got(there, "POST", "/halfopen/keys/ana/revoke", admin)
            found += [row["state"], await said(there, told["key"])]
            _, lines = await got(there, "GET", "/halfopen/audit", admin)
            found.append([(line["who"], line["what"]) for line in lines["lines"][1:]])
            return found

    who = "root, over HTTP"
    changes = [(who, "key created"), (who, "key rotated"), (who, "key revoked")]
    assert run(story()) == [201, 200, 401, 200, "was revoked", 401, changes]


def test_a_key_that_a_verb_makes_counts_within_a_second_and_so_does_its_end(tmp_path: Path) -> None:
    async def until(there: Inside, key: str, status: int) -> None:
        async with asyncio.timeout(2):
            while await said(there, key) != status:
                await asyncio.sleep(0.05)

    async def story() -> None:
        async with gateway(tmp_path) as there:
            with access(tmp_path / "data") as beside:
                shown = beside.made(Key(id="", name="ana", digest=""), "cli", 1.0)
                await until(there, "nothing", 401)
                await until(there, shown, 200)
                beside.changed("ana", "cli", 2.0, "key revoked", revoked=2.0)
                await until(there, shown, 401)

    run(story())


def test_the_ledger_names_the_key_and_nothing_that_is_kept_or_told_holds_it(tmp_path: Path) -> None:
    async def story() -> tuple[str, list[str], bytes]:
        async with gateway(tmp_path) as there:
            shown = made(there, "ana", role="admin")
            raw = await there.openai(api_key=shown).chat.completions.with_raw_response.create(**ASK)
            rows = await there.rows(raw.headers["x-halfopen-request"])
            told = [
                (await got(there, "GET", path, shown))[1] for path in ("/metrics", "/halfopen/keys", "/halfopen/audit")
            ]
            return shown, [row.key for row in rows], repr((told, dict(raw.headers))).encode()

    shown, names, told = run(story())
    assert names == ["ana"]
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert shown.removeprefix(MARK).encode() not in told + kept


@pytest.mark.parametrize(
    ("bounds", "asked", "status"),
    [
        ({"lanes": ("only",)}, {"model": "halfopen/only"}, 200),
        ({"lanes": ("only",)}, {"model": "halfopen/both"}, 403),
        ({"lanes": ("only",)}, {"model": "m-up"}, 200),  # a model by itself is in no lane
        ({"models": ("m-up",)}, {"model": "m-up"}, 200),
        ({"models": ("m-up@up",)}, {"model": "halfopen/both"}, 200),
        ({"models": ("m-up",)}, {"model": "m-home"}, 400),
        ({"models": ("m-up",)}, {"model": "halfopen/other"}, 400),
        ({"zone": "home"}, {"model": "m-home"}, 200),
        ({"zone": "home"}, {"model": "m-up"}, 403),
        ({"zone": "home"}, {"model": "m-up", "extra_headers": {"x-halfopen-zone": "anywhere"}}, 403),
        ({"labels": {"lane": "other"}}, {"model": "halfopen/auto"}, 200),
        ({"expires": 1.0}, {}, 401),
        ({"revoked": 1.0}, {}, 401),
    ],
)
def test_a_key_goes_as_far_as_it_was_made_for(tmp_path: Path, bounds: Any, asked: Any, status: int) -> None:
    async def story() -> int:
        async with gateway(tmp_path) as there:
            return await said(there, made(there, "k", **bounds), **asked)

    assert run(story()) == status


def test_a_label_that_a_key_has_is_said_for_requests_that_do_not_say_it(tmp_path: Path) -> None:
    async def story() -> list[str]:
        async with gateway(tmp_path) as there:
            key = made(there, "k", labels={"lane": "other", "task": "cv"})
            client = there.openai(api_key=key).chat.completions.with_raw_response
            silent = await client.create(**{**ASK, "model": "halfopen/auto"})
            saying = await client.create(**{**ASK, "model": "halfopen/auto"}, extra_headers={"x-halfopen-lane": "only"})
            rows = await there.rows(silent.headers["x-halfopen-request"])
            return [silent.headers["x-halfopen-lane"], saying.headers["x-halfopen-lane"], rows[0].labels["task"]]

    assert run(story()) == ["other", "only", "cv"]


def test_a_label_of_a_key_that_names_a_lane_gives_way_to_the_lane_that_is_asked_for(tmp_path: Path) -> None:
    async def story() -> list[str]:
        async with gateway(tmp_path) as there:
            client = there.openai(api_key=made(there, "ana", labels={"lane": "only"})).chat.completions
            asked = [{**ASK, "model": name} for name in ("halfopen/other", "halfopen/auto", "m-up")]
            told = [await client.with_raw_response.create(**each) for each in asked]
            return [each.headers["x-halfopen-lane"] for each in told]

    assert run(story()) == ["other", "only", "only"]


@pytest.mark.parametrize(
    ("bounds", "there", "missing"),
    [
        ({"models": ("m-home",)}, {"m-home@home", "halfopen/only", "halfopen/auto"}, {"m-up@up"}),
        ({"zone": "home"}, {"m-home@home", "halfopen/only"}, {"m-up@up"}),
        ({"lanes": ("only",)}, {"m-up@up", "halfopen/only"}, {"halfopen/other", "halfopen/both"}),
        ({}, {"m-up@up", "m-home@home", "halfopen/only", "halfopen/other"}, set()),
    ],
)
def test_a_key_is_shown_the_models_that_it_may_use(
    tmp_path: Path, bounds: Any, there: set[str], missing: set[str]
) -> None:
    async def story() -> set[str]:
        async with gateway(tmp_path) as gate:
            _, told = await got(gate, "GET", "/v1/models", made(gate, "ana", **bounds))
            return {row["id"] for row in told["data"]}

    listed = run(story())
    assert there <= listed
    assert not missing & listed


def test_where_a_request_would_go_is_told_for_the_key_that_asks(tmp_path: Path) -> None:
    async def story() -> list[list[str]]:
        async with gateway(tmp_path) as there:
            keys = [made(there, "all", role="viewer"), made(there, "few", role="viewer", models=("m-home",))]
            told = [await got(there, "POST", "/halfopen/explain", key, {"model": "halfopen/both"}) for key in keys]
            return [sorted(step["offer"] for step in each["itinerary"]) for _, each in told]

    assert run(story()) == [["m-home@home", "m-up@up"], ["m-home@home"]]


def test_whoever_may_only_call_may_look_at_its_own_requests_and_at_nobody_elses(tmp_path: Path) -> None:
    async def story() -> list[int]:
        async with gateway(tmp_path) as there:
            keys = [made(there, name) for name in ("ana", "bo")]
            keys.append(made(there, "cy", role="viewer"))
            raw = await there.openai(api_key=keys[0]).chat.completions.with_raw_response.create(**ASK)
            await there.rows(raw.headers["x-halfopen-request"])
            path = f"/halfopen/requests/{raw.headers['x-halfopen-request']}"
            return [(await got(there, "GET", path, key))[0] for key in keys]

    assert run(story()) == [200, 404, 200]


@pytest.mark.parametrize(("kind", "word", "near"), [("offers", "m-up@upp", "m-up@up"), ("providers", "upp", "up")])
def test_a_limit_of_what_is_not_there_is_refused_with_what_was_meant(
    tmp_path: Path, kind: str, word: str, near: str
) -> None:
    async def story() -> None:
        async with gateway(tmp_path, limits={kind: {word: {"requests": 5}}}):
            pass

    with pytest.raises(Complaints, match=rf"limits\.{kind}.*{near}"):
        run(story())
