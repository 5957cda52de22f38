"""Commands on a case do what design.md promises: rules start and stop services, duties hold, nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.model import Refusal
from tests.unit.content_samples import CARE, LAW, MAIN, changed, sample_files
from tests.unit.keeping import START, Story

CHILD = {"birth_date": date(2012, 5, 1), "incident_at": START - timedelta(hours=5)}
ADULT = {"birth_date": date(1990, 5, 1), "incident_at": START - timedelta(hours=5)}


def test_a_case_opens_with_its_door_its_first_task_and_its_clock() -> None:
    story = Story(sample_files(), wants_medical="later", **ADULT)
    assert story.open == ["welcome"]
    assert (story.value("door"), story.value("arrived_at")) == ("reception", START)
    assert story.task("welcome").due_at == START + timedelta(hours=24)
    assert story.file.clocks[0].ends_latest == START + timedelta(hours=19)
    assert story.running() == ["case_main"]


def test_a_rule_starts_a_service_when_it_is_chosen_and_stops_it_when_it_is_not_wanted_any_more() -> None:
    story = Story(sample_files(), wants_medical="later", **ADULT)
    story.tell("change_choice", wants_medical="yes")
    assert story.running() == ["case_main", "medical_care"]
    story.tell("change_choice", wants_medical="no")
    assert story.running() == ["case_main"]
    assert not [timer for timer in story.file.timers if timer.element == "care_pause"]
    story.tell("change_choice", wants_medical="yes")
    assert story.running() == ["case_main", "medical_care"]


def test_the_table_decides_the_way_and_says_which_row() -> None:
    story = Story(sample_files(), wants_medical="later", **CHILD)
    move = story.complete("welcome", wants_medical="later")
    assert [(d.table, d.value, d.row) for d in move.decisions] == [("protection", "child", 0)]
    assert story.open == ["give_aid"]
    adult = Story(sample_files(), wants_medical="later", **ADULT)
    adult.complete("welcome", wants_medical="later")
    assert adult.open == ["close_case"]


def test_a_duty_opens_with_its_limit_is_late_and_stays_owed() -> None:
    story = Story(changed(MAIN, ' care:acts="survivor.told">', ">"), wants_medical="later", **CHILD)
    assert story.status("minor-report") == "owed"
    story.wait(hours=21)
    assert story.told == ["duty.warned"]
    story.wait(hours=4)
    assert story.status("minor-report") == "late"
    assert "duty.late" in story.told
    before = len(story.moves)
    story.wait(hours=1)
    assert len(story.moves) == before


def test_the_case_cannot_end_while_a_duty_is_owed_and_nothing_of_the_attempt_is_kept() -> None:
    story = Story(sample_files(), wants_medical="later", **CHILD)
    story.complete("welcome", wants_medical="later")
    story.complete("give_aid", wants_medical="later")
    with pytest.raises(Refusal) as refused:
        story.complete("close_case", wants_medical="later")
    assert refused.value.duties == ("minor-report",)
    assert (story.open, story.file.case.status) == (["close_case"], "open")


@pytest.mark.parametrize(("severity", "closes"), [("block", False), ("warn", False), ("record", True)])
def test_whatever_is_owed_holds_the_case_open_unless_the_rule_only_records(severity: str, closes: bool) -> None:
    story = Story(changed(LAW, "severity: block", f"severity: {severity}"), wants_medical="later", **CHILD)
    story.complete("welcome", wants_medical="later")
    story.complete("give_aid", wants_medical="later")
    if closes:
        story.complete("close_case", wants_medical="later")
        assert story.status("minor-report") == "broken"
    else:
        with pytest.raises(Refusal):
            story.complete("close_case", wants_medical="later")
        assert story.status("minor-report") == "owed"


def test_a_corrected_age_cancels_the_duty_decides_again_and_moves_no_one() -> None:
    story = Story(sample_files(), wants_medical="later", **CHILD)
    story.complete("welcome", wants_medical="later")
    move = story.correct("birth_date", date(2005, 5, 1), "birth certificate shown")
    assert story.status("minor-report") == "cancelled"
    assert next(d for d in story.file.duties if d.rule == "minor-report").because == "corrected"
    assert [(d.table, d.value) for d in move.decisions] == [("protection", "adult")]
    assert "decision.review" in story.told
    assert story.open == ["give_aid"]
    assert story.value("birth_date") == date(2005, 5, 1)
    assert move.facts[0].corrects
    assert move.facts[0].reason == "birth certificate shown"


def test_closing_ends_every_service_and_new_facts_that_owe_something_open_the_case_again() -> None:
    story = Story(sample_files(), wants_medical="yes", **ADULT)
    story.complete("welcome", wants_medical="later")
    story.complete("close_case", wants_medical="later")
    assert story.file.case.status == "closed"
    assert (story.open, story.running(), story.file.timers) == ([], [], ())
    story.tell("change_choice", wants_medical="no")
    assert story.file.case.status == "closed"
    story.tell("change_choice", wants_medical="yes")
    assert story.file.case.status == "open"
    assert "case.reopened" in story.told


def test_an_answer_that_leads_nowhere_stops_the_case_keeps_the_answer_and_is_freed_by_a_correction() -> None:
    story = Story(sample_files(), wants_medical="later", incident_at=START - timedelta(hours=5))
    story.complete("welcome", wants_medical="yes")
    assert [(s.element, s.code) for s in story.file.stuck] == [("decide_protection", "undecided")]
    assert story.value("wants_medical") == "yes"
    assert story.open == ["welcome"]
    story.free()
    assert len(story.file.stuck) == 1
    story.tell("change_choice", wants_medical="yes", birth_date=date(1990, 5, 1))
    story.free()
    assert (story.file.stuck, story.open) == ((), ["close_case"])


def test_a_stuck_task_may_also_be_completed_with_better_answers() -> None:
    story = Story(sample_files(), wants_medical="later", incident_at=START - timedelta(hours=5))
    story.complete("welcome", wants_medical="yes")
    story.complete("welcome", wants_medical="yes", birth_date=date(1990, 5, 1))
    assert (story.file.stuck, story.open) == ((), ["close_case"])


def test_rules_that_start_each_other_for_ever_stop_the_case_and_not_the_server() -> None:
    files = changed(LAW, "cancel_when: \"wants_medical == 'no'\"", "cancel_when: \"process.medical_care == 'running'\"")
    story = Story(files, wants_medical="yes", **ADULT)
    assert [s.code for s in story.file.stuck] == ["no_rest"]


def test_a_timer_fires_once_at_its_time_and_never_early() -> None:
    story = Story(sample_files(), wants_medical="yes", **ADULT)
    story.wait(hours=3.9)
    assert "care_pause" in {timer.element for timer in story.file.timers}
    story.wait(hours=0.2)
    assert "medical_care" not in story.running()
    fired = [e.params["element"] for move in story.moves for e in move.entries if e.kind == "timer.fired"]
    assert fired.count("care_pause") == 1


def test_a_visit_is_planned_from_its_anchor_with_its_own_facts_and_opens_on_its_day() -> None:
    story = Story(sample_files(), wants_medical="yes", **ADULT)
    scope = "visit:fu_2w"
    assert story.running(scope) == ["follow_up_visit"]
    assert story.value("visit_due_at", scope) == START - timedelta(hours=5) + timedelta(days=14)
    story.wait(days=9)
    assert not [m for m in story.moves if any(e.params.get("element") == "visit_opens" for e in m.entries)]
    story.wait(days=2)
    assert [m for m in story.moves if any(e.params.get("element") == "visit_opens" for e in m.entries)]


def test_a_step_is_refused_while_what_it_requires_does_not_hold() -> None:
    story = Story(sample_files(), wants_medical="later", **CHILD)
    story.complete("welcome", wants_medical="later")
    story.tell("change_choice", wants_medical="no")
    with pytest.raises(Refusal) as refused:
        story.complete("give_aid", wants_medical="no")
    assert refused.value.code == "requires"


def test_what_it_requires_is_looked_at_before_the_answers_of_the_step_itself() -> None:
    story = Story(sample_files(), wants_medical="later", **CHILD)
    story.complete("welcome", wants_medical="later")
    story.tell("change_choice", wants_medical="no")
    with pytest.raises(Refusal):
        story.complete("give_aid", wants_medical="yes")


def test_no_answer_ever_stands_in_a_snapshot_or_an_entry() -> None:
    story = Story(sample_files(), wants_medical="yes", words="ZZCANARY", **CHILD)
    story.complete("welcome", wants_medical="yes", words="ZZCANARY")
    story.correct("wants_medical", "no", "ZZCANARY")
    for move in story.moves:
        assert not any(b"ZZCANARY" in process.snapshot for process in move.processes)
        assert not any("ZZCANARY" in value for entry in move.entries for value in entry.params.values())


def test_a_service_that_was_done_is_not_started_again_by_the_same_answer() -> None:
    story = Story(sample_files(), wants_medical="yes", **ADULT)
    story.wait(hours=5)
    assert "medical_care" not in story.running()
    story.tell("change_choice", wants_medical="yes")
    assert "medical_care" not in story.running()


def test_a_service_chosen_anew_starts_again_where_the_rule_says_so() -> None:
    files = changed(
        LAW, "  because: {en: Medical care was chosen", "  again: changed\n  because: {en: Medical care was chosen"
    )
    story = Story(files, wants_medical="yes", **ADULT)
    story.wait(hours=5)
    story.tell("change_choice", wants_medical="yes")
    assert "medical_care" not in story.running()
    story.tell("change_choice", wants_medical="later")
    story.tell("change_choice", wants_medical="yes")
    assert "medical_care" in story.running()


def test_what_is_said_once_more_starts_a_service_again_where_the_rule_says_so() -> None:
    files = changed(
        LAW, "  because: {en: Medical care was chosen", "  again: said\n  because: {en: Medical care was chosen"
    )
    story = Story(files, wants_medical="yes", **ADULT)
    story.wait(hours=5)
    assert "medical_care" not in story.running()
    story.tell("change_choice", wants_medical="yes")
    assert "medical_care" in story.running()


def test_a_decision_that_changes_later_starts_the_review_of_the_pathway() -> None:
    files = changed("pathways/isange.yaml", "main: case_main\n", "main: case_main\nreview: medical_care\n")
    law = files[LAW].decode().replace("  output: protection\n", "  output: protection\n  review: true\n")
    story = Story({**files, LAW: law.encode()}, wants_medical="later", **CHILD)
    story.complete("welcome", wants_medical="later")
    story.correct("birth_date", date(2005, 5, 1))
    assert [p.key for p in story.file.processes if p.scope.startswith("review:")] == ["medical_care"]


def test_a_process_that_ends_at_once_is_done_and_leaves_nothing_open() -> None:
    files = changed(CARE, "wants_medical == 'yes'</bpmn:condition>", "wants_medical is not unset</bpmn:condition>")
    story = Story(files, wants_medical="yes", **ADULT)
    story.wait(hours=5)
    done = [p for p in story.file.processes if p.key == "medical_care" and p.scope == "case"]
    assert [(p.status, p.snapshot) for p in done] == [("done", b"")]


def test_a_case_that_opens_again_has_a_way_to_close_again() -> None:
    files = changed("pathways/isange.yaml", "main: case_main\n", "main: case_main\nreopened: goodbye\n")
    listed = "- {id: follow_up_visit,"
    manifest = files["pathways/isange.yaml"].decode()
    goodbye = "- {id: goodbye, file: bpmn/goodbye.bpmn, title: {en: G, fr: G, rw: G}}\n"
    files["pathways/isange.yaml"] = manifest.replace(listed, goodbye + listed).encode()
    body = files[MAIN].decode().replace('id="case_main"', 'id="goodbye"').replace('"case_main"', '"goodbye"')
    for id in ("arrived", "welcome", "too_long", "noted", "decide_protection", "which_way", "first_aid", "give_aid",
               "close_case", "closed", "way_", "aid_", "lane", "pool", "why_first", "collaboration"):  # fmt: skip
        body = body.replace(f'"{id}', f'"g_{id}').replace(f">{id}<", f">g_{id}<")
    files["pathways/bpmn/goodbye.bpmn"] = body.encode()
    story = Story(files, wants_medical="later", **ADULT)
    story.complete("welcome", wants_medical="later")
    story.complete("close_case", wants_medical="later")
    story.tell("change_choice", wants_medical="yes")
    assert (story.file.case.status, story.running()) == ("open", ["goodbye", "medical_care"])
    story.complete("g_welcome", wants_medical="yes")
    story.complete("g_close_case", wants_medical="yes")
    assert (story.file.case.status, story.running()) == ("closed", [])


def test_news_that_came_late_go_into_the_history_and_change_nothing() -> None:
    story = Story(sample_files(), wants_medical="later", **ADULT)
    story.wait(hours=2)
    story.tell("change_choice", wants_medical="no")
    late = story.tell("change_choice", happened_at=START + timedelta(hours=1), wants_medical="yes")
    assert [(fact.value, fact.current) for fact in late.facts] == [("yes", False)]
    assert story.value("wants_medical") == "no"
    assert story.running() == ["case_main"]


def test_a_form_for_any_time_waits_for_what_it_requires() -> None:
    story = Story(changed("pathways/isange.yaml", "wants_medical is not unset", "act.police.notified"),
                  wants_medical="later", **ADULT)  # fmt: skip
    with pytest.raises(Refusal) as refused:
        story.tell("change_choice", wants_medical="yes")
    assert refused.value.code == "requires"


def test_a_limit_is_counted_from_when_it_happened_and_not_from_the_typing() -> None:
    files = changed(MAIN, ' care:acts="survivor.told">', ">")
    manifest = files["pathways/isange.yaml"].decode().replace(', acts: "survivor.told"', "")
    story = Story({**files, "pathways/isange.yaml": manifest.encode()}, wants_medical="later", incident_at=START)
    story.wait(hours=72)
    born = date(2012, 5, 1)
    story.tell("change_choice", happened_at=START + timedelta(hours=1), wants_medical="later", birth_date=born)
    duty = next(duty for duty in story.file.duties if duty.rule == "minor-report")
    assert (duty.status, duty.due_at) == ("owed", START + timedelta(hours=25))
    story.wait(minutes=1)
    assert story.status("minor-report") == "late"


@pytest.mark.parametrize(
    ("put_right", "due"),
    [(timedelta(hours=12), timedelta(hours=24)), (timedelta(hours=5), timedelta(hours=6 + 24))],
    ids=["as it was", "owed only since"],
)
def test_a_limit_goes_on_when_a_slip_is_put_right_if_it_was_owed_all_along(
    put_right: timedelta, due: timedelta
) -> None:
    later = changed(LAW, "now.protection == 'child'", "hours_since >= 10")
    story = Story(later, wants_medical="later", incident_at=START - timedelta(hours=12))
    story.wait(hours=1)
    story.correct("incident_at", START - timedelta(hours=1))
    assert story.status("minor-report") == "cancelled"
    story.wait(hours=5)
    story.correct("incident_at", START - put_right)
    duty = next(duty for duty in story.file.duties if duty.rule == "minor-report")
    assert (duty.status, duty.due_at) == ("owed", START + due)


def test_visits_move_with_their_anchor_come_back_when_wanted_again_and_are_never_planned_into_the_past() -> None:
    story = Story(sample_files(), wants_medical="yes", **ADULT)
    scope = "visit:fu_2w"
    story.correct("incident_at", START - timedelta(days=2))
    assert story.value("visit_due_at", scope) == START + timedelta(days=12)
    story.tell("change_choice", wants_medical="no")
    assert story.running(scope) == []
    story.tell("change_choice", wants_medical="yes")
    assert story.running(scope) == ["follow_up_visit"]
    old = Story(sample_files(), wants_medical="yes", **{**ADULT, "incident_at": START - timedelta(days=60)})
    assert old.running(scope) == []
