"""Before a wheel is made: the catalog's rows are written as JSON beside their YAML, so that no start reads YAML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Snapshot(BuildHookInterface[Any]):
    """An editable install gets it too; when the rows change it is no longer believed, and the data folder keeps one."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        source = str(Path(self.root) / "src")
        sys.path.insert(0, source)
        from halfopen.apps.shipped import prepare

        prepare(Path(source) / "halfopen" / "catalog" / "data")
        sys.path.remove(source)
