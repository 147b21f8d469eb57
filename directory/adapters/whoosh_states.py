"""The index as it stands on this node's disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path

from pydantic import TypeAdapter

from directory.adapters.index_files import IndexFiles, Kept
from directory.adapters.whoosh_words import (
    ABOUT,
    TERMS,
    Opened,
    about_text,
    compacted,
    format_digest,
    opened,
    written,
)
from directory.search.ports import Changed, Content, IndexStatus, IndexUnusableError
from directory.vocabulary.rules import Term

_TERMS = TypeAdapter(tuple[Term, ...])


class WhooshIndex:
    """The port :class:`directory.search.ports.Index`, in a folder.

    Args:
        folder: Where it is kept, for this node alone.
    """

    def __init__(self, folder: Path) -> None:
        """Remember the folder."""
        self.files = IndexFiles(folder)

    def read(self) -> tuple[Kept, Opened]:
        """Return the state that stands, checked and opened.

        Raises:
            IndexUnusableError: With the reason.
        """
        kept = self.files.read()
        if kept.about.get("format") != format_digest():
            raise IndexUnusableError(reason="format", state=kept.name)
        try:
            return kept, opened(kept.files)
        except Exception as error:
            # What the engine raises on a broken file is not a closed list.
            raise IndexUnusableError(reason="damaged", state=kept.name) from error

    def state(self) -> IndexStatus:
        """Return what stands on disk now."""
        kept, found = self.read()
        return status_of(kept.name, found)

    def stands(self, generation: str) -> bool:
        """Tell whether this state stands."""
        try:
            return self.files.current() == generation
        except IndexUnusableError:
            return False

    def digests(self) -> Mapping[str, str]:
        """Return the digest of each document on disk, by id."""
        return {one.id: one.digest for one in self.read()[1].documents}

    def writing(self) -> AbstractContextManager[bool]:
        """Hold the one place of writer on this node, if it is free."""
        return self.files.writing()

    def rebuild(self, content: Content, built_at: datetime) -> str:
        """Write everything anew beside, swap it in, and return its name."""
        about = {
            ABOUT: _about(content.position, content.day, built_at),
            TERMS: _TERMS.dump_json(tuple(content.terms)).decode(),
        }
        files = written(None, (), content.documents, about)
        return self.files.write(files, {"format": format_digest()}, None).name

    def apply(self, changed: Changed, built_at: datetime) -> str:
        """Bring the index to a later position; return the new name."""
        kept, found = self.read()
        day = date.fromisoformat(json.loads(found.about[ABOUT])["day"])
        about = {ABOUT: _about(changed.position, day, built_at)}
        files = written(kept.files, changed.gone, changed.documents, about)
        return self.files.write(files, {"format": format_digest()}, kept).name

    def compact(self) -> str:
        """Write the same documents without what was removed; return the new name."""
        kept, _ = self.read()
        files = compacted(kept.files)
        return self.files.write(files, {"format": format_digest()}, None).name

    def sweep(self) -> int:
        """Remove what a writer left behind; return how many states."""
        return self.files.sweep()


def _about(position: int, day: date, built_at: datetime) -> str:
    return about_text(
        {
            "position": position,
            "day": day.isoformat(),
            "built_at": built_at.isoformat(),
        }
    )


def status_of(name: str, found: Opened) -> IndexStatus:
    """Return what an opened state says of itself."""
    about = json.loads(found.about[ABOUT])
    return IndexStatus(
        generation=name,
        documents=len(found.documents),
        position=about["position"],
        built_at=datetime.fromisoformat(about["built_at"]),
        full_text=True,
        day=date.fromisoformat(about["day"]),
        removed=found.removed,
    )


def terms_of(found: Opened) -> tuple[Term, ...]:
    """Return the vocabulary that an opened state was written with."""
    return _TERMS.validate_json(found.about[TERMS])
