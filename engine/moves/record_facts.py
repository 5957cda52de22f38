"""Records a form that may be filled at any time: a changed choice, a consent withdrawn, news from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.flow import Flows
from engine.library import Anytime, Library
from engine.model import CASE_SCOPE, CaseFile, Move, Value
from engine.moves import acts, settle
from engine.moves.working import Working, names_of


def record_facts(
    library: Library,
    flows: Flows,
    file: CaseFile,
    form: Anytime,
    answers: Mapping[str, Value],
    *,
    person: str,
    now: datetime,
    happened_at: datetime | None = None,
    command_id: str | None = None,
    fingerprint: str = "",
) -> Move:
    """Raises Refusal('duty_blocks') when an act of the form would break a duty. A closed case reopens only
    if the news make something owed or start a service."""
    working = Working(library, flows, file, now, person)
    source = f"form:{form.form}"
    facts = [working.record(n, CASE_SCOPE, value, source, happened_at=happened_at) for n, value in answers.items()]
    working.note("facts.recorded", form=form.form, fields=names_of(facts))
    acts.do(working, form.acts, form.id, CASE_SCOPE, refuse=True, happened_at=happened_at)
    if file.case.status == "closed":
        settle.reopen_if_needed(working)
    else:
        settle.settle(working)
    return working.move(command_id=command_id, fingerprint=fingerprint)
