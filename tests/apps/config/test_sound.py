"""Providers of a team's that would fail only when a request needs them, refused by file, line and field before that."""

from __future__ import annotations

from pathlib import Path

import pytest

from halfopen.apps.config.settings import load
from halfopen.documents import Complaints

SECRET = "sk-never-to-be-seen"


def told(folder: Path, row: str) -> str:
    """What is said of `providers.p`, whose row stands on line 3."""
    path = folder / "halfopen.yaml"
    path.write_text(f"providers:\n  p:\n    {row}\n    hosting: hosted\n", encoding="utf-8")
    with pytest.raises(Complaints) as wrong:
        load(path)
    (only,) = str(wrong.value).splitlines()
    assert only.startswith(f"{path}:3: providers.p.")
    return only.removeprefix(f"{path}:3: providers.p.")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("localhost:8000", "`localhost:8000`; did you mean `http://localhost:8000`?"),
        ("10.0.0.5:8000/", "`10.0.0.5:8000/`; did you mean `http://10.0.0.5:8000`?"),
        ("api.example.com", "`api.example.com`; did you mean `https://api.example.com`?"),
        ("ftp://x", "`ftp://x`; expected an http or https address such as http://127.0.0.1:8000"),
        ("http://", "`http://`; expected an http or https address such as http://127.0.0.1:8000"),
        ("http://x:99999", "`http://x:99999`; expected a host, and a port from 1 to 65535"),
        ("http://x:0", "`http://x:0`; expected a host, and a port from 1 to 65535"),
        ("'http://[::1'", "`http://[::1`; expected a host, and a port from 1 to 65535"),
        ("https://x/v1", "`https://x/v1`, to which the dialects' paths add /v1 again; did you mean `https://x`?"),
        ("https://x/a#b", "`https://x/a` with a query or a fragment; did you mean `https://x/a`?"),
    ],
)
def test_a_base_url_that_nobody_could_call_is_told_with_the_one_that_was_meant(
    tmp_path: Path, url: str, said: str
) -> None:
    assert told(tmp_path, f"base_url: {url}") == f"base_url: {said}"


@pytest.mark.parametrize(
    "row",
    [
        f"base_url: https://me:{SECRET}@api.example",
        f"base_url: https://{SECRET}@api.example/path",
        f"base_url: 'https://api.example?key={SECRET}'",
        f"key_env: {SECRET}",
        f"proxy: me:{SECRET}@proxy.example:3128",
    ],
)
def test_a_key_that_stands_where_none_belongs_is_refused_and_never_shown(tmp_path: Path, row: str) -> None:
    assert SECRET not in told(tmp_path, row)


def test_a_password_in_an_address_is_told_where_it_belongs(tmp_path: Path) -> None:
    said = told(tmp_path, f"base_url: https://me:{SECRET}@api.example")
    assert said.startswith("base_url: an address with a user or a password; expected an address without them")
    assert "`key_env` names the variable" in said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("dialects: {chatt: /v1}", "dialects.chatt: `chatt`; did you mean `chat`?"),
        ("dialects: {soap: /v1}", "dialects.soap: `soap`; expected one of `chat`, `messages`"),
        ("dialects: {chat: v1/chat}", "dialects.chat: `v1/chat`; did you mean `/v1/chat`?"),
        (
            "dialects: {messages: 'https://x/v1'}",
            "dialects.messages: `https://x/v1`; expected a path that begins with `/`, such as /v1/messages",
        ),
        ("dialects: {chat: '/v1/a b'}", "dialects.chat: `/v1/a b`; expected a path that begins with `/`"),
        ("quirks: [no_stream_option]", "quirks[0]: `no_stream_option`; did you mean `no_stream_options`?"),
        ("countries: [DE, no]", "countries[1]: `no`; did you mean `NO`?"),
        ("countries: [Norway]", "countries[0]: `Norway`; expected an ISO 3166 code of two capital letters"),
        ("proxy: http://proxy.example:3128", "proxy: no `host:port`; expected such as proxy.example:3128"),
        ("key_env: GROQ-KEY", "key_env: no name of a variable; expected the name of the environment variable"),
    ],
)
def test_a_row_that_no_request_could_use_is_told_with_what_was_meant(tmp_path: Path, row: str, said: str) -> None:
    assert told(tmp_path, row).startswith(said)


@pytest.mark.parametrize(
    "row",
    [
        "base_url: http://127.0.0.1:8000/",
        "base_url: 'http://[::1]:8000'",
        "base_url: https://x/openai",
        "{base_url: https://x/v1, dialects: {chat: /chat/completions}}",
        "dialects: {chat: '/deployments/m/chat/completions?api-version=2026-01-01'}",
        "{proxy: proxy.example:3128, key_env: MY_KEY_2, countries: [NO, DE], quirks: [no_stream_options]}",
    ],
)
def test_a_row_that_can_be_used_is_taken_as_it_is(tmp_path: Path, row: str) -> None:
    path = tmp_path / "halfopen.yaml"
    path.write_text(f"providers:\n  p:\n    {row}\n", encoding="utf-8")
    assert set(load(path).providers) == {"p"}


def test_all_that_is_wrong_with_a_row_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "halfopen.yaml"
    path.write_text("providers:\n  p:\n    base_url: x\n    proxy: y\n    countries: [z]\n", encoding="utf-8")
    with pytest.raises(Complaints) as wrong:
        load(path)
    assert [each.line for each in wrong.value.complaints] == [3, 4, 5]
