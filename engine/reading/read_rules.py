"""Reads what law and protocol say: tables, duties, clocks, starts and schedules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from engine.expressions import And, Expression, Literal_
from engine.library import (
    FAILED,
    ClockRule,
    DutyException,
    DutyRule,
    Row,
    Schedule,
    StartRule,
    Table,
    VisitRule,
    Within,
)
from engine.reading.fields import DASHED, DOTTED, NAME, Fields, each
from engine.reading.rules_schema import (
    ANCHOR,
    EXCEPTION,
    FORMS,
    IF_BROKEN,
    ITEMS,
    OVERRIDE,
    ROW,
    THEN,
    VISIT,
    WITHIN,
    WITHIN_OPENING,
    Shape,
    keys_of,
    words_of,
)
from engine.rules.periods import is_duration

CLOSING: Final = "case.end"
"""The limit of a duty that names none."""


def read_tables(fields: Fields) -> Iterator[Table]:
    for id, item in each(fields, "tables", keys_of(ITEMS["tables"])):
        inputs = item.words("inputs", NAME, needed=True)
        rows = []
        for number, node in enumerate(item.items("rows", needed=True), start=1):
            rows.append(_row(Fields(node, item.notes, f"{id} row {number}", keys_of(ROW)), inputs))
        yield Table(
            id,
            item.text("title"),
            inputs,
            item.word("output"),
            tuple(rows),
            item.source(),
            item.where,
            item.boolean("review", default=False),
        )


def _row(row: Fields, inputs: tuple[str, ...]) -> Row:
    then = row.string("then")
    return Row(_cells(row, inputs), None if then == "unset" else then, row.text("because"), row.where)


def _cells(row: Fields, inputs: tuple[str, ...]) -> Mapping[str, tuple[Expression, ...]]:
    """Input -> the conditions of which one must hold; an input that is not named may have any value."""
    node = row.get("when", needed=True)
    if node is None or not isinstance(node.value, dict):
        if node is not None:
            row.wrong("when", node, "a mapping from inputs to conditions")
        return {}
    cells = Fields(node, row.notes, row.element, inputs or ("inputs",))
    return {name: tuple(_conditions(cells, name)) for name in cells.entries}


def _conditions(cells: Fields, name: str) -> Iterator[Expression]:
    node = cells.entries[name]
    alternatives = node.value if isinstance(node.value, list) else [node]
    if not alternatives:
        cells.wrong(name, node, "at least one condition")
    for alternative in alternatives:
        if isinstance(alternative.value, str):
            yield cells.parsed(name, alternative, before=f"{name} ")
        else:
            cells.wrong(name, alternative, 'a condition such as "== \'yes\'", ">= 18" or is unset', "bad_expression")


def read_duties(fields: Fields) -> Iterator[DutyRule]:
    shape = ITEMS["duties"]
    for id, item in each(fields, "duties", keys_of(shape), DASHED):
        form = _form(item)
        holder, falls_back_to = _holder(item)
        if id.endswith(IF_BROKEN):
            item.complain("bad_id", f'An id that ends in {IF_BROKEN} is the one of what "if_broken" of a duty demands')
        duty = DutyRule(
            id=id,
            title=item.text("title"),
            kind=item.choice("kind", words_of(shape, "kind")),
            form=form,
            act=None if form == "always" else item.word(form, DOTTED),
            always=item.expression("always", needed=form == "always"),
            when=_all_of(item, "when"),
            before=item.word("before", DOTTED, needed=False) or CLOSING,
            after=item.word("after", DOTTED, needed=False) or None,
            without=item.words("without", DOTTED),
            unless=item.expression("unless"),
            revoked_by=item.words("revoked_by", DOTTED),
            within=_within(item),
            scope=item.choice("scope", words_of(shape, "scope"), "case"),
            exceptions=tuple(_exceptions(item)),
            if_unknown=item.choice("if_unknown", words_of(shape, "if_unknown"), "ignore"),
            severity=item.choice("severity", words_of(shape, "severity")),
            holder=holder,
            source=item.source(),
            where=item.where,
            group=item.word("group", needed=False) or None,
            falls_back_to=falls_back_to,
            override=_override(item),
            ends_by=item.choice("ends_by", words_of(shape, "ends_by"), "facts"),
        )
        yield duty
        if item.has("if_broken"):
            yield _if_broken(item, duty)


def _override(item: Fields) -> tuple[str, ...]:
    """The roles that may go on past the duty; a reason is required of them, and says so where it is written."""
    node = item.get("override", needed=False)
    if node is None:
        return ()
    override = Fields(node, item.notes, item.element, keys_of(OVERRIDE))
    override.choice("reason", words_of(OVERRIDE, "reason"))
    if "severity" in item.entries and item.entries["severity"].value == "record":
        item.complain("duty_form", 'A duty that only records stands in nobody\'s way: "override" has no use', node.line)
    roles = override.words("roles", needed=True)
    if not roles and override.has("roles"):
        override.wrong("roles", override.entries["roles"], "at least one role")
    return roles


def _if_broken(item: Fields, duty: DutyRule) -> DutyRule:
    """The duty that is owed each time this one is late or broken: of the same kind, source and severity."""
    node = item.entries["if_broken"]
    then = Fields(node, item.notes, item.element, keys_of(THEN))
    if duty.override and duty.form == "must":
        message = 'Whoever closes a case past this duty could never do what "if_broken" demands: use one of the two'
        item.complain("duty_form", message, node.line)
    holder, falls_back_to = _holder(then) if then.has("holder") else (duty.holder, duty.falls_back_to)
    return replace(
        duty,
        id=duty.id + IF_BROKEN,
        title=then.text("title"),
        form="must",
        act=then.word("must", DOTTED),
        always=None,
        when=None,
        before=CLOSING,
        after=FAILED + duty.id,
        without=(),
        unless=None,
        revoked_by=(),
        within=_within(then, WITHIN_OPENING),
        scope="case",
        exceptions=(),
        if_unknown="ignore",
        holder=holder,
        where=item.notes.where(node.line, duty.id + IF_BROKEN),
        falls_back_to=falls_back_to,
        override=(),
        ends_by="facts",
    )


def _holder(item: Fields) -> tuple[str, tuple[str, ...] | None]:
    """The role that owes it; and, of a list, the roles that hold it after that one."""
    written = item.get("holder", needed=False)
    roles = item.words("holder", needed=True)
    listed = written is not None and isinstance(written.value, list)
    if listed and written is not None and not written.value:
        item.wrong("holder", written, "at least one role")
    return (roles[0] if roles else ""), (roles[1:] if listed else None)


def _form(item: Fields) -> Any:
    """Which of must, never and always the duty is; one of them, with the keys that fit it."""
    written = [form for form in FORMS if item.has(form)]
    if len(written) != 1:
        found = " and ".join(written) or "none of them"
        item.complain("duty_form", f"Expected exactly one of must, never or always, but found {found}")
        return written[0] if written else "must"
    for key in ("without", "unless"):
        if item.has(key) and written[0] != "never":
            item.complain("duty_form", f'"{key}" limits what must never be done, but this duty says "{written[0]}"')
    if item.has("ends_by") and written[0] != "must":
        item.complain("duty_form", f'"ends_by" is of what must be done, but this duty says "{written[0]}"')
    return written[0]


def _all_of(item: Fields, key: str) -> Expression | None:
    """One expression, or a list of which all must hold."""
    node = item.get(key, needed=False)
    if node is None or not isinstance(node.value, list):
        return item.expression(key)
    if not node.value:
        item.wrong(key, node, "at least one expression")
        return Literal_(value=False)
    parts = tuple(item.parsed(key, part) for part in node.value)
    return parts[0] if len(parts) == 1 else And(parts)


def _within(item: Fields, shape: Shape = WITHIN) -> Within | None:
    """The limit; counted from the duty's opening where the shape offers no other."""
    node = item.get("within", needed=False)
    if node is None:
        return None
    limit = Fields(node, item.notes, item.element, keys_of(shape))
    start = limit.word("from") if "from" in keys_of(shape) else "duty"
    return Within(limit.word("parameter"), start, limit.word("warn", needed=False) or None)


def _exceptions(item: Fields) -> Iterator[DutyException]:
    for id, exception in each(item, "exceptions", keys_of(EXCEPTION)):
        when = exception.expression("when", needed=True)
        if when is not None:
            yield DutyException(id, when, exception.string("cite"))


def read_clocks(fields: Fields) -> Iterator[ClockRule]:
    for id, item in each(fields, "clocks", keys_of(ITEMS["clocks"])):
        yield ClockRule(
            id=id,
            title=item.text("title"),
            earliest=item.word("earliest"),
            latest=item.word("latest"),
            hours=item.word("hours"),
            when=item.expression("when"),
            stops=item.words("stops", DOTTED, needed=True),
            shown_to=frozenset(item.words("shown_to", needed=True)),
            source=item.source(),
            where=item.where,
        )


def read_starts(fields: Fields) -> Iterator[StartRule]:
    shape = ITEMS["starts"]
    keys = keys_of(shape)
    for number, node in enumerate(fields.items("starts"), start=1):
        item = Fields(node, fields.notes, f"starts {number}", keys)
        if not isinstance(node.value, dict):
            continue
        process = item.word("process")
        item.element = process or item.element
        yield StartRule(
            process=process,
            scope=item.word("scope"),
            when=item.expression("when", needed=True) or Literal_(value=False),
            cancel_when=item.expression("cancel_when"),
            because=item.text("because"),
            source=item.source(),
            where=item.where,
            again=item.choice("again", words_of(shape, "again"), "") or None,
        )


def read_schedules(fields: Fields) -> Iterator[Schedule]:
    for id, item in each(fields, "schedules", keys_of(ITEMS["schedules"])):
        yield Schedule(
            id=id,
            title=item.text("title"),
            process=item.word("process"),
            scope=item.word("scope"),
            when=item.expression("when", needed=True) or Literal_(value=False),
            cancel_when=item.expression("cancel_when"),
            visits=tuple(_visits(item)),
            source=item.source(),
            where=item.where,
        )


def _visits(item: Fields) -> Iterator[VisitRule]:
    if not item.items("visits", needed=True) and item.has("visits"):
        item.complain("shape", "Expected at least one visit")
    for id, visit in each(item, "visits", keys_of(VISIT)):
        yield VisitRule(
            id=id,
            title=visit.text("title"),
            anchor=_anchor(visit),
            at=_duration(visit, "at"),
            opens=_duration(visit, "opens"),
            closes=_duration(visit, "closes"),
            role=visit.word("role"),
            when=visit.expression("when"),
            where=visit.where,
        )


def _anchor(visit: Fields) -> str:
    text = visit.string("anchor")
    if text and not ANCHOR.fullmatch(text):
        visit.wrong("anchor", visit.entries["anchor"], "a moment such as incident_at, or act.<act id>", "bad_id")
    return text


def _duration(visit: Fields, key: str) -> str:
    """ISO 8601; months and years are counted by the calendar from the anchor."""
    text = visit.string(key)
    if text and not is_duration(text):
        visit.wrong(key, visit.entries[key], "a duration such as P14D, P6W, P3M or PT72H", "bad_duration")
    return text
