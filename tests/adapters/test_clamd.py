"""Asking a real clamd, and one that misbehaves."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest

from directory.adapters.clamd import Clamd
from directory.core.files import ScannerUnavailableError
from tests.adapters.clamd_daemon import daemon, mortal
from tests.adapters.handed_in import EICAR, GOOD_PNG
from tests.adapters.handed_in_pdf import pdf, with_embedded

__all__ = ["daemon", "mortal"]


@pytest.mark.parametrize(
    "content", [b"", b"plain", pdf(), GOOD_PNG, bytes(20_000_000)], ids=len
)
def test_what_holds_nothing_known_is_fine(daemon, content):
    assert Clamd(daemon.socket).scan([content]) is None


@pytest.mark.parametrize(
    "content",
    [
        EICAR,
        b"before " + EICAR + b" after",
        bytes(3_000_000) + EICAR,
        pdf() + EICAR,
        with_embedded(EICAR),
        GOOD_PNG + EICAR,
    ],
    ids=len,
)
def test_what_is_known_is_named(daemon, content):
    assert Clamd(daemon.socket).scan([content]) == "Invented.Eicar.UNOFFICIAL"


def test_it_is_found_wherever_the_chunks_are_cut(daemon):
    for size in (1, 7, 68):
        cut = [EICAR[at : at + size] for at in range(0, len(EICAR), size)]
        assert Clamd(daemon.socket).scan(cut) == "Invented.Eicar.UNOFFICIAL"


def test_a_file_that_is_longer_than_it_takes_was_not_looked_through(daemon):
    with pytest.raises(ScannerUnavailableError):
        Clamd(daemon.socket).scan(bytes(1_000_000) for _ in range(27))


def test_once_it_is_killed_nothing_is_fine(mortal):
    clamd = Clamd(mortal.socket)
    assert clamd.scan([b"before"]) is None
    mortal.stop()

    with pytest.raises(ScannerUnavailableError):
        clamd.scan([b"after"])


Behave = Callable[[socket.socket], None]


@pytest.fixture
def played() -> Iterator[Callable[[Behave], tuple[str, int]]]:
    """Return a maker of daemons that do as they are told with one connection."""
    closing: list[Callable[[], None]] = []

    def make(behave: Behave) -> tuple[str, int]:
        listener = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                behave(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        closing.extend((listener.close, lambda: thread.join(10)))
        host, port = listener.getsockname()
        return str(host), int(port)

    yield make
    for close in reversed(closing):
        close()


def read_all(connection: socket.socket) -> bytes:
    """Return what was streamed, up to its mark of an end."""
    received = bytearray()
    while not received.endswith(bytes(4)):
        received += connection.recv(65536)
    return bytes(received)


def test_it_is_asked_as_its_manual_says(played):
    said: list[bytes] = []

    def behave(connection: socket.socket) -> None:
        said.append(read_all(connection))
        connection.sendall(b"stream: OK\0")

    assert Clamd(played(behave)).scan([b"abc", b"", b"defg"]) is None
    lengths = [struct.pack("!L", length) for length in (3, 4, 0)]
    assert said == [
        b"zINSTREAM\0" + lengths[0] + b"abc" + lengths[1] + b"defg" + lengths[2]
    ]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: lstat() failed ERROR\0",
        b"OK\0",
        b"FOUND\0",
        b"stream: OKAY\0",
        b"x" * 5000,
        b"\xff\xfe\0",
    ],
)
def test_any_other_answer_is_none(played, answer):
    def behave(connection: socket.socket) -> None:
        read_all(connection)
        connection.sendall(answer)

    with pytest.raises(ScannerUnavailableError):
        Clamd(played(behave)).scan([b"abc"])


def test_one_that_never_answers_is_given_up(played):
    over = threading.Event()

    def behave(connection: socket.socket) -> None:
        read_all(connection)
        over.wait(20)

    with pytest.raises(ScannerUnavailableError, match="TimeoutError"):
        Clamd(played(behave), within_s=0.2).scan([b"abc"])
    over.set()


def test_one_that_does_not_read_is_given_up(played):
    over = threading.Event()

    def behave(connection: socket.socket) -> None:
        over.wait(20)
        connection.close()

    with pytest.raises(ScannerUnavailableError):
        Clamd(played(behave), within_s=0.2).scan(bytes(1_000_000) for _ in range(20))
    over.set()


def test_one_that_hangs_up_is_away(played):
    with pytest.raises(ScannerUnavailableError):
        Clamd(played(lambda connection: connection.close())).scan(
            bytes(1_000_000) for _ in range(20)
        )


def test_nobody_at_the_address_is_away(tmp_path):
    for address in (tmp_path / "socket", ("127.0.0.1", 1)):
        with pytest.raises(ScannerUnavailableError):
            Clamd(address).scan([b"abc"])


def test_what_the_file_raises_is_its_own(daemon):
    class BrokenOffError(Exception):
        pass

    def broken() -> Iterator[bytes]:
        yield b"begun"
        raise BrokenOffError

    with pytest.raises(BrokenOffError):
        Clamd(daemon.socket).scan(broken())
