"""Zstandard, of the standard library where it has it (from Python 3.14 on), else of its backport."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info < (3, 14):
    from backports.zstd import ZstdError, compress, decompress
else:
    from compression.zstd import ZstdError, compress, decompress

__all__ = ["ZstdError", "compress", "decompress"]
