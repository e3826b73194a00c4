"""A language model that is small enough to be made on the spot, and real enough for llama.cpp to serve it.

Its weights are dice. Its vocabulary is the 256 bytes, written as byte-level BPE writes them, and the three marks
of ChatML. Only the printable letters get weight in the last layer, so that it talks readable nonsense, and it
never stops by itself: how long an answer is, its caller says.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

END, TURN, OVER = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
MERGES = ("t h", "i n", "e r")  # a byte-level BPE must have some
HEADS, HEAD, FORWARD = 4, 16, 128
WIDTH = HEADS * HEAD
PRINTABLE = range(0x20, 0x7F)


def alphabet() -> list[str]:
    """A letter for each byte: itself where it can be seen, else one from 256 on, in the order of the bytes."""
    visible = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = iter(range(0x100, 0x200))
    return [chr(byte if byte in visible else next(hidden)) for byte in range(256)]


def tiny_gguf(path: Path, *, seed: int = 0, layers: int = 2, context: int = 4096) -> Path:
    """Writes the model to `path` and answers with it. More `layers` make it slower, and no cleverer."""
    words = [*alphabet(), *(merge.replace(" ", "") for merge in MERGES), END, TURN, OVER]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(HEAD)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(words))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    _add_tokenizer(writer, words)
    _add_weights(writer, words, layers, np.random.default_rng(seed))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokenizer(writer: gguf.GGUFWriter, words: list[str]) -> None:
    marks = 3
    plain = len(words) - marks
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(words)
    writer.add_token_types([gguf.TokenType.NORMAL] * plain + [gguf.TokenType.CONTROL] * marks)
    writer.add_token_merges(list(MERGES))
    writer.add_bos_token_id(words.index(END))
    writer.add_eos_token_id(words.index(OVER))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)


def _add_weights(writer: gguf.GGUFWriter, words: list[str], layers: int, dice: np.random.Generator) -> None:
    def thrown(rows: int, columns: int, scale: float = 1.0) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        return np.asarray(dice.standard_normal((rows, columns)) * scale / np.sqrt(columns), np.float32)

    ones = np.ones(WIDTH, np.float32)
    head = thrown(len(words), WIDTH, scale=4.0)
    silent = sorted(set(range(len(words))) - set(PRINTABLE))
    head[silent] = 0
    writer.add_tensor("token_embd.weight", thrown(len(words), WIDTH, scale=8.0))
    writer.add_tensor("output_norm.weight", ones)
    writer.add_tensor("output.weight", head)
    shapes = {
        "attn_q": (WIDTH, WIDTH),
        "attn_k": (WIDTH, WIDTH),
        "attn_v": (WIDTH, WIDTH),
        "attn_output": (WIDTH, WIDTH),
        "ffn_gate": (FORWARD, WIDTH),
        "ffn_up": (FORWARD, WIDTH),
        "ffn_down": (WIDTH, FORWARD),
    }
    for layer in range(layers):
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{norm}.weight", ones)
        for name, shape in shapes.items():
            writer.add_tensor(f"blk.{layer}.{name}.weight", thrown(*shape))
