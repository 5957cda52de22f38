"""Lists page by page: each page begins after the key of the last row before it, so that none comes twice."""

from __future__ import annotations

from collections.abc import Sequence

from engine.questions.reader import Reader
from engine.questions.work_list import held, items, most_urgent
from engine.store.records import CaseKey, TaskKey
from engine.views import CaseItem, Page, TaskItem


def page_of_tasks(reader: Reader, role: str | None, after: TaskKey | None, limit: int) -> Page[TaskItem, TaskKey]:
    """Open tasks of the person's roles at all their centres, or of one role, in the order of the work list."""
    asked = {(centre, one) for centre, one in held(reader) if role in (None, one)}
    rows = most_urgent(reader, asked, limit + 1, after=after)
    shown = rows[:limit]
    return Page(items(reader, shown), shown[-1].key if len(rows) > limit else None)


def page_of_cases(reader: Reader, centres: Sequence[str], after: CaseKey | None, limit: int) -> Page[CaseItem, CaseKey]:
    """Open cases of these centres, newest first; the person must be allowed to list each."""
    rows = reader.store.open_cases(centres, limit + 1, after)
    shown = tuple(
        CaseItem(row.case, reader.pinned(row.case.edition).door_title(row.case.door), row.open_tasks, row.open_duties)
        for row in rows[:limit]
    )
    return Page(shown, rows[limit - 1].key if len(rows) > limit else None)
