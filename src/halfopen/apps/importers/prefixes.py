"""LiteLLM's providers, by the prefix of a model, and which row of ours is meant; a row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefix:
    """`row` is a provider of ours, empty for any address that speaks as OpenAI does.

    `key_env` is where LiteLLM finds the key if none is named, and not where our row does. `own` are engines that a
    team runs itself. `routes` are parts of the model's name that LiteLLM keeps for itself.
    """

    row: str
    key_env: str = ""
    own: bool = False
    routes: tuple[str, ...] = ()


PREFIXES: Mapping[str, Prefix] = {
    "openai": Prefix("openai", routes=("responses", "chat")),
    "azure": Prefix("azure", "AZURE_API_KEY", routes=("responses", "o_series", "gpt5_series")),
    "azure_ai": Prefix("azure", "AZURE_AI_API_KEY"),
    "anthropic": Prefix("anthropic"),
    "bedrock": Prefix("aws", routes=("converse", "converse_like", "invoke", "openai", "llama", "deepseek_r1", "qwen3")),
    "bedrock_converse": Prefix("aws"),
    "vertex_ai": Prefix("vertex", routes=("openai", "gemini")),
    "vertex_ai_beta": Prefix("vertex", routes=("openai", "gemini")),
    "gemini": Prefix("google"),
    "groq": Prefix("groq"),
    "together_ai": Prefix("together"),
    "fireworks_ai": Prefix("fireworks"),
    "deepseek": Prefix("deepseek"),
    "mistral": Prefix("mistral"),
    "cohere": Prefix("cohere"),
    "cohere_chat": Prefix("cohere"),
    "xai": Prefix("xai"),
    "openrouter": Prefix("openrouter"),
    "huggingface": Prefix("huggingface", "HUGGINGFACE_API_KEY"),
    "perplexity": Prefix("perplexity"),
    "cerebras": Prefix("cerebras"),
    "nebius": Prefix("nebius"),
    "ovhcloud": Prefix("ovhcloud"),
    "scaleway": Prefix("scaleway"),
    "deepinfra": Prefix("deepinfra"),
    "novita": Prefix("novita"),
    "moonshot": Prefix("moonshot"),
    "zai": Prefix("zai"),
    "zhipu": Prefix("zai"),
    "minimax": Prefix("minimax"),
    "dashscope": Prefix("alibaba"),
    "alibaba": Prefix("alibaba"),
    "ollama": Prefix("ollama", own=True),
    "ollama_chat": Prefix("ollama", own=True),
    "hosted_vllm": Prefix("vllm", own=True),
    "vllm": Prefix("vllm", own=True),
    "llamafile": Prefix("llamacpp", own=True),
    "sglang": Prefix("sglang", own=True),
    "lm_studio": Prefix("", own=True),
    "xinference": Prefix("", own=True),
    "docker_model_runner": Prefix("", own=True),
    "custom_openai": Prefix(""),
    "openai_like": Prefix(""),
    "litellm_proxy": Prefix(""),
}
# How a model without a prefix begins whose provider LiteLLM knows all the same.
BEGINNINGS: Mapping[str, str] = {
    "gpt-": "openai",
    "chatgpt-": "openai",
    "o1": "openai",
    "o3": "openai",
    "o4": "openai",
    "claude-": "anthropic",
    "gemini-": "vertex_ai",
    "command-": "cohere",
}
# What an offer can be asked for, by `mode`, which a word in the model's name tells if nobody does.
OPERATIONS: Mapping[str, str] = {
    "": "chat",
    "chat": "chat",
    "completion": "chat",
    "responses": "chat",
    "embedding": "embeddings",
    "rerank": "rerank",
    "image_generation": "images",
    "audio_transcription": "transcription",
    "audio_speech": "speech",
    "moderation": "moderation",
}
WORDLESS: Mapping[str, str] = {
    "embed": "embedding",
    "whisper": "audio_transcription",
    "transcribe": "audio_transcription",
    "tts": "audio_speech",
    "dall-e": "image_generation",
    "gpt-image": "image_generation",
    "rerank": "rerank",
    "moderation": "moderation",
}


def taken_apart(model: str, said: str) -> tuple[str, str]:
    """The prefix and the rest; `said` is `custom_llm_provider`. The prefix is empty if nobody can tell it."""
    first, slash, rest = model.partition("/")
    if said:
        return said, rest if slash and first == said else model
    if slash:
        return first, rest
    return next((prefix for begins, prefix in BEGINNINGS.items() if model.startswith(begins)), ""), model


def without_routes(model: str, prefix: Prefix) -> str:
    """The model without the parts that only tell LiteLLM how to call it."""
    first, slash, rest = model.partition("/")
    return without_routes(rest, prefix) if slash and first in prefix.routes else model
