"""How Alembic runs here: one connection, one transaction, either database."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine, text

MIGRATION_LOCK = 7_214_003
"""PostgreSQL advisory lock, so that nodes that start together migrate once."""

engine: Engine = context.config.attributes["engine"]

with engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK}
        )
        connection.commit()
    try:
        context.configure(
            connection=connection,
            transactional_ddl=True,
            render_as_batch=connection.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    finally:
        if connection.dialect.name == "postgresql":
            connection.rollback()
            connection.execute(
                text("SELECT pg_advisory_unlock(:lock)"), {"lock": MIGRATION_LOCK}
            )
            connection.commit()
