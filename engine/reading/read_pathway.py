"""Reads the manifest of a pathway and the diagrams that it lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from engine.library import LANGUAGES, Anytime, Diagram, Door, Element, Flow, Pathway
from engine.model import Text
from engine.reading.complaints import Complaint, Notes, one_of, quoted
from engine.reading.fields import WORD, Fields, each
from engine.reading.node import Node
from engine.reading.read_diagram import read_diagram
from engine.reading.yaml_strict import read_yaml

FOLDER: Final = "pathways/"
FILES_KEPT: Final = 512
"""Files of forms, and of diagrams, of which it is remembered what they say: those of a few editions."""
_KEYS: Final = (
    "id", "title", "owner", "unreviewed", "main", "review", "reopened", "lanes", "doors", "processes",
    "anytime", "names",
)  # fmt: skip
_NAMED: Final = ("reopened", "review", "main")
"""The keys that name a process which the engine itself starts; of one that is named twice, the last key tells."""
_BPMN_FILE: Final = re.compile(r"bpmn/[a-z][a-z0-9_]*\.bpmn")


def read_pathway(files: Mapping[str, bytes], complaints: list[Complaint]) -> Pathway | None:
    """The pathway of the one manifest in `files`; None when there is no manifest to read."""
    manifests = sorted(name for name in files if re.fullmatch(r"pathways/[^/]+\.yaml", name))
    if len(manifests) != 1:
        notes = Notes(manifests[1] if manifests else "pathways")
        notes.add(0, "", "one_manifest", f"Expected one manifest, pathways/<name>.yaml, but found {len(manifests)}")
        complaints += notes.complaints
        return None
    notes = Notes(manifests[0])
    root = read_yaml(files[manifests[0]], notes)
    pathway = None if root is None else _read(root, files, notes, complaints)
    complaints += notes.complaints
    return pathway


def _read(root: Node, files: Mapping[str, bytes], notes: Notes, complaints: list[Complaint]) -> Pathway | None:
    fields = Fields(root, notes, "", _KEYS)
    if not isinstance(root.value, dict):
        return None  # whatever else it lacks, it lacks for this reason
    diagrams = _diagrams(fields, files, complaints)
    return Pathway(
        id=fields.word("id"),
        title=fields.text("title"),
        owner=fields.string("owner"),
        main=fields.word("main"),
        lanes=_lanes(fields),
        doors={door.id: door for door in _doors(fields)},
        anytime={form.id: form for form in _anytime(fields)},
        diagrams=diagrams,
        names=_names(fields, diagrams),
        unreviewed=_unreviewed(fields),
        where=fields.where,
        review=fields.word("review", needed=False) or None,
        reopened=fields.word("reopened", needed=False) or None,
    )


@lru_cache(maxsize=1)
def lines_of(manifest: bytes) -> Mapping[str, int]:
    """On which line a manifest that can be read names a `process X`, the role of a `lane X` and an `element X`."""
    entries = _mapping(read_yaml(manifest, Notes("")))
    found = {f"process {entries[key].value}": entries[key] for key in _NAMED if key in entries}
    found |= {f"lane {name}": node for name, node in _mapping(entries.get("lanes")).items()}
    for words in reversed(_mapping(entries.get("names")).values()):
        found |= {f"element {id}": node for id, node in _mapping(words).items()}
    return {key: node.line for key, node in found.items()}


def _mapping(node: Node | None) -> dict[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _diagrams(fields: Fields, files: Mapping[str, bytes], complaints: list[Complaint]) -> dict[str, Diagram]:
    diagrams: dict[str, Diagram] = {}
    listed: set[str] = set()
    fields.get("processes", needed=True)
    for key, item in each(fields, "processes", {"id", "file", "title", "group"}):
        file = FOLDER + item.string("file")
        title = item.text("title")
        if not _BPMN_FILE.fullmatch(file.removeprefix(FOLDER)):
            item.complain("missing_file", f"Expected a file such as bpmn/{key}.bpmn, but found {quoted(file)}")
        elif file not in files:
            known = [name for name in files if name.endswith(".bpmn")]
            item.complain("missing_file", f"There is no file {quoted(file)}.{item.notes.did_you_mean(file, known)}")
        elif file in listed:
            item.complain("duplicate_id", f"The file {quoted(file)} is already another process")
        else:
            diagram, found = _diagram(key, file, files[file])
            complaints += found
            if diagram is not None:
                diagrams[key] = replace(diagram, title=title, group=item.word("group", needed=False) or None)
        listed.add(file)
    lists = fields.has("processes") and isinstance(fields.entries["processes"].value, list)
    for file in sorted(set(files) - listed):
        if lists and file.startswith(f"{FOLDER}bpmn/"):
            notes = Notes(file)
            notes.add(0, "", "unlisted_file", f'Expected this diagram under "processes" of {fields.notes.file}')
            complaints += notes.complaints
    _check_unique(diagrams, complaints)
    return diagrams


@lru_cache(maxsize=FILES_KEPT)
def _diagram(key: str, file: str, data: bytes) -> tuple[Diagram | None, tuple[Complaint, ...]]:
    """What a file says, and what is wrong with it; its title stands in the manifest."""
    notes = Notes(file)
    return read_diagram(key, {}, data, notes), tuple(notes.complaints)


def _named(diagram: Diagram) -> list[Element | Flow]:
    return [*diagram.elements.values(), *diagram.flows.values()]


def _check_unique(diagrams: Mapping[str, Diagram], complaints: list[Complaint]) -> None:
    """Steps and flows are named once in a pathway, so that names, trails and rules mean one thing."""
    seen: dict[str, str] = {}
    for diagram in diagrams.values():
        for item in _named(diagram):
            if item.id in seen:
                message = f"The id {quoted(item.id)} is already used in {seen[item.id]}: ids are unique in a pathway"
                complaints.append(Complaint(item.where, "duplicate_id", message))
        seen |= dict.fromkeys([*diagram.elements, *diagram.flows], diagram.file)


def _lanes(fields: Fields) -> dict[str, str]:
    """Lane name -> role id."""
    node = fields.get("lanes", needed=True)
    if node is None or not isinstance(node.value, dict):
        if node is not None:
            fields.wrong("lanes", node, "a mapping from lane names to roles")
        return {}
    lanes = Fields(node, fields.notes, "lanes", node.value)
    return {name: lanes.word(name) for name in node.value}


def _doors(fields: Fields) -> Iterator[Door]:
    fields.get("doors", needed=True)
    for id, item in each(fields, "doors", {"id", "title", "form", "roles", "acts"}):
        roles = _roles(item)
        yield Door(id, item.text("title"), item.word("form"), roles, item.acts("acts"), item.where)


def _anytime(fields: Fields) -> Iterator[Anytime]:
    for id, item in each(fields, "anytime", {"id", "title", "form", "roles", "when", "acts"}):
        roles = _roles(item)
        when = item.expression("when")
        yield Anytime(id, item.text("title"), item.word("form"), roles, when, item.acts("acts"), item.where)


def _roles(item: Fields) -> frozenset[str]:
    roles = item.words("roles", needed=True)
    if item.has("roles") and not roles:
        item.wrong("roles", item.entries["roles"], "at least one role")
    return frozenset(roles)


def _names(fields: Fields, diagrams: Mapping[str, Diagram]) -> dict[str, Text]:
    """English from the diagrams, the other languages from the manifest."""
    names: dict[str, dict[str, str]] = {}
    for diagram in diagrams.values():
        for item in _named(diagram):
            if item.name:
                names[item.id] = {"en": item.name}
    node = fields.get("names", needed=False)
    if node is None:
        return dict(names)
    others = [language for language in LANGUAGES if language != "en"]
    for language, entry in Fields(node, fields.notes, "names", others).entries.items():
        if not isinstance(entry.value, dict):
            fields.wrong("names", entry, f"a mapping from step ids to names in {language}")
            continue
        translated = Fields(entry, fields.notes, f"names {language}", entry.value)
        for id in translated.entries:
            names.setdefault(id, {})[language] = translated.string(id)
    return dict(names)


def _unreviewed(fields: Fields) -> frozenset[str]:
    languages = fields.words("unreviewed", WORD)
    for language in languages:
        if language not in LANGUAGES:
            line = fields.entries["unreviewed"].line
            fields.complain("unknown_word", f"{quoted(language)} is no language: expected {one_of(LANGUAGES)}", line)
    return frozenset(languages)
