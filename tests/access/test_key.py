"""Keys: what a row says, which it may not say, and how a secret is told from another."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from halfopen.access.key import RIGHTS, Key, Right, Role, accounts, digest, same
from halfopen.documents import Complaints
from halfopen.limits.budget import Account

SECRET = b"s" * 32


def key(**more: Any) -> Key:
    return Key(**{"id": "k_1", "name": "ana", "digest": digest("ho_x", SECRET)} | more)


def test_every_role_has_rights_and_an_admin_has_them_all() -> None:
    assert set(RIGHTS) == set(get_args(Role))
    assert set(RIGHTS["admin"]) == set(get_args(Right))
    assert [role for role in RIGHTS if key(role=role).may("manage")] == ["admin"]
    assert [role for role in RIGHTS if not key(role=role).may("call")] == ["viewer"]


@pytest.mark.parametrize(
    ("more", "now", "ended"),
    [
        ({}, 10.0, ""),
        ({"expires": 10.5}, 10.0, ""),
        ({"expires": 10.0}, 10.0, "has expired"),
        ({"revoked": 1.0, "expires": 99.0}, 10.0, "was revoked"),
    ],
)
def test_a_key_ends_when_it_expires_or_is_revoked(more: dict[str, float], now: float, ended: str) -> None:
    assert key(**more).ended(now) == ended


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "a\nb"},
        {"name": "x" * 101},
        {"team": "a\tb"},
        {"role": "root"},
        {"labels": {"zon": "home"}},
    ],
)
def test_a_row_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Complaints):
        key(**wrong)


def test_a_hash_needs_the_secret_and_all_of_the_key() -> None:
    assert same(digest("ho_x", SECRET), digest("ho_x", SECRET))
    assert not same(digest("ho_x", SECRET), digest("ho_y", SECRET))
    assert not same(digest("ho_x", SECRET), digest("ho_x", b"t" * 32))
    assert len(digest("ho_x", SECRET)) == 64


def test_a_request_counts_against_its_key_its_team_its_lane_and_everybody() -> None:
    found = [Account("key", "ana"), Account("team", "hr"), Account("lane", "private"), Account("all")]
    assert list(accounts("ana", "hr", "private")) == found
    assert list(accounts("", "", "")) == [Account("all")]
