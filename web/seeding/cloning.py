"""Makes the cases of one centre from the samples: rows for the bulk load."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import orjson

from engine.desk import codes
from engine.store.archive import pack
from engine.store.bulk import Batch
from engine.store.encryption import CaseKey, Keyring
from engine.store.samples import TABLES
from engine.store.sealed import place_of
from engine.store.tables import care_case
from engine.store.tidying import AT_REST
from web.seeding.sampling import Walked
from web.seeding.template import Slots, Template, new_ids
from web.seeding.trail import sittings, trail

CASES_AT_ONCE = 300
_CASE_COLUMNS = care_case.columns.keys()
_COLUMNS = {name: [str(column.name) for column in table.columns][2:] for name, table in TABLES.items()}
_STEP = 433_494_437
"""A prime: numbers times it, modulo how many codes there are, meet no code twice and are in no order."""
CODES = len(codes.LETTERS) ** codes.LONG


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
    until: datetime
    since: datetime
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
        self.sittings = list(sittings(sample, plan.centre, self._renamed))

    def template(self, text: str) -> Template:
        return Template(self._renamed(text))

    def _renamed(self, text: str) -> str:
        for named, person in self._people.items():
            text = text.replace(named, person)
        return text

    @cached_property
    def in_archive(self) -> Slots:
        return Slots([self.case, *self.archive.values()])

    @cached_property
    def in_rows(self) -> Slots:
        return Slots([self.case, self.rows])


def batches(plan: Plan, samples: Sequence[Walked], keyring: Keyring) -> Iterator[tuple[int, Batch]]:
    """(how many cases, rows) until the centre is whole."""
    chance = random.Random(plan.seed)  # noqa: S311  # invented data; the keys of the cases are not made of it
    casts: dict[bool, list[Cast]] = {True: [], False: []}
    for walked in samples:
        casts[walked.closed].append(Cast(walked, plan))
    made: list[tuple[str, Cast, int]] = []
    ids = new_ids(plan.closed + plan.left, chance)
    for number, case_id in enumerate(ids):
        cast = chance.choice(casts[number < plan.closed])
        made.append((case_id, cast, _shift(cast.walked, plan, chance)))
    made.sort(key=lambda one: one[0])  # rows in the order of their key are written much faster
    for start in range(0, len(made), CASES_AT_ONCE):
        some = made[start : start + CASES_AT_ONCE]
        rows: dict[str, list[Sequence[Any]]] = {name: [] for name in ("care_case", "case_key")}
        for number, (case_id, cast, shift) in enumerate(some, start=plan.first + start):
            _add_case(rows, plan, cast, case_id, shift, code_of(number), keyring, chance)
        yield len(some), rows
    happened = [(case_id, cast.sittings, shift) for case_id, cast, shift in made]
    yield from ((0, rows) for rows in trail(plan.centre, plan.until.date(), happened, keyring))


def _shift(walked: Walked, plan: Plan, chance: random.Random) -> int:
    """How many days later than the sample this case is, so that nothing of it lies ahead."""
    if not walked.closed:
        return (plan.until - walked.ended).days
    earliest = (plan.since - walked.begun).days
    return chance.randint(earliest, max(earliest, (plan.until - walked.ended).days))


def code_of(number: int) -> str:
    """The code of the case with this number in the country."""
    rest = number * _STEP % CODES
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
