"""A house of the shipped content for the tests of the pages, one a file; other files make a house of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine import clock
from tests.walk import ROOT
from tests.web.running import PASSWORD, Hands, house_at
from tests.web.screen import Screen
from web.house import House
from web.staff.app import create_staff_app


@pytest.fixture(scope="module")
def hands() -> Hands:
    return Hands()


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, hands: Hands) -> Iterator[House]:
    database = tmp_path_factory.mktemp("house") / "isange.db"
    database.write_bytes(sqlite_template.read_bytes())
    with house_at(f"sqlite:///{database}", str(ROOT), hands) as built:
        yield built


@pytest.fixture(scope="module")
def app(house: House) -> Flask:
    return create_staff_app(house.desk, house.people, house.settings)


@pytest.fixture
def by_these_hands(hands: Hands) -> Iterator[None]:
    """Time is that of the house in the test, too."""
    with clock.using(hands):
        yield


@pytest.fixture
def as_(app: Flask) -> Callable[[str], Screen]:
    """`as_('reception')` is the screen of somebody with that role, signed in."""

    def sign_in(role: str) -> Screen:
        screen = Screen(app).open("/sign-in").press("Sign in", login=role, password=PASSWORD)
        return screen.press("English").open("/work")

    return sign_in
