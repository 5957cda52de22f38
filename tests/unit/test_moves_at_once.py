"""What becomes true at the same moment in several processes happens in one after the other."""

from __future__ import annotations

import re

from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import AGE, YES_NO, files, form
from tests.unit.keeping import Story

RULES = """\
facts:
- {id: leaves, title: {en: Leaves, fr: Part, rw: Aragenda}, type: choice, values: [yes, no], group: profile}
acts:
- {id: police.told, title: {en: Told, fr: Dit, rw: Kubwirwa}}
"""
NEWS = """\
anytime:
- {id: news, title: {en: News, fr: Nouvelles, rw: Amakuru}, form: news, roles: [reception]}
"""
FORMS = {"news": form({"wants_police": YES_NO, "leaves": YES_NO, "age": AGE})}


def story(main: str, example: str = "", rules: str = RULES) -> Story:
    content = files(drawn(example) if example else "", rules, FORMS, re.sub(r'"f(\d+)"', r'"m\1"', drawn(main)))
    manifest = content["pathways/isange.yaml"].decode()
    content["pathways/isange.yaml"] = manifest.replace("processes:\n", f"{NEWS}processes:\n").encode()
    return Story(content, wants_police="no")


MAIN = """\
    start: start
    gone: conditional leaves == 'yes'
    over: end; care:acts="case.end"
    start -> gone
    gone -> over
"""
BESIDE = """\
    begin: start
    also_gone: conditional leaves == 'yes'
    told: end; care:acts="police.told"
    begin -> also_gone
    also_gone -> told
"""


def test_no_other_process_does_anything_once_the_case_is_closed() -> None:
    """Which of two processes comes first is left to chance, so that both orders are told."""
    ends = set()
    for _ in range(20):
        told = story(MAIN, BESIDE)
        told.tell("news", leaves="yes")
        assert told.file.case.status == "closed"
        ends.add([act.act for act in told.moves[-1].acts][-1])
    assert ends == {"case.end"}
