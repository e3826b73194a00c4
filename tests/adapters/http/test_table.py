"""A client reaches the endpoints of its table and nothing else, by the way that its table says."""

from __future__ import annotations

import asyncio

import pytest

from halfopen.adapters.http import Client, Endpoint
from halfopen.errors import ConnectFailed, Truncated
from halfopen.ports.upstream import Call
from halfopen.testing import Hold, ScriptedUpstream, always, wires
from halfopen.testing.contracts.upstream.place import PLENTY, fault_of
from tests.adapters.http.worlds import calling


def test_an_endpoint_that_is_not_in_the_table_is_refused_and_no_socket_is_opened() -> None:
    async def main() -> None:
        async with ScriptedUpstream([]) as up, ScriptedUpstream([]) as other:
            async with calling(Endpoint(up.host, up.port, "http")) as caller:
                for scheme, host, port in (
                    ("http", other.host, other.port),
                    ("https", up.host, up.port),
                    ("http", "localhost", up.port),
                ):
                    call = Call(scheme=scheme, host=host, port=port, target="/")
                    fault = await fault_of(caller.client.call(call))
                    assert isinstance(fault, ConnectFailed)
                    assert f"{scheme}://{host}:{port} is not an endpoint" in fault.message
                    assert f"http://{up.host}:{up.port}" in fault.message
            assert (up.connections, other.connections) == (0, 0)

    asyncio.run(main())


def test_a_pinned_address_is_called_and_the_name_is_only_said() -> None:
    async def main() -> None:
        async with ScriptedUpstream([wires.whole(200, b"here")]) as up:
            async with calling(Endpoint("provider.invalid", up.port, "http", address=up.host)) as caller:
                assert await caller.body() == b"here"
            assert up.requests[0].values(b"host") == [b"provider.invalid:%d" % up.port]

    asyncio.run(main())


def test_a_name_without_an_address_is_looked_up() -> None:
    async def main() -> None:
        async with ScriptedUpstream([wires.whole(200, b"here")]) as up:
            async with calling(Endpoint("localhost", up.port, "http")) as caller:
                assert await caller.body() == b"here"

    asyncio.run(main())


def test_the_host_is_said_without_the_port_that_goes_without_saying() -> None:
    assert Endpoint("a.example", 443, "https").host_header == b"a.example"
    assert Endpoint("a.example", 80, "https").host_header == b"a.example:80"
    assert Endpoint("a.example", 80, "http").host_header == b"a.example"
    assert Endpoint("::1", 8000, "http").host_header == b"[::1]:8000"


@pytest.mark.parametrize(
    ("host", "port", "scheme", "proxy"),
    [
        ("a.example", 80, "ftp", None),
        ("", 80, "http", None),
        ("a.example\r\nx: y", 80, "http", None),
        ("a b", 80, "http", None),
        ("a.example", 0, "http", None),
        ("a.example", 65536, "http", None),
        ("a.example", 443, "https", "proxy.example"),
        ("a.example", 443, "https", "http://proxy.example:3128"),
        ("a.example", 443, "https", "user:secret@proxy.example:3128"),
        ("a.example", 443, "https", "proxy.example:0"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(host: str, port: int, scheme: str, proxy: str | None) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 (the message depends on the row)
        Endpoint(host, port, scheme, proxy=proxy)
    assert "secret" not in str(refusal.value)


def test_two_ways_to_one_endpoint_are_refused() -> None:
    way = Endpoint("a.example", 443, "https", address="192.0.2.1")
    Client([way, way])
    with pytest.raises(ValueError, match=r"two ways to a\.example:443"):
        Client([way, Endpoint("a.example", 443, "https", address="192.0.2.2")])


def test_a_closed_client_ends_what_it_was_doing_and_begins_nothing() -> None:
    async def main() -> None:
        async with ScriptedUpstream([wires.whole(200, b""), [Hold()]]) as up:
            client = Client([Endpoint(up.host, up.port, "http")])
            async with calling(Endpoint(up.host, up.port, "http"), client=client) as caller:
                await caller.body()
                waiting = asyncio.create_task(fault_of(caller.call()))
                await up.arrived(1)
                await client.close()
                assert isinstance(await waiting, Truncated)
                assert (await up.closed(1)).by_peer
                fault = await fault_of(caller.call())
                assert isinstance(fault, ConnectFailed)
                assert "closed" in fault.message
            assert up.connections == 1

    asyncio.run(main())


def test_many_calls_at_once_each_get_their_own_answer() -> None:
    async def main() -> None:
        async with ScriptedUpstream(lambda received: wires.whole(200, received.body)) as up:
            async with calling(Endpoint(up.host, up.port, "http")) as caller:

                async def ask(number: int) -> bool:
                    body = b"%d" % number
                    return await (await caller.call(body=body)).whole(PLENTY) == body

                for _ in range(3):
                    assert all(await asyncio.gather(*map(ask, range(100))))
            assert up.connections == 100

    asyncio.run(main())


def test_a_client_can_be_used_on_one_loop_after_it_was_made_on_none() -> None:
    client = Client([Endpoint("127.0.0.1", 1, "http")])

    async def main() -> None:
        async with ScriptedUpstream(always([])):
            await client.close()

    asyncio.run(main())
