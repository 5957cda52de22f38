"""The first schema: cases and what is known of them, work, trail, editions, people."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Json, Moment, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("fact", "identity", "decision", "trail", "edition", "edition_file")


def upgrade() -> None:
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _protect_on_sqlite()
    else:
        _protect_on_postgresql()


def _protect_on_sqlite() -> None:
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _protect_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


def _tables() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("roles", Json(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "centre",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
    )
    op.create_table(
        "command",
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("outcome", Json(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_command")),
    )
    op.create_table(
        "edition",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_edition")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "trail",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "seq", name=op.f("pk_trail")),
    )
    op.create_index(
        "ix_trail_case",
        "trail",
        ["case_id", "seq"],
        unique=False,
        sqlite_where=sa.text("case_id IS NOT NULL"),
        postgresql_where=sa.text("case_id IS NOT NULL"),
    )
    op.create_index(
        "ix_trail_case_kind",
        "trail",
        ["case_id", "kind", "seq"],
        unique=False,
        sqlite_where=sa.text("case_id IS NOT NULL"),
        postgresql_where=sa.text("case_id IS NOT NULL"),
    )
    op.create_table(
        "trail_head",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("centre", name=op.f("pk_trail_head")),
    )
    op.create_table(
        "care_case",
        sa.Column("opened_at_centre", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("current_centre", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_timer", sa.Text(), nullable=True),
        sa.Column("lease_worker", sa.Text(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["current_centre"], ["centre.id"], name="fk_care_case_current"),
        sa.ForeignKeyConstraint(["opened_at_centre"], ["centre.id"], name="fk_care_case_opened_at"),
        sa.PrimaryKeyConstraint("opened_at_centre", "id", name=op.f("pk_care_case")),
        sa.UniqueConstraint("code", name=op.f("uq_care_case_code")),
        sa.UniqueConstraint("id", name=op.f("uq_care_case_id")),
    )
    op.create_index(
        "ix_care_case_open",
        "care_case",
        ["current_centre", "opened_at"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "edition_file",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["edition.digest"], name=op.f("fk_edition_file_edition")),
        sa.PrimaryKeyConstraint("digest", "path", name=op.f("pk_edition_file")),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_session_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "act",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_act_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "act", "scope", name=op.f("pk_act")),
    )
    op.create_table(
        "case_key",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("master_version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_case_key_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", name=op.f("pk_case_key")),
    )
    op.create_table(
        "clock",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("ends_earliest", Moment(), nullable=True),
        sa.Column("ends_latest", Moment(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_clock_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "rule", name=op.f("pk_clock")),
    )
    op.create_table(
        "decision",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("cite", sa.Text(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_decision_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "version", "n", name=op.f("pk_decision")),
    )
    op.create_table(
        "duty",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("flags", Words(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("warn_at", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("note_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_duty_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "rule", "scope", name=op.f("pk_duty")),
    )
    op.create_index(
        "ix_duty_note",
        "duty",
        ["note_at"],
        unique=False,
        sqlite_where=sa.text("note_at IS NOT NULL"),
        postgresql_where=sa.text("note_at IS NOT NULL"),
    )
    op.create_index(
        "ix_duty_open",
        "duty",
        ["centre", "case_id"],
        unique=False,
        sqlite_where=sa.text("status IN ('owed', 'late')"),
        postgresql_where=sa.text("status IN ('owed', 'late')"),
    )
    op.create_table(
        "fact",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("happened_at", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_fact_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "version", "n", name=op.f("pk_fact")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fact_current",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("happened_at", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"],
            ["care_case.opened_at_centre", "care_case.id"],
            name=op.f("fk_fact_current_care_case"),
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "name", "scope", name=op.f("pk_fact_current")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "identity",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("happened_at", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_identity_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "version", "n", name=op.f("pk_identity")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "identity_current",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("happened_at", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("corrects", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"],
            ["care_case.opened_at_centre", "care_case.id"],
            name=op.f("fk_identity_current_care_case"),
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "name", "scope", name=op.f("pk_identity_current")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "process",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("waits", Json(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_process_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "id", name=op.f("pk_process")),
    )
    op.create_table(
        "saved_answers",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"],
            ["care_case.opened_at_centre", "care_case.id"],
            name=op.f("fk_saved_answers_care_case"),
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "task_id", "person", name=op.f("pk_saved_answers")),
    )
    op.create_table(
        "stuck",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=True),
        sa.Column("freed_at", Moment(), nullable=True),
        sa.Column("freed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_stuck_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "id", name=op.f("pk_stuck")),
    )
    op.create_index(
        "ix_stuck_open",
        "stuck",
        ["centre", "case_id"],
        unique=False,
        sqlite_where=sa.text("freed_at IS NULL"),
        postgresql_where=sa.text("freed_at IS NULL"),
    )
    op.create_table(
        "task",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("process_key", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_how", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_task_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "id", name=op.f("pk_task")),
        sa.UniqueConstraint("id", name=op.f("uq_task_id")),
    )
    op.create_index(
        "ix_task_open",
        "task",
        ["centre", "case_id", "role"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "timer",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("ready_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_timer_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "id", name=op.f("pk_timer")),
    )
    op.create_index("ix_timer_ready", "timer", ["ready_at"], unique=False)
