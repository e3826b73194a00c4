"""Requests with words, pictures and documents, as gemini tells them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.wire.conversations.bodies import (
    HELLO,
    PDF,
    chat,
    messages,
    says,
    text,
)
from tests.wire.conversations.bodies import (
    user as chat_user,
)
from tests.wire.conversations.gemini.bodies import (
    PNG,
    POEM,
    SHOWN,
    Q,
    all_of,
    asks,
    comes,
    like_messages,
    loses,
    model,
    picture,
    system,
    tells,
    user,
)
from tests.wire.conversations.responses_asked import Q as RESPONSES_Q
from tests.wire.conversations.responses_asked import asks as responses
from tests.wire.conversations.responses_asked import comes as from_gemini
from tests.wire.conversations.responses_asked import message
from tests.wire.conversations.told import Arrival, Told

IN_VERSE = (Q, model("In the Black Sea."), user("Now answer in verse."), user("And the Rhine?"))
SEA_SAID = says("In the Black Sea.")
VERSE = (HELLO, SEA_SAID, chat_user("Now answer in verse."), chat_user("And the Rhine?"))
POEM_TEXT = asks(user("poem\n\nRoses are red.", "Which colour?"))
POEM_BLOCK = {
    "type": "document",
    "title": "poem",
    "source": {"type": "text", "media_type": "text/plain", "data": "Roses are red."},
}

WORDS: Mapping[str, Told] = {
    "one question": tells(Q),
    "a system prompt in front": tells(Q, systemInstruction=system("Be brief.")),
    "a system prompt in the middle": tells(
        *IN_VERSE,
        to={
            "chat": Arrival(body=chat(*VERSE)),
            "messages": Arrival(body=messages(*VERSE)),
            "responses": from_gemini(
                responses(
                    RESPONSES_Q,
                    message("assistant", "In the Black Sea."),
                    message("user", "Now answer in verse."),
                    message("user", "And the Rhine?"),
                )
            ),
        },
        of=all_of(comes(asks(*IN_VERSE), "turns.2.role")),
    ),
    "two system prompts in front": tells(
        Q,
        systemInstruction=system("Be brief.", "Be kind."),
        to=like_messages("two system prompts in front"),
    ),
    "a developer's prompt is a system prompt": tells(
        Q,
        systemInstruction=system("Be brief."),
        to=like_messages("a developer's prompt is a system prompt"),
    ),
    "many turns, and letters of all kinds": tells(
        user("Grüß Gott 👋"), model("こんにちは"), user('a "quoted"\n\tline'), model("\\n is no line"), user("ok")
    ),
    "several texts in a turn": tells(user("First.", "Second.")),
    "an answer begun for the model": tells(Q, model("In the")),
    "a speaker with a name": tells(
        user("Hi."),
        to={"chat": Arrival(body=chat(chat_user("Hi.")))},
        of={"chat": comes(asks(user("Hi.")), "turns.0.name")},
    ),
    "a picture by its bytes": tells(user("What is it?", PNG)),
    "a picture by its address, looked at closely": tells(
        SHOWN,
        to=like_messages("a picture by its address, looked at closely"),
        of=dict.fromkeys(("chat", "responses"), comes(asks(SHOWN), "turns.0.parts.0.detail")),
    ),
    "a document": tells(user(picture("application/pdf", PDF, displayName="deed.pdf"), "Who signed?")),
    "a document of plain text, cited from": tells(
        POEM,
        to={
            "chat": Arrival(lost=["turns.0.parts.0"]),
            "messages": Arrival(body=messages(chat_user([POEM_BLOCK, text("Which colour?")]))),
            **loses("a document of plain text, cited from", "turns.0.parts.0"),
        },
        of={
            "chat": comes(POEM_TEXT),
            "responses": comes(POEM_TEXT),
            "messages": comes(asks(POEM), "turns.0.parts.0.citations"),
        },
    ),
}
