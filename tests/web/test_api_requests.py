"""The API over HTTP: who may call, what it documents, how it refuses, and that sending twice does nothing twice."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
import structlog
from fastapi import APIRouter

from engine.store.errors import DoesNotOpen, StoreBusy, StoreDamaged, StoreMoved, StoreUnsure
from tests.unit.content_samples import sample_files
from tests.web.running import CENTRE, PASSWORD, Hands, house_at, served, write_content
from web.api.app import PREFIX, create_api
from web.api.guard import ACTIONS, PUBLIC, Guarded, action
from web.api.problems import NEXT, TITLES
from web.headers import SECURITY_HEADERS
from web.house import House

PROBLEM = "application/problem+json"
YES = {"wants_medical": "yes", "care_accepted": ["examination"]}
ADULT = YES | {"age_stated": 30, "incident_at": "2026-11-23T05:00:00+02:00"}
AT_THE_GATE = ("tls_needed", "length_required", "too_large", "unknown_host")
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, hands: Hands) -> Iterator[House]:
    with house_at(sqlite_url, write_content(tmp_path / "content", sample_files()), hands) as house:
        yield house


@pytest.fixture
def api(house: House) -> Iterator[httpx.Client]:
    with served(house) as address, httpx.Client(base_url=address.url + PREFIX) as client:
        yield client


@pytest.fixture
def sign_in(api: httpx.Client) -> Callable[[str], httpx.Client]:
    """Signs somebody in: later calls of the client are theirs."""

    def one(login: str) -> httpx.Client:
        answer = api.post("/sessions", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 201
        api.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        return api

    return one


def open_case(api: httpx.Client, key: str = "k1", **more: object) -> httpx.Response:
    body = {"centre": CENTRE, "door": "reception", "answers": YES} | more
    return api.post("/cases", json=body, headers={"Idempotency-Key": key})


def complete(api: httpx.Client, task: str, key: str = "k2", version: int = 1, **answers: object) -> httpx.Response:
    body = {"version": version, "answers": {**YES, **answers}}
    return api.post(f"/tasks/{task}/complete", json=body, headers={"Idempotency-Key": key})


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:isange:problem:{code}"
    assert len(problem["detail"]) > 20
    return problem


# what is open to whom


def test_a_route_that_declares_no_action_cannot_be_made():
    def forgotten() -> None: ...

    with pytest.raises(TypeError, match="Declare the action of forgotten"):
        APIRouter(route_class=Guarded).get("/forgotten")(forgotten)


def test_an_action_must_be_one_of_the_closed_list():
    with pytest.raises(ValueError, match="Expected one of"):
        action("everything")


def test_every_route_of_the_api_is_guarded(house: House):
    app = create_api(house.desk, house.people, house.store, house.runs)
    document = app.openapi()
    operations = {
        (method, path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert {operation["x-action"] for operation in operations.values()} <= ACTIONS
    public = {where for where, operation in operations.items() if operation["x-action"] == PUBLIC}
    assert public == {("post", "/sessions"), ("get", "/health"), ("get", "/ready")}
    assert all(bool(operation.get("security")) != (where in public) for where, operation in operations.items())


def test_without_a_token_every_other_route_answers_401(api: httpx.Client):
    document = api.get("/openapi.json").json()
    called = 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation["x-action"] != PUBLIC:
                answer = api.request(method, path.format(id="x", form="y", edition="e"))
                assert answer.status_code == 401, (method, path)
                assert answer.headers["www-authenticate"] == "Bearer"
                assert "POST /sessions" in str(refused(answer, 401, "not_signed_in")["detail"])
                called += 1
    assert called > 10


def test_a_cookie_is_ignored(api: httpx.Client, house: House, hands: Hands):
    browser, _ = house.people.sign_in("reception", PASSWORD, "10.0.0.1", hands())
    token, _ = house.people.sign_in("reception", PASSWORD, "10.0.0.1", hands(), kind="api")
    for cookie in (browser, token):
        names = ("__Host-isange", "isange", "session")
        answer = api.get("/tasks", headers={"Cookie": "; ".join(f"{name}={cookie}" for name in names)})
        refused(answer, 401, "not_signed_in")


def test_a_browsers_session_is_no_bearer_token(api: httpx.Client, house: House, hands: Hands):
    browser, _ = house.people.sign_in("reception", PASSWORD, "10.0.0.1", hands())
    refused(api.get("/tasks", headers={"Authorization": f"Bearer {browser}"}), 401, "not_signed_in")


def test_a_token_dies_at_sign_out_and_when_it_is_not_used(sign_in: Callable[[str], httpx.Client], hands: Hands):
    api = sign_in("reception")
    assert api.get("/tasks").status_code == 200
    assert api.delete("/sessions").status_code == 204
    refused(api.get("/tasks"), 401, "not_signed_in")
    sign_in("reception")
    hands.move(timedelta(minutes=31))
    refused(api.get("/tasks"), 401, "not_signed_in")


def test_a_wrong_password_is_refused_and_hurrying_is_slowed_down(api: httpx.Client):
    for _ in range(5):
        problem = refused(api.post("/sessions", json={"login": "reception", "password": "no"}), 401, "denied")
        assert str(problem["detail"]).count("Check both") == 1
    answer = api.post("/sessions", json={"login": "reception", "password": PASSWORD})
    refused(answer, 429, "throttled")
    assert answer.headers["retry-after"] == "2"


def test_what_is_another_roles_is_refused_and_what_is_another_centres_is_not_there(
    sign_in: Callable[[str], httpx.Client], house: House
):
    opened = open_case(sign_in("reception")).json()
    api = sign_in("medical")
    refused(open_case(api, "k9"), 403, "not_yours")
    refused(api.get(f"/cases/{opened['case_id']}/trail"), 403, "not_yours")
    refused(api.get("/tasks", params={"centre": "elsewhere"}), 403, "not_yours")
    house.accounts.add_with_password("far", "Far", PASSWORD, {"elsewhere": frozenset({"reception"})}, demo=True)
    api = sign_in("far")
    missing = refused(api.get("/cases/no-such-case"), 404, "not_found")
    assert refused(api.get(f"/cases/{opened['case_id']}"), 404, "not_found") == missing
    assert api.get(f"/tasks/{opened['opened'][0]}").status_code == 404


# what it documents


def test_the_document_describes_every_operation_with_its_problems(api: httpx.Client):
    document = api.get("/openapi.json").json()
    assert document["servers"] == [{"url": PREFIX}]
    problem = {"$ref": "#/components/schemas/ProblemShape"}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            errors = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert all(answer["content"] == {PROBLEM: {"schema": problem}} for answer in errors.values())
            assert {"400", "411", "413", "421", "500", "503"} <= set(errors)
            if operation["x-action"] != PUBLIC:
                assert {"401", "403"} <= set(errors)
            if method == "post" and path != "/sessions":
                assert {"409", "422"} <= set(errors)
    assert "409" in document["paths"]["/tasks/{id}"]["get"]["responses"]  # done by somebody else meanwhile
    assert {"401", "403", "422", "429"} <= document["paths"]["/sessions"]["post"]["responses"].keys()
    assert "HTTPValidationError" not in json.dumps(document)
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert references == set(document["components"]["schemas"])


def test_the_manual_names_every_operation_and_every_code(house: House):
    manual = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    document = create_api(house.desk, house.people, house.store, house.runs).openapi()
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"`{method.upper()} {path}`" in manual
    assert [code for code in {*NEXT, *AT_THE_GATE} if f"`{code}`" not in manual] == []
    assert [status for status in TITLES if f"\n| {status} | " not in manual] == []


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Host": "elsewhere.example"}, 421, "unknown_host"),
        ({"Transfer-Encoding": "chunked"}, 411, "length_required"),
        ({"Content-Length": "99999999"}, 413, "too_large"),
    ],
)
def test_what_is_refused_at_the_gate_is_documented_for_every_operation(
    api: httpx.Client, headers: dict[str, str], status: int, code: str
):
    operations = 0
    for path, methods in api.get("/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            with closing(HTTPConnection("localhost", api.base_url.port)) as wire:
                wire.putrequest(method.upper(), PREFIX + path.replace("{id}", "x"), skip_host="Host" in headers)
                for name, value in headers.items():
                    wire.putheader(name, value)
                wire.endheaders()
                answer = wire.getresponse()
                assert (answer.status, json.loads(answer.read())["code"]) == (status, code), path
            assert str(status) in operation["responses"], path
            operations += 1
    assert operations > 20


# refusals


ARRIVAL = '"centre": "kacyiru", "door": "reception"'


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ("{", "body.1", "This is not JSON"),
        ("[]", "body", "Expected an object"),
        (f"{{{ARRIVAL}}}", "body.answers", "This is needed"),
        (f'{{{ARRIVAL}, "answers": []}}', "body.answers", "Expected an object"),
        (f'{{{ARRIVAL}, "answers": {{}}, "surprise": 1}}', "body.surprise", "There is no such field here"),
        (f'{{{ARRIVAL}, "answers": {{}}, "sur\\u0000prise": 1}}', "body.sur?prise", "There is no such field here"),
        (f'{{{ARRIVAL}, "answers": {{"weight_kg": NaN}}}}', "body.answers.weight_kg", "Expected a finite number"),
        (
            f'{{{ARRIVAL}, "answers": {{"words": "\\u0000"}}}}',
            "body.answers.words",
            "There are characters in it that are not allowed here",
        ),
        (
            f'{{{ARRIVAL}, "answers": {{"words": {{"a": 1}}}}}}',
            "body.answers.words",
            "Expected text or a whole number or a number or true or false or a list",
        ),
        (
            f'{{{ARRIVAL}, "answers": {{}}, "happened_at": "2026-11-23T08:00:00\\u221202:00"}}',
            "body.happened_at",
            "Expected a moment as 2026-11-23T14:30:00+02:00",
        ),
        (
            f'{{{ARRIVAL}, "answers": {{}}, "happened_at": "2026-11-23T08:00:00"}}',
            "body.happened_at",
            "Expected a moment as 2026-11-23T14:30:00+02:00",
        ),
    ],
)
def test_a_body_of_another_shape_is_refused_naming_the_place_once_in_plain_words(
    sign_in, body: str, place: str, words: str
):
    api = sign_in("reception")
    headers = {"Idempotency-Key": "k1", "Content-Type": "application/json"}
    problem = refused(api.post("/cases", content=body, headers=headers), 400, "invalid_request")
    assert [(item["field"], item["message"]) for item in problem["problems"]] == [(place, words)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("version", ["1", "1 ", True, 1.0, 0.0, 0, None])
@pytest.mark.parametrize("change", ["claim", "release", "complete"])
def test_a_version_that_is_no_number_of_the_document_is_refused_at_its_field(sign_in, change: str, version: object):
    api = sign_in("reception")
    task = open_case(api).json()["opened"][0]
    body = {"version": version} | ({"answers": YES} if change == "complete" else {})
    answer = api.post(f"/tasks/{task}/{change}", json=body, headers={"Idempotency-Key": "k2"})

    problem = refused(answer, 400, "invalid_request")
    assert [item["field"] for item in problem["problems"]] == ["body.version"]  # type: ignore[attr-defined]
    assert api.get(f"/tasks/{task}").json()["version"] == 1


@pytest.mark.parametrize("said", ["yes", "true", "on", "", 1, 0, 0.0, 1.0, None, [True]])
def test_what_is_neither_true_nor_false_takes_no_task_over(sign_in, said: object):
    api = sign_in("reception")
    task = open_case(api).json()["opened"][0]
    problem = refused(api.post(f"/tasks/{task}/claim", json={"version": 1, "take_over": said}), 400, "invalid_request")

    assert [item["field"] for item in problem["problems"]] == ["body.take_over"]  # type: ignore[attr-defined]
    assert api.get(f"/tasks/{task}").json()["version"] == 1
    assert api.post(f"/tasks/{task}/claim", json={"version": 1, "take_over": True}).json()["version"] == 2


@pytest.mark.parametrize("moment", [1795413600, 1795413600.5, "1795413600", True])
def test_a_moment_that_is_a_number_is_refused_at_its_field(sign_in, moment: object):
    problem = refused(open_case(sign_in("reception"), happened_at=moment), 400, "invalid_request")

    assert [item["field"] for item in problem["problems"]] == ["body.happened_at"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answers", "more", "places"),
    [
        ('{"wants_medical": "no", "wants_medical": "yes"}', "", ["body.answers.wants_medical"]),
        ('{"wants_medical": "yes", "wants_medical": "yes"}', "", ["body.answers.wants_medical"]),
        ("{}", ', "answers": {}', ["body.answers"]),
        ('{"a": [{"b": 1, "b": 2, "b": 3}]}', ', "door": "x"', ["body.door", "body.answers.a.0.b"]),
        ('{"\\u0061": 1, "a": 2}', "", ["body.answers.a"]),
    ],
)
def test_a_body_that_names_something_twice_is_refused_at_each_place(
    sign_in, house: House, answers: str, more: str, places: list[str]
):
    api = sign_in("reception")
    body = f'{{"centre": "{CENTRE}", "door": "reception", "answers": {answers}{more}}}'
    answer = api.post("/cases", content=body, headers={"Idempotency-Key": "k1", "Content-Type": "application/json"})

    problem = refused(answer, 400, "invalid_request")
    told = [(item["field"], item["code"]) for item in problem["problems"]]  # type: ignore[attr-defined]
    assert told == [(place, "duplicate_key") for place in places]
    assert api.get("/tasks").json()["tasks"] == []


def test_a_command_without_an_idempotency_key_is_refused(sign_in: Callable[[str], httpx.Client]):
    body = {"centre": CENTRE, "door": "reception", "answers": YES}
    problem = refused(sign_in("reception").post("/cases", json=body), 400, "invalid_request")
    assert [item["field"] for item in problem["problems"]] == ["header.idempotency-key"]  # type: ignore[attr-defined]


def test_answers_that_do_not_fit_are_refused_by_field_without_repeating_them(sign_in):
    api = sign_in("reception")
    answer = open_case(api, answers={"wants_medical": "ZZCANARY", "weight_kg": 4000})
    problem = refused(answer, 422, "invalid_answers")
    assert {item["field"] for item in problem["problems"]} == {"wants_medical", "weight_kg"}  # type: ignore[attr-defined]
    assert "ZZCANARY" not in answer.text


def test_another_shape_is_refused_without_repeating_what_was_sent(sign_in):
    answer = open_case(sign_in("reception"), answers={"words": {"ZZCANARY": 1}}, happened_at="ZZCANARY")
    refused(answer, 400, "invalid_request")
    assert "ZZCANARY" not in answer.text.replace("body.answers.words.ZZCANARY", "")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/cases/a%20b", "/cases/%00", "/tasks?role=a%00b", "/tasks/", "/cases/x/"]
)
def test_a_path_that_is_not_there_is_a_problem_too(sign_in: Callable[[str], httpx.Client], path: str):
    answer = sign_in("reception").get(path)
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == PROBLEM


def test_a_centre_where_the_caller_has_no_role_is_refused_in_every_list(sign_in: Callable[[str], httpx.Client]):
    for path in ("/doors", "/tasks", "/cases"):
        answer = sign_in("reception").get(path, params={"centre": "elsewhere"})
        assert "no role at this centre" in str(refused(answer, 403, "not_yours")["detail"]), path


def test_a_query_that_is_not_there_is_refused_by_name_and_not_ignored(sign_in: Callable[[str], httpx.Client]):
    problem = refused(sign_in("reception").get("/tasks?center=kacyiru&limit=1"), 400, "invalid_request")
    assert [item["field"] for item in problem["problems"]] == ["query.center"]  # type: ignore[attr-defined]


def test_a_method_that_is_not_there_is_a_problem_too(api: httpx.Client):
    refused(api.put("/cases"), 405, "invalid_request")


def test_a_version_that_is_not_the_tasks_is_a_conflict_that_says_what_to_do(sign_in):
    api = sign_in("reception")
    task = open_case(api, answers=ADULT).json()["opened"][0]
    assert "GET the task again" in str(refused(complete(api, task, version=7), 409, "task_changed")["detail"])
    assert api.post(f"/tasks/{task}/claim", json={"version": 1}).json() == {"task_id": task, "version": 2}
    assert api.post(f"/tasks/{task}/release", json={"version": 2}).json() == {"task_id": task, "version": 3}
    refused(complete(api, task, version=2), 409, "task_changed")
    assert complete(api, task, version=3).status_code == 200
    refused(complete(api, task, "k3", version=3), 409, "task_gone")


def test_a_step_that_is_not_possible_yet_is_a_conflict_that_names_what_must_come_about_first(sign_in):
    api = sign_in("reception")
    case = open_case(api, answers=ADULT | {"age_stated": 10}).json()
    complete(api, case["opened"][0])
    no, form = {"answers": {"wants_medical": "no"}}, f"/cases/{case['case_id']}/forms/change_choice"
    assert api.post(form, json=no, headers={"Idempotency-Key": "no"}).status_code == 200
    sign_in("medical")
    (task,) = [task for task in api.get("/tasks").json()["tasks"] if task["case_id"] == case["case_id"]]

    problem = refused(complete(api, task["id"], "k3", version=task["version"]), 409, "requires")

    assert problem["title"] == "Not possible as things stand now"
    assert "It is possible once “Wants medical care” is answered otherwise than “no”" in str(problem["detail"])
    blocked = api.get(f"/tasks/{task['id']}").json()["blocked"]["sentence"]["en"]
    assert blocked == "“Wants medical care” is answered otherwise than “no”"


def test_a_fault_of_ours_gives_a_reference_and_logs_its_place_without_what_was_in_it(house, sign_in, monkeypatch):
    api = sign_in("reception")

    def broken(*_: object, **__: object) -> None:
        raise ValueError("ZZCANARY")

    monkeypatch.setattr(type(house.desk), "case", broken)
    with structlog.testing.capture_logs() as logged:
        answer = api.get("/cases/x")
    problem = refused(answer, 500, "fault")
    (fault,) = [line for line in logged if line["event"] == "fault"]
    assert problem["instance"] == f"urn:isange:reference:{fault['reference']}"
    line = inspect.getsourcelines(broken)[1] + 1
    assert (fault["error"], fault["at"]) == ("ValueError", f"{Path(__file__).name}:{line}")
    assert "ZZCANARY" not in answer.text + repr(logged)
    assert answer.headers.items() >= {name.lower(): value for name, value in SECURITY_HEADERS.items()}.items()


# once


def test_a_command_sent_again_gives_the_first_result(sign_in: Callable[[str], httpx.Client]):
    api = sign_in("reception")
    first, again = open_case(api), open_case(api)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json() | {"replayed": True}
    task = first.json()["opened"][0]
    done, done_again = complete(api, task), complete(api, task)
    assert done_again.json() == done.json() | {"replayed": True}
    refused(complete(api, task, wants_medical="no"), 409, "command_reused")


def test_a_command_sent_many_times_at_once_does_one_thing(sign_in: Callable[[str], httpx.Client]):
    api = sign_in("reception")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: open_case(api), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["case_id"] for answer in answers}) == 1
    assert sorted(answer.json()["replayed"] for answer in answers) == [False] + [True] * 7


def test_two_people_may_use_the_same_key(sign_in: Callable[[str], httpx.Client], house: House):
    house.accounts.add_with_password("reception.two", "Two", PASSWORD, {CENTRE: frozenset({"reception"})}, demo=True)
    first = open_case(sign_in("reception")).json()
    second = open_case(sign_in("reception.two")).json()
    assert first["case_id"] != second["case_id"]


# reading and correcting


def test_a_case_shows_what_the_reader_may_see(sign_in: Callable[[str], httpx.Client]):
    api = sign_in("reception")
    answers = YES | {"care_accepted": ["photographs"], "words": "her words", "age_stated": 12}
    opened = open_case(api, answers=answers).json()
    seen = api.get(f"/cases/{opened['case_id']}").json()
    assert (seen["code"], seen["centre"], seen["status"]) == (opened["case_code"], CENTRE, "open")
    assert "welcome" in seen["here"]["case_main"]
    told = {fact["name"]: fact["value"] for group in seen["facts"] for fact in group["facts"]}
    assert told == {"wants_medical": "yes", "age_stated": 12}
    assert seen["has_identity"]
    others = sign_in("medical").get(f"/cases/{opened['case_id']}").text
    assert "her words" not in others
    assert "photographs" in others
    assert api.get("/tasks").json() == {"tasks": [], "next": None}


def test_who_the_survivor_is_is_shown_when_asked_with_a_reason_that_the_trail_keeps(sign_in, house: House):
    api = sign_in("reception")
    answers = YES | {"care_accepted": ["photographs"], "words": "her words"}
    case = open_case(api, answers=answers).json()["case_id"]
    (fact,) = api.post(f"/cases/{case}/identity", json={"why": "call_back"}).json()["facts"]
    assert (fact["name"], fact["value"]) == ("words", "her words")
    assert {"why": "call_back"} in [dict(row.entry.params) for row in house.store.trail(case)]
    refused(api.post(f"/cases/{case}/identity", json={"why": ""}), 400, "invalid_request")
    refused(sign_in("medical").post(f"/cases/{case}/identity", json={"why": "call_back"}), 403, "not_yours")


def test_when_something_happened_may_be_earlier_but_not_in_the_future(sign_in):
    api = sign_in("reception")
    problem = refused(open_case(api, happened_at="2026-11-24T08:00:00Z"), 422, "invalid_answers")
    assert [item["field"] for item in problem["problems"]] == ["happened_at"]  # type: ignore[attr-defined]
    assert open_case(api, "k2", happened_at="2026-11-23T08:00:00+02:00").status_code == 201


def test_a_form_may_be_recorded_at_any_time(sign_in: Callable[[str], httpx.Client]):
    api = sign_in("reception")
    case = open_case(api).json()["case_id"]
    (form,) = api.get(f"/cases/{case}").json()["anytime"]
    body = {"answers": {"wants_medical": "no"}}
    done = api.post(f"/cases/{case}/forms/{form['id']}", json=body, headers={"Idempotency-Key": "k2"})
    assert done.status_code == 200
    services = {item["key"]: item["status"] for item in api.get(f"/cases/{case}").json()["services"]}
    assert services["medical_care"] == "cancelled"


def test_a_form_that_is_sent_as_it_was_shown_takes_back_nothing_that_was_recorded_since(sign_in, hands: Hands):
    api = sign_in("reception")
    case = open_case(api).json()["case_id"]
    read = api.get(f"/cases/{case}").json()
    (form,) = read["anytime"]

    def send(key: str, wants: str, **more: object) -> httpx.Response:
        body = {"answers": {**YES, "wants_medical": wants} if wants == "yes" else {"wants_medical": wants}, **more}
        return api.post(f"/cases/{case}/forms/{form['id']}", json=body, headers={"Idempotency-Key": key})

    hands.move(timedelta(minutes=1))
    assert send("k2", "no").status_code == 200

    refused(send("k3", "yes", shown=read["shown"]), 409, "recorded_meanwhile")
    ahead = refused(send("k4", "yes", shown="2126-01-01T00:00:00Z"), 422, "invalid_answers")
    assert [item["field"] for item in ahead["problems"]] == ["shown"]  # type: ignore[attr-defined]
    shown = api.get(f"/cases/{case}").json()["shown"]
    assert send("k5", "yes", shown=shown).status_code == 200


def test_editions_are_listed(sign_in: Callable[[str], httpx.Client], house: House):
    (edition,) = sign_in("medical").get("/editions").json()["editions"]
    assert edition["edition"] == house.editions.current().digest
    assert (edition["author"], edition["jurisdiction"]) == ("release", "rwanda")


def test_the_house_says_whether_it_is_ready(api: httpx.Client, house: House, monkeypatch: pytest.MonkeyPatch):
    assert api.get("/ready").json() == {"status": "ok"}
    monkeypatch.setattr(type(house.store), "ready", lambda _: False)
    answer = api.get("/ready")
    refused(answer, 503, "busy")
    assert answer.headers["retry-after"] == "1"
    assert api.get("/health").json() == {"status": "ok"}


@pytest.mark.parametrize(
    "body",
    [
        {"login": "recep\x00tion", "password": PASSWORD},
        {"login": "reception", "password": "\x00"},
        {"login": "\ud800", "password": PASSWORD},
        {"login": "reception", "password": "\ud800"},
        {"login": "reception", "password": PASSWORD, "\ud800": ""},
        {"login": "x" * 201, "password": PASSWORD},
        {"login": "reception", "password": "x" * 1025},
    ],
)
def test_a_login_that_is_no_text_or_too_long_is_a_problem_of_its_shape(api: httpx.Client, body: dict[str, str]):
    answer = api.post("/sessions", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("raised", "status", "code"), [(StoreBusy("x"), 503, "busy"), (DoesNotOpen("x"), 500, "sealed")]
)
def test_a_store_that_is_busy_or_does_not_open_is_a_problem_that_says_so(
    house: House, sign_in, monkeypatch: pytest.MonkeyPatch, raised: Exception, status: int, code: str
):
    client = sign_in("reception")

    def failing(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(type(house.desk), "tasks", failing)
    answer = client.get("/tasks")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == PROBLEM


def test_a_damaged_database_is_a_problem_that_is_not_sent_again_and_the_log_says_what_to_do(
    house: House, sign_in, monkeypatch: pytest.MonkeyPatch
):
    client = sign_in("reception")

    def damaged(*_: object, **__: object) -> None:
        raise StoreDamaged("part of it cannot be read")

    monkeypatch.setattr(type(house.desk), "open_case", damaged)
    with structlog.testing.capture_logs() as logged:
        answer = open_case(client)
    assert refused(answer, 500, "damaged")["detail"] == (
        "The database is damaged. Tell whoever runs this house; do not send it again."
    )
    assert "retry-after" not in answer.headers
    assert [one["said"] for one in logged if one["event"] == "damaged"] == [
        str(StoreDamaged("part of it cannot be read"))
    ]


def test_a_house_whose_database_file_was_taken_away_is_not_ready_and_says_what_to_do(
    api: httpx.Client, house: House, sign_in, tmp_path: Path
):
    client = sign_in("reception")
    assert api.get("/ready").status_code == 200
    (tmp_path / "isange.db").rename(tmp_path / "elsewhere.db")

    assert str(StoreMoved()) in str(refused(api.get("/ready"), 503, "busy")["detail"])
    refused(open_case(client), 503, "busy")
    assert house.store.open_cases([CENTRE]) == []
    assert not (tmp_path / "isange.db").exists()

    (tmp_path / "elsewhere.db").rename(tmp_path / "isange.db")
    assert api.get("/ready").status_code == 200
    assert open_case(client).status_code == 201


@pytest.mark.parametrize(("raised", "code"), [(StoreBusy, "busy"), (StoreUnsure, "unsure")])
def test_who_is_told_to_send_again_is_told_of_a_key_only_where_the_operation_takes_one(
    house: House, sign_in, monkeypatch: pytest.MonkeyPatch, raised: type[Exception], code: str
):
    client = sign_in("reception")

    def failing(*_: object, **__: object) -> None:
        raise raised("x")

    for move in ("open_case", "claim_task", "tasks"):
        monkeypatch.setattr(type(house.desk), move, failing)
    keyed, *others = open_case(client), client.post("/tasks/x/claim", json={"version": 1}), client.get("/tasks")
    assert "Idempotency-Key" in str(refused(keyed, 503, code)["detail"])
    assert [answer for answer in others if "Idempotency-Key" in str(refused(answer, 503, code)["detail"])] == []


def test_a_command_that_is_named_twice_is_done_by_neither_name(sign_in):
    api = sign_in("reception")
    headers = [*api.headers.items(), ("Idempotency-Key", "first"), ("Idempotency-Key", "second")]
    body = {"centre": CENTRE, "door": "reception", "answers": YES}
    answer = api.post("/cases", json=body, headers=headers)

    problem = refused(answer, 400, "invalid_request")
    assert [item["field"] for item in problem["problems"]] == ["header.Idempotency-Key"]  # type: ignore[attr-defined]


def test_of_a_query_that_is_there_twice_none_is_chosen_unseen(sign_in):
    problem = refused(sign_in("reception").get("/tasks?limit=1&limit=2"), 400, "invalid_request")

    assert [item["field"] for item in problem["problems"]] == ["query.limit"]  # type: ignore[attr-defined]
