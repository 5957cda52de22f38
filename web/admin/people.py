"""People: found by name or centre, added, given roles, disabled, signed out, given a start password."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.clock import now
from engine.model import Centre, Refusal
from engine.store.records import Account
from web.accounts import LONGEST_SEARCH, PAGE, Wanted, by_centre
from web.staff.answers import posted_version
from web.staff.confirm import asking_password
from web.staff.guard import action, away, signed
from web.staff.parts import accounts, known_centres, library, people
from web.staff.unsent import forget, given_back

pages = Blueprint("people", __name__, url_prefix="/admin/people")
FEW = 3
"""So many centres all stand on a person's page; of more, only those where they have a role or are to get one."""
PAGE_DIGITS = 6
Answer = Response | str | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in a person's form. `roles` are as posted, `centre:role`; `centres` those that are shown."""

    login: str
    name: str
    language: str
    roles: frozenset[str]
    centres: tuple[str, ...]

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.login, self.name, self.language, by_centre(self.roles))

    @classmethod
    def of(cls, account: Account) -> Filled:
        roles = frozenset(f"{centre}:{role}" for centre, held in account.roles.items() for role in held)
        return cls(account.login, account.name, account.language, roles, _shown(account.roles))

    @classmethod
    def posted(cls, form: MultiDict[str, str], held: Iterable[str] = ()) -> Filled:
        roles = frozenset(form.getlist("role"))
        also = [*held, *form.getlist("shown"), form.get("another", "")]
        centres = _shown([*(each.partition(":")[0] for each in roles), *also])
        return cls(form.get("new_login", ""), form.get("name", ""), form.get("language", ""), roles, centres)


def _shown(centres: Iterable[str]) -> tuple[str, ...]:
    """The centres that a form shows, by their names: first those that it is about."""
    known, wanted = known_centres(), set(centres)
    ids = known if len(known) <= FEW else wanted & known.keys()
    return tuple(sorted(ids, key=lambda id: (id not in wanted, known[id].name.casefold())))


@pages.route("", methods=["GET", "POST"])
@action("people.manage")
def list_people() -> Response | str:
    """The search is posted, so that no address holds a name, and remembered for as long as a shift."""
    if request.method == "POST":
        wanted = {name: [request.form.get(name, "")[:LONGEST_SEARCH]] for name in ("sought", "centre", "disabled")}
        if any(text for (text,) in wanted.values()):
            people().keep_unsent(signed(), request.path, wanted, now())
        else:
            people().drop_unsent(signed(), request.path)
        return away(url_for("people.list_people"))
    kept = people().unsent(signed(), request.path, now()) or {}
    search = {name: next(iter(kept.get(name, [])), "") for name in ("sought", "centre", "disabled")}
    number = _page_number()
    centres = known_centres()
    centre = search["centre"] if search["centre"] in centres else None
    found = accounts().find(search["sought"], centre, disabled=bool(search["disabled"]), page=number)
    last = max(1, -(-found.total // PAGE))
    return render_template(
        "people.html", found=found, search=search, searched=bool(kept), page=number, last=last, centres=_named(centres)
    )


def _page_number() -> int:
    given = request.args.get("page", "")
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < PAGE_DIGITS else 1


@pages.route("/new", methods=["GET", "POST"])
@action("people.manage")
def add_person() -> Answer:
    if request.method == "GET":
        kept = given_back(once=True)
        return _form(None, Filled.posted(MultiDict[str, Any](kept or {"language": [g.show.words.language]})))
    filled = Filled.posted(request.form)
    if request.form.get("do") == "another":
        return _form(None, filled)
    if asking := asking_password():
        return asking
    try:
        account, given = accounts().add(signed().person.id, filled.wanted, now())
    except Refusal as refused:
        return _form(None, filled, refused), refused.status
    forget()
    return render_template("start.html", account=account, given=given)


@pages.route("/<person_id>", methods=["GET", "POST"])
@action("people.manage")
def show_person(person_id: str) -> Answer:
    account = accounts().get(person_id)
    if request.method == "GET":
        return _form(account, Filled.of(account))
    filled = Filled.posted(request.form, account.roles)
    if request.form.get("do") == "another":
        return _form(account, filled, version=posted_version())
    if asking := asking_password():
        return asking
    by, seen = signed().person.id, posted_version()
    try:
        changed = accounts().change(by, account, seen, filled.wanted, now())
    except Refusal as refused:
        return _form(accounts().get(person_id), filled, refused), refused.status
    return away(url_for("people.show_person", person_id=person_id, done="saved" if changed else "same"))


@pages.route("/<person_id>/disable", methods=["GET", "POST"])
@action("people.manage")
def disable(person_id: str) -> Answer:
    account = accounts().get(person_id)
    if request.method == "GET":
        return render_template("disable.html", account=account, refused=None)
    if asking := asking_password():
        return asking
    try:
        accounts().disable(signed().person.id, account, posted_version(), now())
    except Refusal as refused:
        return render_template("disable.html", account=accounts().get(person_id), refused=refused), refused.status
    return away(url_for("people.show_person", person_id=person_id, done="disabled"))


@pages.post("/<person_id>/enable")
@action("people.manage")
def enable(person_id: str) -> Answer:
    account = accounts().get(person_id)
    if asking := asking_password():
        return asking
    try:
        accounts().enable(signed().person.id, account, posted_version(), now())
    except Refusal as refused:
        account = accounts().get(person_id)
        return _form(account, Filled.of(account), refused), refused.status
    return away(url_for("people.show_person", person_id=person_id, done="enabled"))


@pages.route("/<person_id>/password", methods=["GET", "POST"])
@action("people.manage")
def reset_password(person_id: str) -> Answer:
    account = accounts().get(person_id)
    if request.method == "GET":
        return render_template("reset.html", account=account, refused=None)
    if asking := asking_password():
        return asking
    try:
        given = accounts().reset_password(signed().person.id, account, posted_version(), now())
    except Refusal as refused:
        return render_template("reset.html", account=accounts().get(person_id), refused=refused), refused.status
    return render_template("start.html", account=accounts().get(person_id), given=given)


@pages.post("/<person_id>/sessions")
@action("people.manage")
def end_sessions(person_id: str) -> Answer:
    account = accounts().get(person_id)
    if asking := asking_password():
        return asking
    people().end_sessions(account.id, request.form.getlist("which"), signed().person.id, now())
    return away(url_for("people.show_person", person_id=person_id, done="ended"))


def _form(account: Account | None, filled: Filled, refused: Refusal | None = None, version: int | None = None) -> str:
    """A person's form; with the account as it is now, when somebody else changed it first."""
    known, centres = library().roles, known_centres()
    held = account.roles if account else {}
    return render_template(
        "person.html",
        account=account,
        filled=filled,
        refused=refused,
        version=version or (account.version if account else 0),
        centres=[centres[id] for id in filled.centres],
        others=_named({id: centre for id, centre in centres.items() if id not in filled.centres}),
        roles={id: sorted({*known, *held.get(id, ())}, key=g.show.role) for id in filled.centres},
        sessions=people().open_sessions(account.id, now()) if account else [],
        done=request.args.get("done", "") if not refused else "",
    )


def _named(centres: Mapping[str, Centre]) -> list[Centre]:
    """Centres by their names."""
    return sorted(centres.values(), key=lambda centre: centre.name.casefold())
