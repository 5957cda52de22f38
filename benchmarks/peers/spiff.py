"""SpiffWorkflow as its documentation shows it: default parser, default serializer, the state saved after each task.

`python -m benchmarks.peers.spiff TASKS` prints the CPU milliseconds of each completed task, from reading the saved
state to its commit (SQLite, WAL, synchronous=FULL), and the bytes of the state, as JSON."""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

ANSWERS = {"choice": "yes", "words": "She came with her aunt and asked for water.", "number": 17, "agreed": True}
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def diagram(tasks: int) -> bytes:
    """`tasks` user tasks with a gateway after the first third and one before the last."""
    after = max(tasks // 3, 1)
    way = ["s", *(f"t{n}" for n in range(1, after + 1)), "g1", *(f"t{n}" for n in range(after + 1, tasks)), "g2"]
    way += [f"t{tasks}", "e"]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}" />'
        for n, (a, b) in enumerate(zip(way, way[1:], strict=False))
    )
    default = next(n for n, name in enumerate(way) if name == "g1")
    users = "".join(f'<userTask id="t{n}" name="t{n}" />' for n in range(1, tasks + 1))
    condition = "<conditionExpression>t1['choice'] == 'no'</conditionExpression>"
    skip = f'<sequenceFlow id="skip" sourceRef="g1" targetRef="g2">{condition}</sequenceFlow>'
    return (
        f'<definitions xmlns="{BPMN}" id="d" targetNamespace="urn:x"><process id="bench" isExecutable="true">'
        f'<startEvent id="s" /><exclusiveGateway id="g1" default="f{default}" /><exclusiveGateway id="g2" />'
        f'<endEvent id="e" />{users}{flows}{skip}</process></definitions>'
    ).encode()


def walk(tasks: int, path: Path) -> tuple[list[float], int]:
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(diagram(tasks)))  # noqa: S320  # our own text
    serializer = BpmnWorkflowSerializer()
    workflow = BpmnWorkflow(parser.get_spec("bench"))
    workflow.do_engine_steps()
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE state (id TEXT PRIMARY KEY, json TEXT)")
    database.execute("INSERT INTO state VALUES ('case', ?)", (serializer.serialize_json(workflow),))
    cost, saved = [], ""
    for _ in range(tasks):
        start = time.process_time()
        (saved,) = database.execute("SELECT json FROM state WHERE id = 'case'").fetchone()
        workflow = serializer.deserialize_json(saved)
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data[task.task_spec.name] = dict(ANSWERS)
        task.run()
        workflow.do_engine_steps()
        saved = serializer.serialize_json(workflow)
        database.execute("BEGIN IMMEDIATE")
        database.execute("UPDATE state SET json = ? WHERE id = 'case'", (saved,))
        database.execute("COMMIT")
        cost.append((time.process_time() - start) * 1000)
    assert workflow.is_completed()
    return cost, len(saved)


if __name__ == "__main__":
    sys.setrecursionlimit(20_000)  # its parser recurses once a step
    with tempfile.TemporaryDirectory() as folder:
        spent, size = walk(int(sys.argv[1]), Path(folder) / "spiff.db")
    print(json.dumps({"cpu": spent, "bytes": size}))
