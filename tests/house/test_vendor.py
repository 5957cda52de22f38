"""What we took from others and serve to browsers is byte for byte what we took; the rest is written here."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

import pytest

from tests.house.source import ROOT

STATIC = ROOT / "web/static"
OURS = {"first.js", "isange.css", "isange.js", "mark.svg"}
TAKEN = json.loads((STATIC / "vendor.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("one", TAKEN, ids=lambda one: one["file"])
def test_a_file_of_others_is_what_we_took(one: dict[str, str]) -> None:
    assert hashlib.sha256((STATIC / one["file"]).read_bytes()).hexdigest() == one["sha256"]
    assert one["licence"]
    assert one["version"]


def test_every_file_that_browsers_get_is_ours_or_listed() -> None:
    served = Counter(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file())

    assert served == Counter([*OURS, *(one["file"] for one in TAKEN), "vendor.json"])


def test_nothing_that_browsers_get_comes_from_elsewhere_or_runs_text() -> None:
    ours = {name: (STATIC / name).read_text(encoding="utf-8") for name in OURS}

    assert [name for name, text in ours.items() if "https://" in text or "//fonts" in text or "eval(" in text] == []
