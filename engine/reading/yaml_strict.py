"""Strict YAML: text, decimal numbers, true/false, lists and mappings, every value with its line.

Built on libyaml's event stream, so that anchors, aliases, tags and depth are refused before anything is
expanded, and so that no word but `true` and `false` is ever more than text (trust.md F5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml

from engine.reading.complaints import Notes, Unreadable, quoted
from engine.reading.node import MAX_BYTES, MAX_DEPTH, Node, Scalar
from engine.reading.text import decode, refuse_unseen

_LOOK = "Look here and just above for a bracket, quotation mark, colon or indentation that does not fit"
_STANDARD = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,11})\.[0-9]{1,12}")
# No two parts of a branch can take the same letters: it is read in one go, however long it is.
_AMBIGUOUS = re.compile(
    r"[-+]?(0[0-9_]+|0[xob][0-9A-Fa-f_]+|[0-9]+_[0-9_]*|[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?"
    r"|\+[0-9.]+|([0-9]+(\.[0-9]+)?|\.[0-9]+)[eE][-+]?[0-9]+|[0-9]+\.|\.[0-9]+|\.(inf|nan)|[0-9]{16,})"
    r"|True|TRUE|False|FALSE|Null|NULL",
    re.IGNORECASE,
)
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)
class _Open:
    """A list or mapping that has not been closed yet."""

    node: Node
    key: str | None = None
    keys: dict[str, int] = field(default_factory=dict)


def read_yaml(data: bytes, notes: Notes) -> Node | None:
    """The one document of `data`, or None once something was complained of that hides the rest."""
    try:
        text = decode(data, MAX_BYTES)
        return _Builder(notes).build(text)
    except Unreadable as stop:
        notes.add(stop.line, "", stop.code, stop.message)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"This is not YAML: {error.problem or error.context}. {_LOOK}"
        notes.add(mark.line + 1 if mark else 0, "", "yaml", message)
    except yaml.YAMLError as error:
        notes.add(0, "", "yaml", f"This is not YAML: {error}")
    return None


class _Builder:
    """Turns parser events into nodes; duplicate keys are noted, everything else strange stops the file."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.escapes = False

    def build(self, text: str) -> Node:
        self.escapes = "\\" in text
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.DocumentStartEvent):
                self._document(event, line)
            elif isinstance(event, yaml.NodeEvent):
                self._refuse_marks(event, line)
                self._node(event, line)
            elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                self.stack.pop()
        if self.root is None:
            raise Unreadable(1, "empty", "Expected a mapping, but the file is empty")
        return self.root

    def _document(self, event: yaml.DocumentStartEvent, line: int) -> None:
        if self.root is not None:
            raise Unreadable(line, "yaml_documents", "Expected one document in a file, but a second begins")
        if event.version or event.tags:
            raise Unreadable(line, "yaml_directive", "Directives (%YAML, %TAG) are not allowed")

    def _node(self, event: yaml.NodeEvent, line: int) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        else:
            self._open(Node([] if isinstance(event, yaml.SequenceStartEvent) else {}, line))

    def _refuse_marks(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor:
            kind = "Aliases (*" if isinstance(event, yaml.AliasEvent) else "Anchors (&"
            raise Unreadable(line, "yaml_alias", f"{kind}{event.anchor}) are not allowed: write it out")
        tag = getattr(event, "tag", None)
        if tag:
            raise Unreadable(
                line,
                "yaml_tag",
                f"Tags ({quoted(tag.replace(_STANDARD, '!!'))}) are not allowed: a value is what it looks like",
            )

    def _open(self, node: Node) -> None:
        self._put(node)
        if len(self.stack) >= MAX_DEPTH:
            raise Unreadable(node.line, "too_deep", f"Nested deeper than {MAX_DEPTH} levels")
        self.stack.append(_Open(node))

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if event.style == '"' and self.escapes:  # they can write what the file itself may not hold
            refuse_unseen(event.value, line)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node.value, dict) and top.key is None:
            self._key(top, event, line)
        else:
            self._put(Node(event.value if event.style else _plain(event.value, line), line))

    def _key(self, top: _Open, event: yaml.ScalarEvent, line: int) -> None:
        """Keys are always text, so `yes:` and `18:` are the words they look like."""
        key = event.value
        if key == "<<" and not event.style:
            raise Unreadable(line, "yaml_alias", "Merge keys (<<) are not allowed: write it out")
        if key in top.keys:
            self.notes.add(
                line, key, "duplicate_key", f"The key {quoted(key)} is already on line {top.keys[key]}: keep one"
            )
        top.keys.setdefault(key, line)
        top.key = key

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if isinstance(top.node.value, list):
            top.node.value.append(node)
        elif isinstance(top.node.value, dict):
            if top.key is None:
                raise Unreadable(node.line, "yaml_key", f"Expected a word as key, but found {node.what}")
            top.node.value[top.key] = node
            top.key = None


def _plain(text: str, line: int) -> Scalar:
    """An unquoted scalar: YAML 1.2's true, false, null and decimal numbers; all else is text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _AMBIGUOUS.fullmatch(text):
        raise Unreadable(
            line,
            "yaml_ambiguous",
            f"Programs disagree about what {quoted(text)} means: write a plain decimal number, true or false, "
            f"or put it in quotes if it is text",
        )
    return text
