"""Help: the pages in a few sentences, the keys, and what the marks mean."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.staff.guard import OWN, action

pages = Blueprint("help", __name__)


@pages.get("/help")
@action(OWN)
def show_help() -> str:
    return render_template("help.html")
