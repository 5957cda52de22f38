"""`isange check` says what is wrong and what is proved; `isange publish` lets nothing by that is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.content import load
from engine.drills import run_drills
from engine.drills.vocabulary import FILE
from engine.proofs import making, read_record
from engine.witness import Judged
from tests.unit.witness.gaps import GAPS, VOCABULARY
from tests.walk import ROOT
from tests.web.running import CENTRE, KEY, Hands, house_at, write_content
from web import cli
from web.cli_people import person
from web.house import House

MENDED = GAPS["a wish is withdrawn while the report is being written"].files(mended=True)
BROKEN = GAPS["a wish is withdrawn while the report is being written"].files(mended=False)


@pytest.fixture(autouse=True)
def _remembered_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISANGE_PROOFS", str(tmp_path / "proofs"))


def written(folder: Path, content: dict[str, bytes]) -> Path:
    for name, data in {**content, f"features/{FILE}": VOCABULARY.encode()}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def check(*words: object) -> int:
    return cli.main(["check", *map(str, words)])


Said = pytest.CaptureFixture[str]


def test_the_duties_are_proved_along_with_the_lint(tmp_path: Path, capsys: Said) -> None:
    assert check(written(tmp_path / "content", MENDED)) == 0
    assert "duties proved (1): the_duty" in capsys.readouterr().out


def test_a_broken_duty_fails_the_check_and_its_case_is_told(tmp_path: Path, capsys: Said) -> None:
    assert check(written(tmp_path / "content", BROKEN)) == 1
    said = capsys.readouterr().out
    assert "duties broken (1)" in said
    assert 'Reception does "Tell the police"' in said


def test_of_a_table_with_a_gap_it_is_said_whether_a_case_comes_there_but_not_by_the_lint(
    tmp_path: Path, capsys: Said
) -> None:
    folder = written(tmp_path / "content", {path: data for path, data in load(ROOT).files.items()})
    law = folder / "rules" / "rwanda" / "decisions.yaml"
    rows = law.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(number for number, row in enumerate(rows) if "pregnancy_possible: \"== 'no'\"" in row)
    law.write_text("".join(rows[:first] + rows[first + 3 :]), encoding="utf-8")

    assert check(folder) == 1
    said = capsys.readouterr().out
    assert "table-complete: Table ec_indicated has no row for pregnancy_possible = no" in said
    assert "Add a row that says what happens. A case may come to this: reception > " in said
    assert check(folder, "--lint") == 1
    assert "A case may come to this" not in capsys.readouterr().out


def test_the_lint_alone_proves_nothing(tmp_path: Path, capsys: Said) -> None:
    assert check(written(tmp_path / "content", BROKEN), "--lint", "--json") == 0
    (duty,) = json.loads(capsys.readouterr().out)["duties"]
    assert (duty["status"], duty["because"]) == ("unproved", "no proof was asked for; enforced while cases run")


def test_nothing_is_proved_of_content_with_an_error(tmp_path: Path, capsys: Said) -> None:
    spoilt = MENDED | {"rules/rwanda/example.yaml": MENDED["rules/rwanda/example.yaml"].replace(b"left", b"lost")}
    assert check(written(tmp_path / "content", spoilt), "--record", tmp_path / "record.json") == 1
    said = capsys.readouterr()
    assert "nothing is proved of content with an error" in said.out
    assert "Nothing was proved" in said.err
    assert not (tmp_path / "record.json").exists()


def test_the_case_that_breaks_a_duty_is_written_as_a_drill_that_fails_until_it_is_mended(
    tmp_path: Path, capsys: Said
) -> None:
    content = written(tmp_path / "content", BROKEN)
    assert check(content, "--drills", tmp_path / "drills") == 1
    drill = tmp_path / "drills" / "the_duty.feature"
    assert f"drill: {drill}" in capsys.readouterr().err
    assert cli.main(["drill", "--content", str(content), str(drill)]) == 1
    written(content, MENDED)
    assert cli.main(["drill", "--content", str(content), str(drill)]) == 0


def test_what_was_proved_once_is_remembered(tmp_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    content = written(tmp_path / "content", MENDED)
    assert check(content) == 0

    def judge(*_: object, **named: object) -> None:
        raise AssertionError("Expected a proof that is remembered, but it was sought again")

    monkeypatch.setattr("engine.proofs.making.judge", judge)
    assert check(content) == 0
    with pytest.raises(AssertionError, match="sought again"):
        check(content, "--forget")


def test_a_remembered_proof_that_is_spoilt_is_made_anew(tmp_path: Path, capsys: Said) -> None:
    content = written(tmp_path / "content", MENDED)
    assert check(content) == 0
    (kept,) = (tmp_path / "proofs" / "rwanda").glob("*.json")
    kept.write_text("{")
    assert check(content) == 0
    assert read_record(kept.read_bytes()).proofs["the_duty"].verdict.status == "proved"


def test_where_nothing_can_be_remembered_the_check_goes_on(
    tmp_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in_the_way").write_text("")
    monkeypatch.setenv("ISANGE_PROOFS", str(tmp_path / "in_the_way"))
    assert check(written(tmp_path / "content", MENDED)) == 0


def test_only_the_newest_records_are_remembered(tmp_path: Path, capsys: Said) -> None:
    for days in range(10):
        rules = MENDED["rules/rwanda/example.yaml"].replace(b"value: 24", f"value: {days + 1}".encode())
        assert check(written(tmp_path / "content", MENDED | {"rules/rwanda/example.yaml": rules})) == 0
    assert len(list((tmp_path / "proofs" / "rwanda").iterdir())) == 8


def test_a_vocabulary_that_does_not_fit_is_named_and_the_check_goes_on(tmp_path: Path, capsys: Said) -> None:
    content = written(tmp_path / "content", MENDED)
    (content / "features" / FILE).write_text("born: [")
    assert check(content) == 0
    assert FILE in capsys.readouterr().err


def test_where_nothing_can_be_written_is_said_before_anything_is_proved(tmp_path: Path, capsys: Said) -> None:
    content = written(tmp_path / "content", MENDED)
    for words, said in (
        (("--page", tmp_path / "none" / "x.html"), "make it first"),
        (("--page", tmp_path), "is a folder"),
        (("--record", tmp_path), "is a folder"),
        (("--record", "/dev/null/x"), "no folder /dev/null"),
        (("--drills", content / "forms" / "wish.json"), "is a file"),
        (("--drills", content / "forms" / "wish.json" / "below"), "wish.json is a file"),
        (("--boundaries", content / "forms" / "wish.json" / "below" / "it"), "wish.json is a file"),
        (("--boundaries", content / "forms" / "wish.json"), "is a file"),
        (("--lint", "--record", tmp_path / "x.json"), "nothing is proved"),
        (("--accept", "the_duty=because"), "--record FILE"),
    ):
        assert check(content, *words) == 2
        told = capsys.readouterr()
        assert (said in told.err, told.out) == (True, ""), told.err


def test_drills_of_where_a_duty_begins_are_written_and_pass(tmp_path: Path, capsys: Said) -> None:
    content = written(tmp_path / "content", GAPS["an age is corrected after the decision"].files(mended=True))
    folder = tmp_path / "boundaries"

    assert check(content, "--lint", "--boundaries", folder) == 0

    assert f"drill: {folder / 'the_duty.feature'} (3 cases)" in capsys.readouterr().err
    assert run_drills(load(content, "rwanda"), [folder]).all_passed


BEGINS = GAPS["an age is corrected after the decision"].files(mended=True)
OWN = "@duty:the_duty\nFeature: My own\n  Scenario: It is mine\n    Then the case is open\n"


@pytest.mark.parametrize(
    ("command", "flag", "content", "first"),
    [
        ("check", "--boundaries", BEGINS, "Feature: My own"),
        ("check", "--boundaries", BEGINS, "@duty:the_duty @witness"),
        ("check", "--boundaries", BEGINS, "@duty:another @boundary"),
        ("check", "--boundaries", BEGINS, "@mine @duty:the_duty @boundary"),
        ("check", "--drills", BROKEN, "Feature: My own"),
        ("check", "--drills", BROKEN, "@duty:the_duty @boundary"),
        ("check", "--drills", BROKEN, "\u00e9" * 2000),
        ("prove", "--drills", BROKEN, "Feature: My own"),
        ("prove", "--drills", BROKEN, "@duty:the_duty @boundary"),
    ],
)
def test_a_drill_that_somebody_else_wrote_stays_as_it_is(
    tmp_path: Path, capsys: Said, command: str, flag: str, content: dict[str, bytes], first: str
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "the_duty.feature").write_text(f"{first}\n{OWN}")
    (folder / "other.feature").write_text(OWN)

    assert cli.main([command, str(written(tmp_path / "content", content)), flag, str(folder)]) == 2

    said = capsys.readouterr()
    assert f"{folder / 'the_duty.feature'} is not ours: name another folder" in said.err + said.out
    assert (folder / "the_duty.feature").read_text() == f"{first}\n{OWN}"
    assert sorted(path.name for path in folder.iterdir()) == ["other.feature", "the_duty.feature"]


@pytest.mark.parametrize(("flag", "content"), [("--boundaries", BEGINS), ("--drills", BROKEN)])
def test_a_drill_of_an_earlier_check_is_written_anew(
    tmp_path: Path, capsys: Said, flag: str, content: dict[str, bytes]
) -> None:
    folder = tmp_path / "drills"
    check(written(tmp_path / "content", content), flag, folder)
    first = (folder / "the_duty.feature").read_text()
    (folder / "the_duty.feature").write_text(first.partition("\n")[0])

    check(tmp_path / "content", flag, folder)

    assert (folder / "the_duty.feature").read_text() == first


@pytest.mark.parametrize(("flag", "content"), [("--boundaries", BEGINS), ("--drills", BROKEN)])
def test_where_a_drill_cannot_be_written_is_said_in_a_line(
    tmp_path: Path, capsys: Said, flag: str, content: dict[str, bytes]
) -> None:
    written(tmp_path / "content", content)
    (tmp_path / "folders" / "the_duty.feature").mkdir(parents=True)
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "the_duty.feature").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "vocabularies" / FILE).mkdir(parents=True)
    for folder, said in (
        (Path("/proc/nothere"), "cannot be written"),
        (tmp_path / ("x" * 300), "cannot be written"),
        (tmp_path / "vocabularies", f"{FILE} cannot be written"),
        (tmp_path / "folders", "the_duty.feature is not ours"),
        (tmp_path / "linked", "the_duty.feature is not ours"),
    ):
        assert check(tmp_path / "content", flag, folder) == 2
        (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("isange: ")]
        assert said in line
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("flag", ["--record", "--page"])
def test_a_file_that_cannot_be_written_is_said_in_a_line(tmp_path: Path, capsys: Said, flag: str) -> None:
    assert check(written(tmp_path / "content", MENDED), flag, "/proc/nothere") == 2

    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("isange: ")]
    assert "cannot be written" in line


def test_a_vocabulary_that_does_not_fit_beside_the_drills_is_named(tmp_path: Path, capsys: Said) -> None:
    written(tmp_path / "content", BEGINS)
    (tmp_path / "drills").mkdir()
    (tmp_path / "drills" / FILE).write_text("born: [")

    assert check(tmp_path / "content", "--boundaries", tmp_path / "drills") == 2

    assert f"isange: {tmp_path / 'drills' / FILE}" in capsys.readouterr().err


def test_of_content_with_errors_no_duty_begins_anywhere(tmp_path: Path, capsys: Said) -> None:
    content = written(tmp_path / "content", MENDED)
    form = content / "forms" / "wish.json"
    form.write_text(form.read_text().replace("wants_police", "wants_nothing"))

    assert check(content, "--boundaries", tmp_path / "boundaries") == 1

    assert "mend them first" in capsys.readouterr().err
    assert not (tmp_path / "boundaries").exists()


def test_drills_are_written_only_in_the_words_of_a_vocabulary(tmp_path: Path, capsys: Said) -> None:
    content = written(tmp_path / "content", BROKEN)
    (content / "features" / FILE).unlink()
    assert check(content, "--drills", tmp_path / "drills") == 2
    assert "vocabulary.yaml; see docs/drills.md" in capsys.readouterr().err


def test_one_can_sign_only_for_what_is_unproved(tmp_path: Path, capsys: Said) -> None:
    content, record = written(tmp_path / "content", MENDED), tmp_path / "record.json"
    assert check(content, "--record", record, "--accept", "the_duty=we take care") == 2
    assert "only what is unproved can be accepted" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        check(content, "--accept", "the_duty")
    assert "expected DUTY=REASON" in capsys.readouterr().err


# --- publish ---


def may_check(content: dict[str, bytes]) -> dict[str, bytes]:
    """The same content, whose reception may check content."""
    base = content["rules/common/base.yaml"]
    return content | {"rules/common/base.yaml": base.replace(b"facts.record]", b"facts.record, content.check]")}


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """With two people who may check content, and somebody who may not."""
    with house_at(sqlite_url, write_content(tmp_path / "first", may_check(MENDED)), Hands()) as house:
        for login, roles in {"ama": [f"{CENTRE}:reception"], "ben": [f"{CENTRE}:reception"], "eve": []}.items():
            person(house, "add", login, login, roles, "en")
        yield house


@pytest.fixture
def publish(
    house: House, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> Callable[..., tuple[int, str]]:
    """Publishes a folder by ama and ben, unless others are named; the exit code and all that was said."""
    monkeypatch.setenv("ISANGE_KEY", KEY)

    def one(folder: Path, *words: str, author: str = "ama", approver: str = "ben") -> tuple[int, str]:
        people = ("--author", author, "--approver", approver)
        status = cli.main(["publish", str(folder), *people, *words, "--demo", "--database", sqlite_url])
        said = capsys.readouterr()
        return status, said.out + said.err

    return one


RENAMED = MENDED | {
    "pathways/bpmn/case_main.bpmn": MENDED["pathways/bpmn/case_main.bpmn"].replace(b"Tell the", b"Call the")
}
DRILL = """\
Feature: Closing
  Scenario: A case is closed
    When the survivor comes by Reception
    And Reception does "Close"
    Then the case is closed
"""


def edition_of(folder: Path) -> str:
    return load(folder).digest


def test_an_edition_is_published_with_what_was_proved_of_it(
    house: House, publish: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    folder = written(tmp_path / "next", may_check(RENAMED))
    (folder / "features" / "closing.feature").write_text(DRILL)

    status, said = publish(folder)

    assert (status, "1 of 1 duties proved, 1 drills passed" in said) == (0, True), said
    newest, *_ = house.store.editions()
    assert newest[:4] == (edition_of(folder), "rwanda", "ama", "ben")
    record = read_record(house.store.edition_proof(newest[0]) or b"")
    assert record.edition == newest[0]
    assert record.proofs["the_duty"].verdict.status == "proved"
    assert publish(folder) == (0, f"Edition {newest[0][:12]} is published already\n")


REFUSED: dict[str, tuple[dict[str, bytes], dict[str, str], str]] = {
    "one person alone": (RENAMED, {"approver": "ama"}, "must be another than who made it"),
    "somebody without the right": (RENAMED, {"approver": "eve"}, "eve has no role that may check content"),
    "somebody unknown": (RENAMED, {"author": "nobody"}, "Nobody has the login nobody"),
    "a broken duty": (BROKEN, {}, "the_duty: a case breaks it"),
    "an error": (
        RENAMED | {"rules/rwanda/example.yaml": RENAMED["rules/rwanda/example.yaml"].replace(b"police.told", b"x.y")},
        {},
        "errors stand in this content",
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_may_not_be_published_is_not(
    house: House, publish: Callable[..., tuple[int, str]], tmp_path: Path, why: str
) -> None:
    content, people, words = REFUSED[why]
    before = house.store.editions()

    status, said = publish(written(tmp_path / "next", may_check(content)), **people)

    assert (status, words in said) == (1, True), said
    assert house.store.editions() == before


def test_nobody_can_sign_away_a_broken_duty(
    house: House, publish: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    status, said = publish(written(tmp_path / "next", may_check(BROKEN)), "--accept", "the_duty=we take care")
    assert (status, "only what is unproved can be accepted" in said) == (1, True)
    assert len(house.store.editions()) == 1


def test_nobody_signs_by_what_is_remembered(
    house: House, publish: Callable[..., tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signature, or a lesser severity, that somebody wrote into the memory counts for nothing."""

    def judge(*given: object, **named: object) -> Judged:
        judged = making_judge(*given, **named)  # type: ignore[arg-type]
        return replace(judged, verdict=replace(judged.verdict, status="unproved", progress=""))

    making_judge = making.judge
    monkeypatch.setattr(making, "judge", judge)
    folder = written(tmp_path / "next", may_check(RENAMED))
    (folder / "features" / "closing.feature").write_text(DRILL)
    assert publish(folder)[0] == 1
    (kept,) = (tmp_path / "proofs" / "rwanda").glob(f"{edition_of(folder)}.json")
    told = json.loads(kept.read_text())
    for forged in ({"accepted": "signed", "accepted_by": "minister"}, {"severity": "warn"}):
        kept.write_text(json.dumps({**told, "duties": [{**told["duties"][0], **forged}]}))
        status, said = publish(folder)
        assert (status, "the_duty: not proved" in said) == (1, True), forged
    assert len(house.store.editions()) == 1
    assert publish(folder, "--accept", "the_duty=we have looked at it together")[0] == 0


def test_an_edition_without_drills_is_not_published(
    house: House, publish: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    status, said = publish(written(tmp_path / "next", may_check(RENAMED)))
    assert (status, "An edition is published with its drills" in said) == (1, True), said
    assert len(house.store.editions()) == 1


def test_an_edition_whose_drill_fails_is_not_published(
    house: House, publish: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    folder = written(tmp_path / "next", may_check(RENAMED))
    (folder / "features" / "closing.feature").write_text(DRILL.replace("is closed\n", "is open\n"))
    status, said = publish(folder)
    assert (status, f"Not every drill passes: `isange drill --content {folder}` plays them" in said) == (1, True), said
    assert len(house.store.editions()) == 1


def test_everybody_can_see_in_the_trail_that_another_edition_was_published(
    house: House, publish: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    folder = written(tmp_path / "next", may_check(RENAMED))
    (folder / "features" / "closing.feature").write_text(DRILL)
    assert publish(folder)[0] == 0
    assert {head.centre for head in house.store.trail_heads()} >= set(house.store.centres())
    assert house.store.verify_trail() == []


def test_the_shipped_content_is_published_with_the_record_that_is_shipped(sqlite_url: str, tmp_path: Path) -> None:
    with house_at(sqlite_url, ROOT, Hands()) as house:
        record = read_record(house.store.edition_proof(house.editions.current().digest) or b"")
    assert record.edition == load(ROOT).digest
