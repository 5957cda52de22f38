"""Hardened XML: bytes of a diagram to an element tree that has expanded, fetched and hidden nothing."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree

from engine.reading.complaints import Notes, Unreadable
from engine.reading.text import decode, refuse_unseen

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000
"""Flows and drawing included: a sequence of 600 steps has about 10,000."""
MAX_DEPTH = 20
TOO_DEEP = f"Nested deeper than {MAX_DEPTH} levels: take the elements out of each other"

_LIMIT = "XML_PARSE_HUGE"
"""How the parser speaks of a limit of its own; in a file of MAX_BYTES only its depth can be met."""
_DECLARED = re.compile(r"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)")


def read_xml(data: bytes, notes: Notes) -> etree._Element | None:
    """The root element, without comments; None once something was complained of."""
    try:
        root = _parse(decode(data, MAX_BYTES), data)
        _refuse_instructions(root)
        _refuse_size(root)
        if b"&#" in data:
            _refuse_unseen(root)
    except Unreadable as stop:
        notes.add(stop.line, "", stop.code, stop.message)
        return None
    return root


def _parse(text: str, data: bytes) -> etree._Element:
    declared = _DECLARED.match(text)
    if declared and declared.group(1).lower() not in ("utf-8", "utf8"):
        raise Unreadable(1, "encoding", f'Expected encoding="UTF-8", but the file declares "{declared.group(1)}"')
    doctype = _DOCTYPE.search(text)
    if doctype:
        line = text.count("\n", 0, doctype.start()) + 1
        raise Unreadable(
            line, "xml_doctype", "A document type or entity (<!DOCTYPE, <!ENTITY) is not allowed: remove it"
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, encoding="utf-8"
    )
    try:
        return etree.fromstring(data, parser)  # noqa: S320  # the parser above is the hardened one
    except etree.XMLSyntaxError as error:
        if _LIMIT in error.msg:
            raise Unreadable(error.lineno or 0, "too_deep", TOO_DEEP) from error
        raise Unreadable(error.lineno or 0, "xml", f"This is not XML: {error.msg}") from error


def _refuse_instructions(root: etree._Element) -> None:
    instruction = next(root.getroottree().iter(etree.ProcessingInstruction), None)
    before = root.getprevious()
    after = root.getnext()
    found = next((node for node in (before, instruction, after) if node is not None), None)
    if found is not None:
        raise Unreadable(line_of(found), "xml_instruction", "Processing instructions (<?...?>) are not allowed")


def _refuse_size(root: etree._Element) -> None:
    count = 0
    levels = [(root, 1)]
    while levels:
        element, depth = levels.pop()
        count += 1
        if count > MAX_ELEMENTS:
            raise Unreadable(line_of(element), "too_large", f"More than {MAX_ELEMENTS} XML elements")
        if depth > MAX_DEPTH:
            raise Unreadable(line_of(element), "too_deep", TOO_DEEP)
        levels.extend((child, depth + 1) for child in element)


def _refuse_unseen(root: etree._Element) -> None:
    """A reference (&#x202E;) can write what the file itself may not hold."""
    for element in root.iter():
        for written in (element.text, element.tail, *element.attrib.values()):
            refuse_unseen(str(written or ""), line_of(element))


def line_of(element: etree._Element) -> int:
    """The 1-based line that the element starts on, 0 when the parser does not know."""
    line = cast("int | None", element.sourceline)
    return line or 0
