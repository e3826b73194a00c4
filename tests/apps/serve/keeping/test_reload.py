"""A changed config under load: no request is lost, none is cut, and a bad one changes nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from halfopen.adapters.engines import free_port
from halfopen.adapters.sqlite.access import access
from halfopen.testing import Received, ScriptedUpstream, Step, paced, wires
from tests.apps.serve.gateways import CHAT, Config, exchanged, outside, over, post, run, written
from tests.apps.serve.test_kill import chunks, said

BODY = b'{"model":"halfopen/both","messages":[{"role":"user","content":"Hi"}],"max_tokens":9%s}'
STREAMED = b'{"model":"m-up","messages":[{"role":"user","content":"Hi"}],"max_tokens":9,"stream":true}'


def script(received: Received) -> Iterable[Step]:
    """A stream takes half a second."""
    if b'"stream":true' in received.body:
        return paced(wires.chat_stream(["a", "b", "c", "d", "e"], include_usage=True), 0.1)
    return wires.chat_answer("ab")


@dataclass(slots=True)
class Clients:
    """Callers that never stop; what each was told, and who served."""

    port: int
    going: bool = True
    served: list[str] = field(default_factory=list)
    wrong: list[bytes] = field(default_factory=list)

    async def call(self, number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            while self.going:
                await self._once(reader, writer, number % 2 == 0)
        finally:
            writer.transport.abort()

    async def told(self, offer: str) -> None:
        """Waits until that offer has served; nothing where it has no name."""
        while offer and offer not in self.served:
            await asyncio.sleep(0.05)

    async def _once(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stream: bool) -> None:
        body = BODY % (b',"stream":true' if stream else b"")
        writer.write(post(self.port, CHAT, body).replace(b"connection: close\r\n", b""))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        told = await chunks(reader) if stream else await reader.readexactly(int(said(head, b"content-length")))
        whole = told.endswith(b"data: [DONE]\n\n") if stream else told.endswith(b"}")
        if head.startswith(b"http/1.1 200") and whole:
            self.served.append(said(head, b"x-halfopen-offer").decode())
        else:
            self.wrong.append(head + told)


def config(ups: dict[str, ScriptedUpstream], first: str) -> Config:
    """Both providers, of which this one comes first."""
    names = sorted(ups, key=lambda name: name != first)
    return over({name: ups[name] for name in names})


async def under_load(folder: Path, change: Any, until: str = "") -> Clients:
    """What 16 callers were told while `change` was done to a running gateway, and a while after `until` served."""
    port = free_port()
    async with ScriptedUpstream(script, remember=False) as one, ScriptedUpstream(script, remember=False) as two:
        ups = {"one": one, "two": two}
        written(folder, config(ups, "one"))
        with outside(folder, port) as gateway:
            clients = Clients(port)
            calling = [asyncio.create_task(clients.call(number)) for number in range(16)]
            await asyncio.sleep(0.3)
            await change(gateway, ups)
            await asyncio.wait_for(clients.told(until), 10)
            await asyncio.sleep(0.7)  # longer than a stream that had begun before
            clients.going = False
            await asyncio.gather(*calling)
    return clients


def test_sighup_swaps_the_config_under_load_and_loses_nothing(tmp_path: Path) -> None:
    async def change(gateway: subprocess.Popen[str], ups: dict[str, ScriptedUpstream]) -> None:
        written(tmp_path, config(ups, "two"))
        os.kill(gateway.pid, signal.SIGHUP)

    clients = run(under_load(tmp_path, change, "m-two@two"))
    assert not clients.wrong
    assert clients.served[0] == "m-one@one"
    assert clients.served[-1] == "m-two@two"
    with access(tmp_path / "data") as keys:
        (line,) = keys.audit()
    assert (line["who"], line["what"]) == ("SIGHUP", "config reloaded")
    assert 'lanes.both.require.models: ["m-one","m-two"] -> ["m-two","m-one"]' in line["after"]
    assert 'offers[0].provider: "one" -> "two"' in line["after"]


def test_a_changed_file_is_noticed_by_itself(tmp_path: Path) -> None:
    async def change(gateway: subprocess.Popen[str], ups: dict[str, ScriptedUpstream]) -> None:
        written(tmp_path, config(ups, "two"))

    clients = run(under_load(tmp_path, change, "m-two@two"))
    assert not clients.wrong
    assert clients.served[-1] == "m-two@two"


BROKEN = ("{", '{"lanes": {"both": {"require": {"zone": "nowhere"}}}}', '{"listen": {"port": 1}}')


def test_a_bad_config_is_refused_and_the_old_one_serves_on(tmp_path: Path) -> None:
    """No YAML, a lane of a zone that is none, and another port, which needs a start."""

    async def change(gateway: subprocess.Popen[str], ups: dict[str, ScriptedUpstream]) -> None:
        for broken in BROKEN:
            text = broken if broken == "{" else json.dumps({**config(ups, "two"), **json.loads(broken)})
            (tmp_path / "halfopen.yaml").write_text(text, encoding="utf-8")
            os.kill(gateway.pid, signal.SIGHUP)
            await asyncio.sleep(0.2)

    clients = run(under_load(tmp_path, change))
    assert not clients.wrong
    assert set(clients.served) == {"m-one@one"}
    with access(tmp_path / "data") as keys:
        assert not keys.audit()


def test_a_provider_that_is_taken_away_finishes_what_it_has_begun(tmp_path: Path) -> None:
    async def change(gateway: subprocess.Popen[str], ups: dict[str, ScriptedUpstream]) -> None:
        written(tmp_path, over({"two": ups["two"]}))
        os.kill(gateway.pid, signal.SIGHUP)

    clients = run(under_load(tmp_path, change, "m-two@two"))
    assert not clients.wrong
    assert clients.served[-1] == "m-two@two"


def test_a_gateway_that_is_stopped_ends_what_it_has_begun_and_takes_nothing_more(tmp_path: Path) -> None:
    """Each caller opens a connection for each request, as a load balancer's probe would find it closed."""

    async def story() -> tuple[list[bytes], int, int]:
        port, answers, refused = free_port(), [], 0
        async with ScriptedUpstream(script, remember=False) as up:
            written(tmp_path, over({"up": up}))
            with outside(tmp_path, port) as gateway:

                async def call() -> None:
                    nonlocal refused
                    while True:
                        try:
                            reader, writer = await asyncio.open_connection("127.0.0.1", port)
                        except ConnectionRefusedError:
                            refused += 1
                            return
                        writer.write(post(port, CHAT, STREAMED))
                        answers.append(await reader.read())
                        writer.close()

                calling = [asyncio.create_task(call()) for _ in range(16)]
                await asyncio.sleep(1)
                gateway.terminate()
                await asyncio.gather(*calling)
                return answers, refused, await asyncio.to_thread(gateway.wait, 20)

    answers, refused, code = run(story())
    assert (refused, code) == (16, 0)
    assert len(answers) >= 16
    assert all(told.startswith(b"HTTP/1.1 200") and told.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n") for told in answers)


def test_a_provider_is_shown_what_its_key_s_file_says_since_the_last_reload(tmp_path: Path) -> None:
    async def story() -> list[bytes]:
        port, secret = free_port(), tmp_path / "secret"
        secret.write_text("first-key", encoding="utf-8")
        async with ScriptedUpstream(script) as up:
            config: Any = over({"up": up})
            config["providers"]["up"]["key_env"] = "UP_KEY"
            written(tmp_path, config)
            with outside(tmp_path, port, UP_KEY_FILE=str(secret)) as gateway:
                await exchanged(port, post(port, CHAT, BODY % b""))
                secret.write_text("second-key", encoding="utf-8")
                os.kill(gateway.pid, signal.SIGHUP)
                while shown(up)[-1] != b"Bearer second-key":  # the test itself ends in time
                    await exchanged(port, post(port, CHAT, BODY % b""))
            return shown(up)

    keys = run(story())
    assert set(keys) == {b"Bearer first-key", b"Bearer second-key"}
    assert keys == sorted(keys)


def shown(up: ScriptedUpstream) -> list[bytes]:
    """The keys that a provider was shown."""
    return [dict(each.headers)[b"authorization"] for each in up.requests]
