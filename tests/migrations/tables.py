"""The tables as they are in a database, whatever the models say by now."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, MetaData, Table


def tables_of(bind: Connection) -> Mapping[str, Table]:
    """Return every table, read from the database itself."""
    metadata = MetaData()
    metadata.reflect(bind)
    return metadata.tables
