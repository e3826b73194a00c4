"""The calls that are no conversation, a row each: where they are found, what they must have, what they are priced by.

| operation | priced by | unpriced where |
|---|---|---|
| embeddings | tokens of input | the provider counts none |
| completions | tokens, as chat | it counts none |
| rerank | search units (Cohere), tokens (Jina, Voyage, vLLM) | it tells neither |
| images | tokens of text and of picture | it sells by the picture, or was sent pictures |
| transcription | tokens of audio and of text | it sells by the minute |
| speech | tokens of text and of audio, told in a stream of events | the answer is audio, or it sells by the character |
| moderation | tokens of input | the provider counts none |
| count | nothing: it is free | |
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import unquote

from halfopen.wire import faults
from halfopen.wire.chat import answer as chat_answer
from halfopen.wire.chat import request as chat_request
from halfopen.wire.chat.stream import ChatStream
from halfopen.wire.gemini import faults as gemini_faults
from halfopen.wire.gemini import request as gemini_request
from halfopen.wire.messages import request as messages_request
from halfopen.wire.operations import answered, asked
from halfopen.wire.operations.row import Operation
from halfopen.wire.operations.streamed import TypedStream

FORM_HEADERS = chat_request.HEADERS | {b"content-type"}  # which names the boundary

EMBEDDINGS = Operation(
    name="embeddings",
    operation="embeddings",
    paths=("/v1/embeddings",),
    priced_by="input",
    check=asked.needs("input"),
    told=answered.plainly(answered.embeddings),
    estimated=True,
)
COMPLETIONS = Operation(
    name="completions",
    operation="chat",
    paths=("/v1/completions",),
    priced_by="input, output",
    check=asked.each_of(asked.needs("prompt", "prompt_embeds"), asked.options),
    told=chat_answer.told,
    estimated=True,
    streams=asked.streams,
    stream=ChatStream,
    usage_asked=chat_request.usage_asked,
    limit=asked.completed,
    limited=asked.ends,
    prepare=chat_request.prepare,
)
RERANK = Operation(
    name="rerank",
    operation="rerank",
    paths=("/v1/rerank", "/v2/rerank"),
    priced_by="request, or input",
    check=asked.each_of(asked.needs("query"), asked.needs("documents")),
    told=answered.plainly(answered.rerank),
)
IMAGES = Operation(
    name="images",
    operation="images",
    paths=("/v1/images/generations",),
    priced_by="input, output, output_image",
    check=asked.needs("prompt"),
    told=answered.plainly(answered.images),
    streams=asked.streams,
    stream=partial(TypedStream, "image_generation.completed", answered.painted),
    limit=asked.unknown,
)
TRANSCRIPTION = Operation(
    name="transcription",
    operation="transcription",
    paths=("/v1/audio/transcriptions",),
    priced_by="input, input_audio, output",
    takes="form",
    check=asked.sound,
    told=answered.plainly(answered.transcription),
    read=asked.read_form,
    streams=asked.streams,
    stream=partial(TypedStream, "transcript.text.done", answered.heard),
    limit=asked.unknown,
    headers=FORM_HEADERS,
)
SPEECH = Operation(
    name="speech",
    operation="speech",
    paths=("/v1/audio/speech",),
    priced_by="input, output_audio",
    gives="bytes",
    check=asked.needs("input"),
    told=answered.plainly(answered.speech),
    streams=asked.speaks_events,
    stream=partial(TypedStream, "speech.audio.done", answered.spoken),
    limit=asked.unknown,
)
MODERATION = Operation(
    name="moderation",
    operation="moderation",
    paths=("/v1/moderations",),
    priced_by="input",
    check=asked.needs("input"),
    told=answered.plainly(answered.moderation),
)
COUNT_MESSAGES = Operation(
    name="count_messages",
    operation="count",
    paths=("/v1/messages/count_tokens",),
    priced_by="nothing",
    check=messages_request.check,
    told=answered.plainly(answered.counted),
    prepare=messages_request.prepare,
    headers=messages_request.HEADERS,
    id_header=b"request-id",
    error=faults.messages_error,
    is_error=faults.is_messages_error,
    sends={b"anthropic-version": b"2023-06-01"},
)
_google = partial(
    Operation,
    model_in="path",
    prepare=asked.prepare_named,
    labels=gemini_request.labels,
    without_labels=gemini_request.without_labels,
    headers=gemini_request.HEADERS,
    error=gemini_faults.gemini_error,
    is_error=gemini_faults.is_gemini_error,
)
COUNT_GEMINI = _google(
    name="count_gemini",
    operation="count",
    paths=("countTokens",),
    target=partial(asked.with_model, "countTokens"),
    priced_by="nothing",
    check=asked.needs("contents", "generateContentRequest"),
    told=answered.plainly(answered.counted),
)
EMBED_GEMINI = _google(
    name="embed_gemini",
    operation="embeddings",
    paths=("embedContent",),
    target=partial(asked.with_model, "embedContent"),
    priced_by="input",
    check=asked.needs("content"),
    told=answered.plainly(answered.embedded),
    estimated=True,
)
EMBED_MANY_GEMINI = _google(
    name="embed_many_gemini",
    operation="embeddings",
    paths=("batchEmbedContents",),
    target=partial(asked.with_model, "batchEmbedContents"),
    priced_by="input",
    check=asked.needs("requests"),
    told=answered.plainly(answered.embedded),
    estimated=True,
)

OPERATIONS: Mapping[str, Operation] = {
    row.name: row
    for row in (
        EMBEDDINGS,
        COMPLETIONS,
        RERANK,
        IMAGES,
        TRANSCRIPTION,
        SPEECH,
        MODERATION,
        COUNT_MESSAGES,
        COUNT_GEMINI,
        EMBED_GEMINI,
        EMBED_MANY_GEMINI,
    )
}
BY_PATH: Mapping[str, Operation] = {
    path: row for row in OPERATIONS.values() if row.model_in == "body" for path in row.paths
}
BY_METHOD: Mapping[str, Operation] = {
    method: row for row in OPERATIONS.values() if row.model_in == "path" for method in row.paths
}


def called(path: str) -> tuple[Operation, str] | None:
    """The operation behind a path, and the model if the path names it ("" if the body does); None if there is none.

    `path` is as it was sent, percent-encoded, without its query.
    """
    if path in BY_PATH:
        return BY_PATH[path], ""
    start = next((each for each in gemini_request.PATHS if path.startswith(each)), "")
    named, _, method = path.removeprefix(start).rpartition(":")
    if not start or not unquote(named) or method not in BY_METHOD:
        return None
    return BY_METHOD[method], unquote(named)
