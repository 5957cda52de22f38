"""Zstandard, of the standard library where it has it (from Python 3.14 on), else of its backport."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info < (3, 14):
    from backports import zstd
else:
    from compression import zstd

ZstdError = zstd.ZstdError
LEVEL = 2
"""Half the work of the usual level, for three bytes in a hundred more."""


class _Own(threading.local):
    """A compressor of each thread: to make one takes longer than to compress a case."""

    def __init__(self) -> None:
        self.compressor = zstd.ZstdCompressor(LEVEL)


_own = _Own()


def compress(data: bytes) -> bytes:
    return _own.compressor.compress(data, zstd.ZstdCompressor.FLUSH_FRAME)


def decompress(data: bytes) -> bytes:
    """Raises ZstdError for what is not compressed, or only in part."""
    return zstd.decompress(data)
