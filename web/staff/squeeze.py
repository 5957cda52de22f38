"""Sends texts gzipped to browsers that take it: centres are on slow links.

A page never repeats what an address brought along, and its cookie stays away from requests of other sites,
so the length of a page tells nobody anything.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Response, request

SMALLEST = 500
"""Bytes below which it is not worth it."""
_TEXTS = ("text/", "application/javascript", "image/svg+xml")


def squeeze(response: Response) -> Response:
    """The same response, its text gzipped where that helps."""
    response.vary.add("Accept-Encoding")
    takes = "gzip" in request.headers.get("Accept-Encoding", "")
    if not takes or response.status_code != 200 or not (response.mimetype or "").startswith(_TEXTS):
        return response
    response.direct_passthrough = False
    plain = response.get_data()
    if len(plain) < SMALLEST or "Content-Encoding" in response.headers:
        return response
    response.set_data(_unchanging(plain) if request.endpoint == "static" else gzip.compress(plain, 6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=32)
def _unchanging(plain: bytes) -> bytes:
    return gzip.compress(plain, 9, mtime=0)
