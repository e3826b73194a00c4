"""The gateway beside the bare skeleton and nginx, on the same core, in one run, as ratios.

    python benchmarks/gateway.py [--seconds 5] [--rounds 5] [--connections 32] [--json]

An instant upstream (nginx answering from memory) and the load (wrk) share one core, what is measured has the
other. Rounds alternate, so that a noisy minute hits all alike; figures are medians over the rounds. The last rows
are a chat request translated for a provider of another dialect, and its answer back. Needs
Linux with two cores, nginx and wrk.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

HERE = Path(__file__).parent
OURS, THEIRS = "0", "1"  # cores
TARGET = "/v1/chat/completions"
SAID = "Hello. " * 60
TEXT = {"type": "output_text", "text": SAID, "annotations": []}
MESSAGE = {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [TEXT]}
CANDIDATE = {"content": {"role": "model", "parts": [{"text": SAID}]}, "finishReason": "STOP", "index": 0}
# By dialect: where its provider is asked, and what that answers.
ANSWERS = {
    "chat": (
        TARGET,
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "instant",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": SAID}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 200, "completion_tokens": 120, "total_tokens": 320},
        },
    ),
    "messages": (
        "/v1/messages",
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "instant",
            "content": [{"type": "text", "text": SAID}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 200, "output_tokens": 120},
        },
    ),
    "responses": (
        "/v1/responses",
        {
            "id": "resp_1",
            "object": "response",
            "created_at": 1,
            "model": "instant",
            "status": "completed",
            "output": [MESSAGE],
            "usage": {"input_tokens": 200, "output_tokens": 120, "total_tokens": 320},
        },
    ),
    "gemini": (
        "/v1beta",
        {
            "responseId": "g1",
            "modelVersion": "instant",
            "candidates": [CANDIDATE],
            "usageMetadata": {"promptTokenCount": 200, "candidatesTokenCount": 120, "totalTokenCount": 320},
        },
    ),
}
QUESTION = {"messages": [{"role": "user", "content": "What does a router that is not in the way cost? " * 20}]}
OURSELVES = "halfopen, full path"
NGINX = """
worker_processes 1; daemon off; error_log stderr crit; pid {folder}/nginx{port}.pid;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; client_body_temp_path {folder}/b{port};
  proxy_temp_path {folder}/p{port}; fastcgi_temp_path {folder}/f{port}; uwsgi_temp_path {folder}/u{port};
  scgi_temp_path {folder}/s{port}; client_body_buffer_size 64k;
  upstream instant {{ server 127.0.0.1:{upstream}; keepalive 64; }}
  server {{ listen 127.0.0.1:{port} backlog=2048; {does} }}
}}
"""
PROXY = 'location / { proxy_pass http://instant; proxy_http_version 1.1; proxy_set_header Connection ""; }'
PRICE = {"since": "2026-01-01", "input": "1", "output": "2", "source": {"name": "benchmark", "checked": "2026-01-01"}}


def main() -> None:
    """Measures and prints a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    for tool in ("nginx", "wrk", "taskset"):
        if not shutil.which(tool):
            sys.exit(f"bench: {tool} is not installed; on Debian: apt-get install nginx-light wrk util-linux")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ports = servers(Path(folder), stack)
        scripts = {dialect: asking(Path(folder), dialect) for dialect in ANSWERS}
        ways = {name: (port, scripts["chat"]) for name, port in ports.items()}
        ways |= {f"translated to {way}": (ports[OURSELVES], scripts[way]) for way in ANSWERS if way != "chat"}
        figures: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
        for number in range(wanted.rounds + 1):
            for name, (port, script) in ways.items():
                figure = load(port, script, 1 if number == 0 else wanted.seconds, wanted.connections)
                if number:  # the first round only warms up
                    figures[name].append(figure)
                    print(f"round {number}: {name} {figure[0]:,.0f} requests/s", file=sys.stderr)
    report(figures, wanted.json)


def asking(folder: Path, dialect: str) -> Path:
    """What wrk sends to have a chat request served in a dialect."""
    body = json.dumps({"model": f"{dialect}@{dialect}", **QUESTION})
    script = folder / f"{dialect}.lua"
    script.write_text(f"wrk.method='POST'\nwrk.body=[==[{body}]==]\nwrk.headers['content-type']='application/json'\n")
    return script


def config(upstream: int) -> str:
    """A provider and an offer for each dialect. JSON is YAML."""
    url = f"http://127.0.0.1:{upstream}"
    providers = {
        dialect: {"base_url": url, "hosting": "self_hosted", "dialects": {dialect: path}}
        for dialect, (path, _) in ANSWERS.items()
    }
    offers = [{"model": dialect, "provider": dialect, "prices": [PRICE]} for dialect in ANSWERS]
    return json.dumps({"providers": providers, "offers": offers})


def servers(folder: Path, stack: ExitStack) -> dict[str, int]:
    """Starts the upstream and all that is compared; answers with their ports."""
    upstream, nginx, bare, ours = (free_port() for _ in range(4))
    plain = "".join(
        f"location {path} {{ default_type application/json; return 200 '{json.dumps(answer)}'; }}"
        for path, answer in ANSWERS.values()
    )
    for port, does, core in ((upstream, plain, THEIRS), (nginx, PROXY, OURS)):
        file = folder / f"nginx{port}.conf"
        file.write_text(NGINX.format(folder=folder, port=port, upstream=upstream, does=does))
        stack.enter_context(running(["taskset", "-c", core, "nginx", "-p", str(folder), "-c", str(file)], port))
    settings = folder / "halfopen.yaml"
    settings.write_text(config(upstream))
    skeleton = [sys.executable, str(HERE / "skeleton.py"), str(bare), str(upstream)]
    stack.enter_context(running(["taskset", "-c", OURS, *skeleton], bare))
    entry = "from halfopen.apps.cli import main; main()"
    options = ["--config", str(settings), "--data", str(folder / "data"), "--port", str(ours)]
    gateway = [sys.executable, "-c", entry, "up", *options]
    stack.enter_context(running(["taskset", "-c", OURS, *gateway], ours))
    return {"nginx, a bare proxy": nginx, "bare skeleton": bare, OURSELVES: ours}


def load(port: int, script: Path, seconds: int, connections: int) -> tuple[float, float, float]:
    """Requests a second, and the median and 99th percentile of latency in milliseconds."""
    command = ["taskset", "-c", THEIRS, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    url = f"http://127.0.0.1:{port}{TARGET}"
    told = subprocess.run([*command, "-s", str(script), url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        sys.exit(f"bench: not every answer was good:\n{told}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]
    found = dict(re.findall(r"(50|99)%\s+([\d.]+[mu]?s)", told))
    return rate, milliseconds(found["50"]), milliseconds(found["99"])


def report(figures: dict[str, list[tuple[float, float, float]]], as_json: bool) -> None:
    """Medians over the rounds, and each as a share of the skeleton, of nginx and of our own passing through."""
    rates = {name: statistics.median(rate for rate, _, _ in rounds) for name, rounds in figures.items()}
    nginx, bare, passed, *_ = rates.values()
    rows = [
        {
            "what": name,
            "requests_a_second": round(rates[name]),
            "p50_ms": round(statistics.median(p50 for _, p50, _ in rounds), 2),
            "p99_ms": round(statistics.median(p99 for _, _, p99 in rounds), 2),
            "of_the_skeleton": round(rates[name] / bare, 2),
            "of_nginx": round(rates[name] / nginx, 2),
            "of_passed": round(rates[name] / passed, 2),
        }
        for name, rounds in figures.items()
    ]
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    print("| | requests/s | p50 ms | p99 ms | of the skeleton | of nginx | of ours |\n|---|---|---|---|---|---|---|")
    for row in rows:
        print(
            "| " + " | ".join(f"{value:,}" if isinstance(value, int) else str(value) for value in row.values()) + " |"
        )


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """A process, from when it answers on its port until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while not listening(port):
            if process.poll() is not None or time.monotonic() > until:
                sys.exit(f"bench: {' '.join(command)} did not start")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(15)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def milliseconds(text: str) -> float:
    """`1.20ms`, `830.00us` or `1.01s`."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


if __name__ == "__main__":
    main()
