"""What stands on a form when the screen is hidden or has locked: kept for its writer, given back on the same page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from engine.clock import now
from engine.model import Person, Refusal
from engine.store.errors import DoesNotOpen, StoreBusy
from web.people import SignedIn
from web.staff.answers import posted_to_keep, read_answers, shown_in
from web.staff.forms import Raw
from web.staff.parts import desk, people
from web.staff.written import OF_THE_PAGE, changed, written


def _opens_door(person: Person, centre: str, door: str) -> bool:
    return any(view.id == door for view in desk().doors(person, centre))


FORMS: Mapping[str, Callable[..., bool]] = {
    "task.show_task": lambda person, task_id: desk().opens_task(person, task_id),
    "arrival.receive": _opens_door,
    "case.anytime_form": lambda person, case_id, anytime: desk().opens_form(person, case_id, anytime),
    "correct.correct_fact": lambda person, **fact: desk().opens_fact(person, **fact),
    "left_out.answer": lambda person, **late: desk().opens_left_out(person, **late),
    "people.add_person": lambda person: "people.manage" in desk().actions(person),
    "centres.add_centre": lambda person: "centres.manage" in desk().actions(person),
}
"""Pages with a form that takes a while to fill -> whether the one of an address would be shown to a person now: what is
sent for any other address is never given back, so it is not kept either."""


def page() -> str:
    """The address of the page whose form was posted, '' when it is none of these."""
    path = request.form.get("back") or request.path
    return path if _page(path)[0] in FORMS else ""


def keep(writer: SignedIn, *, on_screen: bool = False) -> bool:
    """Keeps the posted form for its writer; whether anything of it is kept now. `on_screen`: the form comes back at
    once, and is written on.

    Never raises: hiding and locking must work all the same."""
    path = request.form.get("back") or request.path
    endpoint, values = _page(path)
    kept, fields = False, posted_to_keep()
    with suppress(StoreBusy, DoesNotOpen):
        if endpoint in FORMS and FORMS[endpoint](writer.person, **values):
            if endpoint == "task.show_task" and not writer.locked:
                with suppress(StoreBusy, Refusal, DoesNotOpen):  # not theirs, done meanwhile
                    fields = _kept_with_task(writer, values["task_id"], fields)
            kept = people().keep_unsent(writer, path, fields, now(), on_screen=on_screen)
    return kept and bool(fields)


def _kept_with_task(writer: SignedIn, task_id: str, fields: Raw) -> Raw:
    """Keeps what is written on the page of a task longer than a shift: until the task is done. What the page has shown
    so already is not written there, and none of it is kept where nothing else is."""
    view = desk().task(writer.person, task_id)
    if not written(fields, {*OF_THE_PAGE, *changed(view.form, fields, view.saved)}):
        return {}
    desk().save_answers(writer.person, task_id, read_answers(view.form, fields)[0], shown_in(fields))
    return fields


def given_back(once: bool = False) -> Raw | None:
    """What this person wrote on this page and did not send, if anything; the page then says so. With `once`, it is gone
    from then on: the next time this page may be about another survivor."""
    raw = people().unsent(g.signed, request.path, now()) or None
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
