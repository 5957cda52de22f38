"""Steps every duty's monitor over a case at work: acts are refused, duties open, are met, cancelled, late."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from datetime import datetime

from engine.library import FAILED, OVERRIDE_REASON, DutyRule
from engine.model import CASE_SCOPE, WARNED, Duty, Refusal, override_scope
from engine.moves.working import Working
from engine.rules.duties import Monitor, MonitorState

CASE_END = "case.end"
"""The act that closes a case (docs/content.md: an act of the engine itself)."""
SEEN = "seen:"
CORRECTED = "corrected"
"""Why a duty is not owed any more: an answer that it hung on is another now."""
OVERRIDDEN = "overridden"
"""Why a broken duty stands as it does: somebody went on past it, with a reason."""


def refuse_breaking(working: Working, acts: Set[str], scope: str) -> frozenset[str]:
    """The duties that the person goes on past, with a reason. Raises Refusal('duty_blocks') when doing these acts now
    would break one that blocks, or when the case would end while one is owed, unless their role may go on past all of
    them and they knew of each when they gave the reason; `duties` lists them all."""
    read = working.sight(scope).holds
    blocking = [
        rule.id
        for rule in working.library.duties.values()
        if rule.severity == "block" and Monitor(rule).breaks(_state(working, rule), acts, read)
    ]
    if CASE_END in acts:
        blocking += [id for id in _left_owed(working, acts, scope) if id not in blocking]
    override = working.override
    may = all(override.roles & set(working.library.duties[id].override) for id in blocking)
    if blocking and not (may and override.reason and override.duties.issuperset(blocking)):
        raise Refusal(
            "duty_blocks",
            "This cannot be done while a duty stands in the way: " + ", ".join(blocking),
            duties=tuple(blocking),
            overridable=may,
        )
    return frozenset(blocking)


def _left_owed(working: Working, acts: Set[str], scope: str) -> list[str]:
    """The duties that were owed before the case would end, or only now, and that its last step does not meet.
    Those that only record (`severity: record`) let the case go."""
    left = []
    heard = acts | _failing(working, acts, scope)
    for rule in working.library.duties.values():
        before, after = _state(working, rule), _stepped(working, rule, heard, scope)
        unmet = before.owed and after.status not in ("met", "cancelled")
        if rule.severity != "record" and (unmet or after.owed):
            left.append(rule.id)
    return left


def step_all(
    working: Working,
    acts: Set[str] = frozenset(),
    scope: str = CASE_SCOPE,
    passed_over: Set[str] = frozenset(),
) -> None:
    """Steps every monitor on what is known now and on the acts just done, and keeps what changed; `passed_over` are
    duties that somebody went on past."""
    heard = acts | _failing(working, acts, scope)
    for rule in working.library.duties.values():
        before = _state(working, rule)
        after = _stepped(working, rule, heard, scope)
        if rule.id in passed_over:
            _pass_over(working, rule, Monitor(rule).passed_over(after))
        elif after != before:
            _keep(working, rule, before, after)


def _failing(working: Working, acts: Set[str], scope: str) -> frozenset[str]:
    """The duties that these acts break, as acts that whatever makes them good hears of."""
    duties, read = working.library.duties, working.sight(scope).holds
    made_good = [duties[rule.makes_good] for rule in duties.values() if rule.makes_good is not None]
    return frozenset(
        FAILED + rule.id
        for rule in made_good
        if Monitor(rule).breaks(state := _state(working, rule), acts, read)
        and not (rule.form == "always" and state.status == "broken")  # it stands so since it broke
    )


def _pass_over(working: Working, rule: DutyRule, after: MonitorState) -> None:
    """Keeps that the duty was broken, knowingly: who answers for it, and why. The reason is kept as a fact is."""
    role = min(working.override.roles & set(rule.override))
    kept = replace(_row(working, rule), status=after.status, flags=_flags(after), closed_at=working.now)
    working.keep_duty(replace(kept, because=OVERRIDDEN))
    working.note("duty.overridden", duty=rule.id, role=role)
    working.record(OVERRIDE_REASON, override_scope(rule.id), working.override.reason, f"override:{rule.id}")


def note_lateness(working: Working) -> None:
    """Marks owed duties whose limit has passed as late, and those near it as warned. Late stays owed, and what makes
    it good is owed as well."""
    late: set[str] = set()
    for duty in list(working.state.duties.values()):
        if duty.status == "owed" and duty.due_at is not None and duty.due_at < working.now:
            working.keep_duty(replace(duty, status="late", flags=(*duty.flags, WARNED)))
            working.note("duty.late", duty=duty.rule)
            late.add(FAILED + duty.rule)
        elif duty.open and duty.warn_at is not None and duty.warn_at < working.now and WARNED not in duty.flags:
            working.keep_duty(replace(duty, flags=(*duty.flags, WARNED)))
            working.note("duty.warned", duty=duty.rule)
    for rule in working.library.duties.values():
        if rule.after in late:
            _keep(working, rule, _state(working, rule), _stepped(working, rule, late, CASE_SCOPE))


def _state(working: Working, rule: DutyRule) -> MonitorState:
    duty = working.state.duties.get(rule.id)
    if duty is None:
        return MonitorState()
    seen = frozenset(flag.removeprefix(SEEN) for flag in duty.flags if flag.startswith(SEEN))
    flags = frozenset(flag for flag in duty.flags if not flag.startswith(SEEN) and flag != WARNED)
    return MonitorState(duty.status, flags, seen)


def _stepped(working: Working, rule: DutyRule, acts: Set[str], scope: str) -> MonitorState:
    sight = working.sight(scope)
    duty = working.state.duties.get(rule.id)
    then = sight.at(duty.opened_at) if duty is not None and duty.opened_at is not None else sight
    return Monitor(rule).step(_state(working, rule), acts, sight.holds, then.holds, _corrected(working, rule))


def _corrected(working: Working, rule: DutyRule) -> bool:
    """Whether this command corrects what the duty's condition names."""
    return any(fact.corrects and fact.name in rule.names for fact in working.changes.facts)


def _row(working: Working, rule: DutyRule) -> Duty:
    return working.state.duties.get(rule.id) or Duty(
        case_id=working.state.case.id, rule=rule.id, scope=CASE_SCOPE, status="idle", flags=(), holder=rule.holder
    )


def _flags(state: MonitorState) -> tuple[str, ...]:
    return (*sorted(state.flags), *sorted(SEEN + act for act in state.seen))


def _keep(working: Working, rule: DutyRule, before: MonitorState, after: MonitorState) -> None:
    old, flags = _row(working, rule), _flags(after)
    turned = after.status != before.status
    if after.owed and not before.owed:
        if _owed_all_along(working, rule, old):
            opened_at, due_at, warn_at = old.opened_at, old.due_at, old.warn_at
        else:
            opened_at, (due_at, warn_at) = working.moment, _limits(working, rule)
        working.keep_duty(
            replace(
                old,
                status=after.status,
                flags=flags,
                opened_at=opened_at,
                due_at=due_at,
                warn_at=warn_at,
                closed_at=None,
                because="",
            )
        )
        working.note("duty.opened", duty=rule.id, holder=rule.holder, due=due_at.isoformat() if due_at else "")
    elif not turned:
        working.keep_duty(replace(old, flags=(*flags, WARNED) if WARNED in old.flags else flags))
    else:
        because = (CORRECTED if working.changes.replaced else "not_owed") if after.status == "cancelled" else ""
        working.keep_duty(replace(old, status=after.status, flags=flags, closed_at=working.now, because=because))
        if after.status == "cancelled":
            working.note("duty.cancelled", duty=rule.id, because=because)
        else:
            working.note(f"duty.{after.status}", duty=rule.id)


def _owed_all_along(working: Working, rule: DutyRule, old: Duty) -> bool:
    """Whether a duty was taken back by a mistake that this command puts right: by today's facts it was owed when it was
    opened. Then its limit goes on as it ran; a slip of a date gives nobody more time."""
    if old.status != "cancelled" or old.because != CORRECTED or old.opened_at is None or not _puts_right(working):
        return False
    return Monitor(rule).applies(working.sight().at(old.opened_at).holds) is True


def _puts_right(working: Working) -> bool:
    """Whether this command corrects an answer, or gives another to what lasts: of what may change, another answer is
    news."""
    replaced = (fact for fact in working.changes.facts if fact.name in working.changes.replaced)
    return any(fact.corrects or working.library.facts[fact.name].lasting for fact in replaced)


def _limits(working: Working, rule: DutyRule) -> tuple[datetime | None, datetime | None]:
    """When a duty that opens now is due, and when its holder's supervisor is warned."""
    if rule.within is None:
        return None, None
    sight = working.sight()
    start: datetime | None = working.moment
    if rule.within.start == "act" and rule.after is not None:
        start = sight.moment(f"act.{rule.after}")
    elif rule.within.start != "duty":
        start = sight.moment(rule.within.start)
    if start is None:
        start = working.moment
    due = start + sight.length(rule.within.parameter)
    return due, due - sight.length(rule.within.warn) if rule.within.warn else None
