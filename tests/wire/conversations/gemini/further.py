"""What gemini makes of the conversations about what is rarely said, and what becomes of its own telling elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from tests.wire.conversations.bodies import ASK as ASKS
from tests.wire.conversations.bodies import CALLS as CHAT_CALLS
from tests.wire.conversations.bodies import HELLO, PIXEL, chat, messages, says, system, tool, user
from tests.wire.conversations.gemini.bodies import ASK, PNG, ULM, Q, all_of, asks, back, comes, held, model, tells
from tests.wire.conversations.gemini.bodies import system as instruction
from tests.wire.conversations.gemini.bodies import user as content
from tests.wire.conversations.gemini.replies import URL, USAGE, answers, grounding, segment, thought
from tests.wire.conversations.gemini.replies import tells as tells_answer
from tests.wire.conversations.replies import SEA, use
from tests.wire.conversations.replies import messages as message_answers
from tests.wire.conversations.replies import text as block
from tests.wire.conversations.responses_answered import RAIN, cites, summed
from tests.wire.conversations.responses_answered import answers as response
from tests.wire.conversations.responses_answered import says as response_says
from tests.wire.conversations.responses_asked import ASK as RESPONSES_ASK
from tests.wire.conversations.responses_asked import ULM as RESPONSES_ULM
from tests.wire.conversations.responses_asked import Q as RESPONSES_Q
from tests.wire.conversations.responses_asked import asks as responses
from tests.wire.conversations.responses_asked import comes as from_gemini
from tests.wire.conversations.responses_asked import message, picture, returned, words
from tests.wire.conversations.told import Arrival, Told
from tests.wire.sealed.envelopes import block as block_of
from tests.wire.sealed.envelopes import in_base64

THREE = (Q, model(SEA), content("In verse."), content("Why?"), content("Now."))
SAID = (HELLO, says(SEA), user("In verse."), user("Why?"), user("Now."))
FIRST = asks(Q, serviceTier="priority")
AT = "https://x.example/a.png"
SEALED = asks(ASK, model(ULM), content(back("c1", "weather", {"result": "dry"})))
TWO = (ASK, model(ULM), content(back("c1", "weather", {"result": "Two:"}, parts=[held(AT, "image/png"), PNG])))
MOVED = asks(
    ASK,
    model(ULM),
    content(back("c1", "weather", {"result": "Two:"})),
    content(held(AT, "image/png"), PNG),
)
PICTURES = [{"type": "image_url", "image_url": {"url": url}} for url in (AT, f"data:image/png;base64,{PIXEL}")]


def refused(path: str, *dialects: str) -> Told:
    """Gemini has no words for it."""
    return Told(body=None, of=dict.fromkeys(dialects, Arrival(refused=path)))


ASKED: Mapping[str, Told] = {
    "a document by its address": tells(
        content(held("https://x.example/deed.pdf", "application/pdf"), "Who signed?"),
        to={"chat": Arrival(refused="turns.0.parts.0")},
    ),
    "system prompts in three places": tells(
        *THREE,
        systemInstruction=instruction("Be brief."),
        to={
            "chat": Arrival(body=chat(system("Be brief."), *SAID)),
            "messages": Arrival(body=messages(*SAID, system="Be brief.")),
            "responses": from_gemini(
                responses(
                    RESPONSES_Q,
                    message("assistant", SEA),
                    *(message("user", each) for each in ("In verse.", "Why?", "Now.")),
                    instructions="Be brief.",
                )
            ),
        },
        of=all_of(comes(asks(*THREE, systemInstruction=instruction("Be brief.")), "turns.3.role", "turns.5.role")),
    ),
    "sealed reasoning goes home with its call": tells(
        ASK,
        model(ULM),
        content(back("c1", "weather", {"result": "dry"})),
        of={"responses": comes(SEALED, "turns.1.parts.0", "turns.1.parts.1")},
    ),
    "a search that the provider made, and what came of it": tells(
        Q,
        model(SEA),
        content("And then?"),
        to={
            "messages": Arrival(body=messages(HELLO, says(SEA), user("And then?"))),
            "responses": from_gemini(responses(RESPONSES_Q, message("assistant", SEA), message("user", "And then?"))),
        },
        of={
            name: comes(asks(Q, model(SEA), content("And then?")), "turns.1.parts.0", second)
            for name, second in (("messages", "turns.1.parts.1"), ("responses", "turns.1.parts.1.citations"))
        },
    ),
    "a custom tool, its call and its result": refused("turns.1.parts.0", "responses"),
    "a talk that its provider keeps": refused("previous_response_id", "responses"),
    "an item that its provider keeps": refused("turns.0.parts.0", "responses"),
    "a tier, a key for the cache, and notes": tells(
        Q,
        serviceTier="priority",
        labels={"run": "7"},
        to={
            "chat": Arrival(body=chat(HELLO, service_tier="priority"), lost=["labels"]),
            "messages": Arrival(body=messages(HELLO), lost=["service_tier", "labels"]),
            "responses": from_gemini(responses(RESPONSES_Q, service_tier="priority"), "labels"),
        },
        of={
            "messages": comes(asks(Q), "user"),
            **dict.fromkeys(
                ("chat", "responses"),
                comes(FIRST, "user", "prompt_cache_key", "safety_identifier", "metadata"),
            ),
        },
    ),
    "a result with two pictures": tells(
        *TWO,
        to={
            "chat": Arrival(
                body=chat(*ASKS, says(None, tool_calls=CHAT_CALLS[:1]), tool("c1", "Two:"), user(PICTURES)),
                lost=["turns.2.parts.0"],
            ),
            "responses": from_gemini(
                responses(
                    RESPONSES_ASK,
                    RESPONSES_ULM,
                    returned("c1", [words("Two:"), picture(AT), picture(f"data:image/png;base64,{PIXEL}")]),
                )
            ),
        },
        of={
            "chat": comes(MOVED, "turns.3.parts.0.detail"),
            "responses": comes(asks(*TWO), "turns.2.parts.0.parts.1.detail"),
        },
    ),
}

LOOK = "I look. " + SEA
KEPT = {"texts": ["I need ", "the sky."], "signature": "c2VhbGVk", "id": "rs_halfopen_a1_0"}

ANSWERED: Mapping[str, Told] = {
    "reasoning in several summaries, sealed, before a call": tells_answer(
        answers(thought("I need the sky."), ULM),
        to={
            "messages": Arrival(
                body=message_answers(
                    block_of("I need the sky.", "gemini"),
                    use("c1", "weather", {"town": "Ulm"}),
                    stop="tool_use",
                )
            ),
            "responses": Arrival(body=response(summed("I need the sky."), RAIN)),
        },
        of={
            "responses": Arrival(
                body=answers(thought("I need the sky.", thoughtSignature=in_base64("responses", **KEPT)), ULM)
            )
        },
    ),
    "words, a search, and words about what it found": Told(
        body=answers(LOOK, groundingMetadata=grounding(segment("Black Sea", 15, 24))),
        to={
            "messages": Arrival(
                body=message_answers(
                    block(
                        LOOK,
                        citations=[
                            {
                                "type": "web_search_result_location",
                                "url": URL,
                                "title": "Rivers",
                                "cited_text": "Black Sea",
                                "encrypted_index": "halfopen",
                            }
                        ],
                    )
                )
            ),
            "responses": Arrival(body=response(response_says(LOOK, cites(URL, "Rivers", 15, 24)))),
        },
        of={
            "messages": Arrival(body=answers(LOOK, groundingMetadata=grounding(segment(SEA, 8, 25)))),
            "responses": Arrival(
                body=answers(
                    LOOK, groundingMetadata=grounding(segment("Black Sea", 15, 24)) | {"webSearchQueries": ["D"]}
                )
            ),
        },
    ),
    "a file that is cited": Told(
        body=answers(SEA),
        to={"responses": Arrival(body=response(response_says(SEA)))},
        of={"responses": Arrival(lost=["citations"])},
    ),
    "a call of a custom tool": Told(
        body=None, of={"responses": Arrival(body=answers("I look.", usage=USAGE), lost=["parts"])}
    ),
}
