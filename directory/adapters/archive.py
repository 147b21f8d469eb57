"""One sealed file that holds a database and the objects of the store.

It begins with two lines that everybody can read: what it is, and the key that sealed
the rest, itself wrapped by the ring. The rest is a tar archive, sealed as a stream:
cut, changed or lengthened it does not open. The ring is not in it and is kept apart.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from directory.core.crypto import (
    SETTING,
    KeyMissingError,
    KeyRing,
    Place,
    SealBrokenError,
    new_key,
)
from directory.core.errors import DirectoryError
from directory.core.files import FileMissingError, FileStore, new_name, private_file
from directory.core.streams import open_stream, seal_stream

MAGIC = b"cart-directory backup 1\n"
"""First line; the number is that of the format."""

LONGEST_LINE = 10_000
"""Bytes that the second line may have."""

CHUNK_BYTES = 256 * 1024

ABOUT = "about.json"
DATABASE = "database"
OBJECTS = "objects/"
"""Names inside the archive; objects lie below, by their key in the store."""


class BackupUnreadableError(DirectoryError):
    """A file is no backup of this program, or not a whole one; ``why`` says how."""

    code = "backup.unreadable"

    def __str__(self) -> str:
        """Return it in one line."""
        return f"the backup cannot be read: {self.facts['why']}"


@dataclass(frozen=True, slots=True)
class About:
    """What a backup says of itself.

    Args:
        made_at: When the copy of the database was begun.
        database: ``sqlite`` or ``postgresql``: only the same takes it back.
        schema: Revision of the database.
        areas: Of the store, as far as its objects are in it; none if they are kept
            apart.
    """

    made_at: str
    database: str
    schema: str
    areas: tuple[str, ...]


def write_archive(
    file: Path,
    ring: KeyRing,
    about: About,
    database: Path,
    store: FileStore,
) -> int:
    """Write a backup; the file is there whole or not at all.

    Objects are read after the database was copied, so that those which it names are
    there, but for what was erased meanwhile.

    Args:
        file: Must not be there yet.
        ring: Wraps the key of this backup.
        about: What is said of it.
        database: The copy of the database.
        store: Where the objects are.

    Returns:
        How many objects are in it.

    Raises:
        FilesUnavailableError: If the store is away.
        OSError: If the file cannot be written, or is there already.
    """
    name, key = new_name(), new_key()
    counted = _Counted(store, about.areas)
    part = file.with_name(f".{file.name}.{name}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(MAGIC)
            wrapped = ring.wrap(key, _wrapping(name))
            head = {"name": name, "key": base64.b64encode(wrapped).decode()}
            out.write(json.dumps(head).encode() + b"\n")
            clear = _tar(about, database, counted)
            for chunk in seal_stream(key, clear, _place(name)):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        # Unlike a renaming, a link never takes the place of what is there.
        os.link(part, file)
    finally:
        with suppress(OSError):
            part.unlink()
    _sync_folder(file.parent)
    return counted.number


@contextmanager
def reading(file: Path, ring: KeyRing) -> Iterator[Reading]:
    """Open a backup and read what it says of itself.

    Raises:
        BackupUnreadableError: If it is none, is not whole, or opens with other keys.
    """
    with file.open("rb") as source:
        if source.readline(len(MAGIC)) != MAGIC:
            raise BackupUnreadableError(why="it does not begin as one")
        name, wrapped = _head(source.readline(LONGEST_LINE))
        key = _key(ring, name, wrapped)
        try:
            clear = _Joined(open_stream(key, _chunks(source), _place(name)))
            with tarfile.open(fileobj=cast("IO[bytes]", clear), mode="r|") as tar:
                yield Reading(tar, clear)
        except SealBrokenError as error:
            raise BackupUnreadableError(why="it was changed or cut off") from error
        except (tarfile.TarError, EOFError) as error:
            raise BackupUnreadableError(why="it is not whole") from error


class Reading:
    """A backup that is being read from its beginning to its end, once.

    Args:
        tar: Its parts.
        clear: The bytes that they come from.
    """

    def __init__(self, tar: tarfile.TarFile, clear: _Joined) -> None:
        """Read what it says of itself, which comes first."""
        self._tar, self._clear = tar, clear
        self.about = self._read_about()

    def copy_database(self, into: Path) -> None:
        """Write the copy of the database, which comes second, to a new file."""
        handle = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            shutil.copyfileobj(self._next(DATABASE)[1], out, CHUNK_BYTES)

    def objects(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Yield the key and the chunks of each object, and see the end.

        The chunks of one must be read before the next is asked for. Only the end of
        the iteration says that nothing was cut off.
        """
        # Iterating over the archive would begin with the parts that were read already.
        while (member := self._tar.next()) is not None:
            if not member.isreg() or not member.name.startswith(OBJECTS):
                raise BackupUnreadableError(why="something in it is no object")
            part = self._tar.extractfile(member)
            assert part is not None, "a regular file has a content"
            yield member.name.removeprefix(OBJECTS), _chunks(part)
        while self._clear.read(CHUNK_BYTES):
            pass

    def _read_about(self) -> About:
        try:
            said: dict[str, Any] = json.loads(self._next(ABOUT)[1].read(LONGEST_LINE))
            return About(**{**said, "areas": tuple(said["areas"])})
        except (ValueError, TypeError, KeyError) as error:
            raise BackupUnreadableError(why="it does not say what it is") from error

    def _next(self, name: str) -> tuple[tarfile.TarInfo, IO[bytes]]:
        member = self._tar.next()
        part = self._tar.extractfile(member) if member and member.isreg() else None
        if member is None or part is None or member.name != name:
            raise BackupUnreadableError(why=f"it has no {name} where it belongs")
        return member, part


class _Joined:
    """Chunks as something that tarfile can read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._held = chunks, bytearray()

    def read(self, size: int) -> bytes:
        while len(self._held) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._held += chunk
        found = bytes(self._held[:size])
        del self._held[:size]
        return found


class _Counted:
    """The objects of some areas of a store, counted as they are read."""

    def __init__(self, store: FileStore, areas: Iterable[str]) -> None:
        self._store, self._areas, self.number = store, areas, 0

    def __iter__(self) -> Iterator[tuple[str, BinaryIO, datetime]]:
        for area in self._areas:
            for stored in self._store.keys(area):
                # Its length stands before it in the archive, so it is fetched first.
                with private_file() as held:
                    try:
                        for chunk in self._store.open(stored.key):
                            held.write(chunk)
                    except FileMissingError:
                        # Erased since it was listed.
                        continue
                    self.number += 1
                    yield stored.key, held, stored.changed_at


def _tar(about: About, database: Path, objects: _Counted) -> Iterator[bytes]:
    """Yield an archive chunk by chunk."""
    words = json.dumps(asdict(about)).encode()
    yield _header(ABOUT, len(words), datetime.now(UTC))
    yield words + _filling(len(words))
    size = database.stat().st_size
    yield _header(DATABASE, size, datetime.now(UTC))
    with database.open("rb") as file:
        yield from _chunks(file)
    yield _filling(size)
    for key, held, changed_at in objects:
        size = held.tell()
        held.seek(0)
        yield _header(f"{OBJECTS}{key}", size, changed_at)
        yield from _chunks(held)
        yield _filling(size)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _header(name: str, size: int, changed_at: datetime) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(changed_at.timestamp())
    return entry.tobuf(tarfile.PAX_FORMAT)


def _filling(size: int) -> bytes:
    """Return what brings a member to a whole number of blocks."""
    return bytes(-size % tarfile.BLOCKSIZE)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _head(line: bytes) -> tuple[str, bytes]:
    try:
        said = json.loads(line)
        return str(said["name"]), base64.b64decode(said["key"], validate=True)
    except (ValueError, TypeError, KeyError) as error:
        raise BackupUnreadableError(why="its second line is not as it was") from error


def _key(ring: KeyRing, name: str, wrapped: bytes) -> bytes:
    try:
        return ring.unwrap(wrapped, _wrapping(name))
    except KeyMissingError as error:
        missing = error.facts["key"]
        raise BackupUnreadableError(
            why=f"it was sealed under the key {missing!r}, which {SETTING} lacks"
        ) from error
    except SealBrokenError as error:
        raise BackupUnreadableError(
            why=f"the keys of {SETTING} are not those that it was sealed under"
        ) from error


def _place(name: str) -> Place:
    return Place("backup", "archive", name)


def _wrapping(name: str) -> Place:
    return Place("backup", "wrapped_key", name)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
