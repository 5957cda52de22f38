"""What comes with a command besides its answers: its moment and its fingerprint; and how it is turned away."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from engine import clock
from engine.forms import HAPPENED_AT, problem
from engine.library import Form
from engine.model import Override, Problem, Refusal
from engine.store.errors import StoreUnsure

AHEAD = timedelta(minutes=5)
"""How far a person's clock may run ahead of ours."""
BACK = timedelta(days=366)
"""Paper is entered within a year, or the year was typed wrong."""
WHY = re.compile(r"[a-z_]{2,40}")
FEWEST_WORDS = 3
"""Of a reason that others must understand later."""


def moment(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise invalid(HAPPENED_AT, "moment", "Give a date and time with its time zone") from None
    if at.tzinfo is None:
        raise invalid(HAPPENED_AT, "moment", "Give a date and time with its time zone")
    if at > clock.now() + AHEAD:
        raise invalid(HAPPENED_AT, "future", "This lies in the future")
    if at < clock.now() - BACK:
        raise invalid(HAPPENED_AT, "too_long_ago", "This is too long ago; look at the year")
    return at.astimezone(UTC)


def overriding(given: Override, roles: frozenset[str]) -> Override:
    """Why somebody of these roles goes on past duties. Raises Refusal when that is no sentence."""
    reason = given.reason.strip()
    if reason and len(reason.split()) < FEWEST_WORDS:
        raise invalid("override", "few_words", f"Say why in a sentence of at least {FEWEST_WORDS} words")
    return Override(roles, reason, given.duties)


def need_to_know(why: str) -> None:
    """Raises Refusal unless this is a word for the trail: why somebody needs to know who the survivor is."""
    if not WHY.fullmatch(why):
        raise invalid("why", "required", "Choose why you need to know")


def check_answered(form: Form, values: Mapping[str, object], language: str) -> None:
    """Raises Refusal when a form that asks something is sent without a single answer."""
    if form.properties and not values:
        raise wrong(problem(form, next(iter(form.properties)), "one_needed", language))


def invalid(field: str, code: str, message: str) -> Refusal:
    return wrong(Problem(field, code, message, {"label": ""}))


def wrong(*problems: Problem) -> Refusal:
    return Refusal("invalid_answers", "Some answers need another look", problems=problems)


def reused() -> Refusal:
    return Refusal("command_reused", "This was sent before with other content", status=409)


def busy(why: Exception) -> Refusal:
    if isinstance(why, StoreUnsure):
        said = "It is not certain that this was saved. Send it again: it is done only once."
        return Refusal("unsure", said, status=503)
    return Refusal("busy", "Nothing was saved just now. Wait a moment and send it again.", status=503)


def fingerprint(*parts: object, override: Override | None = None) -> str:
    """Digest of a command's content, so that its id cannot be used for another."""
    if override is not None and override.reason:
        parts = (*parts, override.reason, sorted(override.duties))
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
