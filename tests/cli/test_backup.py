"""One sealed file holds everything, and gives all of it back but what was erased."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select, text
from sqlalchemy.engine import make_url

from directory.adapters.archive import MAGIC, BackupUnreadableError
from directory.adapters.database_copy import (
    CopyFailedError,
    ProgramMissingError,
    copy_out,
)
from directory.audit.queries import verify
from directory.cases.model import Case, Message
from directory.cli.backup import BackupRefusedError, backup, restore
from directory.cli.wiring import Wiring
from directory.core.crypto import KeyRing
from directory.core.db import Model, make_engine, make_sessions
from directory.inquiries.model import Document, Inquiry
from tests.conftest import NOW, Cluster
from tests.fakes import MemoryStore
from tests.jobs.erasing_office import Office, office

__all__ = ["office"]

EVIDENCE = "evidence/" + "ab" * 16
HOLDS = b"sealed long ago" * 9000


@dataclass
class Operator:
    """Somebody at a terminal.

    Args:
        office: Whose directory it is.
        engine: The database that the settings name now.
        keys: The ring that the settings name now.
        file: Where backups go.
    """

    office: Office
    engine: Engine
    keys: KeyRing
    file: Path

    def type(self, command: object, *words: str) -> str:
        """Type a command; return what it said.

        Raises:
            DirectoryError: What the command refused with.
        """
        settings = self.office.tools.settings.model_copy(
            update={
                "encryption_keys": self.keys.words,
                "database_url": self.engine.url.render_as_string(hide_password=False),
            }
        )
        tools = replace(
            self.office.tools,
            settings=settings,
            engine=self.engine,
            sessions=make_sessions(self.engine),
            reading=make_sessions(self.engine, reading=True),
        )
        wiring = Wiring(
            settings=lambda: settings,
            engine=lambda _settings: self.engine,
            files=lambda _settings: tools.files,
            tools=lambda _settings: tools,
            app=lambda *_: pytest.fail("no application is needed"),
            background=lambda *_: pytest.fail("no thread is needed"),
            clock=lambda: NOW,
        )
        result = CliRunner().invoke(command, [*words], obj=wiring)  # type: ignore[arg-type]
        if result.exception is not None:
            raise result.exception
        return result.output

    def backup(self, *words: str) -> str:
        """Make a backup."""
        return self.type(backup, str(self.file), *words)

    def restore(self, *words: str) -> str:
        """Take it back."""
        return self.type(restore, str(self.file), *words)

    def left(self) -> list[str]:
        """Return what a command left behind in the data folder."""
        data = self.office.tools.settings.data
        return [path.name for path in data.glob("backup-*")]


@pytest.fixture
def operator(office: Office, engine: Engine, tmp_path: Path) -> Operator:
    office.store.put(EVIDENCE, [HOLDS])
    assert office.tools.keys is not None
    return Operator(office, engine, office.tools.keys, tmp_path / "all.backup")


@pytest.fixture
def empty(
    engine: Engine, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Engine]]:
    """Make an empty database of the same kind."""
    made: list[Engine] = []

    def make() -> Engine:
        if engine.dialect.name == "sqlite":
            url = f"sqlite:///{tmp_path / f'new-{len(made)}.sqlite'}"
        else:
            cluster: Cluster = request.getfixturevalue("cluster")
            url = cluster.url(cluster.create())
        made.append(make_engine(url))
        return made[-1]

    yield make
    for one in made:
        one.dispose()


def rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Model.metadata.tables.items()
        }


def test_everything_comes_back(operator: Operator, empty: Callable[[], Engine]):
    before = rows(operator.engine)
    said = operator.backup()
    assert "files     4" in said
    assert operator.left() == []
    kept = dict(operator.office.store.objects)
    operator.office.store.objects.clear()

    operator.engine = empty()
    said = operator.restore()

    assert "erased    0 again" in said
    assert rows(operator.engine) == before
    assert {key: one[0] for key, one in operator.office.store.objects.items()} == {
        key: one[0] for key, one in kept.items()
    }
    with make_sessions(operator.engine, reading=True)() as session:
        assert verify(session).broken is None
        assert session.scalars(select(Case)).one().due_at is not None
    assert operator.left() == []


def test_nobody_reads_it_without_the_keys(operator: Operator):
    operator.backup()

    whole = operator.file.read_bytes()
    assert stat.S_IMODE(operator.file.stat().st_mode) == 0o600
    assert whole.startswith(MAGIC)
    for words in (b"CREATE TABLE", b"SQLite format", b"PGDMP", b"invented", HOLDS[:15]):
        assert words not in whole


def test_what_was_erased_since_is_erased_again(
    operator: Operator, empty: Callable[[], Engine]
):
    operator.backup()
    operator.office.erase()
    operator.office.round()
    assert operator.office.in_area("erased")

    operator.engine = empty()
    said = operator.restore()

    assert "erased    1 again" in said
    with make_sessions(operator.engine, reading=True)() as session:
        (inquiry,) = session.scalars(select(Inquiry))
        assert inquiry.wrapped_key is None
        for table in (Message, Document):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_an_erasure_of_before_the_backup_is_in_it(
    operator: Operator, empty: Callable[[], Engine]
):
    operator.office.erase()
    operator.office.round()
    operator.backup()
    operator.office.store.objects.clear()

    operator.engine = empty()
    operator.restore()

    assert len(operator.office.in_area("erased")) == 1


def test_files_may_be_kept_apart(operator: Operator, empty: Callable[[], Engine]):
    assert "files     not in it" in operator.backup("--without-files")
    operator.office.store.objects.clear()
    operator.engine = empty()

    assert "files     not in it" in operator.restore()

    assert operator.office.store.objects == {}


def test_it_is_proved_without_changing_anything(operator: Operator):
    operator.backup()
    before, store = rows(operator.engine), dict(operator.office.store.objects)

    said = operator.restore("--check")

    assert "whole" in said
    assert "sound" in said
    assert rows(operator.engine) == before
    assert operator.office.store.objects == store
    assert operator.left() == []


def cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def cut_at_a_piece(whole: bytes) -> bytes:
    return whole[:-16]


def one_bit(whole: bytes) -> bytes:
    place = len(whole) * 2 // 3
    return whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :]


def longer(whole: bytes) -> bytes:
    return whole + b"x"


def another_head(whole: bytes) -> bytes:
    return MAGIC + b'{"name": "x", "key": "eA=="}\n' + whole[len(MAGIC) :]


def no_backup(_whole: bytes) -> bytes:
    return b"PK\x03\x04 something else"


def nothing(_whole: bytes) -> bytes:
    return b""


@pytest.mark.parametrize(
    "spoil",
    [cut, cut_at_a_piece, one_bit, longer, another_head, no_backup, nothing],
    ids=lambda spoil: spoil.__name__,
)
def test_what_is_not_a_whole_backup_is_refused_and_changes_nothing(
    operator: Operator, empty: Callable[[], Engine], spoil: Callable[[bytes], bytes]
):
    operator.backup()
    operator.file.write_bytes(spoil(operator.file.read_bytes()))
    operator.office.store.objects.clear()
    operator.engine = empty()

    with pytest.raises(BackupUnreadableError, match="the backup cannot be read: "):
        operator.restore()

    assert operator.office.store.objects == {}
    with operator.engine.connect() as connection:
        assert operator.engine.dialect.get_table_names(connection) == []
    assert operator.left() == []


@pytest.mark.parametrize(
    ("name", "why"), [("k1", "are not those"), ("k7", "key 'k1', which")]
)
def test_other_keys_are_named(
    operator: Operator, empty: Callable[[], Engine], name: str, why: str
):
    operator.backup()
    strange = KeyRing.new()
    operator.keys = KeyRing(name, {name: strange.wrapping["k1"]}, strange.index)
    operator.engine = empty()

    with pytest.raises(BackupUnreadableError, match=why):
        operator.restore()


def test_a_backup_of_before_a_rotation_opens_with_the_old_key_in_the_ring(
    operator: Operator,
):
    operator.backup()
    operator.keys = operator.keys.with_key("k2", KeyRing.new().wrapping["k1"]).led_by(
        "k2"
    )

    assert "whole" in operator.restore("--check")


def test_a_database_with_something_in_it_is_left_alone(operator: Operator):
    operator.backup()

    with pytest.raises(BackupRefusedError, match="the database is not empty"):
        operator.restore()


def test_a_file_that_is_there_is_left_alone(operator: Operator):
    operator.file.write_text("mine")

    with pytest.raises(BackupRefusedError, match="is there already"):
        operator.backup()

    assert operator.file.read_text() == "mine"


@pytest.mark.postgresql
def test_it_goes_back_into_its_own_kind_only(
    operator: Operator, tmp_path: Path, cluster: Cluster
):
    is_sqlite = operator.engine.dialect.name == "sqlite"
    operator.backup()
    operator.engine = make_engine(
        cluster.url(cluster.create()) if is_sqlite else f"sqlite:///{tmp_path / 'x'}"
    )

    with pytest.raises(BackupRefusedError, match="into its own kind only"):
        operator.restore()

    operator.engine.dispose()


def test_a_schema_that_this_program_does_not_know_is_refused(
    operator: Operator, empty: Callable[[], Engine]
):
    with operator.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Exception, match="9999, which is newer"):
        operator.backup()


def test_without_the_programs_of_postgresql_it_says_which(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
):
    if operator.engine.dialect.name == "sqlite":
        assert "files" in operator.backup()
        return
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with pytest.raises(ProgramMissingError, match="pg_dump is needed"):
        operator.backup()

    assert not operator.file.exists()


def test_no_password_is_on_a_command_line(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    if operator.engine.dialect.name == "sqlite":
        return
    told = tmp_path / "told"
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$@" > {told}\necho no >&2\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    operator.engine = make_engine(
        make_url(str(operator.engine.url))
        .set(password="hunter-invented")
        .render_as_string(hide_password=False)
    )

    with pytest.raises(CopyFailedError, match="could not be copied: no"):
        copy_out(operator.engine, tmp_path / "copy")

    assert "dbname" in told.read_text()
    assert "hunter" not in told.read_text()


def test_a_store_that_is_away_leaves_no_half_backup(operator: Operator):
    assert isinstance(operator.office.store, MemoryStore)
    operator.office.store.is_away = True

    with pytest.raises(Exception, match="files"):
        operator.backup()

    assert not operator.file.exists()
    assert [path.name for path in operator.file.parent.glob(".all*")] == []
    assert operator.left() == []
