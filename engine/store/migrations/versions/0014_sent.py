"""What is written and not sent names the command that it is to be: once that is kept, it was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unsent", sa.Column("command", sa.Text(), nullable=True))
