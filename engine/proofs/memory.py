"""What earlier records say of a duty: a verdict that still holds, or how finely to look first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.checks.analysis.space import TooLarge
from engine.checks.report import Verdict
from engine.library import DutyRule, Library
from engine.proofs.checker import checker
from engine.prove.fingerprint import fingerprint
from engine.prove.focus import CASE_END, acts_of, focus
from engine.prove.net import Net
from engine.prove.projection import projected
from engine.prove.proving import Looked
from engine.prove.record import DutyProof, ProofRecord


class Memory:
    """Records as far as they are of use to one edition."""

    def __init__(self, library: Library, net: Net, vocabulary: str, known: Iterable[ProofRecord]) -> None:
        self.library = library
        self.net = net
        self.vocabulary = vocabulary
        self.known = tuple(known)
        self._keys: dict[tuple[str, Looked], str] = {}

    def holds(self, duty: DutyRule, most: int) -> DutyProof | None:
        """A verdict found before that says the same of this edition; of a duty that was not proved, only when it was
        looked at for as long as now. Who signed for it then has not signed now."""
        proofs = self._proofs(duty, self.checked())
        for proof in sorted(proofs, key=lambda proof: proof.verdict.status == "unproved"):  # what is known comes first
            verdict = proof.verdict
            if verdict.status == "unproved" and proof.most < most:
                continue
            if proof.key == self.key(duty, verdict.status, proof.looked):
                return replace(proof, verdict=replace(verdict, severity=duty.severity), accepted="", accepted_by="")
        return None

    def hint(self, duty: DutyRule) -> Looked | None:
        """How finely this duty had to be looked at when it was proved last; of a new one, how finely one that speaks of
        the same acts had to be."""
        proved = (proof for proof in self._proofs(duty, self.known) if proof.verdict.status == "proved")
        return next((proof.looked for proof in proved), None) or self._alike(duty)

    def was_proved(self, duty: DutyRule) -> bool:
        """Whether the duty was proved once."""
        return any(proof.verdict.status == "proved" for proof in self._proofs(duty, self.known))

    def was_in_vain(self, duty: DutyRule, steps: int) -> bool:
        """Whether it was looked at for so many steps without being proved, then or ever, and no case was found."""
        found = [(proof.verdict.status, proof.most) for proof in self._proofs(duty, self.known)]
        return not self.was_proved(duty) and any(status == "unproved" and most >= steps for status, most in found)

    def was_not_shown(self, duty: DutyRule) -> bool:
        """Whether the duty was proved last without being seen that what it owes can always be done."""
        proved = (proof for proof in self._proofs(duty, self.known) if proof.verdict.status == "proved")
        return next((proof.verdict.progress == "not shown" for proof in proved), False)

    def shown_for(self, duty: DutyRule) -> int:
        """What it cost when it was seen last that what the duty owes can always be done, 0 when it was not: then it is
        looked for as long again."""
        proofs = self._proofs(duty, self.known)
        return next((proof.spent for proof in proofs if proof.verdict.progress == "shown"), 0)

    def _alike(self, duty: DutyRule) -> Looked | None:
        """Of what is about the same act first, then of what shares most acts, then of what cost least."""
        acts = acts_of(duty) - {CASE_END}
        alike = [
            (other.act in (duty.act, duty.after), len(acts & acts_of(other)), -proof.spent, proof.looked)
            for record in self.known[:1]
            for id, other in self.library.duties.items()
            if id != duty.id and acts & acts_of(other)
            if (proof := record.proofs.get(id)) is not None and proof.verdict.status == "proved"
        ]
        return max(alike, key=lambda item: item[:3])[3] if alike else None

    def cost(self, duty: str) -> float:
        """How long it took, in milliseconds, at most."""
        return max((record.proofs[duty].verdict.ms for record in self.known if duty in record.proofs), default=0.0)

    def checked(self) -> Iterator[ProofRecord]:
        """The records made by this very prover."""
        return (record for record in self.known if record.checker == checker())

    def key(self, duty: DutyRule, status: Verdict, looked: Looked) -> str:
        """The hash of all that such a verdict on this duty depends on, when it was looked at so finely."""
        if status == "broken":
            return self._whole(duty)
        if (duty.id, looked) not in self._keys:
            self._keys[duty.id, looked] = self._key(duty, looked) or self._whole(duty)
        return self._keys[duty.id, looked]

    def _key(self, duty: DutyRule, looked: Looked) -> str | None:
        """None when nobody could look so at this edition."""
        if not set(looked.processes) <= set(self.net.followable):
            return None
        try:
            seen = focus(self.library, self.net, duty, looked.processes, looked.names)
        except TooLarge:
            return None
        left = projected(self.library, self.net, seen)
        return fingerprint(checker(), sorted(looked.names), looked.processes, duty.severity, duty.override, left)

    def _whole(self, duty: DutyRule) -> str:
        """The hash of what a case that breaks a duty depends on: the edition, to the last letter, and the words in
        which cases are told."""
        return fingerprint(checker(), duty.id, self.library.digest, self.vocabulary)

    def _proofs(self, duty: DutyRule, records: Iterable[ProofRecord]) -> Iterator[DutyProof]:
        return (record.proofs[duty.id] for record in records if duty.id in record.proofs)
