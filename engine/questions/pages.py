"""Lists page by page: each page begins after the key of the last row before it, so that none comes twice."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from engine import access
from engine.questions.reader import Reader
from engine.questions.work_list import items
from engine.store.contract import CaseKey, TaskKey, TaskRow
from engine.views import CaseItem, Page, TaskItem


def page_of_tasks(reader: Reader, role: str | None, after: TaskKey | None, limit: int) -> Page[TaskItem, TaskKey]:
    """Open tasks of the person's roles at all their centres, or of one role; due first, then oldest."""
    by_roles: dict[frozenset[str], list[str]] = defaultdict(list)
    for centre in reader.person.centres:
        held = access.roles_that_may(reader.library, reader.person, centre, "task.work")
        asked = held & {role} if role else held
        if asked:
            by_roles[asked].append(centre)
    lists = [reader.store.open_tasks(centres, sorted(roles), limit + 1, after) for roles, centres in by_roles.items()]
    rows = list(islice(heapq.merge(*lists, key=_order), limit + 1))
    shown = rows[:limit]
    return Page(items(reader, shown), shown[-1].key if len(rows) > limit else None)


def _order(row: TaskRow) -> tuple[bool, datetime, datetime, str]:
    """As the store orders: what is due at no time comes last."""
    due_at, opened_at, id = row.key
    return due_at is None, due_at or opened_at, opened_at, id


def page_of_cases(reader: Reader, centres: Sequence[str], after: CaseKey | None, limit: int) -> Page[CaseItem, CaseKey]:
    """Open cases of these centres, newest first; the person must be allowed to list each."""
    rows = reader.store.open_cases(centres, limit + 1, after)
    shown = tuple(
        CaseItem(row.case, reader.pinned(row.case.edition).door_title(row.case.door), row.open_tasks, row.open_duties)
        for row in rows[:limit]
    )
    return Page(shown, rows[limit - 1].key if len(rows) > limit else None)
