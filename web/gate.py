"""What every request passes before either face sees it: host, size, who really asks, headers, one log line."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from contextlib import nullcontext
from urllib.parse import unquote_to_bytes

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.clock import Now, using
from web.api.app import PREFIX
from web.api.problems import problem
from web.bare import LANGUAGE_COOKIE, REFUSED, bare_page
from web.headers import SECURITY_HEADERS
from web.settings import Settings

_log = structlog.get_logger("isange.request")
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?")
HIGHEST_PORT = 65535
UNGUARDED = frozenset({"/api/v1/health", "/api/v1/ready"})
"""What a monitor on this machine may ask without TLS: it tells nothing of anyone."""
BRING_CONTENT = frozenset({"/api/v1/checks", "/api/v1/drills"})
"""What may be sent a whole folder of content."""
BARE = {"unknown_host": "error.421", "tls_needed": "error.tls"}
"""Refusals that are told without asking the house, which must not be known there -> their words."""


class Gate:
    """ASGI middleware around both faces.

    A host that is not served, an address that is no readable text or no path, plain HTTP in production, a body
    without a length or larger than the settings say, is refused here. Where the house may be asked who reads it, a
    page of its own tells people so.
    Of `X-Forwarded-For` only the entries of our own proxies are believed. With `clock`, time within a
    request is that one's (tests move it)."""

    def __init__(self, app: ASGIApp, settings: Settings, clock: Now | None = None) -> None:
        self._app = app
        self._hosts = frozenset(settings.trusted_hosts)
        self._largest = settings.body_kilobytes
        self._largest_page = settings.page_kilobytes
        self._largest_content = settings.content_kilobytes
        self._proxies = settings.proxies
        self._tls_only = settings.production
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # lifespan; there are no web sockets
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        scope = self._true_client(scope)
        refusal = self._refusal(scope)
        with using(self._clock) if self._clock else nullcontext():
            if isinstance(refusal, int):
                await self._app(_told(scope, refusal), receive, answer)
            else:
                await (refusal or self._app)(scope, receive, answer)
        took = round((time.perf_counter() - start) * 1000)
        _log.info("request", method=scope["method"], path=scope["path"], status=status, ms=took)

    def _refusal(self, scope: Scope) -> Response | int | None:
        """What is answered instead of the faces; the status alone, where a page of the house tells it."""
        headers = Headers(scope=scope)
        if not self._is_served(headers.get("host", "").lower()):
            return _no(
                scope, 421, "unknown_host", "This host name is not served here. The administrator lists it in "
                "ISANGE_TRUSTED_HOSTS"
            )  # fmt: skip
        if not _readable(scope.get("raw_path", b"")) or not _readable(scope["query_string"]):
            return _no(scope, 400, "invalid_request", "The address holds what is no text")
        if not scope["path"].startswith("/"):  # neither face is asked
            return _no(scope, 400, "invalid_request", "The address does not begin with a slash")
        if self._tls_only and scope["scheme"] != "https" and scope["path"] not in UNGUARDED:
            return _no(
                scope, 403, "tls_needed", "Passwords and cases cross no network in plain HTTP. Use https; the "
                "administrator lets the TLS proxy send `X-Forwarded-Proto: https` and sets ISANGE_PROXIES"
            )  # fmt: skip
        length = headers.get("content-length")
        if length is None and "transfer-encoding" in headers:
            return _no(scope, 411, "length_required", "Send the body with its Content-Length")
        largest = self._largest_of(scope["path"])
        if length is not None and not (length.isdecimal() and int(length) <= largest * 1024):
            return _no(scope, 413, "too_large", f"Send at most {largest} kB")
        return None

    def _largest_of(self, path: str) -> int:
        """Kilobytes; pages give what is too long back to its writer, up to a length."""
        if not _is_api(path):
            return self._largest_page
        return self._largest_content if path in BRING_CONTENT else self._largest

    def _is_served(self, host: str) -> bool:
        named = _HOST.fullmatch(host)
        return named is not None and named["name"] in self._hosts and int(named["port"] or 0) <= HIGHEST_PORT

    def _true_client(self, scope: Scope) -> Scope:
        """The scope with the address that our outermost proxy saw, and without headers that anyone can send."""
        headers = Headers(scope=scope)
        scope = dict(scope)
        if self._proxies:
            said = _listed(headers.getlist("x-forwarded-for"))
            if len(said) >= self._proxies:
                scope["client"] = (said[-self._proxies], 0)
            scheme = _listed(headers.getlist("x-forwarded-proto"))
            if scheme and scheme[-1] in ("http", "https"):
                scope["scheme"] = scheme[-1]
        scope["headers"] = [
            pair for pair in scope["headers"] if not pair[0].startswith((b"x-forwarded-", b"forwarded"))
        ]
        return scope


def _no(scope: Scope, status: int, code: str, message: str) -> Response | int:
    """The refusal: for programs as the API says it; for people a page in their language, or the status that a page of
    the house tells."""
    if _is_api(scope["path"]):
        return problem(status, code, message)
    if code not in BARE:
        return status
    language = HTTPConnection(scope).cookies.get(LANGUAGE_COOKIE, "en")
    return HTMLResponse(bare_page(BARE[code], language, message), status)


def _told(scope: Scope, status: int) -> Scope:
    """The request by which a page of the house tells its person this status: it holds nothing of what was refused."""
    kept = [pair for pair in scope["headers"] if not pair[0].startswith((b"content-", b"transfer-"))]
    page = {"method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "headers": kept}
    return {**scope, **page, REFUSED: status}


def _is_api(path: str) -> bool:
    return path.startswith(f"{PREFIX}/")


def _readable(part: bytes) -> bool:
    """Whether a part of an address is text without control characters, once its percent signs are resolved."""
    try:
        text = unquote_to_bytes(part.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        return False
    return not any(letter < " " or letter == "\x7f" for letter in text)


def _listed(values: Iterable[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]
