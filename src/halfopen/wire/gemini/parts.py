"""Parts of gemini, read and written: text, media, calls and their results, thoughts and their signatures."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from halfopen.conversation.parts import (
    Media,
    MediaKind,
    Own,
    Part,
    Refusal,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
)
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import MEDIA_TYPE, told, under, written
from halfopen.wire.gemini.proto import searched as searches
from halfopen.wire.gemini.proto.spelled import Spelled, put
from halfopen.wire.pen import Pen, Tree, arguments

NAME = "gemini"
MADE_UP = "call_gemini_"  # how ids begin that nobody gave: results must be able to name their call
SIGNATURE = "thoughtSignature"
EMPTY, PLAIN = "{}", "text/plain"
# Google's word for a call that its models did not make: their newest refuse one without any signature.
UNSIGNED = "skip_thought_signature_validator"
_UNSIGNED = written(UNSIGNED)
_HELD = ("gs://", "files/", "https://generativelanguage.googleapis.com/")  # where Google keeps files
_FILMS = ("https://www.youtube.com/", "https://youtube.com/", "https://youtu.be/")
_ENDINGS: Mapping[str, str] = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "pdf": "application/pdf",
    "txt": "text/plain",
}
_KINDS: Mapping[str, MediaKind] = {"image": "image", "audio": "audio", "video": "video"}
_TELLING: Mapping[bool | None, str] = {None: "result", True: "error", False: "output"}  # keys of a result that is text
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_media_type = re.compile(MEDIA_TYPE)
_standard = str.maketrans("-_", "+/")  # proto JSON takes both alphabets of base64, and nobody else does


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(ToolResult):
    """A result as it is here: with the name of its tool, which others find at the call, and perhaps without an id."""

    name: str
    numbered: bool
    said: bool = True  # something, and be it no words


class Excused(ToolCall):
    """A call that says of itself that Google's models did not make it: no signature, and nothing to anybody else."""


def read(item: Spelled) -> Part:
    """One part; of a kind that nobody else knows, as it stands. An id that is missing is left empty."""
    reader = next((_READERS[name] for name in item.names if name in _READERS), None)
    if reader is None and item.has(SIGNATURE):
        reader = _text
    return reader(item) if reader else Own(dialect=NAME, kind=item.first or "part", raw=item.whole)


def _text(item: Spelled) -> Part:
    text, thought = item.of("text"), item.flag("thought")
    if not thought:
        return Text(text=text, extra=item.rest)
    return Thinking(text=text, signature=item.text(SIGNATURE) or None, signed_by=NAME, extra=item.rest)


def _inline(item: Spelled) -> Part:
    inner = item.inner("inlineData") or item.amiss("inlineData", "is missing")
    data, media_type, title = inner.coded("data"), inner.needed("mimeType"), inner.text("displayName")
    if not _media_type.fullmatch(media_type):
        inner.amiss("mimeType", f"is `{media_type[:40]}`; it must be a media type such as image/png")
    value = data.translate(_standard) + "=" * (-len(data) % 4)
    extra = item.rest | under("inlineData", inner)
    words = _plain_text(value) if media_type == PLAIN else None
    if words is not None:
        return Media(kind="document", form="text", value=words, media_type=PLAIN, title=title, extra=extra)
    return Media(kind=_kind(media_type), form="base64", value=value, media_type=media_type, title=title, extra=extra)


def _plain_text(data: str) -> str | None:
    """Bytes that are text, which others take as it is; None if they are not."""
    try:
        return base64.b64decode(data, validate=True).decode()
    except ValueError:  # no base64, or no UTF-8
        return None


def _file(item: Spelled) -> Part:
    """A type that the address tells is not told twice, or a film's not at all."""
    inner = item.inner("fileData") or item.amiss("fileData", "is missing")
    url, media_type, title = inner.needed("fileUri"), inner.text("mimeType"), inner.text("displayName")
    guessed = _guessed(url)
    return Media(
        kind=_kind(media_type or guessed),
        form="file" if url.startswith(_HELD) else "url",
        value=url,
        media_type=None if media_type == guessed else media_type,
        title=title,
        extra=item.rest | under("fileData", inner),
    )


def _guessed(url: str) -> str | None:
    if url.startswith(_FILMS):
        return "video/mp4"
    return _ENDINGS.get(url.partition("?")[0].rpartition(".")[2].lower())


def _kind(media_type: str | None) -> MediaKind:
    return _KINDS.get((media_type or "").partition("/")[0], "document")


def _call(item: Spelled) -> Part:
    inner = item.inner("functionCall") or item.amiss("functionCall", "is missing")
    named, name, given = inner.of("id"), inner.filled("name"), inner.inner("args")
    arguments = _plain(given) if given else EMPTY
    extra = item.rest | under("functionCall", inner)
    if extra.get(SIGNATURE) != _UNSIGNED:
        return ToolCall(id=named, name=name, arguments=arguments, extra=extra)
    del extra[SIGNATURE]
    return Excused(id=named, name=name, arguments=arguments, extra=extra)


def _result(item: Spelled) -> Part:
    inner = item.inner("functionResponse") or item.amiss("functionResponse", "is missing")
    call, name, response = inner.of("id"), inner.needed("name"), inner.inner("response")
    text, failed = _told(_plain(response)) if response else ("", None)
    media = [_inside(each) for each in inner.each("parts")]
    parts = (Text(text=text), *media) if text else tuple(media)
    extra = item.rest | under("functionResponse", inner)
    said = response is not None and bool(response.names)
    return Returned(call=call, name=name, numbered=bool(call), said=said, parts=parts, failed=failed, extra=extra)


def _inside(item: Spelled) -> Part:
    """A part of a result, which is media."""
    if item.has("inlineData"):
        return _inline(item)
    return _file(item) if item.has("fileData") else Own(dialect=NAME, kind=item.first or "part", raw=item.whole)


def _plain(fields: Spelled) -> str:
    try:
        return fields.whole.decode()
    except UnicodeDecodeError:
        fields.amiss("", "is not UTF-8")


def _told(response: str) -> tuple[str, bool | None]:
    """A response as words, and whether the tool failed. One that is more than words stays JSON."""
    fields = _object.decode(response)
    if not fields:
        return "", None
    failed = next((how for how, key in _TELLING.items() if how is not None and _has(fields, key)), None)
    key = _TELLING[failed]
    if set(fields) == {key} and bytes(fields[key])[:1] == b'"':
        try:
            words = msgspec.json.decode(fields[key], type=str)
        except UNREADABLE:
            return response, failed
        if _object_of(words) is None:
            return words, failed
    return response, failed


def _has(fields: Mapping[str, msgspec.Raw], key: str) -> bool:
    return key in fields and bytes(fields[key]) != b"null"


def _object_of(text: str) -> Mapping[str, msgspec.Raw] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        return _object.decode(text)
    except UNREADABLE:
        return None


def _response(text: str, failed: bool | None, *, said: bool) -> object:
    """Words under the key that says how it went; an object as it is."""
    fields = _object_of(text)
    if fields is not None and (not failed or _has(fields, "error")):
        return msgspec.Raw(text.encode())
    return {_TELLING[failed]: text} if text or said or failed is not None else {}


_READERS: Mapping[str, Callable[[Spelled], Part]] = {
    "text": _text,
    "inlineData": _inline,
    "fileData": _file,
    "functionCall": _call,
    "functionResponse": _result,
    **dict.fromkeys(searches.CALLS, searches.read_part),
}


def write(part: Part, pen: Pen, path: str) -> Tree | msgspec.Raw | None:
    """One part, or None where gemini cannot say it and the loss is noted."""
    if isinstance(part, Own):
        return pen.own(part, path)
    tree = _part(part, pen, path)
    if tree is None:
        return None
    if part.mark:
        pen.losses.knob(f"{path}.cache", "gemini caches by itself, without marks")
    return put(tree, part.extra, pen, path)


def _part(part: Part, pen: Pen, path: str) -> Tree | None:
    match part:
        case Text():
            for _ in part.citations if pen.asks else ():
                pen.losses.knob(f"{path}.citations", "a gemini request has no citations")
            return {"text": part.text}
        case Media():
            return _write_media(part, pen, path)
        case ToolCall():
            given = arguments(part, pen, path)
            excused: Tree = {SIGNATURE: UNSIGNED} if isinstance(part, Excused) and pen.native else {}
            return {"functionCall": told(id=home(part.id), name=part.name, args=given)} | excused
        case Thinking():
            return _write_thinking(part, pen, path)
        case Refusal():
            pen.losses.knob(path, "gemini tells a refusal as text")
            return {"text": part.text}
    pen.losses.content(path, f"{type(part).__name__} is not content there")
    return None


def home(named: str) -> str | None:
    """An id as it goes out: one that was made up here stays here."""
    return None if not named or named.startswith(MADE_UP) else named


def write_result(part: ToolResult, name: str | None, pen: Pen, path: str) -> Tree:
    """`name` is that of the call. The texts of a result are one, and what is no text stands beside it."""
    if part.mark:
        pen.losses.knob(f"{path}.cache", "gemini caches by itself, without marks")
    named = part.name if isinstance(part, Returned) else name
    if named is None:
        pen.losses.knob(f"{path}.name", "gemini wants the name of the tool, and no call before it has this id")
    texts = [each for each in part.parts if isinstance(each, Text)]
    if len(texts) > 1 or (texts and part.parts[0] is not texts[0]):
        pen.losses.knob(f"{path}.parts", "a result in gemini has one text, in front")
    media = [
        _write_inside(each, pen, f"{path}.parts.{place}")
        for place, each in enumerate(part.parts)
        if not isinstance(each, Text)
    ]
    said = isinstance(part, Returned) and part.said
    response = _response("\n".join(each.text for each in texts), part.failed, said=said)
    kept = [each for each in media if each is not None]
    numbered = not isinstance(part, Returned) or part.numbered
    inner = told(
        id=home(part.call) if numbered else None, name=named or part.call, response=response, parts=kept or None
    )
    return put({"functionResponse": inner}, part.extra, pen, path)


def _write_inside(part: Part, pen: Pen, path: str) -> object | None:
    if isinstance(part, Media | Own):
        return write(part, pen, path)
    pen.losses.content(path, f"a result in gemini holds no {type(part).__name__}")
    return None


def write_content(said: Sequence[Part], pen: Pen, path: str) -> list[Tree | msgspec.Raw]:
    """The parts of a turn, without texts that are empty where there are others."""
    kept: list[Tree | msgspec.Raw] = []
    ahead: str | None = None  # the signature of what comes next
    for place, part in enumerate(said):
        if isinstance(part, Thinking) and part.ahead and part.signed_by == NAME:
            ahead = part.signature
            continue
        if not pen.native and len(said) > 1 and part == Text(text=""):
            continue
        tree = write(part, pen, f"{path}.parts.{place}")
        if ahead and isinstance(tree, dict):
            tree[SIGNATURE], ahead = ahead, None
        kept += [] if tree is None else [tree]
    if not pen.native:
        excuse(kept)
    return kept


def excuse(said: Sequence[object]) -> None:
    """Says of a turn's first call that Google's models did not make it, unless it is signed."""
    call = next((tree for tree in said if isinstance(tree, dict) and "functionCall" in tree), None)
    if call is not None:
        call.setdefault(SIGNATURE, UNSIGNED)


def _write_thinking(part: Thinking, pen: Pen, path: str) -> Tree | None:
    """A provider takes back only what it signed; clients are shown what others thought in `sealed.outward`."""
    foreign = part.signed and part.signed_by != NAME
    unsigned = pen.asks and not pen.native and not part.signed
    if unsigned or foreign:
        pen.losses.thinking(path, "gemini takes back only thinking that it signed")
        return None
    return {"thought": True, "text": part.text} | ({SIGNATURE: part.signature} if part.signature else {})


def _write_media(part: Media, pen: Pen, path: str) -> Tree | None:
    if part.detail:
        pen.losses.knob(f"{path}.detail", "gemini has a word for it in its newest models only")
    title = part.title or None
    if part.form == "file" and not pen.native:
        pen.losses.content(path, "a file's id is known only to the provider that holds it")
        return None
    if part.form in ("url", "file"):
        guessed = None if part.value.startswith(_FILMS) else _guessed(part.value)
        media_type = part.media_type or (guessed if _kind(guessed) == part.kind else None)
        return {"fileData": told(mimeType=media_type, fileUri=part.value, displayName=title)}
    data, media_type = part.value, part.media_type
    if part.form == "text":
        data, media_type = base64.b64encode(data.encode()).decode(), media_type or PLAIN
    if media_type is None:
        pen.losses.content(path, "gemini wants the media type of what is sent with its bytes")
        return None
    return {"inlineData": told(mimeType=media_type, data=data, displayName=title)}
