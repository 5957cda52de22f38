"""`isange seed` fills a database with cases that are like those of real work, each whole, and provable."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from engine.clock import now
from engine.questions.task_view import as_before
from engine.store.archive import archived, put_back
from engine.store.bulk import Batch
from engine.store.store import SqlStore
from engine.store.tables import archived_case, care_case, trail_chapter
from engine.walks import person_id
from tests.agreement import disagreements
from tests.databases import KEYRING, PostgresServer
from tests.waiting import waiting
from tests.walk import ROOT, Walk, shipped, vocabulary
from tests.web.running import KEY
from web.accounts import person_of
from web.demo import PASSWORD
from web.house import House, build
from web.seeding.cloning import Plan, batches, code_of
from web.seeding.country import Size, usually_open
from web.seeding.sampling import Walked, walked
from web.seeding.template import Refrain, Template
from web.settings import Settings, SettingsError
from web.staff import forms
from web.staff.app import create_staff_app
from web.staff.show import Show
from web.words import Words

CASES, OPEN, CENTRES = 36, 9, 3
SIZE = ["--cases", str(CASES), "--open", str(OPEN), "--centres", str(CENTRES), "--samples", "5", "--years", "2"]


def seeded(database: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "web.cli", "seed", "--database", database, *SIZE, *more]
    here = {**os.environ, "ISANGE_KEY": KEY}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=here, check=False)


@dataclass(frozen=True)
class Country:
    house: House
    database: str
    said: list[str]

    @property
    def store(self) -> SqlStore:
        return self.house.store

    def cases(self) -> list[tuple[str, str, str]]:
        """(id, centre, status) of each."""
        with self.store.engine.connect() as connection:
            rows = connection.execute(select(care_case.c.id, care_case.c.opened_at_centre, care_case.c.status))
            return [(row.id, row.opened_at_centre, row.status) for row in rows]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def country(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer
) -> Iterator[Country]:
    url = f"sqlite:///{tmp_path_factory.mktemp('seed')}/isange.db"
    if request.param == "postgresql":
        postgres_server.run("CREATE DATABASE seeded")
        url = postgres_server.url("seeded")
    done = seeded(url)
    assert done.returncode == 0, done.stderr
    house = build(Settings(database=url, content=str(ROOT), mode="demo", key_text=KEY, worker=False))
    yield Country(house, url, done.stdout.splitlines())
    house.close()


def test_there_are_as_many_cases_as_were_asked_for(country: Country) -> None:
    found = country.cases()

    assert (len(found), sum(status == "open" for _, _, status in found)) == (CASES, OPEN)
    assert sorted({centre for _, centre, _ in found}) == ["centre-01", "centre-02", "centre-03"]
    assert country.said[-1].startswith(f"{CASES} cases at 3 centres in ")


def test_the_trail_of_every_centre_can_be_proved(country: Country) -> None:
    assert country.store.verify_trail() == []
    assert len(country.store.trail_heads()) == CENTRES
    with country.store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(trail_chapter)).scalar_one() >= CENTRES


def test_every_case_is_what_the_desk_would_have_kept(country: Country) -> None:
    archive = 0
    for case_id, _, status in country.cases():
        file = country.store.read_file(case_id)
        with country.store.writing() as connection:
            put_away = archived(connection, country.store.keyring, case_id)
            if put_away is not None:
                archive += 1
                put_back(connection, put_away)
        again = country.store.read_file(case_id)
        assert disagreements(country.store, case_id) == []
        assert file == again
        assert file is not None
        assert file.facts
        assert (file.case.closed_at is None) == (status == "open")
    with country.store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(archived_case)).scalar_one() == 0
    assert archive > (CASES - OPEN) // 2


def test_people_go_on_with_open_cases(country: Country) -> None:
    """At each centre a task is completed at its page, with the demo's password."""
    house = country.house
    app = create_staff_app(house.desk, house.people, house.settings)
    at_work = {(c, role): one for one in country.store.accounts() for c in one.roles for role in one.roles[c]}
    for centre in country.store.centres().values():
        walk = Walk(house.desk, country.store, centre, now())
        rows = waiting(country.store, [centre.id], list(house.editions.current().roles))
        views = ((row, house.desk.task(person_of(at_work[centre.id, row.task.role]), row.task.id)) for row in rows)
        row, view = next((row, view) for row, view in views if view.blocked is None)
        raw = forms.raw_of(walk.filled(view.form, as_before(view)), view.form, Show(Words("en", centre.zone), walk.now))
        browser = app.test_client()
        signing_in = {"login": at_work[centre.id, row.task.role].login, "password": PASSWORD}
        assert browser.post("/sign-in", data=signing_in).status_code == 303
        page = browser.get(f"/tasks/{row.task.id}").text
        assert row.case_code in page

        hidden = dict(re.findall(r'name="(csrf|version|command)" value="([^"]+)"', page))
        assert browser.post(f"/tasks/{row.task.id}", data={**raw, **hidden}).status_code == 303

        assert country.store.task(row.task.id) is None


def test_everybody_of_a_case_works_at_its_centre(country: Country) -> None:
    people = {account.id: account for account in country.store.accounts()}
    for case_id, centre, _ in country.cases()[::7]:
        known = {row.entry.person for row in country.store.trail(case_id, 10_000)} - {"system"}

        assert all(centre in people[person].roles for person in known)


def test_a_database_that_is_in_use_is_left_alone(country: Country) -> None:
    before = country.cases()

    again = seeded(country.database)

    assert again.returncode == 1
    assert "Name a new one with --database" in again.stderr
    assert country.cases() == before


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"open": 61}, "at least one case"),
        ({"cases": 0}, "at least one case"),
        ({"centres": 0}, "at least one case"),
        ({"years": 0}, "at least one case"),
        ({"samples": 1}, "at least one case"),
        ({"years": 3000}, "at most 100 years"),
        ({"cases": 10**9}, "at most 100 years"),
    ],
)
def test_a_country_that_cannot_be_is_refused(wrong: dict[str, int], why: str) -> None:
    right = {"cases": 60, "open": 12, "centres": 3, "years": 2, "samples": 5, "seed": 1}
    Size(**right)

    with pytest.raises(SettingsError, match=why):
        Size(**(right | wrong))


def listening() -> None:
    """What a terminal starts hears Ctrl+C, whatever started these tests."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def broken_off(database: str) -> tuple[int, str, str]:
    """What `isange seed` says when somebody stops it in the middle: its status, and both outputs."""
    size = ["--cases", "60000", "--open", "60", "--centres", "4", "--samples", "2"]
    command = [sys.executable, "-m", "web.cli", "seed", "--database", database, *size]
    here = {**os.environ, "ISANGE_KEY": KEY, "PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=pipe, stderr=pipe, text=True, cwd=ROOT, env=here, start_new_session=True, preexec_fn=listening
    ) as load:
        assert load.stdout is not None
        said = next(line for line in load.stdout if " of 60,000 cases" in line)
        os.killpg(load.pid, signal.SIGINT)  # as Ctrl+C does: every process of it is told
        rest, errors = load.communicate()
    return load.returncode, said + rest, errors


def test_a_load_that_is_broken_off_leaves_no_file(tmp_path: Path) -> None:
    status, _, errors = broken_off(f"sqlite:///{tmp_path}/isange.db")

    assert (status, errors) == (130, "")
    assert list(tmp_path.iterdir()) == []


def test_a_load_that_is_broken_off_says_what_becomes_of_a_database_on_a_server(postgres_server: PostgresServer) -> None:
    postgres_server.run("CREATE DATABASE broken_off")
    status, said, errors = broken_off(postgres_server.url("broken_off"))

    assert (status, errors) == (130, "")
    assert said.splitlines()[-1].startswith("The load was broken off: drop this database")


def test_an_empty_database_on_a_server_is_said_to_be_one(postgres_server: PostgresServer) -> None:
    postgres_server.run("CREATE DATABASE nothing_yet")
    settings = Settings(database=postgres_server.url("nothing_yet"), content=str(ROOT), mode="demo", key_text=KEY)

    with pytest.raises(SettingsError, match="is empty. Run `isange migrate-database`"):
        build(settings)


@pytest.mark.parametrize("hour", [0, 3, 12, 23])
def test_nothing_of_a_country_lies_ahead(hour: int) -> None:
    until = datetime(2026, 11, 25, hour, tzinfo=UTC)
    rows = [rows for _, rows in _made(_once_walked(), until)]
    moments = [datetime.fromisoformat(row[2]) for batch in rows for row in batch.get("trail", ())]
    opened = [row[6] for batch in rows for row in batch.get("care_case", ())]

    assert max(moments) <= until
    assert max(map(datetime.fromisoformat, opened)) <= until
    assert len({moment[11:16] for moment in opened}) > 1


def test_the_same_seed_gives_the_same_country() -> None:
    """The last hash of a chain stands for everything in it."""
    assert _last_hash(_once_walked()) == _last_hash(_walked(3)) != _last_hash(_walked(4))


def _last_hash(samples: list[Walked]) -> str:
    *_, (_, last) = _made(samples, datetime(2026, 11, 25, tzinfo=UTC))
    return str(last["trail_head"][0][2])


def _walked(seed: int) -> list[Walked]:
    return walked(shipped(), vocabulary(), seed, 2, 1)


@cache
def _once_walked() -> list[Walked]:
    """For tests of what is made of samples, whichever they are."""
    return _walked(3)


def _made(samples: list[Walked], until: datetime) -> Iterator[tuple[int, Batch]]:
    people = {person_id(role): role for role in shipped().roles}
    plan = Plan("here", people, closed=6, left=3, first=0, until=until, since=until - timedelta(days=400), seed="1")
    return batches(plan, samples, KEYRING)


def test_no_two_cases_of_a_large_country_have_one_code() -> None:
    assert len({code_of(number) for number in range(200_000)}) == 200_000


@given(st.permutations(range(80)), st.text("é, ", max_size=5))
def test_a_refrain_is_filled_as_a_template_is(days: list[int], between: str) -> None:
    dates = [date(2026, 1, 1) + timedelta(days=day) for day in days]
    text = between.join(f'"{day.isoformat()}","a"\n' for day in dates)
    values = {day.isoformat(): (day + timedelta(days=1)).isoformat() for day in dates}

    assert Refrain(text).fill(values).decode() == Template(text).fill(values)


def test_of_a_country_three_cases_in_a_hundred_are_open_unless_somebody_says_how_many() -> None:
    assert [usually_open(cases) for cases in (1, 10, 100, 1_000_000)] == [1, 1, 3, 30_000]
    Size(10, usually_open(10), 48, 6, 50, 1)  # and such a country can be
