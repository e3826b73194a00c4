"""The bytes of a request's head, and what is never let into one."""

from __future__ import annotations

import re
from functools import lru_cache

from halfopen.errors import BrokenProtocol
from halfopen.ports.upstream import Call

# RFC 9110, 5.6.2: what a method or a header name is made of.
TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# RFC 9112, 3.2.1: a path with its query, visible ASCII only, so that nothing can begin a second line.
TARGET = re.compile(r"/[!-~]*")

# Who frames the message is the client, alone: two opinions about a length are how requests are smuggled.
OURS = frozenset(
    b"host content-length transfer-encoding accept-encoding connection keep-alive "
    b"proxy-connection proxy-authorization te trailer upgrade expect".split()
)
BODILESS = frozenset(("GET", "HEAD", "DELETE", "OPTIONS"))  # no content-length: 0 for these


def request_head(call: Call, host: bytes, name: str) -> bytes:
    """The request line and the headers. Raises BrokenProtocol, and nothing is sent, where they would not be that."""
    lines = []
    for number, (header, value) in enumerate(call.headers, 1):
        problem = name_problem(header)
        if problem is not None:
            raise BrokenProtocol(f"Nothing was sent to {name}: header {number} of the request {problem}")
        lines.append(b"%b: %b\r\n" % (header, value))
    fields = b"".join(lines)
    if fields.count(b"\n") != len(lines) or fields.count(b"\r") != len(lines) or b"\0" in fields:
        raise BrokenProtocol(broken_value(call, name))
    return start_line(call.method, call.target, name) + common_fields(call, host) + fields + b"\r\n"


@lru_cache(maxsize=1024)
def start_line(method: str, target: str, name: str) -> bytes:
    """`POST /v1/messages HTTP/1.1`; few differ, so they are kept."""
    if TARGET.fullmatch(target) is None:
        raise BrokenProtocol(f"Nothing was sent to {name}: the target must be a path in visible ASCII, percent-encoded")
    if not method.isascii() or TOKEN.fullmatch(method.encode()) is None:
        raise BrokenProtocol(f"Nothing was sent to {name}: {method!r} is not an HTTP method")
    return f"{method} {target} HTTP/1.1\r\n".encode()


def common_fields(call: Call, host: bytes) -> bytes:
    """The fields that are the client's own."""
    if not call.body and call.method in BODILESS:
        return b"host: %b\r\naccept-encoding: identity\r\n" % host
    return b"host: %b\r\naccept-encoding: identity\r\ncontent-length: %d\r\n" % (host, len(call.body))


@lru_cache(maxsize=1024)
def name_problem(header: bytes) -> str | None:
    """Why a header of this name is not sent, or None. A name that is no token may be a misplaced secret: not quoted."""
    if TOKEN.fullmatch(header) is None:
        return "has a name that HTTP does not allow"
    if header.lower() in OURS:
        return f"is {header.decode()!r}, which the client writes itself; leave it out"
    return None


def broken_value(call: Call, name: str) -> str:
    """The sentence about a value with a line break in it: most often a key that was read together with its newline."""
    bad = [header.decode() for header, value in call.headers if re.search(rb"[\r\n\0]", value)]
    return f"Nothing was sent to {name}: the value of header {', '.join(bad)} holds a line break or a NUL; remove it"
