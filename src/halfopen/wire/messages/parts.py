"""Content blocks of messages, read and written: text, pictures, documents, tools and their results, thinking."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from halfopen.conversation.parts import (
    Citation,
    Mark,
    Media,
    MediaKind,
    Own,
    Part,
    Refusal,
    Search,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
)
from halfopen.wire.fields import MEDIA_TYPE, Fields, told, under
from halfopen.wire.pen import Pen, Tree, arguments
from halfopen.wire.searches import messages as searches

NAME = "messages"
TTLS = ("5m", "1h")  # how long a cache that is marked is kept
ID = re.compile(r"[a-zA-Z0-9_-]+")  # what Anthropic takes as the id of a call
EMPTY = "{}"
_media_type = re.compile(MEDIA_TYPE)
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read(item: Fields) -> Part:
    """One block; of a type that nobody else knows, as it stands."""
    kind = item.needed("type")
    reader = _READERS.get(kind)
    return reader(item) if reader else Own(dialect=NAME, kind=kind, raw=item.whole)


def _read_inside(item: Fields) -> Part:
    """A block of a result, which cannot hold results again: nothing here goes deeper than that."""
    kind = item.needed("type")
    reader = None if kind == "tool_result" else _READERS.get(kind)
    return reader(item) if reader else Own(dialect=NAME, kind=kind, raw=item.whole)


def read_content(message: Fields, block: Callable[[Fields], Part] = read) -> tuple[Part, ...]:
    """`content`: a string, a list of blocks or nothing."""
    if message.is_text("content"):
        return (Text(text=message.needed("content")),)
    return tuple(block(item) for item in message.each("content"))


def read_mark(item: Fields) -> Mark | None:
    mark = item.inner("cache_control")
    if mark is None:
        return None
    mark.text("type")  # there is one only
    return Mark(ttl=mark.text("ttl"), extra=mark.rest)


def _text(item: Fields) -> Part:
    cites = tuple(read_citation(each) for each in item.each("citations"))
    return Text(text=item.needed("text"), citations=cites, mark=read_mark(item), extra=item.rest)


def read_citation(item: Fields) -> Citation:
    """Every kind has the words it quotes; two of them have an address."""
    return Citation(
        url=item.text("url") or item.text("source"),
        title=item.text("title") or item.text("document_title"),
        quoted=item.text("cited_text"),
        own=item.whole,
    )


def _media(kind: MediaKind) -> Callable[[Fields], Part]:
    def reader(item: Fields) -> Part:
        source = item.inner("source") or item.amiss("source", "is missing")
        form, media_type, title = source.needed("type"), source.text("media_type"), item.text("title")
        field = _SOURCES.get(form)
        if field is None or not source.is_text(field):  # content made of blocks, and what may come yet
            return Own(dialect=NAME, kind=kind, raw=item.whole)
        if form in _TYPED and not _media_type.fullmatch(media_type or _TYPED[form]):
            source.amiss("media_type", "must be one such as image/png")
        value, mark = source.coded(field) if form == "base64" else source.needed(field), read_mark(item)
        extra = item.rest | under("source", source)
        match form:
            case "base64" | "url" | "text" | "file":
                return Media(
                    kind=kind, form=form, value=value, media_type=media_type, title=title, mark=mark, extra=extra
                )
        return Own(dialect=NAME, kind=kind, raw=item.whole)

    return reader


_TYPED = {"base64": "", "text": "text/plain"}  # sources that have a media type, and which if they do not say it
_SOURCES: Mapping[str, str] = {"base64": "data", "text": "data", "url": "url", "file": "file_id"}


def _call(item: Fields) -> Part:
    given = item.raw("input")
    try:
        arguments = EMPTY if given is None else given.decode()
    except UnicodeDecodeError:
        item.amiss("input", "is not UTF-8")
    named, name, mark = item.needed("id"), item.filled("name"), read_mark(item)
    return ToolCall(id=named, name=name, arguments=arguments, mark=mark, extra=item.rest)


def _result(item: Fields) -> Part:
    failed, call, mark = item.flag("is_error"), item.needed("tool_use_id"), read_mark(item)
    said = tuple(part for part in read_content(item, _read_inside) if part != Text(text=""))
    return ToolResult(call=call, parts=said, failed=failed, mark=mark, extra=item.rest)


def _thinking(item: Fields) -> Part:
    text, signature = item.needed("thinking"), item.text("signature") or None
    return Thinking(text=text, signature=signature, signed_by=NAME, extra=item.rest)


def _redacted(item: Fields) -> Part:
    return Thinking(sealed=item.needed("data"), signed_by=NAME, extra=item.rest)


_READERS: Mapping[str, Callable[[Fields], Part]] = {
    "text": _text,
    "image": _media("image"),
    "document": _media("document"),
    "tool_use": _call,
    "tool_result": _result,
    "thinking": _thinking,
    "redacted_thinking": _redacted,
    searches.CALL: searches.read_call,
    searches.FOUND: searches.read_found,
}


def blocks(part: Part, pen: Pen, path: str) -> list[object]:
    """One block, as nearly all parts are, none, or those of a search."""
    if isinstance(part, Search) and not pen.native and not pen.asks:
        return [*searches.write(part, pen, path)]
    block = write(part, pen, path)
    return [] if block is None else [block]


def write(part: Part, pen: Pen, path: str) -> object | None:
    """One block, or None where messages cannot say it and the loss is noted."""
    if isinstance(part, Own):
        return pen.own(part, path)
    tree = _block(part, pen, path)
    if tree is None:
        return None
    if part.mark:
        tree["cache_control"] = write_mark(part.mark, pen, path)
    return pen.add(tree, part.extra, path)


def _block(part: Part, pen: Pen, path: str) -> Tree | None:
    match part:
        case Text():
            return write_text(part, pen, path)
        case Media():
            return _write_media(part, pen, path)
        case ToolCall():
            given = arguments(part, pen, path)
            return {"type": "tool_use", "id": fitting(part.id, pen), "name": part.name, "input": given}
        case ToolResult():
            content = write_content(part.parts, pen, path)
            said = told(content=content or None, is_error=part.failed)
            return {"type": "tool_result", "tool_use_id": fitting(part.call, pen)} | said
        case Thinking():
            return _write_thinking(part, pen, path)
        case Refusal():
            pen.losses.knob(path, "messages tells a refusal as text")
            return {"type": "text", "text": part.text}
    return None


def fitting(named: str, pen: Pen) -> str:
    """An id of a call as requests here may have them: other services put dots and colons in theirs."""
    if pen.native or not pen.asks or ID.fullmatch(named):
        return named
    return "id_" + base64.urlsafe_b64encode(named.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def write_content(said: Sequence[Part], pen: Pen, path: str) -> str | list[object]:
    """A plain text as a string; else the list of blocks, without texts that are empty, which are not taken."""
    parts = [(place, part) for place, part in enumerate(said) if part != Text(text="")]
    kept = [block for place, part in parts for block in blocks(part, pen, f"{path}.parts.{place}")]
    match kept:
        case [{"type": "text", "text": str(text), **rest}] if not rest:
            return text
    return kept


def write_mark(mark: Mark, pen: Pen, path: str) -> Tree:
    """A ttl in another dialect's words is left to the default, which is the shortest and the cheapest."""
    ttl = mark.ttl
    if ttl is not None and ttl not in TTLS and not pen.native:
        pen.losses.knob(f"{path}.cache.ttl", f"messages keeps a cache for {' or '.join(TTLS)}, not {ttl}")
        ttl = None
    return pen.add({"type": "ephemeral", **told(ttl=ttl)}, mark.extra, f"{path}.cache")


def write_text(part: Text, pen: Pen, path: str) -> Tree:
    cites = [write_citation(each, part.text, pen, path) for each in part.citations]
    cites = [cite for cite in cites if cite is not None]
    return {"type": "text", "text": part.text} | ({"citations": cites} if cites else {})


def write_citation(cite: Citation, text: str, pen: Pen, path: str) -> object | None:
    """To a client, an address is a result of a web search. The provider would ask for the index that it encrypted."""
    if pen.native and cite.own:
        return msgspec.Raw(cite.own)
    if cite.url is None or pen.asks:
        pen.losses.knob(f"{path}.citations", "messages takes back only citations of its own")
        return None
    quoted = cite.quoted if cite.quoted is not None else text[cite.start or 0 : cite.end]
    tree: Tree = {"type": "web_search_result_location", "url": cite.url, "title": cite.title}
    return tree | {"cited_text": quoted, "encrypted_index": searches.UNSEALED}


def _write_thinking(part: Thinking, pen: Pen, path: str) -> Tree | None:
    """A provider takes back only what it signed; clients are shown what others thought in `sealed.outward`."""
    foreign = part.signed and part.signed_by != NAME
    unsigned = pen.asks and not pen.native and not part.signed
    if unsigned or foreign:
        pen.losses.thinking(path, "messages takes back only thinking that it signed")
        return None
    if part.sealed is not None:
        return {"type": "redacted_thinking", "data": part.sealed}
    return {"type": "thinking", "thinking": part.text, "signature": part.signature or ""}


def _write_media(part: Media, pen: Pen, path: str) -> Tree | None:
    if part.detail:
        pen.losses.knob(f"{path}.detail", "messages looks at pictures in one way only")
    if part.kind in ("audio", "video"):
        pen.losses.content(path, f"messages takes no {part.kind}")
        return None
    source = _source(part, pen, path)
    if source is None:
        return None
    return {"type": part.kind, "source": source} | (told(title=part.title) if part.kind == "document" else {})


def _source(part: Media, pen: Pen, path: str) -> Tree | None:
    if part.form == "file" and not pen.native:
        pen.losses.content(path, "a file's id is known only to the provider that holds it")
        return None
    pdf = part.media_type == "application/pdf"
    if part.form == "base64" and part.kind == "document" and not pdf and not pen.native:
        return _plain(part, pen, path)
    typed = part.media_type if part.form in _TYPED or pen.native else None
    return {"type": part.form, **told(media_type=typed), _SOURCES[part.form]: part.value}


def _plain(part: Media, pen: Pen, path: str) -> Tree | None:
    """A document that is no PDF must be plain text."""
    if (part.media_type or "").startswith("text/"):
        try:
            text = base64.b64decode(part.value, validate=True).decode()
        except ValueError:  # no base64, or no UTF-8
            text = None
        if text is not None:
            return {"type": "text", "media_type": "text/plain", "data": text}
    pen.losses.content(path, f"messages takes documents as PDF or text, not {part.media_type}")
    return None
