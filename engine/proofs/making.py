"""Makes the proof record of an edition, with as little work as what is known of earlier ones allows."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

from engine.checks.report import DutyVerdict
from engine.drills.vocabulary import Vocabulary
from engine.library import DutyRule, Library
from engine.proofs.checker import checker
from engine.proofs.memory import Memory
from engine.prove.fingerprint import fingerprint
from engine.prove.keeping import kept
from engine.prove.net import Net
from engine.prove.proving import BUDGET, SHARE_OF_PROGRESS
from engine.prove.record import DutyProof, ProofRecord
from engine.witness import judge
from engine.witness.search import DEEDS


class Effort(NamedTuple):
    """What may be spent on one duty: steps of a proof, deeds that are tried to find a case that breaks it, and steps
    to see whether what is owed can always be done."""

    steps: int = BUDGET
    deeds: int = DEEDS
    progress: int = SHARE_OF_PROGRESS


LITTLE = Effort(1000, 40)
AGAIN = 20_000
"""Steps at least for a duty that was proved before: what was seen once is not given up for want of a second."""


def while_waiting(duty: DutyRule) -> Effort:
    """The effort while somebody waits: little on a duty that refuses nothing (`isange prove` looks longer), and little
    on finding a case for one that people may go on past: it is meant to stand in somebody's way."""
    if duty.severity != "block":
        return LITTLE
    return Effort(deeds=LITTLE.deeds) if duty.override else Effort()


def for_good(duty: DutyRule) -> Effort:
    """The effort for what is kept: as much on every duty, and all of it on progress if need be."""
    return while_waiting(duty)._replace(steps=BUDGET, progress=BUDGET)


TWICE = 2
"""Times what it cost before may go to seeing the same again by one search."""
NOBODY_OVERRIDES = "nobody-overrides"
Progress = Callable[[int, int, DutyProof], None]
"""Told how many duties are done, of how many, and what the last came to."""


def proved(
    library: Library,
    vocabulary: Vocabulary,
    known: Iterable[ProofRecord] = (),
    effort: Callable[[DutyRule], Effort] = while_waiting,
    told: Progress = lambda done, of, proof: None,
    processes: int = 1,
    *,
    anew: bool = False,
    duties: Container[str] | None = None,
) -> ProofRecord:
    """The record of an edition without errors. `effort` is what may be spent on a duty, `processes` how many are
    looked at at a time; what each comes to does not depend on that. `anew`: what is known says only how finely to
    look. `duties`: only these are asked about."""
    net = Net(library)
    words = fingerprint(replace(vocabulary, file=""))
    work = _Work(library, net, vocabulary, Memory(library, net, words, known), effort, anew)
    asked = [duty for duty in library.duties if duties is None or duty in duties]
    found: dict[str, DutyProof] = {}
    for proof in _looked_at(work, asked, processes):
        found[proof.verdict.id] = proof
        told(len(found), len(asked), proof)
    in_order = {duty: found[duty] for duty in asked}
    return ProofRecord(library.digest, library.jurisdiction, checker(), words, inputs(library.files), in_order)


def inputs(files: Mapping[str, bytes]) -> dict[str, str]:
    """The hash of each folder that an edition was read from."""
    digests: dict[str, hashlib._Hash] = {}
    for path in sorted(files):
        digest = digests.setdefault(path.partition("/")[0], hashlib.sha256())
        digest.update(f"{path} {len(files[path])}\n".encode())
        digest.update(files[path])
    return {folder: digest.hexdigest() for folder, digest in digests.items()}


def _left_alone(duty: DutyRule) -> DutyProof:
    """Of a duty that only warns and was looked at for as long as is ever done, in vain: nothing is claimed."""
    because = "it was not proved before, either, and nobody who waits is kept for it: `isange prove` looks at it"
    return DutyProof(
        DutyVerdict(duty.id, "unproved", duty.severity, 0.0, f"{because}; enforced while cases run"), key=""
    )


@dataclass
class _Work:
    library: Library
    net: Net
    vocabulary: Vocabulary
    memory: Memory
    effort: Callable[[DutyRule], Effort]
    anew: bool

    def recall(self, id_: str) -> DutyProof | None:
        """What is known of a duty, if it still holds."""
        duty = self.library.duties[id_]
        may_cost = self.effort(duty)
        if self.anew:
            return None
        if (held := self.memory.holds(duty, may_cost.steps)) is not None:
            return held
        return _left_alone(duty) if may_cost == LITTLE and self.memory.was_in_vain(duty, BUDGET) else None

    def seek(self, id_: str) -> DutyProof:
        """What a duty comes to now."""
        duty = self.library.duties[id_]
        steps, deeds, progress = self._may_cost(duty)
        hint, again = self.memory.hint(duty), TWICE * self.memory.shown_for(duty)
        with kept():
            judged = judge(
                self.library, self.net, self.vocabulary, duty, steps, hint, deeds, progress, again=again
            )  # fmt: skip
        answer, verdict = judged.answer, judged.verdict
        return DutyProof(
            verdict,
            self.memory.key(duty, verdict.status, answer.finest),
            answer.finest,
            answer.states,
            answer.spent,
            steps,
            (NOBODY_OVERRIDES,) if duty.override else (),
            judged.drill,
        )

    def _may_cost(self, duty: DutyRule) -> Effort:
        """What may be spent on a duty, with what is known of earlier editions."""
        may_cost = self.effort(duty)
        if self.memory.was_proved(duty):
            may_cost = may_cost._replace(steps=max(may_cost.steps, AGAIN))
        if self.memory.shown_for(duty):
            return may_cost._replace(progress=BUDGET)
        return may_cost._replace(progress=0) if not self.anew and self.memory.was_not_shown(duty) else may_cost


_Job = Callable[[str], DutyProof | None]
_work: list[_Work] = []
"""What the processes of a pool work on; they begin as copies of the one that starts them."""


def _looked_at(work: _Work, asked: list[str], processes: int) -> Iterator[DutyProof]:
    """What each duty comes to, as it is found: first what is known, then what has to be sought."""
    with _workers(work, min(processes, len(asked))) as each:
        left = set(asked)
        for proof in each(_recall, asked):
            if proof is not None:
                left.remove(proof.verdict.id)
                yield proof
        longest_first = sorted(left, key=lambda duty: -work.memory.cost(duty))  # so that none is waited for alone
        yield from filter(None, each(_seek, longest_first))


@contextmanager
def _workers(work: _Work, processes: int) -> Iterator[Callable[[_Job, list[str]], Iterator[DutyProof | None]]]:
    """Does a job for each of many duties, in as many processes; what each comes to is given as it is found."""
    _work.append(work)
    with ExitStack() as held:
        held.callback(_work.clear)
        if processes < 2 or "fork" not in multiprocessing.get_all_start_methods():
            yield map
            return
        fork = multiprocessing.get_context("fork")
        pool = held.enter_context(ProcessPoolExecutor(processes, fork, initializer=end_with_parent))
        held.callback(pool.shutdown, wait=False, cancel_futures=True)
        yield lambda job, duties: (done.result() for done in as_completed([pool.submit(job, id_) for id_ in duties]))


def end_with_parent() -> None:
    """A process that looks for proofs is not left behind when the one that began it ends or is killed."""
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _recall(duty: str) -> DutyProof | None:
    (work,) = _work
    return work.recall(duty)


def _seek(duty: str) -> DutyProof | None:
    (work,) = _work
    return work.seek(duty)
