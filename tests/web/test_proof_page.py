"""What was proved, as a page in a file: a broken duty is walked step by step on the diagram."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.witness.gaps import GAPS
from tests.web.test_cli_check import written
from web import cli

BROKEN = GAPS["a wish is withdrawn while the report is being written"].files(mended=False)
MAIN = "pathways/bpmn/case_main.bpmn"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"


def with_a_drawing(content: dict[str, bytes]) -> dict[str, bytes]:
    """The main process with its steps drawn in a row, and a line for each flow."""
    text = content[MAIN].decode()
    steps = re.findall(r'<bpmn:(?:startEvent|userTask|exclusiveGateway|endEvent) id="(\w+)"', text)
    flows = re.findall(r'<bpmn:sequenceFlow id="(\w+)" sourceRef="(\w+)" targetRef="(\w+)"', text)
    place = {step: 150 * number for number, step in enumerate(steps)}
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{step}_di" bpmnElement="{step}"><dc:Bounds x="{x}" y="100" width="100" height="80"/>'
        "</bpmndi:BPMNShape>"
        for step, x in place.items()
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{id_}_di" bpmnElement="{id_}"><di:waypoint x="{place[source] + 100}" y="140"/>'
        f'<di:waypoint x="{place[target]}" y="140"/></bpmndi:BPMNEdge>'
        for id_, source, target in flows
    )
    drawing = (
        f'<bpmndi:BPMNDiagram xmlns:bpmndi="{DI}" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="drawing"><bpmndi:BPMNPlane id="plane" '
        f'bpmnElement="collaboration_case_main">{shapes}{edges}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    )
    return content | {MAIN: text.replace("</bpmn:definitions>", f"{drawing}</bpmn:definitions>").encode()}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page on a pathway whose duty a case breaks."""
    folder = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ISANGE_PROOFS", str(folder / "proofs"))
        content = written(folder / "content", with_a_drawing(BROKEN))
        assert cli.main(["check", str(content), "--page", str(folder / "page.html")]) == 1
    return folder / "page.html"


def test_each_thing_that_was_done_is_a_step_with_a_picture(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    steps = re.findall(r"<strong>Step (\d) / (\d)\.</strong> <span lang=.en.>([^<]+)</span></p>", text)
    assert [(number, of) for number, of, _ in steps] == [("1", "3"), ("2", "3"), ("3", "3")]
    assert steps[-1][2] == "Reception does &#34;Tell the police&#34;"
    assert text.count("<svg") == 3


def test_the_picture_of_a_step_shows_where_the_case_is_and_where_it_was(file: Path) -> None:
    pictures = re.findall(r"<svg.*?</svg>", file.read_text(encoding="utf-8"), re.DOTALL)
    assert [picture.count("way-step--here") for picture in pictures] == [1, 0, 1]
    last = re.search(r'way-step--here">(.*?)</g>', pictures[-1], re.DOTALL)
    assert last is not None
    assert "Tell the" in re.sub(r"<[^>]+>", " ", last[1])


def test_the_page_needs_nothing_else(file: Path) -> None:
    """No script, no address of another file, no id twice: it can be sent by mail and opened anywhere."""
    text = file.read_text(encoding="utf-8")
    assert "<script" not in text
    assert not re.search(r'(?:src|href)="(?!#)', text)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert sorted(ids) == sorted(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(ids)


def test_all_duties_stand_on_it_with_their_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISANGE_PROOFS", str(tmp_path / "proofs"))
    mended = GAPS["a wish is withdrawn while the report is being written"].files(mended=True)
    assert cli.main(["check", str(written(tmp_path, mended)), "--page", str(tmp_path / "page.html")]) == 0
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Duties proved: 1 / 1" in text
    assert "cannot be published" not in text
    assert "The centre must not bring this about: “The police were told” unless" in text


def test_of_what_cannot_be_read_there_is_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ISANGE_PROOFS", str(tmp_path / "proofs"))
    content = written(tmp_path / "content", BROKEN | {MAIN: b"<bpmn"})
    assert cli.main(["check", str(content), "--page", str(tmp_path / "page.html")]) == 2
    assert "Nothing could be read" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(("language", "word"), [("fr", "Étape 1 / 3."), ("rw", "Intambwe ya 1 / 3.")])
def test_it_is_written_in_the_language_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, word: str
) -> None:
    monkeypatch.setenv("ISANGE_PROOFS", str(tmp_path / "proofs"))
    content = written(tmp_path / "content", with_a_drawing(BROKEN))
    assert cli.main(["check", str(content), "--page", str(tmp_path / "page.html"), "--lang", language]) == 1
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert f'<html lang="{language}"' in text
    assert word in text
