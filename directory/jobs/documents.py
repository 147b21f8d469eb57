"""Looking through files of inquiries, and deleting what nobody needs."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import BinaryIO

from directory.cases.actions import documents as cases
from directory.cases.queries.documents import (
    ToCheck,
    document_to_check,
    known_objects,
    open_document,
    quarantined,
)
from directory.core.actor import system
from directory.core.crypto import KeyMissingError, KeyRing, SealBrokenError
from directory.core.db import Session
from directory.core.errors import NotFoundError
from directory.core.files import (
    FileMissingError,
    FileRefusedError,
    FilesUnavailableError,
    Flaw,
    ImagesTold,
    ScannerUnavailableError,
    private_file,
)
from directory.core.logs import log
from directory.core.sealed_files import put_sealed
from directory.core.work import Work
from directory.inquiries.actions import document_checks as actions
from directory.inquiries.actions.documents import CHECK
from directory.inquiries.queries import data_key_of
from directory.inquiries.rules.documents import (
    AREA,
    CLEANED_MOST_BYTES,
    IMAGES,
    SIGNATURE_BYTES,
    media_type,
    uid_place,
)
from directory.jobs.promises import Keepers, NotKeptError
from directory.outbox.actions import Claim
from directory.tools import Tools

logger = log("documents")

ORPHAN_AFTER = timedelta(hours=1)
"""Age of an object that no row knows before it is deleted: the row of one that is
arriving is written soon after it, or never."""

SWEEP_EVERY_S = 900.0
"""Seconds between rounds that look for such objects."""

ALARM = 0.7
"""Part of the room for files that wait, from which somebody should look."""

AT_A_TIME = 200
"""Objects about which the database is asked at once."""

CHUNK_BYTES = 256 * 1024


def document_keepers(tools: Tools) -> Keepers:
    """Return who checks files; nobody where there are no keys."""
    ring = tools.keys
    if ring is None:
        return {}
    return {
        CHECK: lambda claimed: check_document(tools, ring, claimed),
    }


def check_document(tools: Tools, ring: KeyRing, claimed: Claim) -> None:
    """Look through a file, make it anew, and let it be opened or refuse it.

    Raises:
        NotKeptError: If the store or the scanner is away; the file waits.
    """
    document = str(claimed.payload["document"])
    was: str | None = None
    try:
        with tools.reading() as session:
            found = document_to_check(session, ring, document)
            if found is None:
                return
            was = found.kept.key if found.kept else None
            data_key = data_key_of(session, ring, found.inquiry)
        _judge(tools, ring, document, found, data_key)
    except NotFoundError:
        return  # Erased meanwhile; its objects are promised to be deleted.
    except FileRefusedError as error:
        _refuse(tools, document, was, error.flaw)
    except (SealBrokenError, FileMissingError) as error:
        # What was handed in is gone; whoever handed it in has it still.
        logger.error("document.lost", subject=f"document:{document}", code=error.code)
        _refuse(tools, document, was, Flaw.DAMAGED, is_lost=True)
    except (FilesUnavailableError, ScannerUnavailableError, KeyMissingError) as error:
        raise NotKeptError(error.code) from error
    except OSError as error:
        # The memory or the disk of this machine is full: no fault of the file.
        raise NotKeptError(type(error).__name__) from error


def sweep_documents(tools: Tools) -> int:
    """Delete what no row knows, and have files checked that nobody is going to.

    Returns:
        How many objects were deleted.

    Raises:
        FilesUnavailableError: If the store is away.
    """
    with tools.sessions.begin() as session:
        actions.promise_checks(_work(tools, session))
    while True:
        with tools.sessions.begin() as session:
            if not actions.forget_refused(_work(tools, session)):
                break
    watch_quarantine(tools)
    limit = tools.clock() - ORPHAN_AFTER
    old = (one.key for one in tools.files.keys(AREA) if one.changed_at < limit)
    deleted = 0
    while some := list(islice(old, AT_A_TIME)):
        with tools.reading() as session:
            known = known_objects(session, some)
        for key in some:
            if key not in known:
                tools.files.delete(key)
                deleted += 1
    if deleted:
        logger.info("documents.swept", count=deleted)
    return deleted


def watch_quarantine(tools: Tools) -> float:
    """Say in the log when files that wait take much of their room.

    Returns:
        The part of the room that is taken; 1 is all of it.
    """
    with tools.reading() as session:
        there = quarantined(session)
    part = there / tools.settings.uploads_room_bytes
    if part >= ALARM:
        logger.warning("documents.room-short", bytes=there, count=round(part * 100))
    return part


def _judge(
    tools: Tools, ring: KeyRing, document: str, found: ToCheck, data_key: bytes
) -> None:
    with private_file() as source, private_file() as cleaned:
        for stored in (found.kept,) if found.kept else found.parts:
            for chunk in open_document(tools.files, ring, stored):
                source.write(chunk)
        source.flush()
        source.seek(0)
        kind = media_type(source.read(SIGNATURE_BYTES))
        source.seek(0)
        if tools.scanner is not None and tools.scanner.scan(_chunks(source)):
            logger.warning("document.malicious", subject=f"document:{document}")
            raise FileRefusedError(Flaw.MALICIOUS)
        told: ImagesTold | None = None
        if kind in IMAGES:
            key = _uid_key(data_key, found.inquiry) if found.kept else None
            told = tools.cleaner.clean_images(source, kind, cleaned, uid_key=key)
        else:
            tools.cleaner.clean(source, kind, cleaned)
        cleaned.seek(0)
        if media_type(cleaned.read(SIGNATURE_BYTES)) != kind:
            raise FileRefusedError(Flaw.DAMAGED)
        cleaned.seek(0)
        kept = put_sealed(
            tools.files, ring, AREA, _chunks(cleaned), most_bytes=CLEANED_MOST_BYTES
        )
    with tools.sessions.begin() as session:
        was_waiting = cases.accept(
            _work(tools, session),
            ring,
            document,
            found.kept.key if found.kept else None,
            name=found.name,
            media_type=kind,
            stored=kept,
            told=told,
            is_deidentified=found.kept is not None,
        )
    if not was_waiting:
        # It was removed meanwhile, or another worker was quicker.
        tools.files.delete(kept.key)


def _refuse(
    tools: Tools, document: str, was: str | None, flaw: Flaw, *, is_lost: bool = False
) -> None:
    with tools.sessions.begin() as session:
        actions.refuse(_work(tools, session), document, was, flaw, is_lost=is_lost)


def _uid_key(data_key: bytes, inquiry: str) -> bytes:
    """Return the key under which identifiers are replaced: one for an inquiry."""
    return hmac.digest(data_key, uid_place(inquiry), hashlib.sha256)


def _work(tools: Tools, session: Session) -> Work:
    return Work(session, system("documents"), tools.clock())


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
