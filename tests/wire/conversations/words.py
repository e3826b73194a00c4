"""Requests with words, pictures and documents, told in two dialects."""

from __future__ import annotations

from tests.wire.conversations.bodies import HELLO, PDF, PIXEL, chat, messages, says, system, text, user
from tests.wire.conversations.told import Pair

PLAIN = [
    Pair(name="one question", chat=chat(HELLO), messages=messages(HELLO)),
    Pair(
        name="a system prompt in front",
        chat=chat(system("Be brief."), HELLO),
        messages=messages(HELLO, system="Be brief."),
    ),
    Pair(
        name="a system prompt in the middle",
        chat=chat(HELLO, says("In the Black Sea."), system("Now answer in verse."), user("And the Rhine?")),
        messages=messages(HELLO, says("In the Black Sea."), system("Now answer in verse."), user("And the Rhine?")),
    ),
    Pair(
        name="two system prompts in front",
        chat=chat(system("Be brief."), system("Be kind."), HELLO),
        messages=messages(HELLO, system=[text("Be brief."), text("Be kind.")]),
        to_chat=chat(system([text("Be brief."), text("Be kind.")]), HELLO),
    ),
    Pair(
        name="a developer's prompt is a system prompt",
        chat=chat({"role": "developer", "content": "Be brief."}, HELLO),
        messages=messages(HELLO, system="Be brief."),
        to_chat=chat(system("Be brief."), HELLO),
    ),
    Pair(
        name="many turns, and letters of all kinds",
        chat=chat(
            user("Grüß Gott 👋"), says("こんにちは"), user('a "quoted"\n\tline'), says("\\n is no line"), user("ok")
        ),
        messages=messages(
            user("Grüß Gott 👋"), says("こんにちは"), user('a "quoted"\n\tline'), says("\\n is no line"), user("ok")
        ),
    ),
    Pair(
        name="several texts in a turn",
        chat=chat(user([text("First."), text("Second.")])),
        messages=messages(user([text("First."), text("Second.")])),
    ),
    Pair(
        name="an answer begun for the model",
        chat=chat(HELLO, says("In the")),
        messages=messages(HELLO, says("In the")),
    ),
    Pair(
        name="a speaker with a name",
        chat=chat(user("Hi.") | {"name": "ada"}),
        messages=messages(user("Hi.")),
        to_chat=chat(user("Hi.")),
        lost_to_messages=["turns.0.name"],
    ),
]

MEDIA = [
    Pair(
        name="a picture by its bytes",
        chat=chat(
            user([text("What is it?"), {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}])
        ),
        messages=messages(
            user(
                [
                    text("What is it?"),
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}},
                ]
            )
        ),
    ),
    Pair(
        name="a picture by its address, looked at closely",
        chat=chat(user([{"type": "image_url", "image_url": {"url": "https://x.example/a.png", "detail": "high"}}])),
        messages=messages(user([{"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}}])),
        to_chat=chat(user([{"type": "image_url", "image_url": {"url": "https://x.example/a.png"}}])),
        lost_to_messages=["turns.0.parts.0.detail"],
    ),
    Pair(
        name="a document",
        chat=chat(
            user(
                [
                    {
                        "type": "file",
                        "file": {"filename": "deed.pdf", "file_data": f"data:application/pdf;base64,{PDF}"},
                    },
                    text("Who signed?"),
                ]
            )
        ),
        messages=messages(
            user(
                [
                    {
                        "type": "document",
                        "title": "deed.pdf",
                        "source": {"type": "base64", "media_type": "application/pdf", "data": PDF},
                    },
                    text("Who signed?"),
                ]
            )
        ),
    ),
    Pair(
        name="a document of plain text, cited from",
        chat=chat(user([text("poem\n\nRoses are red."), text("Which colour?")])),
        messages=messages(
            user(
                [
                    {
                        "type": "document",
                        "title": "poem",
                        "citations": {"enabled": True},
                        "source": {"type": "text", "media_type": "text/plain", "data": "Roses are red."},
                    },
                    text("Which colour?"),
                ]
            )
        ),
        to_messages=messages(user([text("poem\n\nRoses are red."), text("Which colour?")])),
        lost_to_chat=["turns.0.parts.0", "turns.0.parts.0.citations"],
    ),
]
