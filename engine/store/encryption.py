"""Seals personal data with a key a case (AES-256-GCM), itself wrapped by a versioned master key."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.store.errors import DoesNotOpen

KEY_BYTES = 32
NONCE_BYTES = 12
_SEPARATOR = "\x1f"
Use = Literal["command", "head"]
"""What is marked: the content of a command, or the head of a centre's trail."""


def _bound(*parts: object) -> bytes:
    """The place a ciphertext belongs to, as associated data: anywhere else it does not open."""
    return _SEPARATOR.join(map(str, parts)).encode()


def _seal(cipher: AESGCM, plain: bytes, place: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, place)


def _open(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as why:
        raise DoesNotOpen(
            "Expected data sealed for this place with this key, but it was changed, moved, or sealed with another key; "
            "restore it from a backup"
        ) from why


class Keyring:
    """The master keys by version, each of 32 bytes; the highest version wraps new case keys.

    Older versions stay in the ring for as long as a case key is wrapped by them. Raises ValueError for a
    ring without keys or a key of another length.
    """

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        if not keys:
            raise ValueError("Expected at least one master key, but got none")
        for version, key in keys.items():
            if len(key) != KEY_BYTES:
                raise ValueError(f"Expected a master key of {KEY_BYTES} bytes, but version {version} has {len(key)}")
        self._ciphers = {version: AESGCM(key) for version, key in keys.items()}
        self._markers = {
            (use, version): hmac.digest(key, f"isange/{use}".encode(), hashlib.sha256)
            for version, key in keys.items()
            for use in get_args(Use)
        }
        self.version = max(keys)

    def mark(self, text: str, like: str | None = None, use: Use = "command") -> str:
        """A keyed digest of `text`, so that nobody without the key can guess what it was made of, or make one. With
        `like`, an earlier mark, under the same key version as that one; '' when the ring no longer has it. Each use
        has a key of its own."""
        version = self.version if like is None else _version_of(like)
        marker = self._markers.get((use, version))
        return f"{version}:{hmac.digest(marker, text.encode(), hashlib.sha256).hex()}" if marker else ""

    def new_case_key(self, centre: str, case_id: str) -> CaseKey:
        return CaseKey(centre, case_id, 1, os.urandom(KEY_BYTES))

    def wrap(self, key: CaseKey) -> bytes:
        """The case key, wrapped by the newest master key (`version`)."""
        return _seal(self._ciphers[self.version], key.secret, _wrap_place(key.centre, key.case_id, key.version))

    def unwrap(self, centre: str, case_id: str, version: int | None, master: int | None, wrapped: bytes) -> CaseKey:
        """The case key of a `case_key` row. Raises DoesNotOpen when the row is gone (all None) or the ring lacks its
        master key."""
        if version is None or master is None:
            raise DoesNotOpen("Expected a key for this case, but it was erased: its personal data is gone for good")
        cipher = self._ciphers.get(master)
        if cipher is None:
            raise DoesNotOpen(f"Expected master key version {master} in the key ring; add it and start again")
        return CaseKey(centre, case_id, version, _open(cipher, wrapped, _wrap_place(centre, case_id, version)))


def _version_of(mark: str) -> int:
    version = mark.partition(":")[0]
    return int(version) if version.isascii() and version.isdigit() else 0


def _wrap_place(centre: str, case_id: str, version: int) -> bytes:
    return _bound("case_key", "wrapped", centre, case_id, version)


@dataclass(slots=True)
class CaseKey:
    """The data key of one case. Seals bytes for one place: table, column, centre, case, row and key version."""

    centre: str
    case_id: str
    version: int
    secret: bytes
    _cipher: AESGCM | None = None

    @property
    def cipher(self) -> AESGCM:
        if self._cipher is None:
            self._cipher = AESGCM(self.secret)
        return self._cipher

    def seal(self, plain: bytes, table: str, *row: object) -> bytes:
        return _seal(self.cipher, plain, self._place(table, row))

    def open(self, sealed: bytes, table: str, *row: object) -> bytes:
        """Raises DoesNotOpen unless it was sealed with this key for exactly this place."""
        return _open(self.cipher, sealed, self._place(table, row))

    def _place(self, table: str, row: tuple[object, ...]) -> bytes:
        return _bound(table, "sealed", self.centre, self.case_id, *row, self.version)
