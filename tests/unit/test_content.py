"""An edition is read whole, named by its bytes, and everything in it knows where it was written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.content import ContentError, from_files, load
from engine.expressions import And, parse
from engine.library import Dated, Library, Source, Where
from tests.unit.content_samples import CARE, CHOICE, COMMON, LAW, MAIN, MANIFEST, VISIT, changed, line_of, sample_files

SAMPLE = from_files(sample_files(), "rwanda")


def write(folder: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


class TestEdition:
    def test_a_folder_and_the_bytes_kept_of_it_are_the_same_edition(self, tmp_path: Path) -> None:
        write(tmp_path, sample_files())
        write(tmp_path, {"features/drill.feature": b"x", "rules/elsewhere/law.yaml": b"facts: []", "forms/.swp": b"x"})

        library = load(tmp_path)

        assert library == SAMPLE
        assert from_files(library.files, "rwanda") == library
        assert set(library.files) == set(sample_files())

    def test_one_byte_anywhere_is_another_edition(self) -> None:
        digests = {SAMPLE.digest}
        for path in (MANIFEST, MAIN, COMMON, LAW, CHOICE):
            files = sample_files()
            files[path] += b"\n"
            digests.add(from_files(files, "rwanda").digest)

        assert len(digests) == 6

    def test_what_is_wrong_with_a_file_is_said_each_time_it_is_read_and_where_it_stands_now(self) -> None:
        form, broken = "forms/choice.json", b'{"schema": 1}'
        for path in (form, form, "forms/renamed.json"):
            files = sample_files()
            files[path] = broken
            with pytest.raises(ContentError) as refused:
                from_files(files, "rwanda")
            assert {one.where.file for one in refused.value.complaints} == {path}

    def test_a_file_moved_to_another_name_is_another_edition(self) -> None:
        files = sample_files()
        files["rules/rwanda/renamed.yaml"] = files.pop(LAW)

        assert from_files(files, "rwanda").digest != SAMPLE.digest

    def test_the_pack_of_the_jurisdiction_is_part_of_the_edition(self) -> None:
        files = sample_files()
        files["rules/uganda/law.yaml"] = files[LAW]

        assert from_files(files, "rwanda") == SAMPLE
        assert from_files(files, "uganda").jurisdiction == "uganda"
        assert from_files(files, "uganda").digest != SAMPLE.digest

    def test_an_empty_folder_says_what_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(ContentError) as refused:
            load(tmp_path)
        assert {complaint.code for complaint in refused.value.complaints} == {"one_manifest", "unknown_jurisdiction"}


class TestDiagrams:
    def test_steps_of_all_levels_stand_in_one_mapping_with_their_lane_and_parent(self) -> None:
        steps = SAMPLE.pathway.diagrams["case_main"].elements

        assert (steps["welcome"].lane, steps["welcome"].parent) == ("Reception", "")
        assert (steps["give_aid"].lane, steps["give_aid"].parent) == ("Medical", "first_aid")
        assert {id: step.kind for id, step in steps.items()} == {
            "arrived": "start",
            "welcome": "user",
            "too_long": "boundary_timer",
            "noted": "end",
            "decide_protection": "rule",
            "which_way": "exclusive",
            "first_aid": "subprocess",
            "aid_start": "start",
            "give_aid": "user",
            "aid_end": "end",
            "close_case": "user",
            "closed": "end",
        }

    def test_a_lane_within_a_sub_process_wins_over_the_lane_around_it(self) -> None:
        member = "<bpmn:flowNodeRef>close_case</bpmn:flowNodeRef>"
        files = changed(MAIN, member, f"{member}<bpmn:flowNodeRef>give_aid</bpmn:flowNodeRef>")

        steps = from_files(files, "rwanda").pathway.diagrams["case_main"].elements

        assert steps["give_aid"].lane == "Reception"
        assert steps["aid_end"].lane == "Medical"

    def test_our_attributes_are_read(self) -> None:
        steps = SAMPLE.pathway.diagrams["case_main"].elements

        assert (steps["welcome"].form, steps["welcome"].due) == ("choice", "report_hours")
        assert [act.act for act in steps["welcome"].acts] == ["survivor.told", "case.received"]
        assert steps["welcome"].acts[0].when == parse("wants_medical == 'yes'")
        assert steps["give_aid"].requires == parse("wants_medical != 'no'")
        assert steps["decide_protection"].table == "protection"
        assert [act.act for act in steps["too_long"].acts] == ["survivor.told"]

    @pytest.mark.parametrize(
        ("written", "urgent"), [(' care:urgent="true"', True), (' care:urgent="false"', False), ("", False)]
    )
    def test_a_step_is_urgent_in_itself_when_its_diagram_says_so(self, written: str, urgent: bool) -> None:
        files = changed(MAIN, 'care:due="report_hours"', f'care:due="report_hours"{written}')

        assert from_files(files, "rwanda").pathway.diagrams["case_main"].elements["welcome"].urgent is urgent

    def test_events_know_what_they_wait_for(self) -> None:
        main, care, visit = (
            SAMPLE.pathway.diagrams[key].elements for key in ("case_main", "medical_care", "follow_up_visit")
        )

        assert (main["too_long"].timer, main["too_long"].timer_kind) == ("report_hours", "duration")
        assert (main["too_long"].attached_to, main["too_long"].interrupting) == ("welcome", False)
        assert (visit["visit_opens"].timer, visit["visit_opens"].timer_kind) == ("visit_opens_at", "date")
        assert visit["visit_refused"].condition == parse("wants_medical == 'no'")
        assert visit["visit_refused"].interrupting
        assert visit["visit_care"].called == "medical_care"
        assert (care["care_wanted"].kind, care["care_end"].kind) == ("conditional", "terminate")

    def test_flows_know_their_guard_and_which_is_the_default(self) -> None:
        flows = SAMPLE.pathway.diagrams["case_main"].flows

        assert flows["way_child"].condition == parse("protection == 'child'")
        assert flows["way_child"].name == "child"
        assert [id for id, flow in flows.items() if flow.is_default] == ["way_adult"]
        assert flows["aid_1"].target == "give_aid"

    def test_the_drawing_is_read_apart_and_the_bytes_are_kept(self) -> None:
        diagram = SAMPLE.pathway.diagrams["case_main"]

        assert (diagram.drawing.shapes["welcome"].x, diagram.drawing.shapes["welcome"].height) == (200, 80)
        assert diagram.drawing.shapes["welcome"].label is None
        assert diagram.drawing.edges["way_2"].points == ((300, 120), (400, 120))
        assert diagram.drawing.edges["way_2"].label == (330, 100, 40, 14)
        assert diagram.xml == sample_files()[MAIN]
        assert diagram.annotations[0].text == "Safety before questions"

    def test_names_come_from_the_diagram_and_their_translations_from_the_manifest(self) -> None:
        assert SAMPLE.pathway.names["welcome"] == {"en": "Welcome", "fr": "Accueillir", "rw": "Kwakira"}
        assert SAMPLE.pathway.names["way_child"] == {"en": "child"}

    def test_a_sequence_of_six_hundred_steps_is_read(self) -> None:
        diagram = from_files(changed(CARE, *long_sequence(600)), "rwanda").pathway.diagrams["medical_care"]

        assert len(diagram.elements) == 602
        assert len(diagram.drawing.edges) == 601

    def test_moving_every_box_changes_nothing_but_the_drawing(self) -> None:
        moved = from_files(changed(MAIN, 'x="200" y="80"', 'x="900.5" y="-80"'), "rwanda").pathway.diagrams["case_main"]
        diagram = SAMPLE.pathway.diagrams["case_main"]

        assert (moved.elements, moved.flows) == (diagram.elements, diagram.flows)
        assert moved.drawing != diagram.drawing


def long_sequence(count: int) -> tuple[str, str]:
    """(old, new) that turns medical care into `count` tasks in a row, drawn and listed as bpmn-js does."""
    text = sample_files()[CARE].decode()
    old = text[text.index("  <bpmn:process") : text.index("</bpmn:definitions>")]
    ids = ["care_start", *(f"step_{n}" for n in range(count)), "care_end"]
    steps = ['<bpmn:startEvent id="care_start"><bpmn:outgoing>f_0</bpmn:outgoing></bpmn:startEvent>']
    for n, id in enumerate(ids[1:-1]):
        ends = f"<bpmn:incoming>f_{n}</bpmn:incoming><bpmn:outgoing>f_{n + 1}</bpmn:outgoing>"
        steps.append(f'<bpmn:userTask id="{id}" care:form="choice">{ends}</bpmn:userTask>')
    steps.append(f'<bpmn:endEvent id="care_end"><bpmn:incoming>f_{count}</bpmn:incoming></bpmn:endEvent>')
    flows, drawn = [], []
    for n, (source, target) in enumerate(zip(ids, ids[1:], strict=False)):
        flows.append(f'<bpmn:sequenceFlow id="f_{n}" sourceRef="{source}" targetRef="{target}" />')
        points = f'<di:waypoint x="{n}" y="0" /><di:waypoint x="{n + 1}" y="0" />'
        drawn.append(f'<bpmndi:BPMNEdge id="f_{n}_edge" bpmnElement="f_{n}">{points}</bpmndi:BPMNEdge>')
    bounds = '<dc:Bounds x="0" y="0" width="100" height="80" /><bpmndi:BPMNLabel />'
    drawn += [f'<bpmndi:BPMNShape id="{id}_shape" bpmnElement="{id}">{bounds}</bpmndi:BPMNShape>' for id in ids]
    process = f'<bpmn:process id="medical_care" isExecutable="true">{"".join(steps + flows)}</bpmn:process>'
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="medical_care">{"".join(drawn)}</bpmndi:BPMNPlane>'
    return old, f'{process}<bpmndi:BPMNDiagram id="drawing">{plane}</bpmndi:BPMNDiagram>\n'


class TestRules:
    def test_parameters_are_dated_and_cite_their_source(self) -> None:
        assert SAMPLE.parameters["majority_age"].values == (
            Dated(date(2018, 9, 1), 18, Source("Law 71/2018, art. 6", status="unverified")),
        )

    def test_values_of_a_parameter_are_in_order_of_time_however_they_are_written(self) -> None:
        older = '- {from: 1990-01-01, value: 21, cite: "Law of 1988"}'
        line = '- {from: 2018-09-01, value: 18, cite: "Law 71/2018, art. 6", status: unverified}'
        library = from_files(changed(LAW, line, f"{line}\n  {older}"), "rwanda")

        assert [dated.value for dated in library.parameters["majority_age"].values] == [21, 18]

    def test_cells_of_a_table_begin_with_the_name_of_their_input(self) -> None:
        rows = SAMPLE.tables["protection"].rows

        assert rows[0].when == {"age_at_incident": (parse("age_at_incident < majority_age"),)}
        assert rows[2].when == {"age_at_incident": (parse("age_at_incident is unset"),)}
        assert [row.then for row in rows] == ["child", "adult", None]

    def test_a_cell_may_be_any_of_several(self) -> None:
        files = changed(LAW, "{age_at_incident: is unset}", '{age_at_incident: [is unset, "== 99"]}')
        cell = from_files(files, "rwanda").tables["protection"].rows[2].when["age_at_incident"]

        assert cell == (parse("age_at_incident is unset"), parse("age_at_incident == 99"))

    def test_a_duty_must_hold_all_of_its_conditions(self) -> None:
        duty = SAMPLE.duties["minor-report"]

        assert isinstance(duty.when, And)
        assert (duty.form, duty.act, duty.before) == ("must", "police.notified", "case.end")
        assert duty.within is not None
        assert (duty.within.parameter, duty.within.start, duty.within.warn) == ("report_hours", "duty", "warn_hours")
        assert duty.exceptions[0].when == parse("act.survivor.told")

    def test_words_like_yes_and_no_are_text(self) -> None:
        assert SAMPLE.facts["wants_medical"].values == ("yes", "no", "later")

    def test_everything_knows_where_it_was_written(self) -> None:
        files = sample_files()

        def at(path: str, words: str, element: str) -> Where:
            return Where(path, line_of(files, path, words), element)

        assert SAMPLE.facts["birth_date"].where == at(COMMON, "id: birth_date", "birth_date")
        assert SAMPLE.duties["minor-report"].where == at(LAW, "id: minor-report", "minor-report")
        assert SAMPLE.tables["protection"].rows[1].where == at(LAW, '">= majority_age"', "protection row 2")
        assert SAMPLE.schedules["follow_up"].visits[0].where == at(LAW, "id: fu_2w", "fu_2w")
        assert SAMPLE.pathway.doors["reception"].where == at(MANIFEST, "{id: reception,", "reception")
        assert SAMPLE.pathway.diagrams["case_main"].elements["give_aid"].where == at(MAIN, 'id="give_aid"', "give_aid")
        assert SAMPLE.pathway.diagrams["follow_up_visit"].flows["visit_3"].where == at(VISIT, "visit_3", "visit_3")


def test_references_between_parts_are_left_to_the_checks() -> None:
    files = changed(MAIN, 'care:form="choice"', 'care:form="no_such_form"')
    files[LAW] = files[LAW].replace(b"must: police.notified", b"must: no.such.act")

    library: Library = from_files(files, "rwanda")

    assert library.pathway.diagrams["case_main"].elements["welcome"].form == "no_such_form"
    assert library.duties["minor-report"].act == "no.such.act"


class TestShippedContent:
    ROOT = Path(__file__).parents[2]

    def test_it_loads(self) -> None:
        library = load(self.ROOT)

        assert library.pathway.diagrams[library.pathway.main].elements
