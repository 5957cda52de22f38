"""Who holds a duty: whoever is on shift, else on call, of its role, else of the next; or nobody, never both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.checks import check
from engine.content import ContentError, from_files
from engine.model import Turn
from engine.rules.rota import OVERSEES, Awake, awake_holder, chain, gaps, may_know
from tests.unit.checks.edition import found, library
from tests.unit.content_samples import COMMON, LAW, changed
from tests.walk import shipped

LIBRARY = shipped()
NIGHT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROLES = ("medical", "psychosocial", "coordinator")


def turn(role: str, person: str, kind: str = "shift", starts: float = -1, ends: float = 8) -> Turn:
    return Turn(f"{person}-{role}", "kigali", kind, role, person, NIGHT + starts * HOUR, NIGHT + ends * HOUR)  # type: ignore[arg-type]


def holder(*turns: Turn, at: datetime = NIGHT) -> Awake | None:
    return awake_holder(ROLES, turns, at)


def test_whoever_is_here_comes_before_whoever_is_called_and_their_role_before_the_next() -> None:
    called = turn("medical", "bosco", "call")
    here = turn("psychosocial", "aline")

    assert holder(here, called, turn("medical", "grace")) == Awake("medical", "shift", ("grace",))
    assert holder(here, called) == Awake("medical", "call", ("bosco",))
    assert holder(here) == Awake("psychosocial", "shift", ("aline",))
    assert holder(turn("police", "jado")) is None
    assert holder() is None


def test_a_turn_begins_at_its_first_moment_and_no_longer_holds_at_its_last() -> None:
    night = turn("medical", "bosco", "call", 0, 8)
    tick = timedelta(microseconds=1)

    assert holder(night, at=NIGHT - tick) is None
    assert holder(night, at=NIGHT) is not None
    assert holder(night, at=NIGHT + 8 * HOUR - tick) is not None
    assert holder(night, at=NIGHT + 8 * HOUR) is None


def test_somebody_who_is_twice_on_the_rota_is_named_once() -> None:
    assert holder(turn("medical", "bosco"), turn("medical", "bosco", ends=2), turn("medical", "aline")) == Awake(
        "medical", "shift", ("aline", "bosco")
    )


def test_gaps_are_what_no_turn_covers() -> None:
    turns = [
        turn("medical", "a", "call", 2, 4),
        turn("medical", "b", "call", 3, 5),
        turn("medical", "c", "call", -9, 1),
    ]
    hours = [((a - NIGHT) / HOUR, (b - NIGHT) / HOUR) for a, b in gaps(turns, NIGHT, NIGHT + 6 * HOUR)]

    assert hours == [(1, 2), (5, 6)]
    assert list(gaps([turn("medical", "a", "call", 0, 6)], NIGHT, NIGHT + 6 * HOUR)) == []
    assert list(gaps([turn("medical", "a", "call", 7, 9)], NIGHT, NIGHT + HOUR)) == [(NIGHT, NIGHT + HOUR)]


TURNS = st.builds(
    turn,
    st.sampled_from(sorted(LIBRARY.roles)),
    st.sampled_from(["aline", "bosco"]),
    st.sampled_from(["shift", "call"]),
    st.integers(-9, 9),
    st.integers(-9, 9),
)


@settings(max_examples=150)
@given(st.lists(TURNS, max_size=8), st.integers(-9, 9))
def test_every_duty_is_held_by_the_first_role_of_its_chain_that_is_awake_or_by_nobody(
    turns: list[Turn], at: int
) -> None:
    now = NIGHT + at * HOUR
    awake = {one.role for one in turns if one.starts_at <= now < one.ends_at}
    for duty in LIBRARY.duties.values():
        roles = chain(LIBRARY, duty.id, duty.holder)
        held = awake_holder(roles, turns, now)

        assert (held is None) == (not awake & set(roles))
        if held is not None:
            assert held.role == next(role for role in roles if role in awake)
            assert all(may_know(LIBRARY.roles[role], duty) for role in roles[1:])


# the shipped content


def test_every_duty_comes_to_somebody_who_oversees_the_centre_at_last_and_never_to_the_police_instead_of_others() -> (
    None
):
    chains = {duty.id: chain(LIBRARY, duty.id, duty.holder) for duty in LIBRARY.duties.values()}

    assert all(OVERSEES in LIBRARY.roles[roles[-1]].may for roles in chains.values())
    assert [id for id, roles in chains.items() if "police" in roles[1:] or "safe_room" in roles[1:]] == []
    assert chains["minor-report"] == ("medical", "psychosocial", "reception", "coordinator")
    assert chains["pep-offered"] == ("medical", "coordinator")


# the rule, as content


def test_a_duty_may_say_itself_who_holds_it_in_turn() -> None:
    told = from_files(changed(LAW, "holder: reception", "holder: [reception, medical]"), "rwanda")
    alone = from_files(changed(LAW, "holder: reception", "holder: [reception]"), "rwanda")
    plain = from_files(
        changed(COMMON, "task.work, facts.record]", "task.work, facts.record], falls_back_to: [medical]"), "rwanda"
    )

    assert chain(told, "minor-report", "reception") == ("reception", "medical")
    assert chain(alone, "minor-report", "reception") == ("reception",)
    assert chain(plain, "minor-report", "reception") == ("reception", "medical")
    assert chain(plain, "a duty of another edition", "a role of another edition") == ("a role of another edition",)


def test_a_role_that_does_not_see_what_a_duty_tells_of_is_passed_over() -> None:
    for seen, group in product(("profile", "clinical"), ("profile", "identity")):
        files = changed(LAW, "holder: reception", f"holder: [reception, medical]\n  group: {group}")
        files[COMMON] = files[COMMON].replace(b"sees: [profile, clinical]", f"sees: [{seen}]".encode())
        knows = seen == group

        assert (chain(from_files(files, "rwanda"), "minor-report", "reception")[1:] == ("medical",)) == knows


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        (LAW, "holder: reception", "holder: [reception, medicle]", "no role 'medicle'"),
        (COMMON, "task.work]}", "task.work], falls_back_to: [receptoin]}", "no role 'receptoin'"),
        (COMMON, "task.work]}", "task.work], falls_back_to: [medical]}", "falls back to itself"),
        (LAW, "holder: reception", "holder: [reception, medical]\n  group: identity", "does not see identity"),
    ],
)
def test_a_fall_back_that_leads_nowhere_is_an_error(path: str, old: str, new: str, said: str) -> None:
    findings = check(from_files(changed(path, old, new), "rwanda")).findings

    assert [one.severity for one in findings if said in one.message] == ["error"]


@pytest.mark.parametrize(("holder", "said"), [("[]", "at least one role"), ("[a, a]", "listed twice"), ("7", "id")])
def test_a_slip_in_the_holders_is_named(holder: str, said: str) -> None:
    with pytest.raises(ContentError) as wrong:
        from_files(changed(LAW, "holder: reception", f"holder: {holder}"), "rwanda")
    assert said in str(wrong.value)


def test_a_holder_who_does_not_see_what_its_duty_tells_of_is_warned_of() -> None:
    slip = changed(LAW, "holder: reception", "holder: reception\n  group: clinical")
    findings = check(from_files(slip, "rwanda")).findings

    assert [one.severity for one in findings if "Role reception holds minor-report" in one.message] == ["warning"]


def test_only_what_can_be_owed_needs_somebody_else() -> None:
    duty = (
        'duties:\n- {id: d, title: {en: a, fr: b, rw: c}, kind: law, never: case.end, unless: "age > 3",'
        ' severity: block, holder: reception, source: {cite: "House rule"}}\n'
    )
    assert found("fall-back", library(yaml=duty)) == []
