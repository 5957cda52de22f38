"""A language that nobody speaks, made from English: what is not translated, or has no room for longer words, shows.

It stands in the place of French while a test runs. Letters carry accents, some are doubled (texts grow by about 40 %,
as real translations may), and every text stands in brackets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from tests.walk import shipped

INSTEAD_OF = "fr"
_LETTERS = str.maketrans(
    dict(zip("bcdghklmswyz", "ƀçđĝĥķłɱšŵýž", strict=True))
    | {letter: f"{other}{other}" for letter, other in zip("aeiounrtAEIOU", "åéîöûñŕŧÅÉÎÖÛ", strict=True)}
)
_PAIR = re.compile(r'(en: "([^"]*)",\s*fr: )"[^"]*"')
_NAME = re.compile(r'^(    (\w+): )"[^"]*"$', re.MULTILINE)


def pseudo(text: str) -> str:
    """The text in the pseudo-language; placeholders stay as they are."""
    parts = re.split(r"(\{\w+\})", text)
    return f"[{''.join(part if part.startswith('{') else part.translate(_LETTERS) for part in parts)}]"


def pseudo_words(english: Mapping[str, str]) -> dict[str, str]:
    """The words of the screens; signs stay signs."""
    return {key: pseudo(text) if any(map(str.isalpha, text)) else text for key, text in english.items()}


def pseudo_content(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of an edition with the pseudo-language for French."""
    return {path: _file(path, data.decode()).encode() for path, data in files.items()}


def _file(path: str, text: str) -> str:
    if path.endswith(".json"):
        form = json.loads(text)
        form["texts"][INSTEAD_OF] = {key: pseudo(words) for key, words in form["texts"]["en"].items()}
        return json.dumps(form, ensure_ascii=False)
    if path.endswith((".yaml", ".yml")):
        text = _PAIR.sub(lambda found: f'{found[1]}"{pseudo(found[2])}"', text)
        before, names, rest = text.partition("\nnames:\n  fr:\n")
        french, others, rest = rest.partition("\n  rw:\n")
        return f"{before}{names}{_NAME.sub(_of_diagram, french)}{others}{rest}"
    return text


def _of_diagram(found: re.Match[str]) -> str:
    """The manifest names what diagrams show: made from the name in the diagram."""
    return f'{found[1]}"{pseudo(_drawn()[found[2]])}"'


def _drawn() -> dict[str, str]:
    diagrams = shipped().pathway.diagrams.values()
    return {one.id: one.name for diagram in diagrams for one in (*diagram.elements.values(), *diagram.flows.values())}
