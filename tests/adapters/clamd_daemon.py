"""A real clamd, started by the tests, that knows the signature of EICAR alone."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.adapters.clamd import Clamd
from directory.core.files import ScannerUnavailableError
from tests.adapters.handed_in import EICAR
from tests.conftest import leave_out

START_WITHIN_S = 30

SETTINGS = """
LocalSocket {folder}/socket
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
PidFile {folder}/pid
LogFile {folder}/log
Foreground yes
StreamMaxLength 25M
User root
"""


class Daemon:
    """A clamd that knows one signature, that of EICAR, on a socket of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self.socket = folder / "socket"
        (folder / "signatures").mkdir()
        (folder / "signatures" / "invented.ndb").write_text(
            f"Invented.Eicar:0:*:{EICAR.hex()}\n"
        )
        settings = folder / "clamd.conf"
        settings.write_text(SETTINGS.format(folder=folder))
        self._process = subprocess.Popen(
            [program, f"--config-file={settings}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        give_up = time.monotonic() + START_WITHIN_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.stop()
                log = folder / "log"
                said = log.read_text() if log.exists() else ""
                raise RuntimeError(f"clamd did not start:\n{said}")
            time.sleep(0.05)

    @property
    def scanner(self) -> Clamd:
        """Return what asks it."""
        return Clamd(self.socket)

    def _answers(self) -> bool:
        try:
            return Clamd(self.socket).scan([b"hello"]) is None
        except ScannerUnavailableError:
            return False

    def stop(self) -> None:
        """Kill it, as a machine might."""
        self._process.kill()
        self._process.wait()


def start() -> Iterator[Daemon]:
    """Yield a daemon, or leave its tests out where there is none."""
    program = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if program is None:
        leave_out("clamd", "no clamd; on Debian apt-get install clamav-daemon")
    assert program is not None
    # A socket's path may be no longer than 107 bytes, which tmp_path can exceed.
    with tempfile.TemporaryDirectory(prefix="clamd-", dir="/tmp") as folder:
        daemon = Daemon(program, Path(folder))
        yield daemon
        daemon.stop()


@pytest.fixture(scope="module")
def daemon() -> Iterator[Daemon]:
    """Return a daemon for tests that leave it running."""
    yield from start()


@pytest.fixture
def mortal() -> Iterator[Daemon]:
    """Return a daemon that a test may kill."""
    yield from start()
