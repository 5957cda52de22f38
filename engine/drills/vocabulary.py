"""Reads features/vocabulary.yaml: what drills call things, how statements are answered, who fills in the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.drills.problems import Unreadable
from engine.drills.registry import PLAIN_KINDS, Kind, blanks
from engine.library import Library
from engine.model import Centre
from engine.reading.complaints import Notes, did_you_mean, one_of
from engine.reading.node import Node
from engine.reading.yaml_strict import read_yaml

FILE = "vocabulary.yaml"
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_BLANKS = 4
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


def plain_vocabulary(library: Library) -> Vocabulary:
    """For content without drills: no phrase of its own, and everybody gives the least answers."""
    days = sorted(id for id, fact in library.facts.items() if fact.type == "date")
    return Vocabulary(
        file="",
        centre=Centre("training", "Training centre", "UTC"),
        begins=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        born=days[0] if days else "",
        with_birth={},
        words={},
        statements={},
        sentences={},
        defaults={},
    )


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
            "notice": frozenset(pathway.anytime),
            "process": frozenset(pathway.diagrams),
            "duty": frozenset(library.duties),
            "clock": frozenset(library.clocks),
            "deed": frozenset(library.acts),
            "visit": frozenset(v.id for schedule in library.schedules.values() for v in schedule.visits),
            "fact": frozenset(library.facts) | frozenset(library.derived),
            "moment": frozenset(id for id, fact in library.facts.items() if fact.type == "datetime"),
        }
        self.facts = frozenset(library.facts)
        self.days = frozenset(id for id, fact in library.facts.items() if fact.type == "date")

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
        if "born" not in survivor or set(survivor) > {"born", "with"}:
            raise self.fail(top["survivor"], "Expected born, the fact that holds the day of birth, and with")
        return Vocabulary(
            file=self.file,
            centre=self.centre(top["centre"]),
            begins=self.begins(top["begins"]),
            born=self.id(survivor["born"], self.text(survivor["born"]), self.days),
            with_birth=self.answers(survivor["with"]) if "with" in survivor else {},
            words={kind: self.phrases(kind, node) for kind, node in self.mapping(top["words"]).items()},
            statements={
                self.phrase(node, phrase): self.answers(node)
                for phrase, node in self.mapping(top["statements"]).items()
            },
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
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise self.fail(node, f"Expected a time zone such as Africa/Kigali, but got {entries['zone']!r}") from error
        return Centre(**entries)

    def begins(self, node: Node) -> datetime:
        try:
            moment = datetime.fromisoformat(self.text(node))
        except ValueError as error:
            raise self.fail(node, "Expected a moment such as 2026-03-02T09:00:00+02:00") from error
        if moment.tzinfo is None:
            raise self.fail(node, "Expected a moment with its offset, such as +02:00")
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise self.fail(node, f"Expected a moment from {FIRST_YEAR} to {LAST_YEAR}")
        return moment

    def phrases(self, kind: str, node: Node) -> dict[str, str]:
        """Phrase -> id of something of this kind."""
        if kind not in self.known:
            raise self.fail(node, f"Expected {one_of(self.known)}, but found {kind!r}")
        known = self.known[kind]
        entries = self.mapping(node).items()
        return {self.phrase(to, phrase): self.id(to, self.text(to), known) for phrase, to in entries}

    def phrase(self, node: Node, phrase: str) -> str:
        if not phrase.strip():
            raise self.fail(node, "Expected a phrase before the colon, but it is empty")
        return phrase

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
            result[kind] = {self.said(meant, said): self.meant(meant) for said, meant in self.mapping(group).items()}
        return result

    def said(self, node: Node, sentence: str) -> str:
        """A sentence whose blanks can be filled in."""
        named = blanks(self.phrase(node, sentence))
        kinds = {*PLAIN_KINDS, *self.known, "statement", "task"}
        for _, kind in named:
            if kind not in kinds:
                raise self.fail(
                    node, f"There is no blank {kind!r}: expected {one_of(kinds)}.{did_you_mean(kind, kinds)}"
                )
        if len({name for name, _ in named}) < len(named):
            raise self.fail(node, "Two blanks of a sentence have one name: write {first:role} and {second:role}")
        if len(named) > MOST_BLANKS:
            raise self.fail(node, f"Expected at most {MOST_BLANKS} blanks in a sentence, but found {len(named)}")
        return sentence

    def meant(self, node: Node) -> tuple[str, ...]:
        if not isinstance(node.value, list) or not node.value:
            raise self.fail(node, f"Expected a list of sentences, but found {node.what}")
        return tuple(self.text(item) for item in node.value)
