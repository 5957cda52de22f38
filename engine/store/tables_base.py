"""What every table shares: the metadata, the naming of constraints, and the key of a case-owned row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text(name: str, **options: Any) -> Column[str]:
    """A text column that must be filled."""
    return Column(name, Text, nullable=False, **options)


def maybe(name: str) -> Column[str]:
    """A text column that may be empty."""
    return Column(name, Text, nullable=True)


def of_case() -> tuple[Column[str], Column[str]]:
    """The first two columns of a case-owned table's primary key. `centre` is the one where the case was opened:
    it never changes, so rows can be partitioned and distributed by it."""
    return (Column("centre", Text, primary_key=True), Column("case_id", Text, primary_key=True))


def belongs_to_case() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["centre", "case_id"], ["care_case.opened_at_centre", "care_case.id"])
