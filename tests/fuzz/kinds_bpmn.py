"""Kinds of bad diagrams."""

# ruff: noqa: E501  # one kind a line: its name, what it was, what it became, and what is said of it

from __future__ import annotations

from random import Random

from tests.fuzz.kinds import encodings, slip, whole

TASK = r"<bpmn:userTask id="
START = r"^    <bpmn:startEvent "
PLACE = r"\g<0>"
WAITING = r"care:due=\"[a-z_]+\""


def entity(data: bytes, chance: Random) -> bytes:
    head, _, rest = data.partition(b"?>\n")
    return head + b'?>\n<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n' + rest


def outside(data: bytes, chance: Random) -> bytes:
    head, _, rest = data.partition(b"?>\n")
    return head + b'?>\n<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">\n' + rest


def parameter_entity(data: bytes, chance: Random) -> bytes:
    head, _, rest = data.partition(b"?>\n")
    return head + b'?>\n<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>\n' + rest


def into_process(inner: str, count: int = 1) -> tuple[str, str]:
    return (START, inner * count + r"\g<0>")


def many_missing(data: bytes, chance: Random) -> bytes:
    """Two thousand steps, and flows to as many that look like them."""
    steps = "".join(f'<bpmn:endEvent id="step_{n}"/>' for n in range(1900))
    flows = "".join(f'<bpmn:sequenceFlow id="f_{n}" sourceRef="stap_{n}" targetRef="stop_{n}"/>' for n in range(1900))
    return data.replace(b"</bpmn:process>", f"{steps}{flows}</bpmn:process>".encode())


KINDS = [
    *encodings("bpmn"),
    # XML itself
    whole("bpmn: billion laughs", entity, "xml_doctype"),
    whole("bpmn: document type from the network", outside, "xml_doctype"),
    whole("bpmn: entity that reads a file", parameter_entity, "xml_doctype"),
    slip("bpmn: XInclude", *into_process('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'), "not_in_profile"),
    slip("bpmn: schema location on the network", r'targetNamespace=', r'xsi:schemaLocation="http://127.0.0.1:9/ x.xsd" \g<0>', "unknown_attribute"),
    slip("bpmn: processing instruction", r"\?>\n", r'?>\n<?xml-stylesheet href="x.xsl"?>\n', "xml_instruction"),
    slip("bpmn: processing instruction inside", START, r"<?php x ?>\g<0>", "xml_instruction"),
    slip("bpmn: unknown entity", r'name="[^"]*"', 'name="&nbsp;"', "xml: This is not XML"),
    slip("bpmn: bare ampersand", r'name="', r'name="&', "xml: This is not XML"),
    slip("bpmn: bare less-than", r'name="', r'name="<', "xml: This is not XML"),
    slip("bpmn: unclosed element", r"</bpmn:userTask>", "", "xml: This is not XML"),
    slip("bpmn: crossed tags", r"</bpmn:lane>", "</bpmn:laneSet></bpmn:lane>", "xml: This is not XML"),
    slip("bpmn: unclosed quotation mark", r'(<bpmn:userTask id="\w+)"', r"\1", "xml: This is not XML"),
    slip("bpmn: attribute twice", r"<bpmn:userTask ", r'\g<0>id="x" ', "xml: This is not XML"),
    slip("bpmn: code of Python between attributes", r'<bpmn:userTask ', r"\g<0>__import__('os') ", "attribute __import__"),
    slip("bpmn: two roots", r"</bpmn:definitions>", r"\g<0><x/>", "xml: This is not XML"),
    slip("bpmn: undeclared prefix", r"<bpmn:userTask ", r"\g<0>camunda:assignee='me' ", "xml: This is not XML"),
    slip("bpmn: declared as Latin-1", r'encoding="UTF-8"', 'encoding="ISO-8859-1"', "encoding"),
    slip("bpmn: declared as UTF-7", r'encoding="UTF-8"', 'encoding="UTF-7"', "encoding"),
    slip("bpmn: XML 1.1", r'version="1.0"', 'version="1.1"', "", "accepted"),
    slip("bpmn: reference to NUL", r'name="', r'name="&#0;', "xml: This is not XML"),
    slip("bpmn: reference to a letter nobody sees", r'name="', r'name="&#x202E;', "characters"),
    slip("bpmn: nested too deep", *into_process("<bpmn:subProcess>" * 30 + "</bpmn:subProcess>" * 30), "too_deep"),
    slip("bpmn: nested without end", START, "<bpmn:subProcess>" * 5000, "too_deep: Nested deeper than 20 levels"),
    slip("bpmn: too many elements", *into_process('<bpmn:textAnnotation id="x"/>', 20_000), "too_large"),
    slip("bpmn: too many steps", *into_process('<bpmn:exclusiveGateway id="x"/>', 2_100), "duplicate_id"),
    slip("bpmn: thousands of unknown elements", *into_process("<bpmn:usertask/>", 15_000), "too_many"),
    whole("bpmn: thousands of flows to what is not there", many_missing, "too_many"),
    slip("bpmn: name of a megabyte", r'(<bpmn:lane id="\w+" )name="[^"]*"', r'\1name="' + "x" * 1_000_000 + '"', "at most 200 characters", file="send_help"),
    slip("bpmn: id of a megabyte", TASK + r'"\w+"', '<bpmn:userTask id="' + "x" * 1_000_000 + '"', "bad_id"),
    slip("bpmn: comment", START, r"<!-- who, and when? -->\g<0>", "", "accepted"),
    slip("bpmn: words in CDATA", r"<bpmn:documentation>", r"\g<0><![CDATA[<b>]]>", "", "accepted"),
    # the wrong kind of file
    whole("bpmn: an HTML page", lambda *_: b"<html><body>Please sign in</body></html>", "not_bpmn"),
    whole("bpmn: a JSON file", lambda *_: b'{"a": 1}', "xml: This is not XML"),
    slip("bpmn: another namespace", r"spec/BPMN/20100524/MODEL", "spec/BPMN/20090101/MODEL", "not_bpmn"),
    slip("bpmn: another root", r"bpmn:definitions", "bpmn:process", "xml: This is not XML"),
    # the process
    slip("bpmn: process called otherwise", r'<bpmn:process id="', r"\g<0>x_", "process_id"),
    slip("bpmn: process without id", r'<bpmn:process id="\w+"', "<bpmn:process", "process_id"),
    slip("bpmn: not executable", r'isExecutable="true"', 'isExecutable="false"', "not_executable"),
    slip("bpmn: executable, perhaps", r'isExecutable="true"', 'isExecutable="yes"', "not_executable"),
    slip("bpmn: two processes", r"</bpmn:process>", r'\g<0><bpmn:process id="other" isExecutable="true"/>', "one_process"),
    slip("bpmn: no process", r"<bpmn:process (.|\n)*</bpmn:process>", "", "one_process"),
    slip("bpmn: empty process", r"(<bpmn:process [^>]*>)(.|\n)*</bpmn:process>", r"\1</bpmn:process>", "missing_start"),
    slip("bpmn: no pool", r"<bpmn:participant [^>]*/>", "", "one_pool"),
    slip("bpmn: two pools", r"<bpmn:participant ([^>]*) processRef", r'<bpmn:participant id="second" processRef="x"/>\g<0>', "one_pool"),
    slip("bpmn: pool of another process", r'processRef="', r"\g<0>x", "unknown_reference"),
    slip("bpmn: pool without process", r' processRef="\w+"', "", "unknown_reference"),
    # ids and names
    slip("bpmn: id used twice", r'(<bpmn:userTask id=")\w+(".*\n)', r'\1care\2<bpmn:documentation id="care"/>', "duplicate_id"),
    slip("bpmn: id with capitals", TASK + r'"', r"\g<0>Do", "bad_id"),
    slip("bpmn: id with a space", TASK + r'"', r"\g<0>do it ", "bad_id"),
    slip("bpmn: id with letters of another alphabet", TASK + '"', r"\g<0>ж", "bad_id"),
    slip("bpmn: step without id", TASK + r'"\w+"', "<bpmn:userTask", "bad_id"),
    slip("bpmn: flow without id", r'<bpmn:sequenceFlow id="\w+"', "<bpmn:sequenceFlow", "bad_id"),
    whole("bpmn: step of another diagram", lambda data, _: data.replace(b"send_help_now", b"take_report"), "duplicate_id", file="send_help"),
    # flows
    slip("bpmn: flow targets a missing element", r'targetRef="(\w+)"', r'targetRef="\1x"', "unknown_reference"),
    slip("bpmn: flow begins at a missing element", r'sourceRef="(\w+)" t', r'sourceRef="\1x" t', "unknown_reference"),
    slip("bpmn: flow without target", r' targetRef="\w+"', "", "missing_attribute"),
    slip("bpmn: flow without source", r' sourceRef="\w+" t', " t", "missing_attribute"),
    slip("bpmn: flow to itself", r'sourceRef="(\w+)" targetRef="\w+"', r'sourceRef="\1" targetRef="\1"', ""),
    slip("bpmn: flow turned around", r'sourceRef="(start\w+)" targetRef="(\w+)"', r'sourceRef="\2" targetRef="\1"', "way_in"),
    slip("bpmn: flow dropped", r"    <bpmn:sequenceFlow [^>]*/>\n", "", "flow_listed"),
    slip("bpmn: flow twice", r"    <bpmn:sequenceFlow [^>]*/>\n", r"\g<0>\g<0>", "duplicate_id"),
    slip("bpmn: flow that no step lists", r"      <bpmn:incoming>\w+</bpmn:incoming>\n", "", "", "accepted"),
    slip("bpmn: step lists a flow of another", r"<bpmn:outgoing>\w+<", "<bpmn:outgoing>nowhere<", "flow_listed"),
    slip("bpmn: two flows out of a task", r'    (<bpmn:sequenceFlow id=")(\w+)(" sourceRef="start\w+" targetRef=")(\w+)"', r'    \1\2_2" sourceRef="\4" targetRef="\4"/>\g<0>', ""),
    slip("bpmn: fork at the start", r'<bpmn:sequenceFlow id="(\w+)"( sourceRef="start\w+" targetRef="\w+")/>', r'\g<0><bpmn:sequenceFlow id="\1_2"\2/>', "implicit_fork"),
    # gateways and guards
    slip("bpmn: default that is no flow", r' default="', r"\g<0>x", "unknown_reference"),
    slip("bpmn: no default", r' default="\w+"', "", "missing_guard"),
    slip("bpmn: guard without words", r"(<bpmn:conditionExpression[^>]*>)[^<]*<", r"\1<", "bad_expression"),
    slip("bpmn: guard is Python", r"(<bpmn:conditionExpression[^>]*>)[^<]*<", r"\1__import__('os').system('id')<", "bad_expression"),
    slip("bpmn: guard assigns", r"(<bpmn:conditionExpression[^>]*>\w+) == ", r"\1 = ", "bad_expression"),
    slip("bpmn: guard nests too deep", r"(<bpmn:conditionExpression[^>]*>)", r"\1" + "not " * 60, "bad_expression"),
    slip("bpmn: guard too long", r"(<bpmn:conditionExpression[^>]*>)", r"\1" + "x == 'y' or " * 200, "bad_expression"),
    slip("bpmn: guard reads what does not exist", r"(<bpmn:conditionExpression[^>]*>)", r"\1nobody_knows == 'yes' or ", "references", "found"),
    slip("bpmn: guard with a threshold", r"(<bpmn:conditionExpression[^>]*>)[^<]*<", r"\1age_at_incident &lt; 18<", "", "found"),
    slip("bpmn: guard in another language", r'(<bpmn:conditionExpression xsi:type=")bpmn:tFormalExpression', r"\1bpmn:tScript", "shape"),
    slip("bpmn: guard written by a tool's language attribute", r"<bpmn:conditionExpression ", r'\g<0>language="python" ', "unknown_attribute"),
    slip("bpmn: guard on a way that needs none", r'(<bpmn:sequenceFlow id="\w+" sourceRef="start\w+" targetRef="\w+")/>', r"\1><bpmn:conditionExpression>true</bpmn:conditionExpression></bpmn:sequenceFlow>", "guard_ignored"),
    # what the house profile leaves out
    *(
        slip(f"bpmn: {name}", *into_process(f'<bpmn:{name} id="extra"/>'), "not_in_profile")
        for name in (
            "scriptTask", "serviceTask", "manualTask", "task", "sendTask", "receiveTask", "inclusiveGateway",
            "eventBasedGateway", "complexGateway", "intermediateThrowEvent", "adHocSubProcess", "transaction",
            "extensionElements", "dataStoreReference", "group",
        )
    ),
    *(
        slip(f"bpmn: {name} in a start", r"(<bpmn:startEvent [^>]*>)", rf"\1<bpmn:{name}/>", "not_in_profile")
        for name in (
            "messageEventDefinition", "signalEventDefinition", "timerEventDefinition", "errorEventDefinition",
            "escalationEventDefinition", "compensateEventDefinition", "linkEventDefinition",
        )
    ),
    slip("bpmn: multi-instance", r"(<bpmn:userTask [^>]*>)", r"\1<bpmn:multiInstanceLoopCharacteristics/>", "not_in_profile"),
    slip("bpmn: loop marker", r"(<bpmn:userTask [^>]*>)", r"\1<bpmn:standardLoopCharacteristics/>", "not_in_profile"),
    slip("bpmn: event sub-process", *into_process('<bpmn:subProcess id="sub" triggeredByEvent="true"><bpmn:startEvent id="sub_start"/></bpmn:subProcess>'), "not_in_profile"),
    slip("bpmn: element of another tool", *into_process('<z:extra xmlns:z="http://camunda.org"/>'), "not_in_profile"),
    slip("bpmn: attribute of another tool", r"<bpmn:userTask ", r'\g<0>xmlns:z="http://camunda.org" z:assignee="me" ', "unknown_attribute"),
    slip("bpmn: misspelt element", r"bpmn:userTask\b(.*)>", r"bpmn:usertask\1>", ""),
    slip("bpmn: misspelt attribute", r"care:acts=", "care:act=", "Did you mean"),
    slip("bpmn: loose words", START, r"import os\g<0>", "loose_words"),
    slip("bpmn: task in a lane", r"<bpmn:flowNodeRef>", r'<bpmn:userTask id="extra"/>\g<0>', "not_in_profile"),
    # steps
    slip("bpmn: task without form", r' care:form="\w+"', "", "missing_attribute"),
    slip("bpmn: task with an empty form", r'care:form="\w+"', 'care:form=""', "shape"),
    slip("bpmn: task with a form that is not there", r'care:form="', r"\g<0>no_", "references", "found"),
    slip("bpmn: acts that nobody knows", r'care:acts="', r"\g<0>nothing.known; ", "references", "found"),
    slip("bpmn: acts that run code", r'care:acts="', r"\g<0>os.system(1); ", "bad_expression"),
    slip("bpmn: acts without a dot", r'care:acts="', r"\g<0>police; ", "bad_expression"),
    slip("bpmn: acts with an open bracket", r'care:acts="', r"\g<0>police.notified[x == 'y'; ", "bad_expression"),
    slip("bpmn: requires that cannot be read", r'care:requires="', r"\g<0>!! ", "bad_expression"),
    slip("bpmn: urgent that is no truth", r"<bpmn:userTask ", r'\g<0>care:urgent="now" ', "shape"),
    slip("bpmn: due that is a duration", r"<bpmn:userTask ", r'\g<0>care:due="PT4H" ', "bad_id"),
    slip("bpmn: due that is no parameter", r"<bpmn:userTask ", r'\g<0>care:due="nobody_knows" ', "references", "found"),
    slip("bpmn: table that is not there", r'care:table="', r"\g<0>no_", "references", "found"),
    slip("bpmn: decision without table", r' care:table="\w+"', "", "missing_attribute"),
    slip("bpmn: call of nothing", r' calledElement="\w+"', "", "missing_attribute"),
    slip("bpmn: call of a process that is not there", r'calledElement="', r"\g<0>no_", "references", "found"),
    slip("bpmn: call of itself", r'calledElement="\w+"', 'calledElement="case_main"', "", "found", "case_main"),
    # events
    slip("bpmn: two starts", *into_process('<bpmn:startEvent id="again"/>'), "second_start"),
    slip("bpmn: no start", r"    <bpmn:startEvent (.|\n)*?</bpmn:startEvent>\n", "", "missing_start"),
    slip("bpmn: boundary on nothing", r'attachedToRef="', r"\g<0>no_", "unknown_reference"),
    slip("bpmn: boundary on a gateway", r'attachedToRef="\w+"(?=(.|\n)*<bpmn:exclusiveGateway id="(\w+)")', r'attachedToRef="\2"', "bad_host"),
    slip("bpmn: boundary without a host", r' attachedToRef="\w+"', "", "missing_attribute"),
    slip("bpmn: boundary interrupts, perhaps", r"<bpmn:boundaryEvent ", r'\g<0>cancelActivity="maybe" ', "", "refused", "closure"),
    slip("bpmn: timer with a duration", r"(<bpmn:timeDuration[^>]*>)\w+", r"\1PT72H", "timer"),
    slip("bpmn: timer with a cycle", r"<bpmn:(timeDuration[^>]*>\w+)</bpmn:timeDuration>", "<bpmn:timeCycle>R/PT1H</bpmn:timeCycle>", "not_in_profile"),
    slip("bpmn: timer without time", r"<bpmn:timeDuration[^>]*>\w+</bpmn:timeDuration>", "", "timer"),
    slip("bpmn: timer with two times", r"<bpmn:timeDuration[^>]*>\w+</bpmn:timeDuration>", r"\g<0>\g<0>", "timer"),
    slip("bpmn: timer that names no parameter", r"(<bpmn:timeDuration[^>]*>)", r"\1no_", "", "found"),
    slip("bpmn: condition left out", r"<bpmn:condition [^>]*>[^<]*</bpmn:condition>", "", "missing_condition"),
    slip("bpmn: two event definitions", r"<bpmn:conditionalEventDefinition", r"<bpmn:timerEventDefinition/>\g<0>", "event_definition"),
    slip("bpmn: catch event without definition", *into_process('<bpmn:intermediateCatchEvent id="catch"/>'), "event_definition"),
    # lanes
    slip("bpmn: lane without name", r'(<bpmn:lane id="\w+") name="[^"]*"', r"\1", "missing_name"),
    slip("bpmn: lane that no role has", r'(<bpmn:lane id="\w+" name=")', r"\1No ", "", "found"),
    slip("bpmn: lane lists a missing step", r"<bpmn:flowNodeRef>", r"\g<0>no_", "unknown_reference"),
    slip("bpmn: step in two lanes", r"(        <bpmn:flowNodeRef>\w+</bpmn:flowNodeRef>\n)", r"\1\1", "two_lanes"),
    slip("bpmn: step in no lane", r"        <bpmn:flowNodeRef>send_help_now</bpmn:flowNodeRef>\n", "", "", "found"),
    slip("bpmn: lanes in a lane", r"(<bpmn:lane [^>]*>)", r"\1<bpmn:childLaneSet/>", "not_in_profile"),
    # the structure that only the whole shows
    slip("bpmn: step that nobody reaches", *into_process('<bpmn:userTask id="lost" name="Lost" care:form="session"/>'), "", "found"),
    slip("bpmn: parallel gateway never joined", r"bpmn:exclusiveGateway id=\"(\w+)\" name=\"[^\"]*\" default=\"\w+\"", r'bpmn:parallelGateway id="\1"', "xml: This is not XML"),
    # the drawing
    slip("bpmn: drawing of a missing element", r'bpmnElement="', r"\g<0>no_", "unknown_reference"),
    slip("bpmn: drawn twice", r"      <bpmndi:BPMNShape (.|\n)*?</bpmndi:BPMNShape>\n", r"\g<0>\g<0>", ""),
    slip("bpmn: shape without bounds", r"(<bpmndi:BPMNShape [^>]*>\s*)<dc:Bounds [^>]*/>", r"\1", "missing_bounds"),
    slip("bpmn: width that is no number", r'width="', r"\g<0>wide", "bad_number"),
    slip("bpmn: place that is not a number", r' x="\d+', ' x="NaN', "bad_number"),
    slip("bpmn: place without end", r' y="\d+', ' y="1e309', "bad_number"),
    slip("bpmn: line with one point", r"(<bpmndi:BPMNEdge [^>]*>\n)(?:        <di:waypoint [^>]*/>\n)+(        <di:waypoint [^>]*/>\n)", r"\1\2", ""),
    slip("bpmn: line without points", r"(        <di:waypoint [^>]*/>\n)+", "", "missing_waypoints"),
    slip("bpmn: two drawings", r"</bpmndi:BPMNDiagram>", r'\g<0><bpmndi:BPMNDiagram id="second"/>', "one_drawing"),
    slip("bpmn: no drawing", r"<bpmndi:BPMNDiagram (.|\n)*</bpmndi:BPMNDiagram>", "", "", "accepted"),
]  # fmt: skip
"""Kinds that are accepted are harmless: what is changed there changes nothing that runs."""
