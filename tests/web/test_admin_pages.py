"""The pages of administrators and of one's own account: who may, what they show, what is asked before, what follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event

from engine.model import Centre
from engine.store.records import Account
from engine.store.store import SqlStore
from tests.walk import ROOT
from tests.web.running import CENTRE, PASSWORD, Hands, house_at
from tests.web.screen import Screen
from web.accounts import PAGE
from web.house import House
from web.people import FRESH
from web.staff.app import create_staff_app

OWN = "four green lamps on a hill"
LARGEST_PAGE = 50_000
"""Bytes sent, with everything that a first visit loads."""
pytestmark = pytest.mark.usefixtures("by_these_hands")


def signed_in(app: Flask, login: str, password: str = PASSWORD) -> Screen:
    return Screen(app).open("/sign-in").press("Sign in", login=login, password=password)


@pytest.fixture
def boss(app: Flask) -> Screen:
    return signed_in(app, runs_accounts(app))


def runs_accounts(app: Flask) -> str:
    """The login of the one who runs accounts: in these houses it is the name of the role."""
    roles = app.extensions["isange.desk"].library().roles.values()
    return next(role.id for role in roles if "people.manage" in role.may)


def add(boss: Screen, login: str, *roles: str, name: str = "Uwase Diane") -> tuple[str, str]:
    """Adds a person; gives the path of their page and their start password."""
    boss.open("/admin/people/new").press("Add this person", name=name, new_login=login, role=list(roles))
    assert boss.answer.status_code == 200, boss.said
    given = boss.page.xpath("//dd[@class='start__word']/text()")[1]
    path = boss.page.xpath("//main//p/a/@href")[-1]
    return str(path), str(given)


def chosen(app: Flask, login: str, given: str) -> Screen:
    """Somebody who signed in for the first time and chose a password."""
    return signed_in(app, login, given).press("Keep this password", new_password=OWN, again=OWN)


# the whole story


def test_a_person_is_added_signs_in_works_and_is_switched_off_while_signed_in(database_url: str, hands: Hands) -> None:
    with house_at(database_url, str(ROOT), hands) as house:
        app = create_staff_app(house.desk, house.people, house.settings)
        boss = signed_in(app, runs_accounts(app))
        boss.open("/admin/centres/new").press("Add this centre", name="Musanze", id="musanze", zone="Africa/Kigali")
        assert "The centre is added" in boss.said
        path, given = add(boss, "d.uwase", "musanze:reception")

        she = signed_in(app, "d.uwase", given)
        assert (she.path, "Choose your own password" in she.said) == ("/account/password", True)
        assert she.open("/arrival").path == "/account/password"
        she.press("Keep this password", new_password=OWN, again=OWN)
        assert she.path == "/work"
        assert she.open("/arrival/musanze/reception").answer.status_code == 200
        boss.open(path)
        assert "At a screen" in boss.said
        boss.open(f"{path}/disable")
        assert "Tasks they hold are given back within a minute" in boss.said
        assert "stay held" not in boss.said
        boss.press("Switch this account off")

        assert "The account is switched off" in boss.said
        assert she.open("/work").path == "/sign-in"
        assert signed_in(app, "d.uwase", OWN).answer.status_code == 401
        boss.open(path).press("Switch it on again")
        assert signed_in(app, "d.uwase", OWN).path == "/work"
        assert house.store.verify_trail() == []


# who may


def test_only_those_whose_role_may_come_to_these_pages(app: Flask, boss: Screen) -> None:
    pages = ("/admin/people", "/admin/people/new", "/admin/people/x", "/admin/centres", f"/admin/centres/{CENTRE}")
    for role in app.extensions["isange.desk"].library().roles.values():
        screen = signed_in(app, role.id)
        runs = "people.manage" in role.may
        assert {screen.open(path).answer.status_code for path in pages} == ({200, 404} if runs else {403}), role.id


def test_an_administrator_sees_no_case_and_begins_where_there_is_something_to_do(house: House, boss: Screen) -> None:
    reception = signed_in(boss.client.application, "reception").open(f"/arrival/{CENTRE}/reception")
    reception.press("Welcome the survivor", life_threat="no", able_to_express="yes")
    task, case = reception.path, str(reception.page.xpath("//p[@class='over']/a/@href")[0])

    assert boss.open("/").path == "/admin/people"
    assert {boss.open(path).answer.status_code for path in ("/work", task, case, "/find", "/board", "/arrival")} == {
        403
    }
    code = house.store.open_cases([CENTRE])[0].case.code
    for path in ("/admin/people", "/admin/centres", "/account"):
        assert code not in boss.open(path).answer.text


def test_who_has_no_role_yet_begins_at_their_account(app: Flask, boss: Screen) -> None:
    _, given = add(boss, "no.role")

    screen = chosen(app, "no.role", given)

    assert (screen.path, "You have no role yet" in screen.said) == ("/account", True)


# the list


@pytest.fixture
def many(house: House) -> SqlStore:
    house.store.add_centre(Centre("huye", "Huye", "Africa/Kigali"))
    for number in range(PAGE + 1):
        role = {"huye": frozenset({"medical"})}
        if house.store.account(id=f"many-{number}") is None:
            house.store.add_account(Account(f"many-{number}", f"m{number}", f"Zélie {number:03}", "-", "en", role))
    return house.store


def test_people_are_searched_without_a_name_in_the_address_and_the_search_stays(many: SqlStore, boss: Screen) -> None:
    boss.open("/admin/people").press("Show", sought="zelie 007", centre="")
    assert (boss.path, "People found: 1 " in boss.said, "Zélie 007" in boss.said) == ("/admin/people", True, True)
    assert boss.answer.request.query_string == b""

    assert "People found: 1 " in boss.open("/help").open("/admin/people").said
    boss.press("Show", sought="", centre="huye")
    assert f"People found: {PAGE + 1} · page 1 of 2" in boss.said
    boss.open("/admin/people?page=2")
    assert ("Zélie 050" in boss.said, "Zélie 001" in boss.said, "Previous page" in boss.said) == (True, False, True)
    boss.press("Show", sought="nobody has this", centre="huye")
    assert "Nobody is found" in boss.said
    boss.press("Show everybody again")
    assert "Administrator" in boss.said


def test_a_page_of_the_list_asks_the_database_as_often_for_fifty_as_for_one(
    many: SqlStore, boss: Screen, statements: Callable[[Callable[[], object]], int]
) -> None:
    boss.open("/admin/people").press("Show", sought="zelie 007", centre="")
    one = statements(lambda: boss.open("/admin/people"))
    boss.press("Show", sought="zelie", centre="")

    assert statements(lambda: boss.open("/admin/people")) == one
    assert one <= 15


@pytest.fixture
def statements(house: House) -> Callable[[Callable[[], object]], int]:
    """How many statements something sends to the database."""

    def counted(done: Callable[[], object]) -> int:
        sent: list[str] = []

        def note(_c: object, _k: object, statement: str, *_: object) -> None:
            sent.append(statement)

        event.listen(house.store.engine, "before_cursor_execute", note)
        done()
        event.remove(house.store.engine, "before_cursor_execute", note)
        return len(sent)

    return counted


def test_a_first_visit_to_any_of_these_pages_is_at_most_fifty_kilobytes(many: SqlStore, boss: Screen) -> None:
    me = f"/admin/people/{many.accounts()[0].id}"
    for path in ("/admin/people", "/admin/people/new", me, "/admin/centres", "/admin/centres/new", "/account"):
        boss.open(path)
        sent = [boss.file(url, **{"Accept-Encoding": "gzip"}).data for url in (path, *boss.files())]
        assert sum(map(len, sent)) <= LARGEST_PAGE, path


# somebody's page


def test_a_form_with_something_wrong_keeps_what_was_written_and_leads_to_each_field(boss: Screen) -> None:
    boss.open("/admin/people/new").press("Add this person", name="", new_login="a b", role=[f"{CENTRE}:medical"])

    assert boss.answer.status_code == 422
    assert str(boss.page.findtext(".//title")) == "Error: Add a person"
    assert boss.page.xpath("//input[@name='role'][@checked]/@value") == [f"{CENTRE}:medical"]
    assert boss.page.xpath("//input[@name='new_login']/@value") == ["a b"]
    for link in boss.page.xpath("//div[contains(@class,'govuk-error-summary')]//a/@href"):
        assert boss.page.get_element_by_id(link[1:]).tag == "input"


def test_a_login_or_a_name_that_could_deceive_is_refused_at_its_field_in_words(boss: Screen) -> None:
    new = boss.open("/admin/people/new")
    new.press("Add this person", name="Grace \u202eUwase", new_login="rec\u0435ption", role=[f"{CENTRE}:medical"])

    assert boss.answer.status_code == 422
    told = [" ".join(link.itertext()) for link in boss.page.xpath("//div[contains(@class,'error-summary')]//a")]
    assert any("nobody can see" in one for one in told)
    assert any("plain letters from a to z" in one for one in told)
    centre = boss.open("/admin/centres/new")
    centre.press("Add this centre", name="Musanze\u200b", id="musanze", zone="Africa/Kigali")
    assert boss.answer.status_code == 422
    assert "nobody can see" in boss.said


def test_roles_at_a_further_centre_are_given_without_losing_what_was_written(house: House, boss: Screen) -> None:
    for number in range(4):
        house.store.add_centre(Centre(f"far-{number}", f"Far {number}", "Africa/Kigali"))
    path, _ = add(boss, "two.centres", f"{CENTRE}:medical")
    boss.open(path).press("Show its roles", another="far-3", name="Somebody else")
    assert boss.page.xpath("//input[@name='name']/@value") == ["Somebody else"]
    boss.press("Save the changes", role=[f"{CENTRE}:medical", "far-3:reception"])

    assert "The changes are saved" in boss.said
    assert house.accounts.by_login("two.centres").roles == {
        CENTRE: frozenset({"medical"}),
        "far-3": frozenset({"reception"}),
    }


def test_the_second_of_two_who_change_one_person_is_told_what_stands_now(app: Flask, boss: Screen) -> None:
    path, _ = add(boss, "both.change", f"{CENTRE}:medical")
    colleague = signed_in(app, runs_accounts(app)).open(path)
    boss.open(path).press("Save the changes", role=[f"{CENTRE}:police"])

    colleague.press("Save the changes", name="Uwase Diane Marie", role=[f"{CENTRE}:reception"])

    assert colleague.answer.status_code == 409
    assert "Somebody changed this account since you opened it" in colleague.said
    assert "Police investigator" in str(colleague.page.get_element_by_id("as-now").getparent().text_content())
    assert colleague.page.xpath("//input[@name='name']/@value") == ["Uwase Diane Marie"]
    colleague.press("Save the changes")
    assert "The changes are saved" in colleague.said


def test_the_second_of_two_who_switch_one_account_on_is_told_what_stands_now(app: Flask, boss: Screen) -> None:
    path, _ = add(boss, "both.enable", f"{CENTRE}:medical")
    boss.open(f"{path}/disable").press("Switch this account off")
    for action in ("enable", "disable", "password"):
        answer = boss.send(f"{path}/{action}", {"csrf": boss.hidden("csrf"), "version": "1"}).answer

        assert answer.status_code == 409
        assert "Somebody changed this account since you opened it" in boss.said
        now = boss.page.get_element_by_id("as-now").getparent().text_content()
        assert ("both.enable" in now, "Switched off." in now) == (True, True)
    boss.open(path).press("Switch it on again")
    stale = {"csrf": boss.hidden("csrf"), "version": "1"}
    boss.send(f"{path}/enable", stale).press("Save the changes", name="Uwase Diane Marie")
    assert "The changes are saved" in boss.said


def test_a_page_that_fails_speaks_of_what_it_is_about(app: Flask, boss: Screen) -> None:
    boss.open("/admin/people/nobody")

    assert boss.answer.status_code == 404
    assert "Look in the list of people" in boss.said
    assert "work list" not in boss.said
    assert boss.page.xpath("//main//a/@href")[-1] == "/admin/people"
    assert "work list" not in boss.open("/nowhere").said


def test_the_last_administrator_is_told_why_the_role_stays(house: House, app: Flask, boss: Screen) -> None:
    me = house.accounts.by_login(runs_accounts(app))

    assert "This is your own account" in boss.open(f"/admin/people/{me.id}/disable").said
    boss.press("Switch this account off")
    assert (boss.answer.status_code, "Nobody else could run accounts then" in boss.said) == (422, True)
    boss.open(f"/admin/people/{me.id}").press("Save the changes", role=[])
    assert (boss.answer.status_code, "Nobody else could run accounts then" in boss.said) == (422, True)
    boss.open(f"/admin/people/{me.id}/password").press("Give a start password")
    assert "Change your own password under My account" in boss.said


def test_a_start_password_replaces_a_forgotten_one_and_is_shown_once(app: Flask, boss: Screen) -> None:
    path, given = add(boss, "forgets", f"{CENTRE}:medical")
    she = chosen(app, "forgets", given)

    boss.open(f"{path}/password").press("Give a start password")
    again = str(boss.page.xpath("//dd[@class='start__word']/text()")[1])

    assert she.open("/work").path == "/sign-in"
    assert again not in boss.open(path).answer.text
    assert signed_in(app, "forgets", OWN).answer.status_code == 401
    assert signed_in(app, "forgets", again).path == "/account/password"


def test_an_administrator_ends_a_session_of_somebody(app: Flask, boss: Screen) -> None:
    path, given = add(boss, "two.screens", f"{CENTRE}:medical")
    first = chosen(app, "two.screens", given)
    second = signed_in(app, "two.screens", OWN)

    boss.open(path).press("End all 2")

    assert [screen.open("/work").path for screen in (first, second)] == ["/sign-in"] * 2


def test_the_page_of_a_program_names_its_tokens_in_every_language(house: House, boss: Screen, hands: Hands) -> None:
    roles = {CENTRE: frozenset({"reception"})}
    house.tokens.issue("register", "District register", roles, frozenset({"task.work"}), 1, hands())
    account = house.accounts.by_login("register")
    for language, words in (("English", "with a token"), ("Français", "par un jeton"), ("Ikinyarwanda", "na tokeni")):
        boss.open(f"/admin/people/{account.id}")
        boss.press(language)
        assert (boss.answer.status_code, words in boss.said) == (200, True)
    boss.press("English")


# the password, asked again


def test_an_account_is_changed_only_by_who_gave_the_password_a_moment_ago(boss: Screen, hands: Hands) -> None:
    path, _ = add(boss, "asked.again", f"{CENTRE}:medical")
    for _ in range(3):
        hands.move(FRESH / 2)
        boss.open(path)

    boss.press("Save the changes", name="New Name")
    assert (boss.answer.status_code, "Is it you?" in boss.said) == (401, True)
    boss.press("Go on", password="not the password")
    assert (boss.answer.status_code, "not your password" in boss.said) == (401, True)
    assert "not the password" not in boss.answer.text
    boss.press("Go on", password=PASSWORD)
    assert "The changes are saved" in boss.said
    boss.press("Save the changes", name="Newer Name")
    assert "The changes are saved" in boss.said


def test_what_was_filled_in_is_there_again_after_the_screen_was_hidden(boss: Screen) -> None:
    boss.open("/admin/people/new").press("Hide screen", name="Half a name", role=[f"{CENTRE}:medical"])
    boss.press("Come back", password=PASSWORD)

    assert boss.path == "/admin/people/new"
    assert boss.page.xpath("//input[@name='name']/@value") == ["Half a name"]
    assert boss.page.xpath("//input[@name='role'][@checked]/@value") == [f"{CENTRE}:medical"]


# centres


def test_a_centre_is_changed_and_the_second_is_told(app: Flask, boss: Screen, house: House) -> None:
    boss.open("/admin/centres/new").press("Add this centre", name="Rubavu", id="rubavu")
    colleague = signed_in(app, runs_accounts(app)).open("/admin/centres/rubavu")
    boss.open("/admin/centres/rubavu").press("Save the changes", name="Rubavu town", kind="mobile")

    colleague.press("Save the changes", zone="Africa/Lusaka")

    assert colleague.answer.status_code == 409
    assert "Rubavu town" in str(colleague.page.get_element_by_id("as-now").getparent().text_content())
    assert house.store.centres()["rubavu"] == Centre("rubavu", "Rubavu town", "Africa/Kigali", "mobile")
    assert boss.open("/admin/centres/nowhere").answer.status_code == 404


# one's own account


def test_a_person_changes_their_password_and_only_this_screen_stays_open(app: Flask, boss: Screen) -> None:
    _, given = add(boss, "changes.it", f"{CENTRE}:medical")
    she, elsewhere = chosen(app, "changes.it", given), signed_in(app, "changes.it", OWN)
    new = "nine quiet rivers run north"
    she.open("/account").open("/account/password")

    for wrong, said in (
        ({"password": OWN, "new_password": new, "again": "other"}, "The two are not the same"),
        ({"password": "wrong", "new_password": new, "again": new}, "This is not your password"),
        ({"password": OWN, "new_password": "changes.it", "again": "changes.it"}, "at least 12 characters"),
    ):
        she.press("Keep this password", **wrong)
        assert she.answer.status_code in (401, 422)
        assert said in she.said
        assert new not in she.answer.text
    she.press("Keep this password", password=OWN, new_password=new, again=new)

    assert (she.path, "Your password is changed" in she.said) == ("/account", True)
    assert elsewhere.open("/work").path == "/sign-in"
    assert signed_in(app, "changes.it", new).path == "/work"


def test_a_person_ends_another_session_of_theirs_but_not_the_one_they_sit_at(app: Flask, boss: Screen) -> None:
    _, given = add(boss, "ends.it", f"{CENTRE}:medical")
    she, elsewhere = chosen(app, "ends.it", given), signed_in(app, "ends.it", OWN)
    she.open("/account")
    assert len(she.page.xpath("//input[@name='which']")) == 1

    she.press("End")

    assert (she.path, "The session has ended" in she.said) == ("/account", True)
    assert elsewhere.open("/work").path == "/sign-in"


def test_nobody_ends_the_session_of_another_by_its_name(app: Flask, boss: Screen, house: House) -> None:
    _, given = add(boss, "not.hers", f"{CENTRE}:medical")
    she = chosen(app, "not.hers", given).open("/account")
    theirs = [one.token_hash for one in house.store.sessions_of(house.accounts.by_login(runs_accounts(app)).id)]

    she.send("/account/sessions", {"csrf": she.hidden("csrf"), "which": theirs})

    assert boss.open("/admin/people").path == "/admin/people"


def test_a_password_never_comes_back_on_a_page(app: Flask, boss: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    _, given = add(boss, "breaks.down", f"{CENTRE}:medical")
    she = chosen(app, "breaks.down", given).open("/account/password")

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(app.extensions["isange.people"].__class__, "change_password", broken)
    she.press("Keep this password", password=OWN, new_password=OWN + " x", again=OWN + " x")

    assert she.answer.status_code == 500
    assert OWN not in she.answer.text
