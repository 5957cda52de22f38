"""The house itself: published editions, is it alive, is it ready."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from engine.model import Refusal
from web.api.guard import PUBLIC, Guarded, House, action
from web.api.pages import MOST, Cursor, Cursors, Id, Limit, PageShape, no_cursor
from web.api.reading import LISTED, Asked
from web.api.reports import ProofRecordShape

router = APIRouter(tags=["house"], route_class=Guarded)
CURSORS: Cursors[str] = Cursors("editions", Id)


class EditionShape(BaseModel):
    """A published edition of pathways, rules and forms."""

    edition: Annotated[str, Field(description="The sha256 that names it")]
    jurisdiction: str
    author: str
    approver: str
    published_at: datetime


class EditionsShape(PageShape):
    editions: Annotated[list[EditionShape], Field(description="Newest first: new cases open on the first")]


class StateShape(BaseModel):
    status: Literal["ok"] = "ok"


@router.get(
    "/editions",
    summary="The published editions of pathways, rules and forms",
    response_model=EditionsShape,
    responses=LISTED,
)
@action("edition.read")
def editions(house: House, asked: Asked, limit: Limit = MOST, cursor: Cursor = None) -> Response:
    kept = house.store.editions()
    digests = [digest for digest, *_ in kept]
    after = CURSORS.read(cursor)
    if after is not None and after not in digests:
        raise no_cursor()
    start = 0 if after is None else digests.index(after) + 1
    shown = [
        EditionShape(edition=digest, jurisdiction=pack, author=author, approver=approver, published_at=at)
        for digest, pack, author, approver, at in kept[start : start + limit]
    ]
    more = start + limit < len(kept)
    asked.draw(EditionsShape(editions=shown, next=CURSORS.write(shown[-1].edition if more else None)))
    return asked.answer()


@router.get("/editions/{edition}/proof", summary="What was proved of an edition before it was published")
@action("edition.read")
def proof(house: House, edition: Annotated[str, Path(max_length=100, pattern=r"^[0-9a-f]+$")]) -> ProofRecordShape:
    kept = house.store.edition_proof(edition)
    if kept is None:
        raise Refusal("not_found", "There is no proof record of this edition: GET /editions lists them", status=404)
    return ProofRecordShape.model_validate_json(kept)


@router.get("/health", summary="Is the program alive?")
@action(PUBLIC)
def health() -> StateShape:
    return StateShape()


@router.get("/ready", summary="Can it work: does the database answer, with the newest schema?")
@action(PUBLIC)
def ready(house: House) -> StateShape:
    if not house.store.ready():
        raise Refusal("busy", "The database does not answer, or `isange migrate-database` is due", status=503)
    return StateShape()
