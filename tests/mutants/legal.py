"""Changes that change nothing a duty speaks of: whoever makes one must not be alarmed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from tests.mutants.edit import Edit
from tests.walk import shipped

CLOSURE, MEDICAL = (f"pathways/bpmn/{name}.bpmn" for name in ("closure", "medical_care"))
LAW, DECISIONS, STARTS = "rules/rwanda/law.yaml", "rules/rwanda/decisions.yaml", "rules/common/starts.yaml"
FAREWELL = "forms/farewell.json"
WORDS = (
    ("a step is called otherwise", CLOSURE, 'name="Say how to come back"', 'name="Say goodbye"'),
    ("a box is moved", CLOSURE, '<dc:Bounds x="636"', '<dc:Bounds x="640"'),
    ("a diagram has a comment", CLOSURE, "    <bpmn:laneSet", "    <!-- who does what -->\n    <bpmn:laneSet"),
    ("rules have a comment", LAW, "duties:\n", "duties:\n# Not advice.\n"),
    (
        "a and b is written b and a",
        STARTS,
        "when: \"danger_again == 'yes' and act.safety.decided\"",
        "when: \"act.safety.decided and danger_again == 'yes'\"",
    ),
    (
        "x != y is written not (x == y)",
        STARTS,
        "cancel_when: \"wants_psychosocial != 'yes' and",
        "cancel_when: \"not (wants_psychosocial == 'yes') and",
    ),
    (
        "a or b is written b or a",
        STARTS,
        "cancel_when: \"life_threat == 'no' or survivor_arrived == 'yes'\"",
        "cancel_when: \"survivor_arrived == 'yes' or life_threat == 'no'\"",
    ),
    (
        "values are listed in another order",
        LAW,
        "when: \"now.protection in ('child', 'unestablished')\"",
        "when: \"now.protection in ('unestablished', 'child')\"",
    ),
    (
        "keys of a duty stand in another order",
        LAW,
        "  severity: block\n  holder: medical\n  group: telling\n",
        "  group: telling\n  holder: medical\n  severity: block\n",
    ),
    (
        "a duty is called otherwise",
        LAW,
        "A child hears from us before the police do",
        "The child hears it from us first",
    ),
)


def legal() -> Iterator[Edit]:
    """Each as an edit, of a kind of its own."""
    files = shipped().files
    for did, path, old, new in WORDS:
        before = files[path].decode()
        assert old in before, f"{path} does not say {old}"
        yield Edit("legal", "", did, path, before.replace(old, new, 1).encode())
    yield _rows(files)
    yield _question(files)


def _rows(files: Mapping[str, bytes]) -> Edit:
    """The last two rows of a table change places."""
    head, table, rest = files[DECISIONS].decode().partition("- id: pep_way\n")
    rows, end, others = rest.partition("\n\n")
    first, *parts = rows.split("  - when:")
    parts = [part.rstrip("\n") + "\n" for part in parts]
    parts[-2:] = reversed(parts[-2:])
    said = "  - when:".join([first, *parts]).rstrip("\n")
    return Edit("legal", "", "rows stand in another order", DECISIONS, (head + table + said + end + others).encode())


def _question(files: Mapping[str, bytes]) -> Edit:
    """The farewell asks, too, for a note that nobody has to write."""
    note = "closure_note"
    form, other = json.loads(files[FAREWELL]), json.loads(files["forms/closure_review.json"])
    form["schema"]["properties"][note] = other["schema"]["properties"][note]
    form["uischema"]["elements"] += [one for one in other["uischema"]["elements"] if one["scope"].endswith(f"/{note}")]
    for language, texts in form["texts"].items():
        texts |= {key: text for key, text in other["texts"][language].items() if key.startswith(note)}
    return Edit("legal", "", "a form asks one question more, as it likes", FAREWELL, json.dumps(form).encode())
