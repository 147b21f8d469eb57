"""Files arrive piece by piece, and go on after a connection was lost (tus 1.0.0)."""

from __future__ import annotations

import hashlib
import io
import os
import socket
import threading
import tracemalloc
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from sqlalchemy import select
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from werkzeug.serving import make_server

from directory.core.crypto import KeyRing
from directory.core.files import FilesUnavailableError
from directory.core.sealed_files import SealedFile, open_sealed
from directory.inquiries.model import Document, DocumentPart
from directory.inquiries.rules.documents import (
    ALL_MOST_BYTES,
    FILE_MOST_BYTES,
    FILES_AT_MOST,
    PART_MOST_BYTES,
)
from directory.web.context import EXTENSION
from directory.web.inquiries import uploads
from tests.adapters.handed_in_pdf import pdf
from tests.browser import Browser
from tests.web.inquiries.pages import PERSON, go
from tests.web.inquiries.test_documents import PAGE, check

AT = "/inquiries/uploads"


class Patient:
    """Somebody at a browser with a draft, who sends files piece by piece."""

    def __init__(self, app) -> None:
        self.app = app
        self.browser = Browser(app)
        go(self.browser, "/inquiries/new", PERSON, "/inquiries/illness")
        self.token = self.browser.open("/inquiries/documents").value("csrf_token")

    def headers(self, **more: object) -> dict[str, str]:
        """Return what each request says."""
        named = {name.replace("_", "-"): str(value) for name, value in more.items()}
        return {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.token, **named}

    def begin(self, size: int, name: str = "Befund.pdf", **more: object):
        """Announce a file; return the answer."""
        metadata = f"filename {b64encode(name.encode()).decode()}"
        given = {"Upload_Length": size, "Upload_Metadata": metadata, **more}
        return self.browser.client.post(AT, headers=self.headers(**given))

    def add(self, url: str, offset: int, content: bytes, **more: object):
        """Send a piece; return the answer."""
        given = {
            "Upload_Offset": offset,
            "Content_Type": "application/offset+octet-stream",
            **more,
        }
        return self.browser.client.patch(
            url, data=content, headers=self.headers(**given)
        )

    def there(self, url: str):
        """Return how much there is."""
        return self.browser.client.head(url, headers=self.headers())

    def cookie(self) -> str:
        """Return the cookies of the browser, as a header."""
        with self.app.test_request_context():
            jar = self.browser.client._cookies.values()
        return "; ".join(f"{one.key}={one.value}" for one in jar)


@pytest.fixture
def patient(app):
    return Patient(app)


def rows(app) -> list[Document]:
    with app.extensions[EXTENSION].reading() as session:
        found = list(session.scalars(select(Document)))
        session.expunge_all()
    return found


def content_of(app) -> bytes:
    """Return the bytes of the parts of the one file."""
    tools = app.extensions[EXTENSION]
    with tools.reading() as session:
        parts = list(
            session.scalars(select(DocumentPart).order_by(DocumentPart.begins_at))
        )
        session.expunge_all()
    return b"".join(
        chunk
        for part in parts
        for chunk in open_sealed(
            tools.files,
            tools.keys,
            SealedFile(part.file_key, part.wrapped_key, part.size_bytes, ""),
        )
    )


@contextmanager
def served(app) -> Iterator[str]:
    """Serve an application on loopback; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_real_client_sends_a_file_in_pieces(app, patient):
    content = b"%PDF-1.7 " + os.urandom(3_000_000)
    with served(app) as address:
        client = TusClient(f"{address}{AT}", headers=patient.headers())
        client.headers["Cookie"] = patient.cookie()
        sender = client.uploader(
            file_stream=io.BytesIO(content),
            chunk_size=700_000,
            metadata={"filename": "Выписка.pdf"},
        )
        sender.upload()

    (row,) = rows(app)
    assert (row.state, row.received_bytes) == ("checking", len(content))
    assert content_of(app) == content


def test_the_real_client_checks_each_piece_by_its_checksum(app, patient):
    content = b"%PDF-1.7 " + os.urandom(200_000)
    with served(app) as address:
        client = TusClient(f"{address}{AT}", headers=patient.headers())
        client.headers["Cookie"] = patient.cookie()
        client.uploader(
            file_stream=io.BytesIO(content), chunk_size=90_000, upload_checksum=True
        ).upload()

    assert content_of(app) == content


def test_a_connection_that_is_cut_loses_little_and_the_real_client_goes_on(
    app, patient
):
    content = b"%PDF-1.7 " + os.urandom(2_000_000)
    with served(app) as address:
        client = TusClient(f"{address}{AT}", headers=patient.headers())
        client.headers["Cookie"] = patient.cookie()
        sender = client.uploader(file_stream=io.BytesIO(content))
        url = sender.create_url()
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as line:
            head = [
                f"PATCH {url.removeprefix(address)} HTTP/1.1",
                f"Host: {host}:{port}",
                f"Content-Length: {len(content)}",
                "Content-Type: application/offset+octet-stream",
                "Upload-Offset: 0",
                f"Cookie: {patient.cookie()}",
                *(f"{name}: {value}" for name, value in patient.headers().items()),
            ]
            line.sendall("\r\n".join([*head, "", ""]).encode())
            line.sendall(content[:1_234_567])
            line.shutdown(socket.SHUT_WR)
            line.recv(100)
        there = requests.head(url, headers=client.headers, timeout=10)
        assert there.headers["Upload-Offset"] == "1234567"

        again = client.uploader(file_stream=io.BytesIO(content), url=url)
        assert again.get_offset() == 1_234_567
        again.upload()

    assert content_of(app) == content
    assert [row.state for row in rows(app)] == ["checking"]


def test_a_client_without_a_draft_sends_nothing(app, patient):
    with served(app) as address:
        client = TusClient(f"{address}{AT}", headers=patient.headers())

        with pytest.raises(TusCommunicationError):
            client.uploader(file_stream=io.BytesIO(b"%PDF-1.7")).upload()

    assert rows(app) == []


def test_the_server_says_what_it_understands(patient):
    answer = patient.browser.client.options(AT)

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,termination,checksum"
    assert answer.headers["Tus-Max-Size"] == str(FILE_MOST_BYTES)


def test_a_file_that_arrived_is_checked_and_stands_on_the_page(app, patient):
    content = pdf()
    url = patient.begin(len(content)).headers["Location"]
    assert patient.there(url).headers["Upload-Offset"] == "0"
    assert "Choose the same file again" in patient.browser.open(PAGE).text

    answer = patient.add(url, 0, content)
    check(app)

    assert answer.status_code == 204
    assert answer.headers["Upload-Offset"] == str(len(content))
    assert "Befund.pdf" in patient.browser.open(PAGE).text
    (row,) = rows(app)
    assert row.state == "kept"
    with app.extensions[EXTENSION].reading() as session:
        assert session.scalar(select(DocumentPart)) is None
    assert len(app.extensions[EXTENSION].files.objects) == 1


@pytest.mark.parametrize("offset", [1, 9, 10, 11, 100])
def test_an_offset_that_does_not_fit_is_refused_and_changes_nothing(
    app, patient, offset
):
    url = patient.begin(1000).headers["Location"]
    patient.add(url, 0, b"%PDF-" + bytes(3))

    answer = patient.add(url, offset, b"x" * 10)

    assert answer.status_code == 409
    assert answer.headers["Upload-Offset"] == "8"
    assert rows(app)[0].received_bytes == 8
    assert len(app.extensions[EXTENSION].files.objects) == 1


def test_more_bytes_than_announced_are_refused(app, patient):
    url = patient.begin(10).headers["Location"]

    assert patient.add(url, 0, b"%PDF-" + bytes(6)).status_code == 413
    assert rows(app)[0].received_bytes == 0


def test_a_wrong_checksum_keeps_nothing_of_the_piece(app, patient):
    url = patient.begin(20).headers["Location"]
    wrong = b64encode(hashlib.sha1(b"other").digest()).decode()
    right = b64encode(hashlib.sha1(b"%PDF-").digest()).decode()

    assert patient.add(url, 0, b"%PDF-", Upload_Checksum=f"sha1 {wrong}").status == (
        "460 UNKNOWN"
    )
    assert app.extensions[EXTENSION].files.objects == {}
    assert rows(app)[0].received_bytes == 0
    answer = patient.add(url, 0, b"%PDF-", Upload_Checksum=f"sha1 {right}")
    assert answer.status_code == 204
    assert patient.add(url, 5, b"x", Upload_Checksum="md5 eA==").status_code == 400


@pytest.mark.parametrize("size", [FILE_MOST_BYTES + 1, 51 * 1024 * 1024, 10**14])
def test_a_file_of_fifty_one_megabytes_is_refused_in_words(app, patient, size):
    answer = patient.begin(size)

    assert answer.status_code == 413
    assert "larger than 50 MB" in answer.json["words"]
    assert rows(app) == []


def test_the_twenty_first_file_is_refused_in_words(app, patient):
    for _ in range(FILES_AT_MOST):
        assert patient.begin(10).status_code == 201

    answer = patient.begin(10)

    assert answer.status_code == 422
    assert "room for 20 files" in answer.json["words"]
    assert len(rows(app)) == FILES_AT_MOST


def test_three_hundred_and_one_megabytes_in_all_are_refused_in_words(app, patient):
    for _ in range(ALL_MOST_BYTES // FILE_MOST_BYTES):
        assert patient.begin(FILE_MOST_BYTES).status_code == 201

    answer = patient.begin(1024 * 1024)

    assert answer.status_code == 413
    assert "300 MB" in answer.json["words"]


@pytest.mark.parametrize("size", ["", "-1", "a", "1e3", "9" * 20])
def test_a_size_that_is_none_is_refused(patient, size):
    assert patient.begin(size).status_code == 400


def test_an_empty_file_is_refused_in_words(patient):
    answer = patient.begin(0)

    assert answer.status_code == 422
    assert "empty" in answer.json["words"]


def test_a_forged_request_is_refused_before_it_is_read(app, patient):
    patient.token = "invented"

    assert patient.begin(10).status_code == 400
    assert rows(app) == []


def test_another_version_is_refused(patient):
    answer = patient.begin(10, Tus_Resumable="0.2.2")

    assert answer.status_code == 412
    assert answer.headers["Tus-Version"] == "1.0.0"


def test_a_piece_of_another_type_is_refused(patient):
    url = patient.begin(10).headers["Location"]

    assert patient.add(url, 0, b"x", Content_Type="text/plain").status_code == 415


def test_nobody_else_adds_to_a_file_or_knows_of_it(app, patient):
    url = patient.begin(10).headers["Location"]
    other = Patient(app)

    assert other.there(url).status_code == 404
    assert other.add(url, 0, b"%PDF-").status_code == 404
    deleted = other.browser.client.delete(url, headers=other.headers())
    assert deleted.status_code == 404
    assert len(rows(app)) == 1


def test_a_draft_whose_time_is_over_takes_nothing(app, patient, clock):
    url = patient.begin(10).headers["Location"]
    clock.move(days=31)

    assert patient.add(url, 0, b"%PDF-").status_code in {400, 404}
    assert rows(app)[0].received_bytes == 0


def test_two_windows_send_two_files_and_not_one_twice(app, patient):
    first, second = (patient.begin(10, name) for name in ("a.pdf", "b.pdf"))
    one, two = first.headers["Location"], second.headers["Location"]

    assert patient.add(one, 0, b"%PDF-").status_code == 204
    assert patient.add(two, 0, b"%PDF-12").status_code == 204
    assert patient.add(one, 0, b"%PDF-").status_code == 409
    assert patient.there(one).headers["Upload-Offset"] == "5"
    assert patient.there(two).headers["Upload-Offset"] == "7"


def test_a_file_on_its_way_is_forgotten_when_asked(app, patient):
    url = patient.begin(10).headers["Location"]
    patient.add(url, 0, b"%PDF-")

    answer = patient.browser.client.delete(url, headers=patient.headers())
    check(app)

    assert answer.status_code == 204
    assert patient.there(url).status_code == 404
    assert app.extensions[EXTENSION].files.objects == {}


def test_while_the_store_is_away_nothing_is_lost_that_was_there(app, patient):
    url = patient.begin(10).headers["Location"]
    patient.add(url, 0, b"%PDF-")
    app.extensions[EXTENSION].files.is_away = True

    answer = patient.add(url, 5, b"12345")

    assert answer.status_code == 503
    assert "our file store does not answer" in answer.json["words"]
    app.extensions[EXTENSION].files.is_away = False
    assert patient.there(url).headers["Upload-Offset"] == "5"
    assert patient.add(url, 5, b"12345").status_code == 204


def test_a_disk_that_fills_up_keeps_whole_parts_alone(app, patient, monkeypatch):
    store = app.extensions[EXTENSION].files
    url = patient.begin(3 * PART_MOST_BYTES).headers["Location"]
    put = store.put

    def full(key, chunks):
        if store.objects:
            next(iter(chunks))
            raise FilesUnavailableError(reason="No space left on device")
        put(key, chunks)

    monkeypatch.setattr(store, "put", full)

    assert patient.add(url, 0, bytes(3 * PART_MOST_BYTES)).status_code == 503
    assert patient.there(url).headers["Upload-Offset"] == str(PART_MOST_BYTES)
    assert len(store.objects) == 1


def test_when_too_much_waits_to_be_checked_the_next_file_waits(app, patient):
    tools = app.extensions[EXTENSION]
    object.__setattr__(
        tools, "settings", tools.settings.model_copy(update={"uploads_room_bytes": 100})
    )
    url = patient.begin(90).headers["Location"]
    patient.add(url, 0, b"%PDF-" + bytes(85))

    answer = patient.begin(20)

    assert answer.status_code == 503
    assert "no room at this moment" in answer.json["words"]


def test_no_more_files_come_in_at_a_time_than_leave_room_for_readers(patient):
    url = patient.begin(10).headers["Location"]
    for _ in range(uploads.MOST_RECEIVING):
        uploads.RECEIVING.acquire()
    try:
        answer = patient.add(url, 0, b"%PDF-")
    finally:
        for _ in range(uploads.MOST_RECEIVING):
            uploads.RECEIVING.release()

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert patient.add(url, 0, b"%PDF-").status_code == 204


def test_fifty_megabytes_take_little_memory(app, patient):
    url = patient.begin(FILE_MOST_BYTES).headers["Location"]
    store = app.extensions[EXTENSION].files
    store.put = lambda _key, chunks: [None for _ in chunks]

    class Zeros(io.RawIOBase):
        left = FILE_MOST_BYTES

        def readable(self):
            return True

        def readinto(self, buffer):
            count = min(len(buffer), self.left)
            buffer[:count] = bytes(count)
            self.left -= count
            return count

        def tell(self):
            return FILE_MOST_BYTES - self.left

        def seek(self, offset, whence=io.SEEK_SET):
            start = 0 if whence == io.SEEK_SET else FILE_MOST_BYTES
            self.left = FILE_MOST_BYTES - start - offset
            return self.tell()

    tracemalloc.start()
    answer = patient.browser.client.patch(
        url,
        input_stream=Zeros(),
        content_length=FILE_MOST_BYTES,
        headers=patient.headers(
            Upload_Offset=0, Content_Type="application/offset+octet-stream"
        ),
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer.status_code == 204
    assert peak < 8 * 1024 * 1024


def test_names_and_bytes_are_nowhere_in_clear(app, patient, tools):
    url = patient.begin(20, "zq-canary-name.pdf").headers["Location"]
    patient.add(url, 0, b"%PDF-zq-canary-bytes")
    (row,) = rows(app)

    assert b"zq-canary" not in row.name
    assert all(b"zq-canary" not in sealed for sealed, _ in tools.files.objects.values())
    file = tools.settings.database_url.removeprefix("sqlite:///")
    for ending in ("", "-wal"):
        with open(file + ending, "rb") as found:  # noqa: PTH123
            assert b"zq-canary" not in found.read()
    assert isinstance(tools.keys, KeyRing)
