"""The administrator's commands on people and centres, as `isange person` and `isange centre` run them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.clock import now
from engine.model import SYSTEM, Centre, Refusal
from web.accounts import Wanted, by_centre
from web.centres import seen_as
from web.house import House


def person(house: House, what: str, login: str, name: str | None, written: Iterable[str] | None, language: str) -> str:
    """Adds a person, sets their roles, disables or enables them, or gives them a start password.

    `written` are all their roles as `centre:role`, None when nothing was said of roles; says what was done, raises
    Refusal when it was not."""
    accounts, moment = house.accounts, now()
    if what == "add":
        wanted = Wanted(login, name or login, language, by_centre(written or ()))
        account, given = accounts.add(SYSTEM.id, wanted, moment)
        return _hand_out(house, account.login, given)
    account = accounts.by_login(login)
    if what == "roles":
        if written is None:
            why = f"Give all roles that {login} is to have, each with --role CENTRE:ROLE; --no-role takes all away"
            raise Refusal("no_roles", why)
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


def centre(house: House, what: str, id: str, given: Mapping[str, str]) -> str:
    """Adds a centre, or changes what is given of its name, zone and kind."""
    if what == "change":
        kept = house.centres.get(id)
        changed = house.centres.change(SYSTEM.id, replace(kept, **given), seen_as(kept), now())
        return f"Centre {id} is changed" if changed else f"Centre {id} is so already"
    if missing := [f"--{name}" for name in ("name", "zone") if name not in given]:
        raise Refusal("invalid_answers", f"A new centre needs {' and '.join(missing)}")
    if id in house.store.centres():
        raise Refusal("centre_taken", f"There is a centre {id} already: `isange centre change {id}` changes it")
    house.centres.add(SYSTEM.id, Centre(id, **given), now())
    return f"Centre {id} is added"
