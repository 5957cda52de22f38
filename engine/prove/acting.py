"""Acts within a proof: which may be done, what the duty's monitor makes of them, and whether they break it.

The monitor is the one that runs with every case (engine/rules/duties.py); here it is stepped once for every way in
which the conditions of its duty can read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from engine.expressions import ActText, Expression, names
from engine.library import Library
from engine.prove.focus import CASE_END, NOW, Focus, base_of, conditions_of
from engine.prove.standing import Control, Report
from engine.prove.writing import Writing
from engine.rules.duties import COUNTS, DONE, Monitor

Reading = Mapping[Expression, bool | None]


class Acting:
    """The doing of acts within one focus."""

    def __init__(self, library: Library, focus: Focus, writing: Writing) -> None:
        self.focus = focus
        self.writing = writing
        self.data = focus.valuations
        self.monitor = Monitor(focus.duty)
        self.conditions = conditions_of(focus.duty)
        rule = focus.duty
        excepted = dict.fromkeys((exception.when for exception in rule.exceptions), False)
        holds: Reading = {**dict.fromkeys(self.conditions, True), **excepted}
        self._either: list[Reading] = [holds, dict.fromkeys(self.conditions, False)]
        """The duty's condition as it was when the duty arose: it held, or by now it is seen that it did not."""
        if rule.exceptions:
            self._either.append(dict.fromkeys(self.conditions, True))
        read = frozenset().union(*map(names, self.conditions))
        self.timed = any(NOW in base_of(library, name) for name in read)
        self._came_up: frozenset[str] = frozenset()

    @property
    def came_up(self) -> bool:
        """Whether some course so far came to what the duty is about."""
        return self._came_up == {COUNTS, DONE}

    def cells(self, control: Control, valuations: int) -> Iterator[tuple[int, Reading]]:
        """The valuations by what each condition of the duty reads as."""
        found: list[tuple[int, dict[Expression, bool | None]]] = [(valuations, {})]
        for item in self.conditions:
            outcomes = self.data.outcomes(item, control)
            ways = ((outcomes.true, True), (outcomes.false, False), (outcomes.unknown, None))
            found = [
                (here & where, {**read, item: said}) for here, read in found for where, said in ways if here & where
            ]
        yield from found

    def step(
        self, control: Control, valuations: int, acts: frozenset[str] = frozenset()
    ) -> Iterator[tuple[Control, int]]:
        """The monitor sees acts and facts. What a condition that depends on time reads at the moment the duty arose
        may differ from what it reads now."""
        for here, read in self.cells(control, valuations):
            self._came_up |= self.monitor.comes_up(acts, read.__getitem__)
            then = [read]
            if self.timed and control.monitor.owed:
                then += self._either
            step = partial(self.monitor.step, control.monitor, acts, read.__getitem__)
            for state in {step(past.__getitem__) for past in then}:
                yield control._replace(monitor=state), here

    def do(
        self,
        report: Report,
        control: Control,
        valuations: int,
        acts: Iterable[ActText],
        step: str,
        heard: frozenset[str] | None = None,
    ) -> Iterator[tuple[Control, int]]:
        """Does the acts whose conditions hold, as one step; the monitor hears of it even when none of them is the
        duty's. What would break the duty is told, and not followed. Of `heard` the monitor hears, of all if None."""
        acts = tuple(acts)
        for done, here in self._done(acts, control, valuations):
            if not acts:
                yield control, here
                continue
            acted = control._replace(acts=control.acts | (done & self.focus.acts))
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
        kept = 0
        for cell, read in self.cells(seen, valuations):
            self._came_up |= self.monitor.comes_up(acts, read.__getitem__)
            if self.monitor.breaks(control.monitor, acts, read.__getitem__):
                report.breaks(step, cell)
            else:
                kept |= cell
        return kept

    def _done(self, acts: Iterable[ActText], control: Control, valuations: int) -> Iterator[tuple[frozenset[str], int]]:
        """The sets of acts that may be done together, with the valuations in which they are."""
        found: list[tuple[frozenset[str], int]] = [(frozenset(), valuations)]
        for act in acts:
            if act.act not in self.focus.acts and act.act != CASE_END:
                continue
            if act.when is None:
                found = [(done | {act.act}, here) for done, here in found]
                continue
            outcomes = self.data.outcomes(act.when, control)
            split = [(done | {act.act}, here & outcomes.true) for done, here in found]
            split += [(done, here & outcomes.not_true) for done, here in found]
            found = [(done, here) for done, here in split if here]
        yield from found
