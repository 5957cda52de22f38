"""What content says of who may know: groups of processes and duties, and groups seen on a condition."""

from __future__ import annotations

import pytest

from engine.checks import check
from engine.content import ContentError, from_files
from engine.expressions import parse
from tests.unit.content_samples import COMMON, LAW, MANIFEST, changed

SEES = "sees: [profile, clinical]"


def test_a_role_may_see_a_group_on_a_condition() -> None:
    role = from_files(
        changed(COMMON, SEES, "sees: [profile, {group: clinical, when: \"wants_medical == 'yes'\"}]"), "rwanda"
    )
    medical = role.roles["medical"]

    assert medical.sees == {"profile"}
    assert medical.sees_when == {"clinical": parse("wants_medical == 'yes'")}


@pytest.mark.parametrize(
    ("sees", "said"),
    [
        ("[profile, {group: clinical}]", '"when"'),
        ("[profile, {group: profile, when: \"wants_medical == 'yes'\"}]", "listed twice"),
        ("[profile, 7]", "the id of a group"),
        ('[profile, {group: clinical, when: "wants ="}]', "column"),
    ],
)
def test_a_slip_in_what_a_role_sees_is_named(sees: str, said: str) -> None:
    with pytest.raises(ContentError) as wrong:
        from_files(changed(COMMON, SEES, f"sees: {sees}"), "rwanda")
    assert said in str(wrong.value)


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        (COMMON, SEES, "sees: [profile, {group: clinicle, when: \"wants_medical == 'yes'\"}]", "no group 'clinicle'"),
        (COMMON, SEES, "sees: [profile, {group: clinical, when: \"wants_medicle == 'yes'\"}]", "'wants_medicle'"),
        (LAW, "holder: reception", "holder: reception\n  group: clinicle", "no group 'clinicle'"),
        (MANIFEST, "rw: Ubuvuzi}}", "rw: Ubuvuzi}, group: clinicle}", "no group 'clinicle'"),
    ],
)
def test_a_group_or_name_that_does_not_exist_is_found(path: str, old: str, new: str, said: str) -> None:
    found = check(from_files(changed(path, old, new), "rwanda")).findings

    assert any(said in one.message and one.severity == "error" for one in found)
