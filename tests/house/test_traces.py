"""No file that we keep betrays the machine it was written on, or holds a secret."""

from __future__ import annotations

import re

from tests.house.source import ROOT, tracked

TRACES = {
    "a folder of somebody's machine": re.compile(rb"(?<![\w.])/(?:work|root|home|Users|opt)/[\w.-]"),
    "an address of a package registry": re.compile(rb"(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:org|com)"),
    "a private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}
SELF = "tests/house/test_traces.py"


def test_no_file_betrays_where_it_was_written() -> None:
    found = [
        f"{path}: {what}"
        for path in tracked()
        if path.as_posix() != SELF
        for what, pattern in TRACES.items()
        if pattern.search((ROOT / path).read_bytes())
    ]

    assert found == []


def test_the_search_finds_what_it_is_for() -> None:
    examples = [b"see /root/x", b"https://files.pythonhosted.org/x", b"-----BEGIN EC PRIVATE KEY-----"]

    assert [any(p.search(example) for p in TRACES.values()) for example in examples] == [True] * 3
