"""Checking and drilling content: what is posted, or an edition that was published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, model_validator

from engine.model import Problem, Refusal
from web.api.guard import Caller, Guarded, House, Parts, action
from web.api.reports import CheckShape, DrillsShape
from web.api.requests import Sent

router = APIRouter(tags=["content"], route_class=Guarded)
MOST_FILES = 500
LONGEST_FILE = 1_000_000
FEATURES = "features/"
FilePath = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^(pathways|rules|forms|features)(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){1,4}$",
        description="As in a content folder: pathways/isange.yaml",
    ),
]
FileText = Annotated[str, Field(max_length=LONGEST_FILE)]
Word = Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]


class Content(Sent):
    """A content folder as files, or a published edition."""

    files: Annotated[
        dict[FilePath, FileText],
        Field(max_length=MOST_FILES, description="A content folder: its texts by path. Left out: a published edition"),
    ] = {}
    edition: Annotated[
        str | None, Field(max_length=100, pattern=r"^[\w.:-]+$", description="A published edition; the newest, if none")
    ] = None
    jurisdiction: Annotated[Word | None, Field(description="Folder of `rules/` in `files`; the house's, if none")] = (
        None
    )

    @model_validator(mode="after")
    def _holds_together(self) -> Content:
        split = [path.split("/") for path in self.files]
        folders = {"/".join(parts[:depth]) for parts in split for depth in range(1, len(parts))}
        if folders & self.files.keys():
            raise ValueError("Expected files in folders, but a path is both")
        if self.own and self.edition is not None:
            raise ValueError("Expected either files of the content or an edition")
        if not self.own and self.jurisdiction is not None:
            raise ValueError("An edition has its jurisdiction; name one only with files of the content")
        return self

    @property
    def own(self) -> bool:
        """Whether content is posted, and not drills alone."""
        return any(not path.startswith(FEATURES) for path in self.files)


class Check(Content):
    """What to check."""


class Drill(Content):
    """What to drill, and with which drills."""

    drills: Annotated[
        list[FilePath],
        Field(max_length=MOST_FILES, description="Feature files: features/d04_eighteen_today.feature. Empty: all"),
    ] = []


@router.post("/checks", summary="Check content: what is wrong with it, and which duties it keeps")
@action("content.check")
def check(body: Check, house: House, caller: Caller) -> CheckShape:
    house.desk.require(caller.person, "content.check")
    files, jurisdiction = _content(house, body)
    return CheckShape.model_validate(house.runs.check(files, jurisdiction))


@router.post("/drills", summary="Run drills on content: yours or the house's, on your content or a published edition")
@action("content.drill")
def drill(body: Drill, house: House, caller: Caller) -> DrillsShape:
    house.desk.require(caller.person, "content.drill")
    files, jurisdiction = _content(house, body)
    return DrillsShape.model_validate(house.runs.drill(files, jurisdiction, body.drills))


def _content(house: Parts, body: Content) -> tuple[Mapping[str, bytes], str]:
    """The files and their jurisdiction; raises Refusal `invalid_answers` for an edition that is not there, or for a
    folder without files: whoever sends one means their own."""
    if "files" in body.model_fields_set and not body.files:
        problem = Problem("files", "empty", "Send the texts of the folder by path; leave `files` out for an edition")
        raise Refusal("invalid_answers", "No file was sent", problems=(problem,))
    files = {path: text.encode() for path, text in body.files.items()}
    if body.own:
        return files, body.jurisdiction or house.runs.jurisdiction
    kept = house.store.edition_files(body.edition or house.desk.library().digest)
    if kept is None:
        problem = Problem("edition", "unknown", "GET /editions lists what is published")
        raise Refusal("invalid_answers", "There is no such edition", problems=(problem,))
    jurisdiction, published = kept
    return {**published, **files}, jurisdiction
