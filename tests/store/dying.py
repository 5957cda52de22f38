"""A process that dies on demand: reads `<failpoint> <database url>` lines, forks, and says how each child ended.

One process imports the store once and forks for every kill, so that a kill costs milliseconds.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from engine.model import Outcome
from engine.store.failpoints import VARIABLE
from engine.store.open import open_store
from engine.store.store import SqlStore
from tests.databases import KEYRING
from tests.store.build import MONDAY, a_case, a_fact, a_task, a_timer, an_entry, going_on


def the_move(store: SqlStore) -> Outcome:
    """A move that changes something of everything, sent under one command id."""
    case = a_case()
    return store.keep(
        going_on(
            case,
            command_id="c1",
            fingerprint="f",
            outcome=Outcome(case.id, case.code, "t1", opened=("t2",)),
            facts=(a_fact("age", 9), a_fact("sex", "f")),
            tasks=(a_task(case.id, "t2"),),
            task_closed=((a_task("case-1", "t1"), "completed"),),
            timers=(a_timer(case.id, "tm2", MONDAY),),
            timers_cleared=(a_timer(case.id, "tm1", MONDAY),),
            entries=(replace(an_entry(), case_id=case.id),),
        )
    )


def main() -> None:
    for line in sys.stdin:
        point, url = line.split(maxsplit=1)
        child = os.fork()
        if child == 0:
            os.environ[VARIABLE] = point
            the_move(open_store(url.strip(), KEYRING))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
