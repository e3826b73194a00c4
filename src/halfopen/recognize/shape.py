"""What kind of conversation it is, by its parts and not by its words; and which media stand in it."""

from __future__ import annotations

from halfopen.conversation.outline import Outline

# In this order: the first that is so, says what it is.
SHAPES = ("agent", "tools", "extraction", "vision", "hearing", "reading", "chat", "single", "empty")
MEDIA = ("none", "image", "audio", "video", "document", "several")


def shape(outline: Outline) -> str:
    """One of `SHAPES`.

    `agent`: tools are at work; `tools`: there are some, and none was called yet; `extraction`: one question for JSON;
    `vision`, `hearing`, `reading`: pictures or films, sound, documents; `chat`: there was an answer before; `single`:
    one question; `empty`: nobody asks anything.
    """
    if outline.results or outline.called:
        return "agent"
    if outline.tools:
        return "tools"
    if outline.schema and outline.turns <= 1:
        return "extraction"
    kinds = {shown.kind for shown in outline.media}
    for kind, name in (("image", "vision"), ("video", "vision"), ("audio", "hearing"), ("document", "reading")):
        if kind in kinds:
            return name
    if outline.turns > 1 and any(said.role == "assistant" for said in outline.texts):
        return "chat"
    return "single" if outline.texts else "empty"


def media(outline: Outline) -> str:
    """The kind of what is shown or heard, `several` or `none`."""
    kinds = {shown.kind for shown in outline.media}
    return "several" if len(kinds) > 1 else next(iter(kinds), "none")
