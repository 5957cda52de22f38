"""The proof record of an edition is kept with it, for good."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edition_proof",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["edition.digest"], name=op.f("fk_edition_proof_digest_edition")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_edition_proof")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER edition_proof_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON edition_proof "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER edition_proof_no_{verb.lower()} BEFORE {verb} ON edition_proof "
            f"BEGIN SELECT RAISE(ABORT, 'edition_proof is append-only'); END"
        )
