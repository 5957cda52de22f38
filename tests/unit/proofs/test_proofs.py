"""A proof holds as long as nothing changes that it depends on, and not a moment longer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from unittest.mock import patch

import pytest

from engine.content import from_files
from engine.drills.vocabulary import Vocabulary, plain_vocabulary
from engine.library import DutyRule, Library
from engine.proofs import ProofRecord, RecordError, accepting, in_the_way, making, proved, read_record, write_record
from engine.proofs.making import Effort, for_good, while_waiting
from engine.proofs.memory import Memory
from engine.prove.net import Net
from engine.prove.proving import BUDGET
from tests.unit.witness.gaps import GAPS
from tests.walk import ROOT

GAP = GAPS["a wish is withdrawn while the report is being written"]
FILES = GAP.files(mended=True)
DUTY = "the_duty"
Files = dict[str, bytes]


def made(
    files: Files, *known: ProofRecord, effort: Callable[[DutyRule], Effort] = while_waiting
) -> tuple[ProofRecord, int]:
    """The record of some files, and how many proofs were sought for it."""
    library = from_files(files, "rwanda")
    with patch.object(making, "judge", wraps=making.judge) as judge:
        record = proved(library, words(library), known, effort)
    return record, judge.call_count


def words(library: Library) -> Vocabulary:
    return replace(plain_vocabulary(library), born="born")


BEFORE, _ = made(FILES)
NEXT_TO_NONE = Effort(steps=1, deeds=0)
IN_VAIN, _ = made(FILES, effort=lambda duty: NEXT_TO_NONE)


def changed(path: str, old: str, new: str) -> Files:
    assert old.encode() in FILES[path]
    return FILES | {path: FILES[path].replace(old.encode(), new.encode())}


MAIN = "pathways/bpmn/case_main.bpmn"
RULES = "rules/rwanda/example.yaml"
HARMLESS: dict[str, Files] = {
    "nothing": FILES,
    "the name of a step": changed(MAIN, "Tell the police", "Inform the police"),
    "the title of the duty": changed(RULES, "Tell the police rightly", "Inform the police rightly"),
    "a limit of time": changed(RULES, "value: 24", "value: 48"),
    "a form that asks nothing of the duty": FILES | {"forms/nothing.json": FILES["forms/leaving.json"]},
}
HARMFUL: dict[str, Files] = {
    "the condition of the duty": changed(RULES, "unless: \"wants_police == 'yes'\"", "unless: \"left == 'yes'\""),
    "what a step asks for first": GAP.files(mended=False),
    "what a step does": changed(MAIN, 'care:acts="case.end"', 'care:acts="case.end; police.told"'),
    "where a flow leads": changed(MAIN, "wants_police == 'yes'", "wants_police == 'no'"),
    "how the duty is enforced": changed(RULES, "severity: block", "severity: warn"),
    "an answer that a form takes": FILES
    | {"forms/wish.json": FILES["forms/wish.json"].replace(b'"enum": ["yes", "no"]', b'"enum": ["yes"]')},
}


@pytest.mark.parametrize("what", HARMLESS)
def test_a_change_that_makes_no_difference_asks_for_no_new_proof(what: str) -> None:
    record, sought = made(HARMLESS[what], BEFORE)
    assert sought == 0
    assert record.proofs[DUTY].verdict == BEFORE.proofs[DUTY].verdict


@pytest.mark.parametrize("what", HARMFUL)
def test_a_change_that_may_make_a_difference_is_proved_anew(what: str) -> None:
    record, sought = made(HARMFUL[what], BEFORE)
    assert sought == 1
    assert record.proofs[DUTY].key != BEFORE.proofs[DUTY].key


def test_what_was_proved_before_does_not_hide_that_a_duty_is_broken_now() -> None:
    record, _ = made(GAP.files(mended=False), BEFORE)
    assert record.proofs[DUTY].verdict.status == "broken"
    assert "Scenario" in record.proofs[DUTY].drill


def test_a_broken_duty_is_not_walked_again_while_not_a_letter_changes() -> None:
    broken, _ = made(GAP.files(mended=False))
    again, sought = made(GAP.files(mended=False), broken)
    assert (sought, again) == (0, broken)


@pytest.mark.parametrize("what", HARMLESS)
def test_what_was_looked_at_in_vain_is_not_looked_at_again_after_a_change_that_makes_no_difference(what: str) -> None:
    record, sought = made(HARMLESS[what], IN_VAIN, effort=lambda duty: NEXT_TO_NONE)
    assert sought == 0
    assert record.proofs[DUTY].verdict == IN_VAIN.proofs[DUTY].verdict


@pytest.mark.parametrize("what", HARMFUL)
def test_nor_is_it_left_at_that_after_one_that_may(what: str) -> None:
    _, sought = made(HARMFUL[what], IN_VAIN, effort=lambda duty: NEXT_TO_NONE)
    assert sought == 1


def test_what_was_looked_at_in_vain_is_looked_at_again_by_whoever_has_more_time() -> None:
    record, sought = made(FILES, IN_VAIN)
    assert (sought, record.proofs[DUTY].verdict.status) == (1, "proved")


def test_who_signed_for_another_edition_has_not_signed_for_this_one() -> None:
    signed = replace(BEFORE.proofs[DUTY], accepted="signed", accepted_by="minister")
    record, sought = made(FILES, replace(BEFORE, proofs={DUTY: signed}))
    assert (sought, record.proofs[DUTY].accepted, record.proofs[DUTY].accepted_by) == (0, "", "")


def test_what_is_to_be_proved_anew_is_only_looked_at_as_finely_as_before() -> None:
    library = from_files(FILES, "rwanda")
    with patch.object(making, "judge", wraps=making.judge) as judge:
        record = proved(library, words(library), [BEFORE], anew=True)
    assert judge.call_count == 1
    assert record.proofs[DUTY].looked == BEFORE.proofs[DUTY].looked


def test_a_proof_of_another_prover_counts_as_none() -> None:
    record, sought = made(FILES, replace(BEFORE, checker="another"))
    assert sought == 1
    assert record.proofs[DUTY].verdict.status == "proved"


def test_how_finely_it_looked_last_is_where_it_begins() -> None:
    """The course from the coarsest look to the finest is not gone again."""
    record, _ = made(FILES, replace(BEFORE, checker="another"))
    assert record.proofs[DUTY].spent <= BEFORE.proofs[DUTY].spent
    assert record.proofs[DUTY].looked == BEFORE.proofs[DUTY].looked


def test_what_was_proved_once_is_not_given_up_for_want_of_a_second() -> None:
    assert IN_VAIN.proofs[DUTY].verdict.status == "unproved"
    record, sought = made(FILES, replace(BEFORE, checker="another"), effort=lambda duty: NEXT_TO_NONE)
    assert (sought, record.proofs[DUTY].verdict.status) == (1, "proved")


def test_a_duty_that_only_warns_and_was_not_proved_is_not_looked_at_while_somebody_waits() -> None:
    warns = changed(RULES, "severity: block", "severity: warn")
    before, _ = made(warns, effort=lambda duty: NEXT_TO_NONE)
    assert before.proofs[DUTY].verdict.status == "unproved"

    whole = replace(before, checker="another", proofs={DUTY: replace(before.proofs[DUTY], most=BUDGET)})
    record, sought = made(warns, whole)
    assert (sought, record.proofs[DUTY].verdict.status) == (0, "unproved")
    assert "`isange prove` looks at it" in record.proofs[DUTY].verdict.because

    once_more, sought = made(warns, record, whole, effort=for_good)
    assert (sought, once_more.proofs[DUTY].verdict.status) == (1, "proved")


def test_a_duty_that_only_warns_and_was_looked_at_a_little_or_proved_once_is_looked_at_again() -> None:
    warns = changed(RULES, "severity: block", "severity: warn")
    little, _ = made(warns, effort=lambda duty: NEXT_TO_NONE)
    whole = replace(little, checker="another", proofs={DUTY: replace(little.proofs[DUTY], most=BUDGET)})
    for known in ((little,), (whole, replace(BEFORE, checker="another"))):
        record, sought = made(warns, *known)
        assert (sought, record.proofs[DUTY].verdict.status) == (1, "proved")


OWED = "suicide-answered"
"""A duty of the shipped content that is shown to be possible wherever it is owed."""


def test_what_was_proved_and_shown_is_seen_again_by_one_search() -> None:
    from tests.walk import shipped, vocabulary

    (known,) = proved(shipped(), vocabulary(), duties={OWED}).proofs.values()
    record = replace(BEFORE, proofs={OWED: known}, checker="another")

    (again,) = proved(shipped(), vocabulary(), [record], duties={OWED}).proofs.values()

    assert (again.verdict.status, again.verdict.progress) == ("proved", known.verdict.progress) == ("proved", "shown")
    assert again.spent <= 0.6 * known.spent


def test_what_could_not_be_shown_is_not_sought_again_while_somebody_waits() -> None:
    from tests.walk import shipped, vocabulary

    duty = "rights-told"
    (known,) = proved(shipped(), vocabulary(), duties={duty}, effort=lambda _: Effort(progress=1)).proofs.values()
    assert (known.verdict.status, known.verdict.progress) == ("proved", "not shown")
    record = replace(BEFORE, proofs={duty: known}, checker="another")

    (again,) = proved(shipped(), vocabulary(), [record], duties={duty}).proofs.values()

    assert (again.verdict.status, again.verdict.progress) == ("proved", "not shown")
    assert again.spent < known.spent


def test_a_new_duty_is_looked_at_first_as_one_about_the_same_act() -> None:
    library = from_files(FILES, "rwanda")
    known = library.duties[DUTY]
    others = {
        "new": replace(known, id="new"),
        "of another act": replace(known, id="of another act", act="case.end", without=(), before="case.end"),
    }
    memory = Memory(replace(library, duties={**library.duties, **others}), Net(library), "", [BEFORE])

    assert memory.hint(others["new"]) == BEFORE.proofs[DUTY].looked
    assert memory.hint(others["of another act"]) is None


def test_what_must_not_be_looked_at_any_more_is_no_hint() -> None:
    gone = replace(BEFORE.proofs[DUTY].looked, processes=("vanished",), names=frozenset({"also_vanished"}))
    stale = replace(BEFORE.proofs[DUTY], looked=gone)
    record, sought = made(FILES, replace(BEFORE, proofs={DUTY: stale}))
    assert (sought, record.proofs[DUTY].verdict.status) == (1, "proved")


def test_two_processes_come_to_the_same_as_one() -> None:
    from tests.walk import shipped, vocabulary

    few = {"rights-first", "evidence-consent", "life-first", "told-once"}
    library = shipped()
    library = replace(library, duties={id_: duty for id_, duty in library.duties.items() if id_ in few})
    one, two = (proved(library, vocabulary(), processes=processes) for processes in (1, 2))
    without_times = [
        [replace(proof, verdict=replace(proof.verdict, ms=0.0)) for proof in record.proofs.values()]
        for record in (one, two)
    ]
    assert without_times[0] == without_times[1]


def test_only_the_duties_that_were_asked_for_are_proved() -> None:
    library = from_files(FILES, "rwanda")
    for asked in ((DUTY,), ()):
        assert tuple(proved(library, words(library), duties=asked).proofs) == asked


def test_whoever_waits_is_told_how_far_it_is() -> None:
    told: list[tuple[int, int, str]] = []
    library = from_files(FILES, "rwanda")
    proved(library, words(library), told=lambda done, of, proof: told.append((done, of, proof.verdict.id)))
    assert told == [(1, 1, DUTY)]


SAY_KEY = """
from engine.content import from_files
from tests.unit.proofs.test_proofs import FILES, DUTY, made
print(made(FILES)[0].proofs[DUTY].key)
"""


def test_the_same_content_has_the_same_key_in_every_process() -> None:
    keys = {
        subprocess.run(  # noqa: S603  # our own program
            [sys.executable, "-c", SAY_KEY],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert keys == {f"{BEFORE.proofs[DUTY].key}\n"}


# --- the record as a file ---


def test_a_record_comes_back_from_its_file_as_it_was() -> None:
    for record in (BEFORE, made(GAP.files(mended=False))[0]):
        assert read_record(write_record(record)) == record


SPOILT: dict[str, Callable[[dict[str, object]], object]] = {
    "no JSON": lambda data: "{",
    "a list": lambda data: [],
    "of another version": lambda data: {**data, "shape": 99},
    "without duties": lambda data: {name: value for name, value in data.items() if name != "duties"},
    "with duties that are none": lambda data: {**data, "duties": [1]},
    "with a verdict that there is not": lambda data: {
        **data, "duties": [{**duty, "status": "fine"} for duty in data["duties"]]  # type: ignore[attr-defined]
    },
    "with a number for a key": lambda data: {
        **data, "duties": [{**duty, "key": 7} for duty in data["duties"]]  # type: ignore[attr-defined]
    },
}  # fmt: skip


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_no_record_is_refused_in_words(how: str) -> None:
    spoilt = SPOILT[how](BEFORE.to_json())
    text = spoilt if isinstance(spoilt, str) else json.dumps(spoilt)
    with pytest.raises(RecordError, match=r"proof record|is proved, broken or unproved"):
        read_record(text)


# --- what stands in the way of publishing ---


def unproved(**changes: object) -> ProofRecord:
    proof = BEFORE.proofs[DUTY]
    verdict = replace(proof.verdict, **{"status": "unproved", **changes})  # type: ignore[arg-type]
    return replace(BEFORE, proofs={DUTY: replace(proof, verdict=verdict)})


def test_nothing_is_in_the_way_once_every_duty_is_proved() -> None:
    assert in_the_way(BEFORE) == ()


def test_an_unproved_duty_is_in_the_way_until_somebody_signs_for_it() -> None:
    (obstacle,) = in_the_way(unproved())
    assert obstacle.duty == DUTY
    signed = accepting(unproved(), {DUTY: "the two facts stand in one form"}, "ama")
    assert in_the_way(signed) == ()
    assert (signed.proofs[DUTY].accepted, signed.proofs[DUTY].accepted_by) == ("the two facts stand in one form", "ama")


def test_an_unproved_duty_that_only_warns_is_in_nobody_s_way() -> None:
    assert in_the_way(unproved(severity="warn")) == ()


@pytest.mark.parametrize("severity", ["block", "warn"])
def test_nobody_can_sign_for_a_duty_that_a_case_breaks(severity: str) -> None:
    broken = unproved(status="broken", severity=severity)
    assert [item.duty for item in in_the_way(broken)] == [DUTY]
    with pytest.raises(RecordError, match="only what is unproved can be accepted"):
        accepting(broken, {DUTY: "we take care"}, "ama")


def test_nor_for_one_that_can_never_come_up() -> None:
    vacuous = unproved(status="proved", vacuous=True)
    assert [item.why for item in in_the_way(vacuous)] == ["it can never come up: mend its condition or its acts"]


def test_a_reason_is_needed_and_the_duty_must_be_there() -> None:
    with pytest.raises(RecordError, match="Say why"):
        accepting(unproved(), {DUTY: "looks fine"}, "ama")
    with pytest.raises(RecordError, match=DUTY):
        accepting(unproved(), {"no-such-duty": "because"}, "ama")
