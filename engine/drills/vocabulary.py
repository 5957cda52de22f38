"""Reads features/vocabulary.yaml: what drills call things, how statements are answered, who fills in the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.drills.problems import Unreadable
from engine.drills.registry import Kind
from engine.library import Library
from engine.model import Centre
from engine.reading.complaints import Notes, did_you_mean, one_of
from engine.reading.node import Node
from engine.reading.yaml_strict import read_yaml

FILE = "vocabulary.yaml"
Answer = str | int | float | bool | list[str]
_KEYS = {"centre", "begins", "survivor", "words", "statements", "sentences", "defaults"}
_KINDS: tuple[Kind, ...] = ("given", "when", "then")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How a set of drills speaks.

    `words`: kind -> phrase -> id; `statements`: phrase -> what it says, as answers by fact;
    `sentences`: kind -> sentence -> the sentences it stands for; `defaults`: how anyone answers a fact that
    the drill says nothing about; `born`: the fact that holds the day of birth, `with_birth` what is answered
    along with it; `begins`: the moment at which each drill's clock starts.
    """

    file: str
    centre: Centre
    begins: datetime
    born: str
    with_birth: Mapping[str, Answer]
    words: Mapping[str, Mapping[str, str]]
    statements: Mapping[str, Mapping[str, Answer]]
    sentences: Mapping[Kind, Mapping[str, tuple[str, ...]]]
    defaults: Mapping[str, Answer]


def read_vocabulary(file: str, data: bytes, library: Library) -> Vocabulary:
    """Raises Unreadable naming the line for anything that is not known to the library."""
    notes = Notes(file)
    root = read_yaml(data, notes)
    if notes.complaints or root is None:
        first = notes.complaints[0]
        raise Unreadable(file, first.where.line, first.message)
    return _Reader(file, library).whole(root)


class _Reader:
    def __init__(self, file: str, library: Library) -> None:
        self.file = file
        pathway = library.pathway
        self.known: Mapping[str, frozenset[str]] = {
            "role": frozenset(library.roles),
            "door": frozenset(pathway.doors),
            "process": frozenset(pathway.diagrams),
            "duty": frozenset(library.duties),
            "clock": frozenset(library.clocks),
            "deed": frozenset(library.acts),
            "visit": frozenset(v.id for schedule in library.schedules.values() for v in schedule.visits),
            "fact": frozenset(library.facts) | frozenset(library.derived),
            "moment": frozenset(id for id, fact in library.facts.items() if fact.type == "datetime"),
        }
        self.facts = frozenset(library.facts)

    def fail(self, node: Node, message: str) -> Unreadable:
        return Unreadable(self.file, node.line, message)

    def whole(self, root: Node) -> Vocabulary:
        top = self.mapping(root)
        for key, node in top.items():
            if key not in _KEYS:
                raise self.fail(node, f"Expected {one_of(_KEYS)}, but found {key!r}")
        for key in sorted(_KEYS - set(top)):
            raise self.fail(root, f"Expected the key {key!r} as well")
        survivor = self.mapping(top["survivor"])
        return Vocabulary(
            file=self.file,
            centre=self.centre(top["centre"]),
            begins=self.begins(top["begins"]),
            born=self.id(survivor["born"], self.text(survivor["born"]), self.facts) if "born" in survivor else "",
            with_birth=self.answers(survivor["with"]) if "with" in survivor else {},
            words={kind: self.phrases(kind, node) for kind, node in self.mapping(top["words"]).items()},
            statements={phrase: self.answers(node) for phrase, node in self.mapping(top["statements"]).items()},
            sentences=self.sentences(top["sentences"]),
            defaults=self.answers(top["defaults"]),
        )

    def mapping(self, node: Node) -> dict[str, Node]:
        if not isinstance(node.value, dict):
            raise self.fail(node, f"Expected a mapping, but found {node.what}")
        return node.value

    def text(self, node: Node) -> str:
        if not isinstance(node.value, str):
            raise self.fail(node, f"Expected a text, but found {node.what}")
        return node.value

    def id(self, node: Node, id: str, known: frozenset[str]) -> str:
        if id not in known:
            raise self.fail(node, f"The content has no {id!r}.{did_you_mean(id, known)}")
        return id

    def centre(self, node: Node) -> Centre:
        entries = {key: self.text(value) for key, value in self.mapping(node).items()}
        if set(entries) != {"id", "name", "zone"}:
            raise self.fail(node, "Expected id, name and zone")
        try:
            ZoneInfo(entries["zone"])
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise self.fail(node, f"Expected a time zone such as Africa/Kigali, but got {entries['zone']!r}") from error
        return Centre(**entries)

    def begins(self, node: Node) -> datetime:
        try:
            moment = datetime.fromisoformat(self.text(node))
        except ValueError as error:
            raise self.fail(node, "Expected a moment such as 2026-03-02T09:00:00+02:00") from error
        if moment.tzinfo is None:
            raise self.fail(node, "Expected a moment with its offset, such as +02:00")
        return moment

    def phrases(self, kind: str, node: Node) -> dict[str, str]:
        """Phrase -> id of something of this kind."""
        if kind not in self.known:
            raise self.fail(node, f"Expected {one_of(self.known)}, but found {kind!r}")
        known = self.known[kind]
        return {phrase: self.id(to, self.text(to), known) for phrase, to in self.mapping(node).items()}

    def answers(self, node: Node) -> dict[str, Answer]:
        result: dict[str, Answer] = {}
        for fact, answer in self.mapping(node).items():
            self.id(answer, fact, self.facts)
            result[fact] = self.answer(answer)
        return result

    def answer(self, node: Node) -> Answer:
        if isinstance(node.value, list):
            return [self.text(item) for item in node.value]
        if isinstance(node.value, dict) or node.value is None:
            raise self.fail(node, f"Expected an answer, but found {node.what}")
        return node.value

    def sentences(self, node: Node) -> dict[Kind, dict[str, tuple[str, ...]]]:
        result: dict[Kind, dict[str, tuple[str, ...]]] = {}
        for kind, group in self.mapping(node).items():
            if kind not in _KINDS:
                raise self.fail(group, f"Expected {one_of(_KINDS)}, but found {kind!r}")
            result[kind] = {said: self.meant(meant) for said, meant in self.mapping(group).items()}
        return result

    def meant(self, node: Node) -> tuple[str, ...]:
        if not isinstance(node.value, list) or not node.value:
            raise self.fail(node, f"Expected a list of sentences, but found {node.what}")
        return tuple(self.text(item) for item in node.value)
