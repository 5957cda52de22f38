"""The proof records that Isange ships: what was proved of its own content when it was released."""

from __future__ import annotations

from pathlib import Path

from engine.proofs import RecordError, read_record
from web.settings import SHIPPED_CONTENT


def shipped_record(jurisdiction: str) -> Path:
    """Where the record of the shipped content lies."""
    return SHIPPED_CONTENT / "docs" / "proofs" / f"{jurisdiction}.json"


def shipped_proof(jurisdiction: str, edition: str) -> bytes | None:
    """The record as it was written, if it is of this very edition."""
    try:
        record = shipped_record(jurisdiction).read_bytes()
        return record if read_record(record).edition == edition else None
    except (OSError, RecordError):
        return None
