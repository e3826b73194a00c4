"""Labels that a caller may give a request, by header or in its body: the lane, the zone, the task."""

from __future__ import annotations

from collections.abc import Mapping

from halfopen.errors import BadBody

LABELS = ("lane", "zone", "task")  # by header `x-halfopen-lane`, or in the body's `metadata.halfopen_lane`
LABEL_HEADERS = tuple(f"x-halfopen-{label}".encode() for label in LABELS)


def with_headers(
    labels: dict[str, str], headers: Mapping[bytes, bytes], inside: str = "metadata.halfopen_"
) -> dict[str, str]:
    """The body's labels, which stand in it under `inside`, with those of the headers.

    Raises BadBody for one that is unknown, or said in two ways.
    """
    unknown = [label for label in labels if label not in LABELS]
    if unknown:
        known = ", halfopen_".join(LABELS)
        raise BadBody(f"There is no label `halfopen_{unknown[0][:60]}`; the labels are halfopen_{known}.")
    given = {name: value for name, value in headers.items() if name.startswith(b"x-halfopen-")}
    for header, value in given.items():
        if header not in LABEL_HEADERS:
            known = ", ".join(name.decode() for name in LABEL_HEADERS)
            raise BadBody(f"There is no header `{header.decode('latin-1')[:60]}`; the labels are {known}.")
        name, said = header.decode(), value.strip(b" \t").decode("latin-1")
        if not said:
            raise BadBody(f"`{name}` is empty. Leave it out, or say what it should be.")
        label = name.removeprefix("x-halfopen-")
        if labels.setdefault(label, said) != said:
            raise BadBody(
                f"`x-halfopen-{label}` says `{said[:60]}` and `{inside}{label}` says "
                f"`{labels[label][:60]}`. Send one of them: neither may overrule the other."
            )
    return labels
