"""An API client that knows nothing but the OpenAPI document and the JSON Schemas it is given.

Every request is checked against the document before it is sent, every answer after it came."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
from jsonschema import Draft202012Validator

PROBLEM = "application/problem+json"


class Client:
    """Speaks to one API as one person after another. `now` is the person's watch."""

    def __init__(self, url: str, document_path: str) -> None:
        self._http = httpx.Client(base_url=url)
        self.document: dict[str, Any] = self._http.get(document_path).json()
        self._base = self.document["servers"][0]["url"]
        self._keys = (f"key-{number}" for number in itertools.count())
        self._tokens: dict[str, str] = {}

    def close(self) -> None:
        self._http.close()

    def sign_in(self, login: str, password: str) -> Mapping[str, list[str]]:
        """Signs in; gives the person's roles by centre."""
        answer = self.call("post", "/sessions", json={"login": login, "password": password})
        self._tokens[login] = answer["token"]
        return answer["roles"]

    def call(self, method: str, path: str, login: str = "", *, json: object = None, **values: str) -> Any:
        """Calls an operation of the document by its path; `values` fill its path and query parameters.

        Raises Problem for a documented problem, AssertionError for whatever the document does not promise."""
        operation = self.document["paths"][path][method]
        headers, query = {}, {}
        for parameter in operation.get("parameters", []):
            name = parameter["name"]
            if parameter["in"] == "header" and parameter.get("required"):
                headers[name] = next(self._keys)
            elif parameter["in"] == "query" and name in values:
                query[name] = values[name]
        if "security" in operation:
            headers["Authorization"] = f"Bearer {self._tokens[login]}"
        if "requestBody" in operation:
            self._check(operation["requestBody"]["content"]["application/json"]["schema"], json)
        answer = self._http.request(
            method, self._base + path.format(**values), json=json, params=query, headers=headers
        )
        described = operation["responses"].get(str(answer.status_code))
        assert described is not None, f"{method} {path} answered {answer.status_code}, which is not documented"
        if answer.status_code == 204:
            return None
        kind = answer.headers["content-type"]
        self._check(described["content"][kind]["schema"], answer.json())
        if kind == PROBLEM:
            raise Problem(answer.json())
        return answer.json()

    def _check(self, schema: Mapping[str, Any], value: object) -> None:
        whole = {**schema, "components": self.document["components"]}
        Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


class Problem(Exception):
    """A documented refusal."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__(f"{body['status']} {body['code']}: {body['detail']} {body.get('problems')}")
        self.code: str = body["code"]
        self.status: int = body["status"]


class Chooser:
    """Answers forms by their schema alone. What the survivor would tell (`told`, by property) wins; else the
    first choice, and the next one each time that the same form is met again: nobody is asked in circles."""

    def __init__(self, told: Mapping[str, object]) -> None:
        self._told = told
        self._met: Counter[str] = Counter()

    def answers(self, form: Mapping[str, Any], now: datetime) -> dict[str, object]:
        turn = self._met[form["id"]]
        self._met[form["id"]] += 1
        properties: Mapping[str, Any] = form["schema"]["properties"]
        return {name: self._told.get(name, _answer(rule, turn, now)) for name, rule in properties.items()}


def _answer(rule: Mapping[str, Any], turn: int, now: datetime) -> object:
    if "enum" in rule:
        return rule["enum"][turn % len(rule["enum"])]
    match rule.get("type"), rule.get("format"):
        case "array", _:
            return rule["items"]["enum"]
        case "boolean", _:
            return turn % 2 == 0
        case "integer" | "number", _:
            return rule.get("minimum", 0)
        case "string", "date":
            return now.date().isoformat()
        case "string", "date-time":
            return (now - timedelta(hours=1)).isoformat()
    return "Words"[: rule.get("maxLength", 5)]
