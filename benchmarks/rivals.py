"""What proofs cost on pathways of growing size, beside other ways to prove the same: unreduced search, decision
diagrams and z3, in one run.

`python -m benchmarks.rivals [--write]`. Isange proves all duties of each pathway (benchmarks/models.py) in one process
that knows nothing yet, seeking no cases. The rivals get the first pathway of each row as a net (benchmarks/nets.py), in
the environment of the peers, two at a time. Whoever answers must agree: the run ends with an error where somebody
breaks what another one proves. `--agree` asks decision diagrams about every pathway, and writes nothing."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.demands import DUTIES
from benchmarks.models import Model, edition
from benchmarks.nets import net_of
from benchmarks.peers.answering import BROKEN, KEPT, OPEN, most_memory
from benchmarks.results import Bound, judged, write_section
from engine.checks import check
from engine.content import from_files
from engine.prove.net import Net
from engine.prove.proving import prove

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv" / "peers" / "bin" / "python"
OURS = "Isange"
RIVALS = {"explicit": "unreduced", "bdd": "BDD (CUDD)", "bmc": "z3, bounded", "spacer": "z3, Spacer"}
SECONDS = 10
"""What a rival may take for a pathway."""
GRACE = 10
"""More seconds until one that does not look at the clock is ended."""
DENSE = Model(nodes=0, branches=4, booleans=18, gates=10)
MADE = (
    *((Model(60, branches, 8), 10) for branches in (0, 3, 8)),
    *((Model(150, branches, 12), 10) for branches in (0, 3, 5, 8)),
    *((Model(300, branches, 16), 5) for branches in (0, 5)),
    (DENSE, 5),
)
"""A row each, and how many pathways."""


@dataclass(frozen=True)
class Said:
    """What one says of a pathway's duties, in how many seconds and MB; `spent` are those on which Isange's budget was
    spent, `more` is whatever else is told."""

    answers: dict[str, str]
    seconds: float
    memory: float = 0.0
    spent: int = 0
    more: str = ""

    @property
    def cell(self) -> str:
        """For the table: how long it took, or how many duties it answered in its time."""
        given = sum(said != OPEN for said in self.answers.values())
        if given == len(self.answers):
            return f"{self.seconds:.2f}"
        proved = sum(said == KEPT for said in self.answers.values())
        return f"{given} of {len(self.answers)} ({proved} kept{self.more}) in {max(self.seconds, SECONDS):.0f} s"


@dataclass
class Row:
    """The pathways of one size: what Isange says of each, and the rivals of the first."""

    model: Model
    number: int
    nodes: int = 0
    ours: list[Said] = field(default_factory=list)
    rivals: dict[str, Said] = field(default_factory=dict)

    @property
    def name(self) -> str:
        made = f"{self.nodes} nodes, {self.model.branches} branches, {self.model.booleans} booleans"
        return f"{made}, {self.model.gates} choices a branch" if self.model.gates else made

    @property
    def seconds(self) -> list[float]:
        return [said.seconds for said in self.ours]

    @property
    def proved(self) -> str:
        """How many of the duties that anybody proves Isange proves, on the first pathway."""
        first = self.ours[0].answers
        kept = [
            duty for duty in first if any(one.answers[duty] == KEPT for one in (self.ours[0], *self.rivals.values()))
        ]
        return f"{sum(first[duty] == KEPT for duty in kept)} of {len(kept)}"


class Parted(Exception):
    """Two provers do not agree on a duty."""


def isange(files: Mapping[str, bytes]) -> tuple[Said, int]:
    """What the engine proves of a pathway, and how many nodes that has. What is not proved stays open."""
    library = from_files(files, "rwanda")
    wrong = [finding for finding in check(library).findings if finding.severity == "error"]
    assert not wrong, wrong
    began = time.perf_counter()
    net = Net(library)
    found = [prove(library, net, duty) for duty in library.duties.values()]
    took = time.perf_counter() - began
    answers = {one.duty: KEPT if one.proved or one.dead_end is not None else OPEN for one in found}
    return Said(answers, took, spent=sum(bool(one.why) for one in found)), len(net.elements)


def rival(name: str, files: Mapping[str, bytes], seconds: float) -> Said:
    """What a rival says of a pathway, in a process of its own; what it has not said when it is ended stays open."""
    asked = json.dumps(net_of(files))
    command = [str(PEERS), "-m", f"benchmarks.peers.{name}", str(seconds)]
    told, errors = "", ""
    try:
        done = subprocess.run(
            command, input=asked, capture_output=True, text=True, cwd=ROOT, check=True, timeout=seconds + GRACE
        )
        told, errors = done.stdout, done.stderr
    except subprocess.TimeoutExpired as ended:
        told = ended.stdout.decode() if isinstance(ended.stdout, bytes) else ended.stdout or ""
    lines = [json.loads(line) for line in told.splitlines()]
    answers = dict.fromkeys((duty["id"] for duty in json.loads(asked)["duties"]), OPEN)
    answers |= {line["duty"]: line["said"] for line in lines if "duty" in line}
    last = next((line for line in lines if "seconds" in line), {"seconds": seconds + GRACE, "memory": 0})
    more = f", {errors.strip()}" if name == "bmc" and errors else ""
    return Said(answers, last["seconds"], last["memory"], more=more)


def compare(what: str, everyone: Mapping[str, Said]) -> None:
    """Raises Parted where somebody breaks what another one proves."""
    for duty in everyone[OURS].answers:
        said = {name: one.answers[duty] for name, one in everyone.items()}
        if {KEPT, BROKEN} <= set(said.values()):
            raise Parted(f"{what}, {duty}: {said}")


def measure(rows: list[Row], seconds: float) -> None:
    """Fills the rows. Isange runs by itself, the rivals two at a time."""
    for row in rows:
        for seed in range(row.number):
            said, row.nodes = isange(edition(row.model, seed))
            row.ours.append(said)
        files = edition(row.model, 0)
        with ThreadPoolExecutor(2) as two:
            answers = two.map(lambda name, files=files: rival(name, files, seconds), RIVALS)
            row.rivals = dict(zip(RIVALS, answers, strict=True))
        compare(f"{row.model}, seed 0", {OURS: row.ours[0], **row.rivals})
        print(f"{row.name}: {said_of(row.seconds)}", file=sys.stderr, flush=True)


def agree(rows: list[Row], seconds: float) -> None:
    """Asks decision diagrams about every pathway."""
    for row in rows:
        for seed in range(row.number):
            files = edition(row.model, seed)
            ours, theirs = isange(files)[0].answers, rival("bdd", files, seconds)
            compare(f"{row.model}, seed {seed}", {OURS: Said(ours, 0), "bdd": theirs})
            both = Counter((ours[duty], theirs.answers[duty]) for duty in ours)
            told = ", ".join(f"{number} {mine} and {other}" for (mine, other), number in sorted(both.items()))
            print(f"{row.model}, seed {seed}: {told}", flush=True)


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[max(0, -(-95 * len(seconds) // 100) - 1)]


def said_of(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} ({p95(seconds):.2f})"


def table(rows: list[Row], seconds: float) -> Iterator[str]:
    """Everything that was measured."""
    yield (
        f"| pathways made | number | {OURS}, s: median (p95) | its budget spent on | proved, of those anybody proves "
        f"| {' | '.join(f'{name}, s' for name in RIVALS.values())} |"
    )
    yield "|---|---|---|---|---|" + "---|" * len(RIVALS)
    for row in rows:
        spent = f"{sum(said.spent for said in row.ours)} of {DUTIES * row.number}"
        cells = [row.name, str(row.number), said_of(row.seconds), spent, row.proved]
        yield f"| {' | '.join(cells + [row.rivals[name].cell for name in RIVALS])} |"
    yield ""
    memory = {shown: max(row.rivals[name].memory for row in rows) for name, shown in RIVALS.items()}
    told = ", ".join(f"{name} {most:.0f} MB" for name, most in memory.items())
    yield (
        f"{DUTIES} duties a pathway. The last five columns speak of the first pathway of each row. A rival has"
        f" {seconds:g} s for all duties; where that is not enough the cell says how many it answered, and how many of"
        f" these are kept. Largest process: {told}."
    )
    yield ""
    yield from judged(bounds(rows))


def bounds(rows: list[Row]) -> Iterator[Bound]:
    """What was to be reached, whatever the branches."""
    for nodes, most in ((60, 0.15), (150, 1), (300, 5)):
        seconds = [one for row in rows if row.model.nodes == nodes for one in row.seconds]
        yield Bound(f"{nodes} nodes, {DUTIES} duties, p95, s", most, p95(seconds))
    dense = [one for row in rows if row.model is DENSE for one in row.seconds]
    yield Bound(f"18 booleans x 4 branches, {DUTIES} duties, p95, s", 5, p95(dense))
    yield Bound("memory of Isange's process, MB", 500, most_memory())


def main() -> None:
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    chosen.add_argument("--seconds", type=float, default=SECONDS, help="what a rival may take for a pathway")
    chosen.add_argument("--agree", action="store_true", help="compare with decision diagrams on every pathway")
    asked = chosen.parse_args()
    rows = [Row(model, number) for model, number in MADE]
    if asked.agree:
        agree(rows, asked.seconds)
        return
    measure(rows, asked.seconds)
    lines = "\n".join(table(rows, asked.seconds))
    if asked.write:
        write_section("rivals", lines)
    print(lines)


if __name__ == "__main__":
    main()
