"""What one process sees of the case at work, and what it tells it."""

from __future__ import annotations

from datetime import datetime

from engine import expressions
from engine.flow import FlowError
from engine.library import Element
from engine.model import CASE_SCOPE, Process
from engine.moves.acts import perform
from engine.moves.working import Working
from engine.rules import tables


class ProcessContext:
    """What one process sees of the case at work, and what it tells it (flow.Context)."""

    def __init__(self, working: Working, process: Process) -> None:
        self.working = working
        self.process = process

    @property
    def now(self) -> datetime:
        return self.working.now

    def evaluate(self, condition: expressions.Expression) -> bool | None:
        try:
            return self.working.sight(self.process.scope).holds(condition)
        except (expressions.ExpressionTypeError, KeyError, ValueError) as error:
            raise FlowError("expression", self.process.key, "A condition of the diagram cannot be read") from error

    def due(self, element: Element) -> datetime:
        name = str(element.timer)
        try:
            if element.timer_kind == "duration":
                return self.working.ends(name, self.process)
            moment = self.working.sight(self.process.scope).moment(name)
        except (KeyError, ValueError) as error:
            raise FlowError("timer_unknown", element.id, "The time to wait for cannot be read") from error
        if moment is None:
            raise FlowError("timer_unknown", element.id, "The time to wait for is not known yet")
        return moment

    def decide(self, element: Element) -> None:
        working = self.working
        table = working.library.tables[str(element.table)]
        try:
            row, chosen = tables.decide(table, working.sight(self.process.scope))
        except (tables.TableError, expressions.ExpressionTypeError, KeyError, ValueError) as error:
            raise FlowError("table", element.id, "The decision table does not give exactly one answer") from error
        if chosen.then is None:
            raise FlowError("undecided", element.id, "What the decision needs is not known yet")
        rule = working.library.facts.get(table.output)
        scope = self.process.scope if rule is not None and rule.scope != CASE_SCOPE else CASE_SCOPE
        working.decide(table.id, table.output, row, chosen.then, scope)

    def passed(self, element: Element) -> None:
        self.working.changes.passed.append(element.id)
        if element.kind == "user":
            return
        if element.timer is not None:
            self.working.note("timer.fired", element=element.id)
        perform(self.working, element, self.process.scope, refuse=False)
