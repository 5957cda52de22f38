"""Nothing in the code runs text as code, reads a clock of its own, or hides what it is for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT, dotted, python

RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "code"}
WANTS_CONSTANT = {"render_template_string", "from_string", "Markup", "exec_driver_sql", "literal_column", "text"}
"""Calls that take a template, markup or SQL: safe only when it is written out in the code."""
READS_THE_TIME = {
    *(
        f"{name}.{call}"
        for name in ("datetime", "dt.datetime", "datetime.datetime")
        for call in ("now", "utcnow", "today")
    ),
    *("date.today", "datetime.date.today", "time.time", "time.time_ns", "time.localtime", "time.gmtime"),
}
CLOCK = Path("engine/clock.py")
OURS = {("engine/store/sealed.py", "literal_column"): "the name of one of our own tables"}
"""(module, call) -> what it writes into SQL or HTML although it is not a constant."""


def written_out(node: ast.expr) -> bool:
    """True for a constant, or a choice between constants."""
    if isinstance(node, ast.IfExp):
        return written_out(node.body) and written_out(node.orelse)
    return isinstance(node, ast.Constant)


def unsafe(path: Path, tree: ast.Module) -> Iterator[str]:
    """Where a module runs text as code, or makes a template, markup or SQL from pieces."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = dotted(node.func).rpartition(".")[2]
            if isinstance(node.func, ast.Name) and name in RUNS_TEXT:
                yield f"{path}:{node.lineno} calls {name}()"
            known = (path.as_posix(), name) in OURS or (name == "text" and not imports(tree, "sqlalchemy"))
            if name in WANTS_CONSTANT and node.args and not written_out(node.args[0]) and not known:
                yield f"{path}:{node.lineno} makes what {name}() takes from pieces"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for module in modules(node):
                if module in UNSAFE_MODULES:
                    yield f"{path}:{node.lineno} imports {module}"


def modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Top-level names of the packages that a statement imports from."""
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return [name.partition(".")[0] for name in names]


def imports(tree: ast.Module, package: str) -> bool:
    return any(isinstance(node, ast.Import | ast.ImportFrom) and package in modules(node) for node in ast.walk(tree))


def own_clocks(path: Path, tree: ast.Module) -> Iterator[str]:
    """Where a module asks the system what time it is instead of engine.clock."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node) in READS_THE_TIME:
            yield f"{path}:{node.lineno} reads {dotted(node)}; ask engine.clock.now()"


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')",
        "exec(words)",
        "import pickle",
        "from marshal import loads",
        "render_template_string(words)",
        "flask.render_template_string(words)",
        "Markup(words)",
        "from sqlalchemy import text; text(f'SELECT {name}')",
        "import sqlalchemy; sqlalchemy.text('SELECT ' + name)",
        "connection.exec_driver_sql(words)",
    ],
)
def test_the_search_for_unsafe_code_finds(text: str) -> None:
    assert list(unsafe(Path("example.py"), ast.parse(text)))


@pytest.mark.parametrize("text", ["datetime.now(UTC)", "time.time()", "clock = datetime.utcnow", "date.today()"])
def test_the_search_for_clocks_finds(text: str) -> None:
    assert list(own_clocks(Path("example.py"), ast.parse(text)))


def test_nothing_runs_text_as_code() -> None:
    found = [one for path, tree in python("engine", "web") for one in unsafe(path, tree)]

    assert found == []


def test_only_the_clock_knows_the_time() -> None:
    found = [one for path, tree in python("engine", "web") if path != CLOCK for one in own_clocks(path, tree)]

    assert found == []


def test_no_template_switches_escaping_off() -> None:
    off = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\(")
    templates = [path for folder in ("engine", "web") for path in (ROOT / folder).rglob("*.html")]

    assert [str(path) for path in templates if off.search(path.read_text(encoding="utf-8"))] == []


def test_every_module_says_in_a_sentence_what_it_is_for() -> None:
    wanting = []
    for path, tree in python("engine", "web", "tests", "benchmarks", "docs"):
        first = (ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")
        if tree.body and not (re.match(r"[A-Z`]", first) and re.search(r"[.:!]\)?$", first)):
            wanting.append(f"{path}: begin with one sentence that says its duty, ending with a full stop")

    assert wanting == []
