"""The words of the screens in English, French and Kinyarwanda: `Words` finds them by key.

One JSON file a language, the same keys in each with the same placeholders; whatever is missing stops
the program when it starts, never a nurse at night.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.entries import ENTRY_KINDS
from engine.library import LANGUAGES
from engine.model import Text

NAMES = {"en": "English", "fr": "Français", "rw": "Ikinyarwanda"}
"""Each language in its own words."""

UNREVIEWED = frozenset({"fr", "rw"})
"""Languages of the screens that no native speaker has reviewed yet; said in the footer."""


def _read(language: str) -> dict[str, str]:
    words: dict[str, str] = json.loads(Path(__file__).with_name(f"{language}.json").read_text("utf-8"))
    return words


def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces of a sentence."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def faults(catalogue: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What is missing or differs between the languages, one line each; empty when all is well."""
    english = catalogue["en"]
    found = [f"en: no sentence for the trail's {kind!r}" for kind in ENTRY_KINDS if f"entry.{kind}" not in english]
    for language in catalogue:
        words = catalogue[language]
        found += [f"{language}: {key!r} is missing" for key in english.keys() - words.keys()]
        found += [f"{language}: {key!r} is not in English" for key in words.keys() - english.keys()]
        found += [
            f"{language}: {key!r} has other placeholders than English"
            for key in english.keys() & words.keys()
            if placeholders(words[key]) != placeholders(english[key])
        ]
    return sorted(found)


CATALOGUE: Mapping[str, Mapping[str, str]] = {language: _read(language) for language in LANGUAGES}

if _faults := faults(CATALOGUE):
    raise RuntimeError("The words of the screens are incomplete: " + "; ".join(_faults))


class Words:
    """The words of one language, with the time zone of a centre for its times."""

    def __init__(self, language: str, zone: str = "UTC") -> None:
        self.language = language if language in CATALOGUE else "en"
        self.zone = ZoneInfo(zone)
        self._words = CATALOGUE[self.language]

    def __call__(self, key: str, **params: object) -> str:
        """The sentence of a key with its params put in; KeyError for an unknown key (a fault of ours)."""
        return self._words[key].format(**params) if params else self._words[key]

    def has(self, key: str) -> bool:
        return key in self._words

    def needs(self, key: str) -> frozenset[str]:
        """The params that the sentence of a key needs."""
        return placeholders(self._words[key])

    def of(self, text: Text) -> str:
        """The words of the content in this language; English where they are missing."""
        return text.get(self.language) or text.get("en", "")
