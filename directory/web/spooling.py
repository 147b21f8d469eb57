"""Files in forms, on their way through this process, sealed before a disk has them."""

from __future__ import annotations

import io
import secrets
import struct
import tempfile
from typing import IO, TYPE_CHECKING

import flask
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from directory.core.files import FilesUnavailableError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE_BYTES = 256 * 1024
"""Clear bytes that are sealed together; so many are in memory at a time."""

TAG_BYTES = 16


class SealedSpool(io.RawIOBase):
    """A file that is written once and read as often as one likes.

    What does not fit into one piece is on the disk of this machine, without a name,
    and sealed with a key that this object alone has. When it is gone, so is the key.
    """

    def __init__(self) -> None:
        """Make a key that nobody else gets."""
        self._cipher = AESGCM(secrets.token_bytes(32))
        self._file: IO[bytes] | None = None
        self._tail = bytearray()
        self._pieces = 0
        self._at = 0
        self._open: tuple[int, bytes] | None = None

    @property
    def size(self) -> int:
        """Return how many bytes were written."""
        return self._pieces * PIECE_BYTES + len(self._tail)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read from anywhere."""
        return True

    def write(self, chunk: object) -> int:
        """Add bytes at the end, wherever it is read.

        Raises:
            FilesUnavailableError: If the disk of this machine is full.
        """
        given = bytes(chunk)  # type: ignore[call-overload]  # any buffer
        self._tail += given
        while len(self._tail) > PIECE_BYTES:
            self._put_away(bytes(self._tail[:PIECE_BYTES]))
            del self._tail[:PIECE_BYTES]
        return len(given)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte, from which is read on."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """Return the byte from which is read on."""
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read bytes, at most to the end of a piece."""
        target = memoryview(buffer).cast("B")
        number, start = divmod(self._at, PIECE_BYTES)
        if number > self._pieces:
            return 0
        piece = self._piece(number) if number < self._pieces else bytes(self._tail)
        found = piece[start : start + len(target)]
        target[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        """Let go of the file and the key."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._tail.clear()
        self._pieces, self._open = 0, None
        super().close()

    def _put_away(self, piece: bytes) -> None:
        sealed = self._cipher.encrypt(_nonce(self._pieces), piece, None)
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
            self._file.seek(self._pieces * (PIECE_BYTES + TAG_BYTES))
            left = memoryview(sealed)
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            raise FilesUnavailableError(reason=type(error).__name__) from error
        self._pieces += 1

    def _piece(self, number: int) -> bytes:
        if self._open is not None and self._open[0] == number:
            return self._open[1]
        if self._file is None:
            return b""
        self._file.seek(number * (PIECE_BYTES + TAG_BYTES))
        sealed = b""
        while len(sealed) < PIECE_BYTES + TAG_BYTES:
            some = self._file.read(PIECE_BYTES + TAG_BYTES - len(sealed))
            if not some:
                break
            sealed += some
        self._open = number, self._cipher.decrypt(_nonce(number), sealed, None)
        return self._open[1]


class Request(flask.Request):
    """A request whose files are never in clear on a disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 (Werkzeug's)
        content_type: str | None,  # noqa: ARG002 (Werkzeug's)
        filename: str | None = None,  # noqa: ARG002 (Werkzeug's)
        content_length: int | None = None,  # noqa: ARG002 (Werkzeug's)
    ) -> IO[bytes]:
        return SealedSpool()  # type: ignore[return-value]  # all that is asked of it


def _nonce(number: int) -> bytes:
    # The key is new for each file, so that counting never repeats a nonce.
    return struct.pack(">IQ", 0, number)
