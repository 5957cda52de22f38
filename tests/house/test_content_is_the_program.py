"""Python names no step, role, form, fact, duty or process, and holds no legal age or limit: content does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.library import Library
from tests.house.source import ROOT, docstrings, python
from tests.walk import shipped

VISIT_FACTS = {"visit_id", "visit_role", "visit_due_at", "visit_opens_at", "visit_closes_at"}
SYSTEM_FACTS = {"door", "arrived_at", "incident_at", "override_reason"} | VISIT_FACTS
"""Facts that the engine itself sets or counts from; docs/content.md tells whoever writes content to declare them."""
SYSTEM_ACTS = {"case.end"}
"""Closing a case is the one act that the engine itself knows."""
WORDS = {"arrival", "case", "visit"}
"""Words of design.md that content may use as names, too."""
MEANS_SOMETHING_ELSE = {
    ("engine/checks/report.py", "findings"): "what a check reports",
    ("engine/moves/settle.py", "case_closed"): "why a process was cancelled",
    ("engine/moves/settle.py", "reopened"): "why a process was started",
    ("engine/reading/read_pathway.py", "reopened"): "the key of the manifest that names a process",
    ("engine/store/", "language"): "of a person's screens",
    ("engine/store/", "ready"): "a key of the throttle, for nobody",
    ("engine/store/", "session"): "of somebody who is signed in",
    ("web/admin/", "language"): "of a person's screens",
    ("web/api/problems.py", "case_closed"): "the code of a refusal",
}
"""(file or folder, word) -> what the word means there, where it is not the content's."""
LIMITS = {18, 21, 72, 120}
"""Ages of majority and clinical windows in hours, here and elsewhere."""


@pytest.fixture(scope="module")
def library() -> Library:
    return shipped()


def names(library: Library) -> dict[str, str]:
    """Every id that content gives -> what it names. Field groups and values of choices are words of every day."""
    found: dict[str, str] = {}
    pathway = library.pathway
    for diagram in pathway.diagrams.values():
        found |= {diagram.key: "process"} | dict.fromkeys([*diagram.elements, *diagram.flows], "step")
    for what, ids in (
        ("door", pathway.doors),
        ("anytime form", pathway.anytime),
        ("form", library.forms),
        ("fact", library.facts),
        ("derived fact", library.derived),
        ("parameter", library.parameters),
        ("table", library.tables),
        ("duty", library.duties),
        ("clock", library.clocks),
        ("schedule", library.schedules),
        ("act", library.acts),
        ("role", library.roles),
    ):
        found |= dict.fromkeys(ids, what)
    return {id: what for id, what in found.items() if id not in SYSTEM_FACTS | SYSTEM_ACTS | WORDS}


def named(path: Path, tree: ast.Module, ids: dict[str, str]) -> Iterator[tuple[int, str]]:
    """(line, id) wherever a module writes one of the ids as a string of its own."""
    read_by_people = docstrings(tree)
    for node in ast.walk(tree):
        said = node.value if isinstance(node, ast.Constant) and node not in read_by_people else None
        if isinstance(said, str) and said in ids:
            yield node.lineno, said


def excused(path: Path, word: str) -> tuple[str, str] | None:
    """The entry of MEANS_SOMETHING_ELSE that covers this word in this file."""
    entries = (entry for entry in MEANS_SOMETHING_ELSE if path.as_posix().startswith(entry[0]) and entry[1] == word)
    return next(entries, None)


def test_the_search_finds_a_name() -> None:
    tree = ast.parse('"""police"""\nif role == "police":\n    pass')

    assert list(named(Path("example.py"), tree, {"police": "role"})) == [(2, "police")]


def test_python_names_nothing_of_the_content(library: Library) -> None:
    ids = names(library)
    found = [(path, line, word) for path, tree in python("engine", "web") for line, word in named(path, tree, ids)]

    assert len(ids) > 100
    assert [
        f"{path}:{line} names the {ids[word]} {word!r}" for path, line, word in found if not excused(path, word)
    ] == []
    assert {excused(path, word) for path, _, word in found} - {None} == set(MEANS_SOMETHING_ELSE), (
        "strike what is no longer so"
    )


def test_system_facts_are_in_the_manual_and_declared(library: Library) -> None:
    manual = (ROOT / "docs/content.md").read_text(encoding="utf-8")

    assert [name for name in sorted(SYSTEM_FACTS | SYSTEM_ACTS) if f"`{name}`" not in manual] == []
    assert SYSTEM_FACTS - set(library.facts) == set()


def test_no_legal_age_or_limit_stands_in_the_engine() -> None:
    found = {
        (path.as_posix(), node.value)
        for path, tree in python("engine")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value in LIMITS
    }

    assert found == set()
