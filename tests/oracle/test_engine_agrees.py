"""The oracle and the real engine, which share no code, make the same of the same commands on random pathways."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from tests.oracle.amounts import WALKED
from tests.oracle.brute import Brute, TooMany
from tests.oracle.generate import edition, pathways
from tests.oracle.walking import walk

FIRST = 0
WALKS = 3
OWN = ("language", "reading", "duties", "tokens", "running", "brute")
"""The modules of the oracle; the generator and the walks use the engine, of course."""


@pytest.fixture(scope="module")
def editions() -> list[dict[str, bytes]]:
    found = (files for _, files, _ in pathways(range(FIRST, FIRST + 10 * WALKED)))
    return list(islice(found, WALKED))


def test_engine_and_oracle_agree_after_every_command(editions: list[dict[str, bytes]]) -> None:
    said: Counter[str] = Counter()
    for number, files in enumerate(editions):
        for turn in range(WALKS):
            both = walk(files, seed=number * WALKS + turn)
            said.update(command.kind for command in both.told)
            said["late"] += sum(bool(command.late) for command in both.told)

    assert min(said[kind] for kind in ("open", "do", "tell", "correct", "time", "late")) > 20


def test_the_same_seed_writes_the_same_edition() -> None:
    assert edition(7) == edition(7)
    assert edition(7) != edition(8)


def test_the_oracle_shares_no_code_with_the_engine() -> None:
    folder = Path(__file__).parent
    texts = {name: (folder / f"{name}.py").read_text(encoding="utf-8") for name in OWN}

    assert [name for name, text in texts.items() if re.search(r"^\s*(from|import) engine\b", text, re.MULTILINE)] == []
    imported = {module for text in texts.values() for module in re.findall(r"from tests\.oracle\.(\w+) import", text)}
    assert imported <= set(OWN)


def test_some_duties_hold_and_some_are_broken(editions: list[dict[str, bytes]]) -> None:
    verdicts: Counter[str] = Counter()
    for files in editions[:20]:
        brute = Brute(files, budget=300)
        try:
            answer = brute.answer()
        except TooMany:
            continue
        verdicts.update("broken" if way else "holds" for way in answer.ways.values())

    assert min(verdicts["broken"], verdicts["holds"]) > 3
