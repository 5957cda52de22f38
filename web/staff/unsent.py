"""What stands on a form when the screen is hidden or has locked: kept for its writer, given back on the same page."""

from __future__ import annotations

from contextlib import suppress

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from engine.clock import now
from engine.model import Refusal
from engine.store.contract import DoesNotOpen, StoreBusy
from web.people import SignedIn
from web.staff.answers import posted_fields, read_post
from web.staff.forms import Raw
from web.staff.parts import desk, people

FORMS = frozenset(
    {
        "task.show_task",
        "arrival.receive",
        "case.anytime_form",
        "correct.correct_fact",
        "people.add_person",
        "centres.add_centre",
    }
)
"""Pages with a form that takes a while to fill."""


def keep(writer: SignedIn) -> str:
    """Keeps the posted form for its writer, if there is one; gives the address of its page, else ''.

    Never raises: hiding and locking must work all the same."""
    page = request.form.get("back") or request.path
    endpoint, values = _page(page)
    if endpoint not in FORMS:
        return ""
    with suppress(StoreBusy):
        people().keep_unsent(writer, page, posted_fields(), now())
    if endpoint == "task.show_task" and not writer.locked:  # longer than a shift, for as long as the task is open
        with suppress(StoreBusy, Refusal, DoesNotOpen):  # not theirs, done meanwhile
            view = desk().task(writer.person, values["task_id"])
            desk().save_answers(writer.person, values["task_id"], read_post(view.form, request.form)[0])
    return page


def given_back(once: bool = False) -> Raw | None:
    """What this person wrote on this page and did not send; the page then says so. With `once`, it is gone from then
    on: the next time this page may be about another survivor."""
    raw = people().unsent(g.signed, request.path, now())
    g.given_back = raw is not None
    if raw is not None and once:
        forget()
    return raw


def forget() -> None:
    """What was written on this page was sent, or kept elsewhere."""
    with suppress(StoreBusy):  # what was sent is kept, whatever becomes of this
        people().drop_unsent(g.signed, request.form.get("back") or request.path)


def _page(path: str) -> tuple[str, dict[str, str]]:
    """The page of ours at a path and what its address names; ('', {}) for any other path."""
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, values = adapter.match(path, "GET") if adapter else ("", {})
    except (HTTPException, RequestRedirect):
        return "", {}
    return endpoint, dict(values)
