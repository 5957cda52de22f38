"""Reads the content folders into a Library, or says everything that is wrong with them.

docs/content.md is the manual of what may be written. Reading checks how each file is written and its shape;
what only the whole can tell (references, texts, tables, guards) is for engine/checks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from engine.library import Form, Library, Where
from engine.reading.complaints import Complaint, ContentError, Notes, one_of, quoted, shown
from engine.reading.fields import WORD
from engine.reading.read_forms import read_form
from engine.reading.read_pathway import FILES_KEPT, read_pathway
from engine.reading.rulebook import Rulebook
from engine.reading.text import bytes_of
from engine.reading.xml_hardened import MAX_BYTES

__all__ = ["Complaint", "ContentError", "from_files", "load"]

_FOLDERS: Final = ("pathways", "rules", "forms")
_FORM: Final = re.compile(r"forms/([^/]+)\.json")


def load(folder: Path, jurisdiction: str = "rwanda") -> Library:
    """The edition in `folder` with the pack `jurisdiction`; raises ContentError with all complaints."""
    if not folder.is_dir():
        message = "Expected a folder with pathways/, rules/ and forms/, but there is no such folder"
        raise ContentError([Complaint(Where(shown(str(folder))), "no_folder", message)])
    files: dict[str, bytes] = {}
    unread: list[Complaint] = []
    for name in _FOLDERS:
        for path in (folder / name, *sorted((folder / name).rglob("*"))):
            relative = path.relative_to(folder)
            hidden = any(part.startswith(".") for part in relative.parts)
            if hidden or (not path.is_symlink() and (path.is_dir() or not path.exists())):
                continue
            try:
                files[relative.as_posix()] = _bytes(path)
            except _NoFile as why:
                unread.append(Complaint(Where(shown(relative.as_posix())), why.code, why.message))
    if unread:
        raise ContentError(unread)
    return from_files(files, jurisdiction)


class _NoFile(Exception):
    """What lies in the folder is no file of an edition."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message


def _bytes(path: Path) -> bytes:
    if path.is_symlink():
        raise _NoFile("link", "Expected a file or folder of the edition, but this is a link")
    if not path.is_file():
        raise _NoFile("unknown_file", "Expected a file or folder, but this is a device, a pipe or a socket: remove it")
    try:
        return bytes_of(path, MAX_BYTES)
    except OSError:
        raise _NoFile("unreadable", "The file cannot be opened: see who may read it") from None


def from_files(files: Mapping[str, bytes], jurisdiction: str) -> Library:
    """The edition in `files` (relative path -> bytes); drills and other packs in it are passed over.

    Raises ContentError with all complaints, sorted by file and line.
    """
    complaints: list[Complaint] = []
    _check_pack(files, jurisdiction, complaints)
    edition = {path: files[path] for path in sorted(files) if _belongs(path, jurisdiction)}
    _check_places(edition, complaints)
    pathway = read_pathway(edition, complaints)
    rules = Rulebook(edition, complaints)
    forms = {form.id: form for form in _forms(edition, complaints)}
    if complaints or pathway is None:
        raise ContentError(sorted(complaints, key=lambda one: (one.where.file, one.where.line)))
    return Library(
        digest=digest_of(edition, jurisdiction),
        jurisdiction=jurisdiction,
        pathway=pathway,
        forms=forms,
        parameters=rules.parameters,
        facts=rules.facts,
        groups=rules.groups,
        roles=rules.roles,
        acts=rules.acts,
        derived=rules.derived,
        tables=rules.tables,
        duties=rules.duties,
        clocks=rules.clocks,
        starts=tuple(rules.starts),
        schedules=rules.schedules,
        files=edition,
    )


def _belongs(path: str, jurisdiction: str) -> bool:
    return path.startswith(("pathways/", "forms/", "rules/common/", f"rules/{jurisdiction}/"))


def _check_pack(files: Iterable[str], jurisdiction: str, complaints: list[Complaint]) -> None:
    packs = {path.split("/")[1] for path in files if path.startswith("rules/") and path.count("/") > 1} - {"common"}
    if jurisdiction not in packs:
        notes = Notes(f"rules/{jurisdiction}")
        expected = one_of(packs) if packs else "a folder of rules/ such as rules/rwanda"
        message = f"Expected the jurisdiction to be {expected}, but {quoted(jurisdiction)} has no rules"
        notes.add(0, "", "unknown_jurisdiction", message)
        complaints += notes.complaints


def _check_places(edition: Iterable[str], complaints: list[Complaint]) -> None:
    """Every file is of a kind that is read: nothing lies in an edition unread."""
    places = (
        r"pathways/[\w-]+\.yaml",
        r"pathways/bpmn/[\w-]+\.bpmn",
        r"rules/[\w-]+/[\w-]+\.yaml",
        _FORM.pattern,
    )
    for path in edition:
        if not any(re.fullmatch(place, path, re.ASCII) for place in places):
            notes = Notes(path)
            message = "Expected pathways/*.yaml, pathways/bpmn/*.bpmn, rules/<pack>/*.yaml or forms/*.json"
            notes.add(0, "", "unknown_file", message)
            complaints += notes.complaints


def _forms(edition: Mapping[str, bytes], complaints: list[Complaint]) -> Iterable[Form]:
    for path, data in edition.items():
        match = _FORM.fullmatch(path)
        if match is not None:
            form, found = _form(path, match.group(1), data)
            complaints += found
            if form is not None:
                yield form


@lru_cache(maxsize=FILES_KEPT)
def _form(path: str, id: str, data: bytes) -> tuple[Form | None, tuple[Complaint, ...]]:
    """What a file says, and what is wrong with it. Of two editions most files are the same: these are read once."""
    notes = Notes(path)
    if not WORD.fullmatch(id):
        notes.add(0, id, "bad_id", f"Expected a file name such as arrival.json, but found {quoted(id)}")
    return read_form(id, data, notes), tuple(notes.complaints)


def digest_of(edition: Mapping[str, bytes], jurisdiction: str) -> str:
    """sha256 over the jurisdiction and the sorted (path, bytes), each with its length, so that no two editions
    can be written the same way."""
    digest = hashlib.sha256()
    for part in (jurisdiction.encode(), *(part for path in sorted(edition) for part in (path.encode(), edition[path]))):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
