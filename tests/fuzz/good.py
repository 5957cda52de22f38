"""Good requests to begin with: what a browser posts and what a program sends, with marks for what the house knows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from tests.fuzz.inputs import Input

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
OWN = {"csrf": "@CSRF@", "command": "@COMMAND@", "version": "@VERSION@", "shown_at": "@SEEN@"}
AGE: Mapping[str, str] = {"age_known": "stated", "age_stated": "30", "age_estimate": ""}
WORDS = "She says 30; nobody knows for certain."
"""Something that a person typed and must not lose."""


def post(path: str, fields: Mapping[str, str | Sequence[str]], **headers: str) -> Input:
    """What a browser posts from one of our pages."""
    data = urlencode({**OWN, **fields}, doseq=True, safe="@").encode()
    return Input("post", f"POST {path}", data, tuple(({"content-type": FORM} | headers).items()))


def get(path: str, **headers: str) -> Input:
    return Input("post", f"GET {path}", b"", tuple(headers.items()))


def send(path: str, body: object, **headers: str) -> Input:
    """What a program sends."""
    known = {"content-type": JSON, "idempotency-key": "@COMMAND@"}
    data = json.dumps(body).replace('"@VERSION@"', "@VERSION@").encode()
    return Input("api", f"POST /api/v1{path}", data, tuple((known | headers).items()))


ARRIVAL = {
    "life_threat": "no",
    "able_to_express": "yes",
    "accompanied_by": "alone",
    "language": "rw",
    "incident_at-day": "22",
    "incident_at-month": "11",
    "incident_at-year": "2026",
    "incident_at-time": "14:30",
}
ESTIMATED = {"age_known": "unknown", "age_estimate": WORDS}
BORN = {"age_known": "documented", "birth_date-day": "3", "birth_date-month": "4", "birth_date-year": "1996"}


def posts() -> Iterator[Input]:
    """Every page that takes what a person types."""
    yield post("/arrival/kacyiru/reception", ARRIVAL)
    yield post("/cases/@CASE@/forms/record_age", ESTIMATED)
    yield post("/cases/@CASE@/forms/record_age", BORN)
    yield post("/cases/@CASE@/forms/record_age", {"age_known": "stated", "age_stated": "30"})
    yield post(
        "/cases/@CASE@/forms/record_incident_time",
        {
            f"incident_at-{part}": text
            for part, text in zip(("day", "month", "year", "time"), ("1", "11", "2026", "9:05"), strict=True)
        },
    )
    yield post(
        "/cases/@CASE@/forms/record_suspicion_now", {"suspected_crime": "yes", "suspicion_basis": ["told", "seen"]}
    )
    yield post("/tasks/@TASK@", {"rights_explained": "yes", "happened_at-day": "23", "happened_at-month": "11"})
    yield post("/tasks/@TASK@/keep", {"rights_explained": "yes"})
    yield post("/cases/@CASE@/facts/life_threat/case", {"life_threat": "yes", "reason": WORDS})
    yield post("/cases/@CASE@/facts/incident_at/case", {"incident_at-day": "2", "reason": WORDS})
    yield post("/find", {"code": "AAA-AAAA"})
    yield post("/hide", {"back": "/cases/@CASE@/forms/record_age", "age_estimate": WORDS})
    yield post("/language", {"screen_language": "en", "back": "/work"})


def api_requests() -> Iterator[Input]:
    """Every operation of the API that takes a body."""
    moment = "2026-11-22T14:30:00+02:00"
    answers = {"life_threat": "no", "able_to_express": "yes", "accompanied_by": "alone", "incident_at": moment}
    yield send("/cases", {"centre": "kacyiru", "door": "reception", "answers": answers, "happened_at": moment})
    yield send("/cases/@CASE@/forms/record_age", {"answers": {"age_known": "unknown", "age_estimate": WORDS}})
    yield send("/cases/@CASE@/forms/record_age", {"answers": {"age_known": "stated", "age_stated": 30}})
    yield send("/cases/@CASE@/forms/record_age", {"answers": {"age_known": "documented", "birth_date": "1996-04-03"}})
    basis = {"suspected_crime": "yes", "suspicion_basis": ["told", "seen"]}
    yield send("/cases/@CASE@/forms/record_suspicion_now", {"answers": basis})
    yield send("/tasks/@TASK@/claim", {"version": "@VERSION@"})
    yield send(
        "/tasks/@TASK@/complete",
        {"version": "@VERSION@", "answers": {"rights_explained": "yes"}, "happened_at": moment},
    )
    correction = {"name": "life_threat", "scope": "case", "recorded_at": "@SEEN@", "value": "yes", "reason": WORDS}
    yield send("/cases/@CASE@/facts", correction)
    yield send("/cases/@CASE@/identity", {"why": "call_back"})
    yield send("/sessions", {"login": "medical", "password": "not the password"})
