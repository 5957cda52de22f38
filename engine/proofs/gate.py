"""What stands in the way of publishing an edition: a duty that refuses steps and is not known to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.prove.record import DutyProof, ProofRecord, RecordError


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A duty, and what to do about it."""

    duty: str
    why: str


def in_the_way(record: ProofRecord) -> tuple[Obstacle, ...]:
    """Every duty that must be mended, proved or accepted first. One that a case has broken, or that can never come up,
    is nobody's to accept; one that only warns is in nobody's way unless a case has broken it."""
    found = ((id_, _why(proof)) for id_, proof in record.proofs.items())
    return tuple(Obstacle(id_, why) for id_, why in found if why)


def _why(proof: DutyProof) -> str:
    verdict = proof.verdict
    if verdict.status == "broken":
        return "a case breaks it: mend the content"
    if verdict.vacuous:
        return "it can never come up: mend its condition or its acts"
    if verdict.severity == "block" and verdict.status == "unproved" and not proof.accepted:
        return f"not proved ({verdict.because}): mend the content, or accept it with a reason"
    return ""


FEWEST_WORDS = 3
"""Of a reason that somebody answers for."""


def accepting(record: ProofRecord, reasons: Mapping[str, str], by: str) -> ProofRecord:
    """The record, signed where a duty is accepted unproved. Raises RecordError where there is nothing to accept."""
    proofs = dict(record.proofs)
    for duty, reason in reasons.items():
        proof = proofs.get(duty)
        if proof is None:
            raise RecordError(f"There is no duty {duty}; there are: {', '.join(proofs)}")
        if proof.verdict.status != "unproved":
            raise RecordError(f"{duty} is {proof.verdict.word}: only what is unproved can be accepted")
        if len(reason.split()) < FEWEST_WORDS:
            raise RecordError(f"Say why {duty} is accepted unproved, in a sentence of at least {FEWEST_WORDS} words")
        proofs[duty] = replace(proof, accepted=reason.strip(), accepted_by=by)
    return replace(record, proofs=proofs)
