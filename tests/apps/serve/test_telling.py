"""What the gateway tells of its work: where a request would go and why, what became of one, what is there to call."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from halfopen.testing import Received, ScriptedUpstream, Send, Step, wires
from tests.apps.serve.gateways import (
    CHAT,
    HI,
    MESSAGES,
    Inside,
    bare_environment,
    command,
    exchanged,
    inside,
    over,
    post,
    run,
    written,
)
from tests.apps.serve.test_passing import USAGE, chat_script, messages_script

TOLD = {"input": USAGE.input, "cached_read": USAGE.cache_read, "output": USAGE.output}
COST = USAGE.input * 2_000_000 + USAGE.cache_read * 2_000_000 + USAGE.output * 10_000_000  # picodollars
DOLLARS = Decimal(COST).scaleb(-12)


def crowd(upstreams: Mapping[str, ScriptedUpstream]) -> Mapping[str, Any]:
    """`home` and `one` may serve; the rest of the offers may not, each for a reason of its own."""
    plain = over(upstreams)
    one = plain["providers"]["one"]
    keyed = {**one, "key_env": "NOBODYS_KEY"}
    offers = [
        *plain["offers"],
        {"model": "dear", "provider": "one", "rating": 1500, "prices": [{**PRICE, "output": "900"}]},
        {"model": "weak", "provider": "one", "rating": 1000},
        {"model": "unrated", "provider": "one"},
        {"model": "keyless", "provider": "keyed", "rating": 1400},
    ]
    lanes = {
        **plain["lanes"],
        "picky": {
            "require": {
                "models": [offer["model"] for offer in offers],
                "rating_at_least": 1300,
                "output_at_most": 20,
                "rated": True,
            },
            "prefer": ["rating"],
        },
    }
    providers = {**plain["providers"], "keyed": keyed}
    return {**plain, "providers": providers, "offers": offers, "lanes": lanes}


PRICE = {"since": "2026-01-01", "input": "2", "output": "10", "source": {"name": "test", "checked": "2026-01-01"}}
WHY = {
    "dear@one": "900",
    "weak@one": "its rating is 1000; the lane wants 1300",
    "unrated@one": "it has no rating",
    "keyless@keyed": "set NOBODYS_KEY",
}


def judged(told: Mapping[str, Any]) -> None:
    """Every offer is on one side or the other, and each refused one says why."""
    assert [step["offer"] for step in told["itinerary"]] == ["m-home@home", "m-one@one"]
    assert told["stop"] is None
    refused = {row["offer"]: row["reason"] for row in told["refused"]}
    for offer, why in WHY.items():
        assert why in refused[offer], (offer, refused[offer])
    assert all(len(reason) > 10 for reason in refused.values())
    assert len(refused) > 20, "the offers of the catalog are refused too, and say why"


async def explained(gateway: Inside, question: Mapping[str, Any], more: bytes = b"") -> dict[str, Any]:
    sent = post(gateway.port, "/halfopen/explain", json.dumps(question).encode(), more)
    told = json.loads((await exchanged(gateway.port, sent)).partition(b"\r\n\r\n")[2])
    assert isinstance(told, dict)
    return told


def test_explain_heeds_the_labels_of_the_head_as_a_call_would(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as home, ScriptedUpstream(chat_script) as one:
            async with inside(tmp_path, crowd({"home": home, "one": one})) as gateway:
                inner = await explained(gateway, {"model": "halfopen/picky"}, b"x-halfopen-zone: home\r\n")
                assert inner == await explained(gateway, {"model": "halfopen/picky", "zone": "home"})
                assert inner["zone"] == "home"
                lane = await explained(gateway, {"zone": "home"}, b"x-halfopen-lane: halfopen/picky\r\n")
                assert lane["lane"] == "picky"
                for more, why in (
                    (b"x-halfopen-zone: home\r\n", "`x-halfopen-zone` says `home` and `zone` says `anywhere`"),
                    (b"x-halfopen-zoen: home\r\n", "no header `x-halfopen-zoen`"),
                ):
                    told = await explained(gateway, {"model": "halfopen/picky", "zone": "anywhere"}, more)
                    assert why in told["error"]["message"]

    run(story())


def test_explain_names_for_each_refused_offer_why_and_calls_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as home, ScriptedUpstream(chat_script) as one:
            async with inside(tmp_path, crowd({"home": home, "one": one})) as gateway:
                judged(await explained(gateway, {"model": "halfopen/picky"}))
                inner = await explained(gateway, {"model": "halfopen/picky", "zone": "home"})
                assert [step["offer"] for step in inner["itinerary"]] == ["m-home@home"]
                assert {row["gate"] for row in inner["refused"]} == {"zone"}
                closed = await explained(gateway, {"model": "m-one", "zone": "home"})
                assert closed["itinerary"] == []
                assert closed["stop"]["status"] == 403
                assert await gateway.counted() == {}
            assert (home.connections, one.connections) == (0, 0)

    run(story())


def test_the_command_line_explains_the_same(tmp_path: Path) -> None:
    async def story() -> Mapping[str, Any]:
        async with ScriptedUpstream(chat_script) as home, ScriptedUpstream(chat_script) as one:
            return crowd({"home": home, "one": one})

    written(tmp_path, run(story()))

    def told(*arguments: str) -> tuple[int, Mapping[str, Any]]:
        done = subprocess.run(
            command("explain", *arguments, "--json"),
            env=bare_environment(tmp_path),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.stderr == ""
        return done.returncode, json.loads(done.stdout)

    status, picky = told("halfopen/picky")
    assert status == 0
    judged(picky)
    status, closed = told("m-one", "--zone", "home")
    assert (status, closed["itinerary"], closed["stop"]["status"]) == (1, [], 403)


@pytest.mark.parametrize("options", [None, {}, {"include_usage": False}, {"include_usage": True}])
def test_a_chat_stream_is_billed_exactly_and_shows_usage_only_to_who_asked(
    tmp_path: Path, options: Mapping[str, bool] | None
) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            more: dict[str, Any] = {} if options is None else {"stream_options": options}
            create = gateway.openai().chat.completions.with_raw_response.create
            raw = await create(model="m-up", messages=HI, stream=True, **more)
            chunks = [chunk async for chunk in raw.parse()]
            asked = bool(options and options.get("include_usage"))
            assert [chunk.usage.completion_tokens for chunk in chunks if chunk.usage] == [USAGE.output] * asked
            assert all(chunk.choices for chunk in chunks[:-1])
            assert bool(chunks[-1].choices) is not asked
            assert wires.wants_usage(up.requests[0])
            [row] = await gateway.rows(raw.headers["x-halfopen-request"])
            assert (row.usage, row.usage_from) == (TOLD, "provider")
            assert (row.cost, row.currency, row.price_since, row.stream) == (COST, "USD", "2026-01-01", True)

    run(story())


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("count", ["9" * 19, "-7", "1e9", '"many"'])
def test_a_count_of_tokens_that_cannot_be_is_estimated_and_never_billed(
    tmp_path: Path, count: str, stream: bool
) -> None:
    def script(received: Received) -> Sequence[Step]:
        sound = "4" * len(count)
        used = wires.Usage(output=int(sound))
        if received.target == CHAT:
            steps = (
                wires.chat_stream(["a"], usage=used, include_usage=True)
                if stream
                else wires.chat_answer("a", usage=used)
            )
        else:
            steps = wires.messages_stream(["a"], usage=used) if stream else wires.messages_answer("a", usage=used)
        absurd = f'_tokens":{count}'.encode()
        sends = [step for step in steps if isinstance(step, Send)]
        return [Send(step.data.replace(f'_tokens":{sound}'.encode(), absurd)) for step in sends]

    async def story() -> None:
        async with ScriptedUpstream(script) as up, inside(tmp_path, over({"up": up})) as gateway:
            for path in (CHAT, MESSAGES):
                body: Any = {"model": "m-up", "messages": HI, "max_tokens": 9, "stream": stream}
                answer = await exchanged(gateway.port, post(gateway.port, path, json.dumps(body).encode()))
                assert answer.startswith(b"HTTP/1.1 200"), answer
                assert count.encode() in answer or (stream and path == CHAT), "the caller sees what the provider said"
                id = answer.partition(b"x-halfopen-request: ")[2].partition(b"\r\n")[0].decode()
                [row] = await gateway.rows(id)
                assert (row.fault, row.usage_from) == ("", "estimated")
                assert 0 < row.usage["output"] < 1000
                assert row.cost is not None
                assert row.cost < 10**12
            assert await gateway.counted("provider") == {("up",): 2}

    run(story())


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_what_became_of_a_request_is_told_by_its_id(tmp_path: Path, stream: bool) -> None:
    async def story() -> None:
        async with (
            ScriptedUpstream([wires.error(503, {"error": {"message": "busy"}})]) as bad,
            ScriptedUpstream(messages_script) as good,
            inside(tmp_path, over({"bad": bad, "good": good})) as gateway,
        ):
            create = gateway.anthropic().messages.with_raw_response.create
            labels = {"x-halfopen-task": "summary", "x-halfopen-lane": "both"}
            raw = await create(model="halfopen/auto", messages=HI, max_tokens=9, stream=stream, extra_headers=labels)
            if stream:
                events: Any = await raw.parse()
                assert [event.type async for event in events][-1] == "message_stop"
            else:
                assert raw.headers["x-halfopen-attempts"] == "2"
                assert Decimal(raw.headers["x-halfopen-cost"].removesuffix(" USD")) == DOLLARS
                assert dict(pair.split("=") for pair in raw.headers["x-halfopen-usage"].split(",")) == {
                    kind: str(count) for kind, count in TOLD.items()
                }
            assert raw.headers["x-halfopen-lane"] == "both"
            assert "both" in raw.headers["x-halfopen-reason"]
            id = raw.headers["x-halfopen-request"]
            told = await got(gateway, f"/halfopen/requests/{id}")
            assert [each["offer"] for each in told["attempts"]] == ["m-bad@bad", "m-good@good"]
            assert [each["fault"] for each in told["attempts"]] == ["server_error", ""]
            last = told["attempts"][-1]
            assert (last["usage"], last["labels"]) == (TOLD, {"task": "summary", "lane": "both"})
            assert Decimal(last["cost"]) == DOLLARS
            assert [step["offer"] for step in told["decision"]["itinerary"]] == ["m-bad@bad", "m-good@good"]

    run(story())


def test_health_readiness_and_metrics_are_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            await gateway.openai().chat.completions.create(model="m-up", messages=HI)
            for path, words in (
                ("/healthz", b"ok"),
                ("/readyz", b"ready"),
                ("/metrics", b"halfopen_"),
                ("/", b"halfopen"),
            ):
                answer = await exchanged(gateway.port, asked_for(gateway, path))
                assert answer.startswith(b"HTTP/1.1 200"), path
                assert words in answer
            assert b"m-up@up" in await exchanged(gateway.port, asked_for(gateway, "/metrics"))

    run(story())


def test_a_gateway_that_knows_nobody_is_alive_but_not_ready(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path, {}) as gateway:
            assert (await exchanged(gateway.port, asked_for(gateway, "/healthz"))).startswith(b"HTTP/1.1 200")
            assert (await exchanged(gateway.port, asked_for(gateway, "/readyz"))).startswith(b"HTTP/1.1 503")
            answer = await exchanged(gateway.port, post(gateway.port, CHAT, b'{"model":"gpt-4.1","messages":[{}]}'))
            assert answer[9:12] in (b"503", b"404")
            assert b"Traceback" not in answer

    run(story())


def asked_for(gateway: Inside, path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{gateway.port}\r\nconnection: close\r\n\r\n".encode()


async def got(gateway: Inside, path: str) -> Any:
    answer = await exchanged(gateway.port, asked_for(gateway, path))
    assert answer.startswith(b"HTTP/1.1 200"), answer
    return json.loads(answer.partition(b"\r\n\r\n")[2])
