"""Foreign thinking as one opaque word, which a client keeps and sends back without looking into it.

    halfopen.<dialect of the lab>.<base64 of {"texts": [...], "signature": "...", ...}>

It stands where the client's own dialect has its signatures. There is no secret in it: what it says came from the client
or is shown to it, and whether a signature is true, the lab decides. So nothing of it is believed but texts, signatures
and an id; other fields could ask for what the caller may not have.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

import msgspec

from halfopen.conversation.parts import Thinking

MARK = "halfopen."
# The same as clients of Google's send it, whose signatures are bytes: nine letters are three groups, and none is left.
MARK_IN_BASE64 = base64.b64encode(MARK.encode()).decode()
IN_BASE64 = ("gemini",)
_UNREADABLE = (ValueError, msgspec.DecodeError, RecursionError)
_id = re.compile(r"[\w.:-]{1,200}")
_dialect = re.compile(r"[a-z]{1,20}")
_standard = str.maketrans("-_", "+/")


class _Kept(msgspec.Struct, omit_defaults=True):
    """`texts` are those of all parts that the signature is for; `label` is what their dialect calls them."""

    texts: list[str] = []
    signature: str | None = None
    sealed: str | None = None
    label: str = ""
    id: str | None = None
    ahead: bool = False


_decoder = msgspec.json.Decoder(_Kept)
_named = msgspec.json.Decoder(str)


def closed(thoughts: Sequence[Thinking], home: str) -> str:
    """Thoughts that have one signature, the last of them has it, as the word for a client of the dialect `home`."""
    *_, last = thoughts
    kept = _Kept(
        texts=[thought.text for thought in thoughts if thought.text] if last.signed else [],
        signature=last.signature,
        sealed=last.sealed,
        label=last.label,
        id=_id_of(thoughts[0]) if last.signed else None,
        ahead=last.ahead,
    )
    inner = base64.b64encode(msgspec.json.encode(kept)).decode()
    word = f"{MARK}{last.signed_by or 'chat'}.{inner}"
    return base64.b64encode(word.encode()).decode() if home in IN_BASE64 else word


def _id_of(thought: Thinking) -> str | None:
    raw = thought.extra.get("id")
    try:
        return None if raw is None else _named.decode(raw)
    except _UNREADABLE:
        return None


def is_ours(word: str) -> bool:
    return word.startswith((MARK, MARK_IN_BASE64))


def opened(word: str, shown: str) -> tuple[Thinking, ...] | None:
    """What is in it, or None if it is not ours; `shown` is the text that stands beside it."""
    if not is_ours(word):
        return None
    try:
        if word.startswith(MARK_IN_BASE64):
            word = base64.b64decode(word.translate(_standard)).decode()
        _, dialect, inner = word.split(".", 2)
        kept = _decoder.decode(base64.b64decode(inner))
    except _UNREADABLE:
        return None
    return _thoughts(kept, dialect, shown) if _dialect.fullmatch(dialect) else None


def _thoughts(kept: _Kept, dialect: str, shown: str) -> tuple[Thinking, ...]:
    """Each text has the signature, so that none of them goes to another lab."""
    if kept.sealed is None and not kept.signature:
        return (Thinking(text=shown, signed_by=None if dialect == "chat" else dialect, label=kept.label),)
    known = kept.id is not None and _id.fullmatch(kept.id)
    extra = {"id": msgspec.json.encode(kept.id)} if known else {}
    sealed = None if kept.signature else kept.sealed
    first, *more = kept.texts or [""]
    start = Thinking(
        text=first,
        signature=kept.signature,
        sealed=sealed,
        signed_by=dialect,
        label=kept.label,
        ahead=kept.ahead,
        extra=extra,
    )
    rest = (Thinking(text=text, signature=kept.signature, signed_by=dialect, label=kept.label) for text in more)
    return (start, *rest)
