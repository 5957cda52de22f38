"""Every check teaches: its page shows a wrong and a right example, and both are what the page says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from engine.checks import Check, check, checks
from engine.content import ContentError
from tests.unit.checks.edition import DOCS, example, found, library

CODES = [module.CODE for module in checks()]


def test_an_edition_without_faults_has_no_findings():
    assert check(library()).findings == ()


def test_checks_are_found_by_listing_the_package_and_named_after_their_file():
    names = {Path(str(module.__file__)).stem for module in checks()}  # type: ignore[attr-defined]
    assert {code.replace("-", "_") for code in CODES} == names
    assert len(names) >= 19


@pytest.mark.parametrize("code", CODES)
def test_the_wrong_example_of_the_page_gets_the_message_that_the_page_quotes(code: str):
    wrong, messages = example(code, "Wrong")
    assert len(messages) == 1
    assert messages == [item.message for item in found(code, wrong)][:1]


@pytest.mark.parametrize("code", CODES)
def test_the_right_example_of_the_page_has_nothing_to_say_and_no_error(code: str):
    right, _ = example(code, "Right")
    report = check(right)
    assert found(code, right) == []
    assert [item.message for item in report.findings if item.severity == "error"] == []


def test_every_page_belongs_to_a_check():
    assert {page.stem for page in DOCS.glob("*.md")} - {"README", "unreadable"} == set(CODES)


def test_the_overview_lists_every_check():
    overview = (DOCS / "README.md").read_text(encoding="utf-8")
    assert [code for code in CODES if f"({code}.md)" not in overview] == []


@pytest.mark.parametrize("module", checks(), ids=CODES)
def test_every_finding_says_where_it_stands(module: Check):
    wrong, _ = example(module.CODE, "Wrong")
    assert all(item.file in wrong.files and item.line > 0 for item in module.check(wrong))


def test_no_check_names_anything_of_the_shipped_content():
    """Only the words of docs/content.md that the engine itself gives a meaning to may stand in a check."""
    system = {"case.end", "case.open", "task.work", "facts.record", "door", "arrived_at"}
    content = set()
    for file in (Path(__file__).parents[3] / "rules").rglob("*.yaml"):
        content |= {
            line.split("id: ")[1].split(",")[0].strip() for line in file.read_text().splitlines() if "id: " in line
        }
    for file in (Path(__file__).parents[3] / "engine" / "checks").rglob("*.py"):
        texts = {node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant)}
        named = {text for text in texts if isinstance(text, str)} & content - system
        assert {name for name in named if "_" in name or "." in name} <= {
            name for name in named if name.startswith("visit_")
        }, file


def test_the_page_on_unreadable_content_shows_what_is_refused_and_what_is_read():
    with pytest.raises(ContentError) as refused:
        example("unreadable", "Wrong")
    right, _ = example("unreadable", "Right")
    page = (DOCS / "unreadable.md").read_text(encoding="utf-8")
    assert f"> {refused.value.complaints[0].message}\n" in page
    assert check(right).count("error") == 0
