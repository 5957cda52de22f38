"""What docs/api.md shows is so: its example runs against a house and prints what the page says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.walk import ROOT
from tests.web.running import CENTRE, PASSWORD, Hands, house_at, served
from web import demo
from web.tokens import SCOPES

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
DEMO = {"http://127.0.0.1:8000": "", demo.PASSWORD: PASSWORD, demo.CENTRES[0].id: CENTRE}
"""What stands on the page, of the house of `make run` -> what it is in this test's house."""


def blocks(language: str) -> str:
    return "".join(re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def test_the_example_of_the_manual_does_and_prints_what_the_page_says(sqlite_url: str, tmp_path: Path) -> None:
    with house_at(sqlite_url, "", Hands()) as house, served(house) as address:
        program, printed = blocks("python"), blocks("text")
        for shown, here in DEMO.items():
            assert shown in program
            program = program.replace(shown, here or address.url)
            printed = printed.replace(shown, here)
        (tmp_path / "example.py").write_text(program, encoding="utf-8")
        done = subprocess.run([sys.executable, tmp_path / "example.py"], capture_output=True, text=True)

    assert done.stderr == ""
    assert done.stdout == printed
    assert printed.count("\n") > 10


def test_the_manual_names_every_scope() -> None:
    assert [scope for scope in sorted(SCOPES) if f"`{scope}`" not in PAGE] == []
