"""The password, asked again before an account is changed, unless it was given a moment ago."""

from __future__ import annotations

from flask import g, render_template, request

from engine.clock import now
from engine.model import Refusal
from web.staff.guard import signed, token
from web.staff.parts import people

_OWN = frozenset({"csrf", "password"})


def asking_password() -> tuple[str, int] | None:
    """The page that asks for it and then sends the same form once more; None when all may go on."""
    if signed().just_confirmed(now()):
        return None
    refused = None
    given = request.form.get("password", "")
    if given:
        try:
            people().unlock(token(), given, now())
        except Refusal as why:
            refused = why
        else:
            g.signed = people().session(token(), now())
            return None
    fields = [(name, text) for name, text in request.form.items(multi=True) if name not in _OWN]
    return render_template("confirm.html", fields=fields, refused=refused), refused.status if refused else 401
