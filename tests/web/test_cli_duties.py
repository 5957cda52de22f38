"""`isange duties` says the duties of the rules wholly in the language that is asked for."""

from __future__ import annotations

import re

import pytest

from engine.library import LANGUAGES
from tests.walk import shipped
from web import cli
from web.words import Words

ENGLISH = re.compile(r"\b(law|clinical|policy|block|warn|record|unverified|held by)\b", re.IGNORECASE)


@pytest.mark.parametrize("command", ["check", "duties", "prove"])
@pytest.mark.parametrize("folder", ["", " "])
def test_a_folder_without_a_name_is_none_and_not_the_shipped_content(
    command: str, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        cli.main([command, folder])

    said = capsys.readouterr()
    assert (refused.value.code, said.out) == (2, "")
    assert "the name of the folder is empty: name it, or leave it out" in said.err


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_duty_is_said_in_the_language_that_is_asked_for(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words, library = Words(language), shipped()

    assert cli.main(["duties", "--lang", language]) == 0
    said = capsys.readouterr().out

    for duty in library.duties.values():
        role = words.of(library.roles[duty.holder].title)
        kind, holder = words(f"duties.kind.{duty.kind}"), words("duties.holder", role=role)
        assert f"{duty.id} ({kind}. {holder})\n" in said
        assert f"\n  {words(f'duties.severity.{duty.severity}')}.\n" in said
    assert f"; {words('unverified')}]" in said
    if language != "en":  # ids of duties, and the names of sources, are of no language
        assert ENGLISH.findall(re.sub(r"^\S+|\[.*\]", "", said, flags=re.MULTILINE)) == []
