"""Asking clamd, the daemon of ClamAV, what it knows of a file."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterable
from pathlib import Path

from directory.core.files import ScannerAddress, ScannerUnavailableError

CHUNK_BYTES = 64 * 1024

CONNECT_WITHIN_S = 3.0

ANSWER_WITHIN_S = 60.0
"""For a whole file, sent and answered; a large PDF takes clamd some seconds."""

LONGEST_ANSWER = 1024
"""Bytes; it answers in one line."""

FINE = "stream: OK"
FOUND = " FOUND"


class Clamd:
    """Hands files to clamd over its own protocol (source: its manual, INSTREAM).

    Args:
        address: A socket in the file system, or a host and its port.
        within_s: Seconds that one file may take.
    """

    def __init__(
        self, address: ScannerAddress, *, within_s: float = ANSWER_WITHIN_S
    ) -> None:
        """Remember where; nothing is opened yet."""
        self.address = address
        self.within_s = within_s

    def scan(self, chunks: Iterable[bytes]) -> str | None:
        """Return the name of the signature that was found, or nothing.

        Raises:
            ScannerUnavailableError: If there is no answer, or another than these
                two: too long a file, for one, was not looked through.
        """
        deadline = time.monotonic() + self.within_s
        connection = self._connect()
        with connection:
            # What the chunks raise is theirs; only the daemon's part is caught.
            self._send(connection, b"zINSTREAM\0", deadline)
            for chunk in chunks:
                for start in range(0, len(chunk), CHUNK_BYTES):
                    part = chunk[start : start + CHUNK_BYTES]
                    head = struct.pack("!L", len(part))
                    self._send(connection, head + part, deadline)
            self._send(connection, struct.pack("!L", 0), deadline)
            answer = self._answer(connection, deadline)
        if answer == FINE:
            return None
        if answer.startswith("stream: ") and answer.endswith(FOUND):
            return answer.removeprefix("stream: ").removesuffix(FOUND)
        raise ScannerUnavailableError(reason="answer")

    def _connect(self) -> socket.socket:
        try:
            if isinstance(self.address, Path):
                connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                connection.settimeout(CONNECT_WITHIN_S)
                try:
                    connection.connect(str(self.address))
                except BaseException:
                    connection.close()
                    raise
                return connection
            return socket.create_connection(self.address, CONNECT_WITHIN_S)
        except OSError as error:
            raise _unavailable(error) from error

    def _send(self, to: socket.socket, message: bytes, deadline: float) -> None:
        try:
            to.settimeout(_left(deadline))
            to.sendall(message)
        except OSError as error:
            raise _unavailable(error) from error

    def _answer(self, connection: socket.socket, deadline: float) -> str:
        answer = b""
        try:
            while b"\0" not in answer and len(answer) <= LONGEST_ANSWER:
                connection.settimeout(_left(deadline))
                received = connection.recv(LONGEST_ANSWER)
                if not received:
                    break
                answer += received
        except OSError as error:
            raise _unavailable(error) from error
        line, end, _ = answer.partition(b"\0")
        if not end:
            raise ScannerUnavailableError(reason="cut off")
        return line.decode("utf-8", "replace")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _unavailable(error: OSError) -> ScannerUnavailableError:
    return ScannerUnavailableError(reason=type(error).__name__)
