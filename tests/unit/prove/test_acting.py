"""The monitor of a proof is the monitor of the engine: both say the same of every random course of acts and answers."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine import expressions
from engine.library import DutyException
from engine.prove.acting import Acting
from engine.prove.focus import focus
from engine.prove.net import Net
from engine.prove.standing import Report, beginning
from engine.prove.writing import Writing
from engine.rules.duties import Monitor, MonitorState
from tests.unit.checks.edition import library
from tests.unit.test_duties import rule

ACTS = ("police.told", "consent.given", "consent.taken_back", "case.end")
TIMED = """\
facts:
- {id: incident_at, title: {en: When, fr: Quand, rw: Ryari}, type: datetime, group: profile}
derived:
- {id: hours_since, title: {en: Hours, fr: Heures, rw: Amasaha}, kind: hours_between, from: incident_at, to: now, group: profile}
"""  # noqa: E501  # content is written as its authors write it
LIBRARY = library(
    yaml="acts:\n"
    + "".join(f"- {{id: {act}, title: {{en: A, fr: A, rw: A}}}}\n" for act in ACTS if act != "case.end")
    + TIMED
)
NET = Net(LIBRARY)

conditions = st.sampled_from((None, "wants_police == 'yes'", "age < 18", "wants_police is unset or age >= 18"))
forms: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"form": st.just("must"), "act": st.just("police.told")}),
    st.fixed_dictionaries(
        {"form": st.just("must"), "act": st.just("police.told"), "after": st.just("consent.given")},
    ),
    st.fixed_dictionaries(
        {
            "form": st.just("never"),
            "act": st.just("police.told"),
            "without": st.just(("consent.given",)),
            "revoked_by": st.sampled_from(((), ("consent.taken_back",))),
            "scope": st.sampled_from(("case", "each")),
        }
    ),
    st.fixed_dictionaries({"form": st.just("never"), "act": st.just("police.told"), "unless": st.just("age >= 18")}),
    st.fixed_dictionaries({"form": st.just("always"), "act": st.none(), "always": st.just("age >= 18")}),
)
facts = st.fixed_dictionaries(
    {"wants_police": st.sampled_from((None, "yes", "no")), "age": st.sampled_from((None, 17, 18))}
)
steps = st.lists(st.tuples(facts, st.frozensets(st.sampled_from(ACTS), max_size=2)), max_size=8)


@given(forms, conditions, st.sampled_from(("broken", "ignore")), steps)
def test_both_monitors_agree_step_by_step(
    form: dict[str, Any],
    when: str | None,
    if_unknown: str,
    course: list[tuple[dict[str, Any], frozenset[str]]],
) -> None:
    more = {"when": when} if when else {}
    duty = rule(**{**form, **more, "if_unknown": if_unknown})
    looked = focus(LIBRARY, NET, duty, ())
    acting = Acting(LIBRARY, looked, Writing(LIBRARY, looked))
    monitor, state, control = Monitor(duty), MonitorState(), beginning(0)
    for known, acts in course:
        one = looked.valuations.space.all
        for name in looked.names:
            one &= looked.valuations.where(name, known[name])
        assert one.bit_count() == 1

        def read(expression: expressions.Expression, known: dict[str, Any] = known) -> bool | None:
            return expressions.evaluate(expression, known.__getitem__)

        report = Report()
        done = tuple(expressions.ActText(act, None) for act in sorted(acts))
        may_break = monitor.breaks(state, acts, read) if acts else False
        after = monitor.step(state, acts, read, read)
        said = list(acting.do(report, control, one, done, "step")) if acts else list(acting.step(control, one))
        if may_break or (after.status == "broken" and acts):
            assert report.broken == {"step": one}
            return
        assert not report.broken
        assert [(control_.monitor, left) for control_, left in said] == [(after, one)]
        if after.status == "broken":
            return
        state, control = after, said[0][0]._replace(closed=False)


@given(conditions.filter(bool), st.sampled_from((None, "consent.given")), steps, st.lists(st.booleans(), min_size=8))
def test_a_proof_knows_of_every_way_in_which_what_only_a_correction_ends_may_stand(
    when: str, after: str | None, course: list[tuple[dict[str, Any], frozenset[str]]], corrected: list[bool]
) -> None:
    duty = rule(act="police.told", after=after, when=when, scope="each", ends_by="correction")
    looked = focus(LIBRARY, NET, duty, ())
    acting = Acting(LIBRARY, looked, Writing(LIBRARY, looked))
    monitor, state = Monitor(duty), MonitorState()
    for (known, acts), by_correction in zip(course, corrected, strict=False):
        one = looked.valuations.space.all
        for name in looked.names:
            one &= looked.valuations.where(name, known[name])

        def read(expression: expressions.Expression, known: dict[str, Any] = known) -> bool | None:
            return expressions.evaluate(expression, known.__getitem__)

        before, state = state, monitor.step(state, acts, read, read, by_correction)
        stands = acting.step(beginning(0)._replace(monitor=before), one, acts)
        assert state in {control.monitor for control, _ in stands}


WANTED = "wants_police == 'yes' and hours_since <= 72"
timed_conditions = st.sampled_from((WANTED, "wants_police == 'yes' or hours_since > 72", "not (hours_since <= 72)"))
timed_exceptions = st.sampled_from((None, "wants_police is unset", "hours_since > 100", "age < 18"))


@given(timed_conditions, timed_exceptions, facts, st.data(), st.frozensets(st.sampled_from(ACTS), max_size=1))
def test_what_was_owed_before_time_passed_is_cancelled_only_where_the_engine_may_cancel_it(
    when: str, excepted: str | None, known: dict[str, Any], data: st.DataObject, acts: frozenset[str]
) -> None:
    """The engine reads today's facts at the time the duty arose; the prover, what they may have read then."""
    exceptions = () if excepted is None else (DutyException("one", expressions.parse(excepted), "House rule"),)
    duty = rule(act="police.told", when=when, exceptions=exceptions)
    looked = focus(LIBRARY, NET, duty, ())
    hours = looked.valuations.space.classes["hours_since"]
    now = data.draw(st.sampled_from(hours))
    earlier = [one for one in hours if one is not None and now is not None and one <= now]  # type: ignore[operator]
    then = data.draw(st.sampled_from(earlier)) if earlier else None
    one = looked.valuations.space.all
    for name in looked.names:
        one &= looked.valuations.where(name, {**known, "hours_since": now}[name])
    assert one.bit_count() == 1

    def at(moment: Any) -> Any:
        return lambda expression: expressions.evaluate(expression, {**known, "hours_since": moment}.__getitem__)

    owed = MonitorState("owed")
    after = Monitor(duty).step(owed, acts, at(now), at(then))
    acting = Acting(LIBRARY, looked, Writing(LIBRARY, looked))
    found = {control.monitor for control, _ in acting.step(beginning(0)._replace(monitor=owed), one, acts)}
    assert after in found
    if (when, known["wants_police"], acts) == (WANTED, "no", frozenset()):
        assert found == {after} == {MonitorState("cancelled")}  # whatever time it was
