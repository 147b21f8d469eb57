"""Workers are killed while files arrive; every byte acknowledged is there."""

from __future__ import annotations

import http.client
import os
import random
import re
import signal
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.adapters.clock import now
from directory.adapters.files_folder import FolderStore
from directory.audit.queries import verify
from directory.cases.queries.documents import draft_inquiry, known_objects
from directory.core.actor import VISITOR, system
from directory.core.crypto import KeyRing
from directory.core.db import make_engine, make_sessions
from directory.core.sealed_files import SealedFile, open_sealed
from directory.core.work import Work
from directory.inquiries.model import Document, DocumentPart
from tests.faults.test_inquiry_kill import BROKEN, PATIENCE_S, serving, workers
from tests.inquiries.invented import answered, stock

KILLS = int(os.environ.get("DIRECTORY_TESTS_KILLS", "10"))
CLIENTS = 3
SEED = 4711
FILE_BYTES = 2_500_000
PIECE_BYTES = 200_000

TOKEN = re.compile(r'name="csrf_token" type="hidden" value="([^"]+)"')


class Sender:
    """A browser that sends a file piece by piece, and goes on where it broke off."""

    def __init__(self, port: int, secret: str, content: bytes) -> None:
        self.port = port
        self.cookies = {"draft": secret}
        self.content = content
        self.broken = 0
        self.token = ""
        self.acknowledged = 0

    def once(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Ask once."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(
                method,
                path,
                body=body,
                headers={
                    "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
                    "Tus-Resumable": "1.0.0",
                    "X-CSRFToken": self.token,
                    **{name.replace("_", "-"): one for name, one in headers.items()},
                },
            )
            answer = connection.getresponse()
            words = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers, words

    def ask(self, method: str, path: str, good: set[int], **headers: str):
        """Ask until there is an answer that is wanted."""
        give_up = time.monotonic() + PATIENCE_S
        while True:
            try:
                status, told, words = self.once(method, path, None, **headers)
                if status in good:
                    return told, words
                assert status == 503, (method, path, status, words)
            except BROKEN:
                self.broken += 1
            assert time.monotonic() < give_up
            time.sleep(0.02)

    def send(self) -> None:
        """Send the file to its end."""
        _, page = self.ask("GET", "/inquiries/documents", {200})
        self.token = TOKEN.findall(page)[0]
        size = str(len(self.content))
        told, _ = self.ask("POST", "/inquiries/uploads", {201}, Upload_Length=size)
        url = told["Location"]
        while self.acknowledged < len(self.content):
            told, _ = self.ask("HEAD", url, {200})
            offset = int(told["Upload-Offset"])
            assert offset >= self.acknowledged
            self.acknowledged = offset
            if offset == len(self.content):
                return
            with suppress(*BROKEN):
                status, told, words = self.once(
                    "PATCH",
                    url,
                    self.content[offset : offset + PIECE_BYTES],
                    Content_Type="application/offset+octet-stream",
                    Upload_Offset=str(offset),
                )
                assert status in {204, 409, 503}, words
                if status == 204:
                    self.acknowledged = int(told["Upload-Offset"])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc")
def test_every_acknowledged_byte_is_there(database_url, tmp_path):
    ring = KeyRing.new()
    (tmp_path / "ring").write_text(ring.words)
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    begun = now() - timedelta(minutes=5)
    with sessions() as session:
        stock(Work(session, system("test"), begun))
        session.commit()
        secrets = [answered(Work(session, VISITOR, begun), ring) for _ in range(60)]
        session.commit()
        inquiries = {
            secret: draft_inquiry(session, ring, secret, now=now())
            for secret in secrets
        }
    contents: dict[str, bytes] = {}
    faults: list[BaseException] = []
    broken: list[int] = []
    stop = threading.Event()

    def people(port: int) -> None:
        while not stop.is_set() and secrets:
            secret = secrets.pop()
            content = b"%PDF-" + os.urandom(FILE_BYTES)
            try:
                sender = Sender(port, secret, content)
                sender.send()
            except BaseException as fault:  # noqa: BLE001 (looked at below)
                faults.append(fault)
                return
            contents[inquiries[secret]] = content
            broken.append(sender.broken)

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
    assert contents
    store = FolderStore(tmp_path / "files")
    with sessions() as session:
        for inquiry, content in contents.items():
            rows = session.scalars(
                select(Document).where(
                    Document.inquiry_id == inquiry, Document.state == "checking"
                )
            ).all()
            # One that was announced twice, because the answer was cut off, waits.
            (row,) = rows
            parts = session.scalars(
                select(DocumentPart)
                .where(DocumentPart.document_id == row.id)
                .order_by(DocumentPart.begins_at)
            )
            found = b"".join(
                chunk
                for part in parts
                for chunk in open_sealed(
                    store,
                    ring,
                    SealedFile(part.file_key, part.wrapped_key, part.size_bytes, ""),
                )
            )
            assert found == content
        everything = [one.key for one in store.keys("documents")]
        known = known_objects(session, everything)
        rows_known = session.scalars(select(DocumentPart.file_key)).all()
        assert set(rows_known) == set(known)
        assert verify(session).broken_at is None
    engine.dispose()
    sys.stdout.write(
        f"{killed} kills, {len(contents)} files whole, {sum(broken)} answers cut off,"
        f" {len(everything) - len(known)} objects left to be swept\n"
    )
