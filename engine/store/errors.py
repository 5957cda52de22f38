"""What the store may raise: what became of the work, and what to do next."""

from __future__ import annotations


class CaseChanged(Exception):
    """The case moved on since it was read: read again and compute the move anew (Desk retries 3 times)."""


class TaskChanged(Exception):
    """The task the person saw has another version, or is gone: nothing was claimed or released."""


class CommandReused(Exception):
    """The same command id came with other content."""


class StoreBusy(Exception):
    """The database cannot be written just now (locked, full, restarting); nothing was saved."""


class StoreMoved(StoreBusy):
    """The database's file is not where it was opened: what were written now, nobody would find again."""

    def __init__(self) -> None:
        super().__init__(
            "The database file was removed or replaced while the house runs: stop it, put the file back, start again"
        )


class NoAddress(ValueError):
    """The address of a database cannot be read; the message does not repeat it, for a password may be in it."""

    def __init__(self) -> None:
        super().__init__(
            "The address of the database cannot be read. It is `sqlite:///path/of/a/file.db` or "
            "`postgresql://user:password@host:port/name`; check --database, or ISANGE_DATABASE"
        )


class StoreForeign(Exception):
    """The database is not one that this version can bring to its schema."""

    def __init__(self) -> None:
        super().__init__(
            "The database is of a newer version of Isange, or of another program; nothing was changed. Install the "
            "version that made it, or name another database with --database"
        )


class StoreDamaged(Exception):
    """What the database holds cannot be read any more, or is not what was kept; only a backup helps."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The database is damaged: {what}. Restore it from a backup (docs/backup.md)")


class AccountChanged(Exception):
    """The account was changed since it was read: nothing of the later change was kept."""


class CentreChanged(Exception):
    """The centre was changed since it was read: nothing of the later change was kept."""


class NobodyLeft(Exception):
    """After the change, no account that may sign in would hold one of the roles that must stay held."""


class StoreUnsure(StoreBusy):
    """The database went away while it was saving: only the same command, sent again, can tell whether it did."""


class DoesNotOpen(Exception):
    """Sealed data does not open: the case's key was erased, or the data was moved or changed."""
