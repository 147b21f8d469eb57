"""Files in a folder of this machine."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from directory.core.files import (
    KEY,
    FileMissingError,
    FilesUnavailableError,
    Stored,
    check_area,
    check_key,
)

PARTS = "parts"
"""Folder in which objects are written before they get their name."""

CHUNK_BYTES = 256 * 1024


class FolderStore:
    """Keeps each object as a file that only the owner can read.

    An object is written under another name, brought to the disk, and then named;
    whoever falls in between leaves a part that :meth:`tidy` removes.

    Args:
        folder: Made when it is first needed.
    """

    def __init__(self, folder: Path) -> None:
        """Remember where; nothing is opened yet."""
        self.folder = folder

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Keep an object; once this returns it outlives a fall of the power."""
        path = self.folder / check_key(key)
        part = self.folder / PARTS / secrets.token_hex(16)
        try:
            # Only the last of new folders would get the mode.
            for parent in (self.folder, part.parent, path.parent):
                parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise _unavailable(error) from error
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                for chunk in chunks:
                    _write(file.fileno(), chunk)
                _sync(file.fileno())
            _name(part, path)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise

    def open(self, key: str) -> Iterator[bytes]:
        """Return the chunks of an object; the first is read before returning."""
        try:
            file = (self.folder / check_key(key)).open("rb")
        except FileNotFoundError as error:
            raise FileMissingError(key=key) from error
        except OSError as error:
            raise _unavailable(error) from error
        chunks = _chunks(file)
        first = next(chunks, b"")
        return chain((first,), chunks)

    def delete(self, key: str) -> None:
        """Delete an object; that there is none is as good."""
        path = self.folder / check_key(key)
        try:
            path.unlink()
            _sync_folder(path.parent)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unavailable(error) from error

    def keys(self, area: str) -> Iterator[Stored]:
        """Yield every object of an area, in no order."""
        try:
            entries = list(os.scandir(self.folder / check_area(area)))
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unavailable(error) from error
        for entry in entries:
            key = f"{area}/{entry.name}"
            if not KEY.fullmatch(key):
                continue
            try:
                changed = entry.stat(follow_symlinks=False).st_mtime
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _unavailable(error) from error
            yield Stored(key, datetime.fromtimestamp(changed, UTC))

    def tidy(self, older_than: timedelta) -> int:
        """Remove what broken-off puts left behind; return how many there were."""
        limit = time.time() - older_than.total_seconds()
        removed = 0
        with suppress(FileNotFoundError):
            for entry in os.scandir(self.folder / PARTS):
                if entry.stat(follow_symlinks=False).st_mtime < limit:
                    Path(entry.path).unlink(missing_ok=True)
                    removed += 1
        return removed


def _write(handle: int, chunk: bytes) -> None:
    left = memoryview(chunk)
    try:
        while left:
            left = left[os.write(handle, left) :]
    except OSError as error:
        raise _unavailable(error) from error


def _sync(handle: int) -> None:
    # A second attempt could succeed although the pages are lost, so there is none.
    try:
        os.fsync(handle)
    except OSError as error:
        raise _unavailable(error) from error


def _name(part: Path, path: Path) -> None:
    try:
        part.rename(path)
        _sync_folder(path.parent)
        _sync_folder(path.parent.parent)
    except OSError as error:
        raise _unavailable(error) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while True:
            try:
                chunk = file.read(CHUNK_BYTES)
            except OSError as error:
                raise _unavailable(error) from error
            if not chunk:
                return
            yield chunk


def _unavailable(error: OSError) -> FilesUnavailableError:
    return FilesUnavailableError(reason=error.strerror or type(error).__name__)
