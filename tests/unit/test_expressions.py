"""The expression language: what it says, what it refuses, and that writing it down loses nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.expressions import (
    KEYWORDS,
    MAX_DEPTH,
    MAX_LENGTH,
    ActText,
    And,
    Compare,
    Constant,
    Expression,
    ExpressionError,
    ExpressionTypeError,
    Has,
    In,
    Literal_,
    Name,
    Not,
    Or,
    Truth,
    Unset,
    evaluate,
    names,
    parse,
    parse_acts,
    write,
)

MANUAL = (Path(__file__).parents[2] / "docs" / "expressions.md").read_text(encoding="utf-8")
WORDS = {"true": True, "false": False, "unknown": None}


def rows(section: str) -> list[list[str]]:
    """The cells of the table in a section of the manual, without their backticks."""
    text = MANUAL.split(f"## {section}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


class TestManual:
    @pytest.mark.parametrize(("text", "facts", "result"), rows("Examples"))
    def test_every_example_is_what_the_manual_says(self, text: str, facts: str, result: str) -> None:
        known = {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(facts).items()}

        assert evaluate(parse(text), known.get) is WORDS[result]

    @pytest.mark.parametrize(("text", "because"), rows("Refused"))
    def test_every_refusal_is_worded_as_in_the_manual(self, text: str, because: str) -> None:
        with pytest.raises(ExpressionError) as refused:
            parse(text)
        assert refused.value.problem == because

    def test_the_acts_of_the_manual_are_read(self) -> None:
        block = MANUAL.split("## Acts\n")[1].split("```")[1]

        assert [[act.act for act in parse_acts(line)] for line in block.strip().splitlines()] == [
            ["police.notified"],
            ["consent.police", "survivor.told"],
        ]


ESCAPES = [
    "__import__('os')",
    "__import__('os').system('id')",
    "().__class__",
    "''.__class__.__mro__",
    "x.__class__ == 'y'",
    "x.__class__.__subclasses__()",
    "act.__class__ == 'y'",
    "act.x.__globals__ == 'y'",
    "getattr(x, 'y')",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "print(x)",
    "type(x) == 'str'",
    "lambda: 1",
    "(lambda: x)()",
    "[x for x in y]",
    "{x for x in y}",
    "(x for x in y)",
    "{'a': 1}",
    "[1, 2]",
    "x[0] == 1",
    "x['a'] == 1",
    "f'{x}' == 'a'",
    "f'{x.__class__}'",
    "'%s' % x == 'a'",
    "'{0.__class__}'.format(x) == 'a'",
    "x.format(y) == 'a'",
    "(x := 1) == 1",
    "x = 1",
    "x == 1; y == 2",
    "x == 1\ny == 2",
    "import os",
    "x if y else z",
    "x and (y or",
    "10 ** 100 == x",
    "9 ** 9 ** 9 == x",
    "1 << 100 == x",
    "x * 2 == 4",
    "x - 1 == 4",
    "-x == 4",
    "~x == 4",
    "x | y",
    "x & y",
    "x @ y",
    "x == 1e400",
    "x == 0x10",
    "x == 1_000",
    "x == 1j",
    "x == 1.5.5",
    "x == " + "9" * 13,
    "x == ١٢",
    "x == None",
    "x == True",
    "x is None",
    "x == ...",
    "x == *y",
    "x < y < z",
    "await x",
    "yield x",
    "x == 'a' 'b'",
    "x == 'a\\'b'",
    "x == 'a\nb'",
    "x == 'unclosed",
    'x == """a"""',
    "x == `id`",
    "x == $HOME",
    "x == ${HOME}",
    "x # comment",
    "x == 1 --",
    "",
    "   ",
    "()",
    "and",
    "not",
    "x not",
    "x in ()",
    "x in ('a',)",
    "x in (y)",
    "x has y",
    "in == 'a'",
    "unset",
    "'a' in ('a')",
    "ｘ == 1",
    "x\u200b == 1",
    "x == 1\x00",
]


class TestRefusals:
    @pytest.mark.parametrize("text", ESCAPES)
    def test_what_is_not_in_the_language_is_refused_with_its_column(self, text: str) -> None:
        with pytest.raises(ExpressionError) as refused:
            parse(text)
        assert 1 <= refused.value.column <= len(text) + 1
        assert refused.value.problem

    def test_an_endless_text_is_refused(self) -> None:
        with pytest.raises(ExpressionError, match=f"Longer than {MAX_LENGTH}"):
            parse("x or " * MAX_LENGTH + "x")

    @pytest.mark.parametrize("nested", ["(", "not "])
    def test_deep_nesting_is_refused(self, nested: str) -> None:
        closing = ")" if nested == "(" else ""
        assert parse(nested * (MAX_DEPTH - 1) + "x" + closing * (MAX_DEPTH - 1))
        with pytest.raises(ExpressionError, match=f"Nested deeper than {MAX_DEPTH}"):
            parse(nested * MAX_DEPTH + "x" + closing * MAX_DEPTH)

    @pytest.mark.parametrize(("text", "column"), [("x == $", 6), ("x == 1 and", 11), ("  x ! 1", 5), ("x is", 5)])
    def test_the_column_is_where_it_goes_wrong(self, text: str, column: int) -> None:
        with pytest.raises(ExpressionError) as refused:
            parse(text)
        assert refused.value.column == column

    @pytest.mark.parametrize(
        ("text", "column"),
        [
            ("police", 1),
            ("police.notified; os.system('id')", 18),
            ("police.notified[x == $]", 22),
            ("a.b; c.d[x ==]", 14),
            ("a.b; c.d[]", 10),
            ("police.notified[a[b]]", 1),
            ("Police.Notified", 1),
        ],
    )
    def test_an_act_that_is_none_is_refused_with_its_column(self, text: str, column: int) -> None:
        with pytest.raises(ExpressionError) as refused:
            parse_acts(text)
        assert refused.value.column == column
        assert refused.value.text == text


class TestReading:
    def test_acts_are_read_with_their_conditions(self) -> None:
        assert parse_acts(" police.notified ;consent.police[ x == 'yes' ];") == (
            ActText("police.notified", None),
            ActText("consent.police", Compare(Name("x"), "==", Literal_("yes"))),
        )

    def test_not_binds_closer_than_and_and_and_closer_than_or(self) -> None:
        assert parse("not a and b or c") == Or((And((Not(Truth(Name("a"))), Truth(Name("b")))), Truth(Name("c"))))

    def test_every_name_that_is_read_is_known(self) -> None:
        text = "a == b and (c in ('x') or not d has 'x') and e is unset and act.f.g and 1 < h and true"
        assert names(parse(text)) == {"a", "b", "c", "d", "e", "act.f.g", "h"}

    def test_what_has_no_order_is_a_fault_of_the_content_and_not_a_guess(self) -> None:
        with pytest.raises(ExpressionTypeError, match="Cannot order str and int"):
            evaluate(parse("x < 1"), {"x": "a"}.get)
        with pytest.raises(ExpressionTypeError, match="Expected x to be true or false"):
            evaluate(parse("x"), {"x": "yes"}.get)


# expressions at random, as trees

NAMES = st.builds(
    Name,
    st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True).filter(lambda word: word not in KEYWORDS)
    | st.sampled_from(["act.police.notified", "now.x", "duty.minor-report", "case.duties_owed"]),
)
CONSTANTS: st.SearchStrategy[Constant] = (
    st.text(st.characters(exclude_characters="'\\\n", exclude_categories=("Cs",)), max_size=8)
    | st.integers(-(10**12) + 1, 10**12 - 1)
    | st.decimals(-(10**9), 10**9, places=3).map(float)
    | st.booleans()
)
SIDES = st.tuples(NAMES, st.builds(Literal_, CONSTANTS) | NAMES)
LEAVES = (
    st.builds(
        lambda sides, op, turned: Compare(sides[1], op, sides[0]) if turned else Compare(sides[0], op, sides[1]),
        SIDES,
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        st.booleans(),
    )
    | st.builds(In, NAMES, st.lists(CONSTANTS, min_size=1, max_size=3).map(tuple), st.booleans())
    | st.builds(Has, NAMES, CONSTANTS)
    | st.builds(Unset, NAMES, st.booleans())
    | st.builds(Truth, NAMES)
    | st.builds(Literal_, st.booleans())
)


def _combined(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, inner) | st.builds(And, several) | st.builds(Or, several)


TREES: st.SearchStrategy[Expression] = st.recursive(LEAVES, _combined, max_leaves=8)


@given(TREES)
def test_what_is_written_down_reads_as_it_was(tree: Expression) -> None:
    text = write(tree)
    if len(text) <= MAX_LENGTH:
        again = parse(text)
        assert again == tree
        assert write(again) == text


@given(st.text("xy.'=<>!()[]{}+-*/:;,_\\ andortiush109\n", max_size=60))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        tree = parse(text)
    except ExpressionError:
        return
    assert parse(write(tree)) == tree


# Kleene's logic

BOOLEANS = ["p", "q", "r"]
LOGIC: st.SearchStrategy[Expression] = st.recursive(
    st.sampled_from([Truth(Name(name)) for name in BOOLEANS]) | st.builds(Literal_, st.booleans()),
    _combined,
    max_leaves=6,
)
STATES = st.fixed_dictionaries({}, optional=dict.fromkeys(BOOLEANS, st.booleans()))


def value(tree: Expression, state: dict[str, bool]) -> bool | None:
    return evaluate(tree, state.get)


@given(LOGIC, LOGIC, LOGIC, STATES)
def test_the_laws_of_three_valued_logic_hold(
    a: Expression, b: Expression, c: Expression, state: dict[str, bool]
) -> None:
    def same(left: Expression, right: Expression) -> None:
        assert value(left, state) is value(right, state)

    same(Not(Not(a)), a)
    same(And((a, b)), And((b, a)))
    same(Or((a, b)), Or((b, a)))
    same(And((a, And((b, c)))), And((And((a, b)), c)))
    same(Or((a, Or((b, c)))), Or((Or((a, b)), c)))
    same(Not(And((a, b))), Or((Not(a), Not(b))))
    same(Not(Or((a, b))), And((Not(a), Not(b))))
    same(And((a, Or((b, c)))), Or((And((a, b)), And((a, c)))))
    same(Or((a, And((a, b)))), a)
    same(And((a, Literal_(value=False))), Literal_(value=False))
    same(Or((a, Literal_(value=True))), Literal_(value=True))


@given(LOGIC, STATES, st.fixed_dictionaries(dict.fromkeys(BOOLEANS, st.booleans())))
def test_a_fact_that_arrives_never_overturns_what_was_known(
    tree: Expression, state: dict[str, bool], later: dict[str, bool]
) -> None:
    before = value(tree, state)
    assert before is None or value(tree, later | state) is before


@given(TREES)
def test_without_facts_nothing_but_whether_they_are_set_is_known(tree: Expression) -> None:
    result = evaluate(tree, {}.get)
    if not _asks_whether_set(tree):
        assert result is None


def _asks_whether_set(tree: Expression) -> bool:
    match tree:
        case Not(item):
            return _asks_whether_set(item)
        case And(items) | Or(items):
            return any(_asks_whether_set(item) for item in items)
    return isinstance(tree, Unset | Literal_)
