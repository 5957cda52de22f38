"""Which prover this is: the hash of the code that a verdict depends on. A proof of another prover counts as none."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_ENGINE = Path(__file__).resolve().parent.parent
_PARTS = ("prove", "checks/analysis", "expressions", "rules/duties.py", "rules/schedules.py", "library.py", "model.py")
"""What a proof is made by: the prover, the spaces it computes in, the language, and the Monitor of duties."""


@cache
def checker() -> str:
    """The sha256 over the sources, in hex."""
    digest = hashlib.sha256()
    for part in _PARTS:
        path = _ENGINE / part
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            data = file.read_bytes()
            digest.update(f"{file.relative_to(_ENGINE).as_posix()} {len(data)}\n".encode())
            digest.update(data)
    return digest.hexdigest()
