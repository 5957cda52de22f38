"""Where it is recorded that a duty was done, while no open step of the case does it: the forms of any time."""

from __future__ import annotations

from collections.abc import Iterator

from engine import access
from engine.model import CASE_SCOPE, CaseFile, Duty
from engine.questions.need import Need
from engine.questions.reader import Reader
from engine.views import DutyView, RecordedWith


def duties_of(reader: Reader, file: CaseFile, need: Need) -> tuple[DutyView, ...]:
    """The duties of a case of which the person may know, each with where it is recorded when no step is open for it."""
    return reader.duties_of(file, need, lambda duty: tuple(recorded_with(reader, file, need, duty)))


def recorded_with(reader: Reader, file: CaseFile, need: Need, duty: Duty) -> Iterator[RecordedWith]:
    """The forms of any time that settle an open duty, when a task that would is not open: it may have become owed after
    its step, by a correction. Theirs, and for who oversees the centre those of others."""
    rule = reader.library.duties[duty.rule]
    if not duty.open or duty.scope != CASE_SCOPE or rule.form != "must" or _has_step(reader, file, rule.act):
        return
    roles = access.roles_that_may(reader.library, reader.person, file.case.current_centre, "facts.record")
    sight = reader.sight(file)
    for one in reader.library.pathway.anytime.values():
        fits = any(act.act == rule.act for act in one.acts) and (one.when is None or sight.holds(one.when) is True)
        yours = bool(roles & one.roles)
        if fits and (yours or need.oversees):
            theirs = tuple(reader.role_title(role) for role in reader.library.roles if role in one.roles)
            yield RecordedWith(one.id, one.title, theirs, yours)


def _has_step(reader: Reader, file: CaseFile, act: str | None) -> bool:
    return any(done.act == act for task in file.tasks for done in reader.flows.element(task.element).acts)
