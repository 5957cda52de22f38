"""The duties of the rules as whoever answers for them reads them."""

from __future__ import annotations

from datetime import date

from engine.library import LANGUAGES, DutyRule, Library
from engine.prove.record import DutyProof, ProofRecord
from engine.saying import limit_of, say_duty
from engine.views import SaidDuty


def said_duties(library: Library, today: date, record: ProofRecord | None = None) -> tuple[SaidDuty, ...]:
    """Every duty, in the order of the rules, with the values that are in force on this day, and what the record of the
    edition says of it."""
    proofs = record.proofs if record is not None else {}
    return tuple(_said(library, duty, today, proofs.get(duty.id)) for duty in library.duties.values())


def _said(library: Library, duty: DutyRule, today: date, proof: DutyProof | None) -> SaidDuty:
    return SaidDuty(
        rule=duty.id,
        title=duty.title,
        sentence={language: say_duty(library, duty, language, today) for language in LANGUAGES},
        kind=duty.kind,
        severity=duty.severity,
        holder_title=library.roles[duty.holder].title,
        limit={language: limit_of(library, duty, language, today) for language in LANGUAGES},
        since=_since(library, duty, today),
        cite=duty.source.cite,
        quote=duty.source.text,
        verified=duty.source.status == "verified",
        proof="" if proof is None else "proved" if proof.verdict.status == "proved" else "unproved",
        accepted=proof.accepted if proof is not None else "",
        accepted_by=proof.accepted_by if proof is not None else "",
    )


def _since(library: Library, duty: DutyRule, today: date) -> date | None:
    if duty.within is None:
        return None
    days = [dated.valid_from for dated in library.parameters[duty.within.parameter].values]
    return max((day for day in days if day <= today), default=None)
