"""Sentences fit exactly what they say, and an unknown one is answered with what is near."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.drills.registry import Registry, compile_sentence


class Kitchen:
    """Words of a small world: two cooks and a soup."""

    MEANINGS = {"cook": {"anne": "a1", "anne-marie": "a2"}, "dish": {"soup": "soup", "onion soup": "onion"}}

    def pattern(self, kind: str) -> str:
        longest_first = sorted(self.MEANINGS[kind], key=len, reverse=True)
        return rf"(?:the )?(?:{'|'.join(longest_first)})"

    def meaning(self, kind: str, phrase: str) -> str:
        return self.MEANINGS[kind][phrase.casefold().removeprefix("the ")]

    def nearest(self, kind: str, phrase: str) -> list[str]:
        return [known for known in self.MEANINGS[kind] if known[:2] == phrase[:2].casefold()]


def match(sentence: str, text: str) -> dict[str, object] | None:
    return compile_sentence(sentence, Kitchen()).match(text)


def test_blanks_take_what_their_kind_allows() -> None:
    assert match(
        "{cook} makes {dish} in {how_long:duration}", "Anne-Marie makes the onion soup in 2 hours and 5 minutes"
    ) == {
        "cook": "a2",
        "dish": "onion",
        "how_long": timedelta(hours=2, minutes=5),
    }
    assert match("{n:int} guests say {words:text}", '12 guests say "more"') == {"n": 12, "words": "more"}
    assert match("{dish} is {value:answer}", "soup is too hot") == {"dish": "soup", "value": "too hot"}


@pytest.mark.parametrize("text", ["Bob makes soup", "Anne makes", "Anne makes soup now", "Anne makes pie", ""])
def test_text_that_says_something_else_does_not_fit(text: str) -> None:
    assert match("{cook} makes {dish}", text) is None


def test_a_pair_of_words_accepts_either_and_capitals_spaces_and_a_last_colon_do_not_matter() -> None:
    for text in ("anne has no soup", "Anne have no soup", "ANNE  has no   SOUP:"):
        assert match("{cook} has/have no {dish}", text) == {"cook": "a1", "dish": "soup"}


def test_an_unknown_word_in_a_known_sentence_is_named_with_what_is_like_it() -> None:
    pattern = compile_sentence("{cook} makes {dish}", Kitchen())
    assert pattern.nearly("Anne makes soop") == "soop is not a dish here. Did you mean: soup?"
    assert pattern.nearly("It rains") is None


def test_a_sentence_needs_words_about_it_and_stands_once_in_the_list() -> None:
    registry = Registry()

    def silent(stage: object) -> None: ...

    with pytest.raises(ValueError, match="docstring"):
        registry.given("it rains")(silent)
    silent.__doc__ = "Water falls."
    registry.given("it rains")(silent)
    with pytest.raises(ValueError, match="already"):
        registry.given("it rains")(silent)
