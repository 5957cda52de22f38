"""Single edits of a file of rules: the words that change are cut out of the text, the rest is left as it is."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from engine.library import Library
from tests.mutants.edit import Edit
from tests.mutants.wording import domain_of, flipped, shifted

Node = yaml.Node
Condition = tuple[str, yaml.ScalarNode, str]
"""(whose it is, the text, the name that a cell speaks of)."""


def edits(path: str, data: bytes, library: Library) -> Iterator[Edit]:
    """All edits of one file, kind by kind."""
    text = data.decode()
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None
    yield from _dropped(path, text, root)
    domain = domain_of(library)
    for owner, node, name in _conditions(root):
        both = (("comparison", flipped(node.value)), ("constant", shifted(node.value, domain, name)))
        for kind, changed in both:
            for new, was, now in changed:
                of = f"{name} " if name else ""
                did = f"of {owner} `{of}{was}` becomes `{now}`"
                yield Edit(kind, owner.partition(" ")[0], did, path, _cut(text, node, f'"{new}"'))
    yield from _limits(path, text, root, library)


def _dropped(path: str, text: str, root: Node) -> Iterator[Edit]:
    for table in items(root, "tables"):
        id = _word(table, "id")
        for number, row in enumerate(items(table, "rows"), 1):
            yield Edit("row", id, f"row {number} of the table {id} is dropped", path, _without(text, row))
    for start in items(root, "starts"):
        process = _word(start, "process")
        yield Edit("start", process, f"nothing starts {process} by this rule", path, _without(text, start))


def _conditions(root: Node) -> Iterator[Condition]:
    for table in items(root, "tables"):
        for number, row in enumerate(items(table, "rows"), 1):
            for key, cell in at(row, "when").value:
                for node in _scalars(cell):
                    yield f"{_word(table, 'id')} (row {number})", node, key.value
    for duty in items(root, "duties"):
        for name in ("when", "unless", "always"):
            if (said := get(duty, name)) is not None:
                yield from ((f"{_word(duty, 'id')} ({name})", node, "") for node in _scalars(said))
        for exception in items(duty, "exceptions"):
            yield from (
                (f"{_word(duty, 'id')} ({_word(exception, 'id')})", node, "")
                for node in _scalars(at(exception, "when"))
            )


def _limits(path: str, text: str, root: Node, library: Library) -> Iterator[Edit]:
    """Twice as much time, in the value that is in force last."""
    used = {duty.within.parameter for duty in library.duties.values() if duty.within}
    for parameter in items(root, "parameters"):
        if (id := _word(parameter, "id")) in used:
            node = at(items(parameter, "values")[-1], "value")
            longer = str(2 * int(node.value))
            yield Edit("limit", id, f"{id} is {longer} instead of {node.value}", path, _cut(text, node, longer))


def get(node: Node, key: str) -> Node | None:
    """What stands under a key; None where it does not stand."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def at(node: Node, key: str) -> Node:
    found = get(node, key)
    assert found is not None
    return found


def items(node: Node, key: str) -> list[Node]:
    """The items of a list; none where there is no such list."""
    found = get(node, key)
    return list(found.value) if isinstance(found, yaml.SequenceNode) else []


def _word(node: Node, key: str) -> str:
    return str(at(node, key).value)


def _scalars(node: Node) -> list[yaml.ScalarNode]:
    if isinstance(node, yaml.SequenceNode):
        return [one for inner in node.value for one in _scalars(inner)]
    return [node] if isinstance(node, yaml.ScalarNode) else []


def _cut(text: str, node: Node, new: str) -> bytes:
    return (text[: node.start_mark.index] + new + text[node.end_mark.index :]).encode()


def _without(text: str, item: Node) -> bytes:
    """The text without the lines of an item of a list."""
    lines = text.splitlines(keepends=True)
    del lines[item.start_mark.line : _last(item) + 1]
    return "".join(lines).encode()


def _last(node: Node) -> int:
    """The line on which an item ends: a block ends, for its reader, only where the next begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        ends = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
        return max(_last(part) for part in ends)
    return int(node.end_mark.line)
