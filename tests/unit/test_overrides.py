"""Going on past a duty by giving a reason, and making good what is late or broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.content import ContentError, from_files
from engine.model import Override, Refusal
from engine.prove import verdicts
from tests.unit.content_samples import COMMON, LAW, MAIN, changed, sample_files
from tests.unit.keeping import START, Story

CHILD = {"birth_date": date(2012, 5, 1), "incident_at": START - timedelta(hours=5)}
MAY = "  override: {roles: [reception], reason: required}\n  holder: reception\n"
GOOD = (
    "  if_broken: {title: {en: The lateness is explained, fr: Retard, rw: Gutinda}, must: survivor.told,"
    " within: {parameter: report_hours, warn: warn_hours}, holder: medical}\n  holder: reception\n"
)
REASON = "- {id: override_reason, title: {en: Why, fr: Motif, rw: Impamvu}, type: text, group: profile, scope: duty}\n"
WHY = "The officer sits beside her"
KNOWING = Override(frozenset({"reception"}), WHY, frozenset({"minor-report"}))


def with_law(more: str) -> dict[str, bytes]:
    """The sample whose one duty says more; nothing but the report itself meets it."""
    files = changed(LAW, "  holder: reception\n", more)
    common = files[COMMON].decode().replace("\nacts:\n", f"\n{REASON}\nacts:\n")
    law = files[LAW].decode()
    law = law.replace('  exceptions: [{id: told, when: "act.survivor.told", cite: "House rule"}]\n', "")
    return {**files, COMMON: common.encode(), LAW: law.encode()}


def at_the_end(more: str = MAY) -> Story:
    story = Story(with_law(more), wants_medical="later", **CHILD)
    story.complete("welcome", wants_medical="later")
    story.complete("give_aid", wants_medical="later")
    return story


def test_a_role_that_may_is_offered_to_go_on_and_no_other_is() -> None:
    story = at_the_end()
    offered = {}
    for role in ("reception", "medical"):
        with pytest.raises(Refusal) as refused:
            story.complete("close_case", override=Override(frozenset({role})), wants_medical="later")
        assert refused.value.duties == ("minor-report",)
        offered[role] = refused.value.overridable
    assert offered == {"reception": True, "medical": False}


def test_a_reason_of_another_role_moves_nothing() -> None:
    story = at_the_end()
    with pytest.raises(Refusal):
        story.complete("close_case", override=replace(KNOWING, roles=frozenset({"medical"})), wants_medical="later")
    assert (story.open, story.status("minor-report")) == (["close_case"], "owed")


def test_with_a_reason_the_step_is_done_and_the_duty_says_that_it_was_passed_over() -> None:
    story = at_the_end()
    move = story.complete("close_case", override=KNOWING, wants_medical="later")
    duty = next(duty for duty in story.file.duties if duty.rule == "minor-report")
    assert story.file.case.status == "closed"
    assert (duty.status, duty.because, duty.closed_at) == ("broken", "overridden", story.now)
    assert story.value("override_reason", "duty:minor-report") == WHY
    told = [dict(entry.params) for entry in move.entries if entry.kind == "duty.overridden"]
    assert told == [{"duty": "minor-report", "role": "reception"}]
    assert not any(WHY in str(entry.params) for entry in move.entries)


def test_what_each_act_demands_is_not_owed_any_more_once_it_was_passed_over() -> None:
    story = at_the_end(MAY + "  after: case.received\n")
    assert story.status("minor-report") == "owed"
    story.complete("close_case", override=KNOWING, wants_medical="later")
    assert story.status("minor-report") == "broken"
    story.correct("wants_medical", "no")
    assert story.status("minor-report") == "broken"


def test_one_duty_that_nobody_may_override_keeps_the_step_refused() -> None:
    files = with_law(MAY)
    law = files[LAW].decode()
    start = law.index("- id: minor-report")
    second = law[start : law.index("clocks:")].replace("minor-report", "second-report")
    second = second.replace("  override: {roles: [reception], reason: required}\n", "")
    story = Story({**files, LAW: law.replace("clocks:", f"{second}clocks:").encode()}, wants_medical="later", **CHILD)
    story.complete("welcome", wants_medical="later")
    story.complete("give_aid", wants_medical="later")
    with pytest.raises(Refusal) as refused:
        story.complete("close_case", override=KNOWING, wants_medical="later")
    assert (refused.value.duties, refused.value.overridable) == (("minor-report", "second-report"), False)
    assert story.status("minor-report") == "owed"


def test_a_reason_given_before_the_duty_stood_in_the_way_does_not_count_for_it() -> None:
    story = at_the_end()
    for shown in (frozenset[str](), frozenset({"another"})):
        with pytest.raises(Refusal) as refused:
            story.complete("close_case", override=replace(KNOWING, duties=shown), wants_medical="later")
        assert (refused.value.duties, refused.value.overridable) == (("minor-report",), True)
    assert story.status("minor-report") == "owed"
    story.complete("close_case", override=replace(KNOWING, duties=KNOWING.duties | {"another"}), wants_medical="later")
    assert story.status("minor-report") == "broken"


def test_a_reason_where_nothing_stands_in_the_way_leaves_no_trace() -> None:
    story = Story(with_law(MAY), wants_medical="later", **CHILD)
    move = story.complete("welcome", override=KNOWING, wants_medical="later")
    assert "override_reason" not in {fact.name for fact in move.facts}


# what makes good


def test_what_makes_a_duty_good_is_owed_from_when_it_is_late_by_its_own_holder_and_limit() -> None:
    story = Story(with_law(GOOD), wants_medical="later", **CHILD)
    assert story.status("minor-report-if-broken") == "idle"
    story.wait(hours=25)
    good = next(duty for duty in story.file.duties if duty.rule == "minor-report-if-broken")
    assert (story.status("minor-report"), good.status, good.holder) == ("late", "owed", "medical")
    assert good.opened_at == story.now
    assert good.due_at == story.now + timedelta(hours=24)
    assert good.warn_at == story.now + timedelta(hours=20)
    story.wait(hours=25)
    assert story.status("minor-report-if-broken") == "late"


def test_what_makes_good_stays_owed_when_the_late_duty_is_met_and_holds_the_case_open() -> None:
    files = with_law(GOOD)
    main = files[MAIN].decode().replace('id="give_aid"', 'id="give_aid" care:acts="police.notified"')
    story = Story({**files, MAIN: main.encode()}, wants_medical="later", **CHILD)
    story.wait(hours=25)
    story.complete("welcome", wants_medical="later")
    story.complete("give_aid", wants_medical="later")
    assert (story.status("minor-report"), story.status("minor-report-if-broken")) == ("met", "owed")
    with pytest.raises(Refusal) as refused:
        story.complete("close_case", wants_medical="later")
    assert refused.value.duties == ("minor-report-if-broken",)
    story.tell("change_choice", wants_medical="later")  # does survivor.told
    assert story.status("minor-report-if-broken") == "met"


def test_a_duty_that_was_never_late_needs_nothing_made_good() -> None:
    story = Story(with_law(GOOD), wants_medical="later", **CHILD)
    story.tell("change_choice", wants_medical="later")
    story.wait(hours=20)
    assert story.status("minor-report-if-broken") == "idle"


NEVER = (
    "  never: survivor.told\n  without: [case.received]\n  revoked_by: [survivor.told]\n  override:"
    " {roles: [reception], reason: required}\n  if_broken: {title: {en: G, fr: G, rw: G}, must: police.notified}\n"
)


def test_whoever_goes_on_past_what_must_never_be_done_owes_what_makes_it_good() -> None:
    files = with_law("  holder: reception\n")
    law = files[LAW].decode().replace("  must: police.notified\n", NEVER)
    law = law.replace("  within: {parameter: report_hours, from: duty, warn: warn_hours}\n", "")
    story = Story({**files, LAW: law.encode()}, wants_medical="later", **CHILD)
    story.tell("change_choice", override=KNOWING, wants_medical="later")
    assert (story.status("minor-report"), story.status("minor-report-if-broken")) == ("broken", "owed")
    assert story.library.duties["minor-report-if-broken"].override == ()


# what content may not say


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        (MAY.replace("required", "asked"), "unknown_word", "required"),
        (MAY.replace("roles: [reception], ", ""), "missing_key", "roles"),
        (MAY.replace("[reception]", "[]"), "shape", "at least one role"),
        (MAY + GOOD.replace("  holder: reception\n", ""), "duty_form", "use one of the two"),
        (GOOD.replace("within: {", "within: {from: act, "), "unknown_key", '"from"'),
        (GOOD.replace("title: {en: The lateness is explained, fr: Retard, rw: Gutinda}, ", ""), "missing_key", "title"),
    ],
)
def test_a_slip_is_told_with_its_file_and_line(more: str, code: str, says: str) -> None:
    with pytest.raises(ContentError) as wrong:
        from_files(with_law(more), "rwanda")
    told = [one for one in wrong.value.complaints if one.code == code]
    assert told
    assert all(says in one.message and one.where.file == LAW and one.where.line for one in told)


def test_a_duty_that_only_records_stands_in_nobodys_way() -> None:
    files = {path: data.replace(b"severity: block", b"severity: record") for path, data in with_law(MAY).items()}
    with pytest.raises(ContentError, match="stands in nobody's way"):
        from_files(files, "rwanda")


def test_the_id_of_what_makes_good_is_nobodys_own() -> None:
    files = {path: data.replace(b"minor-report", b"minor-if-broken") for path, data in sample_files().items()}
    with pytest.raises(ContentError, match="ends in -if-broken"):
        from_files(files, "rwanda")


# what a proof says


def test_a_proof_takes_no_notice_of_an_override_and_says_so() -> None:
    plain, may = (
        {verdict.id: verdict for verdict in verdicts(from_files(with_law(more), "rwanda"))}["minor-report"]
        for more in ("  holder: reception\n", MAY)
    )
    assert plain.status == may.status == "unproved"
    assert "overrode" in may.because
    assert "overrode" not in plain.because


def test_what_makes_good_is_never_said_to_be_proved() -> None:
    said = {verdict.id: verdict for verdict in verdicts(from_files(with_law(GOOD), "rwanda"))}
    assert said["minor-report-if-broken"].status == "unproved"
    assert "minor-report is late or broken" in said["minor-report-if-broken"].because
