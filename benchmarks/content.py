"""Editions made for measuring: a sequence of user tasks with two gateways, and the shape that hurts most."""

from __future__ import annotations

import json
from collections.abc import Iterator

from engine.content import from_files
from engine.library import Library

PACK = "rwanda"
FORMS = 12
"""Forms that the tasks take in turn: by the twelfth task every fact is known, so later ones differ in age alone."""
FIELDS = 4
WORDS = "{en: Bench, fr: Banc, rw: Bench}"

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:care="urn:isange:care:1" id="d" targetNamespace="urn:x">
 <bpmn:collaboration id="c"><bpmn:participant id="pool" name="Centre" processRef="bench" /></bpmn:collaboration>
 <bpmn:process id="bench" isExecutable="true">
"""
_TAIL = " </bpmn:process>\n</bpmn:definitions>\n"


def sequence(tasks: int) -> Library:
    """`tasks` user tasks, one after the other, with a gateway after the first third and one before the last."""
    return _library(_sequence(tasks), [f"t{n}" for n in range(1, tasks + 1)])


def looping() -> Library:
    """Two parallel branches: in one a task waits, in the other a sub-process asks again until told to stop."""
    return _library(_LOOPING, ["waiting", "again", "last"])


def names(form: int) -> list[str]:
    """The facts that a form asks."""
    return [f"fact_{form}_{field}" for field in range(FIELDS)]


def answers(form: str) -> dict[str, object]:
    """What is answered to a form of this edition: a choice, words, a number and a yes or no."""
    values: tuple[object, ...] = ("yes", "She came with her aunt and asked for water.", 17, True)
    return dict(zip(names(int(form.removeprefix("form_"))), values, strict=True))


def _library(diagram: str, lane: list[str]) -> Library:
    refs = "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in lane)
    lanes = f'<bpmn:laneSet id="ls"><bpmn:lane id="l" name="Care">{refs}</bpmn:lane></bpmn:laneSet>\n'
    files = {
        "pathways/bench.yaml": _MANIFEST,
        "pathways/bpmn/bench.bpmn": _HEAD + lanes + diagram + _TAIL,
        "rules/common/words.yaml": _vocabulary(),
        f"rules/{PACK}/law.yaml": _LAW,
        **{f"forms/form_{form}.json": _form(form) for form in range(FORMS)},
    }
    return from_files({path: text.encode() for path, text in files.items()}, PACK)


def _flow(number: int, source: str, target: str, condition: str = "") -> str:
    when = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
    inner = when if condition else ""
    return f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>\n'


def _user(id: str, form: int, more: str = "") -> str:
    return f'<bpmn:userTask id="{id}" name="{id}" care:form="form_{form}" {more}/>\n'


def _sequence(tasks: int) -> str:
    after = max(tasks // 3, 1)
    said = [
        '<bpmn:startEvent id="s" />\n',
        '<bpmn:exclusiveGateway id="g1" default="f10000" />\n<bpmn:exclusiveGateway id="g2" />\n',
        '<bpmn:endEvent id="e" />\n',
        *(_user(f"t{n}", (n - 1) % FORMS, 'care:acts="case.end" ' if n == tasks else "") for n in range(1, tasks + 1)),
    ]
    way = ["s", *(f"t{n}" for n in range(1, after + 1)), "g1", *(f"t{n}" for n in range(after + 1, tasks)), "g2"]
    way += [f"t{tasks}", "e"]
    for number, (source, target) in enumerate(zip(way, way[1:], strict=False)):
        said.append(_flow(10000 if source == "g1" else number, source, target))
    said.append(_flow(10001, "g1", "g2", "fact_0_0 == 'no'"))
    return "".join(said)


_LOOPING = "".join(
    (
        '<bpmn:startEvent id="s" /><bpmn:parallelGateway id="p1" /><bpmn:parallelGateway id="p2" />\n',
        _user("waiting", 0),
        '<bpmn:subProcess id="rounds" name="Rounds"><bpmn:startEvent id="rs" />\n',
        '<bpmn:exclusiveGateway id="r1" /><bpmn:exclusiveGateway id="r2" default="f13" /><bpmn:endEvent id="re" />\n',
        _user("again", 1),
        _flow(10, "rs", "r1"),
        _flow(11, "r1", "again"),
        _flow(12, "again", "r2"),
        _flow(13, "r2", "r1"),
        _flow(14, "r2", "re", "fact_1_0 == 'no'"),
        "</bpmn:subProcess>\n",
        _user("last", 2, 'care:acts="case.end" '),
        '<bpmn:endEvent id="e" />\n',
        _flow(1, "s", "p1"),
        _flow(2, "p1", "waiting"),
        _flow(3, "p1", "rounds"),
        _flow(4, "waiting", "p2"),
        _flow(5, "rounds", "p2"),
        _flow(6, "p2", "last"),
        _flow(7, "last", "e"),
    )
)

_MANIFEST = f"""\
id: bench
title: {WORDS}
owner: Bench
unreviewed: []
main: bench
lanes: {{Care: care}}
doors:
- {{id: door, title: {WORDS}, form: form_0, roles: [care]}}
processes:
- {{id: bench, file: bpmn/bench.bpmn, title: {WORDS}}}
"""

_LAW = f"""\
duties:
- id: cared-for
  title: {WORDS}
  kind: policy
  when: "fact_0_0 == 'yes'"
  must: case.end
  severity: record
  holder: care
  source: {{cite: Bench, status: unverified}}
"""


def _vocabulary() -> str:
    kinds = ("type: choice, values: [yes, no]", "type: text", "type: integer, minimum: 0, maximum: 120")
    kinds += ("type: boolean",)
    facts = "".join(
        f"- {{id: {name}, title: {WORDS}, {kind}, group: {'identity' if form == 0 and field == 1 else 'care'}}}\n"
        for form in range(FORMS)
        for field, (name, kind) in enumerate(zip(names(form), kinds, strict=True))
    )
    return (
        f"groups:\n- {{id: identity, title: {WORDS}, apart: true}}\n- {{id: care, title: {WORDS}}}\n"
        f"roles:\n- {{id: care, title: {WORDS}, sees: [identity, care], may: [case.open, case.read, task.work]}}\n"
        f"facts:\n{facts}acts:\n- {{id: case.end, title: {WORDS}}}\n"
    )


def _form(form: int) -> str:
    return json.dumps(
        {
            "schema": {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "object",
                "additionalProperties": False,
                "properties": dict(_properties(form)),
                "required": names(form)[:1],
            },
            "uischema": {
                "type": "VerticalLayout",
                "elements": [{"type": "Control", "scope": f"#/properties/{name}"} for name in names(form)],
            },
            "texts": {language: {"title": "Bench", "submit": "Record"} for language in ("en", "fr", "rw")},
        }
    )


def _properties(form: int) -> Iterator[tuple[str, dict[str, object]]]:
    choice, words, number, yes = names(form)
    yield choice, {"type": "string", "enum": ["yes", "no"]}
    yield words, {"type": "string", "maxLength": 200}
    yield number, {"type": "integer", "minimum": 0, "maximum": 120}
    yield yes, {"type": "boolean"}
