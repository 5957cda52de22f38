"""Invented data for trying Isange out: two centres, a login for every role, a dozen cases at different stages.

Everything goes through the Desk, in order of time, as it would have happened over the last days; which roles,
doors and steps there are is the content's business. The same seed gives the same cases."""

from __future__ import annotations

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine import clock
from engine.model import Centre, Person, Refusal
from engine.store.records import Account
from engine.views import DoorView
from web.accounts import person_of
from web.demo_answers import invent
from web.house import House

PASSWORD = "isange-demo-2026"  # noqa: S105  # published on purpose; production refuses accounts that have it
CENTRES = (
    Centre("ituze", "Ituze centre (invented)", "Africa/Kigali"),
    Centre("ihumure", "Ihumure centre (invented)", "Africa/Kigali"),
)
NAMES = ("Aline", "Bosco", "Chantal", "Didier", "Esther", "Faustin", "Grace", "Hassan", "Immaculée", "Jado", "Keza")
SEED = 2026
CASES = 12
BEGAN = timedelta(days=6)
OPENED_WITHIN = timedelta(days=5, hours=20)
MOST_STEPS = 14
NIGHT, NIGHT_LENGTH, NIGHTS = time(18), timedelta(hours=14), 7
TRIES = 4
"""Invented answers that do not fit together are invented anew this often."""


def seed(house: House) -> None:
    """Fills an empty database; does nothing to one that has people."""
    if house.store.accounts():
        return
    for centre in CENTRES:
        house.store.add_centre(centre)
    add_people(house, CENTRES)
    with house.own_time():
        until = clock.now()
    _plan_until(house, until)
    _walk(house, until)
    with clock.at(until):
        _plan(house)


def logins(house: House) -> str:
    """The demo logins as a table, one a role, and their password."""
    rows = [(login, role) for login, role in _first_logins(house)]
    width = max((len(login) for login, _ in rows), default=0)
    table = "\n".join(f"  {login:<{width}}  {role}" for login, role in rows)
    return f"Invented data only: never enter a real case here.\nSign in with the password {PASSWORD} as\n{table}\n"


def _first_logins(house: House) -> Iterator[tuple[str, str]]:
    titles = {role.id: role.title["en"] for role in house.editions.current().roles.values()}
    for account in house.store.accounts():
        if account.demo and account.login in titles:
            yield account.login, titles[account.login]


def add_people(house: House, centres: Sequence[Centre]) -> None:
    """One login a role at each centre: the role's id at the first, with a number at the others."""
    first: Account | None = None
    for number, centre in enumerate(centres, start=1):
        for index, role in enumerate(sorted(house.editions.current().roles)):
            login = role if number == 1 else f"{role}{number}"
            name = f"{NAMES[(index + number) % len(NAMES)]} (invented)"
            roles = {centre.id: frozenset({role})}
            if first is None:
                first = house.accounts.add_with_password(login, name, PASSWORD, roles, demo=True)
            else:  # one hash for all: hashing each would take seconds
                house.store.add_account(replace(first, id=f"demo-{login}", login=login, name=name, roles=roles))


def _plan_until(house: House, until: datetime) -> None:
    """What has been: everybody was on call, so that nothing was held by nobody."""
    with clock.at(until - BEGAN):
        for centre, person, role, planner in _everybody(house):
            house.desk.plan_call(planner, centre.id, person.id, role, [(clock.now(), until)])


def _plan(house: House) -> None:
    """What is and comes. At the first centre all are on shift but one role, which is not on call tonight either; at
    the second nobody is on shift. Everybody is on call at night for a week."""
    away = max(duty.holder for duty in house.editions.current().duties.values())
    for centre, person, role, planner in _everybody(house):
        if centre == CENTRES[0] and role != away:
            house.desk.start_shift(person, centre.id, timedelta(hours=house.settings.shift_hours))
        zone = ZoneInfo(centre.zone)
        tonight = datetime.combine(clock.now().astimezone(zone), NIGHT, zone)
        nights = [tonight + timedelta(days=number) for number in range(role == away, NIGHTS)]
        house.desk.plan_call(
            planner, centre.id, person.id, role, [(max(night, clock.now()), night + NIGHT_LENGTH) for night in nights]
        )


def _everybody(house: House) -> Iterator[tuple[Centre, Person, str, Person]]:
    """(centre, person, role there, who plans there) of all who come on shift."""
    people = [person_of(account) for account in house.store.accounts()]
    roles = house.editions.current().roles
    planning = {id for id, role in roles.items() if "rota.plan" in role.may}
    coming = {id for id, role in roles.items() if "shift.own" in role.may}
    for centre in CENTRES:
        planner = next(person for person in people if planning & person.roles_at(centre.id))
        yield from (
            (centre, person, role, planner) for person in people for role in coming & person.roles_at(centre.id)
        )


def _walk(house: House, until: datetime) -> None:
    """Opens the cases and works on them, one step after another in the order of time."""
    chance = random.Random(SEED)  # noqa: S311  # invented data, nothing secret
    people = [person_of(account) for account in house.store.accounts()]
    done: dict[str, Counter[str]] = defaultdict(Counter)
    agenda: list[tuple[datetime, int, str | None, int]] = []
    for number in range(CASES):
        opened = until - BEGAN + OPENED_WITHIN * number / CASES
        steps = MOST_STEPS * (CASES - number) // CASES
        heapq.heappush(agenda, (opened, number, None, steps))
    while agenda:
        moment, number, case, steps = heapq.heappop(agenda)
        house.worker.run_once(moment)
        with clock.at(moment):
            if case is None:
                case = _open(house, chance, people, CENTRES[number % len(CENTRES)].id)
            else:
                _work(house, chance, people, case, done[case])
        later = moment + timedelta(minutes=chance.randint(10, 90))
        if case and steps and later < until:
            heapq.heappush(agenda, (later, number, case, steps - 1))


def _open(house: House, chance: random.Random, people: list[Person], centre: str) -> str | None:
    ways: list[tuple[Person, DoorView]] = [
        (person, door) for person in people if centre in person.roles for door in house.desk.doors(person, centre)
    ]
    person, door = chance.choice(ways)
    for _ in range(TRIES):
        answers = invent(door.form.schema, chance, clock.now())
        try:
            return house.desk.open_case(person, centre, door.id, answers).case_id
        except Refusal:
            continue
    return None


def _work(house: House, chance: random.Random, people: list[Person], case: str, done: Counter[str]) -> None:
    """Completes the open task of the case whose like was done least, whoever's it is."""
    for row in sorted(house.store.tasks_of_case(case), key=lambda row: (done[row.task.element], row.task.element)):
        who = next(person for person in people if row.task.role in person.roles_at(row.centre))
        form = house.editions.get(row.edition).forms[row.task.form]
        for _ in range(TRIES):
            try:
                answers = invent(form.schema, chance, clock.now())
                house.desk.complete_task(who, row.task.id, row.task.version, answers)
            except Refusal:
                continue
            done[row.task.element] += 1
            return
