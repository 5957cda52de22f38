"""The key that protects personal data: read from where it is set, refused when it is weak, made for a demo."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from web.settings import Settings, SettingsError

DEMO_KEY_MARK = "demo-key-"
KEY_BYTES = 32


def key_of(settings: Settings) -> bytes:
    """The 32 bytes that protect personal data; demo mode makes them at first use.

    Raises SettingsError when they are missing, weak or two that differ, or (production) of a demo or open to others."""
    written = settings.key_text or _written_in_file(settings)
    if settings.key_text and settings.key_file and written.lower() != _written_in_file(settings).lower():
        raise SettingsError("ISANGE_KEY and the file of ISANGE_KEY_FILE hold two different keys. Unset one of them")
    if settings.production and written.startswith(DEMO_KEY_MARK):
        raise SettingsError("The key is a demo's. Make one of your own: `openssl rand -hex 32`")
    return _strong(written.removeprefix(DEMO_KEY_MARK))


def _written_in_file(settings: Settings) -> str:
    path = settings.key_path
    if settings.production and not settings.key_file:
        raise SettingsError(
            "No key is set. Write 64 hexadecimal digits (`openssl rand -hex 32`) into a file that only this "
            "program's user can read and name it in ISANGE_KEY_FILE. Just trying? Use `isange serve --demo`"
        )
    if not settings.production and not path.exists():
        _make_demo_key(path)
    try:
        if settings.production and path.stat().st_mode & 0o077:
            raise SettingsError(f"Others can read the key file {path}. Run `chmod 600` on it")
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The key file {path} cannot be read. Check ISANGE_KEY_FILE") from error


def _make_demo_key(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # a second process of the same demo was quicker
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(handle, "w", encoding="ascii") as file:
                file.write(DEMO_KEY_MARK + secrets.token_hex(KEY_BYTES) + "\n")
    except OSError as error:
        raise SettingsError(
            f"The key file {path} cannot be made. Check that its folder may be written and its disk has room, or name "
            "another with ISANGE_KEY_FILE"
        ) from error


def _strong(written: str) -> bytes:
    try:
        key = bytes.fromhex(written)
    except ValueError as error:
        raise SettingsError("The key is not hexadecimal. Make one: `openssl rand -hex 32`") from error
    if len(key) != KEY_BYTES or len(set(key)) < KEY_BYTES // 2:
        raise SettingsError("The key is too weak: 64 random hexadecimal digits are needed: `openssl rand -hex 32`")
    return key


@contextmanager
def new_key_gone_if_it_fails(settings: Settings) -> Iterator[None]:
    """What fails within takes the key of a demo along that was made for it: a key of nothing helps nobody."""
    key = settings.key_path
    folder, made = key.parent.exists(), not (settings.production or key.exists())
    try:
        yield
    except BaseException:
        with suppress(OSError):  # nothing can be written here, or there is something else in the folder
            if made:
                key.unlink(missing_ok=True)
            if made and not folder:
                key.parent.rmdir()
        raise
