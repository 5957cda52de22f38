"""The house itself: published editions, is it alive, is it ready."""

from __future__ import annotations

from fastapi import APIRouter

from engine.model import Refusal
from web.api.guard import PUBLIC, Guarded, House, action
from web.api.views import EditionShape, EditionsShape, StateShape

router = APIRouter(tags=["house"], route_class=Guarded)


@router.get("/editions", summary="The published editions of pathways, rules and forms")
@action("edition.read")
def editions(house: House) -> EditionsShape:
    kept = house.store.editions()
    return EditionsShape(
        editions=[
            EditionShape(edition=digest, jurisdiction=pack, author=author, approver=approver, published_at=at)
            for digest, pack, author, approver, at in kept
        ]
    )


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
