"""Checking files that bear something out, and deleting what nobody needs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import BinaryIO

from directory.core.actor import system
from directory.core.crypto import KeyMissingError, KeyRing, SealBrokenError
from directory.core.db import Session
from directory.core.files import (
    FileMissingError,
    FileRefusedError,
    FilesUnavailableError,
    Flaw,
    ScannerUnavailableError,
    check_key,
)
from directory.core.logs import log
from directory.core.sealed_files import SealedFile, open_sealed, put_sealed
from directory.core.work import Work
from directory.jobs.promises import Keepers, NotKeptError
from directory.outbox.actions import Claim
from directory.submissions.actions import evidence_checks as actions
from directory.submissions.queries.evidence import kept_objects, to_check
from directory.submissions.rules.files import (
    AREA,
    MOST_CLEANED_BYTES,
    SIGNATURE_BYTES,
    media_type,
)
from directory.tools import Tools

logger = log("evidence")

ORPHAN_AFTER = timedelta(hours=1)
"""Age of an object that no row knows before it is deleted: the row of one that is
being handed in is written soon after it, or never."""

SWEEP_EVERY_S = 900.0
"""Seconds between rounds that look for such objects."""

AT_A_TIME = 200
"""Objects about which the database is asked at once."""

CHUNK_BYTES = 256 * 1024


def evidence_keepers(tools: Tools) -> Keepers:
    """Return who checks and deletes files; nobody where there are no keys."""
    ring = tools.keys
    if ring is None:
        return {}
    return {
        actions.CHECK: lambda claimed: check(tools, ring, claimed),
        actions.ERASE: lambda claimed: erase(tools, claimed),
    }


def check(tools: Tools, ring: KeyRing, claimed: Claim) -> None:
    """Look through a file, make it anew, and let it be opened or refuse it.

    Raises:
        NotKeptError: If the store or the scanner is away; the file waits.
    """
    evidence = str(claimed.payload["evidence"])
    with tools.reading() as session:
        found = to_check(session, evidence)
    if found is None:
        return
    kind, file = found
    try:
        _judge(tools, ring, evidence, kind, file)
    except FileRefusedError as error:
        _refuse(tools, evidence, file, error.flaw)
    except (SealBrokenError, FileMissingError) as error:
        # What was handed in is gone; whoever handed it in has it still.
        logger.error("evidence.lost", subject=f"evidence:{evidence}", code=error.code)
        _refuse(tools, evidence, file, Flaw.DAMAGED)
    except (FilesUnavailableError, ScannerUnavailableError, KeyMissingError) as error:
        raise NotKeptError(error.code) from error


def erase(tools: Tools, claimed: Claim) -> None:
    """Delete an object of the store.

    Raises:
        NotKeptError: If the store is away.
    """
    try:
        tools.files.delete(check_key(str(claimed.payload["key"])))
    except FilesUnavailableError as error:
        raise NotKeptError(error.code) from error


def sweep(tools: Tools) -> int:
    """Delete objects that no row knows, and have waiting files checked.

    Returns:
        How many objects were deleted.

    Raises:
        FilesUnavailableError: If the store is away.
    """
    with tools.sessions.begin() as session:
        actions.promise_checks(_work(tools, session))
    forget_closed(tools)
    tools.files.tidy(ORPHAN_AFTER)
    limit = tools.clock() - ORPHAN_AFTER
    old = (one.key for one in tools.files.keys(AREA) if one.changed_at < limit)
    deleted = 0
    for keys in _by(AT_A_TIME, old):
        with tools.reading() as session:
            known = kept_objects(session, keys)
        for key in keys:
            if key not in known:
                tools.files.delete(key)
                deleted += 1
    if deleted:
        logger.info("evidence.swept", count=deleted)
    return deleted


def forget_closed(tools: Tools) -> int:
    """Take away files of what came to nothing long ago; return how many."""
    total = 0
    while True:
        with tools.sessions.begin() as session:
            done = actions.forget_closed(_work(tools, session))
        total += done
        if not done:
            return total


def _judge(
    tools: Tools, ring: KeyRing, evidence: str, kind: str, file: SealedFile
) -> None:
    # Neither file has a name, so that nothing of them outlives this process.
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as cleaned:
        for chunk in open_sealed(tools.files, ring, file):
            source.write(chunk)
        source.seek(0)
        if tools.scanner is not None:
            found = tools.scanner.scan(_chunks(source))
            if found is not None:
                logger.warning("evidence.malicious", subject=f"evidence:{evidence}")
                raise FileRefusedError(Flaw.MALICIOUS)
        tools.cleaner.clean(source, kind, cleaned)
        cleaned.seek(0)
        if media_type(cleaned.read(SIGNATURE_BYTES)) != kind:
            raise FileRefusedError(Flaw.DAMAGED)
        cleaned.seek(0)
        kept = put_sealed(
            tools.files,
            ring,
            AREA,
            _chunks(cleaned),
            most_bytes=MOST_CLEANED_BYTES,
        )
    with tools.sessions.begin() as session:
        was_waiting = actions.accept(_work(tools, session), evidence, file.key, kept)
    if not was_waiting:
        # It was removed meanwhile, or another worker was quicker.
        tools.files.delete(kept.key)


def _refuse(tools: Tools, evidence: str, file: SealedFile, flaw: Flaw) -> None:
    with tools.sessions.begin() as session:
        actions.refuse(_work(tools, session), evidence, file.key, flaw)


def _by(size: int, keys: Iterator[str]) -> Iterator[list[str]]:
    while some := list(islice(keys, size)):
        yield some


def _work(tools: Tools, session: Session) -> Work:
    return Work(session, system("evidence"), tools.clock())


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
