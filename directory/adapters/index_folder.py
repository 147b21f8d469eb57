"""The folder that the index is kept in: states that are whole, or not there.

::

    index/                 only its owner may enter (files of an index are pickles)
      current              name of the state that stands, and its manifest's digest
      writer.lock          held by the one process that writes
      merger.lock          held by the one process that packs segments again
      <name>/              one state; never changed once ``current`` names it
        manifest.json      what it says of itself, and the seal of every file
        …                  files; those that the state before had too are links

A new state is written beside, forced to disk, and named by one atomic rename.
Whatever happens before the rename, the old state stands. What is read is
checked against its seal first, and used from memory after that.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import stat
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from directory.search.ports import IndexUnusableError

CURRENT = "current"
WRITER = "writer.lock"
MERGER = "merger.lock"
MANIFEST = "manifest.json"
STATE_PREFIX = "state-"

NAME = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
"""What a file of a state is called."""

TRIES = 5
"""A state may be swept between reading its name and its files; then the next
one is there."""

FOR_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Seal:
    """What a file must be.

    Args:
        size: In bytes.
        digest: SHA-256 of its content, in hexadecimal.
    """

    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One state, as its manifest describes it.

    Args:
        name: Of its folder.
        about: What it says besides the files; JSON values.
        files: Seal by file name.
    """

    name: str
    about: Mapping[str, Any]
    files: Mapping[str, Seal]


Wanted = Callable[[Kept], Collection[str]]
"""Chooses which files of a state to read."""


class IndexFolder:
    """States of an index in a folder; threads share it.

    Args:
        path: Made when something is first written.
    """

    def __init__(self, path: Path) -> None:
        """Remember the folder."""
        self.path = path
        self._looking = threading.Lock()
        self._seen: dict[str, tuple[int, int, int]] = {}
        self._turn = 0

    def current(self) -> str:
        """Return the name of the state that stands.

        Raises:
            IndexUnusableError: If there is none.
        """
        return self._pointer()[0]

    def read(self, wanted: Wanted) -> tuple[Kept, Mapping[str, bytes]]:
        """Return the state that stands, and some files of it, each byte checked.

        Args:
            wanted: Chooses the files.

        Raises:
            IndexUnusableError: If it is missing, damaged, or others may write
                to it.
        """
        for attempt in range(TRIES):
            name, digest = self._pointer()
            try:
                kept = self._manifest(name, digest)
                return kept, self._contents(kept, wanted(kept))
            except FileNotFoundError as error:
                if self._pointer()[0] == name or attempt == TRIES - 1:
                    raise IndexUnusableError(reason="damaged", state=name) from error
        raise AssertionError("unreachable")

    def check(self, most: int) -> Kept:
        """Return the state that stands, if no file of it is seen to be damaged.

        The bytes of a file are checked if this process has not yet, or if its
        size, time or place on disk are others since. Of the rest, some are
        checked each time in turn.

        Args:
            most: Bytes to check again of files that look the same, about.

        Raises:
            IndexUnusableError: As for :meth:`read`.
        """

        def look(kept: Kept) -> Collection[str]:
            for one in self._doubtful(kept, most):
                # One after the other, so that only one is in memory.
                self._contents(kept, (one,))
            return ()

        return self.read(look)[0]

    def _doubtful(self, kept: Kept, most: int) -> Collection[str]:
        folder = self.path / kept.name
        names = sorted(kept.files)
        with self._looking:
            self._seen = {one: self._seen[one] for one in names if one in self._seen}
            found = {
                one
                for one in names
                if self._seen.get(one) != _stamp((folder / one).stat())
            }
            for _ in names:
                if most <= 0:
                    break
                one = names[self._turn % len(names)]
                found.add(one)
                most -= kept.files[one].size
                self._turn += 1
        return found

    def _pointer(self) -> tuple[str, str]:
        try:
            self._refuse_others(self.path)
            words = _content_of(self.path / CURRENT)
        except FileNotFoundError as error:
            raise IndexUnusableError(reason="missing") from error
        except OSError as error:
            raise IndexUnusableError(reason="damaged") from error
        name, _, digest = words.decode("ascii", "replace").rstrip("\n").partition(" ")
        if len(digest) != 64 or not name.startswith(STATE_PREFIX) or "/" in name:
            raise IndexUnusableError(reason="damaged")
        return name, digest

    def _manifest(self, name: str, digest: str) -> Kept:
        folder = self.path / name
        self._refuse_others(folder)
        try:
            words = _content_of(folder / MANIFEST)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise IndexUnusableError(reason="damaged", state=name) from error
        if sha256(words).hexdigest() != digest:
            raise IndexUnusableError(reason="damaged", state=name)
        try:
            return _kept(name, words)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexUnusableError(reason="format", state=name) from error

    def _contents(self, kept: Kept, files: Collection[str]) -> dict[str, bytes]:
        """Read files; all are opened before any is read, so that none is swept."""
        folder = self.path / kept.name
        found = {}
        with ExitStack() as stack:
            try:
                opened = {
                    one: stack.enter_context((folder / one).open("rb", buffering=0))
                    for one in files
                }
                for one, file in opened.items():
                    found[one] = self._content(kept, one, file)
            except FileNotFoundError:
                raise
            except OSError as error:
                raise IndexUnusableError(reason="damaged", state=kept.name) from error
        return found

    def _content(self, kept: Kept, name: str, file: BinaryIO) -> bytes:
        seal = kept.files[name]
        stamp = _stamp(_of_nobody_else(file, self.path / kept.name / name))
        content = _exactly(file, seal.size)
        if content is None or sha256(content).hexdigest() != seal.digest:
            raise IndexUnusableError(reason="damaged", state=kept.name, file=name)
        with self._looking:
            self._seen[name] = stamp
        return content

    def _refuse_others(self, folder: Path) -> None:
        """Refuse a folder that another user owns or may write to."""
        _refuse(folder.stat(), folder)

    def write(
        self,
        files: Mapping[str, bytes],
        about: Mapping[str, Any],
        base: Kept | None = None,
        again: Collection[str] = (),
    ) -> Kept:
        """Write a state beside, force it to disk, and let it stand.

        Args:
            files: Content of new files by name.
            about: What to say of it in the manifest; JSON values.
            base: The state before.
            again: Files of the state before that it has too.

        Raises:
            OSError: If it could not be written; the state before then stands.
            IndexUnusableError: If a file of the state before is not there.
        """
        self._make()
        name = f"{STATE_PREFIX}{secrets.token_hex(8)}"
        folder = self.path / name
        seals = {}
        folder.mkdir(mode=0o700)
        try:
            for file in again:
                assert base is not None
                seals[file] = base.files[file]
                self._link(base, file, folder / file)
            for file, content in files.items():
                seals[file] = Seal(len(content), sha256(content).hexdigest())
                _write(folder / file, content)
            manifest = json.dumps(
                {
                    "about": about,
                    "files": {
                        file: (seal.size, seal.digest)
                        for file, seal in sorted(seals.items())
                    },
                },
                sort_keys=True,
            ).encode()
            _write(folder / MANIFEST, manifest)
            _sync(folder)
            pointer = self.path / f"{CURRENT}.{name}"
            _write(pointer, f"{name} {sha256(manifest).hexdigest()}\n".encode())
            pointer.replace(self.path / CURRENT)
            _sync(self.path)
        except (OSError, IndexUnusableError):
            shutil.rmtree(folder, ignore_errors=True)
            (self.path / f"{CURRENT}.{name}").unlink(missing_ok=True)
            raise
        return _kept(name, manifest)

    def _make(self) -> None:
        """Make the folder, or make it ours alone.

        What others own is not built upon, and a link leads who knows where: both
        are set aside as they are, since what is in them is not ours to remove.
        """
        if self.path.is_symlink() or (
            self.path.is_dir() and not _is_ours(self.path.stat())
        ):
            self.path.rename(
                self.path.with_name(f"{self.path.name}.aside-{secrets.token_hex(4)}")
            )
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.path.stat().st_mode & FOR_OTHERS:
            self.path.chmod(0o700)

    def _link(self, base: Kept, file: str, target: Path) -> None:
        """Link a file of the state before; copy it where links are not to be had."""
        source = self.path / base.name / file
        try:
            if source.stat().st_size != base.files[file].size:
                raise IndexUnusableError(reason="damaged", state=base.name, file=file)
            os.link(source, target)
        except FileNotFoundError as error:
            raise IndexUnusableError(
                reason="damaged", state=base.name, file=file
            ) from error
        except OSError:
            _write(target, self._contents(base, (file,))[file])

    def sweep(self) -> int:
        """Remove every state but the one that stands; return how many.

        Called by the writer alone. Readers have what they use in memory.
        """
        try:
            name = self.current()
        except IndexUnusableError:
            name = ""
        gone = 0
        for path in self.path.iterdir() if self.path.is_dir() else ():
            if path.name.startswith(STATE_PREFIX) and path.name != name:
                shutil.rmtree(path, ignore_errors=True)
                gone += 1
            elif path.name.startswith(f"{CURRENT}."):
                path.unlink(missing_ok=True)
        return gone

    @contextmanager
    def holding(self, lock: str) -> Iterator[bool]:
        """Hold a lock of this folder, if it is free; what is given says whether.

        The lock goes with the process, however it ends.

        Args:
            lock: :data:`WRITER` or :data:`MERGER`.
        """
        self._make()
        handle = os.open(self.path / lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(handle)


def _kept(name: str, manifest: bytes) -> Kept:
    said = json.loads(manifest)
    for file in said["files"]:
        # None leads out of its folder.
        if not NAME.fullmatch(file):
            raise ValueError(file)
    return Kept(
        name,
        said["about"],
        {file: Seal(size, digest) for file, (size, digest) in said["files"].items()},
    )


def _content_of(path: Path) -> bytes:
    with path.open("rb", buffering=0) as file:
        _of_nobody_else(file, path)
        return file.read()


def _of_nobody_else(file: BinaryIO, path: Path) -> os.stat_result:
    """Return what a file is, if no other user owns it or may write to it.

    A folder that nobody else may write to may hold such a file all the same, if it
    was copied there.
    """
    found = os.fstat(file.fileno())
    _refuse(found, path)
    return found


def _refuse(found: os.stat_result, path: Path) -> None:
    if found.st_mode & FOR_OTHERS or not _is_ours(found):
        raise IndexUnusableError(reason="permissions", path=str(path))


def _is_ours(found: os.stat_result) -> bool:
    return found.st_uid in {os.geteuid(), 0}


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def _exactly(file: BinaryIO, size: int) -> bytes | None:
    """Return the content of a file that is so many bytes long."""
    if os.fstat(file.fileno()).st_size != size:
        return None
    content = file.read()
    return content if len(content) == size else None


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
