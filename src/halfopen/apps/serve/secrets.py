"""Keys in a URL, where logs and histories would keep them: known by the name of their field or by their shape."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

# The words of a field's name: `openaiApiKey` has `openai`, `Api` and `Key`. One of them must be a secret's, whole, so
# that `max_tokens` and `monkey` are none.
_words = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_secret = re.compile(
    rb"(?!(?:mon|tur|don|hoc|joc|whis)keys?\Z)[a-z]*keys?|[a-z]*secrets?|[a-z]*token|credentials?|bearer"
    rb"|[a-z]*passw(?:or)?ds?|pass(?:phrase|code)|pwd|(?!authors?\Z)o?auth[a-z]*",
    re.IGNORECASE,
)
# How the keys of well-known services begin, and what follows is long enough to be none of our words.
SHAPES = (
    rb"sk[-_][\w-]{16,}",  # OpenAI, Anthropic (sk-ant-), OpenRouter (sk-or-), DeepSeek, Stripe
    rb"AIza[\w-]{30,}",  # Google
    rb"gsk_\w{16,}",  # Groq
    rb"xai-\w{16,}",
    rb"hf_\w{16,}",  # Hugging Face
    rb"pplx-\w{16,}",  # Perplexity
    rb"nvapi-[\w-]{16,}",  # NVIDIA
    rb"r8_\w{16,}",  # Replicate
    rb"gh[opsu]_\w{16,}",  # GitHub
    rb"A[KS]IA[A-Z0-9]{16}",  # AWS
    rb"Bearer\s+\S{8,}",
)
_shaped = re.compile(rb"(?<![A-Za-z0-9])(?:" + b"|".join(SHAPES) + rb")")


def holds_a_secret(query: bytes) -> bool:
    """Whether a field of the query is named like a key or looks like one, however it is encoded."""
    return any(_is_secret(*piece.partition(b"=")) for piece in re.split(rb"[&;]", query))


def _is_secret(name: bytes, is_set: bytes, value: bytes) -> bool:
    plain = unquote_to_bytes(name.replace(b"+", b" "))
    named = is_set and any(_secret.fullmatch(word) for word in _words.findall(plain))
    return bool(named or _shaped.search(plain) or _shaped.search(unquote_to_bytes(value.replace(b"+", b" "))))
