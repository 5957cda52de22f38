"""How many random pathways are compared: the short form runs in `make test`, the long form in `make oracle`."""

from __future__ import annotations

import os

LONG = os.environ.get("ORACLE") == "long"

PROVED = range(13_600 if LONG else 30)
"""Seeds of pathways whose duties the prover and brute force are asked for. Three of four are sound and small enough to
be compared, so that the long form compares some ten thousand."""
AT_A_TIME = 50
"""Of these, so many in one test: two processes share them."""
WITNESSED = range(14 if LONG else 8)
"""Seeds of pathways whose broken duties are to be broken in the engine, too."""
WALKED = 200 if LONG else 30
"""Pathways on which engine and oracle walk side by side."""
