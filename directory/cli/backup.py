"""``cart-directory backup`` and ``restore``: all in one sealed file, and back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine

from directory.adapters.archive import About, Reading, reading, write_archive
from directory.adapters.database_copy import (
    copy_in,
    copy_out,
    forget_statistics,
    is_empty,
    prove,
)
from directory.cli.index import rebuild_if_needed
from directory.cli.setup import refuse_newer_schema
from directory.cli.wiring import Wiring
from directory.core.config import Settings, ensure_secrets
from directory.core.crypto import SETTING, KeyRing
from directory.core.errors import DirectoryError, SettingError
from directory.core.files import FileMissingError, FileStore
from directory.inquiries.rules.documents import AREA as DOCUMENTS
from directory.jobs import erasing
from directory.migrations import current, known, upgrade
from directory.submissions.rules.files import AREA as EVIDENCE

AREAS = (DOCUMENTS, EVIDENCE, erasing.AREA)
"""Of the store; tombstones too, so that no restore forgets an erasure."""


class BackupRefusedError(DirectoryError):
    """A backup is not made or not taken back; ``why`` says what stands in the way."""

    code = "backup.refused"

    def __str__(self) -> str:
        """Return it in one line."""
        return str(self.facts["why"])


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--without-files",
    is_flag=True,
    help="Leave out the objects of the store, if that is kept safe by itself.",
)
@click.pass_obj
def backup(wiring: Wiring, file: Path, *, without_files: bool) -> None:
    """Write the database and the store of files to one sealed FILE.

    People may go on working. The FILE opens with the encryption keys only, which are
    not in it: keep them elsewhere.
    """
    settings = wiring.settings()
    ring = _ring(settings)
    if file.exists():
        raise BackupRefusedError(why=f"{file} is there already")
    engine = wiring.engine(settings)
    refuse_newer_schema(engine)
    about = About(
        made_at=wiring.clock().isoformat(),
        database=engine.dialect.name,
        schema=current(engine) or "",
        areas=() if without_files else AREAS,
    )
    with _private_folder(settings) as folder:
        copy = folder / "database"
        copy_out(engine, copy)
        engine.dispose()
        number = write_archive(file, ring, about, copy, wiring.files(settings))
    click.echo(f"backup    {file} ({file.stat().st_size:,} bytes)")
    click.echo(f"database  {about.database}, schema {about.schema}")
    click.echo(f"files     {number}" if about.areas else "files     not in it")
    click.echo(
        f"keys      not in it: keep {ring.current!r} and the index key elsewhere"
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Prove that it is whole; change nothing.")
@click.pass_obj
def restore(wiring: Wiring, file: Path, *, check: bool) -> None:
    """Take everything back from a FILE that `backup` wrote.

    The database must be empty. What was erased since the backup was made is erased
    again, as far as tombstones in the store say so.
    """
    settings = wiring.settings()
    ring = _ring(settings)
    engine = wiring.engine(settings)
    if not check and not is_empty(engine):
        raise BackupRefusedError(
            why="the database is not empty: name another in DIRECTORY_DATABASE_URL,"
            " or prove the file with --check"
        )
    with _private_folder(settings) as folder:
        copy = folder / "database"
        # Once to its end before anything is changed: only that says that it is whole.
        with reading(file, ring) as found:
            about = found.about
            _refuse_others(about, engine, check=check)
            found.copy_database(copy)
            number = sum(map(_read_through, found.objects()))
        prove(about.database, copy)
        click.echo(f"backup    of {about.made_at}: whole")
        click.echo(f"database  {about.database}, schema {about.schema}: sound")
        click.echo(f"files     {number}" if about.areas else "files     not in it")
        if check:
            return
        with reading(file, ring) as found:
            _put_back(found, wiring.files(settings), folder / "again")
        copy_in(engine, copy)
    _make_ready(wiring, settings, engine)


def _read_through(part: tuple[str, Iterator[bytes]]) -> int:
    """Read an object to its end; return that it is one."""
    for _chunk in part[1]:
        pass
    return 1


def _put_back(found: Reading, store: FileStore, unused: Path) -> None:
    """Put every object back that is not there; what is there is newer or the same."""
    found.copy_database(unused)
    unused.unlink()
    for key, chunks in found.objects():
        if not _is_there(store, key):
            store.put(key, chunks)


def _is_there(store: FileStore, key: str) -> bool:
    try:
        chunks = store.open(key)
    except FileMissingError:
        return False
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
    return True


def _make_ready(wiring: Wiring, settings: Settings, engine: Engine) -> None:
    """Bring the schema up, erase again what was erased, and build the index."""
    upgrade(engine)
    forget_statistics(engine)
    tools = wiring.tools(ensure_secrets(settings))
    again = erasing.apply(tools, erasing.tombstones(tools))
    click.echo(f"erased    {again} again")
    click.echo(f"index     {rebuild_if_needed(settings, engine, wiring.clock)}")
    click.echo("next      cart-directory jobs once; cart-directory check")
    tools.engine.dispose()
    engine.dispose()


def _refuse_others(about: About, engine: Engine, *, check: bool) -> None:
    if about.database != engine.dialect.name and not check:
        raise BackupRefusedError(
            why=f"the backup is of {about.database}, the database is"
            f" {engine.dialect.name}: a copy goes back into its own kind only"
        )
    if not known(about.schema):
        raise BackupRefusedError(
            why=f"the backup has schema {about.schema or 'none'}, which this program"
            " does not know: use the program that made it, or a newer one"
        )


def _ring(settings: Settings) -> KeyRing:
    if not settings.encryption_keys:
        raise SettingError(SETTING, "is needed to seal a backup and to open one")
    return KeyRing.parse(settings.encryption_keys)


@contextmanager
def _private_folder(settings: Settings) -> Iterator[Path]:
    """Give a folder for what stands in the clear meanwhile, and remove it."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.data) as folder:
        yield Path(folder)
