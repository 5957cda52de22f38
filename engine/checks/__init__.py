"""Reads an edition and says what is wrong with it: one check a file, found by listing this package.

A check is a module with `CODE` (also the name of its page in docs/checks/) and
`check(library) -> Iterable[Finding]`. Adding a file adds a check; there is no list to keep.
"""

from __future__ import annotations

import pkgutil
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from engine.checks.report import SEVERITIES, DutyVerdict, Finding, Report, finding
from engine.content import ContentError, load
from engine.library import Library

__all__ = ["Check", "DutyVerdict", "Finding", "Prover", "Report", "check", "check_folder", "checks"]

Prover = Callable[[Library], Iterable[DutyVerdict]]
"""Gives the verdict on every duty of an edition."""


Look = Callable[[Library, Iterable[Finding]], Iterable[Finding]]
"""Says more of what was found, by looking at the pathway as a whole."""


class Check(Protocol):
    """What a check module offers."""

    CODE: str

    def check(self, library: Library) -> Iterable[Finding]: ...


@cache
def checks() -> tuple[Check, ...]:
    """Every check of this package, by code."""
    modules = [import_module(f"{__name__}.{item.name}") for item in pkgutil.iter_modules(__path__) if not item.ispkg]
    return tuple(cast(Check, module) for module in modules if hasattr(module, "CODE"))


def not_yet_proved(library: Library) -> Iterable[DutyVerdict]:
    """The verdict of who was not asked to prove anything: nothing is claimed."""
    return _unproved(library, "no proof was asked for; enforced while cases run")


def as_found(library: Library, found: Iterable[Finding]) -> Iterable[Finding]:
    """Nothing more."""
    return found


def check(library: Library, prover: Prover = not_yet_proved, look: Look = as_found) -> Report:
    """All findings of all checks, the worst first, and the verdict on every duty. Nothing is proved of content that has
    an error: what runs would not be what was proved."""
    started = time.perf_counter()
    found = list(look(library, [item for module in checks() for item in module.check(library)]))
    faulty = any(item.severity == "error" for item in found)
    duties = _unproved(library, "nothing is proved of content with an error") if faulty else prover(library)
    return Report(library.digest, tuple(_sorted(found)), tuple(duties), ms=_since(started))


def check_folder(folder: Path, jurisdiction: str, prover: Prover = not_yet_proved, look: Look = as_found) -> Report:
    """The report on the content of a folder; what cannot be read is a report without an edition."""
    started = time.perf_counter()
    try:
        library = load(folder, jurisdiction)
    except ContentError as error:
        return Report("", tuple(_unreadable(error)), ms=_since(started))
    return replace(check(library, prover, look), ms=_since(started))


def _unproved(library: Library, because: str) -> Iterable[DutyVerdict]:
    for duty in library.duties.values():
        yield DutyVerdict(duty.id, "unproved", duty.severity, 0.0, because)


def _sorted(found: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda item: (SEVERITIES.index(item.severity), item.file, item.line, item.code)))


def _unreadable(error: ContentError) -> Iterable[Finding]:
    for complaint in error.complaints:
        yield finding(complaint.code, "error", complaint.message, complaint.where)


def _since(started: float) -> float:
    """Milliseconds since a reading of the performance counter."""
    return round((time.perf_counter() - started) * 1000, 1)
