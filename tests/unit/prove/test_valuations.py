"""Sets of valuations say of every single valuation what the engine's own evaluation says, and change as one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from engine import expressions
from engine.checks.analysis.situations import row_condition
from engine.model import Value
from engine.prove.classes import partition, settled
from engine.prove.standing import Control, beginning
from engine.prove.valuations import Valuations
from tests.unit.checks.edition import library

# ruff: noqa: E501  # content is written as its authors write it, one item a line

LIBRARY = library(
    yaml="""\
facts:
- {id: mood, title: {en: Mood, fr: Humeur, rw: Imimerere}, type: choice, values: [calm, sad, angry], group: profile}
parameters:
- {id: majority_age, title: {en: Majority, fr: Majorité, rw: Ubukure}, unit: years, as_of: now, values: [{from: 2000-01-01, value: 18, cite: "House rule"}]}
tables:
- id: route
  title: {en: Route, fr: Voie, rw: Inzira}
  inputs: [age, wants_police]
  output: route
  source: {cite: "House rule"}
  rows:
  - when: {age: "< majority_age"}
    then: report
    because: {en: A child, fr: Un enfant, rw: Umwana}
  - when: {age: ">= majority_age", wants_police: "== 'yes'"}
    then: choice
    because: {en: An adult who wants it, fr: Un adulte, rw: Umuntu mukuru}
  - when: {age: ">= majority_age", wants_police: [is unset, "!= 'yes'"]}
    then: none
    because: {en: An adult, fr: Un adulte, rw: Umuntu mukuru}
  - when: {age: is unset}
    then: unset
    because: {en: Not asked, fr: Pas demandé, rw: Ntibyabajijwe}
"""
)
TEXTS = (
    "age < 18",
    "age >= majority_age",
    "wants_police == 'yes'",
    "wants_police is unset",
    "mood in ('sad', 'angry')",
    "now.route == 'report'",
    "now.route is unset",
    "act.case.end",
    "process.case_main == 'running'",
)
NAMES = ("age", "mood", "wants_police")
ROWS = [item for table in LIBRARY.tables.values() for row in table.rows for cell in row.when.values() for item in cell]


def valuations(*texts: str) -> Valuations:
    read = [settled(LIBRARY, expressions.parse(text)) for text in texts]
    read += [settled(LIBRARY, row_condition(row)) for table in LIBRARY.tables.values() for row in table.rows]
    tables = LIBRARY.tables.values()
    return Valuations(
        LIBRARY,
        partition(LIBRARY, read, NAMES),
        tables,
        ("case_main",),
        ("case_main",),
        frozenset({"case.end"}),
        "none",
    )


def each(data: Valuations) -> Iterator[tuple[int, dict[str, Value | None]]]:
    """Every single valuation with what it says."""
    for indexes in product(*(range(len(data.space.classes[name])) for name in NAMES)):
        bit = data.space.all
        for name, index in zip(NAMES, indexes, strict=True):
            bit &= data.column(name, index)
        yield bit, {name: data.space.classes[name][index] for name, index in zip(NAMES, indexes, strict=True)}


def said(facts: dict[str, Value | None], control: Control) -> expressions.Lookup:
    """What the engine would read of these facts where the case stands so."""

    def look(name: str) -> Value | None:
        if name == "now.route":
            table = LIBRARY.tables["route"]
            fired = [
                row.then
                for row in table.rows
                if all(any(expressions.evaluate(cell, look) for cell in cells) for cells in row.when.values())
            ]
            assert len(fired) == 1
            return fired[0]
        if name == "majority_age":
            return 18
        if name.startswith("act."):
            return name.removeprefix("act.") in control.acts
        if name == "process.case_main":
            return control.statuses[0]
        return facts[name]

    return look


def built(depth: int = 2) -> st.SearchStrategy[str]:
    atom = st.sampled_from(TEXTS)
    if depth == 0:
        return atom
    inner = built(depth - 1)
    joined = st.tuples(inner, st.sampled_from(("and", "or")), inner).map(lambda three: f"({' '.join(three)})")
    return st.one_of(atom, joined, inner.map(lambda text: f"not ({text})"))


controls = st.builds(
    lambda status, ended: beginning(1)._replace(
        statuses=(status,), acts=frozenset({"case.end"} if ended else frozenset())
    ),
    st.sampled_from(("none", "running", "done", "cancelled")),
    st.booleans(),
)


@given(built(), controls)
def test_an_expression_reads_in_each_valuation_as_the_engine_reads_it(text: str, control: Control) -> None:
    data = valuations(*TEXTS)
    expression = expressions.parse(text)
    outcomes = data.outcomes(expression, control)
    for bit, facts in each(data):
        read = expressions.evaluate(expression, said(facts, control))
        assert bool(outcomes.true & bit) == (read is True)
        assert bool(outcomes.false & bit) == (read is False)
        assert bool(outcomes.unknown & bit) == (read is None)


@given(st.integers(min_value=0), st.sampled_from(NAMES))
def test_spreading_a_name_lets_it_take_every_class_and_leaves_the_others(some: int, name: str) -> None:
    data = valuations(*TEXTS)
    some &= data.space.all
    spread = data.spread(some, name)
    ones = dict(each(data))
    wanted = {
        tuple(sorted((item, str(value)) for item, value in {**facts, name: other}.items()))
        for bit, facts in ones.items()
        if some & bit
        for other in data.space.classes[name]
    }
    assert wanted == {
        tuple(sorted((item, str(value)) for item, value in facts.items()))
        for bit, facts in ones.items()
        if spread & bit
    }


@given(st.integers(min_value=0))
def test_time_lets_a_number_grow_and_never_shrink(some: int) -> None:
    data = valuations(*TEXTS)
    some &= data.space.all
    grown = data.grown(some, "age")
    ones = dict(each(data))
    for bit, facts in ones.items():
        earlier = [
            facts_
            for bit_, facts_ in ones.items()
            if some & bit_ and all(facts_[name] == facts[name] for name in ("mood", "wants_police"))
        ]
        age = facts["age"]
        may = any(
            one["age"] == age or (age is not None and one["age"] is not None and one["age"] <= age) for one in earlier
        )
        assert bool(grown & bit) == may


def test_values_that_read_alike_everywhere_are_one_class() -> None:
    data = valuations(*TEXTS)
    assert data.index_of("mood", "sad") == data.index_of("mood", "angry")
    assert data.index_of("mood", "calm") != data.index_of("mood", "sad")
    assert data.index_of("age", 3) == data.index_of("age", 17)
    assert data.index_of("age", 17) != data.index_of("age", 18)


def test_what_is_not_followed_may_read_either_way() -> None:
    data = valuations(*TEXTS)
    outcomes = data.outcomes(expressions.parse("process.other == 'done'"), beginning(1))
    assert outcomes.true == outcomes.false == outcomes.unknown == data.space.all
    assert "process.other" in data.hidden


def test_numbers_that_time_lets_grow_keep_their_order() -> None:
    """17 and 19 read alike where only 18 is asked for, and yet 19 comes after 18."""
    hours = library(
        yaml="""\
facts:
- {id: began_at, title: {en: When, fr: Quand, rw: Ryari}, type: datetime, group: profile}
derived:
- {id: hours, kind: hours_between, from: began_at, to: now, group: profile, title: {en: Hours, fr: Heures, rw: Amasaha}}
"""
    )
    parts = partition(hours, [expressions.parse("hours == 18")], ("hours",))
    assert len([value for value in parts["hours"].representatives if value is not None]) >= 3
