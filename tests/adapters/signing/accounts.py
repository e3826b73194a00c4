"""A service account whose key is the one of RFC 7515, appendix A.2, and the file in which Google would hand it out."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from halfopen.adapters.signing import GoogleAccount, service_account

P = (
    "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcm"
    "nPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc"
)
Q = (
    "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-T"
    "nBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc"
)
D = (
    "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ"
    "1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt"
    "4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOop"
    "znQ"
)


def base64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def pem() -> str:
    """The key as PKCS #8, made of its two primes and its private exponent."""
    p, q, d = (int.from_bytes(base64url(part)) for part in (P, Q, D))
    public = RSAPublicNumbers(65537, p * q)
    private = RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    return private.private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def key_file(folder: Path, **said: str) -> Path:
    """The file that Google hands out, with a field changed or added."""
    fields = {
        "type": "service_account",
        "project_id": "a-project",
        "private_key_id": "370ab79b4513eb9bad7c9bd16a95cb76b5b2a56a",
        "private_key": pem(),
        "client_email": "gateway@a-project.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    file = folder / "key.json"
    file.write_text(json.dumps(fields | said), encoding="utf-8")
    return file


def account(folder: Path, host: str, port: int) -> GoogleAccount:
    """An account whose tokens are handed out at a place on this machine."""
    return service_account(key_file(folder, token_uri=f"http://{host}:{port}/token"))
