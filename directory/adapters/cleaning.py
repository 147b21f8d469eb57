"""Making files anew in a process of their own, which may die of them alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from directory.core.files import TOLD, FileRefusedError, Flaw, ImagesTold
from directory.core.logs import log

logger = log("cleaning")

CHILD = Path(__file__).with_name("cleaning_child.py")
"""Run by its path, so that it imports nothing of ours and no settings."""

IMAGES_CHILD = Path(__file__).with_name("dicom_child.py")
"""Likewise, for DICOM."""

LONGEST_REPORT = 16 * 1024
"""Bytes that are read of what the child says; a pipe holds more."""

LONGEST_VALUE = 80
VALUES_AT_MOST = 5
"""Characters of one value that DICOM files say, and values of one thing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take.

    Args:
        memory_bytes: Address space of the child.
        cpu_s: Seconds of work.
        wall_s: Seconds by the clock, on a machine that has other work too.
        output_bytes: Of the cleaned file.
        pixels: Of a picture, or of one in a PDF (source: 8.27 gigapixels fit in
            20 MB of PNG, and 50 megapixels are a page at 1,000 dots per inch).
        objects: In a PDF.
        stream_bytes: Of one stream of a PDF, unpacked.
        unpacked_bytes: Of all its streams together.
    """

    memory_bytes: int = 512 * 1024 * 1024
    cpu_s: int = 20
    wall_s: float = 60.0
    output_bytes: int = 64 * 1024 * 1024
    pixels: int = 50_000_000
    objects: int = 100_000
    stream_bytes: int = 64 * 1024 * 1024
    unpacked_bytes: int = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What one file of DICOM, or a ZIP of such files, may take.

    Args:
        memory_bytes: Address space of the child: five times the largest file.
        cpu_s: Seconds of work, most of it packing.
        wall_s: Seconds by the clock.
        output_bytes: Of the file made anew.
        pixels: Of one picture.
        entries: In an archive.
        member_bytes: Of one file of DICOM.
        archive_bytes: Of all files of an archive together, unpacked.
    """

    memory_bytes: int = 768 * 1024 * 1024
    cpu_s: int = 180
    wall_s: float = 400.0
    output_bytes: int = 64 * 1024 * 1024
    pixels: int = 50_000_000
    entries: int = 5_000
    member_bytes: int = 128 * 1024 * 1024
    archive_bytes: int = 1024 * 1024 * 1024


ENVIRONMENT: Mapping[str, str] = {"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"}
"""All that the child is told: no secrets, no addresses."""


class ChildCleaner:
    """Cleans each file in a child with limits of its own and no network.

    Args:
        limits: For each file.
        images: For each file of DICOM.
    """

    def __init__(
        self, limits: Limits | None = None, images: ImageLimits | None = None
    ) -> None:
        """Remember the limits."""
        self.limits = limits or Limits()
        self.images = images or ImageLimits()

    def clean(self, source: BinaryIO, media_type: str, into: BinaryIO) -> None:
        """Write the cleaned file, of the same type, where it is told.

        Raises:
            FileRefusedError: If it cannot be read, or would take too much.
        """
        report = self._run(CHILD, self.limits, source, media_type, into, {})
        if report != b"clean":
            raise FileRefusedError(_flaw(report))
        _check_written(into)

    def clean_images(
        self,
        source: BinaryIO,
        media_type: str,
        into: BinaryIO,
        *,
        uid_key: bytes | None = None,
    ) -> ImagesTold:
        """Write a DICOM file, or a ZIP of such files, anew where it is told.

        Raises:
            FileRefusedError: If it cannot be read, or would take too much.
        """
        # The environment of a process is for its owner alone; arguments are not.
        secrets = {"UID_KEY": uid_key.hex()} if uid_key else {}
        report = self._run(IMAGES_CHILD, self.images, source, media_type, into, secrets)
        word, _, words = report.partition(b"\n")
        if word != b"clean":
            raise FileRefusedError(_flaw(word))
        _check_written(into)
        return _told(words)

    def _run(
        self,
        program: Path,
        limits: Limits | ImageLimits,
        source: BinaryIO,
        media_type: str,
        into: BinaryIO,
        secrets: Mapping[str, str],
    ) -> bytes:
        source.flush()
        source.seek(0)
        into.flush()
        reading, writing = os.pipe()
        try:
            command = [
                *(sys.executable, "-I", str(program), media_type, str(writing)),
                json.dumps(asdict(limits)),
            ]
            child = subprocess.Popen(  # noqa: S603 (nothing in it comes from people)
                command,
                stdin=source,
                stdout=into,
                stderr=subprocess.DEVNULL,
                pass_fds=(writing,),
                env={**ENVIRONMENT, **secrets},
                cwd="/",
                start_new_session=True,
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            try:
                status = child.wait(limits.wall_s)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                child.kill()
                child.wait()
            if status != 0:
                logger.warning("cleaning.died", status=status, kind=media_type)
                return Flaw.TOO_COMPLEX.value.encode()
            return pipe.read(LONGEST_REPORT)


def _check_written(into: BinaryIO) -> None:
    into.seek(0)
    # The child has read what somebody sent, and is believed no further.
    if os.fstat(into.fileno()).st_size == 0:
        raise FileRefusedError(Flaw.DAMAGED)


def _flaw(report: bytes) -> Flaw:
    try:
        return Flaw(report.decode("ascii", "replace"))
    except ValueError:
        return Flaw.DAMAGED


def _told(words: bytes) -> ImagesTold:
    """Read what the child says, which may be whatever a file made it say."""
    try:
        found = json.loads(words)
        says = {
            about: tuple(
                "".join(c for c in str(value) if c.isprintable())[:LONGEST_VALUE]
                for value in found["says"].get(about, ())[:VALUES_AT_MOST]
            )
            for about in TOLD
        }
        return ImagesTold(
            images=int(found["images"]),
            says={about: values for about, values in says.items() if values},
            private=int(found["private"]),
            is_burned_in=bool(found["is_burned_in"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise FileRefusedError(Flaw.DAMAGED) from None
