"""Somebody at a browser without scripts, for tests of the pages."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from tests.web.running import CENTRE

ARRIVAL = {"life_threat": "no", "able_to_express": "yes"}


class Screen:
    """Somebody at a browser without scripts: opens pages, fills the forms on them, presses their buttons."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.answer: TestResponse
        self.path = ""

    @property
    def page(self) -> html.HtmlElement:
        return html.fromstring(self.answer.text)

    @property
    def said(self) -> str:
        return " ".join(self.page.find(".//main").text_content().split())

    def open(self, path: str, **headers: str) -> Screen:
        return self._arrived(self.client.get(path, headers=headers, follow_redirects=True))

    def press(self, button: str, **filled: object) -> Screen:
        """Presses the first button with these words in the main part, or anywhere on the page."""
        found = [b for b in self.page.iter("button") if button in b.text_content()]
        inside = [b for b in found if any(a.tag == "main" for a in b.iterancestors())]
        pressed = (inside or found)[0]
        form = (
            self.page.get_element_by_id(pressed.get("form"))
            if pressed.get("form")
            else next(pressed.iterancestors("form"))
        )
        fields: dict[str, object] = {}
        for name, value in form.form_values():
            fields.setdefault(name, []).append(value)  # type: ignore[attr-defined]
        if pressed.get("name"):
            fields[pressed.get("name")] = pressed.get("value")
        return self.send(pressed.get("formaction") or form.get("action") or self.path, {**fields, **filled})

    def send(self, path: str, fields: dict[str, object], **headers: str) -> Screen:
        return self._arrived(self.client.post(path, data=fields, headers=headers, follow_redirects=True))

    def files(self) -> list[str]:
        """The addresses of everything that the page loads besides itself."""
        return [str(url) for url in self.page.xpath("//script/@src | //link/@href")]

    def file(self, url: str, **headers: str) -> TestResponse:
        with self.client.get(url, headers=headers) as answer:
            assert answer.data
            return answer

    def _arrived(self, answer: TestResponse) -> Screen:
        self.answer, self.path = answer, answer.request.path
        return self

    def hidden(self, name: str) -> str:
        return str(self.page.xpath(f"//input[@name='{name}']/@value")[0])


def receive(screen: Screen, **answers: str) -> Screen:
    """Receives a survivor at the reception; the screen then shows what follows."""
    screen.open(f"/arrival/{CENTRE}/reception")
    return screen.send(
        screen.path, {"csrf": screen.hidden("csrf"), "command": screen.hidden("command"), **ARRIVAL, **answers}
    )


def case_of(screen: Screen) -> str:
    """The path of the case that the screen shows a task of."""
    return str(screen.page.xpath("//p[@class='over']/a/@href")[0])
