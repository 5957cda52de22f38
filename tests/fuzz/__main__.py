"""`make fuzz`: thousands of random inputs of every sort, judged by workers; what fails is made small and kept.

`python -m tests.fuzz --inputs 20000 --seed 7` runs; `python -m tests.fuzz replay FILE` judges one kept input again.
The seed decides every input, whatever the number of workers.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import SystemRandom

from tests.fuzz.inputs import ROOT, Input, Sort
from tests.fuzz.mutate import mutated
from tests.fuzz.smaller import smaller
from tests.fuzz.watch import Judged, Watched, watched

KEPT = ROOT / "var" / "fuzz"
"""Where inputs that failed are kept."""
TURNS: tuple[Sort, ...] = (
    "bpmn", "yaml", "schema", "post", "api", "bpmn", "yaml", "schema", "post", "api",
    "bpmn", "yaml", "schema", "post", "api", "bpmn", "yaml", "schema", "feature", "feature",
)  # fmt: skip
"""The sort of each input, by turns."""
TOLD_EVERY = 500


@dataclass
class Run:
    """What came of the inputs so far, over all workers."""

    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    failed: dict[str, Path] = field(default_factory=dict)
    """Kind of fault -> the input that is kept for it."""

    def share(self, numbers: range) -> None:
        """Has the inputs of these numbers judged by a worker of its own."""
        with watched() as worker:
            for number in numbers:
                self._one(worker, number)
            if lost := worker.lost():
                self._fail("lost", f"What was kept is not whole: {'; '.join(lost[:5])}", None)

    def _one(self, worker: Watched, number: int) -> None:
        sort = TURNS[number % len(TURNS)]
        given = mutated(self.seed, number, sort)
        judged = worker.judge(given)
        self.counts[f"{sort} {judged.outcome or 'FAILED'}"] += 1
        if judged.fault and judged.kind not in self.failed:
            self._fail(judged.kind, judged.fault, smaller(worker, self.seed, number, sort, given, judged), number)
        done = sum(self.counts.values())
        if done % TOLD_EVERY == 0:
            say(f"{done} inputs, {len(self.failed)} kinds of fault")

    def _fail(self, kind: str, fault: str, given: Input | None, number: int = -1) -> None:
        path = KEPT / f"{self.seed}-{number}.json"
        self.failed[kind] = path
        if given is not None:
            keep(given, path)
        say(f"\nFAILED (input {number}): {fault}")
        if given is not None:
            say(f"  {given.place}; as small as it gets: {path.with_suffix('.input')}")
            say(f"  again: {sys.executable} -m tests.fuzz replay {path}\n")


def keep(given: Input, path: Path) -> None:
    """Writes the input for replay, and its bytes beside it for reading."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(given.to_json() + "\n", encoding="utf-8")
    path.with_suffix(".input").write_bytes(given.data)


def run(inputs: int, seed: int, workers: int) -> int:
    """0 when every input was accepted, or refused as it should be; else 1."""
    say(f"{inputs} inputs, seed {seed}, {workers} workers; again with: --seed {seed}")
    started = time.perf_counter()
    going = Run(seed)
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(going.share, [range(first, inputs, workers) for first in range(workers)]))
    took = time.perf_counter() - started
    for what, count in sorted(going.counts.items()):
        say(f"  {what:<18}{count:>7}")
    say(f"{inputs} inputs in {took:.0f} s, {inputs / took:.1f} a second; {len(going.failed)} kinds of fault")
    return 1 if going.failed else 0


def replay(path: Path) -> int:
    """Judges one kept input again; 1 when it still fails."""
    with watched() as worker:
        judged: Judged = worker.judge(Input.from_json(path.read_text(encoding="utf-8")))
    say(judged.fault or f"{judged.outcome} {judged.status or ''}")
    for one in judged.said:
        say(f"  {one['file']}:{one['line']} {one['code']}: {one['message']}")
    return 1 if judged.fault else 0


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201  # a command speaks to its terminal


def main() -> int:
    if sys.argv[1:2] == ["replay"]:
        return replay(Path(sys.argv[2]))
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=None, help="a new one each time, unless it is given")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    seed = SystemRandom().randrange(10**6) if chosen.seed is None else chosen.seed
    return run(chosen.inputs, seed, chosen.workers)


if __name__ == "__main__":
    sys.exit(main())
