"""Nobody is served worse in their own language: no word in a template, no code without a sentence, no English left."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment

from engine.checks.texts import every_text
from engine.library import LANGUAGES
from engine.saying import PHRASES
from tests.house.source import ROOT, dotted, python
from tests.walk import shipped
from web.words import CATALOGUE, placeholders

TEMPLATES = sorted((ROOT / "web").rglob("*.html"))
FOR_MACHINES = ("web/api/", "web/cli.py", "web/cli_people.py", "web/runs.py", "web/tokens.py")
"""Programs and administrators read English (docs/languages.md)."""
CODES = {"Refusal": ("refusal.", 0), "FlowError": ("stuck.why.", 0), "Problem": ("problem.", 1)}
"""What is made with a code -> (the sentences of its codes, which argument the code is)."""
NEVER_SHOWN = {
    "stuck.why.not_ready": "the step is no longer open, which is said as a refusal",
    "refusal.not_as_seen": "only programs send an ETag",
    "refusal.start_password": "only programs are refused for it; people choose their own at once",
}
SAME = {
    ("fr", "Isange"): "the name",
    ("rw", "Isange"): "the name",
    ("fr", "Pages"): "the same word",
    ("fr", "Urgent"): "the same word",
    ("fr", "Services"): "the same word",
    ("fr", "Centre"): "the same word",
    ("fr", "Centres"): "the same word",
    ("fr", "Mobile"): "the same word",
    ("fr", "Psychosocial"): "the same word",
    ("fr", "Supervision"): "the same word",
    ("fr", "Note"): "the same word",
    ("fr", "Notes"): "the same word",
    ("fr", "Police"): "the same word",
    ("fr", "Signature"): "the same word",
    ("fr", "{n} minute"): "the same word",
    ("fr", "{n} minutes"): "the same word",
    ("fr", "Kinyarwanda"): "the name of a language",
    ("fr", "Swahili"): "the name of a language",
}
"""(language, text) that is the same in English -> why that is right; texts without words need no entry."""
ENGLISH = re.compile(r"\b(the|and|of|is|are|was|with|this|that|which|not|from|you|your|when|what|who)\b", re.IGNORECASE)
SPEAKING = re.compile(r"""\b(?:aria-label|alt|title|placeholder)\s*=\s*["']([^"']*)""")


def of_the_content() -> Iterator[tuple[str, dict[str, str]]]:
    """(what it is, its words by language) of every text of the content."""
    for what, text, _ in every_text(shipped()):
        yield what, dict(text)
    for form in shipped().forms.values():
        for message in form.texts["en"]:
            yield f"{message} of form {form.id}", {lang: form.texts[lang].get(message, "") for lang in LANGUAGES}


def of_the_screens() -> Iterator[tuple[str, dict[str, str]]]:
    """The words of the pages, and the phrases that sentences about duties are made of."""
    for key in CATALOGUE["en"]:
        yield key, {language: CATALOGUE[language][key] for language in LANGUAGES}
    for key, phrase in PHRASES.items():
        yield f"phrase {key}", dict(phrase)


def own_words(text: str) -> str:
    """What is left of a text without its placeholders, numbers and signs."""
    return "".join(letter for letter in re.sub(r"\{\w+\}", "", text) if letter.isalpha())


# no English left


def test_every_text_is_there_in_every_language() -> None:
    texts = [*of_the_content(), *of_the_screens()]

    assert len(texts) > 1500
    assert [(what, lang) for what, text in texts for lang in LANGUAGES if not text.get(lang, "").strip()] == []


def test_a_text_that_is_the_same_in_english_has_a_reason() -> None:
    same = {
        (language, text[language])
        for _, text in (*of_the_content(), *of_the_screens())
        for language in LANGUAGES[1:]
        if text[language] == text["en"] and len(own_words(text["en"])) > 3
    }

    assert same == set(SAME), "translate it, or say in SAME why it is the same; strike what is no longer so"


def test_no_english_words_stand_in_other_languages() -> None:
    left = {
        (language, what, found[0])
        for what, text in (*of_the_content(), *of_the_screens())
        for language in LANGUAGES[1:]
        if (found := ENGLISH.search(re.sub(r"\{\w+\}", "", text[language])))
    }

    assert left == set()


def test_a_phrase_takes_the_same_words_in_every_language() -> None:
    differing = [key for key, text in PHRASES.items() if len({placeholders(text[lang]) for lang in LANGUAGES}) > 1]

    assert differing == []


def test_an_apostrophe_on_the_screens_is_a_curved_one() -> None:
    straight = [
        (language, key)
        for key, text in of_the_screens()
        for language in LANGUAGES
        if "'" in re.sub(r"\{\w+\}", "", text[language])
    ]

    assert straight == []


def test_a_french_quotation_mark_never_stands_on_another_line_than_its_word() -> None:
    apart = re.compile("«(?!\u00a0\\S)|(?<!\\S\u00a0)»")
    texts = [text["fr"] for _, text in (*of_the_content(), *of_the_screens())]

    assert any("«" in text for text in texts)
    assert [text for text in texts if apart.search(text)] == []


def test_a_key_of_the_screens_stands_once_in_its_file() -> None:
    for language in LANGUAGES:
        pairs = json.loads((ROOT / f"web/words/{language}.json").read_text("utf-8"), object_pairs_hook=list)
        assert [key for key, number in Counter(key for key, _ in pairs).items() if number > 1] == []


# no words outside the languages


def literals(template: str) -> Iterator[str]:
    """Words that stand in a template itself: between tags, or in an attribute that is read out."""
    tokens = list(Environment().lex(template))  # noqa: S701  # only read, never drawn
    data = "".join(value if kind == "data" else "\0" for _, kind, value in tokens)
    data = re.sub(r"<(script|style)\b.*?</\1>", "", data, flags=re.DOTALL)
    yield from (found for found in SPEAKING.findall(data))
    yield from re.sub(r"<kbd>.*?</kbd>|<!DOCTYPE html>|<[^<>]*>|&\w+;", "\0", data).split("\0")


@pytest.mark.parametrize(
    "text", ["<p>Hello</p>", "{{ t('yes') }} or", "<a title='Go'>{{ x }}</a>", "{% if x %}No{% endif %}"]
)
def test_the_search_for_words_in_templates_finds(text: str) -> None:
    assert [word for word in literals(text) if own_words(word)]


@pytest.mark.parametrize(
    "text", ["<p class='a'>{{ t('yes') }} · </p>", "<a title=\"{{ t('a') }}\">×</a>", "{# Hello #}"]
)
def test_the_search_for_words_in_templates_passes_over(text: str) -> None:
    assert [word for word in literals(text) if own_words(word)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_holds_no_words_of_its_own(path: Path) -> None:
    assert [word for word in literals(path.read_text("utf-8")) if own_words(word)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_colon_in_a_template_is_the_one_of_the_language(path: Path) -> None:
    assert "}}:" not in path.read_text()


def test_every_word_of_the_screens_is_used() -> None:
    sources = [*TEMPLATES, *(path for path in (ROOT / "web").rglob("*.py"))]
    code = "\n".join(path.read_text("utf-8") for path in sources)
    named = set(re.findall(r"""["']([a-z_.]+)["']""", code))
    begun = set(re.findall(r"""["']([a-z_.]+\.)(?:["'{])""", code)) | {"form."}
    asked_by = {f"{name}.hint" for name in named}

    unused = {
        key
        for key in CATALOGUE["en"]
        if key not in named | asked_by and not any(key.startswith(beginning) for beginning in begun)
    }
    assert unused == set()


# a sentence for every code


def codes(tree: ast.Module) -> Iterator[str]:
    """The sentences that the codes of a module need."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (made := dotted(node.func).rpartition(".")[2]) in CODES:
            beginning, place = CODES[made]
            code = node.args[place] if len(node.args) > place else None
            if isinstance(code, ast.Constant):
                yield f"{beginning}{code.value}"


def test_the_search_for_codes_finds() -> None:
    tree = ast.parse('raise Refusal("a", "A")\nx = Problem("field", "b", "B")\nmodel.FlowError("c", "e", "C")')

    assert set(codes(tree)) == {"refusal.a", "problem.b", "stuck.why.c"}


SAID_BY_KIND = {"refusal.task_gone": {"refusal.task_gone.completed", "refusal.task_gone.withdrawn"}}
"""Codes that have a sentence for each way it can have come about."""


def test_every_code_that_a_person_can_meet_is_said_in_every_language() -> None:
    needed = {
        code
        for path, tree in python("engine", "web")
        if not path.as_posix().startswith(FOR_MACHINES)
        for code in codes(tree)
    }

    assert len(needed) > 30
    assert needed & set(NEVER_SHOWN) == set(NEVER_SHOWN), "strike what is no longer so"
    sentences = {one for code in needed for one in SAID_BY_KIND.get(code, {code})}
    assert sentences - set(NEVER_SHOWN) - set(CATALOGUE["en"]) == set()
