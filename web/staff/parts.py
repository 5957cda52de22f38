"""What the composition root gave to the staff pages: the Desk, the people, the settings."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from engine.desk import Desk
from web.people import People
from web.settings import Settings

_DESK, _PEOPLE, _SETTINGS = "isange.desk", "isange.people", "isange.settings"


def hand_over(app: Flask, desk: Desk, people: People, settings: Settings) -> None:
    app.extensions |= {_DESK: desk, _PEOPLE: people, _SETTINGS: settings}


def desk() -> Desk:
    return cast(Desk, current_app.extensions[_DESK])


def people() -> People:
    return cast(People, current_app.extensions[_PEOPLE])


def settings() -> Settings:
    return cast(Settings, current_app.extensions[_SETTINGS])
