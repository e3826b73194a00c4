"""What the environment of the process says: where the config and the data lie, and the keys."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from halfopen.apps.config.variables import Variables


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says: our own key, where things lie, and the providers' keys by variable."""

    config: Path | None = None
    data: Path = Path()
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """Our own. Raises Complaints where a file or a command should tell it and does not."""
        return self.variables.get("HALFOPEN_KEY", "")


def environment(config: Path | None = None, data: Path | None = None) -> Environment:
    """Reads the environment. Options given on the command line come first; `./halfopen.yaml` is found by itself."""
    variables = Variables(os.environ)
    said = config or (Path(variables["HALFOPEN_CONFIG"]) if "HALFOPEN_CONFIG" in variables else None)
    usual = (Path("halfopen.yaml"), Path.home() / ".config" / "halfopen" / "halfopen.yaml")
    found = said or next((path for path in usual if path.is_file()), None)
    share = Path(variables.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    where = data or Path(variables.get("HALFOPEN_DATA", share / "halfopen"))
    return Environment(found, where, variables)
