"""Workers are killed while people send; what was acknowledged is there, once."""

from __future__ import annotations

import http.client
import os
import queue
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from directory.adapters.clock import now
from directory.audit.model import Entry
from directory.audit.queries import verify
from directory.cases.model import Case, Move, Referral
from directory.core.actor import VISITOR, system
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.inquiries.model import Consent, Inquiry, Target
from directory.inquiries.queries import tracked
from tests.inquiries.invented import answered, stock

SERVER = Path(__file__).with_name("inquiry_server.py")
KILLS = int(os.environ.get("DIRECTORY_TESTS_KILLS", "10"))
CLIENTS = 4
SEED = 818
PATIENCE_S = 30

TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"')
REVISION = re.compile(r'name="revision" type="hidden" value="([^"]+)"')
GROUP = re.compile(r'<span class="receipt__group">(\w{4})</span>')


class BusyError(Exception):
    """The server says that it cannot now; nothing was acknowledged."""


BROKEN = (OSError, http.client.HTTPException, BusyError)
"""What a client sees of a worker that is killed while it answers, or of a database
that another holds for longer than a reader waits."""


class Client:
    """A browser that tries again until it knows."""

    def __init__(self, port: int, secret: str) -> None:
        self.port = port
        self.cookies = {"draft": secret}
        self.broken = 0

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> str:
        """Return the body of the answer, or where it sends us on to."""
        give_up = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self._once(method, path, data)
            except BROKEN:
                self.broken += 1
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.02)

    def _once(self, method: str, path: str, data: dict[str, str] | None) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(
                method,
                path,
                body=urlencode(data) if data else None,
                headers={
                    "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
            response = connection.getresponse()
            body = response.read().decode()
        finally:
            connection.close()
        if response.status == 503:
            raise BusyError
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        assert response.status in {200, 303}, (method, path, response.status, body)
        return response.headers.get("Location") or body

    def send(self) -> str:
        """Check, send, and return the code that the receipt shows."""
        page = self.ask("GET", "/inquiries/check")
        if page != "/inquiries/receipt":
            (token,) = TOKEN.findall(page)
            (revision,) = REVISION.findall(page)
            sent = {"csrf_token": token, "revision": revision}
            assert self.ask("POST", "/inquiries/check", sent) == "/inquiries/receipt"
        groups = GROUP.findall(self.ask("GET", "/inquiries/receipt"))
        assert len(groups) == 7
        return "-".join(groups)


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Start a server; yield its process id and its port."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, SERVER, url, folder, str(port)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(SERVER.parents[2])},
        )
    try:
        give_up = time.monotonic() + PATIENCE_S
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            assert server.poll() is None, (folder / "server.log").read_text()
            assert time.monotonic() < give_up
            time.sleep(0.05)
        yield server.pid, port
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def workers(server: int) -> list[int]:
    """Return the process ids of a server's workers."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return [int(child) for child in children]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc")
def test_every_acknowledged_inquiry_is_there_once(database_url, tmp_path):
    ring = KeyRing.new()
    (tmp_path / "ring").write_text(ring.words)
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    begun = now() - timedelta(minutes=5)
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    with sessions.begin() as session:
        stock(Work(session, system("test"), begun))
    with sessions() as session:
        for _ in range(KILLS * 10):
            waiting.put(answered(Work(session, VISITOR, begun), ring))
    codes: list[str] = []
    faults: list[BaseException] = []
    broken: list[int] = []
    stop = threading.Event()

    def people(port: int) -> None:
        while not stop.is_set():
            try:
                client = Client(port, waiting.get_nowait())
                codes.append(client.send())
                broken.append(client.broken)
            except queue.Empty:
                return
            except BaseException as fault:  # noqa: BLE001 (looked at below)
                faults.append(fault)
                return

    chance = random.Random(SEED)
    with serving(database_url, tmp_path) as (server, port):
        threads = [
            threading.Thread(target=people, args=(port,)) for _ in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        killed = 0
        while killed < KILLS and any(thread.is_alive() for thread in threads):
            time.sleep(chance.uniform(0.1, 0.5))
            alive = workers(server)
            if alive:
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(alive), signal.SIGKILL)
                    killed += 1
        stop.set()
        for thread in threads:
            thread.join(2 * PATIENCE_S)

    assert faults == []
    assert killed >= KILLS // 2
    assert len(codes) == len(set(codes)) > 0
    with sessions() as session:
        found = {tracked(session, ring, code, now=now()) for code in codes}
        assert len(found) == len(codes)
        received = session.scalar(
            select(func.count()).where(Inquiry.state == "received")
        )
        assert received == len(codes)
        events = session.scalar(
            select(func.count()).where(Entry.event == "inquiry.received")
        )
        assert events == received
        targets = session.scalar(select(func.count()).select_from(Target))
        consents = session.scalar(select(func.count()).select_from(Consent))
        assert (targets, consents) == (2 * len(codes), 3 * len(codes))
        # Each has its case: with an owner, a deadline, and the center that may see it.
        cases = session.scalars(select(Case)).all()
        assert sorted(case.inquiry_id for case in cases) == sorted(found)
        assert all(case.organization_id and case.due_at for case in cases)
        referrals = session.scalars(select(Referral)).all()
        assert sorted(one.case_id for one in referrals) == sorted(
            case.id for case in cases
        )
        assert {one.state for one in referrals} == {"offered"}
        lines = session.execute(select(Move.case_id, Move.kind)).all()
        assert len(set(map(tuple, lines))) == len(lines) == 2 * len(codes)
        assert verify(session).broken_at is None
        if engine.dialect.name == "sqlite":
            assert (
                session.connection().exec_driver_sql("PRAGMA integrity_check").scalar()
                == "ok"
            )
    engine.dispose()
    sys.stdout.write(
        f"{killed} kills, {len(codes)} acknowledged and found, each with one case,"
        f" {sum(broken)} answers cut off\n"
    )
