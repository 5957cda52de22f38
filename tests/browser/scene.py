"""A centre in the middle of its day: cases in every state that a page can show, and somebody signed in for each role.

Made through the Desk, as drills do; pages are then opened by those who may see them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import BrowserContext

from engine import clock
from engine.model import Move, Outcome, Person, Stuck, Task
from tests.survivors import CHILD
from tests.walk import Walk, shipped
from tests.web.running import CENTRE, PASSWORD, Hands, House, house_at, served
from web.staff.guard import LOCAL_COOKIE

DRAWER = "drawer"
"""A role of these tests alone, with a door for every form: any form can be drawn without walking to it."""
SEVERAL = "several"
"""The login of somebody who works in two roles."""
BEFORE = "collect_evidence"
"""The main case has come this far: most services run, and much is known."""
MANIFEST, PEOPLE = "pathways/isange.yaml", "rules/common/people.yaml"


@dataclass
class Scene:
    """The house and what is in it; `case`, `closed`, `stuck` are ids of cases."""

    house: House
    hands: Hands
    address: str
    case: str
    closed: str
    stuck: str
    tokens: dict[str, str]

    def task(self, role: str, wanted: Callable[[Task], bool] = lambda task: True) -> str:
        """The path of an open task of the main case."""
        file = self.house.store.read_file(self.case)
        assert file is not None
        return next(f"/tasks/{task.id}" for task in file.tasks if task.role == role and wanted(task))

    def speak(self, language: str) -> None:
        """Everybody reads in this language from now on."""
        for token in self.tokens.values():
            self.house.people.set_language(token, language, self.hands.moment)

    def sit_down(self, context: BrowserContext, login: str | None) -> None:
        """Whoever is at the browser leaves, and this person (or nobody) is there."""
        context.clear_cookies(name=LOCAL_COOKIE)
        if login is not None:
            context.add_cookies([{"name": LOCAL_COOKIE, "value": self.tokens[login], "url": self.address}])


def person(role: str) -> Person:
    return Person(f"scene.{role}", role, {CENTRE: frozenset({role})})


def content_with_doors(folder: Path, change: Callable[[dict[str, bytes]], Mapping[str, bytes]] = dict) -> str:
    """The shipped content with a role that has a door for every form, written to a folder; `change` comes last."""
    library = shipped()
    title = '{en: "Drawing", fr: "Dessin", rw: "Gushushanya"}'
    doors = "".join(
        f"- {{id: draw_{form}, form: {form}, roles: [{DRAWER}], title: {title}}}\n" for form in library.forms
    )
    files = dict(library.files)
    files[MANIFEST] = files[MANIFEST].replace(b"\ndoors:\n", f"\ndoors:\n{doors}".encode())
    files[PEOPLE] += f"\n- {{id: {DRAWER}, title: {title}, sees: [closure], may: [case.open]}}\n".encode()
    for path, data in change(files).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return str(folder)


@contextmanager
def scene_at(folder: Path, content: str) -> Iterator[Scene]:
    hands = Hands()
    with house_at(f"sqlite:///{folder / 'isange.db'}", content, hands) as house, clock.using(hands):
        _several(house)
        closed, stuck, case = _closed_case(house, hands), stuck_case(house, hands), _main_case(house, hands)
        now, people = hands.moment, house.people
        logins = [account.login for account in house.store.accounts()]
        tokens = {login: people.sign_in(login, PASSWORD, "127.0.0.1", now)[0] for login in logins}
        tokens["locked"] = people.sign_in("medical", PASSWORD, "127.0.0.1", now)[0]
        people.lock(tokens["locked"], now)
        with served(house) as address:
            yield Scene(house, hands, address.url, case, closed, stuck, tokens)
    shutil.rmtree(folder)


def _several(house: House) -> None:
    """One hash for all: hashing another takes a while."""
    like = next(account for account in house.store.accounts() if account.login == "medical")
    roles = {CENTRE: frozenset({"medical", "psychosocial"})}
    house.store.add_account(replace(like, id=SEVERAL, login=SEVERAL, name=SEVERAL.title(), roles=roles))


def walking(house: House, hands: Hands) -> Walk:
    return Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)


def _main_case(house: House, hands: Hands) -> str:
    """A girl with every service; somebody has taken one of her tasks."""
    walk = walking(house, hands)
    walk.tell(CHILD)
    walk.arrive("reception", "reception")
    for task in walk.on():
        hands.moment = walk.now
        if task.element == BEFORE:
            break
    held = next(task for task in walk.possible() if task.role == "medical")
    walk.desk.claim_task(person("medical"), held.id, held.version)
    return walk.case_id


def _closed_case(house: House, hands: Hands) -> str:
    """Somebody called, and did not come."""
    walk = walking(house, hands)
    walk.tell({"survivor_arrived": "no"})
    walk.arrive("hotline", "reception")
    for _ in walk.on():
        hands.moment = max(hands.moment, walk.now)
    return walk.case_id


def stuck_case(house: House, hands: Hands) -> str:
    """A case whose engine could not go on: kept as the engine keeps it."""
    walk = walking(house, hands)
    walk.arrive("medical", "medical")
    file = walk.file()
    process = next(iter(file.processes))
    element = file.tasks[0].element
    stuck = Stuck(f"stuck-{walk.case_id}", walk.case_id, process.id, element, "undecided", "", hands.moment)
    moved = replace(file.case, version=file.case.version + 1)
    outcome = Outcome(moved.id, moved.code)
    house.store.keep(Move(moved, file.case.version, hands.moment, "system", outcome, stuck=(stuck,)))
    return walk.case_id
