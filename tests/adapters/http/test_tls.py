"""TLS and CONNECT: who the other side is gets checked, on the straight way and through a proxy."""

from __future__ import annotations

import asyncio
import ssl

import pytest
import trustme

from halfopen.adapters.http import Client, Endpoint
from halfopen.errors import ConnectFailed, ConnectTimeout, Truncated
from halfopen.ports.upstream import Deadlines
from halfopen.testing import End, Hold, ScriptedUpstream, Send, Step, always, wires
from halfopen.testing.contracts.upstream import Place
from halfopen.testing.contracts.upstream.answers import settled
from halfopen.testing.contracts.upstream.place import at, drained, fault_of
from tests.adapters.http.clients import SUBJECTS, Subject
from tests.adapters.http.worlds import Proxy, bare_server, calling, certified, trusting

OURS = {name: subject for name, subject in SUBJECTS.items() if name.startswith("ours")}
subjects = pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS.keys())
on_both_loops = pytest.mark.parametrize("subject", OURS.values(), ids=OURS.keys())


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@subjects
def test_an_upstream_that_is_who_it_says_is_called(subject: Subject, ca: trustme.CA) -> None:
    async def main() -> None:
        script = always(wires.stream([b"one ", b"two"]))
        async with ScriptedUpstream(script, tls=certified(ca, ["127.0.0.1"])) as up:
            async with at(subject.make, Place("https", up.host, up.port, trusting(ca))) as caller:
                assert [await caller.body(), await caller.body()] == [b"one two", b"one two"]
            assert up.connections == 1

    subject.run(main())


@subjects
@pytest.mark.parametrize("stranger", ["wrong name", "unknown issuer"])
def test_an_upstream_that_is_somebody_else_is_sent_nothing(subject: Subject, ca: trustme.CA, stranger: str) -> None:
    issuer, name = {"wrong name": (ca, "elsewhere.test"), "unknown issuer": (trustme.CA(), "127.0.0.1")}[stranger]

    async def main() -> None:
        async with ScriptedUpstream([], tls=certified(issuer, [name])) as up:
            async with at(subject.make, Place("https", up.host, up.port, trusting(ca))) as caller:
                assert isinstance(await fault_of(caller.call()), ConnectFailed)
            assert up.served == 0

    subject.run(main())


@on_both_loops
def test_an_upstream_without_tls_is_a_connection_that_failed(subject: Subject, ca: trustme.CA) -> None:
    async def main() -> None:
        async with ScriptedUpstream([]) as up:
            async with at(subject.make, Place("https", up.host, up.port, trusting(ca))) as caller:
                assert isinstance(await fault_of(caller.call()), ConnectFailed)
            assert up.served == 0

    subject.run(main())


@on_both_loops
@pytest.mark.parametrize(("name", "accepted"), [("provider.test", True), ("elsewhere.test", False)])
def test_at_a_pinned_address_the_name_is_checked(subject: Subject, ca: trustme.CA, name: str, accepted: bool) -> None:
    async def main() -> None:
        async with ScriptedUpstream(always(wires.whole(200, b"me")), tls=certified(ca, [name])) as up:
            way = Endpoint("provider.test", up.port, "https", address=up.host)
            async with calling(way, client=Client([way], tls=trusting(ca))) as caller:
                if accepted:
                    assert await caller.body() == b"me"
                else:
                    fault = await fault_of(caller.call())
                    assert isinstance(fault, ConnectFailed)
                    assert "certificate" in fault.message

    subject.run(main())


@on_both_loops
def test_without_certificates_of_our_own_the_systems_are_asked(subject: Subject, ca: trustme.CA) -> None:
    async def main() -> None:
        async with ScriptedUpstream([], tls=certified(ca, ["127.0.0.1"])) as up:
            async with calling(Endpoint(up.host, up.port, "https")) as caller:
                assert isinstance(await fault_of(caller.call()), ConnectFailed)
            assert up.served == 0

    subject.run(main())


@on_both_loops
def test_endings_are_seen_through_tls(subject: Subject, ca: trustme.CA) -> None:
    half: list[Step] = [Send(wires.head(200, length=10) + b"12345")]

    async def main() -> None:
        script: list[list[Step]] = [[*half, Hold()], [Hold()], [*half, End()]]
        async with ScriptedUpstream(script, tls=certified(ca, ["127.0.0.1"])) as up:
            async with at(subject.make, Place("https", up.host, up.port, trusting(ca))) as caller:
                (await caller.call()).abort()
                assert (await up.closed(0)).by_peer
                task = asyncio.create_task(caller.call())
                await up.arrived(1)
                task.cancel()
                assert (await up.closed(1)).by_peer
                assert isinstance(await fault_of(drained(await caller.call())), Truncated)

    subject.run(main())


@on_both_loops
def test_a_consumer_that_does_not_read_holds_the_upstream_back_through_tls(subject: Subject, ca: trustme.CA) -> None:
    said: list[Step] = [Send(wires.head(200, length=40_000_000))]
    said += [Send(bytes(250_000))] * 160

    async def main() -> None:
        async with ScriptedUpstream([said], tls=certified(ca, ["127.0.0.1"])) as up:
            async with at(subject.make, Place("https", up.host, up.port, trusting(ca))) as caller:
                reply = await caller.call()
                assert await settled(up) < 25_000_000
                assert sum(map(len, await drained(reply))) == 40_000_000

    subject.run(main())


@on_both_loops
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_of_the_table_is_asked_by_connect(subject: Subject, ca: trustme.CA, scheme: str) -> None:
    tls = certified(ca, ["provider.test"]) if scheme == "https" else None

    async def main() -> None:
        async with ScriptedUpstream(always(wires.whole(200, b"through")), tls=tls) as up:
            proxy = Proxy((up.host, up.port))
            async with bare_server(proxy) as port:
                way = Endpoint("provider.test", up.port, scheme, proxy=f"127.0.0.1:{port}")
                async with calling(way, client=Client([way], tls=trusting(ca))) as caller:
                    assert [await caller.body(), await caller.body()] == [b"through", b"through"]
            name = f"provider.test:{up.port}"
            assert proxy.heads == [f"CONNECT {name} HTTP/1.1\r\nhost: {name}\r\n\r\n".encode()]
            assert up.requests[0].values(b"host") == [name.encode()]

    subject.run(main())


@on_both_loops
def test_a_pinned_address_is_what_the_proxy_is_asked_for_and_the_name_is_checked(
    subject: Subject, ca: trustme.CA
) -> None:
    async def main() -> None:
        script = always(wires.whole(200, b"through"))
        async with ScriptedUpstream(script, tls=certified(ca, ["provider.test"])) as up:
            proxy = Proxy((up.host, up.port))
            async with bare_server(proxy) as port:
                way = Endpoint("provider.test", up.port, "https", address=up.host, proxy=f"127.0.0.1:{port}")
                async with calling(way, client=Client([way], tls=trusting(ca))) as caller:
                    assert await caller.body() == b"through"
            assert proxy.heads[0].startswith(f"CONNECT {up.host}:{up.port} ".encode())

    subject.run(main())


@on_both_loops
def test_behind_a_proxy_the_name_is_checked_too(subject: Subject, ca: trustme.CA) -> None:
    async def main() -> None:
        async with ScriptedUpstream([], tls=certified(ca, ["elsewhere.test"])) as up:
            async with bare_server(Proxy((up.host, up.port))) as port:
                way = Endpoint("provider.test", up.port, "https", proxy=f"127.0.0.1:{port}")
                async with calling(way, client=Client([way], tls=trusting(ca))) as caller:
                    assert isinstance(await fault_of(caller.call()), ConnectFailed)
            assert up.served == 0

    subject.run(main())


@on_both_loops
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", "407"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "200"),
        (b"SSH-2.0-x\r\n\r\n", "as a proxy does"),
        (b"HTTP/1.1 200 OK\r\n\r\nand more", "as a proxy does"),
        (b"x" * 20_000, "as a proxy does"),
    ],
    ids=["refusal", "odd status", "no http", "talkative", "endless"],
)
def test_a_proxy_that_does_not_open_a_way_is_a_connection_that_failed(
    subject: Subject, answer: bytes, why: str
) -> None:
    async def main() -> None:
        async with ScriptedUpstream([]) as up, bare_server(Proxy((up.host, up.port), answer)) as port:
            way = Endpoint("provider.test", 443, "https", proxy=f"127.0.0.1:{port}")
            async with calling(way) as caller:
                fault = await fault_of(caller.call())
                assert isinstance(fault, ConnectFailed)
                assert f"127.0.0.1:{port}" in fault.message
                assert why in fault.message

    subject.run(main())


@on_both_loops
def test_a_proxy_that_stays_silent_is_late_and_is_left_when_the_call_is_cancelled(subject: Subject) -> None:
    async def main() -> None:
        proxy = Proxy(("127.0.0.1", 1), answer=b"HTTP/1.1 ")
        async with bare_server(proxy) as port:
            way = Endpoint("provider.test", 443, "https", proxy=f"127.0.0.1:{port}")
            async with calling(way) as caller:
                assert isinstance(await fault_of(caller.call(deadlines=Deadlines(connect=0.1))), ConnectTimeout)
                await proxy.left.wait()
                proxy.asked.clear()
                proxy.left.clear()
                task = asyncio.create_task(caller.call())
                await proxy.asked.wait()
                task.cancel()
                await proxy.left.wait()
                await asyncio.wait([task])
                assert task.cancelled()

    subject.run(main())


@on_both_loops
def test_a_call_that_is_cancelled_in_the_handshake_leaves_no_socket(subject: Subject) -> None:
    async def main() -> None:
        hello, left = asyncio.Event(), asyncio.Event()

        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            hello.set()
            await reader.read()
            left.set()

        async with bare_server(listen) as port:
            way = Endpoint("127.0.0.1", port, "https")
            async with calling(way, client=Client([way], tls=ssl.create_default_context())) as caller:
                task = asyncio.create_task(caller.call())
                await hello.wait()
                task.cancel()
                await left.wait()
                await asyncio.wait([task])
                assert task.cancelled()

    subject.run(main())
