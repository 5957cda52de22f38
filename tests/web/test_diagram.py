"""Diagrams drawn on the server: every step is there in every language, and nothing that the browser would refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from lxml import etree

from engine.library import LANGUAGES
from tests.walk import shipped
from web import diagram
from web.diagram import ZOOMS, Drawn, draw, within

PROCESSES = sorted(shipped().pathway.diagrams)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(process: str, language: str = "en", here: str = "", zoom: str = "large") -> Drawn:
    return draw(
        shipped(), process, language, here=frozenset({here} - {""}), passed=frozenset(), marker="Here!", zoom=zoom
    )


def texts(picture: Drawn) -> list[str]:
    root = etree.fromstring(picture.svg.encode())
    return [" ".join(text.itertext()) for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("process", PROCESSES)
def test_every_named_step_and_way_stands_in_the_picture_in_the_readers_language(process: str, language: str) -> None:
    one = shipped().pathway.diagrams[process]
    named: Mapping[str, str] = {
        item.id: item.name for item in (*one.elements.values(), *one.flows.values()) if item.name
    }

    said = texts(drawn(process, language))

    for id, own in named.items():
        assert (shipped().pathway.names.get(id, {}).get(language) or own) in said


@pytest.mark.parametrize("process", PROCESSES)
def test_nothing_in_the_picture_needs_a_style_or_a_script(process: str) -> None:
    root = etree.fromstring(drawn(process).svg.encode())

    assert {
        name for element in root.iter() for name in element.attrib if name == "style" or name.startswith("on")
    } == set()
    assert {element.tag for element in root.iter()} & {f"{SVG}style", f"{SVG}script", f"{SVG}foreignObject"} == set()


def test_where_the_case_stands_is_said_in_words_and_to_screen_readers() -> None:
    process = shipped().pathway.main
    step = next(e for e in shipped().pathway.diagrams[process].elements.values() if e.kind == "user")

    picture = drawn(process, here=step.id)

    assert "Here!" in texts(picture)
    assert f"Here!: {step.name}" in picture.svg
    assert [one.name for one in picture.steps if one.state == "here"] == [step.name]
    assert "Here!" not in texts(drawn(process))


def test_the_close_up_shows_less_than_the_whole() -> None:
    process = shipped().pathway.main
    step = next(e.id for e in shipped().pathway.diagrams[process].elements.values() if e.kind == "user")

    widths = [
        float(re.search(r'viewBox="\S+ \S+ (\S+)', drawn(process, here=step, zoom=zoom).svg)[1]) for zoom in ZOOMS
    ]  # type: ignore[index]

    assert widths[0] < widths[1] == widths[2]


def test_a_step_that_calls_a_process_is_where_the_case_stands_within_it() -> None:
    diagrams = shipped().pathway.diagrams
    caller, call = next((key, e) for key, one in diagrams.items() for e in one.elements.values() if e.called)
    inner = next(e.id for e in diagrams[str(call.called)].elements.values() if e.kind == "user")

    assert within(shipped(), caller, {str(call.called): (inner,)}) == {call.id}
    assert within(shipped(), caller, {}) == frozenset()


@pytest.mark.parametrize("process", PROCESSES)
def test_the_list_beside_the_picture_names_every_step_with_its_lane(process: str) -> None:
    elements = shipped().pathway.diagrams[process].elements.values()
    expected = {e.id for e in elements if e.name and e.kind in ("user", "rule", "call", "timer", "conditional")}

    assert {step.element for step in drawn(process).steps} == expected
    assert all(step.lane for step in drawn(process).steps) or not shipped().pathway.diagrams[process].lanes


def test_what_people_wrote_in_a_diagram_is_never_markup() -> None:
    assert "<b>" not in diagram._words("<b>bold</b>", 0, 0, 100, "x")
