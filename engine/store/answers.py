"""Half-filled forms: sealed, each one person's own, gone when the task closes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, select, update

from engine.store.database import DIALECTS, Database, upsert
from engine.store.errors import TaskChanged
from engine.store.questions import owned
from engine.store.reading import KEY_COLUMNS, OWN_KEY
from engine.store.tables import care_case, case_key, saved_answers, task
from engine.store.values import answers_from_bytes, answers_to_bytes

_KEY_OF_TASK = (
    select(care_case.c.opened_at_centre, care_case.c.id, *KEY_COLUMNS)
    .join(task, owned(task))
    .outerjoin(case_key, OWN_KEY)
    .where(task.c.id == bindparam("task_id"), task.c.closed_at.is_(None))
)
_MOVE_ON = (
    update(care_case).where(owned(task), task.c.id == bindparam("task_id")).values(version=care_case.c.version + 1)
)
_SAVED = (
    select(saved_answers.c.sealed)
    .where(saved_answers.c.centre == bindparam("centre"), saved_answers.c.case_id == bindparam("case_id"))
    .where(saved_answers.c.task_id == bindparam("task_id"), saved_answers.c.person == bindparam("person"))
)
_SAVE = {d: upsert(saved_answers, d) for d in DIALECTS}


class SavedAnswers(Database):
    """What a person typed and did not yet send."""

    def save_answers(self, task_id: str, person: str, answers: Mapping[str, object], at: datetime) -> None:
        """Keeps a half-filled form of an open task. Raises TaskChanged when the task is gone.

        The case moves on, too: a move that was computed before would leave these answers when it closes the task."""
        with self.writing() as connection:
            connection.execute(_MOVE_ON, {"task_id": task_id})
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
        with self.reading() as connection:
            found = connection.execute(_KEY_OF_TASK, {"task_id": task_id}).one_or_none()
            if found is None:
                return None
            binds = {"centre": found[0], "case_id": found[1], "task_id": task_id, "person": person}
            sealed = connection.execute(_SAVED, binds).scalar_one_or_none()
        if sealed is None:
            return None
        return answers_from_bytes(self.keyring.unwrap(*found).open(sealed, "saved_answers", task_id, person))
