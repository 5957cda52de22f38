"""Who is on shift and on call, and which open duties were noted as held by nobody awake."""

import sqlalchemy as sa
from alembic import op

from engine.store.columns import Moment

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "turn",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["centre"], ["centre.id"], name=op.f("fk_turn_centre")),
        sa.ForeignKeyConstraint(["person"], ["account.id"], name=op.f("fk_turn_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn")),
        sa.UniqueConstraint(
            "centre", "kind", "role", "person", "starts_at", name=op.f("uq_turn_centre_kind_role_person_starts_at")
        ),
    )
    op.create_index("ix_turn_now", "turn", ["centre", "ends_at"], unique=False)
    op.create_index(op.f("ix_turn_person"), "turn", ["person"], unique=False)
    op.create_table(
        "unheld",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"], name=op.f("fk_unheld_care_case")
        ),
        sa.PrimaryKeyConstraint("centre", "case_id", "rule", "scope", "opened_at", name=op.f("pk_unheld")),
    )
