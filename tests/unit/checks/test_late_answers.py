"""A mark `later` that nobody could use, or that would be misread, is refused."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

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


def said(
    xml: str, *changes: tuple[str, str], asks: tuple[str, ...] = ("reached", "note"), rules: str = ""
) -> list[str]:
    """What the check says of an edition in which the reception is asked for a note that may come later."""
    properties = {name: NOTE if name == "note" else YES_NO for name in asks}
    content = files(drawn(xml), MARKED + rules, {"call": form(properties)})
    for old, new in changes:
        path = next(path for path in content if old in content[path].decode())
        content[path] = content[path].decode().replace(old, new).encode()
    return [finding.message for finding in found(CODE, from_files(content, "rwanda"))]


LOOP = """
    begin: start
    ask: user call
    once_more: exclusive
    finish: end
    begin -> ask
    ask -> once_more
    once_more -> ask when reached == 'no'
    once_more -> finish otherwise
"""
INSIDE_A_LOOP = """
    begin: start
    visit: subprocess
    once_more: exclusive
    finish: end
    begin -> visit
    visit -> once_more
    once_more -> visit when reached == 'no'
    once_more -> finish otherwise
    come in visit: start
    ask in visit: user call
    go in visit: end
    come -> ask
    ask -> go
"""
SCHEDULE = """
schedules:
- id: follow_up
  title: {en: Follow-up, fr: Suivi, rw: Gukurikirana}
  process: example
  scope: visit
  when: "wants_police == 'yes'"
  source: {cite: "House rule"}
  visits:
  - {id: second, title: {en: Second, fr: Deuxième, rw: Iya kabiri}, anchor: act.case.end, at: P14D, opens: P10D, closes: P18D, role: reception}
starts: []
"""


def test_a_mark_is_refused_of_what_is_asked_more_than_once() -> None:
    anytime = "- {id: any, title: {en: Call, fr: Appel, rw: Guhamagara}, form: call, roles: [reception]}"
    for often in (
        said(LOOP, SEES),
        said(INSIDE_A_LOOP, SEES),
        said(ONCE, SEES, rules=SCHEDULE),
        said(ONCE, SEES, ("  scope: case\n", "  scope: case\n  again: changed\n")),
        said(ONCE, SEES, ("processes:\n", f"anytime:\n{anytime}\nprocesses:\n")),
    ):
        (message,) = often
        assert "form call, which asks it, may be filled in more than once in a case" in message
        assert message.endswith("Take out `later`")


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
