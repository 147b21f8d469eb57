"""What tests of cases may ask for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.core.crypto import KeyRing
from directory.core.work import Work
from tests.cases.people import Cast, seated
from tests.conftest import BOTH, Cluster, copied


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    """Return the ring of all tests of cases."""
    return KeyRing.new()


@pytest.fixture(scope="session")
def casts() -> dict[str, Cast]:
    """Return who was seated, by the system of the database."""
    return {}


@pytest.fixture(scope="session")
def sqlite_seated(
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_template: Path,
    keys: KeyRing,
    casts: dict[str, Cast],
) -> Path:
    """Return an SQLite file in which an inquiry was just sent."""
    path = tmp_path_factory.mktemp("seated") / "directory.sqlite"
    shutil.copyfile(sqlite_template, path)
    casts["sqlite"] = seated(f"sqlite:///{path}", keys)
    return path


@pytest.fixture(scope="session")
def postgresql_seated(
    cluster: Cluster, postgresql_template: str, keys: KeyRing, casts: dict[str, Cast]
) -> str:
    """Return the name of a PostgreSQL database in which an inquiry was just sent."""
    name = cluster.create(postgresql_template)
    casts["postgresql"] = seated(cluster.url(name), keys)
    return name


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database; people who are asked for sit in it already."""
    peopled = "people" in request.fixturenames
    yield from copied(request, tmp_path, "seated" if peopled else "template")


@pytest.fixture
def people(work: Work, casts: dict[str, Cast]) -> Cast:
    """Return a directory in which an inquiry was just sent, and all its people."""
    return casts[work.session.get_bind().dialect.name].at(work.session)
