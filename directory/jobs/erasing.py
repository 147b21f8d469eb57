"""Deleting the files of what was erased, and tombstones that outlive a backup.

A backup of the database brings back what was erased after it was made. So each
erasure leaves an object in the store of files that says nothing but which inquiry it
was and when; after a restore they are applied again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice
from uuid import UUID

from directory.cases.actions.erasing import BURY, erase_again
from directory.core.actor import system
from directory.core.errors import DirectoryError
from directory.core.files import FilesUnavailableError, check_key
from directory.core.logs import log
from directory.core.work import Work
from directory.inquiries.actions.rows import ERASE_FILE
from directory.inquiries.queries import erased, erased_at
from directory.jobs.promises import Keeper, Keepers, NotKeptError
from directory.outbox.actions import Claim
from directory.tools import Tools

logger = log("erasing")

AREA = "erased"
"""Of the store, where tombstones lie."""

AT_A_TIME = 200
"""Inquiries that are erased again in one transaction."""

BURY_EVERY_S = 86_400.0
"""Seconds between rounds that look for erasures without a tombstone."""


class TombstoneMalformedError(DirectoryError):
    """What should be the id of an inquiry is none; ``line`` says where."""

    code = "erasures.malformed"


def erasing_keepers(tools: Tools) -> Keepers:
    """Return who deletes files and puts tombstones."""
    found: dict[str, Keeper] = {
        ERASE_FILE: partial(erase_file, tools),
        BURY: partial(bury, tools),
    }
    return found


def erase_file(tools: Tools, claimed: Claim) -> None:
    """Delete an object of the store.

    Raises:
        NotKeptError: If the store is away.
    """
    try:
        tools.files.delete(check_key(str(claimed.payload["key"])))
    except FilesUnavailableError as error:
        raise NotKeptError(error.code) from error


def bury(tools: Tools, claimed: Claim) -> None:
    """Put the tombstone of an inquiry into the store.

    Raises:
        NotKeptError: If the store is away.
    """
    inquiry = str(claimed.payload["inquiry"])
    with tools.reading() as session:
        at = erased_at(session, inquiry)
    if at is None:
        return
    try:
        _put(tools, inquiry, at)
    except FilesUnavailableError as error:
        raise NotKeptError(error.code) from error


def bury_rest(tools: Tools) -> int:
    """Put the tombstones that are missing; return how many.

    A promise is given up after a day; a store may be away for longer.

    Raises:
        FilesUnavailableError: If the store is away.
    """
    there = set(tombstones(tools))
    with tools.reading() as session:
        missing = {
            inquiry: at
            for inquiry, at in erased(session).items()
            if inquiry not in there
        }
    for inquiry, at in missing.items():
        _put(tools, inquiry, at)
    if missing:
        logger.info("erasing.buried", count=len(missing))
    return len(missing)


def tombstones(tools: Tools) -> Iterator[str]:
    """Yield ids of inquiries that have a tombstone in the store, in no order.

    Raises:
        FilesUnavailableError: If the store is away.
    """
    for one in tools.files.keys(AREA):
        yield str(UUID(hex=one.key.partition("/")[2]))


def apply(tools: Tools, inquiries: Iterator[str]) -> int:
    """Erase again what came back with a backup; return how many.

    Their files are deleted by promises, as at the first time.
    """
    total = 0
    while some := list(islice(inquiries, AT_A_TIME)):
        with tools.sessions.begin() as session:
            work = Work(session, system("erasing"), tools.clock())
            total += erase_again(work, some)
    return total


def read(lines: Iterator[str]) -> Iterator[str]:
    """Yield ids from lines that begin with one; empty lines say nothing.

    Raises:
        TombstoneMalformedError: If a line begins with anything else.
    """
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words:
            continue
        try:
            yield str(UUID(words[0]))
        except ValueError:
            raise TombstoneMalformedError(line=number) from None


def _put(tools: Tools, inquiry: str, at: datetime) -> None:
    words = json.dumps({"inquiry": inquiry, "erased_at": at.isoformat()})
    tools.files.put(f"{AREA}/{UUID(inquiry).hex}", iter([words.encode()]))
