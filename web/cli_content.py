"""The commands about content: check it, prove it, say its duties, drill it, publish it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from engine import checks
from engine.checks.report import Report
from engine.clock import now
from engine.content import ContentError, load
from engine.drills import Unreadable, run_drills, vocabulary_of
from engine.drills.vocabulary import FILE as VOCABULARY
from engine.proofs import ProofRecord, RecordError, accepting, write_record
from engine.prove.reach import with_reach
from engine.questions.said import said_duties
from engine.reading.rules_schema import RULES_SCHEMA
from engine.witness import judged
from engine.witness.keeping import NotKept, beginning, keep_boundaries, keep_drill, refuse_others
from engine.witness.story import BOUNDARY, WITNESS
from web import publishing
from web.cli_base import UNREADABLE, house_of, say, settings_of, tell
from web.proof_page import page
from web.proving import Proving, Say
from web.settings import RELEASE, Settings
from web.watching import Watch
from web.words import Words


def check(chosen: argparse.Namespace) -> int:
    settings = settings_of(chosen)
    folder = Path(chosen.folder) if chosen.folder else settings.content_folder
    if chosen.watch:
        return _watch(settings, folder, chosen)
    written = chosen.page, chosen.record
    if why := _in_vain(chosen) or no_room_for(written, (chosen.drills, chosen.boundaries), folder):
        return say(why, UNREADABLE)
    try:
        if chosen.boundaries:
            _refuse_others(settings, folder, Path(chosen.boundaries))
        report, record = checked(settings, folder, tell, lint=chosen.lint, forget=chosen.forget, long=chosen.long)
        print(json.dumps(report.to_json(), ensure_ascii=False) if chosen.json else report.to_text())
        return _keep(chosen, settings, folder, report, record) or report.exit_code
    except (NotKept, Unreadable) as error:
        return say(str(error), UNREADABLE)


def _watch(settings: Settings, folder: Path, chosen: argparse.Namespace) -> int:
    beside = ("lint", "forget", "long", "json", "page", "record", "drills", "boundaries", "accept")
    if asked := [name for name in beside if getattr(chosen, name)]:
        return say(f"--watch says what it finds and writes nothing: leave out --{asked[0]}", UNREADABLE)
    if not folder.is_dir():
        return say(f"There is no folder {folder} to watch", UNREADABLE)
    watch = Watch(settings, folder, lambda text: print(text, flush=True), tell)
    signal.signal(signal.SIGINT, lambda *_: watch.end())
    watch.run()
    return 0


def _refuse_others(settings: Settings, content: Path, folder: Path) -> None:
    """Raises NotKept for files of somebody else where the drills of where duties begin would be written, before
    anything is proved; what is wrong with the content is told by its report."""
    with suppress(ContentError):
        duties = beginning(load(content, settings.jurisdiction))
        refuse_others(folder, [duty.id for duty in duties], BOUNDARY)


def _keep(
    chosen: argparse.Namespace, settings: Settings, folder: Path, report: Report, record: ProofRecord | None
) -> int:
    """Writes what was asked for besides the report; 0 when all of it could be written."""
    if record is None and (chosen.record or chosen.drills) and not chosen.lint:
        return say("Nothing was proved, so that there is nothing to keep", report.exit_code or 1)
    if record is not None and chosen.record:
        try:
            record = accepting(record, dict(chosen.accept), RELEASE)
        except RecordError as error:
            return say(str(error), UNREADABLE)
        _write(Path(chosen.record), write_record(record))
    if chosen.page:
        if not report.edition:
            return say("Nothing could be read, so that there is nothing to show", UNREADABLE)
        text = page(load(folder, settings.jurisdiction), report, now().date(), Words(chosen.lang))
        _write(Path(chosen.page), text)
    if record is not None and chosen.drills:
        for kept in keep_drills(record, folder, Path(chosen.drills)):
            tell(f"drill: {kept}")
    if not chosen.boundaries:
        return 0
    if report.count("error") or not report.edition:
        return say("Errors stand in this content, so that no duty begins anywhere yet: mend them first", 1)
    return keep_all_boundaries(settings, folder, Path(chosen.boundaries))


def keep_all_boundaries(settings: Settings, content: Path, folder: Path) -> int:
    """Writes the drills of where each duty begins, and tells of each as it is found. Raises NotKept, Unreadable."""
    library = load(content, settings.jurisdiction)
    vocabulary = vocabulary_of(library, content / "features")
    faults = 0
    for kept in keep_boundaries(library, vocabulary, folder):
        faults += kept.fault
        if kept.feature is not None:
            tell(f"drill: {kept.feature} ({kept.cases} cases)")
        elif kept.fault:
            tell(f"no drill of {kept.duty}: a fault of the checker, please report it: {kept.why}")
        else:
            tell(f"no drill of {kept.duty}: {kept.why}")
    return 1 if faults else 0


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NotKept(f"{file} cannot be written ({error.strerror}): name another file") from error


def _in_vain(chosen: argparse.Namespace) -> str:
    """Why what was asked of a check cannot be done; '' when it can."""
    if chosen.lint and (chosen.record or chosen.drills or chosen.accept):
        return "With --lint nothing is proved, so that there is nothing to keep or to sign for"
    if chosen.accept and not chosen.record:
        return "--accept signs in a record: say where to keep it, with --record FILE"
    return ""


def publish(chosen: argparse.Namespace) -> int:
    with house_of(chosen) as house:
        try:
            people = chosen.author, chosen.approver
            print(publishing.publish(house, Path(chosen.folder), *people, dict(chosen.accept), tell))
        except publishing.NotPublished as error:
            return say(f"Not published.\n{error}", 1)
    return 0


def schema(chosen: argparse.Namespace) -> int:
    print(json.dumps(RULES_SCHEMA, indent=1))
    return 0


def duties(chosen: argparse.Namespace) -> int:
    settings, words = settings_of(chosen), Words(chosen.lang)
    library = load(Path(chosen.folder) if chosen.folder else settings.content_folder, settings.jurisdiction)
    for duty in said_duties(library, now().date()):
        holder = words("duties.holder", role=words.of(duty.holder_title))
        print(f"{duty.rule} ({words(f'duties.kind.{duty.kind}')}. {holder})\n  {words.of(duty.sentence)}")
        print(f"  {words(f'duties.severity.{duty.severity}')}.")
        print(f"  [{duty.cite}{'' if duty.verified else '; ' + words('unverified')}]\n")
    return 0


def prove(chosen: argparse.Namespace) -> int:
    settings = settings_of(chosen)
    folder = Path(chosen.folder) if chosen.folder else settings.content_folder
    if why := no_room_for((), (chosen.drills,), folder):
        return say(why, UNREADABLE)
    library = load(folder, settings.jurisdiction)
    unknown = [duty for duty in chosen.duty if duty not in library.duties]
    if unknown:
        return say(f"There is no duty {', '.join(unknown)}; there are: {', '.join(library.duties)}", UNREADABLE)
    if faults := checks.check(library).count("error"):
        return say(f"{faults} errors stand in this content, so that nothing is proved of it; see isange check", 1)
    try:
        vocabulary = vocabulary_of(library, folder / "features")
    except Unreadable as error:
        return say(str(error), UNREADABLE)
    found, unkept = [], False
    for item in judged(library, vocabulary, chosen.budget, chosen.duty):
        verdict = item.verdict
        found.append(verdict)
        if not chosen.json:
            print(f"{verdict.word:<9} {verdict.id} ({verdict.ms / 1000:.1f} s): {verdict.because}", flush=True)
            for line in verdict.story:
                print(f"            {line}", flush=True)
        if item.drill and chosen.drills:
            unkept |= not _keep_found(chosen, Path(vocabulary.file), verdict.id, item.drill)
    if chosen.json:
        print(json.dumps({"edition": library.digest, "duties": [verdict.to_json() for verdict in found]}))
    else:
        counts = Counter(verdict.word for verdict in found)
        of = f"{counts['proved']} of {len(found)} duties proved, {counts['broken']} broken, {counts['vacuous']} vacuous"
        print(f"edition {library.digest[:12]}: {of}")
    return UNREADABLE if unkept else int(any(verdict.is_error for verdict in found))


def _keep_found(chosen: argparse.Namespace, vocabulary: Path, duty: str, text: str) -> bool:
    """Writes the drill of a duty just found broken, and tells of it; whether it could be written."""
    kept = False
    try:
        told, kept = f"drill: {keep_drill(vocabulary, duty, text, Path(chosen.drills))}", True
    except NotKept as error:
        told = f"no drill: {error}"
    print(f"            {told}", file=sys.stderr if chosen.json else sys.stdout, flush=True)
    return kept


def drill(chosen: argparse.Namespace) -> int:
    settings = settings_of(chosen)
    library = load(settings.content_folder, settings.jurisdiction)
    paths = [Path(path) for path in chosen.paths] or [settings.content_folder / "features"]
    try:
        report = run_drills(library, paths)
    except Unreadable as error:
        return say(str(error), UNREADABLE)
    print(json.dumps(report.to_json(), ensure_ascii=False) if chosen.json else "\n".join(report.lines()))
    return 0 if report.all_passed else 1


def checked(
    settings: Settings, folder: Path, say: Say, *, lint: bool, forget: bool = False, long: bool = False
) -> tuple[Report, ProofRecord | None]:
    """The report on a folder, and the proof record unless only the lint was asked for, or something is wrong."""
    if lint:
        return checks.check_folder(folder, settings.jurisdiction), None
    proving = Proving(settings, folder, say, forget, long=long)
    report = checks.check_folder(folder, settings.jurisdiction, proving, with_reach)
    return report, proving.record


def no_room_for(files: tuple[str | None, ...], folders: tuple[str | None, ...], content: Path) -> str:
    """Why these files, and drills of this content into these folders, cannot be written; '' when they can."""
    for file in map(Path, filter(None, files)):
        if os.path.isdir(file):
            return f"{file} is a folder: name a file in it"
        if not os.path.isdir(file.parent):
            return f"There is no folder {file.parent} to write {file.name} into: make it first"
        if not os.access(file if os.path.exists(file) else file.parent, os.W_OK):
            return f"{file} cannot be written: see who may write there"
    vocabulary = content / "features" / VOCABULARY
    for folder in map(Path, filter(None, folders)):
        if content.is_dir() and not vocabulary.is_file():
            return f"Drills need {vocabulary}; see docs/drills.md"
        there = next(place for place in (folder, *folder.absolute().parents) if os.path.lexists(place))
        if not os.path.isdir(there):
            return f"{there} is a file: name a folder"
        if not os.access(there, os.W_OK | os.X_OK):
            return f"{there} cannot be written: see who may write there"
    return ""


def keep_drills(record: ProofRecord, content: Path, folder: Path) -> Iterator[Path]:
    """Writes a drill of each case that breaks a duty; gives their paths. Raises NotKept, before anything is touched,
    where files of somebody else are in the way."""
    drills = {id_: proof.drill for id_, proof in record.proofs.items() if proof.drill}
    refuse_others(folder, drills, WITNESS)
    for id_, drill in drills.items():
        yield keep_drill(content / "features" / VOCABULARY, id_, drill, folder)
