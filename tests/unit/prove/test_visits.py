"""Of visits, of which several go on side by side, any one is followed: what holds of it holds of each."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

import pytest

from engine.content import from_files
from engine.library import Library
from engine.prove import verdicts
from engine.prove.net import Net
from engine.prove.proving import prove
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import files, form
from tests.unit.proofs.test_projection import came_out_the_same

VISIT = """\
starting: start
opens: at visit_opens_at
miss: user nothing; name="Miss" care:acts="child.missed"
look: user result; name="Look" care:acts="child.seen[found == 'yes']"
again: exclusive
done: end
starting -> opens
opens -> miss
miss -> look
look -> again
again -> done when found == 'yes'
again -> look otherwise
"""
MAIN = """\
start: start
close: user nothing; name="Close" care:acts="case.end" care:requires="case.processes_running == 0"
over: end
start -> close
close -> over
"""
RULES = """\
facts:
- {id: found, title: {en: Found, fr: Trouvé, rw: Yabonetse}, type: choice, values: [yes, no], group: profile, scope: visit}
- {id: agreed, title: {en: Agreed, fr: Accord, rw: Yemeye}, type: choice, values: [yes, no], group: profile}
- {id: incident_at, title: {en: When, fr: Quand, rw: Ryari}, type: datetime, group: profile}
- {id: visit_id, title: {en: Visit, fr: Visite, rw: Isura}, type: text, group: profile, scope: visit}
- {id: visit_role, title: {en: By, fr: Par, rw: Na}, type: text, group: profile, scope: visit}
- {id: visit_due_at, title: {en: Due, fr: Prévu, rw: Igihe}, type: datetime, group: profile, scope: visit}
- {id: visit_opens_at, title: {en: Opens, fr: Ouvre, rw: Itangira}, type: datetime, group: profile, scope: visit}
- {id: visit_closes_at, title: {en: Closes, fr: Ferme, rw: Irangira}, type: datetime, group: profile, scope: visit}
acts:
- {id: child.missed, title: {en: Missed, fr: Absent, rw: Yabuze}}
- {id: child.seen, title: {en: Seen, fr: Vu, rw: Yarabonetse}}
- {id: consent.given, title: {en: Agreed, fr: Accord, rw: Yemeye}}
- {id: consent.withdrawn, title: {en: Withdrawn, fr: Retiré, rw: Yisubiyeho}}
schedules:
- id: follow_up
  title: {en: Follow-up, fr: Suivi, rw: Gukurikirana}
  process: example
  scope: visit
  when: "wants_police == 'yes'"
  source: {cite: "House rule"}
  visits:
  - {id: first, title: {en: First, fr: Première, rw: Iya mbere}, anchor: arrived_at, at: P2D, opens: P1D, closes: P3D, role: reception}
  - {id: second, title: {en: Second, fr: Deuxième, rw: Iya kabiri}, anchor: arrived_at, at: P2D, opens: P1D, closes: P3D, role: reception}
starts: []
duties:
- id: the_duty
  title: {en: Duty, fr: Devoir, rw: Inshingano}
  kind: law
  severity: block
  holder: reception
  source: {cite: "House rule"}
"""
SEEN_AFTER = RULES + "  after: child.missed\n  must: child.seen\n  before: case.end\n"
YES_NO = {"type": "string", "enum": ["yes", "no"]}
FORMS = {"nothing": form({"age": {"type": "integer", "minimum": 0}}), "result": form({"found": YES_NO}, ["found"])}


def edition(visit: str = VISIT, rules: str = SEEN_AFTER, main: str = MAIN) -> Library:
    return from_files(files(drawn(visit).replace('"f', '"v'), rules, FORMS, drawn(main)), "rwanda")


def said(library: Library) -> str:
    (verdict,) = verdicts(library)
    return verdict.status


def test_a_visit_that_must_look_until_the_child_is_seen_keeps_its_duty() -> None:
    assert said(edition()) == "proved"


BROKEN = {
    "the case may be closed while a visit goes on": (
        VISIT, SEEN_AFTER, MAIN.replace('care:requires="case.processes_running == 0"', ""),
    ),
    "a visit may end without the child being seen": (
        VISIT.replace("again -> look otherwise", "again -> done otherwise").replace("again -> done when found == 'yes'\n", ""),
        SEEN_AFTER, MAIN,
    ),
    "a visit does not wait to open, so that it may be taken back at any time": (
        VISIT.replace("starting -> opens\n", "").replace("opens -> miss", "starting -> miss").replace("opens: at visit_opens_at\n", ""),
        SEEN_AFTER, MAIN,
    ),
    "the child must be seen before, and only another visit has seen it": (
        VISIT.replace("miss -> look", "miss -> tell").replace("again -> done when", "again -> tell when")
        + 'tell: user nothing; name="Tell" care:acts="consent.given"\ntell -> done\n',
        RULES + "  never: consent.given\n  without: [child.seen]\n", MAIN,
    ),
    "another visit withdraws what this one was given": (
        """\
        starting: start
        opens: at visit_opens_at
        agree: user nothing; name="Agree" care:acts="consent.given"
        tell: user nothing; name="Tell" care:acts="child.seen"
        withdraw: user nothing; name="Withdraw" care:acts="consent.withdrawn"
        done: end
        starting -> opens
        opens -> agree
        agree -> tell
        tell -> withdraw
        withdraw -> done
        """,
        RULES + "  never: child.seen\n  without: [consent.given]\n  revoked_by: [consent.withdrawn]\n", MAIN,
    ),
    "a visit asks how the duty stands, which another may have met": (
        VISIT.replace("miss -> look", "miss -> met").replace("opens -> miss", "opens -> miss")
        + """\
        met: exclusive
        wait: user nothing; name="Wait"
        news: exclusive
        anew: user nothing; name="Decide anew" care:acts="child.missed"
        met -> wait
        wait -> news
        news -> anew when duty.the_duty == 'met'
        news -> look otherwise
        anew -> done
        """,
        SEEN_AFTER, MAIN,
    ),
    "another visit uses up what this one was given": (
        """\
        starting: start
        opens: at visit_opens_at
        agree: user nothing; name="Agree" care:acts="consent.given"
        tell: user nothing; name="Tell" care:acts="child.seen"
        done: end
        starting -> opens
        opens -> agree
        agree -> tell
        tell -> done
        """,
        RULES + "  never: child.seen\n  without: [consent.given]\n  scope: each\n", MAIN,
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", BROKEN)
def test_it_is_not_proved_when(why: str) -> None:
    assert said(edition(*BROKEN[why])) == "unproved"


def test_what_each_visit_is_given_for_itself_is_proved() -> None:
    """The same as the last two, without what another visit could do to it."""
    visit, rules, main = BROKEN["another visit uses up what this one was given"]
    assert said(edition(visit, rules.replace("  scope: each\n", ""), main)) == "proved"


@pytest.mark.parametrize("why", ["none", *BROKEN])
def test_over_what_is_left_of_the_content_it_comes_out_the_same(why: str) -> None:
    library = edition(*BROKEN[why]) if why in BROKEN else edition()
    duty = library.duties["the_duty"]
    assert came_out_the_same(library, duty, prove(library, Net(library), duty).looked)
