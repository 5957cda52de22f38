"""Duties must not ask for what other duties forbid, nor put acts into an order in which none can come first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.checks.analysis.assigned import assigned
from engine.checks.analysis.open_names import hopeless
from engine.checks.analysis.orders import Chain, counts, expressions, first_to_be_done, orders, rounds
from engine.checks.analysis.situations import Situations
from engine.checks.analysis.space import TooLarge
from engine.checks.analysis.uses import always_along, done_together
from engine.checks.report import Finding, Severity, Witness, finding
from engine.expressions import Expression
from engine.library import DutyRule, Library

CODE = "contradictions"


def check(library: Library) -> Iterator[Finding]:
    for duty in library.duties.values():
        if duty.form == "must" and duty.act is not None:
            for act in (duty.act, *sorted(always_along(library, duty.act))):
                yield from _in_the_way(library, duty, act)
    for chain in rounds(library):
        witness = _together(library, [], chain)
        if witness is not None and not _in_one_step(library, chain):
            yield _round(chain, witness)


def _in_the_way(library: Library, duty: DutyRule, act: str) -> Iterator[Finding]:
    """What a duty demands (or an act that is always done along with it) is forbidden, or so is an act that may come
    only before it, or no step may do that one."""
    told: set[str] = set()
    for chain in first_to_be_done(library, act):
        first = str(chain[-1].after) if chain else act
        for order in orders(library):
            if order.act == first and order.after is None and order.duty.id not in told:
                witness = _together(library, [duty], (*chain, order))
                if witness is not None:
                    told.add(order.duty.id)
                    yield _forbidden(_demand(duty, act), duty, (*chain, order), witness)
        closed = [when for when, acts in done_together(library) if first in acts]
        if chain and closed and None not in closed and first not in told:
            witness = _together(library, [duty], chain, [when for when in closed if when is not None])
            if witness is not None:
                told.add(first)
                yield _closed(_demand(duty, act), duty, chain, witness)


def _together(
    library: Library, owed: list[DutyRule], chain: Chain, closed: Sequence[Expression] = ()
) -> Witness | None:
    """A case in which all these duties count at once, and none of the steps with these conditions may be done; it must
    stay so. None where there is no such case, or no saying."""
    owed = [*owed, *(order.duty for order in chain if order.duty.form == "must")]
    standing = [order.duty for order in chain if order.duty.form == "never"]
    if any(duty.override for duty in (*owed, *standing)):
        return None  # somebody may go on past it, by giving a reason
    read = [*(expression for duty in (*owed, *standing) for expression in expressions(duty)), *closed]
    try:
        situations = Situations(library, read, assigned(library).always)
    except TooLarge:
        return None
    asked = blocked = situations.space.all
    for duty in owed:
        asked &= counts(situations, duty)
    for duty in standing:
        blocked &= counts(situations, duty)
    for when in closed:
        blocked &= ~situations.space.true(when)
    found = hopeless(situations, asked, blocked)
    return situations.witness(found, *read) if found else None


def _in_one_step(library: Library, chain: Chain) -> bool:
    """Whether one step does them all: what is done in the same step counts as done before."""
    return any({order.act for order in chain} <= acts for _, acts in done_together(library))


_TAKE_OUT = "Take such a case out of one of them (when, exceptions, unless), or say who may go on past it (override)"


def _demand(duty: DutyRule, act: str) -> str:
    return f"Duty {duty.id} demands {act if act == duty.act else f'{duty.act} and with it {act}'}"


def _forbidden(demand: str, duty: DutyRule, chain: Chain, witness: Witness) -> Finding:
    last = chain[-1]
    message = (
        f"{demand}{_waits(chain[:-1])}, but duty {last.duty.id} forbids {last.act} in the "
        f"same case, so one of them is always broken. {_TAKE_OUT}"
    )
    return _finding(message, [duty, *(order.duty for order in chain)], last.act, witness)


def _closed(demand: str, duty: DutyRule, chain: Chain, witness: Witness) -> Finding:
    first = str(chain[-1].after)
    message = (
        f"{demand}{_waits(chain)}, but no step that does {first} may be done in such a case "
        f"(requires, when), so one of them is always broken. Let a step do {first} then. Or: {_TAKE_OUT}"
    )
    return _finding(message, [duty, *(order.duty for order in chain)], first, witness)


def _waits(chain: Chain) -> str:
    return "".join(f", which may be done only after {order.after} (duty {order.duty.id})" for order in chain)


def _round(chain: Chain, witness: Witness) -> Finding:
    waits = ", ".join(f"{order.act} only after {order.after} (duty {order.duty.id})" for order in chain)
    message = f"No act can come first: {waits}. Take one of them out of the order, or let one step do them together"
    return _finding(message, [order.duty for order in chain], chain[0].act, witness)


def _finding(message: str, duties: list[DutyRule], act: str, witness: Witness) -> Finding:
    severity: Severity = "error" if all(duty.severity == "block" for duty in duties) else "warning"
    elements = (*dict.fromkeys(duty.id for duty in duties), act)
    return finding(CODE, severity, message, duties[0].where, elements=elements, duty=duties[0].id, witness=witness)
