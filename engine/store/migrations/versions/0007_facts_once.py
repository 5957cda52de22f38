"""Each fact is kept once: the current ones, and those that were replaced or came too late. A timer may be cleared."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEPT_IN = ("fact", "identity")
COLUMNS = (
    "centre", "case_id", "version", "n", "name", "scope", "sealed", "happened_at", "recorded_at", "person", "source",
    "corrects",
)  # fmt: skip
ALL = ", ".join(COLUMNS)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("timer") as timer:
        timer.alter_column("ready_at", existing_type=Moment(), nullable=True)
    for name in KEPT_IN:
        _table(f"{name}_former", "version", "n")
        still_current = f"SELECT 1 FROM {name}_current WHERE {_same_place(f'{name}_current', name)}"  # noqa: S608
        op.execute(
            f"INSERT INTO {name}_former ({ALL}) SELECT {ALL} FROM {name} WHERE NOT EXISTS ({still_current})"  # noqa: S608
        )
        op.drop_table(name)
        _table(name, "name", "scope")
        op.execute(f"INSERT INTO {name} ({ALL}) SELECT {ALL} FROM {name}_current")  # noqa: S608
        op.drop_table(f"{name}_current")
        if on_sqlite:
            _protect_on_sqlite(name)
        else:
            _protect_on_postgresql(name)


def _same_place(one: str, other: str, columns: tuple[str, ...] = ("centre", "case_id", "version", "n")) -> str:
    return " AND ".join(f"{one}.{column} = {other}.{column}" for column in columns)


def _lost(name: str) -> str:
    """Whether what is about to be replaced is not among the former ones, just as it is."""
    return f"NOT EXISTS (SELECT 1 FROM {name}_former WHERE {_same_place(f'{name}_former', 'OLD', COLUMNS)})"  # noqa: S608


def _protect_on_sqlite(name: str) -> None:
    for table, verb, when in (
        (name, "UPDATE", f"WHEN {_lost(name)} "),
        (name, "DELETE", ""),
        (f"{name}_former", "UPDATE", ""),
        (f"{name}_former", "DELETE", ""),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _protect_on_postgresql(name: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}_is_former() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_lost(name)} THEN RAISE EXCEPTION '{name} is append-only'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name}_replaced BEFORE UPDATE ON {name} FOR EACH ROW EXECUTE FUNCTION {name}_is_former()"
    )
    for table, verbs in ((name, "DELETE OR TRUNCATE"), (f"{name}_former", "UPDATE OR DELETE OR TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {verbs} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


def _table(name: str, *key: str) -> None:
    op.create_table(
        name,
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
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f(f"fk_{name}_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", *key, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
