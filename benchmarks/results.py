"""Writes a table of figures into benchmarks/README.md, between the marks of its section."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

README = Path(__file__).with_name("README.md")


def write_section(name: str, table: str) -> None:
    """Replaces what stands between `<!-- name -->` and `<!-- /name -->`; raises ValueError when they are not there."""
    text = README.read_text()
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, _, rest = text.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"Expected {begin} and {end} in {README.name}")
    README.write_text(f"{before}{begin}\n{where()}\n\n{table}\n{end}{after}")


def where() -> str:
    """What was measured on, and when."""
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{sys.platform}; load when it ended (1, 5, 15 minutes): {load}."
    )
