"""`make mutants`: changes one thing of the shipped content at a time, and counts who notices.

`python -m tests.mutants [--kind KIND ...] [--sample N --seed S] [--write]`.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter

from tests.mutants.edit import KINDS
from tests.mutants.edits import edits
from tests.mutants.noticing import Watch
from tests.mutants.report import table, unnoticed, write
from tests.mutants.running import look


def main() -> int:
    chosen = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    chosen.add_argument("--kind", action="append", choices=list(KINDS), help="only this kind; may be said again")
    chosen.add_argument("--sample", type=int, help="so many of each kind, drawn by lot; steps all the same")
    chosen.add_argument("--seed", type=int, default=1, help="of the lot")
    chosen.add_argument("--write", action="store_true", help="into docs/mutants.md")
    said = chosen.parse_args()
    watch = Watch()
    every = list(edits(watch.library))
    wanted = [edit for edit in every if edit.kind in (said.kind or KINDS)]
    if said.sample:
        lot = random.Random(said.seed)
        by_kind = [[edit for edit in wanted if edit.kind == kind] for kind in KINDS]
        drawn = {edit for some in by_kind for edit in lot.sample(some, min(said.sample, len(some)))}
        wanted = [edit for edit in wanted if edit.kind == "step" or edit in drawn]
    began = time.monotonic()
    found = list(look(wanted, watch))
    of = Counter(edit.kind for edit in every)
    out = sys.stdout.write
    out("\n".join(table(found, of)) + "\n\nNobody noticed:\n")
    out("".join(f"  {edit.what}\n" for edit in unnoticed(found)))
    out("".join(f"CRASHED: {edit.what}: {one.said}\n" for edit, one in found if one.who == "crashed"))
    if said.write:
        write(found, of, watch.library, time.monotonic() - began, " ".join(["python -m tests.mutants", *sys.argv[1:]]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
