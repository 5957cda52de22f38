"""The duties of the rules in plain sentences, to be read by whoever answers for them."""

from __future__ import annotations

import unicodedata

from flask import Blueprint, g, render_template, request

from engine.views import SaidDuty
from web.staff.guard import action, signed
from web.staff.parts import desk

pages = Blueprint("duties", __name__)
LONGEST = 100
"""Characters of a search."""
SHORT = 12
"""Characters by which an edition is called, as `isange editions` does."""


@pages.get("/duties")
@action("content.check")
def list_duties() -> str:
    """All duties, or those in which every word of the search stands."""
    asked = request.args.get("find", "").strip()[:LONGEST]
    said = desk().said_duties(signed().person)
    wanted = _plain(asked).split()
    found = [duty for duty in said.duties if all(word in _plain(_shown(duty)) for word in wanted)]
    return render_template(
        "duties.html",
        said=said,
        duties=found,
        asked=asked,
        edition=said.edition[:SHORT],
        proposals=sum(not duty.verified for duty in said.duties),
        proved=sum(duty.proof == "proved" for duty in said.duties),
    )


def _shown(duty: SaidDuty) -> str:
    """All words of a duty on the page."""
    show = g.show
    kinds = (show.words(f"duties.kind.{duty.kind}"), show.words(f"duties.severity.{duty.severity}"))
    status = "" if duty.verified else show.words("duties.proposal")
    status += f" {show.words(f'duties.proof.{duty.proof}')}" if duty.proof else ""
    texts = (show.of(duty.title), show.of(duty.sentence), show.of(duty.holder_title), duty.cite, duty.quote, duty.rule)
    return " ".join((*texts, *kinds, status))


def _plain(text: str) -> str:
    """Without capitals and accents, so that nobody need type them."""
    letters = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
