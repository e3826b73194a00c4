"""A provider's words as a caller may read them: without its address, and without the key that is ours."""

from __future__ import annotations

from halfopen.errors import UpstreamFault
from halfopen.flows.setup import Destination
from halfopen.ports.upstream import Headers

DATED = b"x-amz-date"  # proves who we are together with a signature, and is no secret


def blanked(body: bytes, proof: Headers) -> bytes:
    """A body without what was sent as proof of who we are: a provider may quote it."""
    for secret in _secrets(proof):
        body = body.replace(secret, b"[key]")
    return body


def named(fault: UpstreamFault, provider: str, destination: Destination, proof: Headers) -> UpstreamFault:
    """The fault, told of the provider by its name: its address and its key are nobody's business but ours."""
    fault.message = fault.message.replace(f"{destination.host}:{destination.port}", provider)
    for secret in _secrets(proof):
        fault.message = fault.message.replace(secret.decode(), "[key]")
    return fault


def _secrets(proof: Headers) -> list[bytes]:
    return [value.removeprefix(b"Bearer ") for name, value in proof if name != DATED]
