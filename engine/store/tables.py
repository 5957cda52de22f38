"""All tables together: importing this module fills `metadata`, which the migrations must match."""

from __future__ import annotations

from engine.store.tables_base import metadata
from engine.store.tables_case import (
    archived_case,
    archived_identity,
    care_case,
    case_key,
    decision,
    fact,
    fact_former,
    identity,
    identity_former,
    process,
    saved_answers,
)
from engine.store.tables_people import account, centre, session, throttle, turn, unsent
from engine.store.tables_trail import (
    command,
    edition,
    edition_file,
    edition_proof,
    trail,
    trail_chapter,
    trail_chapter_case,
    trail_head,
)
from engine.store.tables_work import act, clock, duty, stuck, task, timer, unheld

APPEND_ONLY = (
    fact,
    identity,
    fact_former,
    identity_former,
    decision,
    archived_case,
    archived_identity,
    trail,
    trail_chapter,
    trail_chapter_case,
    edition,
    edition_file,
    edition_proof,
)
"""Tables whose rows a trigger protects from UPDATE and DELETE on both databases. A current fact may be replaced once it
is among the former ones; what was archived, or bound in a chapter, may go from where it was; an archive may go once its
case is not marked as archived."""

__all__ = [
    "APPEND_ONLY",
    "account",
    "act",
    "archived_case",
    "archived_identity",
    "care_case",
    "case_key",
    "centre",
    "clock",
    "command",
    "decision",
    "duty",
    "edition",
    "edition_file",
    "edition_proof",
    "fact",
    "fact_former",
    "identity",
    "identity_former",
    "metadata",
    "process",
    "saved_answers",
    "session",
    "stuck",
    "task",
    "throttle",
    "timer",
    "trail",
    "trail_chapter",
    "trail_chapter_case",
    "trail_head",
    "turn",
    "unheld",
    "unsent",
]
