"""What a request of an operation must have, and what is rewritten of it before it leaves: the model, and our labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import quote

import msgspec

from halfopen.errors import BadBody
from halfopen.wire import body as bodies
from halfopen.wire.body import Body, count, flag, raw, shown, table, text, without_labels, write
from halfopen.wire.faults import UNREADABLE
from halfopen.wire.fields import is_null
from halfopen.wire.gemini.request import without_labels as without_labels_of_google
from halfopen.wire.operations import multipart
from halfopen.wire.quirks import depart

_list = msgspec.json.Decoder(list[msgspec.Raw])
_bodies = msgspec.json.Decoder(list[Body])
COMPLETED = 16  # tokens that /v1/completions generates where nobody says how many
SOUND = ("file", "url", "file_url", "file_id")  # where what is to be heard stands, or where it is


def read_json(data: bytes, content_type: bytes) -> Body:
    """Raises BadBody. The content type is the door's to judge."""
    return bodies.read(data)


def read_form(data: bytes, content_type: bytes) -> Body:
    """Raises BadBody for what is no `multipart/form-data` with that content type."""
    return multipart.read(data, content_type)


def needs(*fields: str) -> Callable[[Body], None]:
    """A check that one of the fields is there. It raises BadBody."""

    def check(body: Body) -> None:
        if not any(field in body and not is_null(body[field]) for field in fields):
            raise BadBody(f"`{'` or `'.join(fields)}` is missing.")

    return check


def each_of(*checks: Callable[[Body], None]) -> Callable[[Body], None]:
    def check(body: Body) -> None:
        for one in checks:
            one(body)

    return check


def options(body: Body) -> None:
    """Raises BadBody for `stream_options` that are no object."""
    table(body, "stream_options")


def sound(body: Body) -> None:
    """Raises BadBody for a form without a recording."""
    files = body.files if isinstance(body, multipart.Form) else frozenset[str]()
    if not any(name in files or name in body for name in SOUND):
        raise BadBody("`file` is missing. Send the recording as a file of that name.")


def prepare(body: Body, model: str, quirks: Iterable[str]) -> bytes:
    """The body for the provider. Its argument is left as it was; of a form only the model's name is replaced."""
    if isinstance(body, multipart.Form):
        return body.written("model", model)
    out = dict(body)
    if "model" in out:
        out["model"] = raw(model)
    without_labels(out)
    depart(out, quirks)
    return write(out)


def prepare_named(body: Body, model: str, quirks: Iterable[str]) -> bytes:
    """The same where Google's path says the model: in the body it is a resource's name, at every depth."""
    named = raw(model if "/" in model else f"models/{model}")
    out = dict(body)
    if "model" in out:
        out["model"] = named
    if "generateContentRequest" in out:
        out["generateContentRequest"] = raw({**table(out, "generateContentRequest"), "model": named})
    if "requests" in out:
        out["requests"] = raw([{**each, "model": named} for each in _requests(out)])
    without_labels_of_google(out)
    return write(out)


def _requests(body: Body) -> list[Body]:
    try:
        return _bodies.decode(body["requests"])
    except UNREADABLE:
        raise BadBody(f"`requests` is {shown(body['requests'])}; it must be a list of objects.") from None


def as_it_is(path: str, model: str, stream: bool) -> str:
    """A provider's path where the body names the model."""
    return path


def with_model(method: str, path: str, model: str, stream: bool) -> str:
    """Google's, where the path does; `models/`, `tunedModels/` and the like may already stand in the name."""
    collection = "" if "/" in model else "models/"
    return f"{path}/{collection}{quote(model, safe='/@')}:{method}"


def streams(body: Body) -> bool:
    return flag(body, "stream")


def never(body: Body) -> bool:
    return False


def speaks_events(body: Body) -> bool:
    """Speech comes as it is unless events are asked for. Raises BadBody."""
    return text(body, "stream_format") == "sse"


def completed(body: Body) -> int | None:
    """How many tokens may be generated at most, for all prompts and choices together; None if nothing says so."""
    most = count(body, "max_tokens")
    if not most:
        return None  # OpenAI's default is 16, others go on to the end of the context
    return most * _prompts(body) * max(count(body, "n") or 1, count(body, "best_of") or 1)


def _prompts(body: Body) -> int:
    """A list of strings or of lists is so many prompts; one of numbers is a single prompt, by its tokens."""
    try:
        found = _list.decode(body["prompt"]) if "prompt" in body else []
    except UNREADABLE:
        return 1
    return len(found) if found and bytes(memoryview(found[0])[:1]) in (b'"', b"[") else 1


def ends(body: Body, most: int) -> Body:
    """A body whose prompts and choices together generate so many tokens at most."""
    many = _prompts(body) * max(count(body, "n") or 1, count(body, "best_of") or 1)
    return {**body, "max_tokens": raw(max(1, most // many))}


def unchanged(body: Body, most: int) -> Body:
    """The body unchanged."""
    return body


def nothing(body: Body) -> int:
    return 0


def unknown(body: Body) -> None:
    return None
