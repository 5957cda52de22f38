"""A small edition without any fault, to which an example adds a process, rules or a form."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.checks import Finding, check
from engine.content import from_files
from engine.library import Library
from tests.walk import shipped

DOCS = Path(__file__).parents[3] / "docs" / "checks"

# ruff: noqa: E501  # content is written as its authors write it, one item a line

MANIFEST = """\
id: isange
title: {en: Care, fr: Soins, rw: Ubufasha}
owner: Ministry of Gender and Family Promotion
main: case_main
lanes: {Reception: reception}
doors:
- {id: reception, title: {en: Reception, fr: Accueil, rw: Kwakira}, form: arrival, roles: [reception]}
processes:
- {id: case_main, file: bpmn/case_main.bpmn, title: {en: The case, fr: Le dossier, rw: Dosiye}}
"""

EXAMPLE = "- {id: example, file: bpmn/example.bpmn, title: {en: Example, fr: Exemple, rw: Urugero}}\n"

RULES = """\
groups:
- {id: profile, title: {en: Profile, fr: Profil, rw: Ishusho}}
roles:
- {id: reception, title: {en: Reception, fr: Accueil, rw: Kwakira}, sees: [profile], may: [case.open, case.read, task.work, facts.record]}
facts:
- {id: wants_police, title: {en: Wants the police, fr: Veut la police, rw: Ashaka polisi}, type: choice, values: [yes, no], group: profile}
- {id: age, title: {en: Age, fr: Âge, rw: Imyaka}, type: integer, minimum: 0, maximum: 120, group: profile}
acts:
- {id: case.end, title: {en: Closed, fr: Clos, rw: Gufunga}}
parameters:
- {id: closing_days, title: {en: To close, fr: Pour clore, rw: Gufunga}, unit: days, as_of: now, values: [{from: 2000-01-01, value: 3, cite: "House rule", status: verified}]}
"""

STARTS = """\
starts:
- process: example
  scope: case
  when: "wants_police == 'yes' or wants_police == 'no'"
  because: {en: An example, fr: Un exemple, rw: Urugero}
  source: {cite: "House rule"}
"""

MAIN = """\
<bpmn:startEvent id="arrived" />
<bpmn:userTask id="close_case" name="Close" care:form="arrival" care:acts="case.end" care:due="closing_days" />
<bpmn:endEvent id="closed" />
<bpmn:sequenceFlow id="main_1" sourceRef="arrived" targetRef="close_case" />
<bpmn:sequenceFlow id="main_2" sourceRef="close_case" targetRef="closed" />
"""

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:care="urn:isange:care:1" id="definitions_{key}">'
    '<bpmn:collaboration id="collaboration_{key}"><bpmn:participant id="pool_{key}" processRef="{key}" />'
    '</bpmn:collaboration><bpmn:process id="{key}" isExecutable="true">\n'
)


def bpmn(key: str, body: str) -> bytes:
    """The file of a process; its user tasks stand in the lane of the reception unless the body has lanes."""
    tasks = re.findall(r'<bpmn:userTask id="(\w+)"', body)
    members = "".join(f"<bpmn:flowNodeRef>{task}</bpmn:flowNodeRef>" for task in tasks)
    lanes = f'<bpmn:laneSet id="lanes_{key}"><bpmn:lane id="lane_{key}" name="Reception">{members}</bpmn:lane></bpmn:laneSet>'
    own = "" if "<bpmn:laneSet" in body else lanes
    return (_HEAD.replace("{key}", key) + own + body + "</bpmn:process></bpmn:definitions>").encode()


def form(
    properties: Mapping[str, Mapping[str, object]],
    required: Sequence[str] = (),
    again: Sequence[str] = (),
    **more: object,
) -> bytes:
    """A form with a control for each property and words for everything; `again` are asked again for a reason, `more` is
    added to its schema."""
    words = {"title": "Questions"} | {f"{name}.again": "It may have changed." for name in again}
    for name, schema in properties.items():
        words[name] = name
        words |= {f"{name}.{value}": str(value) for value in schema.get("enum", ())}  # type: ignore[attr-defined]
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(required),
        **more,
    }
    controls = [{"type": "Control", "scope": f"#/properties/{name}"} for name in properties]
    layout = {"type": "VerticalLayout", "elements": controls}
    texts = {language: words for language in ("en", "fr", "rw")}
    return json.dumps({"schema": schema, "uischema": layout, "texts": texts}).encode()


YES_NO = {"type": "string", "enum": ["yes", "no"]}
AGE = {"type": "integer", "minimum": 0, "maximum": 120}


def named(body: str) -> dict[str, str]:
    """The names of the drawn steps by id."""
    return dict(re.findall(r'id="(\w+)" name="([^"]+)"', re.sub(r"<bpmn:lane [^>]*>", "", body)))


def files(
    xml: str = "", yaml: str = "", forms: Mapping[str, bytes] | None = None, main: str = MAIN
) -> dict[str, bytes]:
    """The edition with an example: the body of a process `example` (started by a rule unless the rules in
    `yaml` start it), rules, and forms by name."""
    names = named(main + xml)
    translated = "".join(f"  {language}: {json.dumps(names)}\n" for language in ("fr", "rw"))
    manifest = MANIFEST + (EXAMPLE if xml else "") + f"names:\n{translated}"
    found = {
        "pathways/isange.yaml": manifest.encode(),
        "pathways/bpmn/case_main.bpmn": bpmn("case_main", main),
        "rules/common/base.yaml": RULES.encode(),
        "rules/rwanda/example.yaml": (yaml or "acts: []\n").encode(),
        "forms/arrival.json": form({"wants_police": YES_NO, "age": AGE}, ["wants_police"], again=["wants_police"]),
    }
    if "ask_age" in xml + main:
        found["forms/ask_age.json"] = form({"age": AGE}, ["age"])
    if xml:
        found["pathways/bpmn/example.bpmn"] = bpmn("example", xml)
        if "starts:" not in yaml:
            found["rules/common/starts.yaml"] = STARTS.encode()
    return found | {f"forms/{name}.json": data for name, data in (forms or {}).items()}


def library(xml: str = "", yaml: str = "", forms: Mapping[str, bytes] | None = None, main: str = MAIN) -> Library:
    return from_files(files(xml, yaml, forms, main), "rwanda")


def shipped_with(path: str, old: str, new: str) -> Library:
    """The shipped content with one thing changed in one file."""
    files = shipped().files
    assert old in files[path].decode()
    return from_files({**files, path: files[path].decode().replace(old, new, 1).encode()}, shipped().jurisdiction)


def found(code: str, library: Library) -> list[Finding]:
    """What one check says of an edition."""
    return [item for item in check(library).findings if item.code == code]


def example(code: str, heading: str) -> tuple[Library, list[str]]:
    """The edition with the example that a docs page shows under `heading`, and the messages quoted there."""
    page = (DOCS / f"{code}.md").read_text(encoding="utf-8")
    part = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    blocks = {kind: body for kind, body in re.findall(r"```(\w+)\n(.*?)```", part, re.DOTALL)}
    forms = {"example": blocks["json"].encode()} if "json" in blocks else None
    messages = [line.removeprefix("> ") for line in part.splitlines() if line.startswith("> ")]
    return library(blocks.get("xml", ""), blocks.get("yaml", ""), forms), messages
