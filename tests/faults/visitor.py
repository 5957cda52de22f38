"""Somebody who uses a house over HTTP: at a browser without scripts, or by a program of theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import httpx
from lxml import html

from tests.web.running import CENTRE, PASSWORD
from web.api.app import PREFIX

Result = TypeVar("Result")
Fields = dict[str, str | list[str]]
ANSWERS = {"wants_medical": "later"}
PATIENCE = 60
"""Seconds; a machine may be slow, and a test that hangs must end."""


class Browser:
    """Opens pages, fills in the form on them, and sends it."""

    def __init__(self, url: str, login: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=PATIENCE)
        answer = self.http.post("/sign-in", data={"login": login, "password": PASSWORD})
        assert (answer.status_code, answer.headers["location"]) == (303, "/work")

    def open(self, path: str) -> html.HtmlElement:
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return html.fromstring(answer.text)

    def form_of(self, path: str, **filled: str) -> Fields:
        """What the form of a page would send, filled in so far."""
        return form_on(self.open(path)) | filled

    def receive(self) -> str:
        """Receives a survivor; the path of the task that follows."""
        path = f"/arrival/{CENTRE}/reception"
        answer = self.http.post(path, data=self.form_of(path, **ANSWERS))
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].split("?")[0]


class Program:
    """Sends commands to the API under keys of its own."""

    def __init__(self, url: str, login: str) -> None:
        self.http = httpx.Client(base_url=url + PREFIX, timeout=PATIENCE)
        token = self.http.post("/sessions", json={"login": login, "password": PASSWORD}).json()["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def receive(self, key: str, **answers: object) -> httpx.Response:
        body = {"centre": CENTRE, "door": "reception", "answers": ANSWERS | answers}
        return self.http.post("/cases", json=body, headers={"Idempotency-Key": key})

    def complete(self, task: str, key: str, **answers: object) -> httpx.Response:
        body = {"version": 1, "answers": ANSWERS | answers}
        return self.http.post(f"/tasks/{task}/complete", json=body, headers={"Idempotency-Key": key})


class Visitors:
    """Whoever comes to a house; they leave when the test ends."""

    def __init__(self) -> None:
        self._came: list[Browser | Program] = []

    def browser(self, url: str, login: str) -> Browser:
        self._came.append(browser := Browser(url, login))
        return browser

    def program(self, url: str, login: str) -> Program:
        self._came.append(program := Program(url, login))
        return program

    def leave(self) -> None:
        for one in self._came:
            one.http.close()


def form_on(page: html.HtmlElement, id: str = "answers") -> Fields:
    fields: Fields = {}
    for name, value in page.get_element_by_id(id).form_values():
        fields[name] = value
    return fields


def said(answer: httpx.Response) -> str:
    """The words of a page's main part."""
    return " ".join(html.fromstring(answer.text).find(".//main").text_content().split())


def at_once(acts: Sequence[Callable[[], Result]]) -> list[Result]:
    """What each of these gave, all begun at the same moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Result]) -> Result:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
