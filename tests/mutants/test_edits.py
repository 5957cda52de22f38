"""Of every kind there are edits, and each changes what it says and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.mutants.drawing import CARE, Drawing, Element, kind_of
from tests.mutants.edit import KINDS, Edit
from tests.mutants.edits import edits
from tests.walk import shipped

EDITS = tuple(edits(shipped()))
LISTS = ("incoming", "outgoing")


def of(kind: str, drawn: bool = True) -> list[Edit]:
    return [edit for edit in EDITS if edit.kind == kind and edit.path.endswith(".bpmn") == drawn]


def read(data: bytes) -> Any:
    """The quick reader: hundreds of files are read here."""
    return yaml.load(data, Loader=yaml.CSafeLoader)


def owner(one: Element) -> str:
    """The step, flow or lane that an element belongs to."""
    around: Element | None = one
    while around is not None and (not around.get("id") or kind_of(around).endswith("Definition")):
        around = around.getparent()
    return "" if around is None else str(around.get("id"))


def parts(data: bytes) -> dict[str, list[Any]]:
    """What each step, flow and lane says of itself; lists of flows and places of words apart."""
    said: dict[str, list[Any]] = {}
    for one in Drawing(data).root.iter():
        if kind_of(one) not in LISTS:
            text = (one.text or "").strip()
            said.setdefault(owner(one), []).append((kind_of(one), sorted(one.attrib.items()), text))
    return said


def changed(edit: Edit) -> set[str]:
    """The ids of all that the edit added, removed or changed."""
    before, after = parts(shipped().files[edit.path]), parts(edit.data)
    return {id for id in before.keys() | after.keys() if before.get(id) != after.get(id)}


def leaves(said: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    pairs = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else None
    if pairs is None:
        yield place, said
    else:
        for key, value in pairs:
            yield from leaves(value, (*place, key))


def test_of_every_kind_there_are_edits() -> None:
    assert {edit.kind for edit in EDITS} == set(KINDS)


def test_no_two_edits_are_the_same_and_each_changes_something() -> None:
    files = shipped().files

    assert len({(edit.path, edit.data) for edit in EDITS}) == len({edit.what for edit in EDITS}) == len(EDITS)
    assert [edit.what for edit in EDITS if files[edit.path] == edit.data] == []


def test_they_come_in_the_same_order_each_time() -> None:
    assert tuple(edits(shipped())) == EDITS


def test_a_diagram_that_is_not_changed_stays_byte_for_byte() -> None:
    drawings = {path: data for path, data in shipped().files.items() if path.endswith(".bpmn")}

    assert [path for path, data in drawings.items() if Drawing(data).written() != data] == []


@pytest.mark.parametrize("kind", ["act", "requires", "default", "comparison", "constant", "flow"])
def test_only_the_step_or_flow_itself_is_changed(kind: str) -> None:
    assert [(edit.what, changed(edit)) for edit in of(kind) if changed(edit) != {edit.element}] == []


def test_a_gateway_is_swapped_with_the_guards_of_its_ways() -> None:
    for edit in of("gateway"):
        ways = {flow.get("id") for flow in Drawing(shipped().files[edit.path]).flows(source=edit.element)}

        assert edit.element in changed(edit), edit.what
        assert changed(edit) <= {edit.element} | ways, edit.what


def test_a_step_moves_from_one_lane_to_another() -> None:
    for edit in of("lane"):
        drawing = Drawing(edit.data)
        (lane,) = {ref.getparent() for ref in drawing.all("flowNodeRef") if ref.text == edit.element}

        assert len(changed(edit)) == 2, edit.what
        assert lane is not None
        assert f"stands in {lane.get('id')}" in edit.what


def test_a_dropped_step_is_mentioned_nowhere_and_what_led_to_it_leads_on() -> None:
    for edit in of("step"):
        before, after = Drawing(shipped().files[edit.path]), Drawing(edit.data)
        gone = before.named.keys() - after.named.keys()
        (out,) = before.flows(source=edit.element)
        mentions = {
            said for one in after.root.iter() for said in (one.get("bpmnElement"), *one.attrib.values(), one.text)
        }

        assert edit.element in gone, edit.what
        assert not mentions & gone, edit.what
        assert not after.named.keys() - before.named.keys(), edit.what
        assert [flow.get("id") for flow in after.all("sequenceFlow") if flow.get("targetRef") not in after.named] == []
        assert len(before.flows(target=edit.element)) <= len(changed(edit) - gone), edit.what
        assert out.get("id") in gone, edit.what
        named = {line.partition(":")[0].strip() for _, data in edit.more for line in data.decode().splitlines()}
        assert edit.more, edit.what
        assert not named & gone, edit.what


def test_events_of_a_dropped_step_go_with_it_and_so_does_what_only_they_lead_to() -> None:
    (edit,) = (edit for edit in of("step") if edit.element == "review_and_close")
    gone = Drawing(shipped().files[edit.path]).named.keys() - Drawing(edit.data).named.keys()

    assert {"runs_again", "unknown_again"} < gone
    assert "ask_before_closing" not in gone


def test_an_act_that_is_dropped_leaves_the_others() -> None:
    edit, *_ = (edit for edit in of("act") if edit.element == "take_report")
    before = Drawing(shipped().files[edit.path]).named["take_report"].get(f"{CARE}acts")
    after = Drawing(edit.data).named["take_report"].get(f"{CARE}acts")

    assert before == f"police.notified; {after}"


@pytest.mark.parametrize("kind", ["comparison", "constant", "limit"])
def test_of_rules_one_text_or_number_is_changed(kind: str) -> None:
    before = {path: dict(leaves(read(data))) for path, data in shipped().files.items() if "rules/" in path}
    for edit in of(kind, drawn=False):
        after = dict(leaves(read(edit.data)))

        assert before[edit.path].keys() == after.keys(), edit.what
        assert sum(before[edit.path][place] != said for place, said in after.items()) == 1, edit.what


@pytest.mark.parametrize(("kind", "section"), [("row", "tables"), ("start", "starts")])
def test_of_a_list_one_item_is_gone(kind: str, section: str) -> None:
    def listed(data: bytes) -> list[str]:
        items = read(data)[section]
        rows = [row for item in items for row in item.pop("rows", [])]
        return [str(one) for one in (*(items if kind == "start" else rows),)]

    for edit in of(kind, drawn=False):
        before, after = listed(shipped().files[edit.path]), listed(edit.data)

        assert len(after) == len(before) - 1, edit.what
        assert any(before[:place] + before[place + 1 :] == after for place in range(len(before))), edit.what
