"""The child process: one llama.cpp server on loopback, which ends when its standard input does.

python -m halfopen.adapters.engines.child '{"gguf": "...", "model": "...", "port": 0, ...}'
"""

from __future__ import annotations

import json
import os
import sys

import xllamacpp


def main() -> None:
    """Serves until the parent goes away, however it went."""
    wanted = json.loads(sys.argv[1])
    params = xllamacpp.CommonParams()
    params.model.path = wanted["gguf"]
    params.n_ctx = wanted["context"] * wanted["parallel"]
    params.n_parallel = wanted["parallel"]
    params.hostnames = ["127.0.0.1"]
    params.port = wanted["port"]
    params.model_alias = {wanted["model"]}
    params.warmup = False
    params.ui = False
    params.cache_ram_mib = 0
    if wanted["threads"]:
        params.cpuparams.n_threads = wanted["threads"]
    server = xllamacpp.Server(params)
    sys.stdout.write(json.dumps({"listening": server.listening_address}) + "\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()  # ends with the parent
    os._exit(0)


if __name__ == "__main__":
    main()
