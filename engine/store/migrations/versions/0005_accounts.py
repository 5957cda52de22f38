"""What running accounts needs: versions, start passwords, searching by name, and when a password was last given."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Moment
from engine.store.folded import folded

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("account", sa.Column("start_until", Moment(), nullable=True))
    op.add_column("account", sa.Column("sought", sa.Text(), nullable=True))
    op.add_column("session", sa.Column("confirmed_at", Moment(), nullable=True))
    account = sa.table("account", sa.column("id"), sa.column("login"), sa.column("name"), sa.column("sought"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(account.c.id, account.c.login, account.c.name)).all():
        sought = folded(f"{row.name} {row.login}")
        connection.execute(sa.update(account).where(account.c.id == row.id).values(sought=sought))
