"""The child process: lists of texts in, one on a line; counts out. It ends when its standard input does.

python -m halfopen.adapters.tokens.child o200k_base
"""

from __future__ import annotations

import importlib
import json
import resource
import sys

MOST_MEMORY = 2 * 2**30  # bytes of address space; it needs about a tenth of it
PIECE = 500_000  # characters that are looked at together; the tokenizer refuses a million


def main() -> None:
    """Serves until the parent goes away, however it went."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    encoding = importlib.import_module("bpe_openai").get_encoding(sys.argv[1])  # published without types
    for line in sys.stdin.buffer:
        pieces = (text[at : at + PIECE] for text in json.loads(line) for at in range(0, len(text), PIECE))
        count = sum(len(encoding.encode_ordinary(piece)) for piece in pieces)
        sys.stdout.write(f"{count}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
