"""A client that reads only the OpenAPI document and the schemas walks a case from arrival to closure over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from engine import clock
from tests import walk as walks
from tests.survivors import ADULT
from tests.web.api_client import Chooser, Client, Problem
from tests.web.running import CENTRE, PASSWORD, Hands, house_at, served
from web.house import House

MOST_TASKS = 200
WAIT_FOR_OTHERS = {"task_gone", "requires", "duty_blocks"}
"""Refusals that somebody else's work lifts."""
ENDLESS = {"idle_minutes": 60 * 24 * 500, "shift_hours": 24 * 500}
"""A client's watch here runs months in seconds; its sessions must not end meanwhile."""


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def house(database_url: str, hands: Hands) -> Iterator[House]:
    with house_at(database_url, "", hands, **ENDLESS) as house:
        yield house


@pytest.fixture
def client(house: House) -> Iterator[Client]:
    with served(house) as address:
        client = Client(address.url, "/api/v1/openapi.json")
        for login in house.editions.current().roles:
            assert client.sign_in(login, PASSWORD) == {CENTRE: [login]}
        yield client
        client.close()


class Walk:
    """One case, worked on by everybody until it is closed."""

    def __init__(self, client: Client, house: House, hands: Hands, told: dict[str, object]) -> None:
        self.client = client
        self.house = house
        self.hands = hands
        self.chooser = Chooser(told)
        self.logins = list(house.editions.current().roles)
        self.done: list[tuple[str, str]] = []
        """(role, element) of the tasks completed, in order."""

    def arrive(self, login: str) -> None:
        door = self.client.call("get", "/doors", login, centre=CENTRE)["doors"][0]
        body = {"centre": CENTRE, "door": door["id"], "answers": self.chooser.answers(door["form"], self.hands())}
        opened = self.client.call("post", "/cases", login, json=body)
        self.case: str = opened["case_id"]

    def to_the_end(self) -> None:
        """Everybody works on what is open for them; when nothing is, time passes until the next timer."""
        while True:
            while any([self._works(login) for login in self.logins]):
                assert len(self.done) < MOST_TASKS, self.done[-20:]
            if self.seen("reception")["status"] == "closed":
                return
            self._until_the_next_timer()

    def _until_the_next_timer(self) -> None:
        file = self.house.store.read_file(self.case)
        assert file is not None
        assert file.timers, f"Nothing to do, nothing to wait for, and not closed: {self.done}"
        self.hands.moment = max(self.hands(), min(timer.due_at for timer in file.timers)) + timedelta(seconds=1)
        with self.house.own_time():
            assert self.house.worker.run_once(self.hands()) > 0

    def seen(self, login: str) -> Any:
        return self.client.call("get", "/cases/{id}", login, id=self.case)

    def _works(self, login: str) -> bool:
        """Whether the person completed something of their list."""
        rows = self.client.call("get", "/tasks", login)["tasks"]
        assert {row["role"] for row in rows} <= {login}
        return any([self._completes(login, row["id"]) for row in rows])

    def _completes(self, login: str, id: str) -> bool:
        try:
            task = self.client.call("get", "/tasks/{id}", login, id=id)
            body = {"version": task["version"], "answers": self.chooser.answers(task["form"], self.hands())}
            outcome = self.client.call("post", "/tasks/{id}/complete", login, json=body, id=id)
        except Problem as problem:
            if problem.code in WAIT_FOR_OTHERS:
                return False
            raise
        assert not outcome["stuck"], task["element"]
        self.done.append((login, task["element"]))
        self.hands.move(timedelta(minutes=5))
        return True


def survivor(hands: Hands, years: int) -> dict[str, object]:
    """What the survivor tells about the age, whoever asks."""
    day = hands().date()
    return {"birth_date": day.replace(year=day.year - years).isoformat(), "age_stated": years, "life_threat": "no"}


@pytest.mark.parametrize(
    ("years", "reported_by", "never", "duty"),
    [(12, "mandatory_report", "adult_report", "minor-report"), (30, "adult_report", "mandatory_report", None)],
    ids=["child", "adult"],
)
def test_a_case_walks_from_arrival_to_closure(
    client: Client, house: House, hands: Hands, years: int, reported_by: str, never: str, duty: str | None
):
    walk = Walk(client, house, hands, survivor(hands, years))
    walk.arrive("reception")
    walk.to_the_end()

    working = {role.id for role in house.editions.current().roles.values() if "task.work" in role.may}
    assert {login for login, _ in walk.done} == working  # every role had its part
    seen = walk.seen("reception")
    services = {service["key"]: service["status"] for service in seen["services"]}
    assert services[reported_by] == "done"
    assert never not in services
    assert "running" not in services.values()
    assert not seen["stuck"]
    duties = client.call("get", "/cases/{id}/duties", "coordinator", id=walk.case)["duties"]
    assert {item["status"] for item in duties} <= {"met", "cancelled"}
    assert (duty in {item["rule"] for item in duties}) == (duty is not None)
    lines = client.call("get", "/cases/{id}/trail", "coordinator", id=walk.case)["lines"]
    assert [line["at"] for line in lines] == sorted((line["at"] for line in lines), reverse=True)
    assert "case.closed" in {line["kind"] for line in lines}
    assert house.store.verify_trail() == []


def test_a_case_that_is_not_for_the_police_is_not_there_and_one_they_advise_on_has_no_door_and_no_hour(
    client: Client, house: House, hands: Hands
):
    walk = Walk(client, house, hands, {**survivor(hands, 30), "wants_police": "no", "police_consent": "no"})
    walk.arrive("reception")
    for path in ("/cases/{id}", "/cases/{id}/duties"):
        with pytest.raises(Problem, check=lambda problem: problem.code == "not_found"):
            client.call("get", path, "police", id=walk.case)

    while not client.call("get", "/tasks", "police")["tasks"]:
        assert any([walk._works(login) for login in ("reception", "psychosocial", "medical")])

    (row,) = client.call("get", "/tasks", "police")["tasks"]
    seen, known = walk.seen("police"), walk.seen("reception")
    assert row["door"] is None
    assert client.call("get", "/tasks/{id}", "police", id=row["id"])["door"] is None
    assert (seen["door"], seen["opened_at"]) == (None, None)
    assert known["opened_at"]
    assert known["opened_at"] not in str(seen)


def test_what_a_form_left_out_is_answered_later_by_the_schema_that_the_case_shows(
    client: Client, house: House, hands: Hands
):
    walk = walks.Walk(house.desk, house.store, house.store.centres()[CENTRE], hands.moment)
    with clock.using(hands):
        walk.tell(ADULT)
        walk.arrive("reception", "reception")
        for _ in walk.on():
            hands.moment = max(hands.moment, walk.now)
            if late := client.call("get", "/cases/{id}", "reception", id=walk.case_id)["left_out"]:
                break
    form = late[0]["form"]["schema"]["properties"]
    name, schema = next(iter(form.items()))
    given = {"answers": {name: schema["enum"][0] if "enum" in schema else "Seen the next morning"}}
    asked = {"id": walk.case_id, "form": late[0]["id"]}

    assert client.call("post", "/cases/{id}/left-out/{form}", "reception", json=given, **asked)

    left = client.call("get", "/cases/{id}", "reception", id=walk.case_id)["left_out"]
    assert name not in {name for one in left for name in one["form"]["schema"]["properties"]}
    for login, code in (("reception", "answered_meanwhile"), ("police", "not_found")):
        with pytest.raises(Problem) as problem:
            client.call("post", "/cases/{id}/left-out/{form}", login, json=given, **asked)
        assert problem.value.code == code
