"""One thing wrong at a time: each is refused by name, at its file, line and element."""

# ruff: noqa: E501  # one slip a line: file, what it was, what it became, and what is said of it

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.content import Complaint, ContentError, from_files
from tests.unit.content_samples import CARE, CHOICE, COMMON, LAW, MAIN, MANIFEST, VISIT, changed, line_of, sample_files


def complaints(files: dict[str, bytes]) -> tuple[Complaint, ...]:
    with pytest.raises(ContentError) as refused:
        from_files(files, "rwanda")
    return refused.value.complaints


@dataclass(frozen=True)
class Slip:
    """`old` of the file becomes `new`; the complaint stands on the line of `at` (by default that of `new`)."""

    path: str
    old: str
    new: str
    code: str
    element: str
    message: str
    at: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"[:70]


def in_main(new: str, code: str, element: str, message: str, at: str = "") -> Slip:
    """Something new among the steps of the main process."""
    return Slip(
        MAIN,
        '    <bpmn:startEvent id="arrived" />',
        f'{new}\n    <bpmn:startEvent id="arrived" />',
        code,
        element,
        message,
        at,
    )


DIAGRAMS = [
    in_main('<bpmn:scriptTask id="s" />', "not_in_profile", "s", "bpmn:scriptTask is not allowed in bpmn:process: diagrams hold no scripts"),
    in_main('<bpmn:serviceTask id="s" />', "not_in_profile", "s", "diagrams call no services"),
    in_main('<bpmn:task id="s" />', "not_in_profile", "s", "say what kind it is"),
    in_main('<bpmn:receiveTask id="s" />', "not_in_profile", "s", "there are no messages"),
    in_main('<bpmn:inclusiveGateway id="s" />', "not_in_profile", "s", "bpmn:inclusiveGateway is not allowed"),
    in_main('<bpmn:eventBasedGateway id="s" />', "not_in_profile", "s", "use boundary events"),
    in_main('<bpmn:intermediateThrowEvent id="s" />', "not_in_profile", "s", "nothing is thrown"),
    in_main('<bpmn:adHocSubProcess id="s" />', "not_in_profile", "s", "bpmn:adHocSubProcess is not allowed"),
    in_main('<bpmn:usertask id="s" />', "not_in_profile", "s", 'Did you mean "userTask"?'),
    in_main('<camunda:x xmlns:camunda="http://camunda.org/schema/1.0/bpmn" />', "not_in_profile", "case_main", "elements of other tools are not read"),
    in_main('<bpmn:extensionElements><x:y xmlns:x="urn:x" /></bpmn:extensionElements>', "not_in_profile", "case_main", "extensions are not read"),
    in_main("import os", "loose_words", "case_main", "Loose words in bpmn:process", at="<bpmn:process"),
    in_main('<bpmn:startEvent id="again" /><bpmn:sequenceFlow id="f" sourceRef="again" targetRef="welcome" />', "second_start", "arrived", 'there is "again" already', at='id="arrived"'),
    Slip(MAIN, '<bpmn:startEvent id="arrived" />', '<bpmn:startEvent id="arrived"><bpmn:messageEventDefinition /></bpmn:startEvent>', "not_in_profile", "arrived", "there are no messages"),
    Slip(MAIN, '<bpmn:endEvent id="closed" />', '<bpmn:endEvent id="closed"><bpmn:signalEventDefinition /></bpmn:endEvent>', "not_in_profile", "closed", "there are no signals"),
    Slip(MAIN, "<bpmn:documentation>Read the rights aloud.</bpmn:documentation>", "<bpmn:multiInstanceLoopCharacteristics />", "not_in_profile", "welcome", "a step is done once"),
    Slip(MAIN, '<bpmn:startEvent id="aid_start" />', '<bpmn:startEvent id="aid_start"><bpmn:timerEventDefinition /></bpmn:startEvent>', "not_in_profile", "aid_start", "bpmn:timerEventDefinition is not allowed in bpmn:startEvent"),
    Slip(MAIN, '<bpmn:subProcess id="first_aid"', '<bpmn:subProcess triggeredByEvent="true" id="first_aid"', "not_in_profile", "first_aid", "An event sub-process is not allowed"),
    Slip(MAIN, 'care:due="report_hours"', 'care:urgent="very"', "shape", "welcome", 'Expected care:urgent="true" or "false", but found "very"'),
    Slip(MAIN, '<bpmn:businessRuleTask ', '<bpmn:businessRuleTask care:urgent="true" ', "unknown_attribute", "decide_protection", 'The attribute "care:urgent" is not allowed on bpmn:businessRuleTask'),
    Slip(MAIN, '<bpmn:subProcess ', '<bpmn:subProcess care:urgent="true" ', "unknown_attribute", "first_aid", 'The attribute "care:urgent" is not allowed on bpmn:subProcess'),
    Slip(MAIN, 'care:due="report_hours"', 'care:dew="report_hours"', "unknown_attribute", "welcome", 'Did you mean "care:due"?'),
    Slip(MAIN, 'care:due="report_hours"', 'care:table="protection"', "unknown_attribute", "welcome", 'The attribute "care:table" is not allowed on bpmn:userTask'),
    Slip(MAIN, 'care:due="report_hours"', 'xmlns:c="http://camunda.org" c:assignee="me"', "unknown_attribute", "welcome", '"http://camunda.org":assignee'),
    Slip(MAIN, 'isExecutable="true"', 'isExecutable="false"', "not_executable", "case_main", 'Expected isExecutable="true"'),
    Slip(MAIN, '<bpmn:process id="case_main"', '<bpmn:process id="case_man"', "process_id", "case_man", 'Expected the process id "case_main"'),
    Slip(MAIN, 'name="Reception">', 'name="">', "missing_name", "lane_reception", "Expected a name on bpmn:lane"),
    Slip(MAIN, "<bpmn:flowNodeRef>welcome<", "<bpmn:flowNodeRef>wellcome<", "unknown_reference", "lane_reception", 'Did you mean "welcome"?'),
    Slip(MAIN, "<bpmn:flowNodeRef>first_aid<", "<bpmn:flowNodeRef>welcome<", "two_lanes", "welcome", "stands in two lanes", at='id="lane_medical"|1'),
    Slip(MAIN, 'processRef="case_main"', 'processRef="case"', "unknown_reference", "pool", 'Expected processRef="case_main"'),
    Slip(MAIN, '<bpmn:participant id="pool" name="Centre" processRef="case_main" />', "", "one_pool", "case_main", "Expected one bpmn:participant", at="<bpmn:process"),
    Slip(MAIN, 'id="aid_end"', 'id="welcome"', "duplicate_id", "welcome", 'The id "welcome" is already used on line', at='<bpmn:endEvent id="welcome"'),
    Slip(CARE, 'id="care_split"', 'id="close_case"', "duplicate_id", "close_case", "ids are unique in a pathway"),
    Slip(MAIN, 'id="give_aid" name', 'id="Give-Aid" name', "bad_id", "Give-Aid", "Expected a lower case id"),
    Slip(MAIN, 'id="way_1"', 'id="1 way"', "bad_id", "1 way", "Expected an id such as flow_to_end"),
    Slip(MAIN, 'care:form="choice" care:acts="case.end"', 'care:acts="case.end"', "missing_attribute", "close_case", "Expected care:form on bpmn:userTask"),
    Slip(MAIN, 'care:form="choice" care:acts="case.end"', 'care:form="" care:acts="case.end"', "shape", "close_case", "care:form is empty"),
    Slip(MAIN, ' care:table="protection"', "", "missing_attribute", "decide_protection", "Expected care:table", at='id="decide_protection"'),
    Slip(VISIT, ' calledElement="medical_care"', "", "missing_attribute", "visit_care", "Expected calledElement", at='id="visit_care"'),
    Slip(MAIN, "care:requires=\"wants_medical != 'no'\"", 'care:requires="wants_medical !== 1"', "bad_expression", "give_aid", "Unexpected '=', at column 17 of: wants_medical !== 1, in care:requires"),
    Slip(MAIN, 'care:acts="case.end"', 'care:acts="case.end; close()"', "bad_expression", "close_case", "Expected an act such as police.notified"),
    Slip(MAIN, ">protection == 'child'<", ">__import__('os').system('id')<", "bad_expression", "way_child", "Unexpected '_', at column 1"),
    Slip(MAIN, ">protection == 'child'<", "> <", "bad_expression", "way_child", "Expected an expression in bpmn:conditionExpression"),
    Slip(MAIN, 'xsi:type="bpmn:tFormalExpression">protection', 'xsi:type="bpmn:tScript">protection', "shape", "way_child", 'Expected xsi:type="bpmn:tFormalExpression"'),
    Slip(MAIN, ">report_hours<", ">PT4H<", "timer", "too_long", 'A timer names a parameter such as consultation_timeout, but found "PT4H"'),
    Slip(MAIN, '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">report_hours</bpmn:timeDuration>', "<bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>", "not_in_profile", "too_long_timer", "a timer fires once"),
    Slip(CARE, "<bpmn:timeDuration>warn_hours</bpmn:timeDuration>", "", "timer", "care_pause", "Expected one timeDuration or timeDate, but found 0", at='id="care_pause_timer"'),
    Slip(VISIT, "<bpmn:condition>wants_medical == 'no'</bpmn:condition>", "", "missing_condition", "visit_refused", "Expected bpmn:condition", at='id="visit_refused_condition"'),
    Slip(CARE, '<bpmn:intermediateCatchEvent id="care_pause" name="Pause">', '<bpmn:intermediateCatchEvent id="care_pause"><bpmn:conditionalEventDefinition><bpmn:condition>true</bpmn:condition></bpmn:conditionalEventDefinition>', "event_definition", "care_pause", "but found 2 event definitions"),
    Slip(MAIN, 'attachedToRef="welcome"', 'attachedToRef="wellcome"', "unknown_reference", "too_long", 'Did you mean "welcome"?'),
    Slip(MAIN, 'attachedToRef="welcome"', 'attachedToRef="which_way"', "bad_host", "too_long", "Expected a task, call or sub-process"),
    Slip(MAIN, 'attachedToRef="welcome"', 'attachedToRef="give_aid"', "bad_host", "too_long", "of the same level"),
    Slip(MAIN, 'cancelActivity="false"', 'cancelActivity="no"', "shape", "too_long", 'Expected cancelActivity="true" or "false"'),
    Slip(MAIN, 'targetRef="decide_protection"', 'targetRef="decide"', "unknown_reference", "way_2", 'targetRef names "decide", which is no step'),
    Slip(MAIN, 'sourceRef="welcome" targetRef="decide_protection"', 'sourceRef="welcome" targetRef="give_aid"', "crosses_border", "way_2", "crosses the border of a sub-process"),
    Slip(MAIN, 'sourceRef="too_long" targetRef="noted"', 'sourceRef="welcome" targetRef="noted"', "implicit_fork", "welcome", "draw the gateway that is meant", at='id="welcome"'),
    Slip(MAIN, 'sourceRef="too_long" targetRef="noted"', 'sourceRef="closed" targetRef="noted"', "way_out", "closed", "No flow may leave the end", at='id="closed"'),
    Slip(MAIN, 'sourceRef="too_long" targetRef="noted"', 'sourceRef="too_long" targetRef="arrived"', "way_in", "arrived", "No flow may lead to", at='id="arrived"'),
    Slip(MAIN, ' default="way_adult"', "", "missing_guard", "way_adult", "Expected a conditionExpression", at='id="way_adult"'),
    Slip(MAIN, ' default="way_adult"', ' default="way_5"', "unknown_reference", "which_way", 'The default "way_5" is no flow out of "which_way"'),
    Slip(MAIN, ' default="way_adult"', ' default="way_child"', "guard_ignored", "way_child", "A guard on the default way is never read", at='id="way_child"'),
    Slip(MAIN, 'targetRef="which_way" />', 'targetRef="which_way"><bpmn:conditionExpression>true</bpmn:conditionExpression></bpmn:sequenceFlow>', "guard_ignored", "way_3", "A guard on a way out of"),
    Slip(MAIN, '<bpmn:userTask id="close_case" name="Close" care:form="choice" care:acts="case.end" />', '<bpmn:userTask id="close_case" care:form="choice"><bpmn:incoming>way_1</bpmn:incoming></bpmn:userTask>', "flow_listed", "close_case", "which is no such flow"),
    Slip(MAIN, 'bpmnElement="welcome"', 'bpmnElement="wellcome"', "unknown_reference", "wellcome", 'Did you mean "welcome"?'),
    Slip(MAIN, 'width="100"', 'width="wide"', "bad_number", "", "Expected a number for width"),
    Slip(MAIN, '<di:waypoint x="300" y="120" />', "", "missing_waypoints", "way_2", "Expected two di:waypoint", at='id="way_2_edge"'),
]  # fmt: skip

RULES = [
    Slip(LAW, "holder: reception", "holdr: reception", "unknown_key", "minor-report", 'Did you mean "holder"?'),
    Slip(LAW, "  holder: reception\n", "", "missing_key", "minor-report", 'Expected "holder"', at="id: minor-report"),
    Slip(LAW, "severity: block", "severity: blok", "unknown_word", "minor-report", 'Expected block, record or warn for "severity", but found "blok". Did you mean "block"?'),
    Slip(LAW, "must: police.notified", "must: police", "bad_id", "minor-report", "words joined by dots"),
    Slip(LAW, "must: police.notified", "must: police.notified\n  never: case.end", "duty_form", "minor-report", "but found must and never", at="id: minor-report"),
    Slip(LAW, "must: police.notified", "never: police.notified\n  ends_by: correction", "duty_form", "minor-report", '"ends_by" is of what must be done', at="id: minor-report"),
    Slip(LAW, "must: police.notified", "must: police.notified\n  ends_by: hearsay", "unknown_word", "minor-report", "Expected correction or facts for", at="ends_by: hearsay"),
    Slip(LAW, "must: police.notified", "must: police.notified\n  unless: wants_medical is unset", "duty_form", "minor-report", '"unless" limits what must never be done', at="id: minor-report"),
    Slip(LAW, '"now.protection == \'child\'"', '"now.protection = \'child\'"', "bad_expression", "minor-report", "Unexpected '=', at column 16 of: now.protection = 'child'"),
    Slip(LAW, "when: \"wants_medical == 'yes'\"\n  cancel_when", "when: 5\n  cancel_when", "bad_expression", "medical_care", "Expected an expression such as"),
    Slip(LAW, '"< majority_age"', '"<< majority_age"', "bad_expression", "protection row 1", "at column 2 of: << majority_age"),
    Slip(LAW, '"< majority_age"', "18", "bad_expression", "protection row 1", "Expected a condition", at="{age_at_incident: 18}"),
    Slip(LAW, '{age_at_incident: "< majority_age"}', '{age_at_incidnt: "< majority_age"}', "unknown_key", "protection row 1", 'Did you mean "age_at_incident"?'),
    Slip(LAW, "from: 2018-09-01, value: 18", "from: 2018-09-31, value: 18", "bad_date", "majority_age", "Expected a day such as 2018-09-01"),
    Slip(LAW, "value: 18", "value: eighteen", "shape", "majority_age", 'Expected a number for "value"'),
    Slip(LAW, "value: 18, ", "", "missing_key", "majority_age", 'Expected "value"', at="Law 71/2018, art. 6"),
    Slip(LAW, 'cite: "Law 71/2018, art. 6", ', "", "missing_key", "majority_age", 'Expected "cite"', at="value: 18"),
    Slip(LAW, "unit: years", "unit: months", "unknown_word", "majority_age", "Expected count, days, hours, minutes, text or years"),
    Slip(LAW, "at: P14D", "at: 14 days", "bad_duration", "fu_2w", "Expected a duration such as P14D"),
    Slip(LAW, "anchor: incident_at", "anchor: act.x", "bad_id", "fu_2w", "Expected a moment such as incident_at"),
    Slip(LAW, "- id: warn_hours", "- id: report_hours", "duplicate_id", "report_hours", '"report_hours" is already defined on line 8', at="title: {en: Warning|-1"),
    Slip(LAW, "- id: warn_hours", "- id: birth_date", "duplicate_id", "birth_date", "already names something else"),
    Slip(LAW, "duties:", "dutys:", "unknown_key", "", 'Did you mean "duties"?', at="id: minor-report"),
    Slip(LAW, "tables:", "acts:\n- {id: case.end, title: {en: Again}}\n\ntables:", "duplicate_id", "case.end", f"already defined at {COMMON}:", at="title: {en: Again}"),
    Slip(COMMON, "type: date,", "type: dat,", "unknown_word", "birth_date", 'Did you mean "date"?'),
    Slip(COMMON, "values: [yes, no, later]", "values: [yes, no, 1]", "values", "wants_medical", "put numbers, true and false in quotes"),
    Slip(COMMON, "values: [yes, no, later]", "values: [yes, no, yes]", "values", "wants_medical", "listed twice"),
    Slip(COMMON, "values: [yes, no, later]", "values: [yes, no, unset]", "values", "wants_medical", "other than"),
    Slip(COMMON, "values: [yes, no, later], ", "", "missing_key", "wants_medical", 'Expected "values"', at="id: wants_medical"),
    Slip(COMMON, "type: date,", "type: date, values: [a],", "values", "birth_date", '"values" belong to a choice'),
    Slip(COMMON, "type: boolean,", "type: boolean, minimum: 0,", "values", "interpreter", '"minimum" belongs to an integer'),
    Slip(COMMON, "correctable: false", "correctable: no", "shape", "words", "Expected true or false"),
    Slip(COMMON, "value_titles: {child:", "value_titles: {chid:", "unknown_key", "protection", 'Did you mean "child"?'),
    Slip(COMMON, "id: birth_date", "id: not", "bad_id", "not", "does not use itself"),
    Slip(COMMON, "id: birth_date", "id: Birth Date", "bad_id", "Birth Date", "lower case letters"),
    Slip(COMMON, "title: {en: Birth date, fr: Naissance, rw: Amavuko}", "title: Birth date", "text_languages", "birth_date", "Expected the words by language"),
    Slip(COMMON, "{en: Birth date, fr: Naissance, rw: Amavuko}", "{fr: Naissance, rw: Amavuko}", "text_languages", "birth_date", "Expected English words"),
    Slip(COMMON, "{en: Birth date, fr: Naissance, rw: Amavuko}", "{en: Birth date, de: Geburtstag}", "text_languages", "birth_date", '"de" is no language here'),
    Slip(COMMON, "may: [case.read, task.work]", "may: [case.read, task.wrok]", "unknown_word", "medical", 'Did you mean "task.work"?'),
    Slip(COMMON, "kind: hours_between, ", "kind: hours_between, else: age_stated, ", "unknown_key", "hours_since", '"else" does not belong to the kind hours_between'),
    Slip(COMMON, "- {id: case.end,", "- {id: case_end,", "bad_id", "case_end", "words joined by dots"),
]  # fmt: skip

PATHWAY = [
    Slip(MANIFEST, "main: case_main", "man: case_main", "unknown_key", "isange", 'Did you mean "main"?'),
    Slip(MANIFEST, "file: bpmn/medical_care.bpmn", "file: bpmn/medicalcare.bpmn", "missing_file", "medical_care", 'Did you mean "pathways/bpmn/medical_care.bpmn"?'),
    Slip(MANIFEST, "file: bpmn/medical_care.bpmn", "file: ../../etc/passwd", "missing_file", "medical_care", "Expected a file such as bpmn/medical_care.bpmn"),
    Slip(MANIFEST, "file: bpmn/medical_care.bpmn", "file: bpmn/case_main.bpmn", "duplicate_id", "medical_care", "is already another process", at="{id: medical_care, file: bpmn/case_main.bpmn"),
    Slip(MANIFEST, "roles: [reception], acts: \"case.received\"", "roles: [reception], acts: \"case\"", "bad_expression", "reception", "Expected an act such as"),
    Slip(MANIFEST, 'when: "wants_medical is not unset"', 'when: "wants_medical is not set"', "bad_expression", "change_choice", "Expected 'unset', but found 'set'"),
    Slip(MANIFEST, "unreviewed: [fr, rw]", "unreviewed: [fr, rn]", "unknown_word", "isange", '"rn" is no language'),
    Slip(MANIFEST, "  rw: {welcome:", "  en: {welcome:", "unknown_key", "names", "expected fr or rw"),
    Slip(MANIFEST, "lanes: {Reception: reception, Medical: medical}", "lanes: [reception]", "shape", "isange", "a mapping from lane names to roles"),
]  # fmt: skip

FORMS = [
    Slip(CHOICE, '{\n  "schema"', '{\n  "shows": ["Safe times"],\n  "schema"', "bad_id", "choice", 'for "shows", but found "Safe times"', at='"shows"'),
    Slip(CHOICE, '"maxLength": 200', '"pattern": "^(a+)+$"', "property_type", "words", "Expected a string with enum, maxLength or format", at='"words": {'),
    Slip(CHOICE, '"maxLength": 200', '"maxLength": 200, "pattern": "^(a+)+$"', "refused_key", "words", "a pattern can run for ever", at='"pattern"'),
    Slip(CHOICE, '"required": [\n      "wants_medical"', '"$defs": {}, "required": [\n      "wants_medical"', "refused_key", "schema", "references are not followed"),
    Slip(CHOICE, '"then": {', '"then": {"$ref": "https://example.org/x",', "refused_key", "then", '"$ref" is not allowed'),
    Slip(CHOICE, '"then": {', '"then": {"$dynamicRef": "#x",', "refused_key", "then", '"$dynamicRef" is not allowed'),
    Slip(CHOICE, '"additionalProperties": false', '"additionalProperties": true', "schema", "schema", 'Expected false for "additionalProperties"'),
    Slip(CHOICE, "draft/2020-12/schema", "draft-07/schema", "schema", "schema", "https://json-schema.org/draft/2020-12/schema"),
    Slip(CHOICE, '"format": "date"', '"format": "time"', "property_type", "birth_date", "format date or date-time", at='"birth_date": {'),
    Slip(CHOICE, '"uniqueItems": true', '"uniqueItems": false', "schema", "care_accepted", 'Expected true for "uniqueItems"'),
    Slip(CHOICE, '"minimum": 0', '"minimum": "0"', "shape", "age_stated", 'Expected a number for "minimum"'),
    Slip(CHOICE, '"minimum": 0', '"multipleOf": 2', "unknown_key", "age_stated", '"multipleOf" is not known here'),
    Slip(CHOICE, '"then": {\n      "required": [\n        "care_accepted"', '"then": {\n      "required": [\n        "care_acepted"', "unknown_property", "then", 'Did you mean "care_accepted"?', at='"care_acepted"'),
    Slip(CHOICE, '"then": {', '"them": {', "unknown_key", "schema", 'Did you mean "then"?'),
    Slip(CHOICE, '"const": "yes"', '"constant": "yes"', "unknown_key", "wants_medical", 'Did you mean "const"?'),
    Slip(CHOICE, '"birth_date": {\n', '"case": {"type": "boolean"}, "birth_date": {\n', "bad_id", "case", "Expected the id of a fact"),
    Slip(CHOICE, '"scope": "#/properties/birth_date"', '"scope": "#/properties/birthdate"', "unknown_property", "uischema Control", 'Did you mean "birth_date"?'),
    Slip(CHOICE, '"scope": "#/properties/birth_date"', '"scope": "#/properties/interpreter"', "no_control", "birth_date", "nobody could answer it", at='"uischema"'),
    Slip(CHOICE, '"effect": "SHOW"', '"effect": "HIDE"', "unknown_word", "care_accepted", "Expected SHOW"),
    Slip(CHOICE, '"scope": "#/properties/wants_medical",\n            "schema"', '"scope": "#/properties/care_accepted",\n            "schema"', "rule_on_itself", "care_accepted", "cannot depend on its own answer", at='"condition"'),
    Slip(CHOICE, '"type": "VerticalLayout"', '"type": "HorizontalLayout"', "unknown_word", "uischema", "Expected Control, Group or VerticalLayout"),
    Slip(CHOICE, '"multi": true', '"multi": true, "html": "<b>"', "unknown_key", "words", '"html" is not known here'),
    Slip(CHOICE, '"label": "about"', '"title": "about"', "unknown_key", "uischema Group", '"title" is not known here'),
    Slip(CHOICE, '"fr": {', '"de": {', "unknown_key", "texts", '"de" is not known here'),
    Slip(CHOICE, '"submit": "Record the choice"', '"submit": 5', "shape", "texts en", 'Expected a text (in quotes if need be) for "submit"'),
    Slip(CHOICE, '"uischema"', '"ui"', "unknown_key", "choice", '"ui" is not known here'),
]  # fmt: skip


def place(slip: Slip, files: dict[str, bytes]) -> int:
    """The line that the complaint should name; `words|1` is the line after that of `words`."""
    words, _, further = (slip.at or slip.new.splitlines()[0]).partition("|")
    return line_of(files, slip.path, words) + int(further or 0)


@pytest.mark.parametrize("slip", DIAGRAMS + RULES + PATHWAY + FORMS, ids=str)
def test_one_slip_is_refused_at_its_place_in_words_that_help(slip: Slip) -> None:
    files = changed(slip.path, slip.old, slip.new)

    found = [one for one in complaints(files) if one.code == slip.code and slip.message in one.message]

    assert found, "\n".join(map(str, complaints(files)))
    assert found[0].where.file == slip.path
    assert found[0].where.element == slip.element
    assert found[0].where.line == place(slip, files)


def test_many_slips_are_told_at_once_in_the_order_of_the_files() -> None:
    files = changed(MAIN, 'care:due="report_hours"', 'care:dew="report_hours"')
    files[LAW] = files[LAW].replace(b"severity: block", b"severity: blok").replace(b"unit: years", b"unit: year")
    files[CHOICE] = files[CHOICE].replace(b'"maxLength"', b'"maxlength"')
    files[CARE] = b"<not-xml"

    found = complaints(files)

    assert {one.where.file for one in found} == {MAIN, LAW, CHOICE, CARE}
    assert [(one.where.file, one.where.line) for one in found] == sorted(
        (one.where.file, one.where.line) for one in found
    )
    assert sum(one.where.file == LAW for one in found) == 2


def test_a_complaint_reads_as_a_sentence_with_its_place() -> None:
    files = changed(LAW, "severity: block", "severity: blok")
    line = line_of(files, LAW, "severity")

    assert str(complaints(files)[0]) == (
        f"{LAW}:{line} (minor-report): "
        'Expected block, record or warn for "severity", but found "blok". Did you mean "block"? [unknown_word]'
    )


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("pathways/other.yaml", "one_manifest"),
        ("pathways/bpmn/unlisted.bpmn", "unlisted_file"),
        ("pathways/notes.txt", "unknown_file"),
        ("rules/common/more/deep.yaml", "unknown_file"),
        ("rules/rwanda/law.yml", "unknown_file"),
        ("forms/choice.js", "unknown_file"),
        ("forms/Big Form.json", "bad_id"),
    ],
)
def test_a_file_that_has_no_place_is_named(path: str, code: str) -> None:
    files = sample_files() | {path: sample_files()[CHOICE]}

    assert (path, code) in {(one.where.file, one.code) for one in complaints(files)}


@pytest.mark.parametrize(
    ("manifest", "found"),
    [(b"# one\n- a\n- b\n", "a list"), (b"5\n", "the number 5"), (b"true\n", "true"), (b'"x"\n', "a text")],
)
def test_a_manifest_that_is_no_mapping_is_all_that_is_told(manifest: bytes, found: str) -> None:
    (complaint,) = complaints(sample_files() | {MANIFEST: manifest})

    assert (complaint.where.file, complaint.code) == (MANIFEST, "shape")
    assert complaint.message.startswith("Expected a mapping with")
    assert complaint.message.endswith(f"but found {found}")


def test_a_manifest_without_a_list_of_processes_calls_no_diagram_unlisted() -> None:
    for files in (
        changed(MANIFEST, "\nprocesses:", "\nprocesses: 5\nprocess:"),
        changed(MANIFEST, "processes:", "procs:"),
    ):
        found = complaints(files)

        assert "unlisted_file" not in {one.code for one in found}
        assert any('"processes"' in one.message for one in found)


def test_an_unknown_jurisdiction_is_told_with_the_known_ones() -> None:
    with pytest.raises(ContentError, match=re.escape('Expected the jurisdiction to be rwanda, but "kenya"')):
        from_files(sample_files(), "kenya")


WORDS = [
    "",
    "x",
    "unset",
    "5",
    "true",
    "null",
    "[]",
    "{}",
    "[x]",
    "{en: x}",
    "x == 'y'",
    "welcome",
    "<x/>",
    '"',
    "\u00e9",
]


@given(st.sampled_from(sorted(sample_files())), st.integers(0, 10_000), st.integers(0, 60), st.sampled_from(WORDS))
@settings(max_examples=300)
def test_whatever_is_changed_is_read_or_refused_with_its_place(path: str, start: int, length: int, words: str) -> None:
    files = sample_files()
    text = files[path].decode()
    start %= len(text)
    files[path] = (text[:start] + words + text[start + length :]).encode()

    try:
        from_files(files, "rwanda")
    except ContentError as refused:
        found = refused.complaints
    else:
        return
    assert all(one.where.file and one.code and one.message for one in found)
