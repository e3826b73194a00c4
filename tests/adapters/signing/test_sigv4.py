"""AWS's own examples, and a provider that works out every signature again from what came over the wire.

The examples are those of aws-sig-v4-test-suite, which AWS published with its General Reference and which botocore
(tests/unit/auth/aws4_testsuite) and the AWS SDK for JavaScript (signature-v4, suite.fixture) carry on, of the IAM
User Guide (ListUsers, and the derived key), and of the Amazon S3 API Reference (GET Object). The suite writes paths
and queries as they are read, where our targets are percent-encoded; what is signed is the same.
"""

from __future__ import annotations

import asyncio
import hmac
from hashlib import sha256

import pytest

from halfopen.adapters.http import Client, Endpoint
from halfopen.adapters.signing import AwsKeys, AwsSigner, Scope
from halfopen.adapters.signing.sigv4 import canonical, host_of, key_for, signed
from halfopen.ports.upstream import Call, Headers
from halfopen.testing import HandClock, Received, ScriptedUpstream, Step, wires

SUITE = AwsKeys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
SUITE_SCOPE = Scope("us-east-1", "service")
SUITE_TIME = 1440938160.0  # 2015-08-30T12:36:00Z
S3 = AwsKeys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
S3_TIME = 1369353600.0  # 2013-05-24T00:00:00Z
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwth"
    "Ax7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAk"
    "iY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)
PLAIN = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FORM = (b"Content-Type", b"application/x-www-form-urlencoded")
FORM_UTF8 = (b"Content-Type", b"application/x-www-form-urlencoded; charset=utf8")

Example = tuple[str, str, Headers, bytes, str]  # method, target, headers, body, signature
EXAMPLES: dict[str, Example] = {
    "get-vanilla": ("GET", "/", (), b"", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-vanilla-empty-query-key": (
        *("GET", "/?Param1=value1", (), b""),
        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
    ),
    "get-vanilla-query-order-key-case": (
        *("GET", "/?Param2=value2&Param1=value1", (), b""),
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    "get-vanilla-query-order-key": (
        *("GET", "/?Param1=value2&Param1=Value1", (), b""),
        "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1",
    ),
    "get-vanilla-query-order-value": (
        *("GET", "/?Param1=value2&Param1=value1", (), b""),
        "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694",
    ),
    "get-vanilla-query-order-encoded": (
        *("GET", "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1", (), b""),
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
    ),
    "get-vanilla-query-unreserved": (
        *("GET", f"/?{PLAIN}={PLAIN}", (), b""),
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    ),
    "get-vanilla-utf8-query": (
        *("GET", "/?%E1%88%B4=bar", (), b""),
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
    ),
    "get-unreserved": (
        *("GET", f"/{PLAIN}", (), b""),
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    ),
    "get-utf8": ("GET", "/\u1234", (), b"", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
    "get-space": (
        *("GET", "/example space/", (), b""),
        "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
    ),
    "get-special-character": (
        *("GET", "/example/$delete", (), b""),
        "a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27",
    ),
    "get-relative": (
        *("GET", "/example/..", (), b""),
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    "get-relative-relative": (
        *("GET", "/example1/example2/../..", (), b""),
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    "get-slash-dot-slash": (
        *("GET", "/./", (), b""),
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    "get-slash-pointless-dot": (
        *("GET", "/./example", (), b""),
        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
    ),
    "get-slashes": (
        *("GET", "//example//", (), b""),
        "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
    ),
    "get-header-key-duplicate": (
        *("GET", "/", ((b"My-Header1", b"value2"), (b"My-Header1", b"value2"), (b"My-Header1", b"value1")), b""),
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
    ),
    "get-header-value-trim": (
        *("GET", "/", ((b"My-Header1", b" value1"), (b"My-Header2", b' "a   b   c"')), b""),
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ),
    "post-vanilla": ("POST", "/", (), b"", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    "post-vanilla-query": (
        *("POST", "/?Param1=value1", (), b""),
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
    ),
    "post-header-key-sort": (
        *("POST", "/", ((b"My-Header1", b"value1"),), b""),
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    ),
    "post-header-value-case": (
        *("POST", "/", ((b"My-Header1", b"VALUE1"),), b""),
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
    ),
    "post-x-www-form-urlencoded": (
        *("POST", "/", (FORM,), b"Param1=value1"),
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ),
    "post-x-www-form-urlencoded-parameters": (
        *("POST", "/", (FORM_UTF8,), b"Param1=value1"),
        "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
    ),
}


def call(method: str, target: str, headers: Headers, body: bytes, host: str = "example.amazonaws.com") -> Call:
    return Call(scheme="https", host=host, port=443, target=target, headers=headers, body=body, method=method)


def proof(headers: Headers) -> str:
    return dict(headers)[b"authorization"].decode()


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_that_aws_published_is_signed_as_aws_signed_it(name: str) -> None:
    method, target, headers, body, signature = EXAMPLES[name]
    added = signed(call(method, target, headers, body), SUITE, SUITE_SCOPE, SUITE_TIME)
    names = ";".join(sorted({"host", "x-amz-date", *(header.decode().lower() for header, _ in headers)}))
    assert proof(added) == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    assert dict(added)[b"x-amz-date"] == b"20150830T123600Z"


def test_a_session_token_is_sent_and_signed_as_in_post_sts_header_before() -> None:
    lent = AwsKeys(SUITE.access, SUITE.secret, TOKEN)
    added = signed(call("POST", "/", (), b""), lent, SUITE_SCOPE, SUITE_TIME)
    assert dict(added)[b"x-amz-security-token"] == TOKEN.encode()
    assert "SignedHeaders=host;x-amz-date;x-amz-security-token, " in proof(added)
    assert proof(added).endswith("85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead")


def test_the_users_of_iam_are_listed_as_its_guide_lists_them() -> None:
    scope = Scope("us-east-1", "iam")
    kind = (b"Content-Type", b"application/x-www-form-urlencoded; charset=utf-8")
    target = "/?Action=ListUsers&Version=2010-05-08"
    stamped = ((b"host", b"iam.amazonaws.com"), kind, (b"x-amz-date", b"20150830T123600Z"))
    text, names = canonical("GET", target, stamped, b"")
    assert text.decode().split("\n") == [
        "GET",
        "/",
        "Action=ListUsers&Version=2010-05-08",
        "content-type:application/x-www-form-urlencoded; charset=utf-8",
        "host:iam.amazonaws.com",
        "x-amz-date:20150830T123600Z",
        "",
        "content-type;host;x-amz-date",
        EMPTY,
    ]
    assert names == b"content-type;host;x-amz-date"
    assert sha256(text).hexdigest() == "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
    added = signed(call("GET", target, (kind,), b"", "iam.amazonaws.com"), SUITE, scope, SUITE_TIME)
    assert proof(added).endswith("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")


def test_a_key_is_derived_for_one_day_region_and_service() -> None:
    scope = Scope("us-east-1", "iam")
    made = {day: key_for(SUITE.secret, day, scope).hex() for day in ("20120215", "20150830")}
    assert made == {
        "20120215": "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d",
        "20150830": "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9",
    }


def test_the_first_bytes_of_an_object_are_fetched_as_the_reference_of_s3_fetches_them() -> None:
    headers = ((b"range", b"bytes=0-9"), (b"x-amz-content-sha256", EMPTY.encode()))
    asked = call("GET", "/test.txt", headers, b"", "examplebucket.s3.amazonaws.com")
    added = signed(asked, S3, Scope("us-east-1", "s3"), S3_TIME)
    assert "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, " in proof(added)
    assert proof(added).endswith("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")


def test_a_path_that_is_encoded_already_is_encoded_once_more() -> None:
    text, _ = canonical("POST", "/model/anthropic.claude%3A0/invoke", (), b"")
    assert text.split(b"\n")[1] == b"/model/anthropic.claude%253A0/invoke"


@pytest.mark.parametrize(
    ("scheme", "host", "port", "said"),
    [
        ("https", "bedrock-runtime.eu-central-1.amazonaws.com", 443, b"bedrock-runtime.eu-central-1.amazonaws.com"),
        ("https", "localhost", 8443, b"localhost:8443"),
        ("http", "::1", 80, b"[::1]"),
        ("http", "::1", 8080, b"[::1]:8080"),
        ("https", "b\u00fccher.example", 443, b"xn--bcher-kva.example"),
    ],
)
def test_the_host_that_is_signed_is_the_one_that_the_client_writes(
    scheme: str, host: str, port: int, said: bytes
) -> None:
    assert host_of(Call(scheme=scheme, host=host, port=port, target="/")) == said
    assert Endpoint(host, port, scheme).host_header == said


def test_no_key_is_shown_where_a_signer_is() -> None:
    signer = AwsSigner(AwsKeys("AKID", "very-secret", "also-secret"), SUITE_SCOPE, HandClock())
    assert "AKID" in repr(signer)
    assert "secret" not in repr(signer).replace("secret=", "")


def checks_out(asked: Received, keys: AwsKeys, scope: Scope) -> bool:
    """What AWS does with a request, from what came over the wire and the secret alone."""
    said = asked.values(b"authorization")[0].decode()
    names = said.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    covered = tuple((name.encode(), b",".join(asked.values(name.encode()))) for name in names)
    text, _ = canonical(asked.method, asked.target, covered, asked.body)
    stamp = asked.values(b"x-amz-date")[0].decode()
    lasting = f"{stamp[:8]}/{scope.region}/{scope.service}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{lasting}\n{sha256(text).hexdigest()}"
    right = hmac.new(key_for(keys.secret, stamp[:8], scope), to_sign.encode(), "sha256").hexdigest()
    unsigned = {name for name, _ in asked.headers} - {name.encode() for name in names}
    return said.endswith(f"Signature={right}") and unsigned <= {b"authorization", b"accept-encoding", b"content-length"}


def test_a_provider_that_checks_signatures_over_the_wire_lets_us_in_and_nobody_who_changed_a_byte() -> None:
    keys, scope = AwsKeys("AKID", "s3cr3t", "lent for an hour"), Scope("eu-central-1", "bedrock")

    def script(asked: Received) -> list[Step]:
        good = checks_out(asked, keys, scope)
        return wires.whole(200 if good else 403, b'{"message": "as you say"}' if good else b"{}")

    async def main() -> None:
        async with ScriptedUpstream(script) as up:
            client = Client([Endpoint(up.host, up.port, "http")])
            signer = AwsSigner(keys, scope, HandClock())
            asked = Call(
                scheme="http",
                host=up.host,
                port=up.port,
                target="/openai/v1/chat/completions",
                headers=((b"content-type", b"application/json"), (b"x-request", b"two  spaces")),
                body=b'{"model": "openai.gpt-oss-120b-1:0", "messages": []}',
            )
            added = await signer.sign(asked)
            for body, headers, status in (
                (asked.body, (*asked.headers, *added), 200),
                (asked.body + b" ", (*asked.headers, *added), 403),
                (asked.body, (*asked.headers[:1], (b"x-request", b"another"), *added), 403),
            ):
                sent = Call(scheme="http", host=up.host, port=up.port, target=asked.target, headers=headers, body=body)
                reply = await client.call(sent)
                await reply.whole(1024)
                assert reply.status == status
            await client.close()

    asyncio.run(main())


def test_a_signature_is_of_its_time() -> None:
    asked = call("POST", "/", (), b"{}")
    now, then = (signed(asked, SUITE, SUITE_SCOPE, SUITE_TIME + later) for later in (0, 86400))
    assert dict(then)[b"x-amz-date"] == b"20150831T123600Z"
    assert proof(now).rpartition("=")[2] != proof(then).rpartition("=")[2]
