"""What every command needs: its settings, the house, and words for whoever typed it."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from web.database_file import refuse_missing
from web.settings import Settings, read

if TYPE_CHECKING:
    from web.house import House

UNREADABLE = 2
"""The exit code of what cannot be understood."""


def say(message: str, status: int) -> int:
    print(f"isange: {message}", file=sys.stderr)
    return status


def tell(line: str) -> None:
    """To whoever waits, beside what programs read."""
    print(line, file=sys.stderr, flush=True)


def settings_of(chosen: argparse.Namespace) -> Settings:
    names = ("host", "port", "database", "content", "jurisdiction")
    given = {name: getattr(chosen, name, None) for name in names}
    return read(os.environ, mode="demo" if getattr(chosen, "demo", False) else None, **given)


def house_of(chosen: argparse.Namespace) -> closing[House]:
    """The house on a database that is there: a wrong name must not make an empty one, in which nothing is found and
    nothing missed."""
    from web import house  # `isange check` starts without one

    settings = settings_of(chosen)
    refuse_missing(settings)
    with house.starting(settings):
        return closing(house.build(settings))
