"""Reads one form file: its JSON Schema, its layout and its texts, in the shapes of docs/content.md 4."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from engine.library import LANGUAGES, Form
from engine.reading.check_layout import check_layout
from engine.reading.check_schema import check_schema
from engine.reading.complaints import Notes, quoted
from engine.reading.fields import Fields
from engine.reading.json_strict import read_json

MAX_MESSAGE_ID: Final = 200
MAX_NODES: Final = 10_000
"""Without $ref a schema is as large expanded as it is written; beyond this a validator would be slow."""


def read_form(id: str, data: bytes, notes: Notes) -> Form | None:
    """The form `id`; None when its file is no JSON at all."""
    root = read_json(data, notes)
    if root is None:
        return None
    count = sum(1 for _ in root.walk())
    if count > MAX_NODES:
        notes.add(0, id, "too_large", f"Expected at most {MAX_NODES} values in a form, but found {count}")
        return None
    fields = Fields(root, notes, id, ("schema", "uischema", "texts", "shows"))
    schema, layout = fields.get("schema", needed=True), fields.get("uischema", needed=True)
    properties = {} if schema is None else check_schema(schema, notes)
    if layout is not None:
        check_layout(layout, properties, notes)
    return Form(
        id=id,
        schema={} if schema is None else _plain(schema.plain()),
        uischema={} if layout is None else _plain(layout.plain()),
        texts=_texts(fields),
        where=notes.where(1, id),
        shows=fields.words("shows"),
    )


def _plain(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(fields: Fields) -> dict[str, dict[str, str]]:
    """Language -> message id -> words; that every message is there in every language is a check."""
    node = fields.get("texts", needed=True)
    if node is None:
        return {}
    texts: dict[str, dict[str, str]] = {}
    for language, entry in Fields(node, fields.notes, "texts", LANGUAGES).entries.items():
        if not isinstance(entry.value, dict):
            message = f"Expected a mapping from message ids to texts in {language}, but found {entry.what}"
            fields.complain("shape", message, entry.line)
            continue
        words = Fields(entry, fields.notes, f"texts {language}", entry.value)
        texts[language] = {message: words.string(message) for message in _message_ids(words)}
    if "en" not in texts:
        fields.complain("text_languages", "Expected English texts (en), but they are missing", node.line)
    return texts


def _message_ids(words: Fields) -> Iterator[str]:
    for message, node in words.entries.items():
        if len(message) <= MAX_MESSAGE_ID:
            yield message
        else:
            problem = f"Expected a message id of at most {MAX_MESSAGE_ID} letters, but found {quoted(message)}"
            words.complain("bad_id", problem, node.line)
