"""Where the credentials of signed calls come from: variables for AWS, the file of a service account for Google.

Both are read once, at the start. Keys that a machine is lent by its cloud (roles of instances, workload identity)
are not looked up: whoever lends them puts them into the same variables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

ACCESS, SECRET, SESSION = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
# What an endpoint calls itself, also behind the name of a private link, and under which name its calls are signed.
ENDPOINT = re.compile(r"(?:^|\.)(bedrock-runtime|bedrock-runtime-fips|bedrock-mantle)\.([a-z]{2,4}(?:-[a-z]+)+-\d+)\.")
SERVICES = {"bedrock-runtime": "bedrock", "bedrock-runtime-fips": "bedrock", "bedrock-mantle": "bedrock-mantle"}
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SigningTrouble(ValueError):
    """Credentials that cannot be used at all, with what to do about it. It quotes no secret."""


@dataclass(frozen=True, slots=True)
class AwsKeys:
    """An access key; `token` belongs to one that was lent for a session, and is empty otherwise."""

    access: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an AWS signature is valid. It is refused in any other region and by any other service."""

    region: str
    service: str


def aws_keys(variables: Mapping[str, str]) -> AwsKeys:
    """Raises SigningTrouble where one of the two is missing."""
    access, secret = variables.get(ACCESS, "").strip(), variables.get(SECRET, "").strip()
    if not access or not secret:
        raise SigningTrouble(f"calls to AWS are signed with a key of two parts: set {ACCESS} and {SECRET}")
    return AwsKeys(access, secret, variables.get(SESSION, "").strip())


def scope_of(host: str, variables: Mapping[str, str]) -> Scope:
    """The scope of the calls to a host: from its name, or from the variables where the name does not say.

    Raises SigningTrouble where neither names a region.
    """
    if said := ENDPOINT.search(f"{host.lower()}."):
        return Scope(said[2], SERVICES[said[1]])
    region = next((variables[name].strip() for name in REGIONS if variables.get(name, "").strip()), "")
    if not region:
        raise SigningTrouble(f"the name {host} does not say which region of AWS it stands in: set {REGIONS[0]}")
    return Scope(region, "bedrock")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleAccount:
    """What Google hands out as the JSON file of a service account's key, as far as it is needed here."""

    type: str
    client_email: str
    private_key: str = field(repr=False)  # PEM
    private_key_id: str = ""
    token_uri: str = "https://oauth2.googleapis.com/token"

    def __post_init__(self) -> None:
        """Raises SigningTrouble for another kind of file, and for an address that would show the key's proof."""
        if self.type != "service_account":
            raise SigningTrouble(f"a file of type `{self.type}`; expected the key file of a service account")
        url = urlsplit(self.token_uri)
        if url.scheme != "https" and url.hostname not in LOOPBACK:
            raise SigningTrouble(f"token_uri `{self.token_uri}`; expected an https address")


def service_account(file: Path) -> GoogleAccount:
    """The account of a key file. Raises SigningTrouble, which names the file and quotes nothing of it but its type."""
    try:
        text = file.read_bytes()
    except OSError as error:
        raise SigningTrouble(
            f"{file} cannot be read ({error.strerror}): expected a service account's key file"
        ) from None
    try:
        return msgspec.json.decode(text, type=GoogleAccount)
    except msgspec.ValidationError as error:
        raise SigningTrouble(f"{file} is no service account's key file: {error}") from None
    except msgspec.DecodeError:
        raise SigningTrouble(f"{file} is no service account's key file: it is not JSON") from None
