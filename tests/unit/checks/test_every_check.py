"""Every check teaches: its page shows a wrong and a right example, and both are what the page says."""

from __future__ import annotations

import ast
import time
from dataclasses import replace
from pathlib import Path

import pytest

from engine.checks import Check, check, checks
from engine.checks.acts import CLOSING
from engine.checks.analysis.situations import SYSTEM_FACTS
from engine.content import ContentError, from_files
from tests.unit.checks.edition import DOCS, example, found, library
from tests.unit.content_samples import sample_files
from tests.walk import shipped

ROOT = DOCS.parents[1]
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
    """Only the words of docs/content.md to which the engine itself gives a meaning may stand in a check. Ids that
    are one plain English word are passed over: they meet others by chance."""
    library = shipped()
    steps = {id_ for diagram in library.pathway.diagrams.values() for id_ in (*diagram.elements, *diagram.flows)}
    content = steps | set(library.facts) | set(library.acts) | set(library.parameters) | set(library.forms)
    content |= set(library.pathway.diagrams) | set(library.roles) | set(library.derived)
    content = {id_ for id_ in content if "_" in id_ or "." in id_} - SYSTEM_FACTS - {CLOSING}
    for file in (ROOT / "engine" / "checks").rglob("*.py"):
        texts = {node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant)}
        assert texts & content == set(), file


def test_the_shipped_content_has_no_error_and_is_checked_within_a_second():
    library = shipped()
    checks()  # the modules are read once, whatever is checked
    started = time.process_time()
    report = check(library)
    assert time.process_time() - started < 1
    assert [f"{item.file}:{item.line} {item.message}" for item in report.findings if item.severity != "info"] == []


@pytest.mark.parametrize("part", ["forms", "parameters", "facts", "groups", "roles", "acts", "derived", "tables"])
def test_whatever_is_missing_every_check_still_answers(part: str):
    """A name that leads nowhere is for one check to tell, and for all others to live with."""
    whole = from_files(sample_files(), "rwanda")
    said = {item.message for item in check(whole).findings}
    for name, item in getattr(whole, part).items():
        rest = {other: kept for other, kept in getattr(whole, part).items() if kept is not item}
        report = check(replace(whole, **{part: rest}))
        assert {found.message for found in report.findings} != said, name


def test_the_page_on_unreadable_content_shows_what_is_refused_and_what_is_read():
    with pytest.raises(ContentError) as refused:
        example("unreadable", "Wrong")
    right, _ = example("unreadable", "Right")
    page = (DOCS / "unreadable.md").read_text(encoding="utf-8")
    assert f"> {refused.value.complaints[0].message}\n" in page
    assert check(right).count("error") == 0
