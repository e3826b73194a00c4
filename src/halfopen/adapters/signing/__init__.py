"""Says who is calling where a header that never changes is not enough: AWS and Google, without their SDKs."""

from halfopen.adapters.signing.credentials import (
    AwsKeys,
    GoogleAccount,
    Scope,
    SigningTrouble,
    aws_keys,
    scope_of,
    service_account,
)
from halfopen.adapters.signing.google import GoogleSigner, token_endpoint
from halfopen.adapters.signing.sigv4 import AwsSigner

__all__ = [
    "AwsKeys",
    "AwsSigner",
    "GoogleAccount",
    "GoogleSigner",
    "Scope",
    "SigningTrouble",
    "aws_keys",
    "scope_of",
    "service_account",
    "token_endpoint",
]
