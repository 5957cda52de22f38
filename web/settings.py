"""Every setting of the house, in one table: environment variables `ISANGE_*` read into one frozen value."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
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
LOOPBACK = ("127.0.0.1", "::1", "localhost")
DEMO_KEY_MARK = "demo-key-"
KEY_BYTES = 32
LAST_PORT = 65_535


class SettingsError(Exception):
    """The house cannot start like this; the message says what to do."""


def _text(value: str) -> str:
    return value


def _whole(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("negative")
    return number


def port_number(value: str) -> int:
    """A port as it is written. Raises ValueError for what is none."""
    number = int(value)
    if not 0 <= number <= LAST_PORT:
        raise ValueError("no port")
    return number


def _database(value: str) -> str:
    if not value.startswith(("sqlite://", "postgresql://")):
        raise ValueError("neither SQLite nor PostgreSQL")
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
        "Where cases are kept: `sqlite:///path` (one machine) or `postgresql://...` (several).",
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
            "an environment can be seen by other programs.",
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

    def key(self) -> bytes:
        """The 32 bytes that protect personal data; demo mode makes them at first use.

        Raises SettingsError when they are missing or weak, or (production) of a demo or open to others."""
        written = self.key_text or self._key_of_file()
        if self.production and written.startswith(DEMO_KEY_MARK):
            raise SettingsError("The key is a demo's. Make one of your own: `openssl rand -hex 32`")
        return _strong(written.removeprefix(DEMO_KEY_MARK))

    def _key_of_file(self) -> str:
        path = self.key_path
        if self.production and not self.key_file:
            raise SettingsError(
                "No key is set. Write 64 hexadecimal digits (`openssl rand -hex 32`) into a file that only this "
                "program's user can read and name it in ISANGE_KEY_FILE. Just trying? Use `isange serve --demo`"
            )
        if not self.production and not path.exists():
            _make_demo_key(path)
        try:
            if self.production and path.stat().st_mode & 0o077:
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


def make_folder(settings: Settings) -> None:
    """Makes the folder of the database's file where nobody named one; a folder that was named must be there.

    Raises SettingsError."""
    file = settings.sqlite_file
    if file is None or file.parent.is_dir():
        return
    if settings.database != DATABASE:
        raise SettingsError(
            f"There is no folder {file.parent}. Make it, or name another database, with --database or ISANGE_DATABASE"
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The folder of the database, {file.parent}, cannot be made. Check ISANGE_DATABASE"
        ) from error


def refuse_missing(settings: Settings) -> None:
    """For what needs a database that is there: without it, nothing is made. Raises SettingsError."""
    file = settings.sqlite_file
    if file is not None and not os.path.exists(file):  # a folder that cannot be entered shows nothing either
        raise SettingsError(f"There is no database at {file}; check --database, or ISANGE_DATABASE")


BESIDE = ("-wal", "-shm", "-journal")
"""Endings of what SQLite keeps beside a file that is open."""


def refuse_parts(file: Path) -> None:
    """A new database is made in no place from which one was moved away: SQLite would take what is left of that for its
    own, and what was recorded there last would be gone. Raises SettingsError."""
    if file.is_symlink() and not file.exists():
        raise SettingsError(f"{file} leads to a file that is not there. Is its disk missing? Nothing was made")
    left = [file.name + ending for ending in BESIDE if file.with_name(file.name + ending).exists()]
    if left and not file.exists():
        raise SettingsError(
            f"There is no database at {file}, but parts of one: {', '.join(left)}. They hold what was recorded last: "
            "put the database back beside them, or move them to it. Nothing was made or changed"
        )


def make_private(settings: Settings) -> bool:
    """Makes the database's file, for its owner alone, if there is none yet; True when it is new.

    Raises SettingsError when (production) others can read the one that is there, and when only parts of one are."""
    file = settings.sqlite_file
    if file is None:
        return False
    make_folder(settings)
    refuse_parts(file)
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        return True
    except FileExistsError:
        pass  # it is there already
    except OSError as error:
        raise SettingsError(f"The database file {file} cannot be made. Check ISANGE_DATABASE") from error
    if settings.production and file.stat().st_mode & 0o077:
        raise SettingsError(f"Others can read the database file {file}. Run `chmod 600` on it")
    return False


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
    try:
        _database(settings.database)
    except ValueError as error:
        raise SettingsError("The database is `sqlite:///path/of/a/file.db` or `postgresql://...`") from error
    return settings


def refuse_unsafe(settings: Settings, env: Mapping[str, str], demo_logins: Iterable[str]) -> None:
    """Raises SettingsError when a production house is not fit for real people, with what to do about it."""
    if not settings.production:
        return
    if any(name.startswith(FAILPOINT) for name in env):
        raise SettingsError(f"{FAILPOINT} is set: it makes the program kill itself in tests. Unset it")
    logins = sorted(demo_logins)
    if logins:
        raise SettingsError(
            f"The database holds {len(logins)} demo accounts whose password everyone knows (the first is "
            f"{logins[0]}). Start with an empty database: set ISANGE_DATABASE to another one"
        )
    if settings.host not in LOOPBACK and not settings.proxies:
        raise SettingsError(
            f"On {settings.host} passwords would cross the network in plain HTTP. Put a TLS proxy before Isange and "
            "set ISANGE_PROXIES to 1, or listen on 127.0.0.1"
        )
    if settings.lock_minutes == 0 or settings.idle_minutes < settings.lock_minutes or settings.shift_hours == 0:
        raise SettingsError(
            "Sessions would never lock or end: 0 < ISANGE_LOCK_MINUTES <= ISANGE_IDLE_MINUTES and "
            "ISANGE_SHIFT_HOURS > 0 are needed"
        )
    settings.key()
