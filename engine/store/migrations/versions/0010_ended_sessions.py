"""Sessions that were ended stay known for a while: what is still sent from one is its writer's."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("ended_at", Moment(), nullable=True))
