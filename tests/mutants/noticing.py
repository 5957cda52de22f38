"""Who notices an edit: what reads it, what checks it, what proves its duties, or a drill that fails. Or nobody."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from engine.checks import Finding, checks
from engine.content import ContentError, from_files
from engine.drills import Unreadable, run_drills
from engine.drills.reading import find_features
from engine.drills.vocabulary import FILE, Vocabulary, read_vocabulary
from engine.library import Library
from engine.proofs import ProofRecord, proved, read_record
from tests.mutants.drawing import Drawing
from tests.mutants.edit import Edit
from tests.walk import ROOT, shipped

WHO = ("refused", "check", "duty", "unproved", "progress", "drill", "nobody", "crashed")
"""In this order they are asked, the cheapest first; the first that notices is told. What crashed one of them is a fault
of ours."""
QUICK = 1000
"""Steps of work that a proof takes which nobody waits for."""
FEATURES = ROOT / "features"


@dataclass(frozen=True)
class Noticed:
    """`said` is what the author of such an edit would read."""

    who: str
    said: str = ""
    seconds: float = 0.0


@dataclass
class Watch:
    """All that watches over the shipped content. `drills` are the files that are played."""

    library: Library = field(default_factory=shipped)
    drills: tuple[Path, ...] = field(default_factory=lambda: tuple(find_features((FEATURES,))))

    @cached_property
    def record(self) -> ProofRecord:
        """What was proved of the content as it is."""
        return read_record((ROOT / "docs" / "proofs" / f"{self.library.jurisdiction}.json").read_bytes())

    @cached_property
    def findings(self) -> frozenset[str]:
        return frozenset(map(_told, _found(self.library)))

    @cached_property
    def passed(self) -> Mapping[Path, frozenset[str]]:
        """The elements that the drills of each file pass in the content as it is."""
        reports = {file: run_drills(self.library, [file]) for file in self.drills}
        return {file: frozenset(report.covered) for file, report in reports.items()}

    def noticed(self, edit: Edit) -> Noticed:
        """Who notices it first, and how long it took to know."""
        began = time.perf_counter()
        try:
            who, said = self._noticed(edit)
        except Exception as error:  # a run of an hour is not thrown away for it
            who, said = "crashed", repr(error)
        return Noticed(who, said, time.perf_counter() - began)

    def _noticed(self, edit: Edit) -> tuple[str, str]:
        try:
            library = from_files(edit.of(self.library.files), self.library.jurisdiction)
        except ContentError as error:
            return "refused", str(error.complaints[0])
        for item in _found(library):
            if _told(item) not in self.findings:
                return "check", _told(item)
        try:
            vocabulary = read_vocabulary(str(FEATURES / FILE), (FEATURES / FILE).read_bytes(), library)
        except Unreadable as error:
            return "drill", str(error)
        return self.by_a_duty(library, vocabulary) or self._by_a_drill(library, edit) or ("nobody", "")

    def by_a_duty(self, library: Library, vocabulary: Vocabulary) -> tuple[str, str] | None:
        """The worst that became of a duty that was proved. What was proved at once is asked at once, what took long is
        asked by itself and last."""
        before = {id: proof for id, proof in self.record.proofs.items() if proof.verdict.status == "proved"}
        quick = [id for id in before if before[id].spent < QUICK]
        others = sorted(before.keys() - set(quick), key=lambda id: (before[id].spent, id))
        worse: list[tuple[str, str]] = []
        for duties in (quick, *([id] for id in others)):
            for now in proved(library, vocabulary, (self.record,), duties=duties).verdicts:
                if now.is_error:
                    return "duty", f"{now.id} is {now.word}: {now.because}"
                if now.status == "unproved":
                    worse.append(("unproved", f"{now.id} is not proved any more: {now.because}"))
                elif before[now.id].verdict.progress == "shown" != now.progress:
                    worse.append(("progress", f"that {now.id} can always be done is {now.progress or 'not asked'}"))
        return min(worse, key=lambda one: WHO.index(one[0]), default=None)

    def _by_a_drill(self, library: Library, edit: Edit) -> tuple[str, str] | None:
        for file in self.playing(edit):
            try:
                report = run_drills(library, [file])
            except Unreadable as error:
                return "drill", str(error)
            for result in report.results:
                if result.status != "passed":
                    return "drill", f"{result.name}: {result.message}"
        return None

    def playing(self, edit: Edit) -> list[Path]:
        """The drills that could notice, those that pass what was changed first. A diagram that no case of a drill
        comes to changes nothing for it, unless the drill speaks of a step of it."""
        near = sorted(self.drills, key=lambda file: edit.element not in self.passed[file])
        if not edit.path.endswith(".bpmn"):
            return near
        drawing = Drawing(self.library.files[edit.path])
        names = [f'"{one.get("name")}"' for one in drawing.all("userTask")]
        words = {file: file.read_text(encoding="utf-8") for file in (FEATURES / FILE, *near)}
        spoken = [file for file, text in words.items() if any(name in text for name in names)]
        if FEATURES / FILE in spoken:
            return near
        return [file for file in near if file in spoken or not self.passed[file].isdisjoint(drawing.named)]


def _found(library: Library) -> Iterator[Finding]:
    """The findings that their author must see to, as they are found."""
    for module in checks():
        yield from (item for item in module.check(library) if item.severity in ("error", "warning"))


def _told(item: Finding) -> str:
    return f"{item.code}: {item.message}"
