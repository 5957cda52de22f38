"""Records a form that may be filled at any time: a changed choice, a consent withdrawn, news from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.flow import Flows
from engine.library import Anytime, Library
from engine.model import CASE_SCOPE, CaseFile, Move, Override, Refusal, Value
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
    override: Override | None = None,
) -> Move:
    """Raises Refusal: `requires` while the form's own condition does not hold, `duty_blocks` when an act of it
    would break a duty that the person does not override. A
    closed case reopens only if the news make something owed or start a service."""
    working = Working(library, flows, file, now, person, happened_at, override)
    if form.when is not None and working.sight().holds(form.when) is not True:
        raise Refusal("requires", "This form is not for now", status=409)
    working.at_any_time = True
    source = f"form:{form.form}"
    facts = [working.record(n, CASE_SCOPE, value, source, happened_at=happened_at) for n, value in answers.items()]
    working.note("facts.recorded", form=form.form, fields=names_of(facts))
    acts.do(working, form.acts, form.id, CASE_SCOPE, refuse=True, happened_at=happened_at)
    settle.take_up_news(working)
    return working.move(command_id=command_id, fingerprint=fingerprint)
