"""Every page in every state: usable with assistive technology in each language, and with room for longer words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.library import LANGUAGES
from engine.saying import PHRASES
from tests.browser import layout
from tests.browser.conftest import STRUCTURE, Chromium, Watched, watched_window
from tests.browser.pseudo import INSTEAD_OF, pseudo, pseudo_content, pseudo_words
from tests.browser.scene import DRAWER, Scene, content_with_doors, scene_at
from tests.browser.sights import SIGHTS, form_sights, look
from tests.browser.ways import POINTER
from tests.walk import shipped
from tests.web.running import CENTRE
from web.words import CATALOGUE, NAMES

NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 860}
NO_WORDS = re.compile(r"\b(F9|[0-9A-Z]{3}-[0-9A-Z]{3}|[0-9a-f]{8})\b")
"""What stands outside brackets on a page of the pseudo-language: a key, codes of cases, the number of a fault."""

Window = Callable[..., Watched]


@contextmanager
def seen_by_all(chromium: Chromium, folder: Path, content: str) -> Iterator[tuple[Scene, Watched]]:
    with scene_at(folder, content) as scene, watched_window(chromium, scene.address, javascript=True) as seen:
        yield scene, seen


@pytest.fixture(scope="module")
def centre(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Scene, Watched]]:
    content = content_with_doors(tmp_path_factory.mktemp("content"))
    with seen_by_all(chromium, tmp_path_factory.mktemp("sights"), content) as both:
        yield both


@pytest.fixture(scope="module")
def nowhere(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Scene, Watched]]:
    """A centre whose people read the pseudo-language."""
    content = content_with_doors(tmp_path_factory.mktemp("content"), pseudo_content)
    with pytest.MonkeyPatch.context() as instead:
        instead.setitem(CATALOGUE, INSTEAD_OF, pseudo_words(CATALOGUE["en"]))  # type: ignore[arg-type]
        for phrase in PHRASES.values():
            instead.setitem(phrase, INSTEAD_OF, pseudo(phrase["en"]))  # type: ignore[arg-type]
        with seen_by_all(chromium, tmp_path_factory.mktemp("nowhere"), content) as (scene, seen):
            scene.speak(INSTEAD_OF)
            yield scene, seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_usable_with_assistive_technology(language: str, centre: tuple[Scene, Watched]) -> None:
    """Colours and structure are looked at once; what words can break, in every language."""
    scene, seen = centre
    scene.speak(language)
    choose_language(seen, language)
    for sight in SIGHTS:
        look(seen.page, scene, sight)
        assert seen.page.get_attribute("html", "lang") == language, sight.name
        seen.check_access(sight.name, None if language == "en" else STRUCTURE)
        seen.check_storage()
    assert seen.wrong == []


def choose_language(seen: Watched, language: str) -> None:
    """What the sign-in page speaks, before anyone has a language of their own."""
    seen.page.context.clear_cookies()
    seen.page.goto("/sign-in")
    POINTER.press(seen.page.locator(f"button[name=screen_language][value={language}]"))


def test_every_page_and_form_has_room_for_longer_words_and_none_of_its_own(nowhere: tuple[Scene, Watched]) -> None:
    scene, seen = nowhere
    page = seen.page
    forms = form_sights(scene.house.editions.current().forms)
    choose_language(seen, INSTEAD_OF)
    for sight in (*SIGHTS, *forms):
        page.set_viewport_size(NARROW)
        look(page, scene, sight)
        if sight in forms:
            seen.check_access(sight.name, STRUCTURE)
        seen.wrong += [f"{sight.name}: not translated: {text}" for text in untranslated(layout.spoken(page))]
        for size in (NARROW, WIDE):
            page.set_viewport_size(size)
            seen.wrong += [f"{sight.name} at {size['width']}: {fault}" for fault in layout.misplaced(page)]
    assert len(forms) > 40
    assert seen.wrong == [], "\n".join(seen.wrong)


def untranslated(texts: list[str]) -> list[str]:
    """Texts with words outside brackets."""
    known = [CENTRE, "several", "walk", *shipped().roles, DRAWER, "Africa/Kigali", *NAMES.values()]
    names = re.compile(rf"\b({'|'.join(known)})\b", re.IGNORECASE)
    return [text.strip() for text in texts if re.search(r"[^\W\d_]", names.sub("", NO_WORDS.sub("", outside(text))))]


def outside(text: str) -> str:
    """What stands outside all brackets."""
    while (inner := re.sub(r"\[[^\[\]]*\]", "", text)) != text:
        text = inner
    return text


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["[Ŵööŕķ]", "2WW-VA9", " · ", "[PÉÉP [5 ĥ 20]] 14:30"], []),
        (["[Ŵööŕķ] list", "Sign out", "[ööpen"], ["[Ŵööŕķ] list", "Sign out", "[ööpen"]),
    ],
)
def test_the_search_for_words_of_no_language(texts: list[str], found: list[str]) -> None:
    assert untranslated(texts) == found


def test_a_text_of_the_pseudo_language_keeps_its_placeholders_and_is_longer() -> None:
    assert pseudo("Held by {name}") == "[Hééłđ ƀý {name}]"
    english = " ".join(CATALOGUE["en"].values())
    assert len(pseudo(english)) > 1.39 * len(english)
