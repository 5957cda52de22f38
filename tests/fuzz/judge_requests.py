"""Asks a house what was posted or sent: a refusal is 4xx, says what to do, loses nothing and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from lxml import html

from tests.fuzz.house import MARKS, Answer, Asked
from tests.fuzz.inputs import Input
from tests.fuzz.verdicts import Fault, Said, Verdict, in_words

PROBLEM = "application/problem+json"
FORM = "application/x-www-form-urlencoded"
GIVES_NOTHING_BACK = frozenset({404, 405, 411, 413, 421, 429})
"""Where what was written cannot be given back: it was not read, or has no page."""


def posted(house: Asked, given: Input) -> Verdict:
    """The verdict on what a browser posted or asked for."""
    answer, unchanged = _asked(house, given)
    if answer.status < 400:
        return Verdict("accepted", status=answer.status)
    kind = answer.headers.get("content-type", "")
    if kind == PROBLEM:  # refused at the gate, before it was known which face is meant
        return _problem(answer, given)
    if "text/html" not in kind:
        raise Fault(f"{answer.status} has no page, but {kind!r}: {answer.text[:200]}")
    page = html.fromstring(answer.text or "<p/>")
    told = [" ".join(part.text_content().split()) for part in page.iter("main") or [page]]
    words = " ".join(told) or " ".join(page.text_content().split())
    if not words or "Traceback" in words:
        raise Fault(f"{answer.status} says nothing: {answer.text[:200]}")
    if given.place.startswith("POST") and answer.status not in GIVES_NOTHING_BACK:
        _kept(page, given)
    if not unchanged:
        raise Fault(f"It was refused ({answer.status}) and changed the case")
    return Verdict("refused", (Said(given.place, 0, "page", str(answer.status), words[:300]),), answer.status)


def _kept(page: html.HtmlElement, given: Input) -> None:
    """Raises Fault when a text that was typed stands nowhere on the page."""
    if FORM not in dict(given.headers).get("content-type", FORM):
        return
    if any("password" in one.get("name", "") for one in page.iter("input")):
        return  # the page that asks who is there shows nothing of anyone
    shown: dict[str, list[str]] = {}
    for one in page.iter("input", "textarea"):
        value = one.value if one.tag == "textarea" else one.get("value")
        if one.get("type", "text") == "text" and one.get("name"):
            shown.setdefault(one.get("name"), []).append(value or "")
    written = {one.findtext("dt"): one.findtext("dd") or "" for one in page.iterfind(".//dl[@class='told']/div")}
    typed: dict[str, list[str]] = {}
    for name, text in parse_qsl(given.data.decode("utf-8", "replace"), keep_blank_values=True):
        typed.setdefault(name, []).append(text)
    for name, texts in typed.items():
        if any(mark in text for text in texts for mark in MARKS):
            continue  # what was sent is not what is written here
        stands = [*shown.get(name, ()), *((written[name],) if name in written else ())]
        if name in shown and not any(_same(text, one) for text in texts for one in stands):
            raise Fault(f"What was typed into {name!r} is gone from the page")


def _same(typed: str, shown: str) -> bool:
    """As far as a page can show it: ends of lines and what is no letter apart."""
    return "".join(typed.split()).replace("\x00", "\ufffd") in "".join(shown.split()) or not typed.isprintable()


def sent(house: Asked, given: Input) -> Verdict:
    """The verdict on what a program sent."""
    answer, unchanged = _asked(house, given)
    if answer.status < 400:
        return Verdict("accepted", status=answer.status)
    if not given.place.partition(" ")[2].startswith("/api/v1/"):  # it went astray: the pages answer
        return Verdict("refused", status=answer.status)
    verdict = _problem(answer, given)
    if not unchanged:
        raise Fault(f"It was refused ({answer.status}) and changed the case")
    return verdict


def _problem(answer: Answer, given: Input) -> Verdict:
    """The verdict of an RFC 9457 problem; raises Fault when it is none, or is not in words."""
    if answer.headers.get("content-type") != PROBLEM:
        raise Fault(f"{answer.status} is no problem document: {answer.text[:200]}")
    problem: Mapping[str, object] = json.loads(answer.body)
    lacking = {"type", "title", "status", "detail", "code"} - set(problem)
    if lacking or problem["status"] != answer.status:
        raise Fault(f"The problem lacks {lacking or 'its own status'}")
    in_words(str(problem["detail"]), given)
    fields: list[Mapping[str, str]] = problem.get("problems", [])  # type: ignore[assignment]
    for field in fields:
        in_words(field["message"], given)
    said = [Said(given.place, 0, field["field"], field["code"], field["message"]) for field in fields]
    said.append(Said(given.place, 0, "", str(problem["code"]), str(problem["detail"])))
    return Verdict("refused", tuple(said), answer.status)


def _asked(house: Asked, given: Input) -> tuple[Answer, bool]:
    """The answer, and whether the case is as it was."""
    before = house.ready()
    answer = house.ask(given)
    if answer.status >= 500:
        raise Fault(f"{answer.status}: {answer.text[:300]}")
    return answer, house.file() == before
