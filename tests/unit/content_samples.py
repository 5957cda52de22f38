"""The smallest edition that uses every kind of content once, as bytes, and ways to change one thing in it."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MANIFEST = "pathways/isange.yaml"
MAIN = "pathways/bpmn/case_main.bpmn"
CARE = "pathways/bpmn/medical_care.bpmn"
VISIT = "pathways/bpmn/follow_up_visit.bpmn"
COMMON = "rules/common/vocabulary.yaml"
LAW = "rules/rwanda/law.yaml"
CHOICE = "forms/choice.json"

_MANIFEST = """\
id: isange
title: {en: One-stop centre care, fr: Prise en charge, rw: Ubufasha}
owner: Ministry of Gender and Family Promotion
unreviewed: [fr, rw]
main: case_main
lanes: {Reception: reception, Medical: medical}
doors:
- {id: reception, title: {en: Reception, fr: Accueil, rw: Kwakira}, form: choice, roles: [reception], acts: "case.received"}
processes:
- {id: case_main, file: bpmn/case_main.bpmn, title: {en: The case, fr: Le dossier, rw: Dosiye}}
- {id: medical_care, file: bpmn/medical_care.bpmn, title: {en: Medical care, fr: Soins, rw: Ubuvuzi}}
- {id: follow_up_visit, file: bpmn/follow_up_visit.bpmn, title: {en: A visit, fr: Une visite, rw: Gusura}}
anytime:
- {id: change_choice, title: {en: Change the choice, fr: Changer, rw: Guhindura}, form: choice, roles: [reception], when: "wants_medical is not unset", acts: "survivor.told"}
names:
  fr: {welcome: Accueillir, decide_protection: Protection, close_case: Clore}
  rw: {welcome: Kwakira, decide_protection: Kurinda, close_case: Gufunga}
"""

_COMMON = """\
groups:
- {id: identity, title: {en: Identity, fr: Identité, rw: Umwirondoro}, apart: true}
- {id: profile, title: {en: Profile, fr: Profil, rw: Ishusho}}
- {id: clinical, title: {en: Clinical, fr: Clinique, rw: Ubuvuzi}}

roles:
- {id: reception, title: {en: Reception, fr: Accueil, rw: Kwakira}, sees: [identity, profile], may: [case.open, case.read, task.work, facts.record]}
- {id: medical, title: {en: Medical, fr: Soins, rw: Ubuvuzi}, sees: [profile, clinical], may: [case.read, task.work]}

facts:
- {id: wants_medical, title: {en: Wants medical care, fr: Veut des soins, rw: Ashaka ubuvuzi}, type: choice, values: [yes, no, later], group: profile}
- {id: care_accepted, title: {en: Care accepted, fr: Soins acceptés, rw: Ubuvuzi}, type: choices, values: [examination, photographs], group: clinical}
- {id: birth_date, title: {en: Birth date, fr: Naissance, rw: Amavuko}, type: date, group: profile, lasting: true}
- {id: incident_at, title: {en: When it happened, fr: Quand, rw: Igihe}, type: datetime, group: profile}
- {id: age_stated, title: {en: Age stated, fr: Âge, rw: Imyaka}, type: integer, minimum: 0, maximum: 120, group: profile}
- {id: weight_kg, title: {en: Weight, fr: Poids, rw: Ibiro}, type: number, minimum: 1, maximum: 300, group: clinical}
- {id: interpreter, title: {en: Interpreter, fr: Interprète, rw: Umusemuzi}, type: boolean, group: profile}
- {id: words, title: {en: In their words, fr: Ses mots, rw: Amagambo}, type: text, group: identity, correctable: false}
- {id: protection, title: {en: Protection, fr: Protection, rw: Kurinda}, type: choice, values: [child, adult], value_titles: {child: {en: Child, fr: Enfant, rw: Umwana}, adult: {en: Adult, fr: Adulte, rw: Mukuru}}, group: profile}
- {id: visit_opens_at, title: {en: Visit opens, fr: Début, rw: Itangira}, type: datetime, group: profile, scope: visit}

acts:
- {id: case.received, title: {en: Received, fr: Reçu, rw: Yakiriwe}}
- {id: case.end, title: {en: Closed, fr: Clos, rw: Gufunga}}
- {id: survivor.told, title: {en: Told, fr: Informé, rw: Yabwiwe}}
- {id: police.notified, title: {en: Police notified, fr: Police avisée, rw: Polisi yamenyeshejwe}}

derived:
- {id: age_at_incident, title: {en: Age then, fr: Âge alors, rw: Imyaka}, kind: completed_years, from: birth_date, to: incident_at, else: age_stated, group: profile}
- {id: hours_since, title: {en: Hours since, fr: Heures depuis, rw: Amasaha}, kind: hours_between, from: incident_at, to: now, group: profile}
- {id: first_moment, title: {en: First moment, fr: Premier, rw: Mbere}, kind: first_of, of: [visit_opens_at, incident_at], type: datetime, group: profile}
"""

_LAW = """\
parameters:
- id: majority_age
  title: {en: Age of majority, fr: Majorité, rw: Ubukure}
  unit: years
  as_of: incident
  values:
  - {from: 2018-09-01, value: 18, cite: "Law 71/2018, art. 6", status: unverified}
- id: report_hours
  title: {en: Time to report, fr: Délai, rw: Igihe}
  unit: hours
  as_of: duty
  values:
  - {from: 2018-09-01, value: 24, cite: "House rule", status: unverified}
- id: warn_hours
  title: {en: Warning, fr: Alerte, rw: Kuburira}
  unit: hours
  as_of: duty
  values:
  - {from: 2018-09-01, value: 4, cite: "House rule", status: unverified}

tables:
- id: protection
  title: {en: Protection, fr: Protection, rw: Kurinda}
  inputs: [age_at_incident]
  output: protection
  source: {cite: "Law 71/2018", status: unverified}
  rows:
  - when: {age_at_incident: "< majority_age"}
    then: child
    because: {en: Below majority, fr: Mineur, rw: Umwana}
  - when: {age_at_incident: ">= majority_age"}
    then: adult
    because: {en: Of age, fr: Majeur, rw: Mukuru}
  - when: {age_at_incident: is unset}
    then: unset
    because: {en: Age not known yet, fr: Âge inconnu, rw: Imyaka ntizwi}

duties:
- id: minor-report
  title: {en: A child's case is reported, fr: Signalement, rw: Kumenyesha}
  kind: law
  when: ["now.protection == 'child'", "wants_medical is not unset"]
  must: police.notified
  within: {parameter: report_hours, from: duty, warn: warn_hours}
  exceptions: [{id: told, when: "act.survivor.told", cite: "House rule"}]
  if_unknown: broken
  severity: block
  holder: reception
  source: {cite: "Law 71/2018, art. 30", status: unverified}

clocks:
- id: pep
  title: {en: PEP, fr: PPE, rw: PEP}
  earliest: incident_at
  latest: first_moment
  hours: report_hours
  when: "wants_medical != 'no'"
  stops: [survivor.told]
  shown_to: [medical]
  source: {cite: "WHO", status: unverified}

starts:
- process: medical_care
  scope: case
  when: "wants_medical == 'yes'"
  cancel_when: "wants_medical == 'no'"
  because: {en: Medical care was chosen, fr: Choisi, rw: Byahiswemo}
  source: {cite: "House rule", status: unverified}

schedules:
- id: follow_up
  title: {en: Follow-up, fr: Suivi, rw: Gukurikirana}
  process: follow_up_visit
  scope: visit
  when: "wants_medical == 'yes'"
  source: {cite: "House rule", status: unverified}
  visits:
  - {id: fu_2w, title: {en: After two weeks, fr: Deux semaines, rw: Ibyumweru bibiri}, anchor: incident_at, at: P14D, opens: P10D, closes: P18D, role: medical}
"""

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xmlns:care="urn:isange:care:1" id="definitions" targetNamespace="urn:isange">
"""

_MAIN = (
    _HEAD
    + """\
  <bpmn:collaboration id="collaboration">
    <bpmn:participant id="pool" name="Centre" processRef="case_main" />
  </bpmn:collaboration>
  <bpmn:process id="case_main" name="The case" isExecutable="true">
    <bpmn:laneSet id="lanes">
      <bpmn:lane id="lane_reception" name="Reception">
        <bpmn:flowNodeRef>welcome</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>close_case</bpmn:flowNodeRef>
      </bpmn:lane>
      <bpmn:lane id="lane_medical" name="Medical">
        <bpmn:flowNodeRef>first_aid</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="arrived" />
    <bpmn:userTask id="welcome" name="Welcome" care:form="choice" care:acts="survivor.told[wants_medical == 'yes']; case.received" care:due="report_hours">
      <bpmn:documentation>Read the rights aloud.</bpmn:documentation>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="too_long" attachedToRef="welcome" cancelActivity="false" care:acts="survivor.told">
      <bpmn:timerEventDefinition id="too_long_timer">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">report_hours</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="noted" />
    <bpmn:businessRuleTask id="decide_protection" name="Decide protection" care:table="protection" />
    <bpmn:exclusiveGateway id="which_way" name="Which way?" default="way_adult" />
    <bpmn:subProcess id="first_aid" name="First aid">
      <bpmn:startEvent id="aid_start" />
      <bpmn:userTask id="give_aid" name="Give first aid" care:form="choice" care:requires="wants_medical != 'no'" />
      <bpmn:endEvent id="aid_end" />
      <bpmn:sequenceFlow id="aid_1" sourceRef="aid_start" targetRef="give_aid" />
      <bpmn:sequenceFlow id="aid_2" sourceRef="give_aid" targetRef="aid_end" />
    </bpmn:subProcess>
    <bpmn:userTask id="close_case" name="Close" care:form="choice" care:acts="case.end" />
    <bpmn:endEvent id="closed" />
    <bpmn:sequenceFlow id="way_1" sourceRef="arrived" targetRef="welcome" />
    <bpmn:sequenceFlow id="way_2" sourceRef="welcome" targetRef="decide_protection" />
    <bpmn:sequenceFlow id="way_3" sourceRef="decide_protection" targetRef="which_way" />
    <bpmn:sequenceFlow id="way_child" name="child" sourceRef="which_way" targetRef="first_aid">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">protection == 'child'</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="way_adult" sourceRef="which_way" targetRef="close_case" />
    <bpmn:sequenceFlow id="way_4" sourceRef="first_aid" targetRef="close_case" />
    <bpmn:sequenceFlow id="way_5" sourceRef="close_case" targetRef="closed" />
    <bpmn:sequenceFlow id="way_6" sourceRef="too_long" targetRef="noted" />
    <bpmn:textAnnotation id="why_first"><bpmn:text>Safety before questions</bpmn:text></bpmn:textAnnotation>
    <bpmn:association id="why_first_line" sourceRef="welcome" targetRef="why_first" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="drawing">
    <bpmndi:BPMNPlane id="plane" bpmnElement="collaboration">
      <bpmndi:BPMNShape id="welcome_shape" bpmnElement="welcome">
        <dc:Bounds x="200" y="80" width="100" height="80" />
        <bpmndi:BPMNLabel />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="way_2_edge" bpmnElement="way_2">
        <di:waypoint x="300" y="120" />
        <di:waypoint x="400" y="120" />
        <bpmndi:BPMNLabel><dc:Bounds x="330" y="100" width="40" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
)

_CARE = (
    _HEAD
    + """\
  <bpmn:process id="medical_care" isExecutable="true">
    <bpmn:startEvent id="care_start" />
    <bpmn:parallelGateway id="care_split" />
    <bpmn:intermediateCatchEvent id="care_wanted" name="Until wanted">
      <bpmn:conditionalEventDefinition id="care_wanted_condition">
        <bpmn:condition xsi:type="bpmn:tFormalExpression">wants_medical == 'yes'</bpmn:condition>
      </bpmn:conditionalEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:intermediateCatchEvent id="care_pause" name="Pause">
      <bpmn:timerEventDefinition id="care_pause_timer">
        <bpmn:timeDuration>warn_hours</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:parallelGateway id="care_join" />
    <bpmn:endEvent id="care_end"><bpmn:terminateEventDefinition id="care_stop" /></bpmn:endEvent>
    <bpmn:sequenceFlow id="care_1" sourceRef="care_start" targetRef="care_split" />
    <bpmn:sequenceFlow id="care_2" sourceRef="care_split" targetRef="care_wanted" />
    <bpmn:sequenceFlow id="care_3" sourceRef="care_split" targetRef="care_pause" />
    <bpmn:sequenceFlow id="care_4" sourceRef="care_wanted" targetRef="care_join" />
    <bpmn:sequenceFlow id="care_5" sourceRef="care_pause" targetRef="care_join" />
    <bpmn:sequenceFlow id="care_6" sourceRef="care_join" targetRef="care_end" />
  </bpmn:process>
</bpmn:definitions>
"""
)

_VISIT = (
    _HEAD
    + """\
  <bpmn:process id="follow_up_visit" isExecutable="true">
    <bpmn:startEvent id="visit_start" />
    <bpmn:intermediateCatchEvent id="visit_opens">
      <bpmn:timerEventDefinition id="visit_opens_timer">
        <bpmn:timeDate xsi:type="bpmn:tFormalExpression">visit_opens_at</bpmn:timeDate>
      </bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:callActivity id="visit_care" name="Care" calledElement="medical_care" />
    <bpmn:boundaryEvent id="visit_refused" attachedToRef="visit_care">
      <bpmn:conditionalEventDefinition id="visit_refused_condition">
        <bpmn:condition>wants_medical == 'no'</bpmn:condition>
      </bpmn:conditionalEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="visit_end" />
    <bpmn:endEvent id="visit_end_refused" />
    <bpmn:sequenceFlow id="visit_1" sourceRef="visit_start" targetRef="visit_opens" />
    <bpmn:sequenceFlow id="visit_2" sourceRef="visit_opens" targetRef="visit_care" />
    <bpmn:sequenceFlow id="visit_3" sourceRef="visit_care" targetRef="visit_end" />
    <bpmn:sequenceFlow id="visit_4" sourceRef="visit_refused" targetRef="visit_end_refused" />
  </bpmn:process>
</bpmn:definitions>
"""
)


def _shown(name: str, asked: str, condition: Mapping[str, Any]) -> dict[str, Any]:
    condition = {"scope": f"#/properties/{asked}", "schema": condition}
    return {
        "type": "Control",
        "scope": f"#/properties/{name}",
        "rule": {"effect": "SHOW", "condition": condition},
    }


def choice_form() -> dict[str, Any]:
    """A form with every type of property, of which some show only after others."""
    yes = {"const": "yes"}
    texts = {"title": "What does the survivor want?", "submit": "Record the choice", "about": "About the person"}
    texts |= {"wants_medical": "Medical care", "weight_kg": "Weight in kg", "care_accepted": "Care accepted"}
    return {
        "schema": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "wants_medical": {"type": "string", "enum": ["yes", "no", "later"]},
                "care_accepted": {
                    "type": "array",
                    "uniqueItems": True,
                    "items": {"type": "string", "enum": ["examination", "photographs"]},
                },
                "words": {"type": "string", "maxLength": 200},
                "birth_date": {"type": "string", "format": "date"},
                "incident_at": {"type": "string", "format": "date-time"},
                "age_stated": {"type": "integer", "minimum": 0, "maximum": 120},
                "weight_kg": {"type": "number", "minimum": 1, "maximum": 300},
                "interpreter": {"type": "boolean"},
            },
            "required": ["wants_medical"],
            "if": {"properties": {"wants_medical": yes}, "required": ["wants_medical"]},
            "then": {"required": ["care_accepted"]},
        },
        "uischema": {
            "type": "VerticalLayout",
            "elements": [
                {"type": "Control", "scope": "#/properties/wants_medical"},
                _shown("care_accepted", "wants_medical", yes),
                {
                    **_shown("words", "care_accepted", {"contains": {"const": "photographs"}}),
                    "options": {"multi": True},
                },
                {
                    "type": "Group",
                    "label": "about",
                    "elements": [
                        {"type": "Control", "scope": f"#/properties/{name}"}
                        for name in ("birth_date", "incident_at", "age_stated", "weight_kg", "interpreter")
                    ],
                },
            ],
        },
        "texts": {"en": texts, "fr": texts | {"wants_medical": "Soins médicaux"}, "rw": dict(texts)},
    }


def sample_files() -> dict[str, bytes]:
    """An edition that loads, by relative path: change a copy of it, one thing at a time."""
    texts = {MANIFEST: _MANIFEST, COMMON: _COMMON, LAW: _LAW, MAIN: _MAIN, CARE: _CARE, VISIT: _VISIT}
    files = {path: text.encode() for path, text in texts.items()}
    files[CHOICE] = json.dumps(choice_form(), indent=2, ensure_ascii=False).encode()
    return files


def changed(path: str, old: str, new: str, count: int = 1) -> dict[str, bytes]:
    """The sample with the first `old` of one file replaced by `new`; fails when `old` is not there."""
    files = sample_files()
    text = files[path].decode()
    assert old in text, f"{old!r} is not in {path}"
    files[path] = text.replace(old, new, count).encode()
    return files


def line_of(files: Mapping[str, bytes], path: str, words: str) -> int:
    """The 1-based line of `path` on which `words` first stands."""
    lines = files[path].decode().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)
