"""What is known of cases: the history of facts and decisions, and single current facts for lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, Table, select, union_all

from engine.model import Decision, Fact
from engine.store.archive import archived
from engine.store.database import Database
from engine.store.encryption import CaseKey
from engine.store.questions import THIS, owned
from engine.store.reading import KEY_COLUMNS, OWN_KEY
from engine.store.sealed import DECISION_COLUMNS, fact_columns, to_decision, to_fact
from engine.store.tables import care_case, case_key, decision, fact, fact_former, identity, identity_former, task
from engine.store.trail import entries_of

_KEY_WIDTH = 2 + len(KEY_COLUMNS)


def _with_key(table: Table, columns: Sequence[Any]) -> Select[Any]:
    """The case's id and key, then the columns; a case whose key was erased has none to give."""
    key = [column.label(f"key_{column.name}") for column in KEY_COLUMNS]
    return (
        select(care_case.c.opened_at_centre, care_case.c.id, *key, *columns)
        .join(care_case, owned(table))
        .join(case_key, OWN_KEY)
    )


def _facts(table: Table, kept_in: Table) -> Select[Any]:
    return _with_key(table, fact_columns(table, kept_in))


_EVERY = ((fact, fact), (fact_former, fact), (identity, identity), (identity_former, identity))
_HISTORY = union_all(*(_facts(table, kept_in).where(THIS) for table, kept_in in _EVERY)).order_by("version", "n")

_DECISIONS = _with_key(decision, DECISION_COLUMNS).where(THIS).order_by(decision.c.version, decision.c.n)

_FACT = [column.name for column in fact_columns(fact, fact)]
_DECISION = [column.name for column in DECISION_COLUMNS]
_COMPLETED = (
    select(task.c.element).join(care_case, owned(task)).where(THIS, task.c.closed_how == "completed").distinct()
)

Opened = TypeVar("Opened")


class History(Database):
    """Answers are empty for a case whose key was erased."""

    def facts_history(self, case_id: str) -> list[Fact]:
        """Every fact ever accepted, oldest first. Empty once the case's key is erased."""
        kept = [known for _, known in self._opened(_HISTORY, {"case_id": case_id}, to_fact)]
        return kept or self._archived(case_id, {table.name: _FACT for table, _ in _EVERY}, to_fact)

    def decisions(self, case_id: str) -> list[Decision]:
        """Every decision ever made, oldest first."""
        kept = [made for _, made in self._opened(_DECISIONS, {"case_id": case_id}, to_decision)]
        return kept or self._archived(case_id, {"decision": _DECISION}, to_decision)

    def passed(self, case_id: str) -> frozenset[str]:
        """The steps a case has behind it: tasks that were completed and timers that fired."""
        with self.reading() as connection:
            completed = set(connection.execute(_COMPLETED, {"case_id": case_id}).scalars())
            case = archived(connection, self.keyring, case_id)
            fired = entries_of(connection, case_id, kinds=("timer.fired",))
        if case is not None:
            completed |= {row["element"] for row in case.rows["task"] if row["closed_how"] == "completed"}
        return frozenset(completed) | {row.entry.params["element"] for row in fired}

    def _archived(
        self, case_id: str, wanted: Mapping[str, Sequence[str]], to_value: Callable[[Sequence[Any], CaseKey], Opened]
    ) -> list[Opened]:
        """The values of these tables and columns of an archived case, oldest first; none of any other case."""
        with self.reading() as connection:
            case = archived(connection, self.keyring, case_id)
        if case is None:
            return []
        found = [(row, names) for table, names in wanted.items() for row in case.rows[table]]
        found.sort(key=lambda one: (one[0]["version"], one[0]["n"]))
        return [to_value([row[name] for name in names], case.key) for row, names in found]

    def _opened(
        self, statement: Any, binds: Mapping[str, Any], to_value: Callable[[Sequence[Any], CaseKey], Opened]
    ) -> list[tuple[str, Opened]]:
        """(case id, value) of each row; each case's key is unwrapped once."""
        with self.reading() as connection:
            rows = connection.execute(statement, binds).all()
        keys: dict[str, CaseKey] = {}
        opened = []
        for row in rows:
            centre, case_id, *wrapped = row[:_KEY_WIDTH]
            if case_id not in keys:
                keys[case_id] = self.keyring.unwrap(centre, case_id, *wrapped)
            opened.append((case_id, to_value(row[_KEY_WIDTH:], keys[case_id])))
        return opened
