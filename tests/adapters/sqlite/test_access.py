"""The table of keys: what is kept, what never is, and that the audit only grows."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from halfopen.access.key import MARK, Key
from halfopen.adapters.sqlite.access import DATABASE, SECRET, Access, access
from halfopen.adapters.sqlite.folder import Unusable
from halfopen.limits.budget import Budget
from halfopen.ports.stores import KeyEnded, KeyTaken

ANA = Key(id="", name="ana", digest="", team="hr", zone="home", budgets=(Budget(usd=Decimal("2.5")),))


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Access]:
    with access(tmp_path) as found:
        yield found


def test_a_key_has_256_random_bits_and_is_found_by_its_hash_alone(there: Access) -> None:
    shown = there.made(ANA, "me", 1.0)
    (key,) = there.rows()
    assert shown.startswith(MARK)
    assert len(shown.removeprefix(MARK)) == 43  # 256 bits, 6 in a letter
    assert key.digest == there.digest(shown)
    assert (key.name, key.team, key.zone, key.budgets) == ("ana", "hr", "home", ANA.budgets)


def test_no_file_of_the_folder_holds_the_key_and_others_may_read_none(there: Access, tmp_path: Path) -> None:
    shown = [there.made(Key(id="", name=name, digest=""), "me", 1.0) for name in "abc"]
    shown.append(there.rotated("a", "me", 2.0))
    for path in tmp_path.iterdir():
        data = path.read_bytes()
        assert not [each for each in shown if each.encode() in data or each.removeprefix(MARK).encode() in data]
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


@pytest.mark.parametrize(("left", "said"), [(None, "is gone"), (b"half", "4 bytes instead of 32")])
def test_a_lost_or_cut_secret_is_told_instead_of_making_another(
    there: Access, tmp_path: Path, left: bytes | None, said: str
) -> None:
    there.made(ANA, "me", 1.0)
    (tmp_path / SECRET).unlink()
    if left is not None:
        (tmp_path / SECRET).write_bytes(left)
    with pytest.raises(Unusable, match=said), access(tmp_path):
        pass


def test_a_row_that_a_newer_halfopen_wrote_is_left_out_and_the_others_serve(there: Access, tmp_path: Path) -> None:
    there.made(ANA, "me", 1.0)
    there.made(replace(ANA, name="bo"), "me", 2.0)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as raw, raw:
        raw.execute("""UPDATE keys SET row = '{"id": 7}' WHERE name = 'ana'""")
    assert [key.name for key in there.rows()] == ["bo"]


def test_a_revoked_key_cannot_be_changed_back(there: Access) -> None:
    there.made(ANA, "me", 1.0)
    there.changed("ana", "me", 2.0, "key revoked", revoked=2.0)
    with pytest.raises(KeyEnded, match="ana was revoked already"):
        there.changed("ana", "me", 3.0, "key changed", team="it")


def test_a_rotated_key_keeps_its_row_and_loses_its_old_secret(there: Access) -> None:
    old = there.made(ANA, "me", 1.0)
    new = there.rotated("ana", "me", 2.0)
    (key,) = there.rows()
    assert (key.digest, key.team) == (there.digest(new), "hr")
    assert key.digest != there.digest(old)


def test_every_change_is_a_line_with_who_when_what_before_and_after(there: Access) -> None:
    there.made(ANA, "cli", 1.0)
    there.changed("ana", "bob", 2.0, "key revoked", revoked=2.0)
    there.noted("bob", 3.0, "config reloaded", "old", "new")
    made, revoked, noted = there.audit()
    assert (made["who"], made["at"], made["what"], made["before"]) == ("cli", 1.0, "key created", "")
    assert '"revoked":null' in revoked["before"]
    assert '"revoked":2.0' in revoked["after"]
    assert (noted["before"], noted["after"]) == ("old", "new")
    assert "digest" not in made["after"]


def test_the_audit_can_be_neither_changed_nor_shortened(there: Access, tmp_path: Path) -> None:
    there.made(ANA, "me", 1.0)
    with sqlite3.connect(tmp_path / DATABASE) as other:
        for statement in ("UPDATE audit SET who = 'nobody'", "DELETE FROM audit"):
            with pytest.raises(sqlite3.IntegrityError, match="it only grows"):
                other.execute(statement)


def test_two_keys_have_two_names_and_a_refused_one_leaves_no_trace(there: Access) -> None:
    there.made(ANA, "me", 1.0)
    with pytest.raises(KeyTaken):
        there.made(ANA, "me", 2.0)
    with pytest.raises(KeyError):
        there.changed("nobody", "me", 2.0, "key revoked")
    assert len(there.audit()) == len(there.rows()) == 1


def test_what_another_process_changes_is_noticed(there: Access, tmp_path: Path) -> None:
    before = there.version
    with access(tmp_path) as other:
        other.made(ANA, "me", 1.0)
    assert there.version != before
    assert [key.name for key in there.rows()] == ["ana"]


def test_whoever_starts_first_they_all_have_one_secret(tmp_path: Path) -> None:
    def digest(_: int) -> str:
        with access(tmp_path) as there:
            return there.digest("x")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(digest, range(16)))) == 1
