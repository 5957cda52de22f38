"""What the composition root gave to the staff pages: the Desk, the people and their accounts, centres, settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import Flask, current_app, g

from engine.desk import Desk
from engine.library import Library
from engine.model import Centre
from web.accounts import Accounts
from web.centres import Centres
from web.people import People, SignedIn
from web.settings import Settings

_DESK, _PEOPLE, _SETTINGS = "isange.desk", "isange.people", "isange.settings"
_ACCOUNTS, _CENTRES = "isange.accounts", "isange.centres"


def hand_over(app: Flask, desk: Desk, people: People, settings: Settings) -> None:
    app.extensions |= {_DESK: desk, _PEOPLE: people, _SETTINGS: settings}
    app.extensions[_ACCOUNTS] = Accounts(desk.store, lambda: desk.library().roles, settings)
    app.extensions[_CENTRES] = Centres(desk.store)


def desk() -> Desk:
    return cast(Desk, current_app.extensions[_DESK])


def people() -> People:
    return cast(People, current_app.extensions[_PEOPLE])


def library() -> Library:
    """The content in force, read once a request: one page speaks of one edition."""
    if "library" not in g:
        g.library = desk().library()
    return cast(Library, g.library)


def known_centres() -> Mapping[str, Centre]:
    """Every centre by its id, as it was read with who asks; only for views that are not open."""
    return cast(SignedIn, g.signed).centres


def accounts() -> Accounts:
    return cast(Accounts, current_app.extensions[_ACCOUNTS])


def centres() -> Centres:
    return cast(Centres, current_app.extensions[_CENTRES])


def settings() -> Settings:
    return cast(Settings, current_app.extensions[_SETTINGS])
