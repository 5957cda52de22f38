"""The administrator's commands on people and centres, as `isange person` and `isange centre` run them."""

from __future__ import annotations

from collections.abc import Iterable

from engine.clock import now
from engine.model import SYSTEM, Centre
from web.accounts import Wanted, by_centre
from web.centres import seen_as
from web.serve import House


def person(house: House, what: str, login: str, name: str | None, written: Iterable[str], language: str) -> str:
    """Adds a person, sets their roles, disables or enables them, or gives them a start password.

    `written` are all their roles as `centre:role`; says what was done, raises Refusal when it was not."""
    accounts, moment = house.accounts, now()
    if what == "add":
        account, given = accounts.add(SYSTEM.id, Wanted(login, name or login, language, by_centre(written)), moment)
        return _hand_out(house, account.login, given)
    account = accounts.by_login(login)
    if what == "roles":
        wanted = Wanted(account.login, account.name, account.language, by_centre(written))
        accounts.change(SYSTEM.id, account, account.version, wanted, moment)
        return f"{login} has the roles given; earlier sessions ended"
    if what == "password":
        return _hand_out(house, login, accounts.reset_password(SYSTEM.id, account, account.version, moment))
    if what == "enable":
        accounts.enable(SYSTEM.id, account, account.version, moment)
        return f"{login} may sign in again"
    accounts.disable(SYSTEM.id, account, account.version, moment)
    return f"{login} may no longer sign in; earlier sessions ended"


def _hand_out(house: House, login: str, given: str) -> str:
    hours = house.settings.start_hours
    return f"{login} may sign in with the start password {given} within {hours} hours, and then chooses their own"


def centre(house: House, wanted: Centre) -> str:
    """Adds a centre, or changes its name, zone and kind."""
    kept = house.store.centres().get(wanted.id)
    if kept is None:
        house.centres.add(SYSTEM.id, wanted, now())
    else:
        house.centres.change(SYSTEM.id, wanted, seen_as(kept), now())
    return f"Centre {wanted.id} is kept"
