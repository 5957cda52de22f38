"""One slip in any name of the sample edition is found, where it stands."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.checks.references import check
from engine.content import from_files
from tests.unit.content_samples import CARE, CHOICE, COMMON, LAW, MAIN, MANIFEST, VISIT, changed, line_of, sample_files

SLIPS = [
    (MANIFEST, "main: case_main", "main: case_mian", "process 'case_mian', which the manifest names", "case_main"),
    (MANIFEST, "Reception: reception", "Reception: recepton", "role 'recepton', which lane Reception", "reception"),
    (MANIFEST, "form: choice, roles: [reception], acts", "form: choise, roles: [reception], acts", "form 'choise'", "choice"),
    (MANIFEST, 'acts: "case.received"', 'acts: "case.recieved"', "act 'case.recieved', which door reception", "case.received"),
    (MANIFEST, "roles: [reception], when", "roles: [recepton], when", "role 'recepton', which anytime form", "reception"),
    (MANIFEST, "fr: {welcome", "fr: {welcom", "element 'welcom', which the list of names", "welcome"),
    (MAIN, 'care:form="choice" care:acts="survivor.told[', 'care:form="chioce" care:acts="survivor.told[', "form 'chioce'", "choice"),
    (MAIN, 'care:table="protection"', 'care:table="protecton"', "table 'protecton'", "protection"),
    (MAIN, "wants_medical == 'yes']", "wants_medicl == 'yes']", "name 'wants_medicl', which act survivor.told of", "wants_medical"),
    (MAIN, 'care:due="report_hours"', 'care:due="report_hour"', "parameter 'report_hour'", "report_hours"),
    (MAIN, ">report_hours<", ">report_hors<", "parameter 'report_hors'", "report_hours"),
    (MAIN, "protection == 'child'", "protecton == 'child'", "name 'protecton', which flow way_child", "protection"),
    (CARE, "wants_medical == 'yes'", "process.medical_car == 'done'", "name 'process.medical_car'", "process.medical_care"),
    (VISIT, 'calledElement="medical_care"', 'calledElement="medical_cars"', "process 'medical_cars'", "medical_care"),
    (VISIT, ">visit_opens_at<", ">visit_open_at<", "moment 'visit_open_at'", "visit_opens_at"),
    (COMMON, "[yes, no, later], group: profile", "[yes, no, later], group: profil", "group 'profil', which fact", "profile"),
    (COMMON, "sees: [profile, clinical]", "sees: [profile, clinicl]", "group 'clinicl', which role medical", "clinical"),
    (COMMON, "else: age_stated", "else: age_state", "fact 'age_state', which derived fact", "age_stated"),
    (COMMON, "kind: hours_between, from: incident_at, to: now, group", "kind: reaches_age, from: incident_at, years: majority_aeg, group", "parameter 'majority_aeg', which derived fact", "majority_age"),
    (LAW, "output: protection", "output: protecton", "fact 'protecton', which the output of table", "protection"),
    (LAW, '"< majority_age"', '"< majority_aeg"', "name 'majority_aeg', which a row of table", "majority_age"),
    (LAW, "now.protection == 'child'", "now.protecton == 'child'", "name 'now.protecton', which duty", "now.protection"),
    (LAW, "must: police.notified", "must: police.notifed", "act 'police.notifed', which duty", "police.notified"),
    (LAW, "parameter: report_hours", "parameter: report_huors", "parameter 'report_huors'", "report_hours"),
    (LAW, "warn: warn_hours", "warn: warn_huors", "parameter 'warn_huors'", "warn_hours"),
    (LAW, "from: duty", "from: incident_att", "moment 'incident_att'", "incident_at"),
    (LAW, "holder: reception", "holder: receptoin", "role 'receptoin', which duty", "reception"),
    (LAW, "act.survivor.told", "act.survivor.tld", "name 'act.survivor.tld'", "act.survivor.told"),
    (LAW, "latest: first_moment", "latest: first_momnt", "moment 'first_momnt', which clock pep", "first_moment"),
    (LAW, "hours: report_hours", "hours: report_hous", "parameter 'report_hous', which clock pep", "report_hours"),
    (LAW, "stops: [survivor.told]", "stops: [survivor.tol]", "act 'survivor.tol', which clock pep", "survivor.told"),
    (COMMON, "group: profile, scope: visit", "group: profile, scope: visti", "scope 'visti', which fact visit_opens_at", "visit"),
    (LAW, "then: child", "then: chidl", "value of protection 'chidl', which a row of", "child"),
    (LAW, "  scope: case", "  scope: cas", "scope 'cas', which the start rule of", "case"),
    (LAW, "shown_to: [medical]", "shown_to: [medicl]", "role 'medicl', which clock pep", "medical"),
    (LAW, "- process: medical_care", "- process: medical_cares", "process 'medical_cares', which a start rule", "medical_care"),
    (LAW, "process: follow_up_visit", "process: follow_up_vist", "process 'follow_up_vist', which schedule", "follow_up_visit"),
    (LAW, "anchor: incident_at", "anchor: incidnt_at", "moment 'incidnt_at', which visit fu_2w", "incident_at"),
    (CHOICE, '  "schema": {', '  "shows": ["birth_dat"], "schema": {', "fact that a step may show 'birth_dat', which form choice", "birth_date"),
    (LAW, "role: medical}", "role: medicl}", "role 'medicl', which visit fu_2w", "medical"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "message", "at"),
    [
        ("main: case_main", "main: nowhere", "process 'nowhere', which the manifest", "main: nowhere"),
        ("main: case_main", "main: case_main\nreview: nowhere", "process 'nowhere'", "review: nowhere"),
        ("main: case_main", "main: case_main\nreopened: nowhere", "process 'nowhere'", "reopened: nowhere"),
        ("Medical: medical}", "\n  Medical: medicl}", "role 'medicl', which lane Medical", "Medical: medicl"),
        ("  rw: {welcome:", "  rw: {welcom: x, welcome:", "element 'welcom', which the list of names", "rw: {welcom"),
    ],
)
def test_what_the_manifest_names_is_told_on_its_own_line(old: str, new: str, message: str, at: str) -> None:
    files = changed(MANIFEST, old, new)

    (finding,) = [one for one in check(from_files(files, "rwanda")) if message in one.message]
    assert (finding.file, finding.line) == (MANIFEST, line_of(files, MANIFEST, at))


def test_who_the_survivor_is_is_shown_by_no_step():
    names = [id for id, fact in from_files(sample_files(), "rwanda").facts.items() if fact.group == "identity"]
    assert names
    shows = f'{{\n  "shows": ["{names[0]}"],\n  "schema"'
    found = [one.message for one in check(from_files(changed(CHOICE, '{\n  "schema"', shows), "rwanda"))]
    assert found
    assert f"There is no fact that a step may show '{names[0]}', which form choice names" in found[0]


def test_the_sample_names_nothing_that_does_not_exist():
    assert list(check(from_files(sample_files(), "rwanda"))) == []


@pytest.mark.parametrize(("file", "right", "wrong", "says", "meant"), SLIPS, ids=[slip[2] for slip in SLIPS])
def test_a_slip_in_a_name_is_found_and_the_right_one_offered(file: str, right: str, wrong: str, says: str, meant: str):
    files: Mapping[str, bytes] = changed(file, right, wrong)
    findings = list(check(from_files(files, "rwanda")))
    [finding] = [item for item in findings if says in item.message]
    assert finding.message.startswith("There is no ")
    assert finding.message.endswith(f". Did you mean {meant!r}?")
    assert finding.fix is not None
    assert finding.fix["with"] == meant
    assert finding.file == file
    assert 0 < finding.line <= line_of(files, file, wrong), "the item begins on or above the line of the slip"


def test_a_name_that_resembles_nothing_is_to_be_declared():
    files = changed(LAW, "holder: reception", "holder: zzzz")
    assert [item.message for item in check(from_files(files, "rwanda"))] == [
        "There is no role 'zzzz', which duty minor-report names. Declare it, or name one that exists"
    ]


def test_a_duty_that_only_a_correction_ends_names_facts_alone():
    files = changed(LAW, "  must: police.notified", "  ends_by: correction\n  must: police.notified")
    found = [item.message for item in check(from_files(files, "rwanda"))]
    assert any(
        one.startswith("There is no fact 'now.protection', which \"ends_by: correction\" of duty minor-report names")
        for one in found
    ), found


def test_doors_and_visits_are_values_of_their_system_facts():
    facts = (
        "- {id: door, title: {en: Door, fr: Porte, rw: Umuryango}, type: choice, values: [recption], group: profile}\n"
        "- {id: visit_role, title: {en: Role, fr: Rôle, rw: Uruhare}, type: choice, values: [medicl], group: profile, scope: visit}\n"
    )
    files = changed(COMMON, "\nacts:\n", f"{facts}\nacts:\n")
    assert sorted(item.message for item in check(from_files(files, "rwanda"))) == [
        "There is no value of door 'reception', which door reception names. Did you mean 'recption'?",
        "There is no value of visit_role 'medical', which visit fu_2w names. Did you mean 'medicl'?",
    ]
