"""Does the acts of a step: duties are asked first, then every monitor sees them as one step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from engine import expressions
from engine.library import Element
from engine.model import CASE_SCOPE, ActDone
from engine.moves.duties import CASE_END, refuse_breaking, step_all
from engine.moves.working import Working


def perform(
    working: Working, element: Element, scope: str, *, refuse: bool, happened_at: datetime | None = None
) -> None:
    """Does the acts of a step whose conditions hold. With `refuse`, raises Refusal when one would break a duty."""
    do(working, element.acts, element.id, scope, refuse=refuse, happened_at=happened_at)


def do(
    working: Working,
    acts: Iterable[expressions.ActText],
    element: str,
    scope: str,
    *,
    refuse: bool,
    happened_at: datetime | None = None,
) -> None:
    """Does acts (see `perform`); the monitors of all duties see them as one step."""
    holds = working.sight(scope).holds
    done = frozenset(act.act for act in acts if act.when is None or holds(act.when) is True)
    passed_over = refuse_breaking(working, done, scope) if refuse else frozenset()
    if not done and not passed_over:
        return
    for act in sorted(done):
        at = happened_at or working.now
        for one in dict.fromkeys((scope, CASE_SCOPE)):  # what a visit did, the case has done
            working.state.acts[(act, one)] = at
            working.changes.acts.append(ActDone(act, one, at, element))
        working.note("act.done", act=act, element=element)
    if refuse:
        passed_over |= refuse_breaking(working, done, scope)  # once more: a duty may speak of these very acts
    step_all(working, done, scope, passed_over)
    if CASE_END in done:
        working.state.case = replace(working.state.case, status="closed", closed_at=working.now)
        working.note("case.closed", element=element)
