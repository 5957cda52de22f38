"""Keeps each clock's ends, and wakes the case when one that rules look at runs out."""

from __future__ import annotations

from datetime import timedelta

from engine.model import CASE_SCOPE, Clock, Timer
from engine.moves.working import Working


def set_clocks(working: Working) -> None:
    """Keeps each clock's ends, and wakes the case when one that rules look at runs out."""
    sight = working.sight()
    for rule in working.library.clocks.values():
        if rule.when is not None and sight.holds(rule.when) is False and rule.id not in working.state.clocks:
            continue
        earliest, latest = sight.moment(rule.earliest), sight.moment(rule.latest)
        window = sight.length(rule.hours)
        answers = [at for act in rule.stops if (at := working.state.act_at(act, CASE_SCOPE)) is not None]
        clock = Clock(
            case_id=working.state.case.id,
            rule=rule.id,
            ends_earliest=earliest + window if earliest else None,
            ends_latest=latest + window if latest else None,
            answered_at=min(answers, default=None),
        )
        if working.state.clocks.get(rule.id) != clock:
            working.keep_clock(clock)
            _wake(working, clock)


def _wake(working: Working, clock: Clock) -> None:
    prefix = f"{clock.case_id}:{clock.rule}:"
    for id in [id for id in working.state.timers if id.startswith(prefix)]:
        working.clear_timer(id)
    if clock.ends_latest is None or clock.ends_latest < working.now or working.state.case.status == "closed":
        return
    at = clock.ends_latest + timedelta(seconds=1)  # the window includes its last moment
    working.set_timer(Timer(f"{prefix}{at:%Y%m%d%H%M%S}", clock.case_id, "", clock.rule, at))
