"""Reads what a browser posted into JSON-shaped answers; makes the idempotency key of a form."""

from __future__ import annotations

import uuid
from datetime import datetime
from unicodedata import category

from flask import g, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from engine.forms import post_to_answers
from engine.library import Form, Where
from engine.model import Override, Problem, Refusal
from web.staff.forms import Raw
from web.staff.posted import UNREAD
from web.words import CATALOGUE

Answers = dict[str, object]
WHEN = "happened_at"
"""The Desk's reserved answer: when it was true in the world, if not now."""
SHOWN = "shown_at"
"""The field of the page itself that says until when what it shows was recorded; it stays with what is written there."""
SAVED = "saved_at"
"""The field of the page itself that says when what it shows of a step was saved by its writer; as `SHOWN` it stays."""
COMMAND = "command"
"""The field of the page itself with its idempotency key; it stays with what is written there, so that what is gone on
with in two tabs and sent from both is one command."""
RENEWED = "renewed"
"""The field of the page itself that says that it has another key than what is kept of it may have."""
BEGUN = "begun_at"
"""The field of the page itself that says when the writing began; it stays with what is written there."""
AFTER = "after_page"
"""The field of the page itself that names the page whose text it was filled with."""
OVERRIDE = "override"
"""The field for why somebody goes on past duties."""
OVERRIDDEN = "override_duties"
"""The field of the page itself that names the duties which it showed."""
LONGEST_LIST = 10_000
LONGEST_REASON = 500
_WHEN_FORM = Form(
    id=WHEN,
    schema={"type": "object", "properties": {WHEN: {"type": "string", "format": "date-time"}}},
    uischema={"type": "VerticalLayout", "elements": [{"type": "Control", "scope": f"#/properties/{WHEN}"}]},
    texts={language: {WHEN: words["form.happened_at"]} for language, words in CATALOGUE.items()},
    where=Where("web/staff/answers.py"),
)
_OWN = frozenset(
    {
        "csrf",
        COMMAND,
        RENEWED,
        "version",
        "back",
        "from",
        "login",
        "password",
        "new_password",
        "again",
        "which",
        "kept",
        "do",
        "screen_language",
        OVERRIDDEN,
        SHOWN,
        SAVED,
        BEGUN,
        AFTER,
    }
)
"""What is not a person's own writing, or is a password: never kept, never shown again."""
_VERSION_DIGITS = 9
_SEQ_DIGITS = 18


def read_post(form: Form, posted: MultiDict[str, str]) -> tuple[Answers, tuple[Problem, ...]]:
    """The answers, JSON-shaped, with `happened_at` if it was given; and what could not be read."""
    return read_answers(form, posted.to_dict(flat=False))


def read_answers(form: Form, raw: Raw) -> tuple[Answers, tuple[Problem, ...]]:
    """The same of what a browser posted, kept since."""
    words = g.show.words
    answers, problems = post_to_answers(form, raw, words.zone, words.language)
    when, when_problems = post_to_answers(_WHEN_FORM, raw, words.zone, words.language)
    return answers | when, problems + when_problems


def read_whole(form: Form) -> Answers:
    """The posted answers; raises Refusal when some cannot be read."""
    answers, problems = read_post(form, request.form)
    if problems:
        raise unread(*problems)
    return answers


def unread(*problems: Problem) -> Refusal:
    """Why what was posted cannot be recorded as it stands."""
    return Refusal("invalid_answers", "Some answers need another look", problems=problems)


def posted_raw() -> Raw:
    return request.form.to_dict(flat=False)


def posted_fields() -> Raw:
    """What a person wrote into the posted form: without what the page itself put there, and without empty fields."""
    return {name: texts for name, texts in posted_raw().items() if name not in _OWN and any(texts)}


def posted_to_keep() -> Raw:
    """The same as it is kept: with what the page says of itself, if anything was written on it."""
    fields, posted = posted_fields(), posted_raw()
    return fields and {**fields, **{name: posted[name] for name in (SHOWN, SAVED, BEGUN, COMMAND) if posted.get(name)}}


def posted_command() -> str:
    """The idempotency key of the posted form: a double click is one command. Raises BadRequest for one that no page of
    ours made."""
    given = request.form.get(COMMAND, "")
    try:
        return str(uuid.UUID(given)) if given else fresh_command()
    except ValueError:
        raise BadRequest(COMMAND) from None


def posted_version() -> int:
    """The version of the task that the person saw. Raises BadRequest when it is none."""
    given = request.form.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) <= _VERSION_DIGITS):
        raise BadRequest("version")
    return int(given)


def knows(raw: Raw, saved_at: datetime | None) -> bool:
    """Whether a page showed what its writer had saved then. Of one that does not say it, nobody asks."""
    said = next(iter(raw.get(SAVED, ())), "")
    return saved_at is None or not said or said == saved_at.isoformat()


def shown_in(raw: Raw) -> datetime | None:
    """Until when what a page showed was recorded; None when it does not say."""
    return moment_in(raw, SHOWN)


def moment_in(raw: Raw, name: str) -> datetime | None:
    """The moment in a field of the page itself; None when there is none."""
    try:
        moment = datetime.fromisoformat(next(iter(raw.get(name, ())), ""))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def reason_problems(field: str, reason: str, label: str) -> tuple[Problem, ...]:
    """What is wrong with a reason that somebody wrote, if anything."""
    if UNREAD in reason or not is_text(reason):
        return (Problem(field, "characters", "Take out the characters that cannot be read", {"label": label}),)
    if len(reason) > LONGEST_REASON:
        params = {"label": label, "limit": str(LONGEST_REASON)}
        return (Problem(field, "too_long", f"Write at most {LONGEST_REASON} characters", params),)
    return ()


def shown_duties(refused: Refusal | None) -> str:
    """The duties that the page shows now as standing in the way, for its own field; else those that it showed last."""
    return " ".join(refused.duties) if refused and refused.duties else request.form.get(OVERRIDDEN, "")[:LONGEST_LIST]


def posted_override() -> tuple[Override, tuple[Problem, ...]]:
    """Why the person goes on past the duties that the page showed, if they do; and what is wrong with it."""
    reason = request.form.get(OVERRIDE, "").strip()
    shown = frozenset(request.form.get(OVERRIDDEN, "")[:LONGEST_LIST].split())
    return Override(reason=reason, duties=shown), reason_problems(OVERRIDE, reason, g.show.words("override"))


def asked_before() -> int | None:
    """The number of the entry before which a timeline goes on; None when the address names none."""
    given = request.args.get("before", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _SEQ_DIGITS else None


def is_text(given: str) -> bool:
    """Whether it can be kept: lines and tabs, but no other control character, and no half of a letter."""
    return not any(category(letter) in ("Cc", "Cs") and letter not in "\t\r\n" for letter in given)


def fresh_command() -> str:
    return str(uuid.uuid4())


def page_command(refused: Refusal | None = None) -> str:
    """Of the form on a page: what is given back keeps the key that it was written with, and what comes back the key
    that it was sent with, unless other answers were recorded with that."""
    given = g.get("given")
    kept = given.fields.get(COMMAND) if given is not None else None
    if kept:
        return str(kept[0])
    if request.form.get(COMMAND) and (refused is None or refused.code != "command_reused"):
        return posted_command()
    return another_command() if request.form.get(COMMAND) else fresh_command()


def another_command() -> str:
    """Of a form that may be kept with the key that it had before."""
    g.renewed = True
    return fresh_command()


def renewed() -> bool:
    """Whether this page has another key than what is kept of it may have."""
    return bool(g.get("renewed") or request.form.get(RENEWED))
