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

from directory.core.files import FileRefusedError, Flaw
from directory.core.logs import log

logger = log("cleaning")

CHILD = Path(__file__).with_name("cleaning_child.py")
"""Run by its path, so that it imports nothing of ours and no settings."""

LONGEST_REPORT = 200
"""Bytes that are read of what the child says."""


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


ENVIRONMENT: Mapping[str, str] = {"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"}
"""All that the child is told: no secrets, no addresses."""


class ChildCleaner:
    """Cleans each file in a child with limits of its own and no network.

    Args:
        limits: For each file.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        """Remember the limits."""
        self.limits = limits or Limits()

    def clean(self, source: BinaryIO, media_type: str, into: BinaryIO) -> None:
        """Write the cleaned file, of the same type, where it is told.

        Raises:
            FileRefusedError: If it cannot be read, or would take too much.
        """
        source.seek(0)
        into.flush()
        report = self._run(source, media_type, into)
        into.seek(0)
        if report != "clean":
            raise FileRefusedError(_flaw(report))
        # The child has read what somebody sent, and is believed no further.
        if os.fstat(into.fileno()).st_size == 0:
            raise FileRefusedError(Flaw.DAMAGED)

    def _run(self, source: BinaryIO, media_type: str, into: BinaryIO) -> str:
        reading, writing = os.pipe()
        try:
            command = [
                *(sys.executable, "-I", str(CHILD), media_type, str(writing)),
                json.dumps(asdict(self.limits)),
            ]
            child = subprocess.Popen(  # noqa: S603 (nothing in it comes from people)
                command,
                stdin=source,
                stdout=into,
                stderr=subprocess.DEVNULL,
                pass_fds=(writing,),
                env=dict(ENVIRONMENT),
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
                status = child.wait(self.limits.wall_s)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                child.kill()
                child.wait()
            if status != 0:
                logger.warning("cleaning.died", status=status, kind=media_type)
                return Flaw.TOO_COMPLEX
            return pipe.read(LONGEST_REPORT).decode("ascii", "replace")


def _flaw(report: str) -> Flaw:
    try:
        return Flaw(report)
    except ValueError:
        return Flaw.DAMAGED
