"""The order of the work list, on every page of it: which open tasks come first, and from which one to read on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, case, func, literal, or_, select, tuple_

from engine.store.columns import Moment
from engine.store.database import DIALECTS
from engine.store.sealed import fact_columns
from engine.store.tables import care_case, case_key, clock, duty, fact, task

FAR = datetime(9999, 1, 1, tzinfo=UTC)
"""When ends what has no end."""
NOTHING = [("", "")]
"""Pairs, when there are none."""
DAY = (fact.c.centre, case_key.c.version, case_key.c.master_version, case_key.c.wrapped, *fact_columns(fact, fact))
"""The key of a case and the fact that it opens; without the fact all but its table's name is empty."""
_NOW: Any = bindparam("now", type_=Moment)
_FAR = literal(FAR, Moment)
_duty, _clock = duty.alias("its_duty"), clock.alias("its_clock")
_MINE = func.coalesce(task.c.claimed_by, bindparam("person")) == bindparam("person")
_OWED = _duty.c.status.in_(("owed", "late"))
_WAS_OWED = and_(_duty.c.opened_at <= _NOW, or_(_duty.c.closed_at.is_(None), _duty.c.closed_at > _NOW))


def _pairs(name: str, *columns: Any) -> Any:
    return tuple_(*columns).in_(bindparam(name, expanding=True))


def _first(table: Any, moment: Any, *conditions: Any) -> Any:
    of_its_case = and_(table.c.centre == care_case.c.opened_at_centre, table.c.case_id == care_case.c.id)
    return select(func.min(moment)).where(of_its_case, *conditions).correlate(care_case, task).scalar_subquery()


def next_end(clock: Any) -> Any:
    """The end of a running clock that lies ahead: the earliest, or when that has passed the latest."""
    return case((clock.c.ends_earliest >= _NOW, clock.c.ends_earliest), else_=clock.c.ends_latest)


def _ranked(open_tasks: Select[Any], owed: Any) -> Any:
    """The tasks with what ends about each: what the step itself serves (`due`, `end`), and what else its role owes or
    is shown in the case (`held`, `shown`), which counts while it lies ahead."""
    served = (_pairs("duties", task.c.element, _duty.c.rule), _duty.c.scope.in_(("case", task.c.scope)))
    runs = (
        _pairs("shown", task.c.role, _clock.c.rule),
        or_(_clock.c.answered_at.is_(None), _clock.c.answered_at > _NOW),
        _clock.c.ends_latest >= _NOW,
    )
    ahead = case((_duty.c.due_at >= _NOW, _duty.c.due_at), else_=_FAR)
    added = (
        care_case.c.opened_at_centre.label("kept_at"),
        task.c.element.in_(bindparam("urgent", expanding=True)).label("urgent"),
        or_(_MINE, task.c.claimed_at > _NOW).label("free"),
        and_(task.c.claimed_by.is_not(None), task.c.claimed_at <= _NOW).label("claimed"),
        _first(_duty, _duty.c.due_at, owed, *served).label("due"),
        _first(_clock, _clock.c.ends_earliest, _pairs("clocks", task.c.element, _clock.c.rule), *runs).label("end"),
        _first(_duty, ahead, owed, _duty.c.holder == task.c.role).label("held"),
        _first(_clock, next_end(_clock), *runs).label("shown"),
    )
    # kept as it is: merged into what reads it, each of these would be asked anew at every mention
    return open_tasks.add_columns(*added).cte("ranked").prefix_with("MATERIALIZED")


def most_urgent(open_tasks: Select[Any], dialect: str, *, resumed: bool) -> Select[Any]:
    """The columns of `open_tasks`, then the rank and the moment of each: in that order, then oldest first; and `DAY`.
    Resumed after a row, the duties count that were owed at `now`, so that one met meanwhile moves nothing."""
    ranked = _ranked(open_tasks, _WAS_OWED if resumed else _OWED)
    of = ranked.c
    least = func.min if dialect == "sqlite" else func.least

    def soonest(*columns: Any) -> Any:
        return least(*(func.coalesce(column, _FAR) for column in columns), type_=Moment)

    limit, own = soonest(of.due_at, of.due), soonest(of.due_at, of.due, of.end)
    late = limit <= _NOW
    runs = or_(of.claimed, own < _FAR, of.held.is_not(None), of.shown.is_not(None))
    where = case((~of.free, 8), (of.case_id == bindparam("here"), 0), else_=4)
    rank = where + case((of.urgent, 0), (late, 1), (runs, 2), else_=3)
    moment = case((late, limit), (own < _FAR, own), else_=soonest(of.held, of.shown))
    placed = select(ranked, rank.label("rank"), moment.label("moment")).subquery("placed")
    key = tuple_(placed.c.rank, placed.c.moment, placed.c.opened_at, placed.c.id)
    names = [str(column.key) for column in open_tasks.selected_columns]
    found = (
        select(*(placed.c[name] for name in [*names, "rank", "moment", "kept_at"]))
        .order_by(placed.c.rank, placed.c.moment, placed.c.opened_at, placed.c.id)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )
    after: tuple[Any, ...] = (
        bindparam("rank"),
        bindparam("moment", type_=Moment),
        bindparam("opened_at", type_=Moment),
    )
    page = found.where(key > tuple_(*after, bindparam("after_id", type_=String))) if resumed else found
    return _with_day(page.subquery("page"), [*names, "rank", "moment"])


def _with_day(page: Any, names: list[str]) -> Select[Any]:
    """The rows of a page, each with the fact `day` of its own scope as it is kept: looked up of these few alone."""
    its_own = (fact.c.centre == page.c.kept_at, fact.c.case_id == page.c.case_id, fact.c.scope == page.c.scope)
    its_key = (case_key.c.centre == fact.c.centre, case_key.c.case_id == fact.c.case_id)
    return (
        select(*(page.c[name] for name in names), *DAY)
        .select_from(
            page.outerjoin(fact, and_(*its_own, fact.c.name == bindparam("day"))).outerjoin(case_key, and_(*its_key))
        )
        .order_by(page.c.rank, page.c.moment, page.c.opened_at, page.c.id)
    )


def both(open_tasks: Select[Any]) -> dict[tuple[str, bool], Select[Any]]:
    """By (dialect, whether it reads on after a row)."""
    return {(d, on): most_urgent(open_tasks, d, resumed=on) for d in DIALECTS for on in (False, True)}
