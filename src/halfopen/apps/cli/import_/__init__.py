"""`halfopen import`: a halfopen.yaml from the config of another gateway, and what it could not say. A verb each."""

from __future__ import annotations

from collections.abc import Mapping

# verb -> what it does, in a line. The module of a verb is `halfopen.apps.cli.import_.<verb>`.
VERBS: Mapping[str, str] = {
    "litellm": "From LiteLLM's config.yaml: the same names, tried in the same order.",
}
