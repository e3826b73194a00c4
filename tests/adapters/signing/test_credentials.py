"""Keys in variables and in a file: what is read of them, and what is said of those that are of no use."""

from __future__ import annotations

from pathlib import Path

import pytest

from halfopen.adapters.http import Client
from halfopen.adapters.signing import GoogleSigner, Scope, SigningTrouble, aws_keys, scope_of, service_account
from halfopen.adapters.signing.google import token_endpoint
from halfopen.testing import HandClock
from tests.adapters.signing.accounts import key_file


def test_the_keys_of_aws_are_two_or_three_variables() -> None:
    pair = {"AWS_ACCESS_KEY_ID": "AKID\n", "AWS_SECRET_ACCESS_KEY": " s3cr3t "}
    assert (aws_keys(pair).access, aws_keys(pair).secret, aws_keys(pair).token) == ("AKID", "s3cr3t", "")
    assert aws_keys({**pair, "AWS_SESSION_TOKEN": "lent"}).token == "lent"


@pytest.mark.parametrize("missing", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_half_a_key_is_none(missing: str) -> None:
    pair = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s3cr3t"} | {missing: " "}
    with pytest.raises(SigningTrouble, match=missing) as raised:
        aws_keys(pair)
    assert "s3cr3t" not in str(raised.value)


@pytest.mark.parametrize(
    ("host", "scope"),
    [
        ("bedrock-runtime.eu-central-1.amazonaws.com", Scope("eu-central-1", "bedrock")),
        ("bedrock-runtime-fips.us-gov-west-1.amazonaws.com", Scope("us-gov-west-1", "bedrock")),
        ("bedrock-mantle.ap-southeast-3.api.aws", Scope("ap-southeast-3", "bedrock-mantle")),
        ("vpce-0a1b.bedrock-runtime.us-east-1.vpce.amazonaws.com", Scope("us-east-1", "bedrock")),
        ("Bedrock-Runtime.eusc-de-east-1.amazonaws.eu", Scope("eusc-de-east-1", "bedrock")),
    ],
)
def test_the_name_of_an_endpoint_says_its_region_and_its_service(host: str, scope: Scope) -> None:
    assert scope_of(host, {"AWS_REGION": "us-west-2"}) == scope


def test_a_name_of_your_own_needs_the_region_from_you() -> None:
    assert scope_of("bedrock.corp.example", {"AWS_DEFAULT_REGION": "eu-west-3"}) == Scope("eu-west-3", "bedrock")
    assert scope_of("::1", {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "x"}) == Scope("eu-west-1", "bedrock")
    with pytest.raises(SigningTrouble, match=r"bedrock\.corp\.example .* set AWS_REGION"):
        scope_of("bedrock.corp.example", {})


def test_the_file_of_a_service_account_is_read_and_its_key_never_shown(tmp_path: Path) -> None:
    found = service_account(key_file(tmp_path))
    assert found.client_email == "gateway@a-project.iam.gserviceaccount.com"
    assert token_endpoint(found) == ("https", "oauth2.googleapis.com", 443)
    assert "PRIVATE" not in repr(found)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"type": "authorized_user"}, "type `authorized_user`; expected the key file of a service account"),
        ({"token_uri": "http://tokens.example/token"}, "`http://tokens.example/token`; expected an https address"),
    ],
)
def test_another_kind_of_file_is_refused_with_its_name(said: dict[str, str], words: str, tmp_path: Path) -> None:
    file = key_file(tmp_path, **said)
    with pytest.raises(SigningTrouble) as raised:
        service_account(file)
    assert str(file) in str(raised.value)
    assert words in str(raised.value)


@pytest.mark.parametrize(("text", "words"), [("-----BEGIN", "not JSON"), ('{"type": 1}', "Expected `str`")])
def test_what_is_no_key_file_is_refused_and_not_quoted(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SigningTrouble, match=words) as raised:
        service_account(file)
    assert "BEGIN" not in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SigningTrouble, match=r"gone\.json cannot be read \(No such file"):
        service_account(tmp_path / "gone.json")


@pytest.mark.parametrize("pem", ["", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"])
def test_a_key_that_is_none_stops_the_start_and_is_not_quoted(pem: str, tmp_path: Path) -> None:
    with pytest.raises(SigningTrouble, match="private_key of the service account") as raised:
        GoogleSigner(service_account(key_file(tmp_path, private_key=pem)), Client([]), HandClock())
    assert "c2VjcmV0" not in str(raised.value)
