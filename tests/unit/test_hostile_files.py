"""Files made to do harm, or saved by a careless tool, are refused before anything in them is expanded."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.content import ContentError, load
from engine.reading.complaints import Notes
from engine.reading.json_strict import read_json
from engine.reading.xml_hardened import read_xml
from engine.reading.yaml_strict import read_yaml
from tests.unit.content_samples import CHOICE, sample_files

BILLION_LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<lolz>&lol2;</lolz>"""
ALIAS_BOMB = b"a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n"


def told(read: object, data: bytes) -> list[tuple[int, str]]:
    notes = Notes("file")
    started = time.process_time()
    assert callable(read)
    read(data, notes)
    assert time.process_time() - started < 1
    return [(complaint.where.line, complaint.code) for complaint in notes.complaints]


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (ALIAS_BOMB, 1, "yaml_alias"),
        (b"a: 1\nb: *x\n", 2, "yaml_alias"),
        (b"a:\n  <<: {b: 1}\n", 2, "yaml_alias"),
        (b"a: !!python/object/apply:os.system ['id']\n", 1, "yaml_tag"),
        (b"a: 1\nb: !!str 5\n", 2, "yaml_tag"),
        (b"a: 1\nb: 2\na: 3\n", 3, "duplicate_key"),
        (b"a: {b: 1, b: 2}\n", 1, "duplicate_key"),
        (b"a: 012\n", 1, "yaml_ambiguous"),
        (b"a: 0x1F\n", 1, "yaml_ambiguous"),
        (b"a: 0o17\n", 1, "yaml_ambiguous"),
        (b"a: 1_000\n", 1, "yaml_ambiguous"),
        (b"a: 12:30\n", 1, "yaml_ambiguous"),
        (b"a: 1e3\n", 1, "yaml_ambiguous"),
        (b"a: .inf\n", 1, "yaml_ambiguous"),
        (b"a: .NaN\n", 1, "yaml_ambiguous"),
        (b"a: +1\n", 1, "yaml_ambiguous"),
        (b"a: True\n", 1, "yaml_ambiguous"),
        (b"a: 12345678901234567890\n", 1, "yaml_ambiguous"),
        (b"[" * 20000, 1, "too_deep"),
        (b"{a: " * 20000, 1, "too_deep"),
        (b"- " * 20000, 1, "too_deep"),
        (b"a: b\n" + b"# x\n" * 70000, 0, "too_large"),
        (b"a: caf\xe9\n", 1, "encoding"),
        ("a: b\n".encode("utf-16"), 1, "encoding"),
        (b"\xef\xbb\xbfa: b\n", 1, "encoding"),
        (b"a: 1\n---\nb: 2\n", 2, "yaml_documents"),
        (b"%YAML 1.1\n---\na: 1\n", 1, "yaml_directive"),
        (b"? [a]\n: b\n", 1, "yaml_key"),
        (b"a: [1, 2\nb: 3\n", 2, "yaml"),
        (b"a: 'x\n", 2, "yaml"),
        (b"\ta: 1\n", 1, "yaml"),
        (b"a: 1\nb: \x00\n", 2, "characters"),
        (b'a: "\\0"\n', 1, "characters"),
        ("a: \u202eb\n".encode(), 1, "characters"),
        ("a: 1\nb: Explain\u200b rights\n".encode(), 2, "characters"),
        ("a: 1\nb: \u115f\n".encode(), 2, "characters"),
        (b"", 1, "empty"),
        (b"# nothing\n", 1, "empty"),
    ],
)  # fmt: skip
def test_yaml_that_is_not_plain_is_refused_at_its_line(data: bytes, line: int, code: str) -> None:
    assert told(read_yaml, data) == [(line, code)]


def test_yaml_words_are_text_and_only_true_and_false_are_truth() -> None:
    data = b"{yes: 1, a: yes, b: no, c: on, d: true, e: false, f: 2018-09-01, g: '012', h: -1.50, i: null, j: ~}"
    notes = Notes("file")
    node = read_yaml(data, notes)

    assert node is not None
    assert not notes.complaints
    assert node.plain() == {
        "a": "yes", "b": "no", "c": "on", "d": True, "e": False, "f": "2018-09-01", "g": "012", "h": -1.5, "i": None,
        "j": None, "yes": 1,
    }  # fmt: skip


def test_every_yaml_value_knows_its_line() -> None:
    node = read_yaml(b"# first\na:\n  b: 1\n  c:\n  - x\n  - y: z\n", Notes("file"))

    assert node is not None
    assert [(inner.line, inner.what) for inner in node.walk()] == [
        (2, "a mapping"), (3, "a mapping"), (3, "the number 1"), (5, "a list"), (5, "a text"), (6, "a mapping"),
        (6, "a text"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (BILLION_LAUGHS, 2, "xml_doctype"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', 1, "xml_doctype"),
        (b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd">%p;]><x/>', 1, "xml_doctype"),
        (b'<x>\n<?php echo 1 ?></x>', 2, "xml_instruction"),
        (b'<?xml-stylesheet href="x.xsl"?>\n<x/>', 1, "xml_instruction"),
        (b'<x/>\n<?after?>', 2, "xml_instruction"),
        (b'<x>&unknown;</x>', 1, "xml"),
        (b'<x><y></x>', 1, "xml"),
        (b'<x a="1" a="2"/>', 1, "xml"),
        (b'<x/><y/>', 1, "xml"),
        (b'', 1, "xml"),
        (b'<?xml version="1.0" encoding="UTF-7"?><x>+ADw-</x>', 1, "encoding"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><x/>', 1, "encoding"),
        ('<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-16"), 1, "encoding"),
        (b'<x>caf\xe9</x>', 1, "encoding"),
        (b'<x>\n<y a="&#x202e;"/></x>', 2, "characters"),
        ('<x>\n\u0085</x>'.encode(), 2, "characters"),
        (b'<x>' + b'<y/>' * 20_000 + b'</x>', 1, "too_large"),
        (b'<x>' + b' ' * (2 * 1024 * 1024) + b'</x>', 0, "too_large"),
        (b'<x>' * 21 + b'</x>' * 21, 1, "too_deep"),
        (b'<x>' * 5000 + b'</x>' * 5000, 1, "too_deep"),
        (b'<x>\n' * 5000, 257, "too_deep"),
    ],
)  # fmt: skip
def test_xml_that_could_do_harm_is_refused_at_its_line(data: bytes, line: int, code: str) -> None:
    assert told(read_xml, data) == [(line, code)]


def test_xml_nested_too_deep_is_told_so_in_plain_words() -> None:
    for depth in (21, 257, 5000):
        notes = Notes("x.bpmn")
        assert read_xml(b"<x>" * depth + b"</x>" * depth, notes) is None
        (complaint,) = notes.complaints
        assert complaint.message == "Nested deeper than 20 levels: take the elements out of each other"


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b'{"a": 1,\n"a": 2}', 2, "duplicate_key"),
        (b'{"a": NaN}', 1, "json"),
        (b'{"a": Infinity}', 1, "json"),
        (b'{"a": 1e999}', 1, "json"),
        (b'{"a": 01}', 1, "json"),
        (b'{"a": .5}', 1, "json"),
        (b'{"a": ' + b"9" * 5000 + b"}", 1, "json"),
        (b'{"a": True}', 1, "json"),
        (b"{'a': 1}", 1, "json"),
        (b'{"a": 1,}', 1, "json"),
        (b'{"a": [1,\n]}', 2, "json"),
        (b'{"a": "x\ny"}', 1, "json"),
        (b'{"a": "x', 1, "json"),
        (b'{"a": "\\x"}', 1, "json"),
        (b'{"a" 1}', 1, "json"),
        (b'{"a": 1} x', 1, "json"),
        (b"// comment\n{}", 1, "json"),
        (b"[" * 100_000, 1, "too_deep"),
        (b'{"a":' * 40_000, 1, "too_deep"),
        (b'"' + b"x" * 300_000 + b'"', 0, "too_large"),
        (b'{"a": "\xff"}', 1, "encoding"),
        (b'{"a": 1,\n"\\ud800": 2}', 2, "characters"),
        (b'{"a": "\\u0000"}', 1, "characters"),
        (b"", 1, "json"),
    ],
)
def test_json_that_is_not_strict_is_refused_at_its_line(data: bytes, line: int, code: str) -> None:
    assert told(read_json, data) == [(line, code)]


def test_json_reads_as_the_standard_says_with_lines() -> None:
    notes = Notes("file")
    node = read_json(b'{"a": [1, -2.5, true, null],\n "b\\u00e9\\n": {"c": "\\ud83d\\ude00", "d": {}, "e": []}}', notes)

    assert node is not None
    assert not notes.complaints
    assert node.plain() == {"a": [1, -2.5, True, None], "bé\n": {"c": "😀", "d": {}, "e": []}}
    assert [inner.line for inner in node.walk()] == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2]


def test_an_edition_is_read_from_its_own_folder_only(tmp_path: Path) -> None:
    for path, data in sample_files().items():
        (tmp_path / "edition" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "edition" / path).write_bytes(data)
    assert load(tmp_path / "edition").pathway.id
    outside = tmp_path / "choice.json"
    (tmp_path / "edition" / CHOICE).rename(outside)
    (tmp_path / "edition" / CHOICE).symlink_to(outside)
    with pytest.raises(ContentError) as refused:
        load(tmp_path / "edition")
    assert [(one.code, one.where.file) for one in refused.value.complaints] == [("link", CHOICE)]
