"""Whether a case can come to where a table fails: where no row of it fires, or two do.

It is asked of the prover as a duty: the table is given a row for just that, and a course is sought on which this row
fires, at a business rule task, or anywhere when `now.<output>` is read somewhere (docs/checks/table-complete.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.checks import table_complete, table_disjoint
from engine.checks.analysis.situations import row_condition
from engine.checks.analysis.uses import names_read
from engine.checks.report import Finding
from engine.expressions import And, Compare, Expression, Literal_, Name, Not, Or, Unset, names
from engine.library import DutyRule, Library, Row, Source, Table
from engine.prove.net import Net
from engine.prove.proving import Answer, Looked, prove

FAILS = "@fails"
"""What the table says where it fails."""
MOST = 5000
"""What may be spent on one table, while somebody waits."""


def with_reach(library: Library, found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those on tables with what is known of whether a case comes there. Nothing is known of content with
    another error: what runs would not be what was looked at."""
    found = tuple(found)
    known = all(item.severity != "error" or _place(library, item) is not None for item in found)
    for item in found:
        place = _place(library, item)
        if known and place is not None:
            yield replace(item, message=f"{item.message}. {_said(reached(library, *place))}")
        else:
            yield item


def reached(library: Library, table: Table, place: Expression, most: int = MOST) -> Answer:
    """Proved, when no case comes to this place of the table; else with a course that may."""
    duty = _never(library, table)
    asked = _with_row(library, table, place, duty)
    net = Net(asked)
    deciding = {id for id, element in net.elements.items() if element.table == table.id}
    owners = tuple(root for root in net.followable if net.steps(root) & deciding)
    return prove(asked, net, duty, most, Looked(owners, frozenset(table.inputs)))


def _said(answer: Answer) -> str:
    if answer.proved:
        return "No case can come to this"
    if answer.course is None:
        return "Whether a case can come to this was not seen"
    return f"A case may come to this: {answer.course.told}"


def _place(library: Library, item: Finding) -> tuple[Table, Expression] | None:
    """Where which table fails, of a finding that says so."""
    table = library.tables.get(item.elements[0]) if item.elements and item.witness is not None else None
    if table is None:
        return None
    fires = [_surely(row_condition(row)) for row in table.rows]
    if item.code == table_complete.CODE:
        return table, And(tuple(map(Not, fires)))
    if item.code == table_disjoint.CODE:
        told = [number for number, row in enumerate(table.rows) if row.where.line == item.line and number]
        return table, Or(tuple(And((fires[number], Or(tuple(fires[:number])))) for number in told))
    return None


def _never(library: Library, table: Table) -> DutyRule:
    anywhere = f"now.{table.output}" in names_read(library)
    said = Name(f"now.{table.output}" if anywhere else table.output)
    other = Compare(said, "!=", Literal_(FAILS))
    return DutyRule(
        id=FAILS,
        title={},
        kind="policy",
        form="always",
        act=None,
        always=Or((Unset(said, negated=False), other)),
        when=None,
        before="",
        after=None,
        without=(),
        unless=None,
        revoked_by=(),
        within=None,
        scope="case",
        exceptions=(),
        if_unknown="ignore",
        severity="record",
        holder="",
        source=Source(""),
        where=table.where,
    )


def _with_row(library: Library, table: Table, place: Expression, duty: DutyRule) -> Library:
    row = Row({"": (place,)}, FAILS, {}, table.where)
    output = library.facts[table.output]
    return replace(
        library,
        tables={**library.tables, table.id: replace(table, rows=(*table.rows, row))},
        facts={**library.facts, output.id: replace(output, values=(*output.values, FAILS))},
        duties={duty.id: duty},
    )


def _surely(condition: Expression) -> Expression:
    """The condition, false where it would not be known: a row fires only where it is true."""
    match condition:
        case And(items):
            return And(tuple(map(_surely, items)))
        case Or(items):
            return Or(tuple(map(_surely, items)))
        case Literal_() | Unset():
            return condition
        case _:
            return And((*_set(condition), condition))


def _set(condition: Expression) -> Iterator[Expression]:
    return (Unset(Name(name), negated=True) for name in sorted(names(condition)))
