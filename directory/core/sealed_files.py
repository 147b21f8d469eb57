"""Putting files into a store that is not trusted with what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from directory.core.crypto import KeyRing, Place, new_key
from directory.core.files import (
    FileMissingError,
    FileRefusedError,
    FileStore,
    Flaw,
    new_name,
)
from directory.core.streams import open_stream, seal_stream


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file in the store, and what is needed to read it.

    Args:
        key: Where it is kept.
        wrapped_key: The key that sealed it, itself sealed by the ring.
        size_bytes: Of the file itself.
        sha256: Of the file itself, in hexadecimal digits.
    """

    key: str
    wrapped_key: bytes = field(repr=False)
    size_bytes: int
    sha256: str


def wrapping_place(key: str) -> Place:
    """Return the place to which the wrapped key of an object is bound."""
    area, _, name = key.partition("/")
    return Place(area, "wrapped_key", name)


def put_sealed(
    store: FileStore,
    ring: KeyRing,
    area: str,
    chunks: Iterable[bytes],
    *,
    most_bytes: int,
) -> SealedFile:
    """Seal a file with a key of its own and put it under a name of our own.

    Nothing is kept of a file that is refused.

    Args:
        store: Where.
        ring: Wraps the key.
        area: Of the store.
        chunks: The file.
        most_bytes: That it may have.

    Raises:
        FileRefusedError: If it is empty or has more bytes.
        FilesUnavailableError: If it could not be kept.
    """
    name = new_name()
    key = f"{area}/{name}"
    data_key = new_key()
    wrapped = ring.wrap(data_key, wrapping_place(key))
    counted = _Counted(chunks, most_bytes)
    store.put(key, seal_stream(data_key, counted, _place(key)))
    return SealedFile(key, wrapped, counted.size, counted.digest.hexdigest())


def open_sealed(store: FileStore, ring: KeyRing, found: SealedFile) -> Iterator[bytes]:
    """Return the chunks of a file; the first is opened before returning.

    Only the end of the iteration says that nothing was cut off.

    Raises:
        FileMissingError: If the store does not hold it.
        FilesUnavailableError: If it cannot be read, now or later on.
        KeyMissingError: If the ring lacks the key that wrapped its key.
        SealBrokenError: If what the store holds was changed, now or later on.
    """
    data_key = ring.unwrap(found.wrapped_key, wrapping_place(found.key))
    chunks = open_stream(data_key, store.open(found.key), _place(found.key))
    first = next(chunks, None)
    if first is None:
        raise FileMissingError(key=found.key)
    return _from(first, chunks)


class _Counted:
    """Chunks that are counted on their way, and summed up."""

    def __init__(self, chunks: Iterable[bytes], most_bytes: int) -> None:
        self._chunks = chunks
        self._most = most_bytes
        self.size = 0
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            if self.size > self._most:
                raise FileRefusedError(Flaw.TOO_LARGE)
            self.digest.update(chunk)
            yield chunk
        if not self.size:
            raise FileRefusedError(Flaw.EMPTY)


def _place(key: str) -> Place:
    area, _, name = key.partition("/")
    return Place(area, "file", name)


def _from(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
