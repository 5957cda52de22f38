"""What a browser posts, texts by field name, to JSON-shaped answers; what cannot be read becomes a problem."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.forms import moments
from engine.forms.problems import kind_of, problem
from engine.forms.questions import made_ready
from engine.library import Form
from engine.model import Problem

Posted = Mapping[str, Sequence[str]]
"""Field name -> the texts posted under it, as `MultiDict.to_dict(flat=False)` gives them."""

_TIME = re.compile(r"([0-9]{1,2})[:.hH]([0-9]{2})")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,9})?")


class _Unreadable(Exception):
    """What was posted is not of the kind that is asked."""


def post_to_answers(
    form: Form, posted: Posted, zone: ZoneInfo, language: str = "en"
) -> tuple[dict[str, object], tuple[Problem, ...]]:
    """(answers, problems): what was left empty is absent, what cannot be read is a problem instead of an answer.

    A day is `name-day`, `name-month`, `name-year` or an ISO day in `name`; a moment has `name-time` (14:30)
    besides, on the centre's clock (`zone`); several choices repeat `name`. Other fields of the page (its
    token, its button) are passed over. Questions that are not asked have neither answer nor problem.
    """
    ready = made_ready(form)
    answers: dict[str, object] = {}
    unreadable: set[str] = set()
    for name, schema in form.properties.items():
        try:
            answer = _answer(name, schema, posted, zone)
        except _Unreadable:
            unreadable.add(name)
            continue
        if answer is not None:
            answers[name] = answer
    asked = ready.asked(answers)
    found = [name for name in ready.order if name in unreadable and ready.shown(name, asked)]
    return asked, tuple(problem(form, name, kind_of(form.properties[name]), language) for name in found)


def _answer(name: str, schema: Mapping[str, Any], posted: Posted, zone: ZoneInfo) -> object:
    kind = kind_of(schema)
    if kind == "choices":
        return [text for text in posted.get(name, ()) if text.strip()] or None
    if kind == "date":
        return _day(name, posted)
    if kind == "moment":
        return _moment(name, posted, zone)
    text = _text(name, posted)
    if not text or kind in ("choice", "text"):
        return text or None
    return _scalar(kind, text)


def _text(name: str, posted: Posted) -> str:
    """The one text; no page of ours sends two that differ, and it is not for us to choose."""
    texts = {text.strip() for text in posted.get(name, ())} - {""}
    if len(texts) > 1:
        raise _Unreadable
    return texts.pop() if texts else ""


def _scalar(kind: str, text: str) -> bool | int | float:
    """true/false, a whole number, or a number with a decimal point or comma."""
    if kind == "yes_no" and text in ("true", "false"):
        return text == "true"
    if kind == "whole_number" and _WHOLE.fullmatch(text):
        return int(text)
    if kind == "number" and _DECIMAL.fullmatch(text):
        return float(text.replace(",", "."))
    raise _Unreadable


def _day(name: str, posted: Posted) -> str | None:
    """The ISO day of the three parts, or of the one field; None when all are empty."""
    whole = _text(name, posted)
    parts = [_text(f"{name}-{part}", posted) for part in ("year", "month", "day")]
    if not whole and not any(parts):
        return None
    if not whole:
        if not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts) or len(parts[0]) != 4:
            raise _Unreadable
        whole = "-".join(part.zfill(2) for part in parts)
    if moments.day(whole) is None:
        raise _Unreadable
    return whole


def _moment(name: str, posted: Posted, zone: ZoneInfo) -> str | None:
    """The ISO moment with its offset, of a day and a time on the centre's clock; None when all are empty."""
    whole = moments.moment(_text(name, posted))
    if whole is not None:
        return _with_offset(whole, zone)
    day, time = _day(name, posted), _text(f"{name}-time", posted)
    if day is None and not time:
        return None
    clock = _TIME.fullmatch(time)
    local = moments.moment(f"{day}T{clock[1].zfill(2)}:{clock[2]}") if day and clock else None
    if local is None:
        raise _Unreadable
    return _with_offset(local, zone)


def _with_offset(moment: datetime, zone: ZoneInfo) -> str:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()
