"""Tokens of API clients: what a session may be used for, and when an issued one ends."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Json, Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("scopes", Json(), nullable=True))
    op.add_column("session", sa.Column("ends_at", Moment(), nullable=True))
