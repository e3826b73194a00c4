"""Content parts of responses, read and written: text, pictures, files, what a model said and cited."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from halfopen.conversation.parts import Citation, Mark, Media, Own, Part, Refusal, Text
from halfopen.wire.fields import MEDIA_TYPE, Fields, told, under
from halfopen.wire.pen import Pen, Tree

NAME = "responses"
AUTO = "auto"  # how closely a picture is looked at if nobody says
_data_url = re.compile(rf"data:({MEDIA_TYPE});base64,([\0-\x7f]*)")


def read(item: Fields) -> Part:
    """One part of a message's content; of a type that nobody else knows, as it stands."""
    kind = item.needed("type")
    reader = _READERS.get(kind)
    return reader(item) if reader else Own(dialect=NAME, kind=kind, raw=item.whole)


def read_content(holder: Fields, field: str = "content") -> tuple[Part, ...]:
    """A string, a list of parts or nothing."""
    if holder.is_text(field):
        return (Text(text=holder.needed(field)),)
    return tuple(read(item) for item in holder.each(field))


def _mark(item: Fields) -> Mark | None:
    mark = item.inner("prompt_cache_breakpoint")
    if mark is None:
        return None
    mark.text("mode")  # there is one only
    return Mark(ttl=mark.text("ttl"), extra=mark.rest)


def _text(item: Fields) -> Part:
    return Text(text=item.needed("text"), mark=_mark(item), extra=item.rest)


def said(item: Fields) -> Text:
    """A text of the model's, with where it is from; an empty list of logprobs says nothing."""
    cites = tuple(read_citation(each) for each in item.each("annotations"))
    logprobs = item.raw("logprobs")
    known = {} if logprobs is None or logprobs == b"[]" else {"logprobs": logprobs}
    return Text(text=item.needed("text"), citations=cites, extra=item.rest | known)


def refused(item: Fields) -> Refusal:
    return Refusal(text=item.needed("refusal"), extra=item.rest)


def read_citation(item: Fields) -> Citation:
    """An address is understood everywhere; files and containers are known to their provider."""
    kind, own = item.text("type"), item.whole
    if kind != "url_citation":
        return Citation(title=item.text("filename"), own=own)
    start, end = item.count("start_index"), item.count("end_index")
    return Citation(url=item.text("url"), title=item.text("title"), start=start, end=end, own=own)


def _image(item: Fields) -> Part:
    url, held, detail, mark = item.text("image_url"), item.text("file_id"), item.text("detail"), _mark(item)
    closely = None if detail == AUTO else detail
    if held is not None:
        return Media(kind="image", form="file", value=held, detail=closely, mark=mark, extra=item.rest)
    if url is None:
        item.amiss("image_url", "is missing")
    if found := _data_url.fullmatch(url):
        kind, data = found[1], found[2]
        return Media(
            kind="image", form="base64", value=data, media_type=kind, detail=closely, mark=mark, extra=item.rest
        )
    return Media(kind="image", form="url", value=url, detail=closely, mark=mark, extra=item.rest)


def _file(item: Fields) -> Part:
    whole, title, mark = item.whole, item.text("filename"), _mark(item)
    held, url, data = item.text("file_id"), item.text("file_url"), item.text("file_data")
    if held is not None:
        return Media(kind="document", form="file", value=held, title=title, mark=mark, extra=item.rest)
    if url is not None:
        return Media(kind="document", form="url", value=url, title=title, mark=mark, extra=item.rest)
    found = _data_url.fullmatch(data or "")
    if not found:  # bytes of a kind that nobody says
        return Own(dialect=NAME, kind="input_file", raw=whole)
    kind, value = found[1], found[2]
    return Media(kind="document", form="base64", value=value, media_type=kind, title=title, mark=mark, extra=item.rest)


def _sound(item: Fields) -> Part:
    whole, inner = item.whole, item.inner("input_audio")
    if inner is None:
        return Own(dialect=NAME, kind="input_audio", raw=whole)
    data, form = inner.coded("data"), inner.needed("format")
    extra = item.rest | under("input_audio", inner)
    return Media(kind="audio", form="base64", value=data, media_type=_SOUNDS.get(form, f"audio/{form}"), extra=extra)


_SOUNDS = {"mp3": "audio/mpeg", "wav": "audio/wav"}
_READERS: Mapping[str, Callable[[Fields], Part]] = {
    "input_text": _text,
    "input_image": _image,
    "input_file": _file,
    "input_audio": _sound,
    "output_text": said,
    "refusal": refused,
}


def write_content(parts: Sequence[Part], pen: Pen, path: str) -> str | list[object]:
    """A plain text as a string; else the list of parts."""
    written = [write(part, pen, f"{path}.parts.{place}") for place, part in enumerate(parts)]
    kept = [part for part in written if part is not None]
    match kept:
        case []:
            return ""
        case [{"type": "input_text", "text": str(text), **rest}] if not rest:
            return text
    return kept


def write(part: Part, pen: Pen, path: str) -> object | None:
    """One part of what is asked, or None where responses cannot say it and the loss is noted."""
    match part:
        case Text():
            for _ in part.citations:
                pen.losses.knob(f"{path}.citations", "a responses request cites nothing")
            tree: Tree | None = {"type": "input_text", "text": part.text}
        case Refusal():
            pen.losses.knob(path, "responses knows refusals of the model's only; it is told as text")
            tree = {"type": "input_text", "text": part.text}
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
        pen.losses.knob(f"{path}.cache", "responses providers cache by themselves, without marks")
        return
    tree["prompt_cache_breakpoint"] = pen.add({"mode": "explicit", **told(ttl=mark.ttl)}, mark.extra, path)


def _media(part: Media, pen: Pen, path: str) -> Tree | None:
    if part.form == "file" and not pen.native:
        pen.losses.content(path, "a file's id is known only to the provider that holds it")
        return None
    match part.kind:
        case "image" if part.form != "text":
            return {"type": "input_image", "detail": part.detail or AUTO, **_image_from(part)}
        case "document":
            return _document(part, pen, path)
        case "audio" if pen.native:
            form = {kind: name for name, kind in _SOUNDS.items()}.get(part.media_type or "")
            name = form or (part.media_type or "").removeprefix("audio/")
            return {"type": "input_audio", "input_audio": {"data": part.value, "format": name}}
    pen.losses.content(path, f"responses takes no {part.kind}" + (" as text" if part.kind == "image" else ""))
    return None


def _image_from(part: Media) -> Tree:
    if part.form == "file":
        return {"file_id": part.value}
    return {"image_url": part.value if part.form == "url" else f"data:{part.media_type};base64,{part.value}"}


def _document(part: Media, pen: Pen, path: str) -> Tree:
    match part.form:
        case "text":  # what is text already needs no envelope
            pen.losses.knob(path, "a document of plain text is told as text")
            return {"type": "input_text", "text": f"{part.title}\n\n{part.value}" if part.title else part.value}
        case "file":
            return {"type": "input_file", "file_id": part.value, **told(filename=part.title)}
        case "url":
            return {"type": "input_file", "file_url": part.value, **told(filename=part.title)}
    data = f"data:{part.media_type};base64,{part.value}"
    return {"type": "input_file", "filename": part.title or "document", "file_data": data}


def write_said(part: Text | Refusal, pen: Pen, path: str) -> Tree:
    """What the model said, in the form in which it says it."""
    if isinstance(part, Refusal):
        return {"type": "refusal", "refusal": part.text}
    return {"type": "output_text", "text": part.text, "annotations": citations(part.citations, part.text, pen, path)}


def citations(cites: Sequence[Citation], text: str, pen: Pen, path: str) -> list[object]:
    written = [_citation(each, text, pen, path) for each in cites]
    return [each for each in written if each is not None]


def _citation(cite: Citation, text: str, pen: Pen, path: str) -> object | None:
    """One whose place is not known is about all of its text. A provider has its own, and is told no others."""
    if pen.native and cite.own:
        return msgspec.Raw(cite.own)
    if cite.url is None or pen.asks:
        pen.losses.knob(f"{path}.citations", "responses cites addresses only, and takes back only its own")
        return None
    start, end = (0, len(text)) if cite.start is None or cite.end is None else (cite.start, cite.end)
    return {"type": "url_citation", "url": cite.url, "title": cite.title or "", "start_index": start, "end_index": end}
