"""What came of looking: a table of kinds and who noticed, and what nobody noticed, as text and as docs/mutants.md."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml

from engine.library import Library
from tests.mutants.edit import KINDS, Edit
from tests.mutants.noticing import WHO, Noticed
from tests.walk import ROOT

PAPER = ROOT / "docs" / "mutants.md"
REASONS = Path(__file__).with_name("reasons.yaml")
MARK = "<!-- measured -->\n"
"""What follows it is written anew."""
Found = Sequence[tuple[Edit, Noticed]]


def commit() -> str:
    """What was looked at; says so when content or code were changed since."""

    def git(*words: str) -> str:
        command = ["git", "-c", "safe.directory=*", *words]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ":/", f":(exclude,top)docs/{PAPER.name}")
    return git("rev-parse", "--short=10", "HEAD") + (" and changes" if changed else "")


BEGUN_AT = commit()
"""What was checked out when a run, which takes long, began."""


def table(found: Found, of: Mapping[str, int]) -> Iterator[str]:
    """Who noticed how many of each kind; `of` says how many edits of a kind there are."""
    counts = Counter((edit.kind, noticed.who) for edit, noticed in found)
    looked = Counter(edit.kind for edit, _ in found)
    yield f"| edit | looked at | {' | '.join(WHO)} |"
    yield "|---|---|" + "---|" * len(WHO)
    for kind, words in KINDS.items():
        cells = [str(counts[kind, who] or "") for who in WHO]
        share = f"{looked[kind]} of {of[kind]}" if looked[kind] < of[kind] else f"all {of[kind]}"
        yield f"| {words} | {share} | {' | '.join(cells)} |"
    sums = [str(sum(counts[kind, who] for kind in KINDS)) for who in WHO]
    yield f"| together | {len(found)} of {sum(of.values())} | {' | '.join(sums)} |"


def unnoticed(found: Found) -> list[Edit]:
    """What nobody noticed, dropped steps first."""
    kinds = list(KINDS)
    return sorted((edit for edit, one in found if one.who == "nobody"), key=lambda edit: kinds.index(edit.kind))


def reasons() -> dict[str, str]:
    """Why a step may be missed by nobody, by its id."""
    return dict(yaml.safe_load(REASONS.read_text(encoding="utf-8")) or {})


def missed_steps(found: Found, library: Library) -> Iterator[str]:
    """The dropped steps that nobody missed, with what was said about each."""
    said = reasons()
    names = {id: one.name for diagram in library.pathway.diagrams.values() for id, one in diagram.elements.items()}
    yield "| step | in | why nobody needs to miss it |"
    yield "|---|---|---|"
    for edit in unnoticed(found):
        if edit.kind == "step":
            yield f"| `{edit.element}`: {names[edit.element]} | {Path(edit.path).stem} | {said.get(edit.element, '')} |"


def write(found: Found, of: Mapping[str, int], library: Library, seconds: float, command: str) -> None:
    """Writes what was measured into the paper, below its mark."""
    before, mark, _ = PAPER.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise ValueError(f"Expected {MARK.strip()} in {PAPER.name}")
    others = [f"- {edit.what}" for edit in unnoticed(found) if edit.kind != "step"]
    lines = [
        f"Commit {BEGUN_AT}, {datetime.now(UTC):%Y-%m-%d}, `{command}`, {seconds / 60:.0f} minutes.",
        "",
        *table(found, of),
        "",
        "## Steps that nobody would miss",
        "",
        *missed_steps(found, library),
        "",
        "## Other edits that nobody noticed",
        "",
        *(others or ["None of those looked at."]),
    ]
    PAPER.write_text(before + mark + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
