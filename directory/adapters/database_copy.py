"""A copy of the database while it is used, and the database from a copy.

Each database by its own means: SQLite writes a file (``VACUUM INTO``), PostgreSQL an
archive (``pg_dump``). A copy goes back into the kind that it came from.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pysqlite3
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import URL

from directory.core.errors import DirectoryError

DUMP, RESTORE = "pg_dump", "pg_restore"


class ProgramMissingError(DirectoryError):
    """A program of PostgreSQL is needed and not there; ``program`` names it."""

    code = "database-copy.program-missing"

    def __str__(self) -> str:
        """Return what to do, in one line."""
        return (
            f"{self.facts['program']} is needed: install the client programs of"
            " PostgreSQL, as new as the server or newer"
        )


class CopyFailedError(DirectoryError):
    """A database could not be copied, or a copy not be taken back; ``why`` says how."""

    code = "database-copy.failed"

    def __str__(self) -> str:
        """Return it in one line."""
        return f"the database could not be copied: {self.facts['why']}"


def copy_out(engine: Engine, into: Path) -> None:
    """Write one state of the database to a new file, while others go on writing.

    Raises:
        ProgramMissingError: If PostgreSQL's own program is not there.
        CopyFailedError: Saying what the database said.
    """
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(into),))
        except pysqlite3.Error as error:
            raise CopyFailedError(why=str(error)) from error
        finally:
            connection.close()
        into.chmod(0o600)
        return
    _run(DUMP, engine.url, "--format=custom", "--no-owner", f"--file={into}")


def copy_in(engine: Engine, source: Path) -> None:
    """Fill an empty database from a copy, whole or not at all.

    Raises:
        ProgramMissingError: If PostgreSQL's own program is not there.
        CopyFailedError: If the copy is not sound, saying what the database said.
    """
    if engine.dialect.name == "sqlite":
        prove(engine.dialect.name, source)
        connection = engine.raw_connection()
        taken = pysqlite3.connect(f"file:{source}?mode=ro", uri=True)
        try:
            taken.backup(connection.driver_connection)
        except pysqlite3.Error as error:
            raise CopyFailedError(why=str(error)) from error
        finally:
            taken.close()
            connection.close()
        return
    _run(
        RESTORE,
        engine.url,
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        str(source),
    )


def prove(kind: str, source: Path) -> None:
    """Read a copy from its beginning to its end.

    Args:
        kind: ``sqlite`` or ``postgresql``.
        source: The copy.

    Raises:
        CopyFailedError: If it is not sound.
        ProgramMissingError: If PostgreSQL's own program is not there.
    """
    if kind == "sqlite":
        taken = pysqlite3.connect(f"file:{source}?mode=ro", uri=True)
        try:
            (said,) = taken.execute("PRAGMA integrity_check").fetchone()
            broken = taken.execute("PRAGMA foreign_key_check").fetchone()
        except pysqlite3.Error as error:
            raise CopyFailedError(why=str(error)) from error
        finally:
            taken.close()
        if said != "ok" or broken is not None:
            raise CopyFailedError(why=f"integrity: {said}, references: {broken}")
        return
    _called(RESTORE, "--file", os.devnull, str(source))


def is_empty(engine: Engine) -> bool:
    """Tell whether a database has no table."""
    return not inspect(engine).get_table_names()


def forget_statistics(engine: Engine) -> None:
    """Let the database count its rows anew, which a copy does not bring along."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ANALYZE"))


def _run(program: str, url: URL, *words: str) -> None:
    """Run a program of PostgreSQL on a database; its password is on no command line."""
    password = url.password
    plain = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    _called(
        program,
        f"--dbname={plain.render_as_string(hide_password=False)}",
        *words,
        secret={"PGPASSWORD": password} if password else {},
    )


def _called(program: str, *words: str, secret: dict[str, str] | None = None) -> None:
    path = shutil.which(program)
    if path is None:
        raise ProgramMissingError(program=program)
    done = subprocess.run(  # noqa: S603 (our words; the address is a setting)
        [path, *words],
        env={**os.environ, **(secret or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise CopyFailedError(why=lines[0] if lines else f"{program} said nothing")
