"""What rules speak of must be done somewhere: a duty whose act no step performs can never be met."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.uses import performed, uses
from engine.checks.report import Finding, finding
from engine.expressions import names
from engine.library import Library

CODE = "acts"

CLOSING = "case.end"
"""The act that closes a case (docs/content.md, duties: `before` unless said otherwise)."""


def check(library: Library) -> Iterator[Finding]:
    done = {item.act.act for item in performed(library)}
    if CLOSING not in done:
        message = f"No step performs {CLOSING}, so no case could ever be closed. Add it to the acts of the closing step"
        yield finding(CODE, "error", message, library.pathway.where)
    yield from _closing_itself(library)
    for duty in library.duties.values():
        named = dict.fromkeys((duty.act, duty.before, duty.after, *duty.without, *duty.revoked_by))
        for act in named:
            if act is not None and act in library.acts and act not in done:
                message = f"No step performs {act}, which duty {duty.id} speaks of. Add it to the step that does it"
                hopeless = act in duty.without or (act == duty.act and duty.form == "must")
                yield finding(
                    CODE, "error" if hopeless else "warning", message, duty.where, elements=(duty.id, act), duty=duty.id
                )
    for clock in library.clocks.values():
        for act in clock.stops:
            if act in library.acts and act not in done:
                message = f"No step performs {act}, which stops clock {clock.id}. Add it to the step that does it"
                yield finding(CODE, "warning", message, clock.where, elements=(clock.id, act))
    for act in sorted(set(library.acts) - done - spoken_of(library) - {CLOSING}):
        message = f"No step performs {act} and no rule speaks of it. Use it, or remove it"
        yield finding(CODE, "info", message, library.acts[act].where)


def _closing_itself(library: Library) -> Iterator[Finding]:
    """A case that closes without anybody would close over what is owed: only a person can be refused."""
    for diagram in library.pathway.diagrams.values():
        for element in diagram.elements.values():
            if element.kind != "user" and any(act.act == CLOSING for act in element.acts):
                message = (
                    f"Step {element.id} does {CLOSING}, but nobody completes it, so that no duty could hold the case"
                    " open. Put the act on the task of whoever closes the case"
                )
                yield finding(CODE, "error", message, element.where)


def spoken_of(library: Library) -> set[str]:
    """The acts that some expression, duty or clock names."""
    read = {name.removeprefix("act.") for use in uses(library) for name in names(use.expression)}
    for duty in library.duties.values():
        read |= {act for act in (duty.act, duty.before, duty.after, *duty.without, *duty.revoked_by) if act}
    for clock in library.clocks.values():
        read |= set(clock.stops)
    return read | {visit.anchor.removeprefix("act.") for item in library.schedules.values() for visit in item.visits}
