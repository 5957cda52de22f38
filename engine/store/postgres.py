"""Opens PostgreSQL with limits on how long a statement, a lock and a forgotten transaction may last."""

from __future__ import annotations

from sqlalchemy import URL, Engine, create_engine

_LIMITS = {
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}


def open_postgresql(url: URL) -> Engine:
    """An engine over psycopg 3; a connection that died is replaced before it is used."""
    options = " ".join(f"-c {name}={value}" for name, value in _LIMITS.items())
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"options": options, "connect_timeout": 5},
        pool_pre_ping=True,
        pool_size=10,
        pool_timeout=5,
    )
