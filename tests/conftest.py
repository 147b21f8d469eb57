"""What every test may ask for: databases, a unit of work, reproducible chance."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import Engine

from directory import migrations
from directory.cli.seed import load_seed
from directory.core.actor import system
from directory.core.db import Session, make_engine, make_sessions
from directory.core.work import Work

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
"""The moment at which every test happens."""

START_WITHIN_S = 30
"""Patience with a database server that starts on a busy machine."""

MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30
"""Bytes that must be free before tests keep their files in memory."""

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure(config: pytest.Config) -> None:
    """Keep files of tests in memory, where a thousand databases cost no disk.

    Not where TMPDIR says otherwise, nor for benchmarks, which measure the disk too.
    """
    measured = any("benchmarks" in name for name in config.args)
    if "TMPDIR" in os.environ or measured or not MEMORY.is_dir():
        return
    if shutil.disk_usage(MEMORY).free > ROOM and os.access(MEMORY, os.W_OK):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def leave_out(part: str, reason: str) -> None:
    """Skip a test whose surroundings are missing, or fail where none may be.

    Args:
        part: What is left out, e.g. ``PostgreSQL``.
        reason: What is missing and how to get it.
    """
    if os.environ.get("DIRECTORY_TESTS_REQUIRE") == "all":
        pytest.fail(f"{part} may not be left out here: {reason}", pytrace=False)
    pytest.skip(f"{part} left out: {reason}")


class Cluster:
    """A PostgreSQL server that lives as long as the tests of one process.

    It listens on a socket in a folder of its own, so two clusters never meet,
    and forgoes every promise of durability.

    Args:
        programs: Folder of ``initdb`` and ``postgres``.
        folder: New, and reachable by the server's user.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)
        # The server refuses to run as root.
        as_user: dict[str, Any] = {"cwd": folder}
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            as_user |= {"user": "postgres", "group": "postgres", "extra_groups": []}
        subprocess.run(
            [
                *(programs / "initdb", "-D", folder / "data", "-U", "postgres"),
                *("--auth=trust", "--no-sync"),
                *("--encoding=UTF8", "--locale=C.UTF-8"),
            ],
            check=True,
            capture_output=True,
            **as_user,
        )
        options = (
            "listen_addresses=",
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
            "max_connections=200",
        )
        with (folder / "log").open("w") as log:
            self._server = subprocess.Popen(
                [
                    *(programs / "postgres", "-D", folder / "data", "-k", folder),
                    *(word for option in options for word in ("-c", option)),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                **as_user,
            )
        self._admin = self._connect()

    def _connect(self) -> psycopg.Connection[Any]:
        give_up = time.monotonic() + START_WITHIN_S
        while True:
            try:
                return psycopg.connect(
                    host=str(self.folder),
                    user="postgres",
                    dbname="postgres",
                    autocommit=True,
                )
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > give_up:
                    self._server.kill()
                    log = (self.folder / "log").read_text()
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.02)

    def create(self, template: str | None = None) -> str:
        """Return the name of a new database, copied from another if one is named."""
        name = f"directory_{next(self._numbers)}"
        words = f"CREATE DATABASE {name}" + (
            f" TEMPLATE {template}" if template else ""
        )
        if self._admin.info.server_version >= 150000:
            words += " STRATEGY FILE_COPY"
        self._admin.execute(words)
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        """Return the URL of a database, as ``DIRECTORY_DATABASE_URL`` takes it."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def stop(self) -> None:
        """End the server at once; nothing in it is wanted any more."""
        self._admin.close()
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(START_WITHIN_S)


def postgresql_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server, if one is installed."""
    found = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return max(found, key=lambda path: float(path.parts[-3])).parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return the PostgreSQL server of this test process."""
    programs = postgresql_programs()
    if programs is None:
        leave_out(
            "PostgreSQL", "no server programs; on Debian apt-get install postgresql"
        )
    assert programs is not None
    # A socket's path may be no longer than 107 bytes, which tmp_path can exceed.
    short = MEMORY if tempfile.gettempdir() == str(MEMORY) else "/tmp"
    with tempfile.TemporaryDirectory(prefix="pg-", dir=short) as folder:
        server = Cluster(programs, Path(folder))
        yield server
        server.stop()


def make_seeded(path: Path) -> None:
    """Make an SQLite file that holds everything the project seeds, to be copied."""
    engine = make_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    with make_sessions(engine).begin() as session:
        load_seed(ROOT / "seed", Work(session, system("seed"), NOW))
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def make_schema(url: str) -> None:
    """Bring an empty database to the newest schema."""
    engine = make_engine(url)
    migrations.upgrade(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with the newest schema and nothing in it."""
    path = tmp_path_factory.mktemp("template") / "directory.sqlite"
    make_schema(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with everything that the project seeds; to be copied."""
    path = tmp_path_factory.mktemp("seeded") / "directory.sqlite"
    make_seeded(path)
    return path


@pytest.fixture(scope="session")
def postgresql_template(cluster: Cluster) -> str:
    """Return the name of a PostgreSQL database with the newest schema."""
    name = cluster.create()
    make_schema(cluster.url(name))
    return name


BOTH = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgresql),
]
"""Everything that touches the database is tested on both."""


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database without any table, on both systems in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


def copied(
    request: pytest.FixtureRequest, tmp_path: Path, template: str
) -> Iterator[str]:
    """Give the URL of a copy of a database, and drop it after the test.

    Args:
        request: Of a fixture with the systems of :data:`BOTH` as its params.
        tmp_path: Where the copy of a file is put.
        template: The fixtures ``sqlite_<template>``, a file, and
            ``postgresql_<template>``, a name, say what is copied.
    """
    if request.param == "sqlite":
        path = tmp_path / "directory.sqlite"
        shutil.copyfile(request.getfixturevalue(f"sqlite_{template}"), path)
        yield f"sqlite:///{path}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = cluster.create(request.getfixturevalue(f"postgresql_{template}"))
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database of the newest schema, on both systems in turn."""
    yield from copied(request, tmp_path, "template")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the URL of an SQLite database, for tests of what is above it."""
    path = tmp_path / "directory.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Return an engine on a database of its own."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Return a session; what it did not commit is gone after the test."""
    with make_sessions(engine)() as session:
        yield session


@pytest.fixture
def work(session: Session) -> Work:
    """Return a unit of work of the program itself, at :data:`NOW`."""
    return Work(session, system("test"), NOW)


READABLE = {"directory/**/*.py": 400, "tests/**/*.py": 400, "templates/**/*.html": 150}
"""Lines of a file that is read at a sitting, or a template that is seen whole."""


def too_long(root: Path, times: float = 1) -> list[str]:
    """Return the files that are longer than is readable, and how long they are."""
    return [
        f"{path.relative_to(root).as_posix()} ({lines})"
        for pattern, most in READABLE.items()
        for path in sorted(root.glob(pattern))
        # A migration is one list of what changed.
        if path.parent.name != "versions"
        and (lines := len(path.read_text().splitlines())) > most * times
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the files that have grown past what is read at a sitting."""
    if long := too_long(ROOT):
        terminalreporter.write_line(f"longer than read at a sitting: {', '.join(long)}")
