"""Content parts of chat, read and written: text, pictures, sound, video, files and refusals."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from halfopen.conversation.parts import Mark, Media, MediaKind, Own, Part, Refusal, Text
from halfopen.wire.fields import MEDIA_TYPE, Fields, told, under
from halfopen.wire.pen import Pen, Tree

NAME = "chat"
_data_url = re.compile(rf"data:({MEDIA_TYPE});base64,([\0-\x7f]*)")
_SOUNDS = {"mp3": "audio/mpeg", "wav": "audio/wav"}
_FORMATS = {media_type: name for name, media_type in _SOUNDS.items()}


def read(item: Fields) -> Part:
    """One part of a message's content; of a type that nobody else knows, as it stands."""
    kind = item.needed("type")
    reader = _READERS.get(kind)
    return reader(item) if reader else Own(dialect=NAME, kind=kind, raw=item.whole)


def read_content(message: Fields) -> tuple[Part, ...]:
    """A message's `content`: a string, a list of parts or nothing."""
    if message.is_text("content"):
        return (Text(text=message.needed("content")),)
    return tuple(read(item) for item in message.each("content"))


def _mark(item: Fields) -> Mark | None:
    told_mark = item.inner("prompt_cache_breakpoint")
    if told_mark is None:
        return None
    told_mark.text("mode")  # there is one only
    return Mark(ttl=told_mark.text("ttl"), extra=told_mark.rest)


def _text(item: Fields) -> Part:
    return Text(text=item.needed("text"), mark=_mark(item), extra=item.rest)


def _refusal(item: Fields) -> Part:
    return Refusal(text=item.needed("refusal"), mark=_mark(item), extra=item.rest)


def _fetched(kind: MediaKind, field: str) -> Callable[[Fields], Part]:
    """A part with a URL, which may be the data itself (RFC 2397)."""

    def reader(item: Fields) -> Part:
        inner = item.inner(field) or item.amiss(field, "is missing")
        url, detail, mark = inner.needed("url"), inner.text("detail"), _mark(item)
        extra = item.rest | under(field, inner)
        if data := _data_url.fullmatch(url):
            return Media(
                kind=kind, form="base64", value=data[2], media_type=data[1], detail=detail, mark=mark, extra=extra
            )
        return Media(kind=kind, form="url", value=url, detail=detail, mark=mark, extra=extra)

    return reader


def _sound(item: Fields) -> Part:
    inner = item.inner("input_audio") or item.amiss("input_audio", "is missing")
    data, name = inner.coded("data"), inner.needed("format")
    extra = under("input_audio", inner)
    media_type = _SOUNDS.get(name, f"audio/{name}")
    mark = _mark(item)
    return Media(kind="audio", form="base64", value=data, media_type=media_type, mark=mark, extra=item.rest | extra)


def _file(item: Fields) -> Part:
    inner = item.inner("file") or item.amiss("file", "is missing")
    data, held, title, mark = inner.text("file_data"), inner.text("file_id"), inner.text("filename"), _mark(item)
    extra = item.rest | under("file", inner)
    if held is not None:
        return Media(kind="document", form="file", value=held, title=title, mark=mark, extra=extra)
    found = _data_url.fullmatch(data or "")
    if not found:
        item.amiss("file.file_data", "must be a data URL such as `data:application/pdf;base64,...`")
    return Media(
        kind="document", form="base64", value=found[2], media_type=found[1], title=title, mark=mark, extra=extra
    )


_READERS: Mapping[str, Callable[[Fields], Part]] = {
    "text": _text,
    "refusal": _refusal,
    "image_url": _fetched("image", "image_url"),
    "video_url": _fetched("video", "video_url"),
    "input_audio": _sound,
    "file": _file,
}


def write(part: Part, pen: Pen, path: str) -> object | None:
    """One part as chat says it, or None where it cannot and the loss is noted."""
    match part:
        case Text():
            for _ in part.citations:
                pen.losses.knob(f"{path}.citations", "a chat request has no citations")
            tree: Tree | None = {"type": "text", "text": part.text}
        case Refusal():
            tree = {"type": "refusal", "refusal": part.text}
        case Media():
            tree = _media(part, pen, path)
        case Own():
            return pen.own(part, path)
        case _:
            tree = None
            pen.losses.content(path, f"{type(part).__name__} is not content there")
    if tree is None:
        return None
    if part.mark:
        write_mark(part.mark, tree, pen, path)
    return pen.add(tree, part.extra, path)


def write_mark(mark: Mark, tree: Tree, pen: Pen, path: str) -> None:
    """OpenAI's newest models take marks and other providers refuse the field, so those of other dialects are lost."""
    if not pen.native:
        pen.losses.knob(f"{path}.cache", "chat providers cache by themselves, without marks")
        return
    tree["prompt_cache_breakpoint"] = pen.add({"mode": "explicit", **told(ttl=mark.ttl)}, mark.extra, path)


def _media(part: Media, pen: Pen, path: str) -> Tree | None:
    if part.kind == "document":
        return _document(part, pen, path)
    if part.kind == "audio" and part.form == "base64":
        name = _FORMATS.get(part.media_type or "", (part.media_type or "").removeprefix("audio/"))
        return {"type": "input_audio", "input_audio": {"data": part.value, "format": name}}
    if part.kind == "audio" or part.form in ("file", "text"):
        pen.losses.content(path, f"{part.kind} must be sent with its bytes")
        return None
    field = f"{part.kind}_url"
    url = part.value if part.form == "url" else f"data:{part.media_type};base64,{part.value}"
    return {"type": field, field: {"url": url, **told(detail=part.detail)}}


def _document(part: Media, pen: Pen, path: str) -> Tree | None:
    if part.form == "text":  # what is text already needs no envelope
        pen.losses.knob(path, "a document of plain text is told as text")
        titled = f"{part.title}\n\n{part.value}" if part.title else part.value
        return {"type": "text", "text": titled}
    if part.form == "url" or (part.form == "file" and not pen.native):
        where = "an address" if part.form == "url" else "an id at its provider"
        pen.losses.content(path, f"a document must be sent with its bytes, and this is {where}")
        return None
    if part.form == "file":
        return {"type": "file", "file": told(file_id=part.value, filename=part.title)}
    data = f"data:{part.media_type};base64,{part.value}"
    return {"type": "file", "file": {"filename": part.title or "document", "file_data": data}}
