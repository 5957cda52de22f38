"""Tables and guards are exact: numbers cut at every limit in force, every value, and what is not set."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

import pytest

from engine.checks import guards_complete, guards_disjoint, row_never, rule_loops, table_complete, table_disjoint
from engine.content import from_files
from engine.library import Library
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import library
from tests.unit.content_samples import LAW, changed

HEAD = """\
parameters:
- id: adult_age
  title: {en: Adult age, fr: Majorité, rw: Ubukure}
  unit: years
  as_of: incident
  values:
  - {from: 1900-01-01, value: 21, cite: "Before", status: verified}
  - {from: 2018-09-01, value: 18, cite: "Law", status: verified}
facts:
- {id: out, title: {en: Out, fr: Sortie, rw: Igisubizo}, type: choice, values: [a, b, c], group: profile}
- {id: parts, title: {en: Parts, fr: Parties, rw: Ibice}, type: choices, values: [x, y, z], group: profile}
- {id: weight, title: {en: Weight, fr: Poids, rw: Ibiro}, type: number, minimum: 1, maximum: 300, group: profile}
- {id: first_at, title: {en: First, fr: Premier, rw: Mbere}, type: datetime, group: profile}
- {id: last_at, title: {en: Last, fr: Dernier, rw: Nyuma}, type: datetime, group: profile}
derived:
- {id: some_at, title: {en: Some, fr: Un, rw: Rimwe}, kind: first_of, of: [first_at, last_at], type: datetime, group: profile}
"""


def table(inputs: str, *rows: tuple[str, str]) -> Library:
    """A table of the output `out`; a row is (its cells, its value)."""
    because = "{en: a, fr: b, rw: c}"
    lines = [f"  - {{when: {{{cells}}}, then: {then}, because: {because}}}" for cells, then in rows]
    head = f"tables:\n- id: t\n  title: {{en: T, fr: T, rw: T}}\n  inputs: [{inputs}]\n  output: out\n  source: {{cite: x}}\n  rows:\n"
    return library(yaml=HEAD + head + "\n".join(lines) + "\n")


def gap(library: Library) -> object:
    [finding] = table_complete.check(library)
    return finding.witness


def test_every_dated_value_of_a_parameter_is_tried():
    """Complete at 18 and wrong at 21: the row for 18 to 20 only holds under today's law."""
    rows = [('age: ["< 18", is unset]', "a"), ('age: [">= adult_age"]', "b")]
    assert gap(table("age", *rows)) in [{"age": age, "adult_age": 21} for age in (18, 19, 20)]
    assert list(table_complete.check(table("age", rows[0], ('age: ">= 18"', "b")))) == []
    below = ('age: ["< adult_age", is unset]', "a")
    assert list(table_disjoint.check(table("age", below, rows[1]))) == []
    [overlap] = table_disjoint.check(table("age", below, ('age: ">= 18"', "b")))
    assert overlap.witness in [{"age": age, "adult_age": 21} for age in (18, 19, 20)]


def test_not_set_is_a_case_of_its_own():
    assert gap(table("age", ('age: "< 5"', "a"), ('age: ">= 5"', "b"))) == {"age": None}


def test_a_missing_cell_means_any_value():
    assert list(table_complete.check(table("age, wants_police", ("", "a")))) == []


def test_a_row_does_not_fire_on_what_is_unknown():
    """`!= 'yes'` is not true while the answer is not set."""
    rows = [("wants_police: \"== 'yes'\"", "a"), ("wants_police: \"!= 'yes'\"", "b")]
    assert gap(table("wants_police", *rows)) == {"wants_police": None}


def test_the_limits_of_a_fact_are_its_ends():
    assert list(table_complete.check(table("age", ('age: [">= 0", is unset]', "a")))) == []
    [dead] = row_never.check(table("age", ('age: [">= 0", is unset]', "a"), ('age: "> 120"', "b")))
    assert dead.message.startswith("Row 2 of table t can never fire")


def test_numbers_between_two_limits_are_a_case():
    assert gap(table("weight", ('weight: ["<= 20", is unset]', "a"), ('weight: ">= 20.5"', "b"))) == {"weight": 20.25}
    whole = table("age", ('age: ["<= 20", is unset]', "a"), ('age: ">= 21"', "b"))
    assert list(table_complete.check(whole)) == []


def test_several_choices_are_tried_together():
    rows = [("parts: [\"has 'x'\", is unset]", "a"), ("parts: \"has 'y'\"", "b")]
    assert gap(table("parts", *rows)) == {"parts": ()}
    [overlap] = table_disjoint.check(table("parts", *rows, ("parts: \"== 'no'\"", "c")))
    assert overlap.witness == {"parts": ("x", "y")}


def test_two_moments_may_be_before_equal_or_after_each_other():
    rows = [
        ('first_at: ["< last_at", is unset]', "a"),
        ('first_at: "> last_at"', "b"),
        ("last_at: is unset, first_at: is not unset", "c"),
    ]
    witness = gap(table("first_at, last_at", *rows))
    assert isinstance(witness, dict)
    assert witness["first_at"] == witness["last_at"] is not None


def test_the_first_of_some_moments_is_unset_only_when_all_are():
    rows = [("some_at: is unset, first_at: is unset, last_at: is unset", "a"), ("some_at: is not unset", "b")]
    assert list(table_complete.check(table("some_at, first_at, last_at", *rows))) == []


def test_every_pair_of_rows_that_fire_together_is_told():
    three = table("age", ("", "a"), ('age: "> 5"', "b"), ('age: "> 50"', "c"))
    assert [item.message.split(" both")[0] for item in table_disjoint.check(three)] == [
        "Rows 1 and 2 of table t",
        "Rows 1 and 3 of table t",
        "Rows 2 and 3 of table t",
    ]


def test_a_table_too_wide_to_count_through_is_an_error_not_a_pass():
    wide = "\n".join(
        f"- {{id: n{n}, title: {{en: N, fr: N, rw: N}}, type: integer, group: profile}}" for n in range(14)
    )
    cells = ", ".join(f'n{n}: "> 1"' for n in range(14))
    many = table(", ".join(f"n{n}" for n in range(14)), (cells, "a"))
    files = many.files["rules/rwanda/example.yaml"].decode().replace("derived:", wide + "\nderived:", 1)
    [finding] = table_complete.check(library(yaml=files))
    assert "was not checked" in finding.message


def test_one_output_is_decided_by_one_table():
    one = table("age", ("", "a")).files["rules/rwanda/example.yaml"].decode()
    other = one.split("tables:\n")[1].replace("id: t\n", "id: u\n")
    [finding] = table_disjoint.check(library(yaml=one + other))
    assert finding.message == "Tables t and u both decide out. Make them one, or rename an output"


# guards


def split(*guards: str, more: str = "", yaml: str = "") -> Library:
    ends = "\n".join(f"e{number}: end" for number in range(len(guards)))
    ways = "\n".join(f"way -> e{number} {guard}" for number, guard in enumerate(guards))
    entry = more or "begin -> ask\n ask -> way\n ask: user ask_age\n"
    return library(drawn(f"begin: start\n way: exclusive\n{ends}\n{ways}\n{entry}"), yaml)


def test_an_answer_that_is_surely_given_needs_no_way_for_not_set():
    assert list(guards_complete.check(split("when age < 18", "when age >= 18"))) == []
    assert list(guards_disjoint.check(split("when age < 18", "when age >= 18"))) == []


def test_a_default_makes_guards_complete_but_not_disjoint():
    both = split("when age < 18", "when age < 10", "otherwise")
    assert list(guards_complete.check(both)) == []
    [finding] = guards_disjoint.check(both)
    assert finding.elements[0] == "way"
    assert finding.witness is not None
    assert finding.witness["age"] in range(10)


@pytest.mark.parametrize(
    ("one", "other", "example"),
    [
        ("process.example == 'running'", "process.example != 'done'", {"process.example": "running"}),
        ("act.case.end", "not act.case.end or age == 3", {"act.case.end": True, "age": 3}),
        ("case.duties_owed > 0", "case.duties_owed == 1", {"case.duties_owed": 1}),
    ],
)
def test_states_of_the_case_are_closed_domains(one: str, other: str, example: dict[str, object]):
    [finding] = guards_disjoint.check(split(f"when {one}", f"when {other}"))
    assert finding.witness == example
    assert list(guards_complete.check(split(f"when {one}", f"when not ({one})"))) == []


def test_states_leave_no_gap_when_all_are_named():
    named = " or ".join(f"process.example == '{state}'" for state in ("running", "done", "cancelled"))
    assert list(guards_complete.check(split(f"when {named}", "when process.example == 'none'"))) == []
    [finding] = guards_complete.check(split("when process.example == 'running'", "when process.example == 'none'"))
    assert finding.witness in ({"process.example": "done"}, {"process.example": "cancelled"})


def test_what_a_table_says_now_goes_with_what_it_reads():
    """`now.out` is a exactly below 18, so these two ways are never open together, and one always is."""
    rules = table("age", ('age: ["< 18", is unset]', "a"), ('age: ">= 18"', "b")).files["rules/rwanda/example.yaml"]
    good = split("when now.out == 'a'", "when age >= 18", yaml=rules.decode())
    assert list(guards_disjoint.check(good)) == []
    assert list(guards_complete.check(good)) == []
    [finding] = guards_disjoint.check(split("when now.out == 'a'", "when age >= 17", yaml=rules.decode()))
    assert finding.witness == {"now.out": "a", "age": 17}


def test_a_recorded_decision_has_the_values_that_its_table_gives():
    rules = table("age", ('age: ["< 18", is unset]', "a"), ('age: ">= 18"', "b")).files["rules/rwanda/example.yaml"]
    body = "decide: rule t\n begin -> decide\n decide -> way"
    assert (
        list(guards_complete.check(split("when out == 'a'", "when out == 'b'", more=body, yaml=rules.decode()))) == []
    )


def test_a_table_that_reads_back_what_it_decides_is_named_with_the_whole_way_round():
    files = changed(LAW, "inputs: [age_at_incident]", "inputs: [age_at_incident, now.protection]")
    text = files[LAW].decode().replace('{age_at_incident: "< majority_age"}', "{now.protection: \"== 'child'\"}", 1)
    looped = from_files({**files, LAW: text.encode()}, "rwanda")
    assert [item.path for item in rule_loops.check(looped)] == [("now.protection", "now.protection")]
