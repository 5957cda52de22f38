"""Records answers that were left out when their form was filled in. Nothing is decided by them (`left_out`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.flow import Flows
from engine.library import Library
from engine.model import CASE_SCOPE, CaseFile, Move, Value
from engine.moves import settle
from engine.moves.working import Working, names_of


def answer_later(
    library: Library,
    flows: Flows,
    file: CaseFile,
    form: str,
    answers: Mapping[str, Value],
    *,
    person: str,
    now: datetime,
    happened_at: datetime | None = None,
    command_id: str | None = None,
    fingerprint: str = "",
) -> Move:
    working = Working(library, flows, file, now, person, happened_at)
    source = f"form:{form}"
    facts = [working.record(n, CASE_SCOPE, value, source, happened_at=happened_at) for n, value in answers.items()]
    working.note("facts.added", form=form, fields=names_of(facts))
    settle.take_up_news(working)
    return working.move(command_id=command_id, fingerprint=fingerprint)
