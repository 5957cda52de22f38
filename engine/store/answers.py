"""Half-filled forms: sealed, each one person's own. Of one whose task a colleague did, or that was withdrawn, what was
written can still be read for half a day; then, or once its writer sent it, it is soon gone (tidying.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, or_, select

from engine.store.database import DIALECTS, Database, upsert
from engine.store.errors import TaskChanged
from engine.store.questions import ANY_TASK, owned, task_row
from engine.store.reading import KEY_COLUMNS, OWN_KEY
from engine.store.records import TaskRow
from engine.store.tables import care_case, case_key, saved_answers, task
from engine.store.values import answers_from_bytes, answers_to_bytes

_ANY_KEY = (
    select(care_case.c.opened_at_centre, care_case.c.id, *KEY_COLUMNS)
    .join(task, owned(task))
    .outerjoin(case_key, OWN_KEY)
)
_KEY_OF_TASK = _ANY_KEY.where(task.c.id == bindparam("task_id"), task.c.closed_at.is_(None))
_OF_PERSON = and_(
    saved_answers.c.centre == task.c.centre,
    saved_answers.c.case_id == task.c.case_id,
    saved_answers.c.task_id == task.c.id,
    saved_answers.c.person == bindparam("person"),
)
_SAVED = _KEY_OF_TASK.outerjoin(saved_answers, _OF_PERSON).add_columns(saved_answers.c.sealed)
_SAVE = {d: upsert(saved_answers, d) for d in DIALECTS}
_ITS_TASK = and_(
    task.c.centre == saved_answers.c.centre,
    task.c.case_id == saved_answers.c.case_id,
    task.c.id == saved_answers.c.task_id,
)
LEFT_BEHIND = timedelta(hours=12)
"""For so long what somebody wrote and did not send is theirs to read after its task is gone: about a shift."""
_NOT_SENT = or_(task.c.closed_by != saved_answers.c.person, task.c.closed_how != "completed")
_ITS_TASK_AS_IT_IS_READ = and_(
    _ITS_TASK, or_(task.c.closed_at.is_(None), and_(task.c.closed_at > bindparam("since"), _NOT_SENT))
)
OF_CLOSED_TASKS = delete(saved_answers).where(~exists().where(_ITS_TASK_AS_IT_IS_READ))
_LEFT_BEHIND = (
    ANY_TASK.join(saved_answers, _ITS_TASK)
    .where(saved_answers.c.person == bindparam("person"), task.c.closed_at > bindparam("since"), _NOT_SENT)
    .limit(bindparam("limit"))
)
_LEFT = (
    _ANY_KEY.join(saved_answers, _ITS_TASK)
    .where(
        task.c.id == bindparam("task_id"),
        saved_answers.c.person == bindparam("person"),
        task.c.closed_at.is_not(None),
        _NOT_SENT,
    )
    .add_columns(saved_answers.c.sealed)
)
_DROP_LEFT = delete(saved_answers).where(
    saved_answers.c.task_id == bindparam("b_task_id"),
    saved_answers.c.person == bindparam("person"),
    exists().where(_ITS_TASK, task.c.closed_at.is_not(None)),
)


class SavedAnswers(Database):
    """What a person typed and did not yet send."""

    def save_answers(self, task_id: str, person: str, answers: Mapping[str, object], at: datetime) -> None:
        """Keeps a half-filled form of an open task. Raises TaskChanged when the task is gone."""
        with self.writing() as connection:
            found = connection.execute(_KEY_OF_TASK, {"task_id": task_id}).one_or_none()
            if found is None:
                raise TaskChanged("The task was closed; half-filled answers can no longer be kept for it")
            key = self.keyring.unwrap(*found)
            row = {
                "centre": key.centre,
                "case_id": key.case_id,
                "task_id": task_id,
                "person": person,
                "sealed": key.seal(answers_to_bytes(answers), "saved_answers", task_id, person),
                "at": at,
            }
            connection.execute(_SAVE[self.dialect], row)

    def saved_answers(self, task_id: str, person: str) -> dict[str, object] | None:
        """This person's half-filled answers to an open task, or None."""
        return self._unsealed(_SAVED, task_id, person)

    def left_answers(self, task_id: str, person: str) -> dict[str, object] | None:
        """The same of a task that is closed, unless this person sent it."""
        return self._unsealed(_LEFT, task_id, person)

    def drop_left(self, task_id: str, person: str) -> None:
        """Its writer needs it no more."""
        with self.writing() as connection:
            connection.execute(_DROP_LEFT, {"b_task_id": task_id, "person": person})

    def left_behind(self, person: str, at: datetime, limit: int) -> list[TaskRow]:
        """The tasks of which there are such answers; see the contract."""
        with self.reading() as connection:
            rows = connection.execute(_LEFT_BEHIND, {"person": person, "since": at - LEFT_BEHIND, "limit": limit})
            return [task_row(row) for row in rows]

    def _unsealed(self, statement: Any, task_id: str, person: str) -> dict[str, object] | None:
        with self.reading() as connection:
            found = connection.execute(statement, {"task_id": task_id, "person": person}).one_or_none()
        if found is None or found.sealed is None:
            return None
        *key, sealed = found
        return answers_from_bytes(self.keyring.unwrap(*key).open(sealed, "saved_answers", task_id, person))
