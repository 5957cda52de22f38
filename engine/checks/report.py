"""What a check says: findings, the verdict on each duty, and the report of one edition as JSON or text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from engine.library import DutySeverity, Where
from engine.model import Value
from engine.reading.complaints import shown

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

Verdict = Literal["proved", "broken", "unproved"]
Progress = Literal["", "shown", "not shown", "lost"]
"""Of a duty that demands an act and that no course breaks: whether people can still do it wherever it is owed."""
Witness = Mapping[str, Value | None]
"""A concrete case by name; None means not set."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One complaint. `elements` are the steps or items it is about, `path` the way to the first of them
    (element ids), `witness` a concrete case that shows it, `fix` what an editor could offer to do."""

    code: str
    severity: Severity
    message: str
    file: str
    line: int = 0
    elements: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    witness: Witness | None = None
    duty: str | None = None
    fix: Mapping[str, str] | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "file": self.file,
            "line": self.line,
            "elements": list(self.elements),
            "path": list(self.path),
            "witness": _plain_witness(self.witness),
            "duty": self.duty,
            "fix": None if self.fix is None else dict(self.fix),
        }


def finding(code: str, severity: Severity, message: str, where: Where, **more: Any) -> Finding:
    """A finding that stands at `where`; its element is the first of `elements` unless they are given. Whatever letters
    a file holds, the message is one visible line."""
    more.setdefault("elements", (where.element,) if where.element else ())
    return Finding(code=code, severity=severity, message=shown(message), file=where.file, line=where.line, **more)


@dataclass(frozen=True, slots=True)
class DutyVerdict:
    """Whether the pathway can break a duty; `severity` is what the engine does when it would be broken. Of one that
    is broken: the `path` of a case that breaks it (element ids), the answers that matter, its `story` in sentences, and
    of each sentence the elements that the case passed meanwhile (`walk`).
    One that is `vacuous` holds only because it can never come up: that is an error of its author."""

    id: str
    status: Verdict
    severity: DutySeverity
    ms: float
    because: str
    path: tuple[str, ...] = ()
    witness: Witness | None = None
    story: tuple[str, ...] = ()
    vacuous: bool = False
    progress: Progress = ""
    walk: tuple[tuple[str, ...], ...] = ()

    @property
    def word(self) -> str:
        """How it stands, in one word for a list."""
        return "vacuous" if self.vacuous else self.status

    @property
    def is_error(self) -> bool:
        """Whether whoever wrote the content has to mend it."""
        return self.vacuous or self.status == "broken"

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "status": self.status,
            "severity": self.severity,
            "ms": self.ms,
            "because": self.because,
            "path": list(self.path),
            "witness": _plain_witness(self.witness),
            "story": list(self.story),
            "walk": [list(passed) for passed in self.walk],
            "vacuous": self.vacuous,
            "progress": self.progress,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All that is to be said of one edition; `edition` is empty when it could not be read."""

    edition: str
    findings: tuple[Finding, ...]
    duties: tuple[DutyVerdict, ...] = ()
    ms: float = 0.0
    bounds: Mapping[str, int] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        return sum(found.severity == severity for found in self.findings)

    @property
    def exit_code(self) -> int:
        """0 no error, 1 at least one error or broken duty, 2 unreadable (design.md 4)."""
        if not self.edition:
            return 2
        return 1 if self.count("error") or any(verdict.is_error for verdict in self.duties) else 0

    def to_json(self) -> dict[str, Any]:
        return {
            "edition": self.edition,
            "ms": self.ms,
            "findings": [found.to_json() for found in self.findings],
            "duties": [verdict.to_json() for verdict in self.duties],
            "bounds": dict(self.bounds),
        }

    def to_text(self) -> str:
        """The report for a terminal: by severity, each with file:line, then duties and a closing line."""
        lines: list[str] = []
        for severity in SEVERITIES:
            found = [item for item in self.findings if item.severity == severity]
            if found:
                lines += [f"{severity} ({len(found)})", *(line for item in found for line in _text(item)), ""]
        lines += self._of_duties()
        counts = ", ".join(f"{self.count(severity)} {severity}" for severity in SEVERITIES)
        name = f"edition {self.edition[:12]}" if self.edition else "unreadable"
        return "\n".join([*lines, f"{name}: {counts}, {self.ms:.0f} ms"])

    def _of_duties(self) -> list[str]:
        """Duties by how they stand, the worst first; of one that is proved only its name."""
        lines: list[str] = []
        for word in ("broken", "vacuous", "unproved"):
            found = [verdict for verdict in self.duties if verdict.word == word]
            if found:
                told = (line for verdict in found for line in _told(verdict))
                lines += [f"duties {word} ({len(found)})", *told, ""]
        proved = [verdict.id for verdict in self.duties if verdict.word == "proved"]
        return [*lines, f"duties proved ({len(proved)}): {', '.join(proved)}"] if proved else lines


def _told(verdict: DutyVerdict) -> list[str]:
    lines = [f"  {verdict.id} ({verdict.severity}): {verdict.because}"]
    return [*lines, *(f"      {line}" for line in verdict.story)]


def _text(item: Finding) -> list[str]:
    at = f"{item.file}:{item.line}" if item.line else item.file
    lines = [f"  {at} {item.code}: {item.message}"]
    if item.path:
        lines.append(f"      on the way {' > '.join(item.path)}")
    if item.witness:
        lines.append(f"      for example {describe(item.witness)}")
    return lines


def describe(witness: Witness) -> str:
    """`age = 17, door not set`: a witness in words."""
    return ", ".join(
        f"{name} not set" if value is None else f"{name} = {_plain(value)}" for name, value in sorted(witness.items())
    )


def _plain_witness(witness: Witness | None) -> dict[str, Any] | None:
    return None if witness is None else {name: _plain(value) for name, value in witness.items()}


def _plain(value: Value | None) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
