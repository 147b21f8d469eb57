"""Packing a segment; many documents are packed by two processes of their own.

That takes most of a millisecond a document, in Python. Done in the process that
serves, it would slow every answer meanwhile, and leave it as large as the work.

Run as a program, it packs what stands in its input into its output.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from directory.adapters import analysis
from directory.adapters.index_segments import (
    VOCABULARY,
    Part,
    pack_rest_of,
    pack_vocabulary,
    pack_words_of,
    read_vocabulary,
)
from directory.core.logs import configure, log
from directory.search.rules.documents import IndexDocument
from directory.search.rules.packing import Packed, pack
from directory.search.rules.stored import Stored, pack_documents
from directory.vocabulary.rules import Term

MANY = 2000
"""From so many documents on, starting two processes is worth its second."""

NICER = 5
"""By how much such a process lets others go first."""


class Share(StrEnum):
    """What one of the two processes packs; both take about as long."""

    WORDS = "words"
    REST = "rest"


def pack_segment(
    documents: Sequence[IndexDocument], terms: Sequence[Term]
) -> dict[Part, bytes]:
    """Return the parts of a segment.

    Args:
        documents: In the order of their numbers, each id once.
        terms: The vocabulary that queries are read by.

    Raises:
        OSError: If a process could not be started, or did not do its share.
    """
    if len(documents) < MANY:
        return pack_rest_of(documents, terms) | pack_words_of(documents)
    content = pack(
        {
            Part.DOCUMENTS: pack_documents(documents),
            VOCABULARY: pack_vocabulary(terms),
        }
    )
    found: dict[Part, bytes] = {}
    with ExitStack() as stack:
        given = stack.enter_context(TemporaryFile())
        given.write(content)
        given.flush()
        works = []
        for share in Share:
            made = stack.enter_context(TemporaryFile())
            child = stack.enter_context(_started(share, given, made))
            # Whatever fails, the other one is not left working for nothing.
            stack.callback(child.kill)
            works.append((child, made))
        for child, made in works:
            if child.wait():
                raise OSError(errno.ECHILD, "a process that packs has failed")
            made.seek(0)
            packed = Packed(made.read())
            found |= {Part(name): packed.bytes(name) for name in packed.names()}
    return found


def _started(
    share: Share, given: IO[bytes], made: IO[bytes]
) -> subprocess.Popen[bytes]:
    package = Path(__file__).resolve().parents[2]
    paths = [str(package), os.environ.get("PYTHONPATH", "")]
    words = analysis.prepared_in()
    return subprocess.Popen(  # noqa: S603 (nothing in it was typed by anybody)
        [
            *(sys.executable, "-m", "directory.adapters.index_packing", share.value),
            *([str(words)] if words else []),
        ],
        stdin=given,
        stdout=made,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )


def main(share: str, words: str | None = None) -> None:
    """Pack one share of the parts.

    Args:
        share: Which.
        words: Folder that the dictionary of Chinese words is prepared in.
    """
    os.nice(NICER)
    # Both processes were given the same open file, so neither moves in it.
    size = os.fstat(0).st_size
    content = b""
    while len(content) < size:
        content += os.pread(0, size - len(content), len(content))
    packed = Packed(content)
    documents = tuple(Stored(packed.bytes(Part.DOCUMENTS)))
    if share == Share.WORDS:
        analysis.load(Path(words) if words else None)
        found = pack_words_of(documents)
    else:
        found = pack_rest_of(documents, read_vocabulary(packed.bytes(VOCABULARY)))
    sys.stdout.buffer.write(pack({part.value: found[part] for part in found}))


if __name__ == "__main__":
    configure()
    try:
        main(*sys.argv[1:])
    except Exception as error:  # noqa: BLE001 (what it says could be a document's)
        log("index").error("index.not-packed", error=type(error).__name__)
        sys.exit(1)
