"""The keys of a gateway, found by their hashes: who a caller is, and whether that may be asked."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from halfopen.access.key import ROOT, ROOT_ID, Key, Right, same
from halfopen.errors import NoKey, NotAllowed
from halfopen.ports.stores import KeyKeeper, KeyTable

NEEDED = "This gateway needs a key: send `authorization: Bearer ...` or `x-api-key: ...` (`x-goog-api-key`)."


@dataclass(slots=True)
class Keyring:
    """Without a table and a root key everybody may do everything: the gateway is on loopback then."""

    table: KeyTable | None = None
    keeper: KeyKeeper | None = None
    now: Callable[[], float] = lambda: 0.0  # seconds since 1970
    root: str = field(default="", repr=False)
    _by_digest: Mapping[str, Key] = field(default_factory=dict, repr=False)
    _version: int = -1

    @property
    def locked(self) -> bool:
        """Whether there is any key, so that everybody has to show one."""
        return bool(self.root or self._by_digest)

    def refresh(self) -> None:
        """Reads the keys anew if somebody has changed them."""
        if self.table is not None and (version := self.table.version) != self._version:
            self.reload()
            self._version = version

    def reload(self) -> None:
        """Reads the keys anew."""
        if self.table is not None:
            self._by_digest = {key.digest: key for key in self.table.rows()}

    def holder(self, shown: bytes, right: Right) -> Key | None:
        """Whoever shows a key; None where nobody needs one. Raises NoKey, NotAllowed."""
        if not self.locked:
            return None
        if self.root and hmac.compare_digest(shown, self.root.encode()):
            return Key(id=ROOT_ID, name=ROOT, digest="", role="admin")
        key = self._known(shown)
        if why := key.ended(self.now()):
            raise NoKey(f"The key {key.name} {why}. Ask whoever runs this gateway for another.")
        if not key.may(right):
            raise NotAllowed(
                f"The key {key.name} is for {key.role}, which may not do this: it needs one that may {right}."
            )
        return key

    def _known(self, shown: bytes) -> Key:
        if not shown or self.table is None:
            raise NoKey(NEEDED)
        found = self.table.digest(shown.decode("latin-1"))
        key = self._by_digest.get(found)
        if key is None or not same(key.digest, found):
            raise NoKey("This key is not known here; `halfopen keys list` names those that are.")
        return key
