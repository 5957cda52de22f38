"""Random changes to any input, each from a chance of its own, so that one of several can be left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode

import yaml
from lxml import etree

from tests.fuzz.good import api_requests, posts
from tests.fuzz.inputs import Input, Sort, shipped_files

Change = Callable[[bytes, Random], bytes]

# ruff: noqa: E501  # tables of what has broken readers before
TOKENS = (
    "\x00", "\t", "\r\n", "\ufeff", "\u202e", "\u2028", "\U0001f600", "\x1b[2J", "e\u0301" * 40, "'", '"', "<", ">", "&",
    "&lt;!--", "]]>", "<![CDATA[", "{{", "}}", "${x}", "%s", "{}", "[]", "---", "...", "*a", "&a x", "!!str", "|", "#",
    "null", "true", "NaN", "Infinity", "-0", "1e999", "9" * 400, "0x1F", "012", "99999999999999999999", "0.1", "-1",
    "unset", "now", "case.end", "a" * 5000, "((((((((", "not not not", "../../etc/passwd", "http://127.0.0.1:9/x",
    "file:///etc/passwd", "__import__('os')", "0001-01-01", "9999-12-31", "2026-02-30", "24:61", "P99999999Y", "\\u0000",
    "\\ud800", "\\", "\ud83d", "<!DOCTYPE x>", "<?x?>", "$ref", "^(a+)+$", "| a | b |", '"""', "@x", "* ", "Examples:",
    "# language: xx", "999999999 days pass", "-5 hours", "0 days",
)  # fmt: skip
"""What has broken readers before."""

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, 10**20, 0.5, 1e300, -1e-9, "", " ", "x", "x" * 3000, "yes", "0",
    "2026-02-30", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "\u202e", "\ufeff", "a\nb", [], {}, [[]], [{}], {"": ""}, {"x": {}},
    ["x", "x"], [None], {"const": 1}, {"$ref": "#"}, {"en": ""}, {"id": "x"}, {"not": {}}, {"allOf": [{}]}, [1, [2, [3]]],
    "now.x == 1", "x in (1, 'a')", "PT0S", "P1M", "case", "each", "#/properties/x", "\u0130", "\u00df" * 50,
)  # fmt: skip
"""What stands where something else is meant."""


MOST_CHANGES = 4
LARGEST = 2 * 1024**2
"""What is larger than this is changed no more: changes that repeat would multiply, and nothing so large is read."""


def mutated(seed: int, number: int, sort: Sort, left_out: frozenset[int] = frozenset()) -> Input:
    """Input `number` of a run with this seed: a shipped one with one to four changes, without those `left_out`."""
    chance = Random(f"{seed}:{number}")
    start = chance.choice(_starts(sort))
    data, changes = start.data, chance.choice((1, 1, 1, 2, 2, 3, MOST_CHANGES))
    for turn in range(changes):
        own = Random(f"{seed}:{number}:{turn}")
        change = own.choice(_changes(sort))
        if turn in left_out or len(data) > LARGEST:
            continue
        try:
            data = change(data, own)
        except (etree.XMLSyntaxError, ValueError, yaml.YAMLError, IndexError, KeyError, RecursionError):
            continue  # an earlier change left nothing that this one could change
    return _misaddressed(replace(start, data=data), Random(f"{seed}:{number}:address"))


def _starts(sort: Sort) -> list[Input]:
    if sort == "post":
        return list(posts())
    if sort == "api":
        return list(api_requests())
    return [Input(sort, path, data) for path, data in shipped_files(sort).items()]


def _misaddressed(given: Input, chance: Random) -> Input:
    """A request goes astray now and then."""
    if given.sort not in ("post", "api") or chance.random() < 0.9:
        return given
    token = chance.choice(TOKENS).encode("utf-8", "replace").decode()
    match chance.randrange(4):
        case 0:
            at = chance.randrange(4, len(given.place))
            return replace(given, place=given.place[:at] + _quoted(token) + given.place[at:])
        case 1:
            return replace(
                given, place=f"{given.place}?{_quoted(token)}={_quoted(token)}&before={chance.choice(TOKENS[:1])}"
            )
        case 2:
            return replace(given, headers=(*given.headers, ("content-type", _visible(token))))
    return replace(
        given, headers=(*given.headers, (chance.choice(("idempotency-key", "accept", "origin")), _visible(token)))
    )


def _quoted(token: str) -> str:
    return urlencode({"": token})[1:]


def _visible(token: str) -> str:
    return token.encode("ascii", "replace").decode().replace("\n", " ").replace("\r", " ").replace("\x00", " ")


# bytes and lines


def _span(data: bytes, chance: Random, longest: int = 60) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.randrange(longest))


def cut_short(data: bytes, chance: Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def flip_a_bit(data: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def drop_a_span(data: bytes, chance: Random) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def repeat_a_span(data: bytes, chance: Random) -> bytes:
    start, end = _span(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 2, 50)) + data[end:]


def insert_a_token(data: bytes, chance: Random) -> bytes:
    start, end = _span(data, chance, 2)
    return data[:start] + chance.choice(TOKENS).encode("utf-8", "surrogatepass") + data[end:]


def replace_a_word(data: bytes, chance: Random) -> bytes:
    """A word becomes another one of the same file, or a token."""
    words = data.decode(errors="replace").split()
    other = chance.choice((chance.choice(words), chance.choice(TOKENS))).encode("utf-8", "surrogatepass")
    return data.replace(chance.choice(words).encode(), other, 1)


def swap_lines(data: bytes, chance: Random) -> bytes:
    lines = data.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def drop_a_line(data: bytes, chance: Random) -> bytes:
    lines = data.split(b"\n")
    del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def repeat_a_line(data: bytes, chance: Random) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at:at] = [lines[at]] * chance.choice((1, 1, 200))
    return b"\n".join(lines)


def indent_a_line(data: bytes, chance: Random) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at] = chance.choice((b" ", b"  ", b"\t", b"        ")) + lines[at]
    return b"\n".join(lines)


def splice_two_files(data: bytes, chance: Random) -> bytes:
    sort: Sort = chance.choice(("bpmn", "yaml", "schema", "feature"))
    other = chance.choice(list(shipped_files(sort).values()))
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


def save_in_another_encoding(data: bytes, chance: Random) -> bytes:
    return data.decode().encode(
        chance.choice(("utf-16", "utf-16-le", "utf-32", "utf-7", "utf-8-sig", "cp1252")), "replace"
    )


BYTES: tuple[Change, ...] = (
    cut_short, flip_a_bit, drop_a_span, repeat_a_span, insert_a_token, insert_a_token, replace_a_word, replace_a_word,
)  # fmt: skip
LINES: tuple[Change, ...] = (swap_lines, drop_a_line, repeat_a_line, indent_a_line, splice_two_files)

# XML


def _on_tree(work: Callable[[list[etree._Element], Random], None]) -> Change:
    def change(data: bytes, chance: Random) -> bytes:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
        work([one for one in root.iter(etree.Element) if one is not root], chance)
        return bytes(etree.tostring(root, encoding="UTF-8"))

    return change


def _drop_element(all: list[etree._Element], chance: Random) -> None:
    one = chance.choice(all)
    one.getparent().remove(one)  # type: ignore[union-attr]


def copy_element(all: list[etree._Element], chance: Random) -> None:
    one, place = chance.choice(all), chance.choice(all)
    copied = etree.tostring(one)  # as it was: within itself it would double with each copy
    for _ in range(chance.choice((1, 1, 1, 300))):
        place.append(etree.fromstring(copied))


def _move_element(all: list[etree._Element], chance: Random) -> None:
    one, place = chance.choice(all), chance.choice(all)
    if one is not place and one not in place.iterancestors():
        place.insert(chance.randrange(len(place) + 1), one)


def _rename_element(all: list[etree._Element], chance: Random) -> None:
    one, other = chance.choice(all), chance.choice(all)
    one.tag = chance.choice((other.tag, "{urn:x}y", "{http://www.omg.org/spec/BPMN/20100524/MODEL}scriptTask"))


def _nest_element(all: list[etree._Element], chance: Random) -> None:
    one = chance.choice(all)
    for _ in range(chance.choice((1, 5, 30, 200))):
        one = etree.SubElement(one, one.tag, id=f"n{chance.randrange(10**6)}")


def _set_attribute(all: list[etree._Element], chance: Random) -> None:
    one, other = chance.choice(all), chance.choice(all)
    name = chance.choice([str(key) for item in (one, other) for key in item.attrib] or ["id"])
    values = [str(value) for value in other.attrib.values()]
    one.set(name, chance.choice([*values, *values, *(t for t in TOKENS if t.isprintable() and t != "\ud83d")]))


def _drop_attribute(all: list[etree._Element], chance: Random) -> None:
    one = chance.choice([item for item in all if item.attrib])
    del one.attrib[chance.choice(list(one.attrib))]


def _set_text(all: list[etree._Element], chance: Random) -> None:
    one, other = chance.choice(all), chance.choice(all)
    one.text = chance.choice((other.text, "x == 'y'", "not (" * 40, "a" * 3000, ""))


XML: tuple[Change, ...] = tuple(
    map(
        _on_tree,
        (
            _drop_element, _drop_element, copy_element, _move_element, _rename_element, _nest_element, _set_attribute,
            _set_attribute, _set_attribute, _drop_attribute, _set_text,
        ),
    )
)  # fmt: skip

# values of YAML and JSON


def _places(value: Any, found: list[tuple[Any, Any]] | None = None) -> list[tuple[Any, Any]]:
    """(mapping or list, key or index) of everything within."""
    found = [] if found is None else found
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found.append((value, key))
        _places(inner, found)
    return found


def change_value(value: Any, chance: Random) -> Any:
    """Drops, doubles, swaps, renames, nests or retypes something within."""
    places = _places(value)
    if not places:
        return chance.choice(VALUES)
    (at, key), (other_at, other_key) = chance.choice(places), chance.choice(places)
    match chance.randrange(8):
        case 0:
            del at[key]
        case 1 | 2:
            at[key] = chance.choice(VALUES)
        case 3:
            at[key] = json.loads(json.dumps(other_at[other_key], default=str))
        case 4:
            at[key], other_at[other_key] = other_at[other_key], at[key]
            json.dumps(value, default=str)  # a ring cannot be written: then nothing is changed
        case 5:
            for _ in range(chance.choice((1, 3, 60))):
                at[key] = [at[key]] if chance.random() < 0.5 else {"x": at[key]}
        case 6 if isinstance(at, dict):
            at[chance.choice(("", "x", "id", "$ref", "pattern", "const", "en", "when", str(other_key)))] = at.pop(key)
        case _ if isinstance(at, list):
            at += [at[key]] * chance.choice((1, 2, 500))
        case _:
            at[chance.choice(("x", "not", "enum", "minimum", "when", "title", str(other_key)))] = chance.choice(VALUES)
    return value


def change_json(data: bytes, chance: Random) -> bytes:
    return json.dumps(change_value(json.loads(data), chance), indent=1, ensure_ascii=chance.random() < 0.5).encode()


def change_yaml(data: bytes, chance: Random) -> bytes:
    value = change_value(yaml.load(data, Loader=yaml.CSafeLoader), chance)  # noqa: S506  # the safe one, in C
    return yaml.dump(value, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False).encode()


# forms as a browser posts them


def change_fields(data: bytes, chance: Random) -> bytes:
    fields = parse_qsl(data.decode(), keep_blank_values=True)
    at = chance.randrange(len(fields))
    name, text = fields[at]
    token = chance.choice(TOKENS)
    match chance.randrange(7):
        case 0:
            del fields[at]
        case 1:
            fields.insert(at, (name, chance.choice((text, token))))
        case 2 | 3:
            fields[at] = (name, token)
        case 4:
            fields[at] = (chance.choice((token, name + "-day", name.upper(), "happened_at-day", "reason")), text)
        case 5:
            fields += [(f"x{number}", "x") for number in range(chance.choice((3, 1500)))]
        case 6:
            other = chance.randrange(len(fields))
            fields[at], fields[other] = (name, fields[other][1]), (fields[other][0], text)
    return urlencode(fields, safe="@", errors="surrogatepass").encode()


_CHANGES: Mapping[Sort, tuple[Change, ...]] = {
    "bpmn": (*XML, *XML, *BYTES, *LINES, save_in_another_encoding),
    "yaml": (*(change_yaml,) * 8, *BYTES, *LINES, *LINES, save_in_another_encoding),
    "schema": (*(change_json,) * 14, *BYTES, *LINES, save_in_another_encoding),
    "feature": (*BYTES, *LINES, *LINES, save_in_another_encoding),
    "post": (*(change_fields,) * 10, *BYTES),
    "api": (*(change_json,) * 10, *BYTES),
}


def _changes(sort: Sort) -> tuple[Change, ...]:
    return _CHANGES[sort]
