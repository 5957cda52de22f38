"""Of what is written and not sent, the store says whether some page shows it or leads back to it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unsent", sa.Column("led_to", sa.Boolean(), server_default=sa.false(), nullable=False))
