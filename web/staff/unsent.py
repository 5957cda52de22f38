"""What stands on a form when the screen is hidden or has locked: kept for its writer, given back on the same page.

One form may be open several times in one browser, for another survivor each time. So what is kept is of one opening:
its page names it in the address that the page leads back to, `/arrival/huye/reception?draft=` with a random number.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from engine.clock import now
from engine.library import Form
from engine.model import Person, Refusal
from engine.store.errors import DoesNotOpen, StoreBusy
from engine.store.records import Written
from web.people import SignedIn
from web.staff.answers import (
    AFTER,
    BEGUN,
    COMMAND,
    SAVED,
    Answers,
    knows,
    moment_in,
    posted_raw,
    posted_to_keep,
    read_answers,
    renewed,
    shown_in,
)
from web.staff.forms import Raw
from web.staff.parts import desk, known_centres, people
from web.staff.written import OF_THE_PAGE, changed, written

DRAFT = "draft"
"""The name in an address by which a page says which opening of it this is."""
LONGEST = timedelta(days=2)
"""No shift lasts so long: what is said to have begun before then, or later than now, did not."""
_OPENING = re.compile(rf"{DRAFT}=[0-9a-f]{{32}}")


def _opens_door(person: Person, centre: str, door: str) -> bool:
    return any(view.id == door for view in desk().doors(person, centre))


TASK = "task.show_task"
FORMS: Mapping[str, Callable[..., bool]] = {
    TASK: lambda person, task_id: desk().opens_task(person, task_id),
    "arrival.receive": _opens_door,
    "case.anytime_form": lambda person, case_id, anytime: desk().opens_form(person, case_id, anytime),
    "correct.correct_fact": lambda person, **fact: desk().opens_fact(person, **fact),
    "left_out.answer": lambda person, **late: desk().opens_left_out(person, **late),
    "people.add_person": lambda person: "people.manage" in desk().actions(person),
    "centres.add_centre": lambda person: "centres.manage" in desk().actions(person),
}
"""Pages with a form that takes a while to fill -> whether the one of an address would be shown to a person now: what is
sent for any other address is never given back, so it is not kept either."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a form says of itself in hidden fields: which opening it is, when the writing on it began, and the page
    whose text it was filled with."""

    back: str
    begun: datetime
    after: str


def opening(path: str) -> Opening:
    """This opening of the form at a path: of one that was sent and comes back it stays the same."""
    posted, given = request.form.get("back", ""), g.get("given")
    began = _begun(request.form.to_dict(flat=False))
    if request.method == "POST" and _parted(posted)[0] == path and posted != path and _page(posted)[0]:
        return Opening(posted, began or now(), request.form.get(AFTER, ""))
    fresh = f"{path}?{DRAFT}={secrets.token_hex(16)}"
    if given is not None and _parted(given.page)[0] == path:
        return Opening(fresh, begun(given), given.page)
    return Opening(fresh, begun(given) if given else began or now(), "")


def begun(kept: Written) -> datetime:
    return _begun(kept.fields) or kept.at


def _begun(fields: Raw) -> datetime | None:
    """When the page says that its writing began, if that can be."""
    moment = moment_in(fields, BEGUN)
    return moment if moment is not None and now() - LONGEST < moment <= now() else None


def address() -> str:
    """The address of this page, with which opening of it this is."""
    full = request.full_path if _OPENING.fullmatch(request.query_string.decode(errors="replace")) else request.path
    return full if _page(full)[0] else request.path


def page() -> str:
    """The address of the page whose form was posted, '' when it is none of these."""
    path = request.form.get("back") or request.path
    return path if _page(path)[0] in FORMS else ""


def keep(writer: SignedIn, *, on_screen: bool = False, led_to: bool = False, saved_at: datetime | None = None) -> bool:
    """Keeps the posted form for its writer; whether anything of it is kept now. `on_screen`: the form comes back at
    once, and is written on. `led_to`: the page that follows leads back to it. `saved_at`: what can be read of it was
    saved with its task then.

    Never raises: hiding and locking must work all the same."""
    path = request.form.get("back") or request.path
    endpoint, values = _page(path)
    kept, fields = False, posted_to_keep()
    if saved_at is not None:
        fields = {**fields, SAVED: [saved_at.isoformat()]}
    with suppress(StoreBusy, DoesNotOpen):
        if endpoint in FORMS and FORMS[endpoint](writer.person, **values):
            if endpoint == TASK and not writer.locked and saved_at is None:
                with suppress(StoreBusy, Refusal, DoesNotOpen):  # not theirs, done meanwhile
                    fields = _kept_with_task(writer, values["task_id"], fields)
            after, led_to = request.form.get(AFTER, ""), led_to or on_screen
            command = next(iter(fields.get(COMMAND, ())), None) if endpoint == TASK else None
            kept = people().keep_unsent(
                writer, path, fields, now(), on_screen=on_screen, led_to=led_to, after=after, command=command
            )
    return kept


def _kept_with_task(writer: SignedIn, task_id: str, fields: Raw) -> Raw:
    """Keeps what is written on the page of a task longer than a shift: until the task is done. What the page has shown
    so already is not written there, and none of it is kept where nothing else is; what was taken out again is gone."""
    kept: Raw = {}

    def read(form: Form, shown: Mapping[str, object]) -> Answers | None:
        nonlocal kept
        _speak_as_at(writer, task_id)
        if not changed(form, fields, shown) and not written(fields, OF_THE_PAGE):
            return None
        kept = fields
        return read_answers(form, fields)[0]

    desk().save_answers(writer.person, task_id, read, shown_in(fields), partial(knows, posted_raw()))
    return kept


def _speak_as_at(writer: SignedIn, task_id: str) -> None:
    """Times are read in the zone of the task's centre, also when its form is sent to another address; for whoever works
    in one zone that makes no difference."""
    zones = {known_centres()[one].zone for one in writer.person.centres if one in known_centres()}
    if len(zones) > 1 and (request.view_args or {}).get("task_id") != task_id:
        g.show = g.show.where(desk().centre_of(writer.person, task_id) or "", writer.person)


def given_back(once: bool = False) -> Raw | None:
    """What this person wrote on this page and did not send, if anything; the page then says so, and offers what was
    written on other openings of it. Where the address names no opening it is what was kept last. With `once`, the page
    may be about another survivor each time it is opened: then it is only what is kept alone and belongs to no page that
    may still be open."""
    kept = people().unsent_of(g.signed, request.path, now())
    given = _given(kept, once=once)
    g.given, g.given_back, g.of_anybody = given, given is not None, once
    g.offered = sorted((one for one in kept if one is not given and not one.sent), key=begun)
    if given is None:
        return None
    if once and not given.led_to:
        with suppress(StoreBusy):
            people().lead_to_unsent(g.signed, given.page)
    return given.fields


def _given(kept: list[Written], *, once: bool) -> Written | None:
    named = address()
    if named != request.path:
        return next((one for one in kept if one.page == named), None)
    if once:
        return kept[0] if len(kept) == 1 and not kept[0].led_to else None
    return next((one for one in kept if not one.sent), None)


def saved_beside(saved_at: datetime | None) -> bool:
    """Whether its writer saved the form otherwise than what was kept of it: then it stands as it was saved, and what
    was kept is offered; but who comes for what was kept is given it."""
    if g.given is None or knows(g.given.fields, saved_at) or DRAFT in request.args:
        return False
    g.offered = sorted((*g.offered, g.given), key=begun)
    g.given, g.given_back = None, False
    return True


def sent() -> None:
    """What was written on this page was recorded. That of a task was sent by the very commit that kept its command,
    unless the page had to take another than it was written with."""
    if request.endpoint != "task.complete" or renewed() or not request.form.get(COMMAND):
        forget()


def forget() -> None:
    """What was written on this page is kept elsewhere, or was sent."""
    with suppress(StoreBusy):  # what was sent is kept, whatever becomes of this
        pages = (request.form.get("back") or request.path, request.form.get(AFTER, ""))
        people().drop_unsent(g.signed, *filter(None, pages))


def is_ours(path: str) -> bool:
    """Whether a page of ours is at this address, by its path alone or with which opening of it."""
    return bool(_page(path)[0])


def _parted(path: str) -> tuple[str, str]:
    plain, _, of = path.partition("?")
    return plain, of


def _page(path: str) -> tuple[str, dict[str, str]]:
    """The page of ours at an address and what its path names; ('', {}) for any other address."""
    plain, of = _parted(path)
    adapter = current_app.create_url_adapter(request)
    if "?" in path and not _OPENING.fullmatch(of):
        return "", {}
    try:
        endpoint, values = adapter.match(plain, "GET") if adapter else ("", {})
    except (HTTPException, RequestRedirect):
        return "", {}
    return endpoint, dict(values)
