"""Whatever is sent to any operation, by whomever: an answer that the OpenAPI document describes, and never a fault.

Requests are made from the document, right and wrong ones, by people of every role and by nobody, with ids that are
there and ids that are not. `make api-fuzz` sends many more of them, other ones each time."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from engine.store.records import Session
from tests.web.running import CENTRE, Hands, house_at, served
from web.accounts import person_of
from web.api.app import PREFIX, create_api
from web.house import House
from web.throttle import digest

MANY = "API_FUZZ_EXAMPLES"
EXAMPLES = int(os.environ.get(MANY, "5"))
HEAVY = {"/checks", "/drills"}
"""Each run of these is a process of its own."""
HEAVY_EXAMPLES = max(2, EXAMPLES // 20)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
DOCUMENT = create_api(*cast(Any, (None, None, None, None))).openapi()
OPERATIONS = {
    found.ok().label: found.ok()
    for found in schemathesis.openapi.from_dict({**DOCUMENT, "servers": []}).get_all_operations()
}


@dataclass
class Running:
    """A house with a few cases, and what a client could know of it."""

    house: House
    url: str
    tokens: list[str]
    ids: list[str]

    def new_token(self, login: str) -> str:
        """A session as sign-in gives it, without the cost of a password."""
        token, account = secrets.token_urlsafe(32), self.house.store.account(login=login)
        assert account is not None
        moment = Hands().moment
        self.house.store.start_session(Session(digest(token), account.id, moment, moment, False, "api"))
        return token


@pytest.fixture(scope="module")
def running(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    file = tmp_path_factory.mktemp("fuzz") / "isange.db"
    file.write_bytes(sqlite_template.read_bytes())
    with house_at(f"sqlite:///{file}", "", Hands(), run_seconds=3) as house, served(house) as address:
        found = Running(house, address.url + PREFIX, [], [])
        found.tokens = [found.new_token(login) for login in house.editions.current().roles]
        account = house.store.account(login="reception")
        assert account is not None
        with house.own_time():
            for _ in range(3):
                answers = {"life_threat": "no", "able_to_express": "yes"}
                outcome = house.desk.open_case(person_of(account), CENTRE, "reception", answers)
                found.ids += [outcome.case_id, *outcome.opened]
        yield found


def known(case: Case, running: Running, draw: Callable[[Any], Any]) -> None:
    """Sometimes puts what is there in the place of what is made up, so that requests come further."""
    if case.path_parameters and "id" in case.path_parameters and draw(st.booleans()):
        case.path_parameters["id"] = draw(st.sampled_from(running.ids))
    there: Mapping[str, st.SearchStrategy[Any]] = {
        "centre": st.just(CENTRE),
        "door": st.just("reception"),
        "version": st.integers(1, 3),
        "drills": st.just(["features/d16_in_shock.feature"]),
    }
    for name, values in there.items():
        for place in (case.query, case.body):
            if isinstance(place, dict) and name in place and draw(st.booleans()):
                place[name] = draw(values)


def strategy(operation: APIOperation) -> st.SearchStrategy[Case]:
    """Requests in the documented shape and others."""
    modes = [operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]
    return reduce(lambda one, other: one | other, modes)


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_one_that_the_document_describes(running: Running, label: str) -> None:
    operation = OPERATIONS[label]

    @given(case=strategy(operation), data=st.data())
    @settings(
        max_examples=HEAVY_EXAMPLES if operation.path in HEAVY else EXAMPLES,
        derandomize=MANY not in os.environ,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Case, data: st.DataObject) -> None:
        wrong = case.meta is not None and case.meta.generation.mode == GenerationMode.NEGATIVE
        if not wrong:
            known(case, running, data.draw)
        token = data.draw(st.sampled_from([*running.tokens, "none"]))
        if operation.path in HEAVY or label == "DELETE /sessions":
            token = running.new_token("coordinator")
        headers = {"Authorization": f"Bearer {token}"}
        case.call_and_validate(base_url=running.url, headers=headers, checks=CHECKS, timeout=60)

    send()
