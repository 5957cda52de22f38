"""What people wrote and did not send, for when the screen is hidden or locks."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsent",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("master_version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["account.id"], name=op.f("fk_unsent_account")),
        sa.PrimaryKeyConstraint("person", "page", name=op.f("pk_unsent")),
    )
    op.create_index(op.f("ix_unsent_at"), "unsent", ["at"], unique=False)
