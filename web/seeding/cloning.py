"""Makes the cases of one centre from the samples: rows for the bulk load, and a trail that is chained through them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import orjson

from engine.desk import codes
from engine.store.archive import pack
from engine.store.bulk import Batch
from engine.store.chain import GENESIS, canonical_start, hashes_after, head_text
from engine.store.chapters import LENGTH, bound, kept
from engine.store.columns import iso
from engine.store.encryption import CaseKey, Keyring
from engine.store.samples import TABLES, Sample
from engine.store.sealed import place_of
from engine.store.tables import care_case
from engine.store.tidying import AT_REST
from web.seeding.sampling import Walked
from web.seeding.template import Slots, Template, new_ids

CASES_AT_ONCE = 300
_CASE_COLUMNS = care_case.columns.keys()
_COLUMNS = {name: [str(column.name) for column in table.columns][2:] for name, table in TABLES.items()}
_STEP = 433_494_437
"""A prime: numbers times it, modulo how many codes there are, meet no code twice and are in no order."""
_CODES = len(codes.LETTERS) ** codes.LONG


@dataclass(frozen=True, slots=True)
class Plan:
    """What one centre gets."""

    centre: str
    people: Mapping[str, str]
    """Who the samples name -> who works at this centre."""
    closed: int
    left: int
    first: int
    """Number of its first case in the whole country."""
    until: date
    since: date
    seed: str


class Cast:
    """A sample at one centre: the same texts with the people of this centre."""

    def __init__(self, walked: Walked, plan: Plan) -> None:
        sample = walked.sample
        self.walked = walked
        self.id: str = sample.case["id"]
        self._people = plan.people
        self.case = self.template(orjson.dumps(sample.case).decode())
        self.rows = self.template(orjson.dumps(dict(sample.rows)).decode())
        self.archive = {name: self.template(text) for name, text in sample.archive.items()}
        self.sittings = list(_sittings(sample, self, plan.centre))

    def template(self, text: str) -> Template:
        for named, person in self._people.items():
            text = text.replace(named, person)
        return Template(text)

    @cached_property
    def in_archive(self) -> Slots:
        return Slots([self.case, *self.archive.values()])

    @cached_property
    def in_rows(self) -> Slots:
        return Slots([self.case, self.rows])


@dataclass(frozen=True, slots=True)
class Sitting:
    """What happened in a case on one day: its entries, one a line, as a chapter keeps them and as they are hashed."""

    day: int
    time: str
    kept: Template
    starts: Template
    slots: Slots
    length: int


def _sittings(sample: Sample, cast: Cast, centre: str) -> Iterator[Sitting]:
    days: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for at, kind, person, params in sample.entries:
        text = orjson.dumps(dict(params), option=orjson.OPT_SORT_KEYS).decode()
        values = {"seq": 0, "at": iso(at), "kind": kind, "person": person, "case_id": cast.id, "params": text}
        days[at.toordinal()].append({**values, "centre": centre})
    for day, lines in days.items():
        kept_lines = cast.template("\n".join(kept(line).decode() for line in lines))
        starts = cast.template("\n".join(canonical_start(line) for line in lines))
        slots = Slots([kept_lines, starts])
        if slots.ids != [cast.id]:
            raise ValueError("Expected no other id in the trail than the case's")
        yield Sitting(day, lines[0]["at"][10:], kept_lines, starts, slots, len(lines))


def batches(plan: Plan, samples: Sequence[Walked], keyring: Keyring) -> Iterator[tuple[int, Batch]]:
    """(how many cases, rows) until the centre is whole."""
    chance = random.Random(plan.seed)  # noqa: S311  # invented data; the keys of the cases are not made of it
    casts = [Cast(walked, plan) for walked in samples]
    made: list[tuple[str, Cast, int]] = []
    ids = new_ids(plan.closed + plan.left, chance)
    for number, case_id in enumerate(ids):
        cast = chance.choice([cast for cast in casts if cast.walked.closed == (number < plan.closed)])
        made.append((case_id, cast, _shift(cast.walked, plan, chance)))
    made.sort(key=lambda one: one[0])  # rows in the order of their key are written much faster
    for start in range(0, len(made), CASES_AT_ONCE):
        some = made[start : start + CASES_AT_ONCE]
        rows: dict[str, list[Sequence[Any]]] = {name: [] for name in ("care_case", "case_key")}
        for number, (case_id, cast, shift) in enumerate(some, start=plan.first + start):
            _add_case(rows, plan, cast, case_id, shift, code_of(number), keyring, chance)
        yield len(some), rows
    yield from ((0, rows) for rows in _trail(plan, made, keyring))


def _shift(walked: Walked, plan: Plan, chance: random.Random) -> int:
    """How many days later than the sample this case is."""
    if not walked.closed:
        return (plan.until - walked.ended).days
    earliest = (plan.since - walked.begun).days
    return chance.randint(earliest, max(earliest, (plan.until - walked.ended).days))


def code_of(number: int) -> str:
    """The code of the case with this number in the country."""
    rest = number * _STEP % _CODES
    letters = ""
    for _ in range(codes.LONG):
        rest, letter = divmod(rest, len(codes.LETTERS))
        letters += codes.LETTERS[letter]
    return codes.read_code(letters)


def _add_case(
    rows: dict[str, list[Sequence[Any]]],
    plan: Plan,
    cast: Cast,
    case_id: str,
    shift: int,
    code: str,
    keyring: Keyring,
    chance: random.Random,
) -> None:
    at_rest = cast.walked.closed and cast.walked.ended + timedelta(days=shift) < plan.until - AT_REST
    slots = cast.in_archive if at_rest else cast.in_rows
    values = dict(zip(slots.ids, new_ids(len(slots.ids), chance), strict=True)) | slots.moved(shift)
    values[cast.id] = case_id
    case = orjson.loads(cast.case.fill(values))
    case |= {"opened_at_centre": plan.centre, "current_centre": plan.centre, "code": code, "archived": int(at_rest)}
    rows["care_case"].append([case[name] for name in _CASE_COLUMNS])
    key = keyring.new_case_key(plan.centre, case_id)
    rows["case_key"].append([plan.centre, case_id, key.version, keyring.version, keyring.wrap(key)])
    if at_rest:
        for name, text in cast.archive.items():
            sealed = pack(text.fill(values).encode(), name, key)
            rows.setdefault(name, []).append([plan.centre, case_id, sealed])
        return
    for name, some in orjson.loads(cast.rows.fill(values)).items():
        rows.setdefault(name, []).extend(_row(name, row, key) for row in some)


def _row(table: str, row: dict[str, Any], key: CaseKey) -> Sequence[Any]:
    if "sealed" in row:
        row["sealed"] = key.seal(row["sealed"].encode(), *place_of(table, row)) if row["sealed"] else b""
    return [key.centre, key.case_id, *(row[name] for name in _COLUMNS[table])]


def _trail(plan: Plan, made: Sequence[tuple[str, Cast, int]], keyring: Keyring) -> Iterator[Batch]:
    """The centre's chain, day by day: chapters of what is at rest, then loose entries, then the head."""
    days: dict[int, list[tuple[str, str, Sitting, int]]] = defaultdict(list)
    for case_id, cast, shift in made:
        for sitting in cast.sittings:
            days[sitting.day + shift].append((sitting.time, case_id, sitting, shift))
    loose_from = (plan.until - AT_REST).toordinal()
    chain = _Chain(plan.centre)
    for day in sorted(days):
        for _, case_id, sitting, shift in sorted(days[day], key=lambda one: one[:2]):
            chain.add(case_id, sitting, shift)
        if day < loose_from:
            yield from chain.chapters()
    mark = keyring.mark(head_text(plan.centre, chain.seq, chain.hash), use="head")
    yield {"trail": chain.loose(), "trail_head": [[plan.centre, chain.seq, chain.hash, mark]]}


class _Chain:
    """The end of a centre's chain: entries that are not in a chapter yet."""

    def __init__(self, centre: str) -> None:
        self.centre = centre
        self.seq, self.hash = 0, GENESIS
        self._texts: list[bytes] = []
        self._hashes: list[str] = []
        self._owners: list[str] = []

    def add(self, case_id: str, sitting: Sitting, shift: int) -> None:
        values = sitting.slots.moved(shift)
        values[sitting.slots.ids[0]] = case_id
        self._texts += sitting.kept.fill(values).encode().split(b"\n")
        self._owners += [case_id] * sitting.length
        hashes = hashes_after(sitting.starts.fill(values).split("\n"), self.hash, self.seq)
        self._hashes += hashes
        self.seq, self.hash = self.seq + len(hashes), hashes[-1]

    def chapters(self) -> Iterator[Batch]:
        """Binds whatever fills chapters."""
        whole = len(self._texts) // LENGTH * LENGTH
        first = self.seq - len(self._texts) + 1
        chapters: list[Sequence[Any]] = []
        listed: list[Sequence[Any]] = []
        for start in range(0, whole, LENGTH):
            end = start + LENGTH
            one = bound(self.centre, first + start, self._texts[start:end], self._hashes[end - 1])
            chapters.append([getattr(one, name) for name in type(one).__slots__])
            listed += [[case, self.centre, one.first_seq] for case in sorted(set(self._owners[start:end]))]
        if chapters:
            yield {"trail_chapter": chapters, "trail_chapter_case": listed}
        self._texts, self._hashes, self._owners = self._texts[whole:], self._hashes[whole:], self._owners[whole:]

    def loose(self) -> list[Sequence[Any]]:
        """Rows of the entries that are in no chapter."""
        first = self.seq - len(self._texts) + 1
        pairs = enumerate(zip(self._texts, self._hashes, strict=True), start=first)
        return [[self.centre, seq, *orjson.loads(text), hash] for seq, (text, hash) in pairs]
