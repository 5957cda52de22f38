"""How much the fault tests do: the short form runs in `make test`, the long form in `make faults`."""

from __future__ import annotations

import os

LONG = os.environ.get("FAULTS") == "long"

KILLS_A_POINT = 25 if LONG else 5
"""On each database, at each named point of completing a task."""
RACES = 1000 if LONG else 500
"""On each database; the short form makes 1,000 on both together."""
RACES_OF_PAGES = 200 if LONG else 6
"""On each database, over HTTP."""
DUPLICATES = tuple(range(2, 21)) if LONG else (2, 5, 20)
"""How many of one command are sent at once, in turn: by the API and by the page, on each database."""
TIMERS = {"postgresql": 2000, "sqlite": 2000 if LONG else 400}
KILLED_WORKERS = {"postgresql": 20, "sqlite": 20 if LONG else 6}
ROOMS = 50 if LONG else 12
"""Sizes at which the disk is full."""
RESTARTS = 5 if LONG else 1
ANY_CASES = 200 if LONG else 12
"""Cases in which people do whatever they may."""
