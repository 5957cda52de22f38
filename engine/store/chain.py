"""The hash chain of a trail, apart from any database: how a line is hashed and how entries are linked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

import orjson

from engine.entries import Entry
from engine.store.columns import iso

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode

LINE = ("centre", "seq", "at", "kind", "person", "case_id", "params")
"""What is hashed of an entry: its columns but the last, the hash."""
GENESIS = ""
"""What the first entry of a chain links to."""


def line_hash(line: dict[str, Any], previous: str) -> str:
    """SHA-256 over a zero byte and the canonical JSON of the line with the former hash (`prev`), in hex.

    Canonical: keys sorted, no spaces, all but ASCII escaped; so even text that is not UTF-8 has a hash.
    The zero byte keeps a line apart from an inner node, should the lines ever be sealed as a Merkle tree.
    """
    canonical = _CANONICAL({**line, "prev": previous})
    return sha256(b"\x00" + canonical.encode("ascii")).hexdigest()


def canonical_start(line: dict[str, Any]) -> str:
    """The canonical text of a line up to the former hash, which comes in it before the number alone."""
    text = _CANONICAL({**line, "prev": "", "seq": 0})
    return text.removesuffix('","seq":0}')


def hashes_after(starts: Iterable[str], previous: str, seq: int) -> list[str]:
    """`line_hash` of lines with these starts, which follow (seq, previous): for who chains very many lines."""
    found = []
    for number, start in enumerate(starts, start=seq + 1):
        previous = sha256(f'\x00{start}{previous}","seq":{number}}}'.encode("ascii")).hexdigest()
        found.append(previous)
    return found


def head_text(centre: str, seq: int, hash: str) -> str:
    """What is marked of a head: whose chain it is, how long, and its last hash."""
    return f"{centre}\x1f{seq}\x1f{hash}"


ALTERED = "trail.altered"
"""The kind of the entry that says that the chain before it did not end as its house had left it."""


def link(centre: str, entries: Iterable[Entry], seq: int, previous: str) -> Iterator[dict[str, Any]]:
    """Rows of the trail that follow (seq, previous), in order."""
    for entry in entries:
        seq += 1
        line = {
            "centre": centre,
            "seq": seq,
            "at": iso(entry.at),
            "kind": entry.kind,
            "person": entry.person,
            "case_id": entry.case_id,
            "params": orjson.dumps(dict(entry.params), option=orjson.OPT_SORT_KEYS).decode(),
        }
        previous = line_hash(line, previous)
        yield {**line, "hash": previous}
