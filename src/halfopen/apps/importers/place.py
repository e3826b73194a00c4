"""Where a deployment is called, in our terms: which row it starts from, at which address, with which key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from halfopen.apps.config.sound import VARIABLE, address, named
from halfopen.apps.importers.prefixes import Prefix
from halfopen.apps.importers.told import Section
from halfopen.catalog.provider import Hosting, Provider

FROM_ENVIRONMENT = "os.environ/"
UNSET = "https://{}.invalid"  # nobody has a name under .invalid, so a call there goes nowhere
NO_KEYS = ("none", "empty", "fake", "fake-key", "dummy", "not-needed", "no-key", "anything", "sk-1234", "test", "na")
CHAT = "/chat/completions"  # what LiteLLM adds to an `api_base`
VERTEX = "https://{host}/v1/projects/{project}/locations/{location}/endpoints/openapi"
AWS = "https://bedrock-runtime.{}.amazonaws.com"
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
# What LiteLLM would sign or log in with in other ways than by the key of a row.
CREDENTIALS = (
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_profile_name",
    "aws_role_name",
    "aws_session_name",
    "aws_web_identity_token",
    "azure_ad_token",
    "tenant_id",
    "client_id",
    "client_secret",
    "vertex_credentials",
)
USUAL = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GOOGLE_APPLICATION_CREDENTIALS")


@dataclass(frozen=True, slots=True)
class Place:
    """What is written of a provider. `like` is a row of ours; what is empty stays as it is there."""

    like: str
    base_url: str = ""
    chat: str = ""  # the path of that dialect
    key_env: str = ""
    auth: str = ""
    hosting: Hosting | None = None

    @property
    def ours(self) -> bool:
        """Whether it is our row as it stands."""
        return self == Place(self.like)


def place_of(params: Section, prefix: Prefix, rows: Mapping[str, Provider], literals: dict[str, str]) -> Place:
    """The place of a deployment. `literals` are the keys that stood in the document, with the variables to use."""
    place = _callable(_addressed(params, prefix, rows), params, rows)
    for name in CREDENTIALS:
        said = params.text(name)
        if said and said.removeprefix(FROM_ENVIRONMENT) not in USUAL:
            usual = " and ".join(USUAL[:2]) if name.startswith("aws") else USUAL[3] if "vertex" in name else "a key"
            params.pad.note("do", params.at(name), f"is not carried: halfopen goes by {usual} in the environment")
    row = rows.get(place.like)
    variable = _variable(params, prefix, place, row, literals)
    keyless = row is None or row.auth in ("none", "sigv4")
    if not variable or (row and variable == row.key_env and row.auth != "sigv4"):
        return place
    bearer = "bearer" if row and keyless else ""
    return replace(place, key_env=variable, auth=bearer)


def _callable(place: Place, params: Section, rows: Mapping[str, Provider]) -> Place:
    """The place if its address is one; a key that goes in the clear goes to a machine of one's own, or nowhere."""
    if not place.base_url:
        return place
    if list(address(place.base_url, {"chat": place.chat} if place.chat else None)):
        says = "is no plain http or https address: replace `https://set-me.invalid` under `providers`"
        params.pad.note("do", params.at("api_base"), says)
        return Place(place.like, UNSET.format("set-me"), hosting=None if place.like else "hosted")
    row = rows.get(place.like)
    if row and row.hosting != "self_hosted" and place.base_url.startswith("http://"):
        return replace(place, hosting="self_hosted")
    return place


def _addressed(params: Section, prefix: Prefix, rows: Mapping[str, Provider]) -> Place:
    said = params.text("api_base") or params.text("base_url")
    if said.startswith(FROM_ENVIRONMENT):
        return _unset(params, "api_base", said.removeprefix(FROM_ENVIRONMENT), prefix)
    if prefix.row == "aws":
        return _aws(params, said)
    if prefix.row == "vertex":
        return _vertex(params, said)
    if prefix.row == "azure":
        if not said:
            return _unset(params, "api_base", "AZURE_API_BASE", prefix)
        url = _split(said)  # LiteLLM takes addresses with a path too, of which only the host counts here
        return Place("azure", f"{url.scheme}://{url.netloc}" if url.netloc else said)
    if not said:
        if not prefix.row or (prefix.own and prefix.row != "ollama"):
            return _unset(params, "api_base", f"{prefix.row or 'own'}_API_BASE".upper(), prefix)
        return Place(prefix.row)
    return _at(said.rstrip("/") or said, prefix, rows)


def _at(base: str, prefix: Prefix, rows: Mapping[str, Provider]) -> Place:
    """An address that is ours under any prefix, or else one of its own."""
    base = base.removesuffix(CHAT)
    host = _split(base).netloc
    for name, row in rows.items():
        if row.base_url and row.hosting != "self_hosted" and _split(row.base_url).netloc == host:
            return Place(name)
    if prefix.own and prefix.row:
        plain = base.removesuffix("/v1")
        usual = rows[prefix.row].base_url if prefix.row in rows else None
        return Place(prefix.row) if plain.replace("localhost", "127.0.0.1") == usual else Place(prefix.row, plain)
    if prefix.row == "anthropic":
        return Place("anthropic", base.removesuffix("/messages").removesuffix("/v1"))
    like = "" if prefix.row == "openai" else prefix.row
    hosting: Hosting | None = None if like else "self_hosted" if own_host(base) else "hosted"
    if base.endswith("/v1"):
        return Place(like, base.removesuffix("/v1"), "/v1" + CHAT if like else "", hosting=hosting)
    return Place(like, base, CHAT, hosting=hosting)


def _split(url: str) -> SplitResult:
    """The parts of an address; of what is none at all, no parts."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def own_host(base: str) -> bool:
    """Whether an address is on a network of one's own, or at least carries keys in the clear as none other would."""
    url = _split(base)
    host = url.hostname or ""
    try:
        return ip_address(host).is_private or url.scheme == "http"
    except ValueError:
        return url.scheme == "http" or "." not in host or host.endswith((".local", ".internal", ".lan"))


def _unset(params: Section, name: str, variable: str, prefix: Prefix) -> Place:
    """An address that only the environment knows, which is not read: the row is written with one to be replaced."""
    here = UNSET.format(named(variable).replace("_", "-").replace(".", "-"))
    says = f"stands in the environment, as {variable}: write it in place of `{here}` under `providers`"
    params.pad.note("do", params.at(name), says)
    like = "" if prefix.row == "openai" else prefix.row
    return Place(like, here, hosting=None if like else "hosted")


def _aws(params: Section, said: str) -> Place:
    region = params.text("aws_region_name") or params.text("region_name")
    said = said or params.text("aws_bedrock_runtime_endpoint")
    if said:
        return Place("aws", said.rstrip("/") or said)
    if REGION.fullmatch(region):
        return Place("aws", AWS.format(region))
    return _unset(params, "aws_region_name", region.removeprefix(FROM_ENVIRONMENT) or "AWS_REGION_NAME", Prefix("aws"))


def _vertex(params: Section, said: str) -> Place:
    project, location = params.text("vertex_project"), params.text("vertex_location") or params.text("region_name")
    if said:
        return Place("vertex", said.rstrip("/") or said)
    for name, value, usual in (
        ("vertex_project", project, "VERTEXAI_PROJECT"),
        ("vertex_location", location, "VERTEXAI_LOCATION"),
    ):
        if not value or value.startswith(FROM_ENVIRONMENT):
            return _unset(params, name, value.removeprefix(FROM_ENVIRONMENT) or usual, Prefix("vertex"))
    host = "aiplatform.googleapis.com" if location == "global" else f"{location}-aiplatform.googleapis.com"
    return Place("vertex", VERTEX.format(host=host, project=project, location=location))


def _variable(params: Section, prefix: Prefix, place: Place, row: Provider | None, literals: dict[str, str]) -> str:
    """The variable that holds the key of a deployment; empty for that of our row, or none."""
    said = params.text("api_key")
    usual = prefix.key_env or (row.key_env if row else "") or ""
    if not said:
        return prefix.key_env
    if said.startswith(FROM_ENVIRONMENT):
        variable = said.removeprefix(FROM_ENVIRONMENT)
        if VARIABLE.fullmatch(variable):
            return variable
        params.pad.note("do", params.at("api_key"), "names no variable: set `key_env` of its provider")
        return usual
    if said.casefold() in NO_KEYS and (place.hosting == "self_hosted" or (row and row.hosting == "self_hosted")):
        return ""
    if "/" in said and said.partition("/")[0] in ("oidc", "google", "aws"):
        params.pad.note("do", params.at("api_key"), "is a reference that halfopen cannot follow: set the key itself")
        return usual
    variable = literals.get(said) or _fresh(usual or "OWN_API_KEY", set(literals.values()))
    literals[said] = variable
    says = f"is a key itself, which is not written: set {variable} to it, and take it out of the old file"
    params.pad.note("do", params.at("api_key"), says)
    return variable


def _fresh(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(each for number in range(2, 10_000) if (each := f"{name}_{number}") not in taken)
