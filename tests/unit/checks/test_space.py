"""Counting with sets of bits says exactly what the engine's own evaluator says, combination by combination."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.checks.analysis.space import LIMIT, Space, TooLarge
from engine.expressions import And, Compare, Expression, Has, In, Literal_, Name, Not, Or, Unset, evaluate, parse

CLASSES = {
    "age": (17, 18, 19, None),
    "limit": (18, 21),
    "wants": ("yes", "no", None),
    "parts": ((), ("photographs",), None),
}

_atoms = st.sampled_from(
    [
        Compare(Name("age"), "<", Name("limit")),
        Compare(Name("age"), ">=", Literal_(18)),
        Compare(Name("wants"), "==", Literal_("yes")),
        In(Name("wants"), ("no",), negated=True),
        Has(Name("parts"), "photographs"),
        Unset(Name("age"), negated=False),
        Unset(Name("wants"), negated=True),
        Literal_(value=True),
    ]
)
_expressions: st.SearchStrategy[Expression] = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


@given(_expressions)
def test_true_and_unknown_are_what_the_evaluator_says(expression: Expression):
    space = Space(CLASSES)
    seen = []
    for values in product(*CLASSES.values()):
        case = dict(zip(CLASSES, values, strict=True))
        bit = space.all
        for name, value in case.items():
            bit &= space.where(name, value)
        outcome = evaluate(expression, case.__getitem__)
        assert bool(space.true(expression) & bit) == (outcome is True)
        assert bool(space.unknown(expression) & bit) == (outcome is None)
        assert space.witness(bit) == case
        seen.append(bit)
    assert sum(seen) == space.all


def test_a_name_with_one_class_is_a_constant():
    space = Space({"age": (17,)})
    assert space.true(parse("age < 18")) == space.all == 1


def test_values_that_cannot_be_ordered_are_neither_true_nor_false():
    space = Space({"wants": ("yes",)})
    assert space.unknown(parse("wants < 3")) == space.all


def test_more_combinations_than_can_be_counted_are_refused():
    with pytest.raises(TooLarge) as refused:
        Space({f"n{number}": (True, False) for number in range(21)})
    assert refused.value.size == 1 << 21 > LIMIT
