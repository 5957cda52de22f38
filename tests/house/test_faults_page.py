"""The page of the faults (docs/faults.md) says of its tests what they do."""

from __future__ import annotations

import runpy
from typing import Any

import pytest

from tests.faults import amounts
from tests.walk import ROOT

SHORT, LONG = "make test", "make faults"


def table() -> list[dict[str, str]]:
    """The rows of the page's table, each by its columns."""
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    heads, _, *rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def said(of: dict[str, Any]) -> list[str]:
    """One form's column, in the order of the rows."""
    at_once = of["DUPLICATES"]
    every = at_once == tuple(range(min(at_once), max(at_once) + 1))
    return [
        f"{of['KILLS_A_POINT']} a point",
        f"{of['RACES']:,}",
        f"{of['RACES_OF_PAGES']:,}",
        f"every number from {min(at_once)} to {max(at_once)}" if every else f"{', '.join(map(str, at_once))} at once",
        *(f"{of['TIMERS'][one]:,} timers, {of['KILLED_WORKERS'][one]} kills" for one in ("postgresql", "sqlite")),
        f"{of['ROOMS']} sizes",
        "once" if of["RESTARTS"] == 1 else f"{of['RESTARTS']} times",
        "once",  # the lost answer, which has no amount
        f"{of['ANY_CASES']} walks",
    ]


@pytest.mark.parametrize(("form", "faults"), [(SHORT, "short"), (LONG, "long")])
def test_the_page_says_what_the_fault_tests_do(form: str, faults: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAULTS", faults)

    assert [row[form] for row in table()] == said(runpy.run_path(str(amounts.__file__)))
