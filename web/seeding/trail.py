"""The trail of one centre's cases, chained through all of them day by day, in chapters where it is old enough."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from engine.store.bulk import Batch
from engine.store.chain import GENESIS, canonical_start, hashes_after, head_text
from engine.store.chapters import LENGTH, Chapter, bound, kept
from engine.store.columns import iso
from engine.store.encryption import Keyring
from engine.store.samples import Sample
from engine.store.tidying import AT_REST
from web.seeding.template import Refrain, Slots

CHAPTERS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Sitting:
    """What happened in a case on one day: its entries, one a line, as a chapter keeps them and as they are hashed."""

    day: int
    time: str
    kept: Refrain
    starts: Refrain
    slots: Slots
    length: int

    def moved(self, case_id: str, days: int) -> Mapping[str, str]:
        """What stands in the slots for this case, so many days later."""
        return {**self.slots.moved(days), self.slots.ids[0]: case_id}


def sittings(sample: Sample, centre: str, renamed: Callable[[str], str]) -> Iterator[Sitting]:
    """Raises ValueError when the trail names something that is not the case's own, and would have to differ as well."""
    case_id = sample.case["id"]
    days: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for at, kind, person, params in sample.entries:
        text = orjson.dumps(dict(params), option=orjson.OPT_SORT_KEYS).decode()
        values = {"seq": 0, "at": iso(at), "kind": kind, "person": person, "case_id": case_id, "params": text}
        days[at.toordinal()].append({**values, "centre": centre})
    for day, lines in days.items():
        as_kept = Refrain(renamed("\n".join(kept(line).decode() for line in lines)))
        starts = Refrain(renamed("\n".join(canonical_start(line) for line in lines)))
        slots = Slots([as_kept, starts])
        if slots.ids != [case_id]:
            raise ValueError("Expected no other id in the trail than the case's")
        yield Sitting(day, lines[0]["at"][10:], as_kept, starts, slots, len(lines))


def trail(
    centre: str, until: date, cases: Iterable[tuple[str, Sequence[Sitting], int]], keyring: Keyring
) -> Iterator[Batch]:
    """Of cases (id, sittings, how many days later): chapters of what is at rest, then loose entries, then the head."""
    days: dict[int, list[tuple[str, str, Sitting, int]]] = defaultdict(list)
    for case_id, parts, shift in cases:
        for sitting in parts:
            days[sitting.day + shift].append((sitting.time, case_id, sitting, shift))
    loose_from = (until - AT_REST).toordinal()
    chain = _Chain(centre)
    for day in sorted(days):
        for _, case_id, sitting, shift in sorted(days[day], key=lambda one: one[:2]):
            chain.add(case_id, sitting, shift)
        if day < loose_from:
            chain.bind()
        if len(chain.chapters) >= CHAPTERS_AT_ONCE:
            yield chain.written()
    mark = keyring.mark(head_text(centre, chain.seq, chain.hash), use="head")
    yield {**chain.written(), "trail": chain.loose(), "trail_head": [[centre, chain.seq, chain.hash, mark]]}


class _Chain:
    """The end of a centre's chain: entries that are not in a chapter yet, and chapters that are not written yet."""

    def __init__(self, centre: str) -> None:
        self.centre = centre
        self.seq, self.hash = 0, GENESIS
        self.chapters: list[tuple[Chapter, set[str]]] = []
        self._loose: deque[tuple[str, bytes, int]] = deque()
        """(case, entries, how many)."""
        self._hashes: list[str] = []

    def add(self, case_id: str, sitting: Sitting, shift: int) -> None:
        values = sitting.moved(case_id, shift)
        self._loose.append((case_id, sitting.kept.fill(values), sitting.length))
        hashes = hashes_after(sitting.starts.fill(values).decode().split("\n"), self.hash, self.seq)
        self._hashes += hashes
        self.seq, self.hash = self.seq + len(hashes), hashes[-1]

    def bind(self) -> None:
        """Binds whatever fills chapters."""
        while len(self._hashes) >= LENGTH:
            first = self.seq - len(self._hashes) + 1
            cases, text = self._taken(LENGTH)
            self.chapters.append((bound(self.centre, first, LENGTH, text, self._hashes[LENGTH - 1]), cases))
            del self._hashes[:LENGTH]

    def _taken(self, count: int) -> tuple[set[str], bytes]:
        """The cases and the text of the first loose entries, which are loose no longer."""
        cases, texts = set(), []
        while count:
            case_id, text, length = self._loose.popleft()
            if length > count:
                lines = text.split(b"\n")
                self._loose.appendleft((case_id, b"\n".join(lines[count:]), length - count))
                text, length = b"\n".join(lines[:count]), count
            cases.add(case_id)
            texts.append(text)
            count -= length
        return cases, b"\n".join(texts)

    def written(self) -> Batch:
        """Rows of the chapters bound since this was last asked."""
        names = Chapter.__slots__
        rows = {
            "trail_chapter": [[getattr(one, name) for name in names] for one, _ in self.chapters],
            "trail_chapter_case": [
                [case, self.centre, one.first_seq] for one, of in self.chapters for case in sorted(of)
            ],
        }
        self.chapters = []
        return rows

    def loose(self) -> list[Sequence[Any]]:
        """Rows of the entries that are in no chapter."""
        first = self.seq - len(self._hashes) + 1
        texts = [line for _, text, _ in self._loose for line in text.split(b"\n")]
        pairs = enumerate(zip(texts, self._hashes, strict=True), start=first)
        return [[self.centre, seq, *orjson.loads(text), hash] for seq, (text, hash) in pairs]
