"""Kinds of bad posts, as a broken browser, a hurried person or an attacker sends them."""

# ruff: noqa: E501  # one kind a line: its name, what is posted, and what becomes of it

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from tests.fuzz.good import ARRIVAL, BORN, ESTIMATED, FORM, OWN, WORDS, get, post
from tests.fuzz.inputs import Input
from tests.fuzz.kinds import Kind

AGE = "/cases/@CASE@/forms/record_age"
WHEN = "/cases/@CASE@/forms/record_incident_time"
WHY = "/cases/@CASE@/forms/record_suspicion_now"
DOOR = "/arrival/kacyiru/reception"
TASK = "/tasks/@TASK@"
FACT = "/cases/@CASE@/facts/life_threat/case"
Fields = Mapping[str, str | Sequence[str]]


def refused(name: str, path: str, fields: Fields, says: str, status: int = 422, **headers: str) -> Kind:
    return Kind(f"post: {name}", lambda _: post(path, fields, **headers), "refused", says, status)


def harmless(name: str, path: str, fields: Fields, **headers: str) -> Kind:
    return Kind(f"post: {name}", lambda _: post(path, fields, **headers), "accepted")


def raw(name: str, path: str, data: bytes, says: str, status: int, kind: str = FORM) -> Kind:
    """Bytes as they are."""
    return Kind(
        f"post: {name}",
        lambda _: Input("post", f"POST {path}", data, (("content-type", kind),)),
        "refused",
        says,
        status,
    )


def asked(name: str, target: str, says: str, status: int) -> Kind:
    return Kind(f"post: {name}", lambda _: get(target), "refused", says, status)


def shown(name: str, target: str) -> Kind:
    return Kind(f"post: {name}", lambda _: get(target), "accepted")


def age(**fields: str) -> Fields:
    return {"age_known": "stated", "age_estimate": WORDS, **fields}


def born(day: str, month: str, year: str) -> Fields:
    return {"age_known": "documented", "birth_date-day": day, "birth_date-month": month, "birth_date-year": year}


def then(day: str, month: str, year: str, time: str) -> Fields:
    return {"incident_at-day": day, "incident_at-month": month, "incident_at-year": year, "incident_at-time": time}


def own(**fields: str) -> bytes:
    return urlencode(OWN | fields, safe="@").encode()


MULTIPART = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'

KINDS = [
    # answers
    refused("nothing answered", AGE, {}, "Answer this"),
    refused("only spaces", AGE, {"age_known": "   "}, "Answer this"),
    refused("choice that is not offered", AGE, {"age_known": "guessed", "age_estimate": WORDS}, "Choose one of the answers"),
    refused("choice in capitals", AGE, {"age_known": "STATED"}, "Choose one of the answers"),
    refused("choice of a thousand letters", AGE, {"age_known": "x" * 1000}, "Choose one of the answers"),
    refused("duplicated field", AGE, {"age_known": ["stated", "unknown"], "age_stated": "30"}, "Choose one of the answers"),
    harmless("field sent twice alike", AGE, {"age_known": ["stated", "stated"], "age_stated": "30"}),
    refused("number in words", AGE, age(age_stated="thirty"), "Give a whole number"),
    refused("number with a fraction", AGE, age(age_stated="30.5"), "Give a whole number"),
    refused("number with an exponent", AGE, age(age_stated="3e1"), "Give a whole number"),
    refused("number in hexadecimal", AGE, age(age_stated="0x1e"), "Give a whole number"),
    refused("number of a thousand digits", AGE, age(age_stated="9" * 1000), "Give a whole number"),
    refused("number in other digits", AGE, age(age_stated="\u0663\u0660"), "Give a whole number"),
    refused("number below its limit", AGE, age(age_stated="-1"), "or more"),
    refused("number above its limit", AGE, age(age_stated="999"), "or less"),
    refused("number that is not a number", AGE, age(age_stated="NaN"), "Give a whole number"),
    refused("number that has no end", AGE, age(age_stated="Infinity"), "Give a whole number"),
    refused("day that does not exist", AGE, born("30", "2", "1996"), "Give a day that exists"),
    refused("29 February of a short year", AGE, born("29", "2", "1995"), "Give a day that exists"),
    refused("month that does not exist", AGE, born("1", "13", "1996"), "Give a day that exists"),
    refused("month in words", AGE, born("1", "May", "1996"), "Give a day that exists"),
    refused("year of two digits", AGE, born("1", "5", "96"), "Give a day that exists"),
    refused("year zero", AGE, born("1", "5", "0000"), "Give a day that exists"),
    refused("year one", AGE, born("1", "1", "0001"), "too long ago"),
    refused("year 9999", AGE, born("31", "12", "9999"), "in the future"),
    refused("day without a year", AGE, born("1", "5", ""), "Give a day that exists"),
    refused("day of a thousand digits", AGE, born("1" * 1000, "5", "1996"), "Give a day that exists"),
    refused("day as an American writes it", AGE, {"age_known": "documented", "birth_date": "04/03/1996"}, "Give a day that exists"),
    harmless("day in one field", AGE, {"age_known": "documented", "birth_date": "1996-04-03"}),
    refused("moment without a time", WHEN, then("22", "11", "2026", ""), "Give a day and a time"),
    refused("moment without a day", WHEN, then("", "", "", "14:30"), "Give a day and a time"),
    refused("hour that does not exist", WHEN, then("22", "11", "2026", "25:00"), "Give a day and a time"),
    refused("time in words", WHEN, then("22", "11", "2026", "noon"), "Give a day and a time"),
    refused("moment in the future", WHEN, then("22", "11", "2030", "14:30"), "in the future"),
    refused("moment at the end of time", WHEN, then("31", "12", "9999", "23:59"), ""),
    refused("moment at the beginning of time", WHEN, then("1", "1", "0001", "00:00"), ""),
    refused("moment with an offset beyond the day", WHEN, {"incident_at": "2026-11-22T14:30:00+99:99"}, "Give a day and a time"),
    refused("moment that ends before it begins", WHEN, {**then("22", "11", "2026", "14:30"), **{f"incident_until-{part}": text for part, text in {"day": "21", "month": "11", "year": "2026", "time": "14:30"}.items()}}, "cannot be before"),
    refused("several choices, one not offered", WHY, {"suspected_crime": "yes", "suspicion_basis": ["guess"]}, "Choose from the answers"),
    refused("several choices, one twice", WHY, {"suspected_crime": "yes", "suspicion_basis": ["told", "told"]}, "Choose from the answers"),
    refused("several choices, a thousand times", WHY, {"suspected_crime": "yes", "suspicion_basis": ["told"] * 900}, "Choose from the answers"),
    refused("text that is too long", AGE, {"age_known": "unknown", "age_estimate": "x" * 161}, "characters at most: 160"),
    refused("text of a hundred kilobytes", AGE, {"age_known": "unknown", "age_estimate": "x" * 100_000}, "characters at most: 160"),
    harmless("text with markup", AGE, {"age_known": "unknown", "age_estimate": "<script>alert(1)</script>"}),
    harmless("text with quotation marks", AGE, {"age_known": "unknown", "age_estimate": "\"'; DROP TABLE fact; --"}),
    harmless("text of a template", AGE, {"age_known": "unknown", "age_estimate": "{{ 7 * 7 }} {% raw %} ${x} %s"}),
    harmless("text with every kind of letter", AGE, {"age_known": "unknown", "age_estimate": "\u017bo\u0301\u0142\u0107 \U0001f600 \u0627\u0644"}),
    harmless("text with line ends of Windows", AGE, {"age_known": "unknown", "age_estimate": "a\r\nb"}),
    harmless("text with a tab", AGE, {"age_known": "unknown", "age_estimate": "a\tb"}),
    refused("NUL byte in a text", AGE, {"age_known": "unknown", "age_estimate": WORDS + "\x00"}, "", 400),
    refused("escape sequence in a text", AGE, {"age_known": "unknown", "age_estimate": "\x1b[2J" + WORDS}, "", 400),
    refused("NUL byte in a name", AGE, {"age\x00known": "x", "age_estimate": WORDS}, "", 400),
    refused("when it was, in the future", AGE, {**ESTIMATED, "happened_at-day": "1", "happened_at-month": "1", "happened_at-year": "2030", "happened_at-time": "10:00"}, "in the future"),
    refused("when it was, unreadable", AGE, {**ESTIMATED, "happened_at-day": "1", "happened_at-month": "x", "happened_at-year": "2026", "happened_at-time": "10:00"}, "Give a day and a time"),
    refused("when it was, at the beginning of time", AGE, {**ESTIMATED, "happened_at-day": "1", "happened_at-month": "1", "happened_at-year": "0001", "happened_at-time": "00:00"}, ""),
    harmless("question of another form", AGE, {**ESTIMATED, "hiv_status": "x"}),
    harmless("question that is not asked", AGE, {**ESTIMATED, "birth_date-day": "99"}),
    refused("arrival without what is needed", DOOR, {"accompanied_by": "alone"}, "Answer this"),
    refused("arrival at the end of time", DOOR, {**ARRIVAL, "incident_at-year": "9999"}, "in the future"),
    refused("correction without a reason", FACT, {"life_threat": "no"}, "Say why"),
    refused("correction without a value", FACT, {"reason": WORDS}, ""),
    refused("correction to nothing that is offered", FACT, {"life_threat": "perhaps", "reason": WORDS}, "Choose one of the answers"),
    refused("reason of a hundred kilobytes", FACT, {"life_threat": "yes", "reason": "x" * 100_000}, "characters at most: 500"),
    refused("task without answers", TASK, {}, "Answer this"),
    harmless("kept at the beginning of time", f"{TASK}/keep", {"happened_at-day": "1", "happened_at-month": "1", "happened_at-year": "0001", "happened_at-time": "00:00"}),
    shown("task after it was kept at the beginning of time", TASK),
    harmless("kept at the end of time", f"{TASK}/keep", {"happened_at-day": "31", "happened_at-month": "12", "happened_at-year": "9999", "happened_at-time": "23:59"}),
    shown("task after it was kept at the end of time", TASK),
    # what a page of ours would not send
    refused("no token", AGE, {**ESTIMATED, "csrf": ""}, "", 400),
    refused("token of somebody else", AGE, {**ESTIMATED, "csrf": "x" * 43}, "", 400),
    refused("token in other letters", AGE, {**ESTIMATED, "csrf": "\u00e9"}, "", 400),
    refused("command that is no command", AGE, {**ESTIMATED, "command": "'; --"}, "", 400),
    refused("command of a thousand letters", AGE, {**ESTIMATED, "command": "a" * 1000}, "", 400),
    refused("version in words", TASK, {"version": "latest", "rights_explained": "yes"}, "", 400),
    refused("version of a thousand digits", TASK, {"version": "9" * 1000}, "", 400),
    refused("page of another site", AGE, ESTIMATED, "", 400, **{"sec-fetch-site": "cross-site"}),
    refused("origin of another site", AGE, ESTIMATED, "", 400, origin="https://elsewhere.example"),
    refused("origin that cannot be read", AGE, ESTIMATED, "", 400, origin="http://[::1"),
    refused("language that is not spoken", "/language", {"screen_language": "tlh", "back": "/work"}, "", 400),
    harmless("back to another site", "/language", {"screen_language": "en", "back": "https://elsewhere.example/"}),
    harmless("back to a broken address", "/language", {"screen_language": "en", "back": "//[::1"}),
    harmless("hidden on a page that is not there", "/hide", {"back": "/nowhere", "age_estimate": WORDS}),
    refused("after the screen was hidden", "/unlock", {"password": "not the password", "back": "/work"}, "", 401),
    refused("password of a kilobyte", "/unlock", {"password": "x" * 1025}, "", 401),
    harmless("unlocked", "/unlock", {"password": "blue kettle seventeen lanterns", "back": "/work"}),
    refused("code that nobody has", "/find", {"code": "ZZZ-ZZZZ"}, "", 404),
    refused("code that is no code", "/find", {"code": "' OR 1=1 --"}, "", 404),
    refused("code of ten kilobytes", "/find", {"code": "A" * 10_000}, "", 404),
    # bodies
    raw("form that is no text", AGE, own(age_known="unknown") + b"&age_estimate=30%FF%FE", "cannot be read or printed", 422),
    raw("form in the letters of Latin-1", AGE, own(age_known="unknown") + b"&age_estimate=n\xe9e", "cannot be read or printed", 422),
    raw("day that is no text", AGE, own(age_known="documented") + b"&birth_date-year=%BD", "Give a day that exists", 422),
    raw("reason that is no text", FACT, own(life_threat="yes") + b"&reason=%E9", "cannot be read or printed", 422),
    raw("half a percent sign", AGE, own(age_known="documented") + b"&birth_date=%", "Give a day that exists", 422),
    raw("JSON instead of a form", AGE, b'{"age_known": "unknown"}', "", 400, "application/json"),
    raw("a form of no kind", AGE, own(age_known="unknown"), "", 400, "text/plain"),
    raw("a kind of ten kilobytes", AGE, own(age_known="unknown"), "", 400, "x" * 10_000),
    raw("an empty body", AGE, b"", "", 400),
    raw("a body of ampersands", AGE, b"&" * 100_000, "", 400),
    raw("a body of equals signs", AGE, b"=&" * 50_000, "too many fields", 413),
    raw("a body larger than is read", AGE, own(age_known="unknown") + b"&x=" + b"x" * 600_000, "At most", 413),
    raw("a hundred thousand fields", AGE, own(age_known="documented") + b"&a=b" * 100_000, "too many fields", 413),
    raw("parts that never end", AGE, PART % (b"csrf", b"@CSRF@"), "", 400, MULTIPART),
    raw("parts without a boundary", AGE, PART % (b"csrf", b"@CSRF@"), "", 400, "multipart/form-data"),
    raw("a thousand and more parts", AGE, (PART % (b"a", b"b")) * 1500 + b"--x--\r\n", "too many fields", 413, MULTIPART),
    raw("a part that is a file", AGE, (PART % (b"csrf", b"@CSRF@")) + b'--x\r\nContent-Disposition: form-data; name="age_known"; filename="a.exe"\r\n\r\nMZ\r\n--x--\r\n', "Answer this", 422, MULTIPART),
    # addresses
    asked("case that is not there", "/cases/nobody", "", 404),
    asked("case with a path in its name", "/cases/..%2f..%2fetc%2fpasswd", "", 404),
    asked("case with a name of a kilobyte", "/cases/" + "x" * 1000, "", 404),
    asked("task that is not there", "/tasks/nobody", "", 404),
    asked("form that is not there", "/cases/@CASE@/forms/nobody_knows", "", 404),
    asked("fact that is not there", "/cases/@CASE@/facts/nobody_knows/case", "", 404),
    asked("process that is not there", "/cases/@CASE@/way/nobody_knows", "", 404),
    asked("door that is not there", "/arrival/kacyiru/window", "", 404),
    asked("centre that is not there", "/arrival/moon/reception", "", 404),
    asked("page that is not there", "/wp-admin/setup.php", "", 404),
    asked("address with NUL", "/cases/%00", "could not be used", 400),
    asked("address that is no text", "/cases/%ff%fe", "could not be used", 400),
    asked("query that is no text", "/work?x=%ff", "could not be used", 400),
    asked("address without its slash", "%5Cud800/find", "could not be used", 400),
    asked("address of everything", "*", "could not be used", 400),
    raw("post to an address without its slash", "%5Cud800/find", b"", "could not be used", 400),
    shown("timeline before a number without end", "/cases/@CASE@?before=" + "9" * 40),
    shown("timeline before the largest number", "/cases/@CASE@?before=" + "9" * 18),
    shown("timeline before a word", "/cases/@CASE@?before=yesterday"),
    shown("timeline before nothing", "/cases/@CASE@?before=-1"),
    shown("timeline of no kind", "/cases/@CASE@?show=everything"),
    shown("diagram of no size", "/cases/@CASE@/way/case_main?zoom=999999999"),
    Kind("post: method that no page has", lambda _: Input("post", "DELETE /work", b""), "refused", "", 400),
    Kind("post: method that nobody has", lambda _: Input("post", "BREW /work", b""), "refused", "", 400),
    Kind("post: day of a good form, once more", lambda _: post(AGE, BORN), "accepted"),
]  # fmt: skip
"""Kinds that are accepted are harmless: what does not belong there is neither kept nor run."""
