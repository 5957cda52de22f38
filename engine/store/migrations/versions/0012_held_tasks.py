"""Tasks that somebody holds are found at once: the worker gives back those whose holder has gone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_task_held",
        "task",
        ["claimed_at"],
        sqlite_where=sa.text("closed_at IS NULL AND claimed_by IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND claimed_by IS NOT NULL"),
    )
