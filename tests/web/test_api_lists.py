"""Lists come in pages that together are the whole, and an answer that a client has already is not sent again."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from engine.model import Centre, Refusal
from tests.unit.content_samples import COMMON, changed
from tests.web.running import CENTRE, PASSWORD, Hands, house_at, served, write_content
from web.api.app import PREFIX
from web.api.cases import CASES, ENTRIES
from web.api.tasks import CURSORS
from web.house import House

MAY = "may: [case.open, case.read, task.work, facts.record]"
FILES = changed(COMMON, MAY, MAY.replace("]", ", fact.correct, trail.read, board.read]"))
LATER = {"wants_medical": "later", "age_stated": 30, "incident_at": "2026-11-23T05:00:00+02:00"}
FAR = "huye"


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, hands: Hands) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("lists")
    (folder / "isange.db").write_bytes(sqlite_template.read_bytes())
    content = write_content(folder / "content", FILES)
    with house_at(f"sqlite:///{folder / 'isange.db'}", content, hands) as house:
        house.store.add_centre(Centre(FAR, "Huye", "Africa/Kigali"))
        both = {CENTRE: frozenset({"reception"}), FAR: frozenset({"reception", "medical"})}
        house.accounts.add_with_password("both", "Both", PASSWORD, both, demo=True)
        yield house


@pytest.fixture(scope="module")
def api(house: House) -> Iterator[httpx.Client]:
    with served(house) as address, httpx.Client(base_url=address.url + PREFIX) as client:
        token = client.post("/sessions", json={"login": "both", "password": PASSWORD}).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        for number in range(5):
            open_case(client, f"first-{number}")
        yield client


def open_case(api: httpx.Client, key: str, centre: str = CENTRE) -> Any:
    body = {"centre": centre, "door": "reception", "answers": LATER}
    answer = api.post("/cases", json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 201, answer.text
    return answer.json()


def pages(api: httpx.Client, path: str, name: str, limit: int, **more: str) -> Iterator[list[Any]]:
    """The pages of a list, each found by the Link header of the one before."""
    answer = api.get(path, params={"limit": limit, **more})
    while True:
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert len(body[name]) <= limit
        yield body[name]
        following = answer.links.get("next")
        assert (following is None) == (body["next"] is None)
        if following is None:
            return
        assert following["url"].startswith(f"{PREFIX}{path}?")
        answer = api.get(following["url"].removeprefix(PREFIX))


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_of_a_list_together_are_the_whole(api: httpx.Client, limit: int) -> None:
    case = api.get("/cases").json()["cases"][0]["id"]
    for path, name in (("/tasks", "tasks"), ("/cases", "cases"), ("/editions", "editions")):
        whole = api.get(path).json()
        assert whole["next"] is None
        assert [row for page in pages(api, path, name, limit) for row in page] == whole[name]
    whole = api.get(f"/cases/{case}/trail").json()["lines"]
    read = [line for page in pages(api, f"/cases/{case}/trail", "lines", limit) for line in page]
    assert [line["seq"] for line in read[-len(whole) :]] == [line["seq"] for line in whole]


class Changing(RuleBasedStateMachine):
    """Somebody reads a list page by page while tasks open and are done."""

    api: httpx.Client
    numbers = iter(range(10_000))

    def __init__(self) -> None:
        super().__init__()
        self.before = {row["id"] for row in self.api.get("/tasks").json()["tasks"]}
        self.limit = 2
        self.read: list[str] = []
        self.cursor: str | None = None
        self.ended = False
        self.done: set[str] = set()

    @rule(centre=st.sampled_from([CENTRE, FAR]))
    def a_case_opens(self, centre: str) -> None:
        open_case(self.api, f"changing-{next(self.numbers)}", centre)

    @rule(which=st.integers(0, 20))
    def a_task_is_done(self, which: int) -> None:
        rows = self.api.get("/tasks").json()["tasks"]
        if rows:
            row = rows[which % len(rows)]
            body = {"version": row["version"], "answers": LATER}
            key = {"Idempotency-Key": f"done-{next(self.numbers)}"}
            if self.api.post(f"/tasks/{row['id']}/complete", json=body, headers=key).status_code == 200:
                self.done.add(row["id"])

    @rule()
    def the_next_page_is_read(self) -> None:
        if not self.ended:
            params: dict[str, str | int] = {"limit": self.limit} | ({"cursor": self.cursor} if self.cursor else {})
            page = self.api.get("/tasks", params=params).json()
            self.read += [row["id"] for row in page["tasks"]]
            self.cursor = page["next"]
            self.ended = self.cursor is None

    def teardown(self) -> None:
        while not self.ended:
            self.the_next_page_is_read()
        assert len(self.read) == len(set(self.read)), "nothing comes twice"
        assert self.before - self.done <= set(self.read), "what was there all the time is not left out"


def test_a_list_that_changes_while_it_is_read_leaves_nothing_out_and_repeats_nothing(api: httpx.Client) -> None:
    Changing.api = api
    run_state_machine_as_test(Changing, settings=settings(max_examples=5, stateful_step_count=7, derandomize=True))


@pytest.mark.parametrize("path", ["/tasks", "/cases"])
def test_a_list_may_be_of_one_centre(api: httpx.Client, path: str) -> None:
    name = path[1:]
    opened = open_case(api, f"far-{name}", FAR)
    here, there = (api.get(path, params={"centre": centre}).json()[name] for centre in (CENTRE, FAR))
    known = "case_id" if name == "tasks" else "id"
    assert opened["case_id"] in {row[known] for row in there}
    assert {row[known] for row in there}.isdisjoint(row[known] for row in here)
    assert len(here) + len(there) == len(api.get(path).json()[name])
    answer = api.get(path, params={"centre": "elsewhere"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")


FOREIGN = [
    CURSORS.write((Hands().moment, 7, Hands().moment, Hands().moment, "t")),
    CASES.write((Hands().moment, "c")),
    ENTRIES.write(3),
]


@pytest.mark.parametrize("path", ["/tasks", "/cases", "/editions"])
@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "____", "WyJ0YXNrcyIsW251bGwsMSwieCJdXQ", *FOREIGN])
def test_what_is_no_cursor_of_a_list_is_refused(api: httpx.Client, path: str, cursor: str) -> None:
    answer = api.get(path, params={"cursor": cursor})
    own = {"/tasks": FOREIGN[0], "/cases": FOREIGN[1]}.get(path)
    if cursor == own:
        assert answer.status_code == 200
        return
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert [problem["field"] for problem in answer.json()["problems"]] == ["query.cursor"]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1_0", "+1", " 1", "1.0", "\uff11"])
def test_a_page_is_of_1_to_100_rows(api: httpx.Client, limit: str) -> None:
    assert api.get("/tasks", params={"limit": limit}).status_code == 400


@given(st.binary(max_size=60))
@settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_cursor_holds_is_read_or_refused(words: bytes) -> None:
    for cursors in (CURSORS, CASES, ENTRIES):
        with pytest.raises(Refusal):
            cursors.read(base64.urlsafe_b64encode(words).decode().rstrip("="))


# reading again


def entries(house: House) -> int:
    with house.store.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM trail").scalar_one())


def test_who_has_an_answer_already_is_told_so_and_nothing_is_written(api: httpx.Client, house: House) -> None:
    opened = open_case(api, "again")
    task = opened["opened"][0]
    paths = ("/tasks", "/cases", f"/cases/{opened['case_id']}", f"/tasks/{task}", "/editions", "/openapi.json")
    for path in paths:
        first = api.get(path)
        etag = first.headers["etag"]
        before = entries(house)
        for sent in (etag, f'W/{etag}, "other"', "*"):
            again = api.get(path, headers={"If-None-Match": sent})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag), path
        assert entries(house) == before, path
        assert api.get(path, headers={"If-None-Match": '"other"'}).content == first.content


def test_what_changed_is_sent_and_noted_again(api: httpx.Client, house: House) -> None:
    opened = open_case(api, "changes")
    task = opened["opened"][0]
    read = {path: api.get(path).headers["etag"] for path in ("/tasks", f"/tasks/{task}", f"/cases/{opened['case_id']}")}
    api.post(f"/tasks/{task}/claim", json={"version": 1})
    for path, etag in read.items():
        before = entries(house)
        answer = api.get(path, headers={"If-None-Match": etag})
        assert (answer.status_code, answer.headers["etag"] != etag) == (200, True)
        assert entries(house) > before


def test_an_etag_is_the_readers_own(api: httpx.Client, house: House) -> None:
    task = open_case(api, "own")["opened"][0]
    etag = api.get(f"/tasks/{task}").headers["etag"]
    token = api.post("/sessions", json={"login": "reception", "password": PASSWORD}).json()["token"]
    other = api.get(f"/tasks/{task}", headers={"If-None-Match": etag, "Authorization": f"Bearer {token}"})
    assert other.status_code == 200


def read_at(api: httpx.Client, case: str) -> str:
    """When the age that the case shows was recorded."""
    groups = api.get(f"/cases/{case}").json()["facts"]
    return next(fact["recorded_at"] for group in groups for fact in group["facts"] if fact["name"] == "age_stated")


def correct(api: httpx.Client, case: str, key: str, recorded_at: str, age: int) -> httpx.Response:
    body = {"name": "age_stated", "recorded_at": recorded_at, "value": age, "reason": "misheard"}
    return api.post(f"/cases/{case}/facts", json=body, headers={"Idempotency-Key": key})


def test_a_fact_that_changed_since_it_was_read_is_not_corrected(api: httpx.Client, hands: Hands) -> None:
    case = open_case(api, "corrected-twice")["case_id"]
    seen = read_at(api, case)
    hands.move(timedelta(minutes=1))
    assert correct(api, case, "first", seen, 31).status_code == 200

    answer = correct(api, case, "second", seen, 32)

    assert (answer.status_code, answer.json()["code"]) == (409, "fact_changed")
    assert "decide with its new `recorded_at`" in answer.json()["detail"]
    assert correct(api, case, "first", seen, 31).json()["replayed"]
    assert correct(api, case, "third", read_at(api, case), 32).status_code == 200


def test_a_correction_that_changes_nothing_is_refused_at_its_field(api: httpx.Client) -> None:
    case = open_case(api, "same-again")["case_id"]
    seen = read_at(api, case)
    assert correct(api, case, "differs", seen, 31).status_code == 200

    answer = correct(api, case, "differs-in-nothing", read_at(api, case), 31)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_answers")
    assert [(found["field"], found["code"]) for found in answer.json()["problems"]] == [("age_stated", "unchanged")]
    assert "31" not in answer.json()["problems"][0]["message"]
    assert correct(api, case, "differs", seen, 31).json()["replayed"]


def test_whoever_sends_an_etag_changes_only_what_they_saw(api: httpx.Client) -> None:
    opened = open_case(api, "as-seen-case")
    path, case = f"/tasks/{opened['opened'][0]}", opened["case_id"]
    seen = api.get(path).headers["etag"]
    assert correct(api, case, "c", read_at(api, case), 31).status_code == 200
    for change in ("claim", "release", "complete"):
        body = {"version": 1} | ({"answers": LATER} if change == "complete" else {})
        answer = api.post(f"{path}/{change}", json=body, headers={"If-Match": seen, "Idempotency-Key": "as-seen"})
        assert (answer.status_code, answer.json()["code"]) == (412, "not_as_seen"), change
        assert "GET the task again" in answer.json()["detail"]
    now = api.get(path).headers["etag"]
    weakly = {"If-Match": f"W/{now}", "Idempotency-Key": "as-seen"}
    assert api.post(f"{path}/complete", json={"version": 1, "answers": LATER}, headers=weakly).status_code == 412
    headers = {"If-Match": now, "Idempotency-Key": "as-seen-now"}
    done = api.post(f"{path}/complete", json={"version": 1, "answers": LATER}, headers=headers)
    again = api.post(f"{path}/complete", json={"version": 1, "answers": LATER}, headers=headers)
    assert (done.status_code, again.json()) == (200, done.json() | {"replayed": True})
