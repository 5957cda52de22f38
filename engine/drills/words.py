"""What a drill calls things: titles and ids of the content, and the vocabulary's own phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from engine.drills.vocabulary import Vocabulary
from engine.library import Library

NEVER = r"(?!)"


class LibraryWords:
    """For each kind of words: phrase -> what it means. A phrase is the English title of a thing, its id with
    spaces, or a phrase of the vocabulary; capitals and a leading article do not matter. For `task` the phrase
    is the name of a step in double quotes and means that name; for `statement`, the phrase itself."""

    def __init__(self, library: Library, vocabulary: Vocabulary) -> None:
        pathway = library.pathway
        titled: Mapping[str, Mapping[str, str]] = {
            "role": {id: role.title["en"] for id, role in library.roles.items()},
            "door": {id: door.title["en"] for id, door in pathway.doors.items()},
            "notice": {id: anytime.title["en"] for id, anytime in pathway.anytime.items()},
            "process": {id: diagram.title["en"] for id, diagram in pathway.diagrams.items()},
            "duty": {id: duty.title["en"] for id, duty in library.duties.items()},
            "clock": {id: clock.title["en"] for id, clock in library.clocks.items()},
            "deed": {id: act.title["en"] for id, act in library.acts.items()},
            "visit": {v.id: v.title["en"] for schedule in library.schedules.values() for v in schedule.visits},
            "fact": {
                **{id: rule.title["en"] for id, rule in library.facts.items()},
                **{id: rule.title["en"] for id, rule in library.derived.items()},
            },
            "moment": {id: rule.title["en"] for id, rule in library.facts.items() if rule.type == "datetime"},
        }
        self._meanings = {kind: _phrases(titles) for kind, titles in titled.items()}
        for kind, phrases in vocabulary.words.items():
            self._meanings.setdefault(kind, {}).update({_plain(phrase): id for phrase, id in phrases.items()})
        self._meanings["statement"] = {_plain(phrase): phrase for phrase in vocabulary.statements}
        self._meanings["task"] = {
            f'"{element.name.casefold()}"': element.name
            for diagram in pathway.diagrams.values()
            for element in diagram.elements.values()
            if element.kind == "user"
        }
        self._patterns = {kind: _alternatives(meanings) for kind, meanings in self._meanings.items()}

    def pattern(self, kind: str) -> str:
        """A regular expression without groups that matches the phrases of a kind; raises ValueError."""
        if kind not in self._patterns:
            raise ValueError(f"Expected a blank of one of {sorted(self._patterns)}, but got {kind!r}")
        return self._patterns[kind]

    def meaning(self, kind: str, phrase: str) -> str:
        """The id (or name) that a phrase which `pattern` matched stands for. Raises ValueError where letters of
        another alphabet only look the same."""
        meanings = self._meanings[kind]
        for plain in (phrase.casefold(), _plain(phrase)):
            if plain in meanings:
                return meanings[plain]
        raise ValueError(f"Write {phrase!r} with plain letters")

    def nearest(self, kind: str, phrase: str) -> list[str]:
        """Up to three phrases of the kind that look like this one."""
        return get_close_matches(_plain(phrase), list(self._meanings[kind]), n=3, cutoff=0.5)


def _phrases(titles: Mapping[str, str]) -> dict[str, str]:
    by_id = {_plain(id.replace("_", " ").replace("-", " ")): id for id in titles}
    return {_plain(title): id for id, title in titles.items()} | by_id


def _plain(phrase: str) -> str:
    return re.sub(r"^(the|an?)\s+", "", " ".join(phrase.split()).casefold())


def _alternatives(phrases: Iterable[str]) -> str:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return (
        rf"(?:(?:the|an?) )?(?:{'|'.join(re.escape(phrase) for phrase in longest_first)})" if longest_first else NEVER
    )
