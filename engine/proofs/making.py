"""Makes the proof record of an edition, with as little work as what is known of earlier ones allows."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
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
from engine.prove.proving import BUDGET, SHARE_OF_PROGRESS, Looked
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
Progress = Callable[[int, int, str], None]
"""Told how many duties are done, of how many, and which was the last."""


def proved(
    library: Library,
    vocabulary: Vocabulary,
    known: Iterable[ProofRecord] = (),
    effort: Callable[[DutyRule], Effort] = while_waiting,
    told: Progress = lambda done, of, duty: None,
    processes: int = 1,
    *,
    anew: bool = False,
    duties: Container[str] | None = None,
) -> ProofRecord:
    """The record of an edition without errors. `effort` is what may be spent on a duty, `processes` how many are
    sought at a time; what each came to does not depend on that. `anew`: what is known says only how finely to look.
    `duties`: only these are asked about."""
    net = Net(library)
    words = fingerprint(replace(vocabulary, file=""))
    memory = Memory(library, net, words, known)
    wanted: list[_Wanted] = []
    found: dict[str, DutyProof] = {}
    asked = [duty for duty in library.duties.values() if duties is None or duty.id in duties]
    for duty in asked:
        may_cost = effort(duty)
        proof = None if anew else memory.holds(duty, may_cost.steps)
        if proof is None and not anew and may_cost == LITTLE and memory.was_in_vain(duty, BUDGET):
            proof = _left_alone(duty)
        if proof is None:
            if memory.was_proved(duty):
                may_cost = may_cost._replace(steps=max(may_cost.steps, AGAIN))
            shown = memory.shown_for(duty)
            if shown:
                may_cost = may_cost._replace(progress=BUDGET)
            elif not anew and memory.was_not_shown(duty):
                may_cost = may_cost._replace(progress=0)
            wanted.append(_Wanted(duty.id, may_cost, memory.hint(duty), TWICE * shown))
        else:
            found[duty.id] = proof
            told(len(found), len(asked), duty.id)
    wanted.sort(key=lambda item: -memory.cost(item.duty))  # the longest first, so that none is waited for alone
    for proof in _sought(_Work(library, net, vocabulary, memory), wanted, processes):
        found[proof.verdict.id] = proof
        told(len(found), len(asked), proof.verdict.id)
    in_order = {duty.id: found[duty.id] for duty in asked}
    return ProofRecord(library.digest, library.jurisdiction, checker(), words, inputs(library.files), in_order)


def inputs(files: Mapping[str, bytes]) -> dict[str, str]:
    """The hash of each folder that an edition was read from."""
    digests: dict[str, hashlib._Hash] = {}
    for path in sorted(files):
        digest = digests.setdefault(path.partition("/")[0], hashlib.sha256())
        digest.update(f"{path} {len(files[path])}\n".encode())
        digest.update(files[path])
    return {folder: digest.hexdigest() for folder, digest in digests.items()}


class _Wanted(NamedTuple):
    duty: str
    effort: Effort
    hint: Looked | None
    again: int


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

    def seek(self, wanted: _Wanted) -> DutyProof:
        duty, (steps, deeds, progress) = self.library.duties[wanted.duty], wanted.effort
        with kept():
            judged = judge(
                self.library,
                self.net,
                self.vocabulary,
                duty,
                steps,
                wanted.hint,
                deeds,
                progress,
                again=wanted.again,
            )
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


_work: list[_Work] = []
"""What the processes of a pool work on; they begin as copies of the one that starts them."""


def _sought(work: _Work, wanted: list[_Wanted], processes: int) -> Iterator[DutyProof]:
    """The proofs, as they are found."""
    if min(processes, len(wanted)) < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work.seek, wanted)
        return
    _work.append(work)
    with ExitStack() as held:
        held.callback(_work.clear)
        fork = multiprocessing.get_context("fork")
        pool = held.enter_context(ProcessPoolExecutor(processes, fork, initializer=_end_with_parent))
        held.callback(pool.shutdown, wait=False, cancel_futures=True)
        for future in as_completed([pool.submit(_seek, item) for item in wanted]):
            yield future.result()


def _end_with_parent() -> None:
    """A process of the pool is not left behind when the one that began it is killed."""
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _seek(wanted: _Wanted) -> DutyProof:
    (work,) = _work
    return work.seek(wanted)
