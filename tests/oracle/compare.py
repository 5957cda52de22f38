"""Compares the answers of a prover with those of brute force, duty by duty, over random pathways."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from engine.library import Library
from tests.oracle.brute import Brute, TooMany, Way
from tests.oracle.generate import pathways

Answer = Callable[[Library, str], str]
"""(library, duty id) -> 'proved', 'shown' (proved, and what it owes can always be done), 'vacuous', 'broken' or
'unproved'."""
PROVED = ("proved", "shown", "vacuous")


def disagreements(
    seeds: Iterable[int], answer: Answer, budget: int = 4000, counts: Counter[str] | None = None
) -> Iterator[str]:
    """A line for every duty on which the prover and the oracle differ. `counts`, if given, is told what was compared.

    Pathways that do not pass the checks, that have more states than the budget, or in which a case can get stuck are
    passed over and counted.
    """
    counts = Counter() if counts is None else counts
    named = ((f"seed {seed}", files, library) for seed, files, library in pathways(_counted(seeds, counts)))
    yield from differences(named, answer, budget, counts)
    passed = ("pathways compared", "passed over: too many states", "passed over: a case gets stuck")
    counts["passed over: an error in the content"] = counts["seeds"] - sum(counts[one] for one in passed)


def differences(
    editions: Iterable[tuple[str, Mapping[str, bytes], Library]], answer: Answer, budget: int, counts: Counter[str]
) -> Iterator[str]:
    """The same of any editions without errors: what each is called, its files, and what they were read into."""
    for name, files, library in editions:
        brute = Brute(files, budget)
        try:
            found = brute.answer()
        except TooMany:
            counts["passed over: too many states"] += 1
            continue
        if found.unsound:
            counts["passed over: a case gets stuck"] += 1
            continue
        counts["pathways compared"] += 1
        counts["states"] += found.states
        for duty, way in found.ways.items():
            said = answer(library, duty)
            holds = "holds" if found.arises[duty] else "is never about anything"
            holds = holds if found.stays[duty] else "gets out of reach"
            counts[f"oracle {'broken' if way else holds}, prover {said}"] += 1
            if said == "vacuous" and found.arises[duty]:
                yield f"{name}, {duty}: called vacuous, but brute force comes to what it is about"
            if said == "shown" and not found.stays[duty] and not _stays_when_closed(files, duty, budget):
                yield f"{name}, {duty}: SHOWN that it can always be done, but brute force comes to where it cannot"
            if way is not None and said in PROVED:
                yield f"{name}, {duty}: PROVED, but brute force breaks it: {told(way)}"
            elif way is None and said == "broken":
                yield f"{name}, {duty}: called broken, but brute force finds no way in {found.states} states"


def _stays_when_closed(files: Mapping[str, bytes], duty: str, budget: int) -> bool:
    """Whether something leads to what is owed once it is told, too, what may be recorded on a closed case."""
    try:
        return Brute(files, 10 * budget, after_closing=True).answer().stays[duty]
    except TooMany:
        return False


def told(way: Way) -> str:
    """A way in words: each command with its answers."""
    return " > ".join(
        f"{command.kind} {command.what}"
        + (f" ({', '.join(f'{name}={value}' for name, value in command.answers)})" if command.answers else "")
        for command in way
    )


def _counted(seeds: Iterable[int], counts: Counter[str]) -> Iterator[int]:
    for seed in seeds:
        counts["seeds"] += 1
        yield seed


def main(first: int, last: int) -> int:
    """Counts what brute force says by itself of the seeds from first to last."""
    counts: Counter[str] = Counter()
    for line in disagreements(range(first, last), lambda library, duty: "unproved", counts=counts):
        sys.stdout.write(f"{line}\n")
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{count:8}  {name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:3])))
