"""The folder that the index is kept in: states that are whole, or not there.

::

    index/                 only its owner may enter (files of an index are pickles)
      current              name of the state that stands, and its manifest's digest
      writer.lock          held by the one process that writes
      <name>/              one state; never changed once ``current`` names it
        manifest.json      format, position, and size and SHA-256 of every file
        …                  files of the search engine

A new state is written beside, forced to disk, and named by one atomic rename.
Whatever happens before the rename, the old state stands. What is read is
checked against the manifest first, and used from memory after that.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from directory.search.ports import IndexUnusableError

CURRENT = "current"
LOCK = "writer.lock"
MANIFEST = "manifest.json"
STATE_PREFIX = "state-"

TRIES = 5
"""A state may be swept between reading its name and its files; then the next
one is there."""

FOR_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Kept:
    """One state, as read and checked.

    Args:
        name: Of its folder.
        about: What its manifest says besides the files.
        files: Content by file name.
    """

    name: str
    about: Mapping[str, Any]
    files: Mapping[str, bytes]


class IndexFiles:
    """States of an index in a folder.

    Args:
        folder: Made when something is first written.
    """

    def __init__(self, folder: Path) -> None:
        """Remember the folder."""
        self.folder = folder

    def current(self) -> str:
        """Return the name of the state that stands.

        Raises:
            IndexUnusableError: If there is none.
        """
        return self._pointer()[0]

    def read(self) -> Kept:
        """Return the state that stands, every byte of it checked.

        Raises:
            IndexUnusableError: If it is missing, damaged, or others may write
                to it.
        """
        for attempt in range(TRIES):
            name, digest = self._pointer()
            try:
                return self._read(name, digest)
            except FileNotFoundError as error:
                if self._pointer()[0] == name or attempt == TRIES - 1:
                    raise IndexUnusableError(reason="damaged", state=name) from error
        raise AssertionError("unreachable")

    def _pointer(self) -> tuple[str, str]:
        try:
            self._refuse_others(self.folder)
            words = (self.folder / CURRENT).read_bytes()
        except FileNotFoundError as error:
            raise IndexUnusableError(reason="missing") from error
        except OSError as error:
            raise IndexUnusableError(reason="damaged") from error
        name, _, digest = words.decode("ascii", "replace").rstrip("\n").partition(" ")
        if len(digest) != 64 or not name.startswith(STATE_PREFIX) or "/" in name:
            raise IndexUnusableError(reason="damaged")
        return name, digest

    def _read(self, name: str, digest: str) -> Kept:
        folder = self.folder / name
        self._refuse_others(folder)
        try:
            words = (folder / MANIFEST).read_bytes()
            if sha256(words).hexdigest() != digest:
                raise IndexUnusableError(reason="damaged", state=name)
            manifest = json.loads(words)
            files = {}
            for file, (size, expected) in manifest["files"].items():
                content = (folder / file).read_bytes()
                if len(content) != size or sha256(content).hexdigest() != expected:
                    raise IndexUnusableError(reason="damaged", state=name, file=file)
                files[file] = content
        except FileNotFoundError:
            raise
        except OSError as error:
            raise IndexUnusableError(reason="damaged", state=name) from error
        return Kept(name, manifest["about"], files)

    def _refuse_others(self, folder: Path) -> None:
        """Refuse a folder that another user owns or may write to."""
        found = folder.stat()
        if found.st_mode & FOR_OTHERS or not _is_ours(found):
            raise IndexUnusableError(reason="permissions", folder=str(folder))

    def write(
        self, files: Mapping[str, bytes], about: Mapping[str, Any], base: Kept | None
    ) -> Kept:
        """Write a state beside, force it to disk, and let it stand.

        Args:
            files: Content by file name.
            about: What to say of it in the manifest; JSON values.
            base: The state before, whose unchanged files are linked, not copied.

        Raises:
            OSError: If it could not be written; the state before then stands.
        """
        self._make_folder()
        name = f"{STATE_PREFIX}{secrets.token_hex(8)}"
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        try:
            for file, content in files.items():
                if not self._link(folder / file, content, base):
                    _write(folder / file, content)
            manifest = json.dumps(
                {
                    "about": about,
                    "files": {
                        file: (len(content), sha256(content).hexdigest())
                        for file, content in sorted(files.items())
                    },
                },
                sort_keys=True,
            ).encode()
            _write(folder / MANIFEST, manifest)
            _sync(folder)
            pointer = self.folder / f"{CURRENT}.{name}"
            _write(pointer, f"{name} {sha256(manifest).hexdigest()}\n".encode())
            pointer.replace(self.folder / CURRENT)
            _sync(self.folder)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            (self.folder / f"{CURRENT}.{name}").unlink(missing_ok=True)
            raise
        return Kept(name, json.loads(manifest)["about"], dict(files))

    def _make_folder(self) -> None:
        """Make the folder, or make it ours alone.

        What others own is not built upon, and a link leads who knows where: both
        are set aside as they are, since what is in them is not ours to remove.
        """
        if self.folder.is_symlink() or (
            self.folder.is_dir() and not _is_ours(self.folder.stat())
        ):
            self.folder.rename(
                self.folder.with_name(
                    f"{self.folder.name}.aside-{secrets.token_hex(4)}"
                )
            )
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.folder.stat().st_mode & FOR_OTHERS:
            self.folder.chmod(0o700)

    def _link(self, target: Path, content: bytes, base: Kept | None) -> bool:
        """Link a file of the state before, if it is the same and still whole."""
        if base is None or base.files.get(target.name) != content:
            return False
        source = self.folder / base.name / target.name
        try:
            if source.read_bytes() != content:
                return False
            os.link(source, target)
        except OSError:
            return False
        return True

    def sweep(self) -> int:
        """Remove every state but the one that stands; return how many.

        Called by the writer alone. Readers have what they use in memory.
        """
        try:
            name = self.current()
        except IndexUnusableError:
            name = ""
        gone = 0
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name.startswith(STATE_PREFIX) and path.name != name:
                shutil.rmtree(path, ignore_errors=True)
                gone += 1
            elif path.name.startswith(f"{CURRENT}."):
                path.unlink(missing_ok=True)
        return gone

    @contextmanager
    def writing(self) -> Iterator[bool]:
        """Hold the place of writer, if it is free; what is given says whether.

        The lock goes with the process, however it ends.
        """
        self._make_folder()
        handle = os.open(
            self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(handle)


def _is_ours(found: os.stat_result) -> bool:
    return found.st_uid in {os.geteuid(), 0}


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
