"""A mark `later` that nobody could use, or that would be misread, is refused."""

from __future__ import annotations

from engine.checks.late_answers import CODE
from engine.content import from_files
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import YES_NO, files, form, found

MARKED = """
groups:
- {id: notes, title: {en: Notes, fr: Notes, rw: Ibyanditswe}}
facts:
- {id: reached, title: {en: Reached, fr: Joint, rw: Yabonetse}, type: choice, values: [yes, no], group: profile}
- {id: note, title: {en: Note, fr: Note, rw: Inyandiko}, type: text, group: notes, later: true}
"""
ONCE = "begin: start\n ask: user call\n finish: end\n begin -> ask\n ask -> finish"
NOTE = {"type": "string", "maxLength": 100}
SEES = ("sees: [profile]", "sees: [profile, notes]")


def said(xml: str = ONCE, *changes: tuple[str, str], asks: tuple[str, ...] = ("reached", "note")) -> list[str]:
    """What the check says of an edition in which the reception is asked for a note that may come later."""
    properties = {name: NOTE if name == "note" else YES_NO for name in asks}
    content = files(drawn(xml), MARKED, {"call": form(properties)})
    for old, new in changes:
        path = next(path for path in content if old in content[path].decode())
        content[path] = content[path].decode().replace(old, new).encode()
    return [finding.message for finding in found(CODE, from_files(content, "rwanda"))]


def test_a_mark_is_refused_that_nobody_could_use() -> None:
    assert said(ONCE, SEES) == []
    for unusable in (
        said(ONCE),  # who fills it does not see it
        said(ONCE, SEES, asks=("note",)),  # nor anything else of it
        said(ONCE, SEES, ("task.work, ", "")),
        said(ONCE, SEES, asks=("reached",)),  # nobody asks it
    ):
        (message,) = unusable
        assert message.startswith("note may be answered later, but nobody could do so")
