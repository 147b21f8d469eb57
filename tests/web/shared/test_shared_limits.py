"""Limits that several nodes count together, in a real Redis."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from directory.core.errors import SettingError
from directory.web.guards import limiter
from tests.conftest import leave_out
from tests.web.making import make_app

__all__ = ["make_app"]


@dataclass
class Store:
    """A Redis server of this test's own, on a socket in its own folder."""

    path: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"redis+unix://{self.path}"

    def keys(self) -> list[str]:
        with redis.Redis(unix_socket_path=str(self.path)) as client:
            return [key.decode() for key in client.keys("*")]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def store() -> Iterator[Store]:
    program = shutil.which("redis-server")
    if program is None:
        leave_out("Redis", "no redis-server; on Debian apt-get install redis-server")
    assert program
    # A socket's path may be no longer than 107 bytes, which tmp_path can exceed.
    with tempfile.TemporaryDirectory(prefix="redis-", dir="/tmp") as folder:
        path = Path(folder) / "socket"
        options = ["--port", "0", "--save", "", "--appendonly", "no"]
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(
                [program, "--unixsocket", str(path), "--dir", folder, *options],
                stdout=log,
            )
        deadline = time.monotonic() + 10
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        running = Store(path, process)
        yield running
        running.stop()


def node(make_app, store: Store):
    app = make_app(rate_limits="on", redis_url=store.url)
    app.config["LIMIT_OF_READING"] = "5 per hour"
    # The limiter outlives an application; a process that starts has lost nothing.
    limiter._storage_dead = False
    return app


def until_refused(app) -> int:
    """Return how many pages were given before the first refusal."""
    client = app.test_client()
    for given in range(10):
        if client.get("/robots.txt").status_code == 429:
            return given
    raise AssertionError("never refused")


def test_what_one_node_counted_the_next_one_knows(make_app, store):
    first = node(make_app, store)
    assert until_refused(first) == 5

    second = node(make_app, store)

    assert until_refused(second) == 0
    assert store.keys()


def test_without_redis_a_node_goes_on_and_still_limits(make_app, store):
    app = node(make_app, store)
    assert app.test_client().get("/robots.txt").status_code == 200

    store.stop()

    assert app.test_client().get("/robots.txt").status_code == 200
    assert until_refused(app) <= 5


def test_an_address_that_is_none_stops_the_start(make_app):
    with pytest.raises(SettingError, match="DIRECTORY_REDIS_URL"):
        make_app(rate_limits="on", redis_url="nonsense://here")
