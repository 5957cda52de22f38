"""Sending a form asks little of the database, whichever form of the pages it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from flask import Flask

from engine import clock
from engine.library import Form, Library
from engine.model import CASE_SCOPE, Task
from engine.questions.task_view import as_before, json_value
from tests.browser.scene import stuck_case
from tests.survivors import ADULT, CHILD
from tests.walk import ROOT, Walk
from tests.web.counting import MOST, Counting, Told, otherwise
from tests.web.running import CENTRE, PASSWORD, Hands, House, another_centre, house_at
from tests.web.statements import counted
from web.accounts import person_of
from web.staff import forms
from web.staff.app import create_staff_app
from web.staff.show import Show
from web.words import Words

STEPS = 9
"""Of a walk, after which most forms are open that may be filled at any time."""
STEPS_OF_A_WALK = 24
A_MINUTE, A_SHIFT = timedelta(minutes=1), timedelta(hours=12)
NEW = "another kettle of nineteen lanterns"


@dataclass
class Centre:
    """A house, with a case on its way, and people at browsers that count."""

    house: House
    hands: Hands
    app: Flask
    told: Told = field(default_factory=Told)
    browsers: dict[str, Counting] = field(default_factory=dict)

    @property
    def library(self) -> Library:
        return self.house.desk.library()

    def walk(self, told: dict[str, object], steps: int = STEPS) -> Walk:
        walk = Walk(self.house.desk, self.house.store, self.house.store.centres()[CENTRE], self.hands.moment)
        walk.tell(told)  # type: ignore[arg-type]
        walk.arrive("reception", "reception")
        for _ in range(steps):
            walk.complete(walk.possible()[0])
        return walk

    def now(self, walk: Walk) -> Walk:
        self.hands.move(A_MINUTE)
        walk.now = self.hands.moment
        return walk

    def at(self, role: str) -> Counting:
        """The browser of somebody of a role, which is signed in once."""
        if role not in self.browsers:
            self.browsers[role] = self.another(role)
        return self.browsers[role]

    def another(self, role: str) -> Counting:
        return Counting(self.app, self.house, self.hands, self.told).signed_in(role)

    def kept(self, login: str, path: str) -> bool:
        """Whether somebody wrote on a page and did not send it."""
        person = self.house.accounts.by_login(login).id
        written = self.house.store.unsent_of(person, path, self.hands.moment - A_SHIFT)
        return any(not one.sent for one in written)

    def raw(self, answers: dict[str, object], form: Form) -> forms.Raw:
        """The answers as a browser would post them."""
        return forms.raw_of(answers, form, Show(Words("en", "Africa/Kigali"), self.hands.moment))

    def answers(self, walk: Walk, task: Task) -> forms.Raw:
        view = self.house.desk.task(walk.person(task.role), task.id)
        return self.raw(walk.filled(view.form, as_before(view)), view.form)


@pytest.fixture
def centre(database_url: str) -> Iterator[Centre]:
    hands = Hands()
    with house_at(database_url, str(ROOT), hands) as house, clock.using(hands):
        yield Centre(house, hands, create_staff_app(house.desk, house.people, house.settings))


def endpoints(app: Flask, method: str) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if method in (rule.methods or ())}


def other_answers(form: Form, answers: dict[str, object]) -> dict[str, object]:
    return {name: otherwise(form, name, value) for name, value in answers.items()}


@pytest.mark.parametrize("told", [CHILD, ADULT], ids=["a child", "an adult"])
def test_what_is_recorded_at_any_time_asks_little(told: dict[str, object], centre: Centre) -> None:
    """Of a form that may be filled now: as told, otherwise, and as told once more."""
    walk, sent = centre.walk(told), set()
    for one in centre.library.pathway.anytime.values():
        form, path = centre.library.forms[one.form], f"/cases/{walk.case_id}/forms/{one.id}"
        for change in (dict, lambda answers, form=form: other_answers(form, answers), dict):
            screen = centre.at(sorted(one.roles)[0]).open(path)
            if screen.answer.status_code == 200:
                sent.add(one.id)
                centre.at(sorted(one.roles)[0]).fill(path, **centre.raw(change(centre.now(walk).filled(form)), form))

    assert len(sent) > 6
    assert "case.anytime_form" in centre.told.answered()
    assert centre.told.beyond() == []


@pytest.mark.parametrize("told", [CHILD, ADULT], ids=["a child", "an adult"])
def test_a_correction_asks_little(told: dict[str, object], centre: Centre) -> None:
    """Of everything that is known of a case, by somebody who may correct it."""
    walk, desk, corrected = centre.walk(told), centre.house.desk, set()
    for role in ("reception", "medical", "psychosocial"):
        for name in desk.case(walk.person(role), walk.case_id).correctable:
            if name in corrected:
                continue
            view = desk.fact_at(walk.person(role), walk.case_id, name, CASE_SCOPE, "correct")
            answers = centre.now(walk).filled(view.form)
            answers[name] = otherwise(view.form, name, json_value(view.history[-1].value))
            path = f"/cases/{walk.case_id}/facts/{name}/{CASE_SCOPE}"
            centre.at(role).open(f"{path}?why=correct")
            centre.at(role).fill(path, **centre.raw(answers, view.form), reason="Misheard")
            corrected.add(name)

    assert len(corrected) > 20
    assert sum(one.status == 303 for one in centre.told.sent["correct.correct_fact"]) > 20
    assert centre.told.beyond() == []


@pytest.mark.parametrize("kept", [False, True], ids=["", "kept"])
def test_whoever_comes_by_any_door_is_received_with_little(kept: bool, centre: Centre) -> None:
    for told in (CHILD, ADULT):
        walk = centre.walk(told, 0)
        for door in centre.library.pathway.doors.values():
            form, path = centre.library.forms[door.form], f"/arrival/{CENTRE}/{door.id}"
            for answers in (walk.filled(form), other_answers(form, walk.filled(form))):
                screen = centre.at(sorted(door.roles)[0])
                screen.open(path)
                if kept:
                    screen.send("/keep", {"csrf": screen.hidden("csrf"), "back": path, **centre.raw(answers, form)})
                    screen.open(path)
                screen.fill(path, **centre.raw(answers, form))
                assert screen.answer.status_code == 303, screen.said

    assert centre.told.beyond() == []


def test_a_form_that_is_refused_asks_little(centre: Centre) -> None:
    """Nothing was answered; another recorded it meanwhile; it was sent before with other answers."""
    walk = centre.walk(ADULT)
    path, fact = f"/cases/{walk.case_id}/forms/record_age", f"/cases/{walk.case_id}/facts/birth_date/{CASE_SCOPE}"
    screen = centre.at("reception")
    for sent in (path, fact, f"/arrival/{CENTRE}/reception"):
        screen.open(sent)
        screen.fill(sent)
        assert screen.answer.status_code == 422
    screen.open(path)
    form = centre.library.forms[centre.library.pathway.anytime["record_age"].form]
    answers = centre.raw(other_answers(form, centre.now(walk).filled(form)), form)
    screen.fill(path, **answers, shown_at="2020-01-01T00:00:00+00:00")
    assert screen.answer.status_code == 409
    screen.open(fact)
    screen.fill(fact, **centre.raw({"birth_date": "1990-01-01"}, form), reason="Misheard", shown_at="2020-01-01T00:00Z")
    assert screen.answer.status_code == 409

    assert centre.told.beyond() == []


@pytest.mark.parametrize("told", [CHILD, ADULT], ids=["a child", "an adult"])
def test_a_step_whose_form_was_half_filled_and_kept_asks_no_more_when_it_is_sent(
    told: dict[str, object], centre: Centre
) -> None:
    """Of every step of a walk: kept as the page keeps it by itself, taken, and sent."""
    walk, done = centre.walk(told, 0), 0
    while done < STEPS_OF_A_WALK and (possible := walk.possible()):
        task = possible[0]
        path, screen, answers = f"/tasks/{task.id}", centre.another(task.role), centre.answers(centre.now(walk), task)
        opening = screen.open(path).hidden("back")
        own = {name: screen.hidden(name) for name in ("csrf", "command")}
        screen.send("/keep", {**own, "back": opening, **answers})
        assert centre.kept(task.role, path), task.element
        screen.open(path)
        screen.fill(f"{path}/take", **answers)
        screen.open(path)
        screen.fill(path, **answers)
        assert screen.answer.status_code == 303, screen.said
        assert not centre.kept(task.role, path), task.element
        done += 1

    assert done > 15
    assert centre.told.beyond() == []


def of_a_task(centre: Centre) -> None:
    walk = centre.walk(ADULT, 2)
    task = walk.possible()[0]
    path, screen, answers = f"/tasks/{task.id}", centre.at(task.role), centre.answers(walk, task)
    for verb in ("take", "give-back", "keep", "keep", "take", "give-back"):
        screen.open(path)
        screen.fill(f"{path}/{verb}", **answers, override="She asked for it, and nothing speaks against it")
    (held,) = [one for one in walk.file().tasks if one.id == task.id]
    centre.house.desk.claim_task(walk.person(task.role), task.id, held.version)
    screen.open(path)
    screen.fill(f"{path}/take-over", **answers)
    screen.open(path)
    screen.fill(f"{path}/keep", **answers)
    screen.open(path)
    screen.fill(path, **answers)
    what_a_colleague_did_meanwhile(centre, walk)


def what_a_colleague_did_meanwhile(centre: Centre, walk: Walk) -> None:
    task = walk.possible()[0]
    view = centre.house.desk.task(walk.person(task.role), task.id)
    path, screen, answers = f"/tasks/{task.id}", centre.at(task.role), walk.filled(view.form)
    screen.open(path)
    screen.fill(f"{path}/keep", **centre.raw(other_answers(view.form, answers), view.form))
    centre.house.desk.complete_task(replace(walk.person(task.role), id="colleague"), task.id, task.version, answers)
    screen.open(path)
    screen.fill(f"{path}/throw-away")


@pytest.mark.parametrize("sent", ["as the colleague did", "otherwise"])
def test_whoever_was_slower_is_told_so_in_few_statements(centre: Centre, sent: str) -> None:
    walk = centre.walk(ADULT, 2)
    task = walk.possible()[0]
    view = centre.house.desk.task(walk.person(task.role), task.id)
    path, screen, answers = f"/tasks/{task.id}", centre.at(task.role), walk.filled(view.form)
    screen.open(path)
    own = {name: screen.hidden(name) for name in ("csrf", "command", "back", "version")}
    own |= centre.raw(answers if sent != "otherwise" else other_answers(view.form, answers), view.form)
    screen.send(f"{path}/keep", own)
    centre.house.desk.complete_task(replace(walk.person(task.role), id="colleague"), task.id, task.version, answers)

    for to in (path, f"{path}/keep", f"{path}/take", f"{path}/give-back", f"{path}/take-over"):
        screen.send(to, own)
        assert screen.answer.status_code == 409
        assert "colleague has already dealt with this" in screen.said or to != path
    with counted(centre.house.store) as statements:
        screen.open(path)

    assert screen.answer.status_code == 409
    assert 0 < len(statements) <= MOST
    assert centre.told.beyond() == []


def of_a_case(centre: Centre) -> None:
    walk = centre.walk(ADULT)
    case = f"/cases/{walk.case_id}"
    screen = centre.at("reception")
    screen.open("/find")
    screen.fill("/find", code=walk.file().case.code)
    screen.open(case)
    screen.fill(f"{case}/identity", why="care")
    stuck = stuck_case(centre.house, centre.hands)
    centre.at("coordinator").open("/board")
    centre.at("coordinator").fill(f"/cases/{stuck}/stuck/stuck-{stuck}/free")
    what_was_left_out(centre, walk, "open_file")


def what_was_left_out(centre: Centre, walk: Walk, form: str) -> None:
    path = f"/cases/{walk.case_id}/left-out/{form}"
    screen = centre.at("reception")
    screen.open(path)
    asked = screen.page.xpath("//form[@id='answers']//input[@type='text'][not(contains(@name, 'happened_at'))]/@name")
    screen.fill(path, **dict.fromkeys(map(str, asked), "said later"))


def of_half_filled_forms(centre: Centre) -> None:
    """Begun and hidden twice, then gone on with, or thrown away."""
    screen = centre.another("reception")
    path = f"/arrival/{CENTRE}/reception"
    for button in ("/drafts/go-on", "/drafts/throw-away"):
        screen.open(path)
        screen.fill("/hide", life_threat="no")
        screen.open("/locked")
        screen.fill("/unlock", password=PASSWORD)
        screen.open(path)
        screen.fill(button)


def of_the_rota(centre: Centre) -> None:
    walk, screen = centre.walk(ADULT, 2), centre.another("medical")
    screen.open("/work")
    screen.fill("/shift/start", centre=CENTRE)
    centre.at("coordinator").open("/rota")
    centre.at("coordinator").fill("/rota/remove")
    centre.at("coordinator").open("/rota")
    (who, *_) = centre.at("coordinator").page.xpath("//select[@name='who']/option[contains(@value, 'medical')]/@value")
    (day, *_) = centre.at("coordinator").page.xpath("//select[@name='day']/option[@value!='']/@value")
    plan = {"who": who, "day": day, "from": "18:00", "until": "07:00", "days": "14"}
    centre.at("coordinator").fill("/rota", **plan)
    screen.open("/work")
    screen.fill("/shift/start", centre=CENTRE)
    hold_one(centre, walk, screen, "medical")
    screen.open("/work")
    screen.fill("/shift/end")


def hold_one(centre: Centre, walk: Walk, screen: Counting, role: str) -> None:
    while not (mine := [task for task in walk.possible() if task.role == role]):
        walk.complete(walk.possible()[0])
    screen.open(f"/tasks/{mine[0].id}")
    screen.fill(f"/tasks/{mine[0].id}/take")


def of_a_screen(centre: Centre) -> None:
    walk = centre.walk(CHILD, 2)
    task = walk.possible()[0]
    path, answers, screen = f"/tasks/{task.id}", centre.answers(walk, task), centre.another(task.role)
    screen.open(path)
    screen.fill("/language", **answers, screen_language="en")
    page = {"csrf": screen.open(path).hidden("csrf"), "back": path}
    screen.send("/alive", page)
    screen.send("/keep", {**page, **answers})
    screen.open(path)
    screen.fill("/hide", **answers)
    screen.open("/locked")
    screen.fill("/unlock", password=PASSWORD)
    screen.open(path)
    screen.fill("/sign-out", **answers)


def of_an_account(centre: Centre) -> None:
    screen = centre.another("safe_room")
    token = screen.open("/account").hidden("csrf")
    screen.send("/sign-in", {"csrf": token, "login": "police", "password": PASSWORD})  # from a tab that was open before
    screen.send("/sign-in", {"csrf": token, "login": "safe_room", "password": PASSWORD})
    assert screen.answer.status_code == 303
    centre.another("safe_room")
    screen.open("/account")
    screen.fill("/account/sessions")
    screen.open("/account/password")
    screen.fill("/account/password", password=PASSWORD, new_password=NEW, again=NEW)


def of_an_administrator(centre: Centre) -> None:
    screen, centres = centre.at("administrator"), sorted(centre.house.store.centres())
    screen.open("/admin/people")
    screen.fill("/admin/people", sought="Somebody")
    screen.open("/admin/people/new")
    screen.fill("/admin/people/new", new_login="eve", name="Eve", role=[f"{one}:medical" for one in centres])
    path = f"/admin/people/{centre.house.accounts.by_login('eve').id}"
    for sent, more in (
        (path, {"name": "Eve Uwase", "role": [f"{one}:police" for one in centres]}),
        (f"{path}/password", {}),
        (f"{path}/disable", {}),
        (f"{path}/enable", {}),
    ):
        screen.open(path if sent.endswith("enable") else sent)
        screen.fill(sent, **more)
    path = f"/admin/people/{centre.house.accounts.by_login('police').id}"
    centre.another("police")
    screen.open(path)
    screen.fill(f"{path}/sessions")
    for sent, more in (
        ("/admin/centres/new", {"id": "remera", "name": "Remera"}),
        ("/admin/centres/remera", {"name": "Remera Hill"}),
    ):
        screen.open(sent)
        screen.fill(sent, **more)


OWN = {
    "task": of_a_task,
    "case": of_a_case,
    "drafts": of_half_filled_forms,
    "rota": of_the_rota,
    "screen": of_a_screen,
    "account": of_an_account,
    "administrator": of_an_administrator,
}


@pytest.mark.parametrize("centres", [1, 6], ids=["one centre", "six centres"])
def test_every_other_form_of_the_pages_asks_little(centres: int, centre: Centre) -> None:
    for number in range(1, centres):
        another_centre(centre.house, f"nyanza-{number}")
    for send in OWN.values():
        send(centre)
    elsewhere = {"arrival.receive", "case.anytime_form", "correct.correct_fact"}
    assert endpoints(centre.app, "POST") - centre.told.answered() == elsewhere
    assert centre.told.beyond() == []


def test_a_shift_ends_with_little_however_much_is_in_hand_at_however_many_centres(centre: Centre) -> None:
    house, screen = centre.house, centre.another("reception")
    far = [f"nyanza-{number}" for number in range(1, 6)]
    for one in far:
        another_centre(house, one)
    for at in (CENTRE, *far):
        for _ in range(2):
            walk = Walk(house.desk, house.store, house.store.centres()[at], centre.hands.moment)
            walk.tell(ADULT)
            walk.arrive("reception", "reception")
        screen.open("/work")
        screen.fill("/shift/start", centre=at)
    for item in house.desk.work_list(person_of(house.accounts.by_login("reception"))).items:
        screen.open(f"/tasks/{item.id}")
        screen.fill(f"/tasks/{item.id}/take")
    held = house.store.held_tasks(99)
    assert len({row.centre for row in held}) == 6, len(held)
    screen.open("/work")
    screen.fill("/shift/end")

    assert screen.answer.status_code == 303
    assert house.store.held_tasks(99) == []
    assert centre.told.beyond() == []
