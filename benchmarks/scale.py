"""What a country costs: the same pages at one centre of a million cases and of a thousand, on both databases.

`python -m benchmarks.scale [--write]` fills databases by `isange seed`, reports how long that took and what the tables
weigh, and then sits one person before each database: the work list, the page of an open and of a closed case, a
search by code, and a task that is completed. The centre asked has the same number of open cases in the large and in
the small database, for how long its own list is is not a matter of the country's size; a third database shows what a
short list is."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select, text

from benchmarks.http import AtScreen
from benchmarks.results import Bound, judged, write_section
from engine import clock
from engine.model import Refusal
from engine.store.open import migrate
from engine.store.tables import care_case
from tests.databases import PostgresServer
from tests.waiting import waiting
from tests.walk import ROOT, Walk, vocabulary
from tests.web.running import KEY, served
from web.demo import PASSWORD
from web.house import House, build
from web.settings import Settings
from web.staff import forms
from web.staff.show import Show
from web.words import Words

ROLE = "medical"
CENTRE = "centre-01"
TIMES = 300
WARM = 15
LARGEST = 12
KINDS = ("SQLite", "PostgreSQL")
SETTINGS = ("shared_buffers=2GB", "max_wal_size=8GB")
"""Of PostgreSQL, as for a machine of its own with 8 GB of memory."""
ON_DISK = "/var/tmp"  # noqa: S108  # where /tmp may be memory


@dataclass(frozen=True)
class Country:
    name: str
    cases: int
    open: int
    centres: int

    def seed(self, database: str) -> float:
        """Seconds that `isange seed` took on a new database."""
        size = ["--cases", str(self.cases), "--open", str(self.open), "--centres", str(self.centres)]
        began = time.monotonic()
        command = [sys.executable, "-m", "web.cli", "seed", "--database", database, *size]
        subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "ISANGE_KEY": KEY}, stdout=sys.stderr)
        return time.monotonic() - began


def countries(cases: int) -> list[Country]:
    large = Country(f"{cases:,} cases", cases, cases * 3 // 100, 48)
    listed = large.open // large.centres
    return [
        large,
        Country(f"1,000 cases, {listed} open", 1000, min(listed, 1000), 1),
        Country("1,000 cases, 30 open", 1000, 30, 1),
    ]


def seeded(country: Country, url: str, note: Path) -> float:
    """Seconds that filling it took, now or when the databases that were kept were made."""
    if not note.exists():
        note.write_text(f"{country.seed(url):.0f}")
    return float(note.read_text())


def rested(url: str) -> None:
    """Has PostgreSQL do at once what it does in its own time after so many rows came in."""
    if url.startswith("postgresql"):
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for work in ("VACUUM", "CHECKPOINT"):
                connection.execute(text(work))
        engine.dispose()


def house_on(database: str) -> House:
    return build(Settings(database=database, content=str(ROOT), mode="demo", key_text=KEY, worker=False))


def serve(database: str, told: Any) -> None:
    """Serves until it is told to end; tells its port."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # for as long as the process lives
    house = house_on(database)
    with served(house) as address:
        told.send(address.port)
        told.recv()
    house.close()


def measure(database: str) -> dict[str, list[float]]:
    """Milliseconds of each, without the first few."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(database, there))
    server.start()
    screen = AtScreen(here.recv(), ROLE, PASSWORD)
    house = house_on(database)
    luck = random.Random(1)
    took: dict[str, list[float]] = defaultdict(list)
    known = {status: cases_of(house, status, luck) for status in ("open", "closed")}
    for number in range(TIMES + WARM):
        for what, asked in (("work list", "/work"), ("open case", None), ("closed case", None)):
            path = asked or f"/cases/{known[what.split()[0]][number][0]}"
            began = time.perf_counter()
            screen.get(path)
            took[what].append((time.perf_counter() - began) * 1000)
        took["search"].append(searched(screen, known[luck.choice(("open", "closed"))][number][1]))
    complete(screen, house, luck, took["complete"])
    here.send("end")
    server.join()
    house.close()
    return {what: times[min(WARM, len(times) // 4) :] for what, times in took.items()}


def cases_of(house: House, status: str, luck: random.Random) -> list[tuple[str, str]]:
    """(id, code) of some cases of the centre, in no order, over and over where there are few."""
    with house.store.engine.connect() as connection:
        asked = select(care_case.c.id, care_case.c.code).where(
            care_case.c.current_centre == CENTRE, care_case.c.status == status
        )
        found = [(row.id, row.code) for row in connection.execute(asked)]
    return [luck.choice(found) for _ in range(TIMES + WARM)]


def searched(screen: AtScreen, code: str) -> float:
    page = screen.get("/find")
    status, _, took = screen.post("/find", {"code": code, **hidden(page)})
    if status != 303:
        raise RuntimeError(f"Expected to find the case, but got {status}")
    return took


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(csrf|version|command)" value="([^"]+)"', page))


def complete(screen: AtScreen, house: House, luck: random.Random, took: list[float]) -> None:
    """Completes open tasks of the role, as the vocabulary of the drills says, as far as there are any."""
    rows = waiting(house.store, [CENTRE], [ROLE])
    luck.shuffle(rows)
    for row in rows:
        walk = Walk(house.desk, house.store, house.store.centres()[CENTRE], clock.now(), case_id=row.task.case_id)
        try:
            view = house.desk.task(walk.person(ROLE), row.task.id)
        except Refusal:  # it went with another one that was completed
            continue
        if view.blocked is not None or row.task.claimed_by is not None:
            continue
        answers = walk.filled(view.form, view.saved)
        raw = forms.raw_of(answers, view.form, Show(Words("en", "Africa/Kigali"), clock.now()))
        page = screen.get(f"/tasks/{row.task.id}")
        status, _, milliseconds = screen.post(f"/tasks/{row.task.id}", {**raw, **hidden(page)})
        if status != 303:
            raise RuntimeError(f"Expected that the task is completed, but got {status} for {row.task.element}")
        took.append(milliseconds)
        if len(took) == TIMES + WARM:
            return


def weights(house: House) -> dict[str, int]:
    """Bytes of each table with its indexes."""
    with house.store.engine.connect() as connection:
        if house.store.dialect == "sqlite":
            asked = (
                # how many pages: what they weigh together, dbstat counts in 32 bits
                "SELECT m.tbl_name, SUM(s.pageno) * (SELECT page_size FROM pragma_page_size) FROM dbstat s "
                "JOIN sqlite_master m ON m.name = s.name WHERE s.aggregate = TRUE GROUP BY m.tbl_name"
            )
        else:
            connection.execute(text("SET statement_timeout = 0"))
            asked = "SELECT relname, pg_total_relation_size(relid) FROM pg_catalog.pg_statio_user_tables"
        return {name: int(size) for name, size in connection.execute(text(asked))}


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Callable[[int], str]]:
    """Gives the address of a database by its number: of a file in the folder, or on a server that goes at the end."""
    if kind == "SQLite":
        yield lambda number: f"sqlite:///{folder}/country-{number}.db"
        return
    server = PostgresServer(Path(tempfile.mkdtemp(dir=ON_DISK)), *SETTINGS)

    def made(number: int) -> str:
        server.run(f"CREATE DATABASE country_{number}")
        migrate(server.url(f"country_{number}"))
        return server.url(f"country_{number}")

    yield made
    server.stop()


def table(kind: str, cases: int, folder: Path) -> Iterator[str]:
    """The figures of one kind of database."""
    found: dict[str, dict[str, list[float]]] = {}
    weighed: dict[str, int] = {}
    with databases(kind, folder) as address:
        for number, country in enumerate(countries(cases)):
            url = address(number)
            took = seeded(country, url, folder / f"{kind}-{number}.seconds")
            rested(url)
            found[country.name] = measure(url)
            if number == 0:
                large, spent = country, took
                with closing(house_on(url)) as house:
                    weighed = weights(house)
    yield (
        f"{kind}: `isange seed` of {large.name}, {large.open:,} of them open, at {large.centres} centres took "
        f"{spent / 60:.1f} minutes."
    )
    yield ""
    yield from compared(found)
    yield ""
    closed = large.cases - large.open
    everything = {"everything": sum(weighed.values())}
    yield from judged(bounds(found, spent, everything["everything"] / closed))
    yield ""
    yield f"| table with its indexes, of {large.name} | size | bytes a closed case |"
    yield "|---|---|---|"
    for name, size in (everything | dict(Counter(weighed).most_common(LARGEST))).items():
        yield f"| {name} | {size / 1e9:.2f} GB | {size / closed:,.0f} |"


def bounds(found: Mapping[str, Mapping[str, list[float]]], spent: float, weight: float) -> Iterator[Bound]:
    """What was to be reached, beside a centre with as many open cases."""
    large, alike, *_ = found
    yield Bound("minutes of loading", 15, spent / 60)
    for what in found[large]:
        yield Bound(f"p95, {what}, / {alike}", 1.5, p95(found[large][what]) / p95(found[alike][what]))
    yield Bound("bytes a closed case", 30_000, weight)


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def few(times: list[float]) -> str:
    """Says of how many a figure is, where there was not enough to do."""
    return f", of {len(times)}" if len(times) < TIMES else ""


def compared(found: dict[str, dict[str, list[float]]]) -> Iterator[str]:
    large, *others = found
    heads = [f"{name}: median ms (p95)" for name in found] + [f"p95, large / {name}" for name in others]
    yield f"| what | {' | '.join(heads)} |"
    yield "|" + "---|" * (1 + len(heads))
    for what in found[large]:
        cells = [
            f"{statistics.median(found[name][what]):.1f} ({p95(found[name][what]):.1f}){few(found[name][what])}"
            for name in found
        ]
        cells += [f"{p95(found[large][what]) / p95(found[name][what]):.2f}" for name in others]
        yield f"| {what} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="into benchmarks/README.md")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--keep", type=Path, help="a folder for SQLite's files, which stay, and serve again")
    chosen = parser.parse_args()
    vocabulary()
    for kind in [chosen.only] if chosen.only else KINDS:
        with ExitStack() as held:
            folder = chosen.keep or Path(held.enter_context(tempfile.TemporaryDirectory(dir=ON_DISK)))
            figures = "\n".join(table(kind, chosen.cases, folder))
        print(figures)
        if chosen.write:
            write_section(f"scale-{kind}", figures)


if __name__ == "__main__":
    main()
