"""Acts within a proof: which may be done, what the duty's monitor makes of them, and whether they break it.

The monitor is the one that runs with every case (engine/rules/duties.py); here it is stepped once for every way in
which the conditions of its duty can read.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.expressions import ActText, Expression, names
from engine.library import Library
from engine.prove.focus import CASE_END, NOW, Focus, base_of, conditions_of
from engine.prove.standing import Control, Report
from engine.prove.writing import Writing
from engine.rules.duties import COUNTS, DONE, Monitor, MonitorState

Reading = Mapping[Expression, bool | None]
Acts = frozenset[str]
_Asked = tuple[tuple[str, Expression], ...]


class _Cell(NamedTuple):
    """One way in which the conditions of the duty can read, and the valuations in which they may. `then` is how they
    may read at the time the duty arose."""

    where: int
    read: Reading
    then: tuple[Reading, ...]


class _Judged(NamedTuple):
    """What the monitor makes of acts: the valuations in which they break the duty, and in which they may not; those in
    which the duty counts, and in which what it is about is done; and those in which which states may follow."""

    breaks: int
    kept: int
    counts: int
    done: int
    leads: tuple[tuple[int, tuple[MonitorState, ...]], ...]


class Acting:
    """The doing of acts within one focus."""

    def __init__(self, library: Library, focus: Focus, writing: Writing) -> None:
        self.focus = focus
        self.writing = writing
        self.data = focus.valuations
        self.monitor = Monitor(focus.duty)
        self.conditions = conditions_of(focus.duty)
        rule = focus.duty
        excepted = tuple(exception.when for exception in rule.exceptions)
        self._held: Reading = {**dict.fromkeys(self.conditions, True), **dict.fromkeys(excepted, False)}
        self._failed: Reading = dict.fromkeys(self.conditions, False)
        """The duty's condition as it was when the duty arose: it held, or by now it is seen that it did not."""
        read = frozenset().union(*map(names, self.conditions))
        self.timed = any(NOW in base_of(library, name) for name in read)
        computed = (writing.computed.get(name) for name in focus.follows.get(NOW, ()))
        self._counted = tuple(one for one in computed if one is not None) if self.timed else ()
        self._excepted = excepted
        self._corrected = (True,) if rule.ends_by == "facts" else (True, False)
        """Whether what it reads was corrected: a proof does not tell a correction from an answer given again."""
        self._came_up: set[str] = set()
        self._reads = self.data.reads(self.conditions)
        self._hides = self.data.hides(self.conditions)
        self._states: dict[MonitorState, MonitorState] = {}
        self._cells: dict[Hashable, tuple[_Cell, ...]] = {}
        self._judged: dict[Hashable, _Judged] = {}
        self._followed: dict[int, tuple[Acts, _Asked, tuple[ActText, ...]]] = {}
        """By the identity of acts, which are kept with it so that it stays theirs."""

    @property
    def came_up(self) -> bool:
        """Whether some course so far came to what the duty is about."""
        return self._came_up == {COUNTS, DONE}

    def _cells_at(self, control: Control) -> Sequence[_Cell]:
        """The valuations by what each condition of the duty reads as."""
        key = (*[read(control) for read in self._reads], *[one.standing(control) for one in self._counted])
        cells = self._cells.get(key)
        if cells is None:
            cells = self._cells[key] = tuple(self._cells_of(control))
        return cells

    def _cells_of(self, control: Control) -> Iterator[_Cell]:
        found: list[tuple[int, dict[Expression, bool | None]]] = [(self.data.space.all, {})]
        for item in self.conditions:
            outcomes = self.data.outcomes(item, control)
            ways = ((outcomes.true, True), (outcomes.false, False), (outcomes.unknown, None))
            found = [
                (here & where, {**read, item: said}) for here, read in found for where, said in ways if here & where
            ]
        thens = tuple(self._thens(control)) if self.timed else ()
        for here, read in found:
            if not thens:
                yield _Cell(here, read, (read,))
            for where, then in thens:
                if here & where:
                    yield _Cell(here & where, read, then)

    def _thens(self, control: Control) -> Iterator[tuple[int, tuple[Reading, ...]]]:
        """How the duty's condition may have read when the duty arose, by today's facts, and the valuations in which it
        may: from those of that time they came about by nothing but time."""
        held, failed = self.data.space.all, 0
        if self.focus.duty.when is not None:
            outcomes = self.data.outcomes(self.focus.duty.when, control)
            held, failed = outcomes.true | outcomes.unknown, outcomes.false
        for item in self._excepted:
            outcomes = self.data.outcomes(item, control)
            held, failed = held & outcomes.not_true, failed | outcomes.true
        held, failed = (self.writing.pass_time(then, control) for then in (held, failed))
        yield self.data.space.all & ~(held ^ failed), (self._held, self._failed)
        yield held & ~failed, (self._held,)
        yield failed & ~held, (self._failed,)

    def step(self, control: Control, valuations: int, acts: Acts = frozenset()) -> Iterator[tuple[Control, int]]:
        """The monitor sees acts and facts."""
        judged = self._judged_at(control, control.monitor, acts)
        self._notice(judged, valuations)
        for where, states in judged.leads:
            here = valuations & where
            if here:
                for state in states:
                    yield control if state is control.monitor else control.monitored(state), here

    def _judged_at(self, control: Control, state: MonitorState, acts: Acts) -> _Judged:
        """What the monitor in a state makes of acts, as the case stands."""
        self.data.hidden |= self._hides
        key = control[1:], state, acts
        judged = self._judged.get(key)
        if judged is None:
            judged = self._judged[key] = self._judged_by(self._cells_at(control), state, acts)
        return judged

    def _judged_by(self, cells: Iterable[_Cell], state: MonitorState, acts: Acts) -> _Judged:
        breaks = kept = counts = done = 0
        leads = []
        for cell in cells:
            read = cell.read.__getitem__
            if self.monitor.breaks(state, acts, read):
                breaks |= cell.where
            else:
                kept |= cell.where
            up = self.monitor.comes_up(acts, read)
            counts |= cell.where if COUNTS in up else 0
            done |= cell.where if DONE in up else 0
            leads.append((cell.where, self._steps(cell, state, acts)))
        return _Judged(breaks, kept, counts, done, tuple(leads))

    def _steps(self, cell: _Cell, state: MonitorState, acts: Acts) -> tuple[MonitorState, ...]:
        """The states that may follow. What a condition that depends on time reads at the moment the duty arose may
        differ from what it reads now."""
        read = cell.read.__getitem__
        found = dict.fromkeys(
            self.monitor.step(state, acts, read, past.__getitem__, corrected)
            for past in cell.then
            for corrected in self._corrected
        )
        return tuple(state if one == state else self._states.setdefault(one, one) for one in found)

    def _notice(self, judged: _Judged, valuations: int) -> None:
        if valuations & judged.counts:
            self._came_up.add(COUNTS)
        if valuations & judged.done:
            self._came_up.add(DONE)

    def do(
        self,
        report: Report,
        control: Control,
        valuations: int,
        acts: tuple[ActText, ...],
        step: str,
        heard: frozenset[str] | None = None,
    ) -> Iterator[tuple[Control, int]]:
        """Does the acts whose conditions hold, as one step; the monitor hears of it even when none of them is the
        duty's. What would break the duty is told, and not followed. Of `heard` the monitor hears, of all if None."""
        if not acts:
            yield control, valuations
            return
        for done, where in self._done(acts, control):
            here = valuations & where
            if not here:
                continue
            acted = control if done <= control.acts else control.acted(control.acts | (done & self.focus.acts))
            told = done if heard is None else done & heard
            kept = self._unbroken(report, control, here, control, told, step)
            for act in done:
                kept = self.writing.stand(kept, f"act.{act}", control, acted)
            kept = self._unbroken(report, control, kept, acted, told, step)
            for after, left in self.step(acted, kept, told) if kept else ():
                if after.monitor.status == "broken":
                    report.breaks(step, left)
                    continue
                yield (after._replace(closed=True) if CASE_END in done else after), left

    def _unbroken(
        self, report: Report, control: Control, valuations: int, seen: Control, acts: frozenset[str], step: str
    ) -> int:
        """What is left once the valuations in which these acts break the duty are told. Its conditions may speak of
        these very acts: the limit is judged as the case was `seen` before them, and after."""
        judged = self._judged_at(seen, control.monitor, acts)
        self._notice(judged, valuations)
        report.breaks(step, valuations & judged.breaks)
        return valuations & judged.kept

    def _done(self, acts: tuple[ActText, ...], control: Control) -> list[tuple[Acts, int]]:
        """The sets of acts that may be done together, with the valuations in which they are."""
        always, asked = self._followed_of(acts)
        found = [(always, self.data.space.all)]
        for act, when in asked:
            outcomes = self.data.outcomes(when, control)
            split = [(done | {act}, here & outcomes.true) for done, here in found]
            split += [(done, here & outcomes.not_true) for done, here in found]
            found = [(done, here) for done, here in split if here]
        return found

    def _followed_of(self, acts: tuple[ActText, ...]) -> tuple[Acts, _Asked]:
        """Of acts those that are followed: what is done in any case, and what is asked of the others."""
        known = self._followed.get(id(acts))
        if known is None:
            own = [act for act in acts if act.act in self.focus.acts or act.act == CASE_END]
            always = frozenset(act.act for act in own if act.when is None)
            known = always, tuple((act.act, act.when) for act in own if act.when is not None), acts
            self._followed[id(acts)] = known
        return known[:2]
