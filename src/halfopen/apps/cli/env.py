"""`halfopen env`: the lines that point a client at this gateway, ready for a shell or a settings page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Annotated

import typer

from halfopen.apps.cli.given.load import ConfigOption, JsonOption, complaining, loaded

# client -> the variables or settings it reads; {url} is ours, {key} how the key is written
CLIENTS: Mapping[str, Mapping[str, str]] = {
    "openai": {"OPENAI_BASE_URL": "{url}/v1", "OPENAI_API_KEY": "{key}"},
    "anthropic": {"ANTHROPIC_BASE_URL": "{url}", "ANTHROPIC_API_KEY": "{key}"},
    "claude-code": {
        "ANTHROPIC_BASE_URL": "{url}",
        "ANTHROPIC_AUTH_TOKEN": "{key}",
        "ANTHROPIC_MODEL": "halfopen/realtime",
        "ANTHROPIC_SMALL_FAST_MODEL": "halfopen/background",
    },
    "codex": {"OPENAI_BASE_URL": "{url}/v1", "OPENAI_API_KEY": "{key}"},
    "cursor": {"Override OpenAI Base URL": "{url}/v1", "OpenAI API Key": "{key}", "Model": "halfopen/realtime"},
}
NOTES: Mapping[str, str] = {
    "claude-code": "Claude Code calls /v1/messages, so a lane needs an offer that speaks `messages`.",
    "codex": "Current Codex speaks OpenAI's responses dialect, which halfopen does not serve yet; chat clients work.",
    "cursor": "In Cursor: Settings, Models, API Keys. Cursor calls from its own servers, which cannot reach loopback.",
}


def run(
    client: Annotated[str, typer.Argument(help=f"One of: {', '.join(CLIENTS)}.")],
    config: ConfigOption = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The gateway's port, if not the config's.")] = None,
    as_json: JsonOption = False,
) -> None:
    """The lines that point a client at this gateway."""
    with complaining(config):
        if client not in CLIENTS:
            near = get_close_matches(client, CLIENTS, 1)
            raise ValueError(f"no client `{client}`; {f'did you mean {near[0]}?' if near else ', '.join(CLIENTS)}")
        settings, environment = loaded(config, None)
    url = replace(settings.listen, port=port or settings.listen.port).url
    key = "$HALFOPEN_KEY" if environment.key else "unused"
    lines = {name: text.format(url=url, key=key) for name, text in CLIENTS[client].items()}
    if as_json:
        typer.echo(json.dumps(lines, indent=2))
        return
    typer.echo("\n".join(f"# {note}" for note in (NOTES.get(client),) if note), nl=client in NOTES)
    for name, value in lines.items():
        typer.echo(f"{name}: {value}" if " " in name or name == "Model" else f"export {name}={value}")
