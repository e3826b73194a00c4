"""The heads of requests: how long, how slow and how foreign they may be."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from halfopen.testing import Hold, ScriptedUpstream, always, wires
from tests.apps.serve.doors.test_doors import BODY, JSON, TIGHT, head, sent, status_of, told
from tests.apps.serve.gateways import CHAT, MESSAGES, exchanged, inside, over, post, run
from tests.apps.serve.test_passing import chat_script


@pytest.mark.parametrize(
    "target", ["http://evil{path}", "http://evil:80{path}", "https://{us}@evil{path}", "//evil{path}"]
)
def test_a_target_with_a_foreign_host_is_not_answered(tmp_path: Path, target: str) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            us = f"127.0.0.1:{gateway.port}"
            for method, path in (("GET", "/v1/models"), ("POST", CHAT), ("POST", MESSAGES)):
                for host in ("{us}", "evil"):
                    foreign = target.format(us=us, path=path)
                    answer = await exchanged(gateway.port, sent(gateway, method, foreign, f"host: {host}\r\n{JSON}"))
                    assert status_of(answer) == (421 if "http" in target or host == "evil" else 404), (host, answer)
                    assert told(answer)
            assert up.connections == 0
            ours = sent(gateway, "POST", f"http://{us}{CHAT}?a=/", "host: {us}\r\n" + JSON)
            assert status_of(await exchanged(gateway.port, ours)) == 200

    run(story())


def test_a_head_without_end_is_cut_off(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            for endless in (b"x-a: " + b"b" * 2**17, b"x-a: b\r\n" * 2**14):
                answer = await exchanged(gateway.port, head(gateway, "POST", CHAT, "host: {us}") + endless)
                assert status_of(answer) == 431
                assert "64 kB" in told(answer)
            assert up.connections == 0

    run(story())


def test_a_head_that_is_too_long_is_refused_though_it_comes_whole_and_a_long_body_is_no_head(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up})) as gateway:
            usual = sent(gateway, "POST", CHAT, "host: {us}\r\n" + JSON + "\r\nx-long: %s")
            for length, status in ((65 * 2**10, 431), (63 * 2**10, 200)):
                answer = await exchanged(gateway.port, usual.replace(b"%s", b"x" * length))
                assert status_of(answer) == status
                assert status == 200 or "64 kB" in told(answer)
            long_url = sent(gateway, "POST", f"{CHAT}?a={'b' * 66_000}", "host: {us}\r\n" + JSON)
            assert status_of(await exchanged(gateway.port, long_url)) == 431
            fitting = b'{"model":"m-up","messages":[{"content":"' + b"x" * 2**18 + b'"}]}'
            whole = post(gateway.port, CHAT, fitting).replace(b"connection: close\r\n", b"")
            answers = await exchanged(gateway.port, 2 * whole + post(gateway.port, CHAT, fitting))
            assert answers.count(b"HTTP/1.1 200 OK") == 3

    run(story())


@pytest.mark.parametrize("dripping", [False, True], ids=["at once silent", "a byte now and then"])
def test_whoever_sends_a_head_slowly_is_let_go(tmp_path: Path, dripping: bool) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up}, listen=TIGHT)) as gateway:
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(b"POST /v1/chat/completions HTTP/1.1\r\nhost: ")
            ended = asyncio.create_task(reader.read())
            for _ in range(50):
                writer.write(b"x" if dripping else b"")
                await asyncio.wait([ended], timeout=0.1)
                if ended.done():
                    break
            assert ended.done(), "it may send its head for ever"
            assert status_of(await ended) == 408
            assert "0.3 s" in told(await ended)
            writer.close()

    run(story())


def test_what_is_no_http_after_a_request_is_not_told_in_the_middle_of_its_answer(tmp_path: Path) -> None:
    async def story() -> None:
        steps = [*wires.stream(wires.chat_events(["a"], model="x")[:2])[:-1], Hold()]
        async with (
            ScriptedUpstream(always(steps)) as up,
            inside(tmp_path, over({"up": up}, listen=TIGHT)) as gateway,
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            whole = post(gateway.port, CHAT, b'{"model":"m-up","messages":[{}],"stream":true}')
            writer.write(whole.replace(b"connection: close\r\n", b""))
            assert status_of(await reader.readuntil(b"data: ")) == 200
            writer.write(b"hello\r\n\r\n")
            rest = await asyncio.wait_for(reader.read(), 5)
            assert b"HTTP/1.1" not in rest
            assert b"[DONE]" not in rest
            writer.close()

    run(story())


def test_a_connection_that_has_been_answered_may_rest_and_is_then_bounded_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with ScriptedUpstream(chat_script) as up, inside(tmp_path, over({"up": up}, listen=TIGHT)) as gateway:
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            whole = post(gateway.port, CHAT, BODY).replace(b"connection: close\r\n", b"")
            for _ in range(2):
                writer.write(whole)
                answer = await reader.readuntil(b"\r\n\r\n")
                assert status_of(answer) == 200
                length = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                await reader.readexactly(length)
                await asyncio.sleep(2 * TIGHT["sender_seconds"])  # longer than a head may take to arrive
            writer.write(whole[:30])
            assert status_of(await asyncio.wait_for(reader.read(), 5)) == 408
            writer.close()

    run(story())
