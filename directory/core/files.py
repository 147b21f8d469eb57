"""What is kept in files, what looks into them, and how their store is named.

Files are taken in by more than one subject, so what they need from outside stands
here: a store, a scanner for what is malicious, a cleaner that makes a file anew.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from directory.core.errors import DirectoryError

KEY = re.compile(r"[a-z]{1,20}/[0-9a-f]{32}")
"""An area of the store and a name of our own making; never a person's."""

AREA = re.compile(r"[a-z]{1,20}")


class FilesUnavailableError(DirectoryError):
    """The store cannot be reached, or refuses; nothing was stored."""

    code = "files.unavailable"


class FileMissingError(DirectoryError):
    """The store holds no such object."""

    code = "file.missing"


class ScannerUnavailableError(DirectoryError):
    """The scanner cannot be reached, or did not come to an end."""

    code = "scanner.unavailable"


@dataclass(frozen=True, slots=True)
class Stored:
    """An object in the store.

    Args:
        key: Where it is kept.
        changed_at: When it was put there, by the clock of the store.
    """

    key: str
    changed_at: datetime


class FileStore(Protocol):
    """Keeps objects whole or not at all. It is handed sealed bytes only."""

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Keep an object; once this returns it outlives a fall of the power.

        What ``chunks`` raises is passed on, and nothing is kept then.

        Raises:
            FilesUnavailableError: If it is not kept.
        """
        ...

    def open(self, key: str) -> Iterator[bytes]:
        """Return the chunks of an object; the first is fetched before returning.

        Raises:
            FileMissingError: If there is no such object.
            FilesUnavailableError: If it cannot be read, now or later on.
        """
        ...

    def delete(self, key: str) -> None:
        """Delete an object; that there is none is as good.

        Raises:
            FilesUnavailableError: If it may still be there.
        """
        ...

    def keys(self, area: str) -> Iterator[Stored]:
        """Yield every object of an area, in no order.

        Raises:
            FilesUnavailableError: If they cannot be listed.
        """
        ...

    def tidy(self, older_than: timedelta) -> int:
        """Remove what broken-off puts left behind; return how many there were."""
        ...


class Scanner(Protocol):
    """Looks for what is known to be malicious."""

    def scan(self, chunks: Iterable[bytes]) -> str | None:
        """Return the name of what was found, or nothing.

        Raises:
            ScannerUnavailableError: If there is no answer; the file is then
                neither clean nor malicious.
        """
        ...


class Flaw(StrEnum):
    """Why a file cannot be taken."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    WRONG_TYPE = "wrong-type"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_COMPLEX = "too-complex"
    MALICIOUS = "malicious"
    FOREIGN = "foreign-content"
    """An archive that holds something else than it may, or a file in a file."""
    NESTED = "nested-archive"
    UNSAFE_PATH = "unsafe-path"
    TOO_MANY_ENTRIES = "too-many-entries"
    TOO_LARGE_UNPACKED = "too-large-unpacked"
    UNSAFE_PREAMBLE = "unsafe-preamble"


class FileRefusedError(DirectoryError):
    """The file cannot be taken; ``flaw`` says why, as a :class:`Flaw`."""

    code = "file.refused"

    def __init__(self, flaw: Flaw) -> None:
        """Keep the flaw."""
        super().__init__(flaw=flaw.value)
        self.flaw = flaw


class Cleaner(Protocol):
    """Makes a file anew, without what it does not need to be read."""

    def clean(self, source: BinaryIO, media_type: str, into: BinaryIO) -> None:
        """Write the cleaned file, of the same type, where it is told.

        Args:
            source: The file as it came; read from its beginning.
            media_type: What its first bytes say that it is.
            into: An empty file, open for writing.

        Raises:
            FileRefusedError: If it cannot be read, or would take too much.
        """
        ...

    def clean_images(
        self,
        source: BinaryIO,
        media_type: str,
        into: BinaryIO,
        *,
        uid_key: bytes | None = None,
    ) -> ImagesTold:
        """Write a DICOM file, or a ZIP of such files, anew where it is told.

        Args:
            source: The file as it came; read from its beginning.
            media_type: ``application/dicom`` or ``application/zip``.
            into: An empty file, open for writing.
            uid_key: If given, names and numbers are taken out (source: DICOM
                PS3.15, annex E, basic profile), and the identifiers that files
                refer to each other by are replaced, the same by the same key.

        Returns:
            What the files that were written say about the patient.

        Raises:
            FileRefusedError: If it cannot be read, or would take too much.
        """
        ...


@dataclass(frozen=True, slots=True)
class ImagesTold:
    """What DICOM files say beside their pictures.

    Args:
        images: How many files there are.
        says: Values found, without repetition, by what they are about.
        private: Elements of makers' own, of which nobody else knows the meaning.
        is_burned_in: Whether a file says, or is of a kind that often means, that
            words stand in the picture itself.
    """

    images: int
    says: Mapping[str, tuple[str, ...]]
    private: int
    is_burned_in: bool


TOLD = (
    *("patient-name", "patient-id", "birth-date", "sex", "age", "address", "phone"),
    *("institution", "physicians", "study-date", "accession-number", "comments"),
)
"""What values of :class:`ImagesTold` are about, in the order of the page."""


def private_file() -> BinaryIO:
    """Return a new file, open for both, that has no name and is on no disk.

    Where the system has no such files it is an ordinary one without a name.
    """
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("directory"), "w+b")
    return tempfile.TemporaryFile()


def new_name() -> str:
    """Return a name for an object: 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def check_key(key: str) -> str:
    """Return a key that is one.

    Raises:
        ValueError: If it is not; keys are made here and never come from outside.
    """
    if not KEY.fullmatch(key):
        raise ValueError("not a key of the store")
    return key


def check_area(area: str) -> str:
    """Return an area that is one.

    Raises:
        ValueError: If it is not.
    """
    if not AREA.fullmatch(area):
        raise ValueError("not an area of the store")
    return area


@dataclass(frozen=True, slots=True)
class Bucket:
    """A place in a store that speaks the protocol of S3.

    Args:
        name: Of the bucket.
        prefix: In front of every key; empty or without slashes at its ends.
        region: As the store calls it; nothing if it has none.
        endpoint: Address of the store; that of AWS if not given.
        named_by_host: Whether the bucket stands in the name of the host, as some
            stores ask, and not in the path.
    """

    name: str
    prefix: str = ""
    region: str | None = None
    endpoint: str | None = None
    named_by_host: bool = False


_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[A-Za-z0-9._-]{1,100}(?:/[A-Za-z0-9._-]{1,100}){0,9}")
_OPTIONS = frozenset({"region", "endpoint", "style"})


def files_address(words: str) -> Path | Bucket | None:
    """Read ``DIRECTORY_FILES_URL``: a folder, a bucket, or nothing for the default.

    Raises:
        ValueError: Saying what is wrong, without the value.
    """
    if not words:
        return None
    if words.startswith("/"):
        return Path(words)
    parts = urlsplit(words)
    if parts.scheme != "s3":
        raise ValueError("must be the path of a folder, or begin with s3://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("may hold no password; DIRECTORY_FILES_SECRET is for it")
    if not _BUCKET.fullmatch(parts.netloc):
        raise ValueError("names no bucket after s3://")
    prefix = unquote(parts.path).strip("/")
    if prefix and (
        not _PREFIX.fullmatch(prefix) or {".", ".."} & set(prefix.split("/"))
    ):
        raise ValueError("has a prefix of other characters than A-Z a-z 0-9 . _ - /")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    options = dict(pairs)
    if len(options) < len(pairs) or options.keys() - _OPTIONS or parts.fragment:
        raise ValueError("has options other than region, endpoint and style, once each")
    style = options.get("style", "path" if options.get("endpoint") else "host")
    if style not in {"path", "host"}:
        raise ValueError("has a style that is neither path nor host")
    return Bucket(
        name=parts.netloc,
        prefix=prefix,
        region=options.get("region") or None,
        endpoint=_endpoint(options.get("endpoint", "")),
        named_by_host=style == "host",
    )


def _endpoint(words: str) -> str | None:
    if not words:
        return None
    parts = urlsplit(words)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("has an endpoint that is no address")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("has an endpoint with more than a host and a path")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("has an endpoint without https that is no loopback")
    return words.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


ScannerAddress = Path | tuple[str, int]
"""A socket in the file system, or a host and its port."""

SCANNER_PORT = 3310
"""Where clamd listens unless told otherwise (source: its manual)."""


def scanner_address(words: str) -> ScannerAddress | None:
    """Read ``DIRECTORY_SCANNER_URL``: ``tcp://host:3310`` or ``unix:///a/socket``.

    Raises:
        ValueError: Saying what is wrong, without the value.
    """
    if not words:
        return None
    parts = urlsplit(words)
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("must be tcp://host:port or unix:///path and nothing more")
    if parts.scheme == "unix" and not parts.netloc and len(parts.path) > 1:
        return Path(unquote(parts.path))
    if parts.scheme != "tcp" or not parts.hostname or parts.path.strip("/"):
        raise ValueError("must be tcp://host:port or unix:///path")
    try:
        port = parts.port or SCANNER_PORT
    except ValueError as error:
        raise ValueError("has a port that is no number up to 65535") from error
    return parts.hostname, port
