"""What a check with its proofs costs: from nothing, with what is known, after one change; on the shipped content and on
random pathways of growing size.

`python -m benchmarks.proof [--write]`. Each figure of the shipped content is a command of its own (`isange check`), as
whoever edits the content waits for it: reading, lint and proofs together, on as many processes as there are cores. The
bytecode of the modules is there already, as it is wherever Isange is installed: a first run that is not measured writes
it.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.results import Bound, judged, write_section
from engine.library import Library
from engine.prove import verdicts
from tests.oracle import generate

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("pathways", "rules", "forms", "features")
ROUNDS = 3
"""Times that each command is run."""
SIZES = (25, 60, 150)
"""Steps of random pathways, about."""
EACH = 6
"""Random pathways of each size."""
SEEDS = range(1000)


@dataclass(frozen=True)
class Edit:
    """One change of one file, as an officer makes it."""

    what: str
    path: str
    old: str
    new: str


CLOSURE, VISIT, MEDICAL = (f"pathways/bpmn/{name}.bpmn" for name in ("closure", "follow_up_visit", "medical_care"))
EDITS = (
    Edit("a step is called otherwise", CLOSURE, 'name="Say how to come back"', 'name="Say goodbye"'),
    Edit("a box is moved", CLOSURE, '<dc:Bounds x="1', '<dc:Bounds x="11'),
    Edit("a limit is longer", "rules/rwanda/parameters.yaml", "value: 24", "value: 36"),
    Edit(
        "a duty is called otherwise",
        "rules/rwanda/procedure.yaml",
        "A survivor is contacted only as agreed",
        "As agreed",
    ),
    Edit("a question need not be answered", "forms/visit.json", '      "visit_outcome",\n', ""),
    Edit("a question takes one answer less", "forms/session.json", ',\n          "unsaid"', ""),
    Edit("an event does nothing any more", VISIT, ' care:acts="followup.missed"', ""),
    Edit("closing asks for less", CLOSURE, "case.processes_running == 0 and ", ""),
    Edit("a service starts on more", "rules/common/starts.yaml", "wants_medical == 'yes'", "wants_medical != 'no'"),
    Edit("a duty only warns", "rules/rwanda/procedure.yaml", "severity: block", "severity: warn"),
    Edit("a table says otherwise", "rules/rwanda/decisions.yaml", "then: child", "then: adult"),
    Edit("a step has another form", CLOSURE, 'care:form="farewell"', 'care:form="receive"'),
)


def environment(proofs: Path) -> dict[str, str]:
    """Of a command that remembers what is proved in this folder."""
    return {
        **os.environ,
        "ISANGE_PROOFS": str(proofs),
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(proofs.parent / "bytecode"),
        "PYTHONDONTWRITEBYTECODE": "",
    }


def check(folder: Path, proofs: Path, *words: str) -> tuple[float, float, bool]:
    """Seconds that the command takes, those that it says it took, and whether it found the content free of errors."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "web.cli", "check", str(folder), *words],
        env=environment(proofs),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - began
    said = re.search(r": (\d+) error, .* (\d+) ms", done.stdout)
    assert said is not None, done.stderr
    return took, int(said[2]) / 1000, said[1] == "0"


def written(folder: Path) -> Path:
    """The shipped content, to be changed."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name)
    return folder


def from_nothing(content: Path, home: Path) -> Iterator[tuple[str, list[float]]]:
    """Of the shipped content as it is."""
    lint, cold, warm = [], [], []
    check(content, home / "proofs-0", "--lint")
    for number in range(ROUNDS):
        proofs = home / f"proofs-{number}"
        lint.append(check(content, proofs, "--lint")[1])
        cold.append(check(content, proofs, "--forget")[0])
        warm.append(check(content, proofs)[0])
        print(f"round {number + 1} of {ROUNDS}", file=sys.stderr, flush=True)
    yield "lint alone, reading included, as it says itself", lint
    yield "nothing is known yet", cold
    yield "nothing has changed", warm


class Answered(NamedTuple):
    """After a save: seconds until the first answer, duties that are still looked at then, seconds until all is found,
    and whether the content is free of errors."""

    soon: float
    left: int
    whole: float
    sound: bool


class Watched:
    """`isange check --watch` of a folder."""

    def __init__(self, content: Path, proofs: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "check", str(content), "--watch"],
            env=environment(proofs),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def answered(self) -> Answered:
        """What comes after a save that was made just now."""
        began, answers = time.perf_counter(), []
        while True:
            left, sound = 0, False
            while not (line := self._line()).startswith("edition"):
                left += "still being looked at" in line
            sound = ": 0 error" in line
            answers.append((time.perf_counter() - began, left))
            if not left:
                return Answered(*answers[0], answers[-1][0], sound)

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the watch has ended"
        return line

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


def after_one_edit(content: Path, proofs: Path) -> Iterator[tuple[str, Answered]]:
    """Each edit by itself, with what was proved before it."""
    watch = Watched(content, proofs)
    watch.answered()
    for edit in EDITS:
        file = content / edit.path
        before = file.read_text(encoding="utf-8")
        assert edit.old in before, f"{edit.path} does not say {edit.old}"
        file.write_text(before.replace(edit.old, edit.new, 1), encoding="utf-8")
        found = watch.answered()
        file.write_text(before, encoding="utf-8")
        watch.answered()
        refused = "" if found.sound else ", refused by a check"
        print(
            f"{edit.what}: {found.soon:.1f} s, all found after {found.whole:.1f} s{refused}",
            file=sys.stderr,
            flush=True,
        )
        if found.sound:
            yield edit.what, found
    watch.end()


def of_size(steps: int) -> list[float]:
    """Seconds for all duties of random pathways of about so many steps, nothing known."""
    found: list[float] = []
    for seed in SEEDS:
        library = generate.read(generate.edition(seed, steps), most=2 * steps)
        if library is not None and generate.size(library) >= 0.7 * steps:
            began = time.perf_counter()
            prove_all(library)
            found.append(time.perf_counter() - began)
        if len(found) == EACH:
            break
    return found


def prove_all(library: Library) -> None:
    """The verdict of the prover on each duty; no case is sought."""
    for _ in verdicts(library):
        pass


def row(what: str, seconds: list[float]) -> str:
    return f"| {what} | {len(seconds)} | {statistics.median(seconds):.2f} | {p95(seconds):.2f} |"


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[max(0, -(-95 * len(seconds) // 100) - 1)]


def table() -> Iterator[str]:
    """Everything that is measured."""
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        content = written(home / "content")
        figures = dict(from_nothing(content, home))
        edits = dict(after_one_edit(content, home / "proofs-0"))
    generated = {steps: of_size(steps) for steps in SIZES}
    yield "| `isange check` | runs | median s | p95 s |"
    yield "|---|---|---|---|"
    yield from (row(what, seconds) for what, seconds in figures.items())
    yield row("watched, one change of twelve: the first answer", [found.soon for found in edits.values()])
    yield row("watched, one change of twelve: all is found", [found.whole for found in edits.values()])
    yield ""
    yield "| one change | the first answer, s | duties still looked at then, of all | all is found, s |"
    yield "|---|---|---|---|"
    yield from (f"| {what} | {found.soon:.2f} | {found.left} | {found.whole:.2f} |" for what, found in edits.items())
    yield ""
    yield "| random pathways, all duties, one process | number | median s | p95 s |"
    yield "|---|---|---|---|"
    yield from (row(f"about {steps} steps", seconds) for steps, seconds in generated.items())
    yield ""
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield from judged(
        [
            Bound("nothing is known yet, s", 10, statistics.median(figures["nothing is known yet"])),
            Bound("one change, the first answer, p95, s", 1, p95([found.soon for found in edits.values()])),
            Bound("one change, all is found, p95, s", 1, p95([found.whole for found in edits.values()])),
            Bound("lint alone, s", 0.3, statistics.median(figures["lint alone, reading included, as it says itself"])),
            Bound("random, about 60 steps, p95, s", 0.15, p95(generated[60])),
            Bound("random, about 150 steps, p95, s", 1, p95(generated[150])),
            Bound("memory of the largest process, MB", 500, most),
        ]
    )


def main() -> None:
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    lines = "\n".join(table())
    if chosen.parse_args().write:
        write_section("proof", lines)
    print(lines)


if __name__ == "__main__":
    main()
