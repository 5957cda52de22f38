"""The duties of a case: why somebody went on past one, and where it is recorded that one was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine import access
from engine.library import OVERRIDE_REASON
from engine.model import CASE_SCOPE, CaseFile, override_scope
from engine.questions.need import Need
from engine.questions.reader import Reader
from engine.views import DutyView, RecordedWith


def duties_of(reader: Reader, file: CaseFile, need: Need) -> tuple[DutyView, ...]:
    """Those of which the person may know, open ones first."""
    shown = reader.duties((duty for duty in file.duties if need.duty(duty)), file.case.current_centre)
    return tuple(
        replace(
            view, reason=_reason(reader, file, need, view), record_with=tuple(_recorded_with(reader, file, need, view))
        )
        for view in shown
    )


def _reason(reader: Reader, file: CaseFile, need: Need, duty: DutyView) -> str:
    """Why somebody went on past it, for those who may read that."""
    told = file.facts.get((OVERRIDE_REASON, override_scope(duty.rule)))
    rule = reader.library.facts.get(OVERRIDE_REASON)
    return str(told.value) if told is not None and rule is not None and rule.group in need.groups else ""


def _recorded_with(reader: Reader, file: CaseFile, need: Need, duty: DutyView) -> Iterator[RecordedWith]:
    """The forms of any time that settle an open duty for which no step is open: it may have become owed after its step,
    by a correction. The person's own, and for who oversees the centre those of others."""
    rule = reader.library.duties[duty.rule]
    owed = duty.status in ("owed", "late") and duty.scope == CASE_SCOPE and rule.form == "must"
    if not owed or _has_step(reader, file, rule.act):
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
