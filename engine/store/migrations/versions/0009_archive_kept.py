"""Triggers: the archives of a case that is marked as archived stay as they are, and only such a case's rows may go."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

HOLDS = {
    "archived_case": ("fact", "fact_former", "decision"),
    "archived_identity": ("identity", "identity_former"),
}
"""Archive -> the protected tables whose rows of a case it holds."""
MARKED = "SELECT 1 FROM care_case c WHERE c.opened_at_centre = OLD.centre AND c.id = OLD.case_id AND c.archived"
HERE = "SELECT 1 FROM {archive} a WHERE a.centre = OLD.centre AND a.case_id = OLD.case_id"
NOT_NEEDED = f"NOT EXISTS ({MARKED})"


def kept_in(archive: str) -> str:
    """When a row may go: its case is marked as archived, and the archive is there."""
    return f"EXISTS ({MARKED}) AND EXISTS ({HERE.format(archive=archive)})"


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for archive, tables in HOLDS.items():
        for table in tables:
            if on_sqlite:
                op.execute(f"DROP TRIGGER {table}_no_delete")
                _on_sqlite(table, "DELETE", kept_in(archive))
            else:
                _function(table, kept_in(archive))
        if on_sqlite:
            _on_sqlite(archive, "UPDATE", "0")
            _on_sqlite(archive, "DELETE", NOT_NEEDED)
        else:
            _function(archive, NOT_NEEDED)
            op.execute(
                f"CREATE TRIGGER {archive}_append_only BEFORE UPDATE OR TRUNCATE ON {archive} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
            )
            op.execute(
                f"CREATE TRIGGER {archive}_no_delete BEFORE DELETE ON {archive} "
                f"FOR EACH ROW EXECUTE FUNCTION {archive}_kept_elsewhere()"
            )


def _on_sqlite(table: str, verb: str, may: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} WHEN NOT ({may}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _function(table: str, may: str) -> None:
    """What the table's trigger on DELETE asks, for each row, on PostgreSQL."""
    op.execute(
        f"CREATE OR REPLACE FUNCTION {table}_kept_elsewhere() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {may} THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
