"""A page that needs no house: what people read when a request is refused before anyone knows who asks."""

from __future__ import annotations

from markupsafe import escape

from web.words import Words

LANGUAGE_COOKIE = "isange-language"
"""The language that this browser chose last: of every page before somebody is signed in."""
REFUSED = "isange.refused"
"""The status of what the gate refuses, in the scope of the request by which a page of the house tells it."""


def bare_page(key: str, language: str, for_the_administrator: str = "") -> str:
    """What happened and what to do, in the words of `key` and `key.do`; what only an administrator can use stays in
    English, and says so to screen readers."""
    words = Words(language)
    more = f'<p class="quiet" lang="en">{escape(for_the_administrator)}</p>' if for_the_administrator else ""
    return (
        f'<!DOCTYPE html><html lang="{words.language}" dir="ltr"><head><meta charset="utf-8">'
        f"<title>{escape(words('error'))}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/static/govuk.css"><link rel="stylesheet" href="/static/isange.css"></head>'
        '<body class="govuk-template__body"><div class="govuk-width-container"><main class="govuk-main-wrapper one">'
        f'<h1 class="govuk-heading-l">{escape(words(key))}</h1><p class="govuk-body">{escape(words(f"{key}.do"))}</p>'
        f"{more}</main></div></body></html>"
    )
