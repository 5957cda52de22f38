"""The one Monitor of a duty: six words as small deterministic automata (prove.md 2 and 5).

The engine steps it on facts and acts while cases run; the prover reads the same definition symbolically.
`read` answers an expression with true, false or None (not known).
"""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import NamedTuple

from engine.expressions import Expression
from engine.library import DutyRule
from engine.model import DutyStatus

Read = Callable[[Expression], bool | None]

DONE = "done"
"""The act owed was done at least once."""
COUNTS = "counts"
"""The duty has something to say now."""
PENDING = "pending"
"""The response is owed since `after` was done."""
HEARD = "heard"
"""What made it owed was answered again since, and by no correction: only the act ends it."""


class MonitorState(NamedTuple):
    """`seen` are the acts of `without` done since they were last forgotten."""

    status: DutyStatus = "idle"
    flags: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()

    @property
    def owed(self) -> bool:
        return self.status in ("owed", "late")


class Monitor:
    """One duty rule as an automaton over acts and facts."""

    def __init__(self, rule: DutyRule) -> None:
        self.rule = rule

    def applies(self, read: Read) -> bool | None:
        """Whether the duty's condition holds and no exception does; None while that is not known."""
        rule = self.rule
        condition = True if rule.when is None else read(rule.when)
        excepted = [read(exception.when) for exception in rule.exceptions]
        if condition is False or any(excepted):
            return False
        return None if condition is None or None in excepted else True

    def comes_up(self, acts: Set[str], read: Read) -> frozenset[str]:
        """What of the duty comes up in a step that does these acts: that it COUNTS, and that what it is about is DONE.
        Both together, but for what it forbids outright: there they never should."""
        rule = self.rule
        counts = self._counts(read)
        if rule.form == "never" and rule.unless is None and not rule.without:
            return frozenset([*([COUNTS] if counts else ()), *([DONE] if rule.act in acts else ())])
        if rule.form == "always":
            comes_up = counts
        elif rule.form == "must" and rule.after is None:
            comes_up = self.applies(read) is True or (rule.before in acts and counts)
        else:
            comes_up = counts and (rule.act if rule.form == "never" else rule.after) in acts
        return frozenset({COUNTS, DONE}) if comes_up else frozenset()

    def breaks(self, state: MonitorState, acts: Set[str], read: Read) -> bool:
        """Whether doing these acts now, all in one step, would break the duty."""
        rule = self.rule
        if rule.form == "never":
            return rule.act in acts and self._counts(read) and not self._allowed(state, acts, read)
        if rule.form == "always":
            return rule.always is not None and self._counts(read) and read(rule.always) is False
        if rule.before not in acts:
            return False
        if rule.after is not None:
            return PENDING in self._after(state, acts, read).flags
        done = DONE in state.flags and not acts & set(rule.revoked_by)
        if rule.act in acts or done:
            return False
        return state.owed or self._counts(read)

    def is_over(self, state: MonitorState) -> bool:
        """Whether nothing that comes can break the duty any more, nor have it owed: what it asks for was done once and
        for all."""
        rule = self.rule
        if rule.scope == "each" or rule.revoked_by or state.owed:
            return False
        if rule.form == "must":
            return rule.after is None and DONE in state.flags
        return rule.form == "never" and bool(rule.without) and state.seen >= set(rule.without)

    def step(
        self, state: MonitorState, acts: Set[str], read: Read, read_then: Read, corrected: bool = True
    ) -> MonitorState:
        """The state after a step that did `acts`. `read_then` reads today's facts at the time the duty
        arose, so that time passing never cancels a duty, but a corrected fact does. `corrected`: whether a fact that
        its conditions read was, by this command."""
        rule = self.rule
        if rule.form == "must":
            after = self._after(state, acts, read) if rule.after else self._until(state, acts, read, read_then)
            if rule.ends_by == "facts":
                return after
            return _kept(state, after, corrected, told_again=bool(acts & set(rule.revoked_by)))
        broken = self.breaks(state, acts, read)
        seen = frozenset() if acts & set(rule.revoked_by) else state.seen
        seen |= {act for act in rule.without if act in acts}
        if rule.scope == "each" and rule.act in acts:
            seen = frozenset()
        return state._replace(seen=seen, status="broken" if broken else state.status)

    def passed_over(self, state: MonitorState) -> MonitorState:
        """The state once somebody answered for going on past the duty: broken, and no longer owed."""
        return state._replace(flags=state.flags - {PENDING}, status="broken")

    def _until(self, state: MonitorState, acts: Set[str], read: Read, read_then: Read) -> MonitorState:
        rule = self.rule
        if rule.act in acts:
            met = state.owed or self.applies(read) is True
            return state._replace(flags=state.flags | {DONE}, status="met" if met else state.status)
        if acts & set(rule.revoked_by) or (rule.scope == "each" and self.applies(read) is False):
            state = state._replace(flags=state.flags - {DONE})  # what was done before counts no more
        if rule.before in acts and self.breaks(state, acts, read):
            return state._replace(status="broken")
        if state.owed:
            return state._replace(status="cancelled") if self.applies(read_then) is False else state
        if state.status in ("idle", "cancelled", "met") and self.applies(read) is True:
            return state._replace(status="met" if DONE in state.flags else "owed")
        return state

    def _after(self, state: MonitorState, acts: Set[str], read: Read) -> MonitorState:
        rule = self.rule
        pending = PENDING in state.flags or (rule.after in acts and self._counts(read))
        if rule.act in acts:
            status: DutyStatus = "met" if pending else state.status
            return state._replace(flags=state.flags - {PENDING}, status=status)
        if not pending:
            return state
        if state.owed and self.applies(read) is False:
            return state._replace(flags=state.flags - {PENDING}, status="cancelled")
        return state._replace(flags=state.flags | {PENDING}, status=state.status if state.owed else "owed")

    def _counts(self, read: Read) -> bool:
        """Whether the duty counts at its limit: what is not known counts unless the rule ignores it."""
        applies = self.applies(read)
        return applies is True or (applies is None and self.rule.if_unknown == "broken")

    def _allowed(self, state: MonitorState, acts: Set[str], read: Read) -> bool:
        rule = self.rule
        if rule.unless is not None and read(rule.unless) is True:
            return True
        if not rule.without:
            return False
        seen = frozenset() if acts & set(rule.revoked_by) else state.seen
        return all(act in seen or act in acts for act in rule.without)


def _kept(state: MonitorState, after: MonitorState, corrected: bool, *, told_again: bool) -> MonitorState:
    """What follows where only a correction ends what is owed, and none once the question was answered again: what is
    corrected then is the later answer."""
    if state.owed and after.owed and told_again:
        return after._replace(flags=after.flags | {HEARD})
    if state.owed and after.status == "cancelled" and not (corrected and HEARD not in state.flags):
        return state._replace(flags=state.flags | {HEARD})
    return after if after.owed or HEARD not in after.flags else after._replace(flags=after.flags - {HEARD})
