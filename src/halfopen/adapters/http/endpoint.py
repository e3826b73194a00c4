"""The only places a client may connect to: a row of its table each."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A name and a port that may be called, and how to get there. Raises ValueError for a row that makes no sense.

    `address` pins the IP address: the name is then never looked up, only checked against the certificate.
    `proxy` is `host:port` of an outgoing proxy, asked by CONNECT; it is never taken from the environment.
    """

    host: str
    port: int
    scheme: str
    address: str | None = None
    proxy: str | None = None

    def __post_init__(self) -> None:
        if self.scheme not in DEFAULT_PORTS:
            raise ValueError(f"scheme {self.scheme!r} of {self.host}:{self.port} is neither http nor https")
        if not self.host or not self.host.isprintable() or " " in self.host:
            raise ValueError(f"{self.host!r} is not a host name")
        if not 0 < self.port < 65536:
            raise ValueError(f"port {self.port} of {self.host} is not between 1 and 65535")
        if self.proxy is not None:
            split_authority(self.proxy)

    @property
    def key(self) -> tuple[str, str, int]:
        """What a call is looked up by."""
        return self.scheme, self.host, self.port

    @property
    def name(self) -> str:
        """`host:port`, for messages."""
        return authority(self.host, self.port)

    @property
    def host_header(self) -> bytes:
        """RFC 9110, 7.2: the port is left out where it is the scheme's own."""
        usual = self.port == DEFAULT_PORTS[self.scheme]
        return (bracketed(self.host) if usual else self.name).encode("idna" if not self.host.isascii() else "ascii")


def authority(host: str, port: int) -> str:
    """`host:port`, an IPv6 address in brackets."""
    return f"{bracketed(host)}:{port}"


def bracketed(host: str) -> str:
    """`::1` -> `[::1]`; names and IPv4 addresses as they are."""
    return f"[{host}]" if ":" in host else host


def split_authority(text: str) -> tuple[str, int]:
    """`proxy.example:3128` -> its host and port; raises ValueError for anything else."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or "/" in text or "@" in text or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError("a proxy is written host:port, without scheme, path or password")
    return host.removeprefix("[").removesuffix("]"), int(port)
