"""What may be answered later must change nothing: a proof knows only answers given at a step, and corrections."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.analysis.uses import names_read
from engine.checks.report import Finding, finding
from engine.library import Library

CODE = "late-answers"


def check(library: Library) -> Iterator[Finding]:
    read = names_read(library)
    for fact in library.facts.values():
        if fact.later and fact.id in read:
            message = (
                f"{fact.id} may be answered later, but rules, tables, steps or limits read it, and no proof counts on "
                "an answer that comes at any time. Take out `later`, and give it a form of any time if it is learned "
                "late"
            )
            yield finding(CODE, "error", message, fact.where, elements=(fact.id,))
