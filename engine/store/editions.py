"""Published editions: their bytes, kept unchanged for as long as a case may be pinned to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select

from engine.entries import Entry
from engine.store.database import Database
from engine.store.tables import edition, edition_file, edition_proof
from engine.store.trail import append

_EDITION = select(edition.c.jurisdiction).where(edition.c.digest == bindparam("digest"))
_LAST = select(func.coalesce(func.max(edition.c.number), 0))
_FILES = select(edition_file.c.path, edition_file.c.content).where(edition_file.c.digest == bindparam("digest"))
_EDITIONS = select(
    edition.c.digest, edition.c.jurisdiction, edition.c.author, edition.c.approver, edition.c.at
).order_by(edition.c.number.desc(), edition.c.digest)
NEWEST = select(edition.c.digest).where(edition.c.number == select(func.max(edition.c.number)).scalar_subquery())
"""The edition published last; when two were at one moment, each of them."""
_PROOF = select(edition_proof.c.record).where(edition_proof.c.digest == bindparam("digest"))
_PUBLISH = insert(edition)
_PROVED = insert(edition_proof)
_FILE = insert(edition_file)


class Editions(Database):
    """What the composition root and the studio keep."""

    def publish(
        self,
        digest: str,
        jurisdiction: str,
        files: Mapping[str, bytes],
        author: str,
        approver: str,
        at: datetime,
        *,
        proof: bytes = b"",
        entries: Sequence[Entry] = (),
    ) -> bool:
        """Keeps an edition with what was proved of it, if anything was. One that is already published stays as it was,
        and False is the answer."""
        with self.writing() as connection:
            if connection.execute(_EDITION, {"digest": digest}).first() is not None:
                return False
            row = {
                "digest": digest,
                "number": connection.execute(_LAST).scalar_one() + 1,
                "jurisdiction": jurisdiction,
                "author": author,
                "approver": approver,
                "at": at,
            }
            connection.execute(_PUBLISH, row)
            rows = [{"digest": digest, "path": path, "content": content} for path, content in files.items()]
            if rows:
                connection.execute(_FILE, rows)
            if proof:
                connection.execute(_PROVED, {"digest": digest, "record": proof})
            append(connection, self.keyring, entries)
        return True

    def edition_proof(self, digest: str) -> bytes | None:
        """The proof record that the edition was published with; None when it has none."""
        with self.reading() as connection:
            found = connection.execute(_PROOF, {"digest": digest}).scalar_one_or_none()
        return None if found is None else bytes(found)

    def edition_files(self, digest: str) -> tuple[str, dict[str, bytes]] | None:
        """(jurisdiction, content by relative path), or None when it was never published."""
        with self.reading() as connection:
            found = connection.execute(_EDITION, {"digest": digest}).one_or_none()
            if found is None:
                return None
            files = {path: bytes(content) for path, content in connection.execute(_FILES, {"digest": digest})}
        return found.jurisdiction, files

    def editions(self) -> list[tuple[str, str, str, str, datetime]]:
        """(digest, jurisdiction, author, approver, when), the newest first."""
        with self.reading() as connection:
            return [(r.digest, r.jurisdiction, r.author, r.approver, r.at) for r in connection.execute(_EDITIONS)]
