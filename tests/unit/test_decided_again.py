"""Decisions that rest on other decisions are taken again with them, in whichever order the tables are written."""

from __future__ import annotations

import pytest

from engine.checks import rule_loops
from engine.content import from_files
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import AGE, files, form
from tests.unit.keeping import Story

FACTS = """\
facts:
- {id: group, title: {en: Group, fr: Groupe, rw: Itsinda}, type: choice, values: [child, adult], value_titles: {child: {en: Child, fr: Enfant, rw: Umwana}, adult: {en: Adult, fr: Adulte, rw: Mukuru}}, group: profile}
- {id: way, title: {en: Way, fr: Voie, rw: Inzira}, type: choice, values: [told, asked], value_titles: {told: {en: Told, fr: Dit, rw: Kubwirwa}, asked: {en: Asked, fr: Demandé, rw: Kubazwa}}, group: profile}
- {id: visit, title: {en: Visit, fr: Visite, rw: Gusura}, type: choice, values: [home, centre], value_titles: {home: {en: Home, fr: Maison, rw: Urugo}, centre: {en: Centre, fr: Centre, rw: Ikigo}}, group: profile}
tables:
"""  # noqa: E501  # content is written as its authors write it
TABLE = """\
- id: {output}
  title: {{en: Decides, fr: Décide, rw: Umwanzuro}}
  inputs: [{reads}]
  output: {output}
  review: true
  source: {{cite: House rule, status: unverified}}
  rows:
  - when: {{{reads}: "{yes}"}}
    then: {then}
    because: {{en: So, fr: Ainsi, rw: Uko}}
  - when: {{{reads}: "{no}"}}
    then: {otherwise}
    because: {{en: So, fr: Ainsi, rw: Uko}}
  - when: {{{reads}: is unset}}
    then: unset
    because: {{en: So, fr: Ainsi, rw: Uko}}
"""
GROUP = TABLE.format(output="group", reads="age", yes="< 18", no=">= 18", then="child", otherwise="adult")
WAY = TABLE.format(output="way", reads="group", yes="== 'child'", no="!= 'child'", then="told", otherwise="asked")
VISIT = TABLE.format(output="visit", reads="way", yes="== 'told'", no="!= 'told'", then="home", otherwise="centre")
MAIN = """\
    start: start
    first: rule group
    second: rule way
    third: rule visit
    work: user ask_age
    over: end
    start -> first
    first -> second
    second -> third
    third -> work
    work -> over
"""
LOOK = """\
    begin: start
    look: user arrival
    done: end
    begin -> look
    look -> done
"""


def story(*written: str) -> Story:
    forms = {"arrival": form({"age": AGE}, ["age"])}
    content = files(drawn(LOOK), FACTS + "".join(written), forms, drawn(MAIN).replace('"f', '"m'))
    manifest = (
        content["pathways/isange.yaml"].decode().replace("main: case_main\n", "main: case_main\nreview: example\n")
    )
    content = {**content, "pathways/isange.yaml": manifest.encode()}
    content["rules/common/starts.yaml"] = b"starts: []\n"
    return Story(content, age=12)


@pytest.mark.parametrize("written", [(GROUP, WAY, VISIT), (VISIT, WAY, GROUP), (WAY, VISIT, GROUP)])
def test_a_correction_reaches_every_decision_that_rests_on_it_and_each_is_reviewed_once(
    written: tuple[str, ...],
) -> None:
    told = story(*written)
    assert [told.value(name) for name in ("group", "way", "visit")] == ["child", "told", "home"]
    move = told.correct("age", 20)
    assert [told.value(name) for name in ("group", "way", "visit")] == ["adult", "asked", "centre"]
    assert sorted(decision.table for decision in move.decisions) == ["group", "visit", "way"]
    assert told.open == ["look", "look", "look", "work"]


BOTH = """\
- id: way
  title: {en: Decides, fr: Décide, rw: Umwanzuro}
  inputs: [age, group]
  output: way
  review: true
  source: {cite: House rule, status: unverified}
  rows:
  - when: {age: ">= 18", group: "== 'child'"}
    then: asked
    because: {en: So, fr: Ainsi, rw: Uko}
  - when: {age: [is unset, "< 18"]}
    then: told
    because: {en: So, fr: Ainsi, rw: Uko}
  - when: {age: ">= 18", group: [is unset, "!= 'child'"]}
    then: told
    because: {en: So, fr: Ainsi, rw: Uko}
"""


def test_a_decision_that_is_the_same_once_all_are_taken_is_not_reviewed() -> None:
    told = story(BOTH, GROUP, VISIT)
    move = told.correct("age", 20)
    assert [decision.value for decision in move.decisions if decision.table == "way"] == ["asked", "told"]
    assert [e.params["table"] for e in move.entries if e.kind == "decision.review"] == ["group"]


def test_tables_whose_decisions_rest_on_each_other_are_named_by_a_check() -> None:
    turning = TABLE.format(
        output="group", reads="way", yes="== 'told'", no="!= 'told'", then="adult", otherwise="child"
    )
    looped = from_files(files(yaml=FACTS + turning + WAY + VISIT), "rwanda")
    assert [item.path for item in rule_loops.check(looped)] == [("group", "way", "group")]
