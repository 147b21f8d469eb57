"""Sealing what is read piece by piece: cut, swapped or lengthened, it does not open.

The construction is STREAM (source: Hoang, Reyhanitabar, Rogaway and Vizár, "Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015): each piece is
sealed by itself, under a nonce that says which one it is and whether it is the last.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from directory.core.crypto import Place, SealBrokenError

PIECE_BYTES = 64 * 1024
"""Clear bytes of each piece but the last, which may be shorter or empty."""

FORMAT = 1
"""First byte of every stream, so that the format can change one day."""

PREFIX_BYTES = 7
"""Random bytes that begin the nonce of each piece; the counter takes four more
bytes and the mark of the last piece one (96 bits in all)."""

TAG_BYTES = 16
"""What sealing adds to each piece (source: RFC 8452, section 4)."""

MOST_PIECES = 2**32
"""More do not fit the counter: 256 TiB."""


def sealed_bytes(clear_bytes: int) -> int:
    """Return how many bytes a stream of so many clear bytes takes."""
    pieces = max(1, -(-clear_bytes // PIECE_BYTES))
    return 1 + PREFIX_BYTES + clear_bytes + pieces * TAG_BYTES


def seal_stream(key: bytes, chunks: Iterable[bytes], place: Place) -> Iterator[bytes]:
    """Yield chunks that only this key opens, only whole and in this place.

    Args:
        key: A data key of 32 bytes that seals this stream and nothing else.
        chunks: What is to be sealed, cut in any way.
        place: Where the result will be kept.
    """
    head = bytes((FORMAT,)) + secrets.token_bytes(PREFIX_BYTES)
    cipher = AESGCMSIV(key)
    yield head
    for nonce, piece in _numbered(head, _cut(chunks, PIECE_BYTES), place):
        yield cipher.encrypt(nonce, piece, head[:1] + place.bound)


def open_stream(key: bytes, chunks: Iterable[bytes], place: Place) -> Iterator[bytes]:
    """Yield what :func:`seal_stream` was given.

    Each chunk is whole and in its place when it is handed out, but only the end
    of the iteration says that nothing was cut off.

    Raises:
        SealBrokenError: If a bit was changed, a piece cut, moved or added, or key
            or place are others.
    """
    size = 1 + PREFIX_BYTES
    left = iter(chunks)
    rest = b""
    while len(rest) < size:
        chunk = next(left, None)
        if chunk is None:
            raise _broken(place)
        rest += chunk
    head = rest[:size]
    if head[0] != FORMAT:
        raise _broken(place)
    cipher = AESGCMSIV(key)
    pieces = _cut(_joined(rest[size:], left), PIECE_BYTES + TAG_BYTES)
    for nonce, piece in _numbered(head, pieces, place):
        try:
            yield cipher.decrypt(nonce, piece, head[:1] + place.bound)
        except (InvalidTag, ValueError):
            raise _broken(place) from None


def _numbered(
    head: bytes, pieces: Iterable[tuple[bytes, bool]], place: Place
) -> Iterator[tuple[bytes, bytes]]:
    for number, (piece, is_last) in enumerate(pieces):
        if number >= MOST_PIECES:
            raise _broken(place)
        yield head[1:] + struct.pack(">I?", number, is_last), piece


def _joined(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _cut(chunks: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces of one size, each with whether it is the last."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        # One byte more than a piece tells that it is not the last.
        while len(held) > size:
            yield bytes(held[:size]), False
            del held[:size]
    yield bytes(held), True


def _broken(place: Place) -> SealBrokenError:
    return SealBrokenError(table=place.table, column=place.column)
