"""What the papers say is so: commands exist, links lead somewhere, decisions and the changelog have their parts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.desk import Desk
from tests.house.source import ROOT, tracked
from tests.walk import shipped
from web.demo import PASSWORD

PAPERS = [path for path in tracked() if path.suffix == ".md"]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def words(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def prose(path: Path) -> str:
    """A paper without its blocks of code."""
    return re.sub(r"```.*?```", "", words(path), flags=re.DOTALL)


def test_every_link_leads_to_a_file() -> None:
    broken = []
    for path in PAPERS:
        for target in LINK.findall(prose(path)):
            place = target.partition("#")[0]
            if place and "://" not in place and not (ROOT / path.parent / place).exists():
                broken.append(f"{path}: {target}")

    assert broken == []


def test_the_readme_leads_to_every_paper() -> None:
    led_to = {target.partition("#")[0] for target in LINK.findall(words("README.md"))}
    papers = {path.as_posix() for path in PAPERS if path.parent.as_posix() in (".", "docs")} - {"README.md"}

    assert papers - led_to == set()


def test_every_make_command_in_a_paper_exists() -> None:
    named = {(str(path), name) for path in PAPERS for name in re.findall(r"\bmake ([a-z-]+)`", words(path))}
    named |= {("README.md", name) for name in re.findall(r"^make ([a-z-]+)$", words("README.md"), re.MULTILINE)}

    assert {name for _, name in named} >= {"run", "test"}
    assert [one for one in sorted(named) if one[1] not in TARGETS] == []


def test_make_help_lists_what_people_type() -> None:
    listed = set(re.findall(r"^([a-z-]+):.*## ", words("Makefile"), re.MULTILINE))

    assert listed == TARGETS - {"packages", "tests"}


DECISIONS = [path for path in PAPERS if re.fullmatch(r"docs/decisions/\d{4}-.+\.md", path.as_posix())]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_context_decision_and_consequences(path: Path) -> None:
    text = words(path)
    places = [text.find(f"**{part}.**") for part in ("Context", "Decision", "Consequences")]

    assert -1 not in places
    assert places == sorted(places)
    assert path.name in words("docs/decisions/README.md"), "list it in docs/decisions/README.md"


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_the_changelog_says_what_changes_for_whom() -> None:
    unreleased = words("CHANGELOG.md").split("## Unreleased\n")[1].split("\n## ")[0]

    assert [who for who in ("staff", "policy officers", "integrators") if f"**For {who}:**" not in unreleased] == []
    assert "**Impacted:**" in unreleased


def test_the_readme_begins_with_one_sentence_and_its_picture_is_there() -> None:
    readme = words("README.md")
    first = readme.split("\n\n")[1]

    assert first.endswith(".")
    assert len(re.findall(r"[.!?](\s|$)", first)) == 1
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme)
    assert pictures == ["docs/screenshots/worklist.png"]
    assert (ROOT / pictures[0]).read_bytes().startswith(b"\x89PNG")


def test_the_readme_gives_a_demo_login_for_each_role() -> None:
    readme = words("README.md")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", readme, re.MULTILINE))

    assert rows == {role.id: role.title["en"] for role in shipped().roles.values()}
    assert f"`{PASSWORD}`" in readme


def test_every_method_of_the_desk_is_in_its_paper() -> None:
    paper = words("docs/desk.md")
    methods = [name for name in dir(Desk) if not name.startswith("_") and callable(getattr(Desk, name))]

    assert [name for name in methods if f"\n{name}(" not in paper] == []


def test_every_command_of_isange_in_a_paper_exists() -> None:
    named = {name for path in PAPERS for name in re.findall(r"`isange ([a-z-]+)", words(path))}
    known = re.findall(r"\badd\(\s*\"([a-z-]+)\"", words("web/cli_parser.py"))

    assert {"serve", "check", "drill"} <= named
    assert named - set(known) == set()
