"""Serves a house: its two faces in one process, with the worker beside them."""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import uvicorn
from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from web.api.app import PREFIX, create_api
from web.gate import Gate
from web.house import House, work
from web.settings import SettingsError
from web.staff.app import create_staff_app

STAFF_THREADS = 16
STOP_SECONDS = 5


def asgi(house: House) -> ASGIApp:
    """Both faces as one ASGI application; while it runs, so does the worker (unless the settings say no)."""
    api = create_api(house.desk, house.people, house.store, house.runs)
    staff = create_staff_app(house.desk, house.people, house.settings)
    pages = WSGIMiddleware(cast(Any, staff), workers=STAFF_THREADS)  # the library's types are of no typing that we know
    routes = [Mount(PREFIX, api), Mount("/", cast(ASGIApp, pages))]
    return Gate(Starlette(routes=routes, lifespan=lambda _: _working(house)), house.settings, house.clock)


@asynccontextmanager
async def _working(house: House) -> AsyncIterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(house, stop), name="isange-worker", daemon=True)
    if house.settings.worker:
        thread.start()
    yield
    stop.set()
    if house.settings.worker:
        thread.join(STOP_SECONDS)


class _Server(uvicorn.Server):
    """Says when it listens, and where (port 0 takes a free one)."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[str], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            host, port, *_ = self.servers[0].sockets[0].getsockname()
            self._listening(f"http://{host}:{port}")


def serve(house: House, listener: socket.socket, listening: Callable[[str], None]) -> None:
    """Serves until the process is told to stop; `listening` is called with the address once it answers."""
    _Server(_config(house), listening).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A socket whose connections send at once what is written to them: an answer is written in two parts, and without
    this the second would wait 40 ms for the first to be acknowledged. Raises SettingsError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise SettingsError(
            f"Port {port} on {host} cannot be had: another program may use it. Stop that one, or choose another port, "
            "with --port or as `make run PORT=...`"
        ) from error
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _config(house: House) -> uvicorn.Config:
    return uvicorn.Config(
        asgi(house),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
