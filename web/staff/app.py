"""The staff pages as a Flask application: blueprints, headers, what every template may use, error pages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request, url_for
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, Undefined
from jinja2.utils import missing

from engine.desk import Desk
from web.admin import centres as admin_centres
from web.admin import people as admin_people
from web.headers import RETRY_SECONDS, SECURITY_HEADERS, STATIC_CACHE
from web.people import People
from web.settings import Settings
from web.staff import (
    account,
    arrival,
    board,
    case,
    correct,
    drafts,
    duties,
    errors,
    guard,
    help,
    identity,
    left_out,
    rota,
    signin,
    task,
    work,
)
from web.staff.answers import renewed
from web.staff.parts import hand_over, library, settings
from web.staff.posted import MOST_FIELDS, Posted
from web.staff.squeeze import squeeze
from web.staff.unsent import address, begun, opening
from web.words import NAMES, UNREVIEWED

WEB = Path(__file__).resolve().parent.parent


class Careful(Undefined):
    """What is missing of a macro's params is empty (the govuk macros rely on it); what is missing of one of our
    own values is a fault, said at once."""

    def __init__(self, hint: str | None = None, obj: object = missing, *rest: Any, **named: Any) -> None:
        super().__init__(hint, obj, *rest, **named)
        if obj is not missing and not isinstance(obj, Mapping):
            self._fail_with_undefined_error()


def create_staff_app(desk: Desk, people: People, chosen: Settings) -> Flask:
    """The staff pages over a Desk; every path they answer is listed in the blueprints."""
    app = Flask("web.staff", static_folder=str(WEB / "static"), static_url_path="/static", template_folder=None)
    app.request_class = Posted
    app.config.update(
        MAX_CONTENT_LENGTH=chosen.body_kilobytes * 1024,
        MAX_FORM_MEMORY_SIZE=chosen.body_kilobytes * 1024,
        MAX_FORM_PARTS=MOST_FIELDS,
        TRUSTED_HOSTS=list(chosen.trusted_hosts),
        SEND_FILE_MAX_AGE_DEFAULT=None,
    )
    hand_over(app, desk, people, chosen)
    _templates(app)
    guard.watch(app)
    app.after_request(squeeze)
    app.after_request(_headers)  # runs before it: the last one registered is the first
    errors.register(app)
    for part in (
        signin,
        work,
        task,
        arrival,
        case,
        identity,
        correct,
        left_out,
        drafts,
        board,
        duties,
        rota,
        help,
        account,
        admin_people,
        admin_centres,
    ):
        app.register_blueprint(part.pages)
    app.add_url_rule("/", "home", guard.action(guard.OWN)(lambda: guard.away(guard.home(guard.signed().person))))
    return app


def _templates(app: Flask) -> None:
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader([WEB / "staff" / "templates", WEB / "admin" / "templates"]),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.undefined = Careful
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_for_templates)


def _for_templates() -> dict[str, object]:
    return {
        "t": g.show.words,
        "show": g.show,
        "signed": g.get("signed"),
        "demo": not settings().production,
        "lock_seconds": settings().lock_minutes * 60,
        "language_names": NAMES,
        "unreviewed": _unreviewed(g.show.words.language),
        "static": _static_url,
        "may": guard.may,
        "address": address,
        "opening": opening,
        "renewed": renewed,
        "begun": begun,
    }


def _unreviewed(language: str) -> bool:
    """Whether words of ours or, for those who see them, of the content still wait for a native speaker."""
    inside = g.get("signed") is not None
    return language in UNREVIEWED or (inside and language in library().pathway.unreviewed)


@cache
def _version(name: str) -> str:
    return hashlib.sha256((WEB / "static" / name).read_bytes()).hexdigest()[:12]


def _static_url(name: str) -> str:
    """The address of an unchanging file: a new content has a new address, so browsers may keep it."""
    return url_for("static", filename=name, v=_version(name))


def _headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers[name] = value
    if response.status_code == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    if request.endpoint == "static" and response.status_code == 200:
        response.headers["Cache-Control"] = STATIC_CACHE
    else:
        response.vary.update(("HX-Request", "Cookie"))
    return response
