"""Setting pages as PDF by WeasyPrint, in a process that may die of them alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, BinaryIO

from directory.core.logs import log
from directory.core.paper import PaperUnavailableError
from directory.core.text import Language

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = log("paper")

CHILD = Path(__file__).with_name("paper_child.py")
"""Run by its path, so that it imports nothing of ours and no settings."""

LONGEST_REPORT = 200
"""Bytes that are read of what the child says."""

MOST_CHARACTERS = 2_000_000
"""Of a page that is handed in; a long case has a tenth of that."""

AT_ONCE = 2
"""Pages that one process sets at the same time."""

PATIENCE_S = 15.0
"""How long somebody waits for their turn."""

REPORTS = frozenset({"missing", "too-long", "failed"})


@dataclass(frozen=True, slots=True)
class PaperLimits:
    """What one page may take.

    Args:
        memory_bytes: Address space of the child; fonts of Chinese are large.
        cpu_s: Seconds of work.
        wall_s: Seconds by the clock, on a machine that has other work too.
        output_bytes: Of the PDF.
        pages: In the PDF.
    """

    memory_bytes: int = 1024 * 1024 * 1024
    cpu_s: int = 30
    wall_s: float = 60.0
    output_bytes: int = 32 * 1024 * 1024
    pages: int = 200


ENVIRONMENT: Mapping[str, str] = {"LC_ALL": "C.UTF-8", "XDG_CACHE_HOME": "/nowhere"}
"""All that the child is told: no secrets, no addresses."""


class ChildPaper:
    """Sets each page in a child with limits of its own and no network.

    Args:
        stylesheet: File with the look of paper.
        limits: For each page.
    """

    def __init__(self, stylesheet: Path, limits: PaperLimits | None = None) -> None:
        """Remember the look and the limits."""
        self.stylesheet = stylesheet
        self.limits = limits or PaperLimits()
        self._turns = BoundedSemaphore(AT_ONCE)
        self._asking = Lock()
        self._is_available: bool | None = None

    def pdf(self, html: str, *, title: str, language: Language) -> bytes:
        """Return a page as PDF.

        Raises:
            PaperUnavailableError: If it cannot be made here now.
        """
        if not html or len(html) > MOST_CHARACTERS:
            raise PaperUnavailableError(reason="too-long" if html else "failed")
        with self._turn():
            made = self._made(html, title, language.tag)
        if not made.startswith(b"%PDF-"):
            raise PaperUnavailableError(reason="failed")
        return made

    def is_available(self) -> bool:
        """Tell whether what sets type is installed here; looks once."""
        with self._asking:
            if self._is_available is None:
                try:
                    self._made("", "", Language.EN.tag)
                except PaperUnavailableError as error:
                    # Whatever else went wrong may go right the next time.
                    if error.facts["reason"] != "missing":
                        return False
                    self._is_available = False
                else:
                    self._is_available = True
            return self._is_available

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=PATIENCE_S):
            raise PaperUnavailableError(reason="busy")
        try:
            yield
        finally:
            self._turns.release()

    def _made(self, html: str, title: str, tag: str) -> bytes:
        given = {
            "html": html,
            "css": self.stylesheet.read_text("utf-8"),
            "title": title,
            "language": tag,
        }
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as into:
            source.write(json.dumps(given).encode())
            source.seek(0)
            report = self._run(source, into)
            if report != "made":
                reason = report if report in REPORTS else "failed"
                raise PaperUnavailableError(reason=reason)
            into.seek(0)
            return into.read()

    def _run(self, source: BinaryIO, into: BinaryIO) -> str:
        reading, writing = os.pipe()
        try:
            child = subprocess.Popen(  # noqa: S603 (nothing in it comes from people)
                [
                    *(sys.executable, "-I", str(CHILD), str(writing)),
                    json.dumps(asdict(self.limits)),
                ],
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
                logger.warning("paper.died", status=status)
                return "failed"
            return pipe.read(LONGEST_REPORT).decode("ascii", "replace")
