"""Every staff page says which action it needs; only a short list of pages is open to people not signed in.

(The API holds the same for itself where its routes are made; tests/web/test_api_requests.py.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from engine.library import Library
from tests.browser.sights import ELSEWHERE, SIGHTS
from tests.walk import ROOT, shipped
from tests.web.running import Hands, house_at
from web.staff.app import create_staff_app
from web.staff.guard import OPEN_VIEWS, OWN, action_of

SAFE = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    database = f"sqlite:///{tmp_path_factory.mktemp('routes') / 'isange.db'}"
    with house_at(database, str(ROOT), Hands()) as house:
        yield create_staff_app(house.desk, house.people, house.settings)


def actions(library: Library) -> set[str]:
    """Every action that a role of the content may have."""
    return {action for role in library.roles.values() for action in role.may}


def test_every_page_declares_the_action_it_needs(app: Flask) -> None:
    undeclared = {name for name in app.view_functions if action_of(app, name) is None} - OPEN_VIEWS
    unknown = {action_of(app, name) for name in app.view_functions} - {None, OWN} - actions(shipped())

    assert (undeclared, unknown) == (set(), set())


def test_the_open_pages_are_the_sign_in_page_its_language_and_unchanging_files() -> None:
    assert {"static", "signin.sign_in", "signin.language"} == OPEN_VIEWS


def test_every_page_stands_in_the_table_of_what_is_looked_at_in_all_languages(app: Flask) -> None:
    pages = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert pages - {sight.route for sight in SIGHTS} == set(ELSEWHERE), "give it a line in tests/browser/sights.py"


def test_pages_are_read_by_get_and_changed_by_post_alone(app: Flask) -> None:
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}

    assert methods - SAFE == {"POST"}


def test_addresses_hold_names_of_pages_and_ids_alone(app: Flask) -> None:
    held = {name for rule in app.url_map.iter_rules() for name in rule.arguments}

    assert held <= {
        "task_id",
        "case_id",
        "person_id",
        "stuck_id",
        "centre",
        "door",
        "form_id",
        "anytime",
        "process",
        "name",
        "place",
        "filename",
    }
    assert all(re.fullmatch(r"/[a-z/<>_:-]*", rule.rule) for rule in app.url_map.iter_rules())


def test_every_template_is_drawn_by_a_page(app: Flask) -> None:
    templates = [path for room in ("staff", "admin") for path in (ROOT / "web" / room / "templates").glob("*.html")]
    words = "\n".join(path.read_text(encoding="utf-8") for path in [*(ROOT / "web").rglob("*.py"), *templates])

    assert [path.name for path in templates if f'"{path.name}"' not in words] == []
