"""The decision record as one HTML file: its page, with pictures and without anything that is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from markdown_it import MarkdownIt

STYLE = """
:root{color-scheme:light}
body{font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;color:#1c1c1c;background:#fff;max-width:62rem;
margin:2.5rem auto;padding:0 1.5rem}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 1rem}
h1+p{font-size:1.25rem;line-height:1.45;border-left:4px solid #0072b2;padding-left:1rem;margin:0 0 1.5rem}
h2{font-size:1.2rem;margin:2.6rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid #ddd}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.92rem}
th{font-weight:600;text-align:left;color:#555;border-bottom:2px solid #ccc}
th,td{padding:.38rem .6rem;vertical-align:top}
td{border-bottom:1px solid #eee;overflow-wrap:break-word}
td:first-child{font-weight:600}
[style*="right"]{white-space:nowrap;font-variant-numeric:tabular-nums}
pre{background:#f5f6f8;padding:1rem;overflow:auto;font-size:.85rem;border-radius:4px}
code{font-size:.92em}
figure{margin:1.2rem 0}
figure svg{width:100%;height:auto}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}figure,tr{break-inside:avoid}}
"""


def html(page: str, drawn: Mapping[str, str]) -> str:
    """`page` in Markdown; `drawn` are SVG pictures by the heading under which they stand, the first under none."""
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(page)
    first, *rest = body.split("<h2>")
    title = page.partition("\n")[0].removeprefix("# ")
    parts = [first + _figure(drawn.get("", "")), *(_section(each, drawn) for each in rest)]
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{'<h2>'.join(parts)}</body>\n</html>\n"
    )


def _section(text: str, drawn: Mapping[str, str]) -> str:
    """What stands under a heading, with its picture after the heading."""
    heading, end, rest = text.partition("</h2>")
    picture = next((svg for name, svg in drawn.items() if name and escape(name) == heading), "")
    return heading + end + _figure(picture) + rest


def _figure(svg: str) -> str:
    return f"\n<figure>\n{svg}\n</figure>\n" if svg else ""
