"""Closed cases in one row each, and old entries of the trail in chapters; command ids by time, to be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

IN_ARCHIVE = "EXISTS (SELECT 1 FROM archived_case a WHERE a.centre = OLD.centre AND a.case_id = OLD.case_id)"
IN_CHAPTER = (
    "COALESCE((SELECT c.last_seq FROM trail_chapter c WHERE c.centre = OLD.centre AND c.first_seq <= OLD.seq "
    "ORDER BY c.first_seq DESC LIMIT 1), 0) >= OLD.seq"
)
OF_CASES = ("fact", "fact_former", "identity", "identity_former", "decision")
MAY_GO = dict.fromkeys(OF_CASES, IN_ARCHIVE) | {"trail": IN_CHAPTER}
"""Table -> when its row is kept elsewhere by now."""
REPLACED = ("fact", "identity")
"""Tables whose rows may be changed: another trigger says when."""
NEW = ("trail_chapter", "trail_chapter_case")


def upgrade() -> None:
    op.add_column("care_case", sa.Column("archived", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_care_case_closed",
        "care_case",
        ["closed_at"],
        unique=False,
        sqlite_where=sa.text("status = 'closed' AND NOT archived"),
        postgresql_where=sa.text("status = 'closed' AND NOT archived"),
    )
    op.create_index(op.f("ix_command_at"), "command", ["at"], unique=False)
    for name in ("archived_case", "archived_identity"):
        op.create_table(
            name,
            sa.Column("centre", sa.Text(), nullable=False),
            sa.Column("case_id", sa.Text(), nullable=False),
            sa.Column("sealed", sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint(
                ["centre", "case_id"],
                ["care_case.opened_at_centre", "care_case.id"],
                name=op.f(f"fk_{name}_care_case"),
            ),
            sa.PrimaryKeyConstraint("centre", "case_id", name=op.f(f"pk_{name}")),
        )
    op.create_table(
        "trail_chapter",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "first_seq", name=op.f("pk_trail_chapter")),
    )
    op.create_table(
        "trail_chapter_case",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "centre", "first_seq", name=op.f("pk_trail_chapter_case")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        _protect_on_sqlite()
    else:
        _leave_uncompressed()
        _protect_on_postgresql()


def _protect_on_sqlite() -> None:
    for table, kept_elsewhere in MAY_GO.items():
        op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT ({kept_elsewhere}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    for table in NEW:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _leave_uncompressed() -> None:
    """PostgreSQL would try to compress what is compressed, row after row, in vain."""
    for table, column in (("archived_case", "sealed"), ("archived_identity", "sealed"), ("trail_chapter", "lines")):
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")


def _protect_on_postgresql() -> None:
    for table, kept_elsewhere in MAY_GO.items():
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {'' if table in REPLACED else 'UPDATE OR '}TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
        op.execute(
            f"CREATE FUNCTION {table}_kept_elsewhere() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {kept_elsewhere} THEN RETURN OLD; END IF; "
            f"RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_kept_elsewhere()"
        )
    for table in NEW:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
