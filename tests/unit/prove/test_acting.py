"""The monitor of a proof is the monitor of the engine: both say the same of every random course of acts and answers."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine import expressions
from engine.prove.acting import Acting
from engine.prove.focus import focus
from engine.prove.net import Net
from engine.prove.standing import Report, beginning
from engine.prove.writing import Writing
from engine.rules.duties import Monitor, MonitorState
from tests.unit.checks.edition import library
from tests.unit.test_duties import rule

ACTS = ("police.told", "consent.given", "consent.taken_back", "case.end")
LIBRARY = library(
    yaml="acts:\n" + "".join(f"- {{id: {act}, title: {{en: A, fr: A, rw: A}}}}\n" for act in ACTS if act != "case.end")
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
