"""Feature files become drills: with tags, background, examples and tables; what cannot be read names its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.drills.problems import Unreadable
from engine.drills.reading import find_features, read_feature

FEATURE = """@D99 @duty:tea
Feature: Tea is served
  Background:
    Given a guest
  Scenario: Green tea
    When the tea is made
      | what  | how   |
      | water | 80 °C |
    And it is served
    Then the guest smiles
  @many
  Scenario Outline: <cups> cups
    When <cups> cups are made
    Then all drink
    Examples:
      | cups |
      | 2    |
      | 9    |
"""


def test_each_scenario_and_each_row_of_examples_is_a_drill() -> None:
    green, two, nine = read_feature("tea.feature", FEATURE)
    assert (green.name, green.line, green.tags) == ("Green tea", 5, ("@D99", "@duty:tea"))
    assert [(step.kind, step.text, step.line) for step in green.steps] == [
        ("given", "a guest", 4),
        ("when", "the tea is made", 6),
        ("when", "it is served", 9),
        ("then", "the guest smiles", 10),
    ]
    assert green.steps[1].table == (("water", "80 °C"),)
    assert green.steps[0].table is None
    assert (two.name, two.line, two.steps[1].text) == ("2 cups", 17, "2 cups are made")
    assert (nine.line, nine.tags) == (18, ("@D99", "@duty:tea", "@many"))


def test_the_duties_of_a_drill_are_named_with_the_lines_of_their_tags() -> None:
    tagged = "@D1 @duty:tea\n@duty:milk\n" + FEATURE.partition("\n")[2].replace("  @many", "  @many @duty:cups")
    green, two, nine = read_feature("tea.feature", tagged)

    assert green.duties == (("tea", 1), ("milk", 2))
    assert two.duties == nine.duties == (*green.duties, ("cups", 12))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Feature: x\n  Scenario: a\n    Given b\n  Whenever c\n", 4),
        ("A story\n", 1),
        ("Feature: x\n  Scenario: a\n    Given b\n      | one | two |\n      | one |\n", 5),
        ('Feature: x\n  Scenario: a\n    Given b\n      """\n      long\n      """\n', 3),
        ("Feature: x\n  Scenario: a\n    * b\n", 3),
        ("Feature: x\n  Scenario: a\n    Then c\n  Scenario: b\n    When d\n    And e\n", 4),
        ("Feature: x\n  Background:\n    Then b\n  Scenario: a\n    When d\n", 4),
        ("Feature: x\n  Scenario Outline: <n>\n    When <n>\n    Examples:\n      | n |\n      | 1 |\n", 2),
        ("Feature: x\n  Rule: y\n    Scenario: a\n      Given d\n", 3),
    ],
)
def test_what_cannot_be_read_names_file_and_line(text: str, line: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read_feature("bad.feature", text)
    assert (caught.value.file, caught.value.line) == ("bad.feature", line)
    assert str(caught.value).startswith(f"bad.feature:{line}: ")


def test_folders_are_searched_and_named_files_are_taken(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "deep.feature"
    deep.parent.mkdir()
    deep.write_text(FEATURE)
    (tmp_path / "notes.txt").write_text("no drill")
    assert find_features((tmp_path,)) == (deep,)
    assert find_features((deep, tmp_path)) == (deep,)


def test_nothing_to_play_is_unreadable_and_not_a_success(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="feature"):
        find_features((tmp_path,))
    with pytest.raises(Unreadable, match="there is none"):
        find_features((tmp_path / "gone",))
