"""The file of a database on SQLite: made for its owner alone, refused where something is wrong around it, removed."""

from __future__ import annotations

import os
from pathlib import Path

from web.settings import DATABASE, Settings, SettingsError

BESIDE = ("-wal", "-shm", "-journal")
"""Endings of what SQLite keeps beside a file that is open."""


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


def remove_database(file: Path) -> None:
    """Removes the file, with what SQLite keeps beside it. Raises SettingsError."""
    for name in (file.name, *(file.name + ending for ending in BESIDE)):
        try:
            file.with_name(name).unlink(missing_ok=True)
        except OSError as error:
            raise SettingsError(
                f"{file.with_name(name)} cannot be removed: check that its folder may be written"
            ) from error
