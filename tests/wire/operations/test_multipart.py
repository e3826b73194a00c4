"""Forms: the model is found and replaced, every other byte is kept, and what could be read in two ways is refused."""

from __future__ import annotations

import email.parser
import email.policy
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfopen.errors import BadBody
from halfopen.wire.operations.multipart import MOST_HEADERS, boundary_of, read

TYPE = b"multipart/form-data; boundary=xYz"


def field(name: str, value: bytes, more: str = "") -> bytes:
    return f'Content-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value


def form(*parts: bytes, boundary: bytes = b"xYz") -> bytes:
    return b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"


def sound(value: bytes) -> bytes:
    return field("file", value, '; filename="a.mp3"\r\nContent-Type: audio/mpeg')


MODEL = field("model", b"whisper-1")
NASTY = b'\r\n--xY\r\n--\r\nContent-Disposition: form-data; name="model"\r\n\r\nother\r\n\0\xff\r\n-\r\n'


def test_the_model_is_replaced_and_every_other_byte_is_kept() -> None:
    data = (
        b"preamble\r\n" + form(field("prompt", b"model"), MODEL, sound(NASTY), field("stream", b"TRUE")) + b"epilogue"
    )
    found = read(data, TYPE)
    assert {name: msgspec.json.decode(value) for name, value in found.items()} == {
        "prompt": "model",
        "model": "whisper-1",
        "stream": True,
    }
    assert found.files == {"file"}
    assert found.written("model", "gr\u00fcn/large-v3") == data.replace(b"whisper-1", "gr\u00fcn/large-v3".encode())
    assert found.written("model", "whisper-1") == data


@given(content=st.binary(max_size=300), before=st.booleans())
def test_a_file_may_hold_anything_but_the_boundary(content: bytes, before: bool) -> None:
    parts = [sound(content), MODEL] if before else [MODEL, sound(content)]
    data = form(*parts)
    if b"--xYz" in content:
        with pytest.raises(BadBody):
            read(data, TYPE)
        return
    assert read(data, TYPE).written("model", "m") == data.replace(MODEL, field("model", b"m"))


@given(content=st.lists(st.sampled_from([b"\r", b"\n", b"-", b"--", b"x", b"xYz", b":", b" "]), max_size=12))
def test_what_nearly_is_a_boundary_is_none(content: list[bytes]) -> None:
    middle = b"".join(content)
    data = form(MODEL, sound(middle))
    if b"--xYz" in middle:
        with pytest.raises(BadBody):
            read(data, TYPE)
    else:
        part = read(data, TYPE).parts["file"]
        assert data[part.start : part.end] == middle


HEADS = {
    "a name without quotes": b"Content-Disposition: form-data; name=model",
    "small letters": b'content-disposition: FORM-DATA; NAME="model"',
    "blanks where they may be": b'Content-Disposition:form-data ;  name="model" ',
    "a type beside it": b'Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name="model"',
    "an encoding that is none": b'Content-Disposition: form-data; name="model"\r\nContent-Transfer-Encoding: 8bit',
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_field_is_found_however_its_headers_are_written(head: bytes) -> None:
    data = form(sound(b"x"), head + b"\r\n\r\nwhisper-1")
    assert read(data, TYPE).written("model", "m") == data.replace(b"whisper-1", b"m")


TYPES = {
    "plain": (b"multipart/form-data; boundary=xYz", b"xYz"),
    "quoted, with a blank and a colon": (b'multipart/form-data; boundary="a b:c=d"', b"a b:c=d"),
    "another parameter, other letters": (b"Multipart/Form-Data;charset=utf-8;BOUNDARY=----Web'Kit_1", b"----Web'Kit_1"),
    "as long as it may be": (b"multipart/form-data; boundary=" + b"a" * 70, b"a" * 70),
}


@pytest.mark.parametrize(("content_type", "boundary"), TYPES.values(), ids=TYPES)
def test_boundaries(content_type: bytes, boundary: bytes) -> None:
    assert boundary_of(content_type) == boundary
    data = form(MODEL, sound(NASTY), boundary=boundary)
    assert read(data, content_type).written("model", "m") == data.replace(b"whisper-1", b"m")


@pytest.mark.parametrize(
    "content_type",
    [
        b"",
        b"application/json",
        b"multipart/mixed; boundary=xYz",
        b"multipart/form-data",
        b"multipart/form-data; boundary=",
        b'multipart/form-data; boundary=""',
        b"multipart/form-data; boundary=xYz; boundary=other",
        b"multipart/form-data; boundary=" + b"a" * 71,
        b'multipart/form-data; boundary="a\\"b"',
        b'multipart/form-data; boundary="a ',
        b"multipart/form-data; boundary=a\xff",
    ],
)
def test_a_content_type_without_a_boundary_is_refused(content_type: bytes) -> None:
    with pytest.raises(BadBody):
        read(form(MODEL), content_type)


REFUSED = {
    "two models": (form(MODEL, sound(b"x"), field("model", b"other")), "`model` is given twice"),
    "two streams": (form(MODEL, field("stream", b"true"), field("stream", b"false")), "`stream` is given twice"),
    "a model and a file of that name": (form(MODEL, field("model", b"x", '; filename="m"')), "given twice"),
    "a model that is a file": (form(field("model", b"x", '; filename="m"')), "not plain text"),
    "a model that is encoded": (form(field("model", b"eA==", "\r\nContent-Transfer-Encoding: base64")), "plain text"),
    "a model in no known letters": (form(field("model", b"\xff\xfe")), "UTF-8"),
    "a stream that is a word": (form(MODEL, field("stream", b"perhaps")), "must be true or false"),
    "a name with an escape": (form(field('mo\\"del', b"x")), "backslash"),
    "a name in another coding": (form(b"Content-Disposition: form-data; name*=utf-8''model\r\n\r\nx"), "no name"),
    "two names": (form(b'Content-Disposition: form-data; name="a"; name="model"\r\n\r\nx'), "no name"),
    "no name": (form(b"Content-Disposition: form-data\r\n\r\nx"), "no name"),
    "a name that is no text": (form(b'Content-Disposition: form-data; name="\xff"\r\n\r\nx'), "no name"),
    "no disposition": (form(b"Content-Type: text/plain\r\n\r\nx"), "Content-Disposition"),
    "two dispositions": (
        form(b'Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="model"\r\n\r\nx'),
        "Content-Disposition",
    ),
    "a header on two lines": (
        form(b'Content-Disposition: form-data;\r\n name="model"\r\n\r\nx'),
        "Content-Disposition",
    ),
    "no headers": (form(b"\r\nx"), "Content-Disposition"),
    "headers without an end": (form(b'Content-Disposition: form-data; name="model"'), "cut off"),
    "headers that are too long": (form(b"X: " + b"a" * MOST_HEADERS + b"\r\n" + MODEL), "cut off"),
    "parameters that are none": (form(b'Content-Disposition: form-data; name="a"b\r\n\r\nx'), "parameters"),
    "line feeds alone": (form(MODEL).replace(b"\r\n", b"\n"), "boundary|cut off"),
    "a line feed before a boundary": (form(field("a", b"1\n--xYz\n" + MODEL), MODEL), "boundary"),
    "something behind a boundary": (form(MODEL).replace(b"--xYz\r\n", b"--xYz;\r\n", 1), "cut off"),
    "no end": (form(MODEL).removesuffix(b"--xYz--\r\n"), "cut off"),
    "a part behind the end": (form(MODEL) + form(MODEL), "boundary"),
    "another boundary": (form(MODEL, boundary=b"other"), "boundary"),
    "nothing": (b"", "no part"),
    "more parts than anybody sends": (form(MODEL, *[field("a", b"")] * 1000), "1,000 parts"),
}


@pytest.mark.parametrize(("data", "said"), REFUSED.values(), ids=REFUSED)
def test_what_could_be_read_in_two_ways_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(BadBody, match=said):
        read(data, TYPE)


def test_every_beginning_of_a_form_is_refused_and_none_breaks_the_reader() -> None:
    whole = form(MODEL, sound(NASTY))
    for length in range(len(whole) - 4):
        with pytest.raises(BadBody):
            read(whole[:length], TYPE)
    assert bytes(read(whole[:-2], TYPE)["model"]) == b'"whisper-1"'


def test_a_field_that_decides_nothing_may_be_given_twice_and_hold_anything() -> None:
    data = form(MODEL, field("words[]", b"a"), field("words[]", b"b"), field("prompt", b"\xff"), field("empty", b""))
    found = read(data, TYPE)
    assert set(found) == {"model", "words[]", "empty"}
    assert found.written("model", "whisper-1") == data


def test_another_parser_finds_the_new_model_and_the_same_file() -> None:
    written = read(form(sound(b"\0\1\r\n"), MODEL), TYPE).written("model", "large-v3")
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    parts = list(parser.parsebytes(b"Content-Type: " + TYPE + b"\r\n\r\n" + written).iter_parts())
    assert [re.sub("[^a-z]", "", str(part.get_param("name", header="content-disposition"))) for part in parts] == [
        "file",
        "model",
    ]
    assert parts[1].get_payload(decode=True) == b"large-v3"
