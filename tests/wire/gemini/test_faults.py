"""Faults as Google's clients read them."""

from __future__ import annotations

import json

import pytest
from google.genai import errors as google

from halfopen import errors
from halfopen.wire.gemini.faults import gemini_error, is_gemini_error, status_of


def test_an_error_of_ours_is_one_of_google_s() -> None:
    told = json.loads(gemini_error(errors.UnknownLane("There is no lane `x`."), "req_1"))
    assert told["error"] == {
        "code": 404,
        "message": "There is no lane `x`.",
        "status": "NOT_FOUND",
        "details": [
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "UNKNOWN_LANE", "domain": "halfopen"},
            {"@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": "req_1"},
        ],
    }


def test_when_to_come_again_is_told() -> None:
    told = json.loads(gemini_error(errors.Overloaded("Busy.", retry_after=2.5), "req_1"))
    assert told["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert told["error"]["details"][-1]["retryDelay"] == "2.5s"


def test_google_s_client_reads_it() -> None:
    told = json.loads(gemini_error(errors.Resting("It rests."), "req_1"))
    read = google.ServerError(503, told)
    assert (read.code, read.status, read.message) == (503, "UNAVAILABLE", "It rests.")


@pytest.mark.parametrize(("code", "status"), [(413, "INVALID_ARGUMENT"), (421, "INVALID_ARGUMENT"), (599, "INTERNAL")])
def test_every_status_has_a_word(code: int, status: str) -> None:
    assert status_of(code) == status


ERRORS = {
    b'{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}': True,
    b'[{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}]': True,
    b'[{"error":{"code":400,"message":"no"}},{"error":{"code":400,"message":"no"}}]': False,
    b'{"error":{"code":503,"message":"no"}}': True,
    b'{"error":{"message":"no","type":"x"}}': False,
    b'{"error":"no"}': False,
    b"[]": False,
    b'{"error":{"code":400,"message":"\xff"}}': False,
    b"<html>": False,
    b"": False,
    b"[" * 10**5: False,
}


@pytest.mark.parametrize(("body", "read"), ERRORS.items())
def test_what_google_s_clients_read_as_an_error(body: bytes, read: bool) -> None:
    assert is_gemini_error(body) is read
