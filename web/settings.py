"""Every setting of the house, in one table: environment variables `ISANGE_*` read into one frozen value."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

SHIPPED_CONTENT = Path(__file__).resolve().parent.parent
RELEASE = "release"
"""Author and approver of the shipped content; every later edition needs two people."""
DATABASE = "sqlite:///var/isange.db"
FAILPOINT = "ISANGE_FAILPOINT"
"""The variable by which fault tests kill the process at a named point; never set where real people are served."""
FOREIGN = (FAILPOINT, "ISANGE_TEST_")
"""Prefixes that are not settings: the fault tests' and the test suite's own."""
LAST_PORT = 65_535
_SQLITE = re.compile(r"sqlite://(/((?!file:)[^?#]+)?)?")
"""Of a file, and nothing besides; or in memory."""
_POSTGRESQL = re.compile(r"postgresql://[^/?#]*/[^/?#]+([?].*)?")
"""With the name of a database."""
MEMORY = ("sqlite://", "sqlite:///", "sqlite:///:memory:")


class SettingsError(Exception):
    """The house cannot start like this; the message says what to do."""


def _text(value: str) -> str:
    return value


def _whole(value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise ValueError("no whole number")
    return int(value)


def port_number(value: str) -> int:
    """A port as it is written. Raises ValueError for what is none."""
    number = _whole(value)
    if number > LAST_PORT:
        raise ValueError("no port")
    return number


def _database(value: str) -> str:
    """Raises ValueError for what is no whole address; it may hold a password, so that nobody repeats it."""
    if not _SQLITE.fullmatch(value) and not _POSTGRESQL.fullmatch(value):
        raise ValueError("neither a file nor a database of a server")
    return value


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _mode(value: str) -> str:
    if value not in ("demo", "production"):
        raise ValueError("neither demo nor production")
    return value


def _yes_no(value: str) -> bool:
    return {"yes": True, "no": False}[value]


def _setting(env: str, read: Callable[[str], Any], default: str, meaning: str) -> Any:
    """One row of the table; `default` is written as it would be in the environment."""
    return field(default=read(default), metadata={"env": env, "read": read, "default": default, "meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the administrator decides. docs/settings.md is this table in words (a test compares them)."""

    mode: Literal["demo", "production"] = _setting(
        "ISANGE_MODE",
        _mode,
        "production",
        "`demo` shows invented data under published passwords and must never hold a real case; `production` "
        "refuses to start while anything of a demo is left.",
    )
    database: str = _setting(
        "ISANGE_DATABASE",
        _database,
        DATABASE,
        "Where cases are kept: `sqlite:///path/of/a/file.db` (one machine) or "
        "`postgresql://user:password@host/database` (several).",
    )
    key_file: str = _setting(
        "ISANGE_KEY_FILE",
        _text,
        "",
        "File with the key that protects personal data: 64 hexadecimal digits, readable by its owner only. "
        "Keep a copy apart from the database: without it the data is lost.",
    )
    key_text: str = field(
        repr=False,
        default="",
        metadata={
            "env": "ISANGE_KEY",
            "read": _text,
            "default": "",
            "meaning": "The key itself, where a file cannot be used. `ISANGE_KEY_FILE` is better: "
            "an environment can be seen by other programs. Where both are set, they must be the same.",
        },
    )
    host: str = _setting("ISANGE_HOST", _text, "127.0.0.1", "Address to listen on. Put a TLS proxy before any other.")
    port: int = _setting(
        "ISANGE_PORT", port_number, "8000", "Port to listen on: a number from 0 to 65535; 0 takes any that is free."
    )
    trusted_hosts: tuple[str, ...] = _setting(
        "ISANGE_TRUSTED_HOSTS",
        _list,
        "127.0.0.1,localhost",
        "Host names that requests may ask for, separated by commas; any other is refused.",
    )
    proxies: int = _setting(
        "ISANGE_PROXIES",
        _whole,
        "0",
        "How many proxies of yours stand before Isange; that many entries of `X-Forwarded-For` are believed.",
    )
    content: str = _setting(
        "ISANGE_CONTENT",
        _text,
        "",
        "Folder with `pathways/`, `rules/` and `forms/` to publish at first start; empty means the shipped content.",
    )
    jurisdiction: str = _setting(
        "ISANGE_JURISDICTION", _text, "rwanda", "Folder of `rules/` with the law of the country."
    )
    proofs: str = _setting(
        "ISANGE_PROOFS",
        _text,
        "",
        "Folder in which checks remember what was proved, so that it is not proved again; empty means `isange/proofs` "
        "in the cache folder of whoever runs the command.",
    )
    worker: bool = _setting(
        "ISANGE_WORKER",
        _yes_no,
        "yes",
        "`yes`: the server fires timers itself; `no`: `isange worker` runs beside it.",
    )
    lock_minutes: int = _setting(
        "ISANGE_LOCK_MINUTES", _whole, "5", "After this long without a click the screen locks and asks the password."
    )
    idle_minutes: int = _setting(
        "ISANGE_IDLE_MINUTES", _whole, "30", "After this long without a click the session ends."
    )
    shift_hours: int = _setting(
        "ISANGE_SHIFT_HOURS",
        _whole,
        "12",
        "A session ends after this long, however busy it is; so does a shift that nobody ended.",
    )
    start_hours: int = _setting(
        "ISANGE_START_HOURS",
        _whole,
        "24",
        "A start password that was handed out must be used within this time; whoever signs in with it chooses their "
        "own at once.",
    )
    body_kilobytes: int = _setting(
        "ISANGE_BODY_KILOBYTES",
        _whole,
        "500",
        "Largest request that is recorded; of a page's form, four times as much is read, to give what is too long back "
        "to its writer.",
    )
    content_kilobytes: int = _setting(
        "ISANGE_CONTENT_KILOBYTES", _whole, "4000", "Largest request that brings content to be checked or drilled."
    )
    run_seconds: int = _setting(
        "ISANGE_RUN_SECONDS",
        _whole,
        "300",
        "A check or drill that somebody asks for over the API is stopped after this long.",
    )

    @property
    def page_kilobytes(self) -> int:
        """So much of the form of a page is read, to give what is too long back to its writer."""
        return 4 * self.body_kilobytes

    @property
    def production(self) -> bool:
        return self.mode == "production"

    @property
    def content_folder(self) -> Path:
        return Path(self.content) if self.content else SHIPPED_CONTENT

    @property
    def proofs_folder(self) -> Path:
        if self.proofs:
            return Path(self.proofs)
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(cache) / "isange" / "proofs"

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file, or None when the database is a server."""
        kind, _, path = self.database.partition(":///")
        return Path(path) if kind.startswith("sqlite") and path else None

    @property
    def key_path(self) -> Path:
        """The key's file: the one that is set, or (demo) one beside the database."""
        if self.key_file:
            return Path(self.key_file)
        return (self.sqlite_file or Path("var/isange.db")).with_suffix(".key")


def table() -> Iterable[Field[Any]]:
    """The rows, in the order of the documentation: `metadata` has env, default, meaning and read."""
    return fields(Settings)


def read(env: Mapping[str, str], **chosen: object) -> Settings:
    """The settings of an environment; `chosen` ones (of the command line) win, None is not chosen.

    Raises SettingsError for a value that cannot be read, an unknown `ISANGE_*` name (a typing error that
    would go unnoticed), and `--demo` against ISANGE_MODE=production."""
    known = {row.metadata["env"]: row for row in table()}
    for name in env:
        if name.startswith("ISANGE_") and name not in known and not name.startswith(FOREIGN):
            raise SettingsError(f"{name} is no setting. docs/settings.md lists them all")
    if chosen.get("mode") == "demo" and env.get("ISANGE_MODE") == "production":
        raise SettingsError("ISANGE_MODE is production, so no demo can start here. Unset it, or leave --demo out")
    values: dict[str, Any] = {}
    for name, row in known.items():
        if name in env and chosen.get(row.name) is None:
            try:
                values[row.name] = row.metadata["read"](env[name])
            except (ValueError, KeyError) as error:
                raise SettingsError(f"{name} cannot be read. It means: {row.metadata['meaning']}") from error
    for name, value in chosen.items():
        if value is not None:
            values[name] = value
    settings = Settings(**values)
    _refuse_no_database(settings)
    return settings


def _refuse_no_database(settings: Settings) -> None:
    """Raises SettingsError for an address that is not whole, and for one at which real cases would not stay."""
    try:
        _database(settings.database)
    except ValueError as error:
        raise SettingsError(
            "The database is `sqlite:///path/of/a/file.db` or `postgresql://user:password@host/database`"
        ) from error
    if settings.production and settings.database in MEMORY:
        raise SettingsError("A database in memory ends with the command. Name a file with --database")
