"""Kinds of bad requests to the API, as a careless or hostile program sends them."""

# ruff: noqa: E501  # one kind a line: its name, what is sent, and what is said of it

from __future__ import annotations

import json
from typing import Any

from tests.fuzz.good import JSON, WORDS, send
from tests.fuzz.inputs import Input
from tests.fuzz.kinds import Kind

CASES = "/cases"
AGE = "/cases/@CASE@/forms/record_age"
FACTS = "/cases/@CASE@/facts"
WHO = "/cases/@CASE@/identity"
COMPLETE = "/tasks/@TASK@/complete"
CLAIM = "/tasks/@TASK@/claim"
NEW = {"centre": "kacyiru", "door": "reception", "answers": {"life_threat": "no", "able_to_express": "yes"}}
FIX = {"name": "life_threat", "scope": "case", "recorded_at": "@SEEN@", "value": "no", "reason": WORDS}


def sent(name: str, path: str, body: object, says: str, status: int = 400, **headers: str) -> Kind:
    return Kind(f"api: {name}", lambda _: send(path, body, **headers), "refused", says, status)


def raw(name: str, path: str, data: bytes, says: str, status: int = 400, kind: str = JSON) -> Kind:
    headers = (("content-type", kind), ("idempotency-key", "@COMMAND@"))
    return Kind(f"api: {name}", lambda _: Input("api", f"POST /api/v1{path}", data, headers), "refused", says, status)


def _bytes(data: bytes) -> Input:
    return Input("api", f"POST /api/v1{AGE}", data, (("content-type", JSON), ("idempotency-key", "@COMMAND@")))


def got(name: str, target: str, says: str, status: int, method: str = "GET") -> Kind:
    return Kind(f"api: {name}", lambda _: Input("api", f"{method} /api/v1{target}", b""), "refused", says, status)


def fine(name: str, path: str, body: object, **headers: str) -> Kind:
    return Kind(f"api: {name}", lambda _: send(path, body, **headers), "accepted")


def new(**changed: object) -> dict[str, Any]:
    return {**NEW, **changed}


def answers(**given: object) -> dict[str, Any]:
    return {"answers": given}


def told(value: str) -> bytes:
    """The body of a recorded age, with raw JSON as the age."""
    return b'{"answers": {"age_known": "stated", "age_stated": ' + value.encode() + b"}}"


KINDS = [
    # JSON itself
    raw("an empty body", AGE, b"", "missing"),
    raw("a body of spaces", AGE, b"   ", "json_invalid"),
    raw("no JSON", AGE, b"answers: {}", "json_invalid"),
    raw("cut short", AGE, b'{"answers": {"age_known": "sta', "json_invalid"),
    raw("trailing comma", AGE, b'{"answers": {},}', "json_invalid"),
    raw("single quotes", AGE, b"{'answers': {}}", "json_invalid"),
    raw("two values", AGE, b"{} {}", "json_invalid"),
    raw("a comment", AGE, b"// x\n{}", "json_invalid"),
    raw("deep JSON", AGE, b'{"answers": ' + b"[" * 100_000, "too_deep"),
    raw("deep mappings", AGE, b'{"answers": ' + b'{"a":' * 50_000, "too_deep"),
    raw("an answer twice", AGE, b'{"answers": {"age_known": "stated", "age_known": "unknown"}}', "duplicate_key"),
    raw("answers twice", AGE, b'{"answers": {"age_known": "unknown"}, "answers": {}}', "duplicate_key"),
    raw("NaN", AGE, told("NaN"), ""),
    raw("Infinity", AGE, told("Infinity"), ""),
    raw("number beyond all numbers", AGE, told("1e999"), ""),
    raw("huge int", AGE, told("9" * 5000), "number_too_long"),
    raw("int of twenty digits", AGE, told("9" * 20), "", 422),
    raw("int of a hundred digits", AGE, told("9" * 100), "", 422),
    Kind("api: UTF-16", lambda _: _bytes(json.dumps(answers(age_known="unknown")).encode("utf-16")), "accepted"),
    Kind("api: byte order mark", lambda _: _bytes(b"\xef\xbb\xbf" + json.dumps(answers(age_known="unknown")).encode()), "accepted"),
    raw("bytes that are no text", AGE, b'{"answers": {"age_known": "\xff\xfe"}}', "not_utf8"),
    raw("NUL", AGE, b'{"answers": {"age_known": "\x00"}}', "json_invalid"),
    raw("NUL, escaped", AGE, rb'{"answers": {"age_known": "\u0000"}}', ""),
    raw("half of a letter", AGE, rb'{"answers": {"age_known": "\ud800"}}', ""),
    raw("half of a letter in a name", AGE, rb'{"answers": {"\udc00": "x"}}', ""),
    raw("half of a letter in a name of ours", AGE, rb'{"\udc00": "x", "answers": {}}', "string_unicode"),
    raw("escape sequence of a terminal", AGE, rb'{"answers": {"age_estimate": "\u001b[2J"}}', ""),
    raw("larger than is read", AGE, b'{"answers": {"age_estimate": "' + b"x" * 600_000 + b'"}}', "at most", 413),
    raw("a form instead of JSON", AGE, b"answers=x", "", kind="application/x-www-form-urlencoded"),
    raw("wrong content type", AGE, json.dumps(answers(age_known="unknown")).encode(), "", kind="text/plain"),
    raw("no content type", AGE, json.dumps(answers(age_known="unknown")).encode(), "", kind=""),
    raw("content type of ten kilobytes", AGE, b"{}", "", kind="x/" + "y" * 10_000),
    # shapes
    sent("a list", AGE, [], ""),
    sent("a word", AGE, "x", ""),
    sent("null", AGE, None, ""),
    sent("an empty mapping", AGE, {}, "missing"),
    sent("answers that are a list", AGE, {"answers": []}, "dict_type"),
    sent("answers that are a word", AGE, {"answers": "x"}, "dict_type"),
    sent("answers that are nothing", AGE, {"answers": None}, "dict_type"),
    sent("answer that is a mapping", AGE, answers(age_known={"$ne": 1}), ""),
    sent("answer that is a list of lists", AGE, answers(age_known=[["x"]]), ""),
    sent("answer that is a list of numbers", AGE, answers(age_known=[1]), ""),
    sent("answer of thirty kilobytes", AGE, answers(age_estimate="x" * 30_000), "string_too_long"),
    sent("two thousand answers", AGE, answers(**{f"a{number}": "x" for number in range(2_000)}), "too_long"),
    sent("field that nobody knows", AGE, {"answers": {}, "admin": True}, "extra_forbidden"),
    sent("no centre", CASES, {"door": "reception", "answers": {}}, "missing"),
    sent("centre that is a number", CASES, new(centre=5), "string_type"),
    sent("door of a kilobyte", CASES, new(door="x" * 1000), "string_too_long"),
    sent("moment without offset", CASES, new(happened_at="2026-11-22T14:30:00"), "timezone_aware"),
    sent("moment that is a number", CASES, new(happened_at=1e300), ""),
    sent("moment that counts seconds", CASES, new(happened_at=1795413600), "2026-11-23T14:30"),
    sent("moment in words", CASES, new(happened_at="yesterday"), ""),
    sent("moment of no calendar", CASES, new(happened_at="2026-02-30T00:00:00Z"), ""),
    sent("moment with an offset beyond the day", CASES, new(happened_at="2026-11-22T14:30:00+99:00"), ""),
    sent("version that is text", CLAIM, {"version": "latest"}, "int_type"),
    sent("version below one", CLAIM, {"version": 0}, "greater_than_equal"),
    sent("version beyond the database", CLAIM, {"version": 2**63}, "less_than_equal"),
    sent("version with a fraction", CLAIM, {"version": 1.5}, "int_type"),
    sent("version that is a number as text", CLAIM, {"version": "1"}, "int_type"),
    sent("version that is true", CLAIM, {"version": True}, "int_type"),
    sent("version with a point", CLAIM, {"version": 1.0}, "int_type"),
    sent("version that is a list", CLAIM, {"version": [1]}, "int_type"),
    sent("reason left out", FACTS, {key: FIX[key] for key in FIX if key != "reason"}, "missing"),
    sent("reason that is empty", FACTS, FIX | {"reason": ""}, "string_too_short"),
    sent("reason of three kilobytes", FACTS, FIX | {"reason": "x" * 3000}, "string_too_long"),
    sent("why in capitals", WHO, {"why": "CALL BACK"}, "string_pattern_mismatch"),
    sent("why with a line end", WHO, {"why": "call_back\n"}, "string_pattern_mismatch"),
    sent("why of a kilobyte", WHO, {"why": "a" * 1000}, "string_too_long"),
    sent("login of a kilobyte", "/sessions", {"login": "x" * 1000, "password": "x"}, "string_too_long"),
    sent("password of ten kilobytes", "/sessions", {"login": "x", "password": "x" * 10_000}, "string_too_long"),
    sent("login that is a mapping", "/sessions", {"login": {"$gt": ""}, "password": "x"}, "string_type"),
    sent("login that nobody has", "/sessions", {"login": "' OR 1=1 --", "password": "x"}, "denied", 401),
    # answers
    sent("nothing answered", AGE, answers(), "required", 422),
    sent("choice that is not offered", AGE, answers(age_known="guessed"), "choice", 422),
    sent("choice that is a number", AGE, answers(age_known=1), "choice", 422),
    sent("choice that is true", AGE, answers(age_known=True), "choice", 422),
    sent("choice that is a list", AGE, answers(age_known=["stated"]), "choice", 422),
    sent("number that is text", AGE, answers(age_known="stated", age_stated="30"), "whole_number", 422),
    sent("number that is true", AGE, answers(age_known="stated", age_stated=True), "whole_number", 422),
    sent("number with a fraction", AGE, answers(age_known="stated", age_stated=30.5), "whole_number", 422),
    sent("number below its limit", AGE, answers(age_known="stated", age_stated=-1), "minimum", 422),
    sent("number above its limit", AGE, answers(age_known="stated", age_stated=1000), "maximum", 422),
    sent("day that does not exist", AGE, answers(age_known="documented", birth_date="1996-02-30"), "date", 422),
    sent("day with a time", AGE, answers(age_known="documented", birth_date="1996-04-03T00:00:00Z"), "date", 422),
    sent("day before living memory", AGE, answers(age_known="documented", birth_date="0001-01-01"), "too_long_ago", 422),
    sent("day in the future", AGE, answers(age_known="documented", birth_date="9999-12-31"), "future", 422),
    sent("day that is a number", AGE, answers(age_known="documented", birth_date=19960403), "date", 422),
    sent("answer without an offset", CASES, new(answers={**NEW["answers"], "incident_at": "2026-11-22T14:30:00"}), "moment_offset", 422),  # type: ignore[dict-item]
    sent("answer at the beginning of time", CASES, new(answers={**NEW["answers"], "incident_at": "0001-01-01T00:00:00+14:00"}), "", 422),  # type: ignore[dict-item]
    sent("answer at the end of time", CASES, new(answers={**NEW["answers"], "incident_at": "9999-12-31T23:59:59-14:00"}), "", 422),  # type: ignore[dict-item]
    sent("text that is too long", AGE, answers(age_known="unknown", age_estimate="x" * 161), "too_long", 422),
    sent("text that is a number", AGE, answers(age_known="unknown", age_estimate=5), "text", 422),
    sent("question of another form", AGE, answers(age_known="unknown", age_estimate=WORDS, hiv_status="x"), "unknown_field", 422),
    sent("question without a name", AGE, {"answers": {"age_known": "unknown", "": "x"}}, "unknown_field", 422),
    sent("moment at the beginning of time", CASES, new(happened_at="0001-01-01T00:00:00+14:00"), "", 422),
    sent("moment at the end of time", CASES, new(happened_at="9999-12-31T23:59:59-14:00"), "", 422),
    sent("version of yesterday", COMPLETE, {"version": 999, "answers": {}}, "", 409),
    sent("door that is not there", CASES, new(door="window"), "", 403),
    sent("centre that is not there", CASES, new(centre="moon"), "", 403),
    sent("form that is not there", "/cases/@CASE@/forms/nobody_knows", answers(), "", 403),
    sent("fact that is not there", FACTS, FIX | {"name": "nobody_knows"}, "", 404),
    sent("scope that is not there", FACTS, FIX | {"scope": "incident 99"}, "", 404),
    sent("value that is not offered", FACTS, FIX | {"value": "perhaps"}, "choice", 422),
    sent("value that is a list", FACTS, FIX | {"value": ["no"]}, "choice", 422),
    fine("markup in a text", AGE, answers(age_known="unknown", age_estimate="<script>alert(1)</script>")),
    fine("every kind of letter", AGE, answers(age_known="unknown", age_estimate="\u017b \U0001f600 \u0627")),
    fine("answer that is nothing", AGE, answers(age_known="unknown", age_estimate=WORDS, birth_date=None)),
    fine("whole number written with a point", AGE, answers(age_known="stated", age_stated=30.0)),
    # headers and addresses
    sent("no idempotency key", CASES, NEW, "too_short", 400, **{"idempotency-key": ""}),
    sent("idempotency key of a kilobyte", CASES, NEW, "too_long", 400, **{"idempotency-key": "x" * 1000}),
    sent("idempotency key with a space", CASES, NEW, "pattern", 400, **{"idempotency-key": "a b"}),
    sent("token that is not a token", CASES, NEW, "not_signed_in", 401, authorization="Bearer x"),
    sent("token of no kind", CASES, NEW, "not_signed_in", 401, authorization="Basic eDp5"),
    sent("token of ten kilobytes", CASES, NEW, "not_signed_in", 401, authorization="Bearer " + "x" * 10_000),
    sent("a host that is not ours", CASES, NEW, "unknown_host", 421, host="elsewhere.example"),
    sent("a host that is no name", CASES, NEW, "unknown_host", 421, host="localhost:99999"),
    sent("a length that is no number", CASES, NEW, "too_large", 413, **{"content-length": "many"}),
    got("case that is not there", "/cases/nobody", "", 404),
    got("case with a path in its name", "/cases/..%2f..%2fetc", "", 404),
    got("case with a name of a kilobyte", "/cases/" + "x" * 1000, "", 400),
    got("task that is not there", "/tasks/nobody", "", 404),
    got("trail before a number without end", "/cases/@CASE@/trail?before=" + "9" * 40, "", 400),
    got("trail before a word", "/cases/@CASE@/trail?before=yesterday", "", 400),
    got("centre with a quotation mark", "/tasks?centre=%27", "", 400),
    got("address with NUL", "/cases/%00", "no text", 400),
    got("address that is no text", "/cases/%ff", "no text", 400),
    got("operation that is not there", "/nothing", "", 404),
    got("method that is not there", "/cases/@CASE@", "", 405, "PATCH"),
]  # fmt: skip
"""Kinds that are accepted are harmless: what is sent is kept as it is written, and nothing of it runs."""
