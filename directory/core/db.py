"""The database: base class, column types, engines for SQLite and PostgreSQL."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pysqlite3
from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from directory.core.errors import SettingError
from directory.core.retention import Retention

__all__ = [
    "Model",
    "Moment",
    "Session",
    "make_engine",
    "make_sessions",
    "one_of",
]

SQLITE_AT_LEAST = (3, 51, 3)
"""First release without the WAL-reset corruption (source: sqlite.org/changes)."""

WAITED_SECONDS = 5
"""How long a writer waits for another one; a thread of the server waits with it."""

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraint names, so that migrations can name what they change."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; a naive one is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 (SQLAlchemy's)
    ) -> datetime | None:
        """Store in UTC, which SQLite keeps without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 (SQLAlchemy's)
    ) -> datetime | None:
        """Give back an aware moment from either database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value


class Model(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it as declared)
        datetime: Moment,
        dict[str, str]: JSON,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


def one_of(column: str, values: type[StrEnum]) -> str:
    """Return the condition that a column holds a member of an enumeration."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({allowed})"


def make_engine(url: str) -> Engine:
    """Return an engine set up for what the directory promises.

    SQLite runs in WAL mode with full synchronization; every transaction that
    this program opens on it begins with ``BEGIN IMMEDIATE`` unless the
    connection carries the execution option ``reading=True``.

    Raises:
        SettingError: If the URL is not usable or SQLite is too old for WAL.
    """
    try:
        parsed = make_url(url)
    except Exception as error:
        raise SettingError("DIRECTORY_DATABASE_URL", "is not a database URL") from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={
                "options": "-c statement_timeout=30000 -c lock_timeout=5000"
                " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
            },
        )
    raise SettingError("DIRECTORY_DATABASE_URL", "must begin with sqlite or postgresql")


def _sqlite(url: str, path: str | None) -> Engine:
    if pysqlite3.sqlite_version_info < SQLITE_AT_LEAST:
        wanted = ".".join(map(str, SQLITE_AT_LEAST))
        raise SettingError(
            "DIRECTORY_DATABASE_URL",
            f"needs SQLite {wanted} or newer, found {pysqlite3.sqlite_version}",
        )
    if path and path != ":memory:":
        _make_private(Path(path))
    engine = create_engine(
        url,
        module=pysqlite3.dbapi2,
        connect_args={"timeout": WAITED_SECONDS},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver must not open transactions by itself: `begin` below does.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "secure_delete=ON",
            "cell_size_check=ON",
            "mmap_size=0",
            f"busy_timeout={WAITED_SECONDS * 1000}",
            "journal_size_limit=67108864",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkin")  # codespell:ignore checkin
    def end(connection: Any, _record: object) -> None:
        # A commit that failed leaves its transaction, and the lock on writing.
        if connection is not None and connection.in_transaction:
            connection.rollback()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _make_private(path: Path) -> None:
    """Make the file that is not there yet, for its owner alone.

    SQLite gives its journals the mode of the file, and the folder may be one
    that others can look into.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def make_sessions(
    engine: Engine, *, reading: bool = False, retention: Retention | None = None
) -> sessionmaker[Session]:
    """Return a maker of sessions.

    Args:
        engine: From :func:`make_engine`.
        reading: Whether its sessions only read; on SQLite they then do not
            take the write lock.
        retention: How long things are kept that are written in its sessions; as
            settings that say nothing if not given.
    """
    bind = engine.execution_options(reading=True) if reading else engine
    return sessionmaker(
        bind, expire_on_commit=False, info={Retention: retention or Retention()}
    )
