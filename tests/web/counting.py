"""A browser that counts what each form it sends asks of the database."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from lxml import html

from engine.library import Form
from tests.web.running import PASSWORD, Hands, House
from tests.web.screen import Screen
from tests.web.statements import counted
from web.people import TOUCH

MOST = 15
"""Statements of the dearest form."""
ANSWERED = frozenset({200, 204, 303})
_FORM = "//form[@method='post'][@action=$to or starts-with(@action, concat($to, '?'))]"
_BY_BUTTON = "//form[@method='post'][.//button[@formaction=$to] or @id=//button[@formaction=$to]/@form]"
_BUTTON = "//button[@formaction=$to][@name]"
_OWN = "//main//form[@method='post'][not(@action)]"


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent: where to, and what came of it."""

    path: str
    status: int
    statements: int


@dataclass
class Told:
    """What was sent, by the endpoint that it was sent to."""

    sent: dict[str, list[Sent]] = field(default_factory=lambda: defaultdict(list))

    def beyond(self) -> list[tuple[str, Sent]]:
        """What asked more of the database than a form may."""
        told = [(endpoint, one) for endpoint, sent in self.sent.items() for one in sent]
        return [(endpoint, one) for endpoint, one in told if one.statements > MOST]

    def answered(self) -> set[str]:
        """The endpoints at which what was sent was taken."""
        return {endpoint for endpoint, sent in self.sent.items() if any(one.status in ANSWERED for one in sent)}


class Counting(Screen):
    """It follows no redirect, for the page there counts for itself; and takes its time before it sends a form."""

    def __init__(self, app: Flask, house: House, hands: Hands, told: Told) -> None:
        super().__init__(app)
        self._addresses = app.url_map.bind("localhost")
        self._house, self._hands, self._told = house, hands, told

    def signed_in(self, login: str) -> Counting:
        self.open("/sign-in")
        self.fill("/sign-in", login=login, password=PASSWORD)
        return self

    def fill(self, to: str, **filled: object) -> Counting:
        """Sends the form of the page that lies open which leads there, or its only one, with these fields filled in."""
        found = self.page.xpath(_FORM, to=to) or self.page.xpath(_BY_BUTTON, to=to) or self.page.xpath(_OWN)
        path = next((str(form.get("action")) for form in self.page.xpath(_FORM, to=to)), to)
        pressed = {str(one.get("name")): one.get("value") for one in self.page.xpath(_BUTTON, to=to)}
        self.send(path, {**_fields(found[0]), **pressed, **filled})
        return self

    def send(self, path: str, fields: dict[str, object], **headers: str) -> Screen:
        self._hands.move(TOUCH + timedelta(seconds=1))
        with counted(self._house.store) as statements:
            answer = self.client.post(path, data=fields, headers=headers)
        endpoint, _ = self._addresses.match(path.partition("?")[0], "POST")
        self._told.sent[endpoint].append(Sent(path, answer.status_code, len(statements)))
        return self._arrived(answer)

    @property
    def refused(self) -> str:
        """Why what was sent was not taken, as the page says it."""
        return "" if self.answer.status_code in ANSWERED else self.said


def _fields(form: html.FormElement) -> dict[str, object]:
    fields: dict[str, list[str]] = defaultdict(list)
    for name, value in form.form_values():
        fields[name].append(value)
    return dict(fields)


def otherwise(form: Form, name: str, value: object) -> object:
    """Another answer than this one to a question of the form."""
    schema: Any = form.properties[name]
    offered = _offered(schema) or _offered(schema.get("items", {}))
    if offered:
        other = next(one for one in reversed(offered) if value not in (one, [one]))
        return [other] if schema.get("type") == "array" else other
    match schema.get("format"):
        case "date":
            return "1999-05-05"
        case "date-time":
            return "2026-11-22T01:00:00+00:00"
    return "Otherwise" if schema.get("type") == "string" else 1


def _offered(schema: Any) -> list[str]:
    return schema.get("enum") or [one["const"] for one in schema.get("oneOf", [])]
