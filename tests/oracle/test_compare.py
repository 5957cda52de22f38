"""A prover that is wrong, either way, is told apart from brute force, and what could not be compared is counted."""

from __future__ import annotations

from collections import Counter
from functools import cache

from engine.library import Library
from tests.oracle.brute import Brute, TooMany
from tests.oracle.compare import disagreements

SEEDS = range(10)
BUDGET = 60


@cache
def answers(files: tuple[tuple[str, bytes], ...]) -> dict[str, str]:
    try:
        ways = Brute(dict(files), BUDGET).answer().ways
    except TooMany:
        return {}
    return {duty: "broken" if way else "proved" for duty, way in ways.items()}


def by_brute_force(library: Library, duty: str) -> str:
    return answers(tuple(library.files.items())).get(duty, "unproved")


def test_a_prover_that_is_right_is_agreed_with() -> None:
    counts: Counter[str] = Counter()
    assert list(disagreements(SEEDS, by_brute_force, BUDGET, counts)) == []
    assert counts["oracle broken, prover broken"] > 1
    assert counts["oracle holds, prover proved"] > 1


def test_each_wrong_answer_is_told_with_the_way_to_break_the_duty() -> None:
    counts: Counter[str] = Counter()
    lines = list(disagreements(SEEDS, lambda library, duty: "proved", BUDGET, counts))

    assert len(lines) == counts["oracle broken, prover proved"] > 1
    assert all("PROVED, but brute force breaks it: open " in line for line in lines)


def test_a_false_alarm_is_told_as_one() -> None:
    counts: Counter[str] = Counter()
    lines = list(disagreements(SEEDS, lambda library, duty: "broken", BUDGET, counts))

    false = ("holds", "is never about anything", "gets out of reach")
    assert len(lines) == sum(counts[f"oracle {what}, prover broken"] for what in false) > 1
    assert all("called broken, but brute force finds no way" in line for line in lines)


def test_every_seed_is_compared_or_counted_as_passed_over() -> None:
    counts: Counter[str] = Counter()
    list(disagreements(SEEDS, lambda library, duty: "unproved", BUDGET, counts))
    passed_over = sum(count for what, count in counts.items() if what.startswith("passed over"))

    assert counts["pathways compared"] + passed_over == counts["seeds"] == len(SEEDS)
