"""The index as it stands on this node's disk, and what its writer does to it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from directory.adapters.columns import pack_words
from directory.adapters.index_folder import MERGER, WRITER, IndexFolder, Kept
from directory.adapters.index_packing import pack_segment
from directory.adapters.index_segments import (
    LEXICON,
    OFFERED,
    VOCABULARY,
    About,
    Opened,
    Part,
    Segment,
    Shelf,
    Vocabulary,
    everything,
    file_of,
    vocabulary_files,
)
from directory.search.ports import (
    Changed,
    Content,
    IndexStatus,
    IndexUnusableError,
    Merge,
)
from directory.search.rules import merges
from directory.search.rules.catalog import pack_facts
from directory.search.rules.documents import IndexDocument
from directory.search.rules.layers import Bits, bits_of, places_in
from directory.search.rules.named import pack_names
from directory.search.rules.stored import pack_documents
from directory.search.rules.suggest import pack_offers

SEGMENT_PREFIX = "segment-"

CHECKED = 64 * 1024 * 1024
"""Bytes of files that look unchanged that one check reads again, about."""

MOST_DIFFERENT = 0.5
"""Part of the documents that may differ for the rest to be kept as it is."""


class SegmentIndex:
    """The port :class:`directory.search.ports.Index`, in a folder.

    Args:
        path: Where it is kept, for this node alone.
    """

    def __init__(self, path: Path) -> None:
        """Remember the folder."""
        self.folder = IndexFolder(path)
        self.shelf = Shelf(self.folder)

    def open(
        self,
        parts: Collection[Part] = (Part.DOCUMENTS,),
        *,
        is_spoken: bool = False,
    ) -> Opened:
        """Return the state that stands, checked, with some parts of it opened.

        Raises:
            IndexUnusableError: With the reason.
        """
        return self.shelf.open(parts, is_spoken=is_spoken)

    def state(self) -> IndexStatus:
        """Return what stands on disk now."""
        return _status(self.folder.check(0))

    def check(self) -> IndexStatus:
        """Return what stands, having read some of it again; in turn, all of it."""
        return _status(self.folder.check(CHECKED))

    def stands(self, generation: str) -> bool:
        """Tell whether this state stands."""
        try:
            return self.folder.current() == generation
        except IndexUnusableError:
            return False

    def digests(self) -> Mapping[str, str]:
        """Return the digest of each document that stands on disk, by id."""
        return digests(self.open())

    def wrong_parts(self) -> Iterator[tuple[str, Part]]:
        """Yield each part that is not what its segment's documents give.

        What finds words is compared with the engine's own postings.

        Raises:
            IndexUnusableError: With the reason.
        """
        now = self.open(tuple(Part))
        _, files = self.folder.read(lambda kept: kept.files)
        terms = now.vocabulary.terms
        for segment in now.about.segments:
            documents = tuple(now.parts[segment.name, Part.DOCUMENTS])
            whoosh = files[file_of(segment.name, Part.WHOOSH)]
            for part, again in (
                (Part.DOCUMENTS, pack_documents(documents)),
                (Part.FACTS, pack_facts(documents, terms)),
                (Part.NAMES, pack_names(documents, terms)),
                (Part.OFFERS, pack_offers(documents)),
                (Part.WORDS, pack_words(whoosh)),
            ):
                if files.get(file_of(segment.name, part)) != again:
                    yield segment.name, part

    def writing(self) -> AbstractContextManager[bool]:
        """Hold the one place of writer on this node, if it is free."""
        return self.folder.holding(WRITER)

    def merging(self) -> AbstractContextManager[bool]:
        """Hold the one place of packing large segments again, if it is free."""
        return self.folder.holding(MERGER)

    def sweep(self) -> int:
        """Remove what a writer left behind; return how many states."""
        return self.folder.sweep()

    def rebuild(self, content: Content, built_at: datetime) -> str:
        """Write everything anew beside, swap it in, and return its name."""
        terms = tuple(content.terms)
        segment, files = _packed(tuple(content.documents), Vocabulary("", terms))
        about = About(content.position, content.day, built_at, segment)
        files |= vocabulary_files(terms)
        return self.folder.write(files, about.to_json()).name

    def update(self, content: Content, built_at: datetime) -> str:
        """Bring the index to a content by what differs; return the new name."""
        try:
            now = self.open()
        except IndexUnusableError:
            return self.rebuild(content, built_at)
        there = digests(now)
        different = tuple(
            one for one in content.documents if there.get(one.id) != one.digest
        )
        if tuple(content.terms) != now.vocabulary.terms or (
            len(different) > MOST_DIFFERENT * len(there)
        ):
            return self.rebuild(content, built_at)
        wanted = {one.id for one in content.documents}
        gone = frozenset(there.keys() - wanted) | {one.id for one in different}
        changed = Changed(gone, different, content.position, content.day)
        return self.apply(changed, built_at)

    def apply(self, changed: Changed, built_at: datetime) -> str:
        """Bring the index to a later position; return the new name."""
        now = self.open()
        documents = now.documents()
        gone = set(changed.gone) | {one.id for one in changed.documents}
        new = []
        for one in changed.documents:
            place = documents.place(one.id)
            if place is not None and documents[place] == one:
                gone.discard(one.id)
            else:
                new.append(one)
        added, files = _packed(new, now.vocabulary)
        about = replace(
            now.about,
            position=changed.position,
            day=changed.day or now.about.day,
            built_at=built_at,
            segments=(*_without(now, gone), *added),
        )
        return self._write(files, about, now.kept)

    def due(self, quiet_s: float) -> Merge | None:
        """Return which segments should be packed again, if any."""
        now = self.open()
        segments = now.about.segments
        extents = [one.extent for one in segments]
        taken = {*merges.crowded(extents), *merges.gapped(extents, quiet_s)}
        if not taken:
            return None
        chosen = tuple(segments[at] for at in sorted(taken))
        return _Merge(
            replace(now, about=replace(now.about, segments=chosen)),
            documents=sum(one.alive.bit_count() for one in chosen),
            removed=sum(one.extent.gone for one in chosen),
        )

    def put(self, merge: Merge) -> str | None:
        """Let what was packed stand for what it was made of.

        What was replaced or withdrawn since that was read is gone in it too.
        """
        assert isinstance(merge, _Merge)
        assert merge.packed is not None
        now = self.open()
        stands = {one.name: one.alive for one in now.about.segments}
        read = merge.source.about.segments
        if not all(one.name in stands for one in read):
            return None
        added, files = merge.packed
        alive = _gathered([(one.alive, stands[one.name]) for one in read])
        added = tuple(one._replace(alive=alive) for one in added if alive)
        names = {one.name for one in read}
        kept = tuple(one for one in now.about.segments if one.name not in names)
        about = replace(now.about, segments=(*kept, *added))
        return self._write(files if added else {}, about, now.kept)

    def _write(self, files: dict[str, bytes], about: About, base: Kept) -> str:
        """Write a state whose other segments are those of the one before."""
        again = [VOCABULARY, LEXICON, OFFERED] + [
            file_of(one.name, part)
            for one in about.segments
            for part in Part
            if file_of(one.name, part) not in files
        ]
        return self.folder.write(files, about.to_json(), base, again).name


@dataclass(slots=True)
class _Merge:
    """Segments that are packed again; :meth:`pack` needs no place of writer.

    Args:
        source: The state that they were read from, with these segments alone.
        documents: How many are packed.
        removed: How many are left out since they are gone.
        packed: The new segment, once it is packed.
    """

    source: Opened
    documents: int
    removed: int
    packed: tuple[tuple[Segment, ...], dict[str, bytes]] | None = None

    def pack(self) -> None:
        """Pack what stands in the segments as one segment."""
        documents = tuple(self.source.documents())
        self.packed = _packed(documents, self.source.vocabulary)


def _packed(
    documents: Sequence[IndexDocument], vocabulary: Vocabulary
) -> tuple[tuple[Segment, ...], dict[str, bytes]]:
    """Return a new segment, or none for no documents, and its files."""
    if not documents:
        return (), {}
    name = f"{SEGMENT_PREFIX}{secrets.token_hex(8)}"
    # In the order in which they are read back, which what is packed follows.
    documents = [
        replace(document, names=dict(sorted(document.names.items())))
        for document in documents
    ]
    parts = pack_segment(documents, vocabulary.terms)
    segment = Segment(name, len(documents), everything(len(documents)))
    return (segment,), {file_of(name, part): parts[part] for part in parts}


def _without(now: Opened, gone: Collection[str]) -> tuple[Segment, ...]:
    """Return the segments without some documents, and those that are left empty."""
    found = []
    for segment, layer in zip(
        now.about.segments, now.layers(Part.DOCUMENTS), strict=True
    ):
        numbers = [layer.part.number(one) for one in gone]
        there = np.array([one for one in numbers if one is not None], np.int64)
        alive = segment.alive & ~bits_of(there)
        if alive:
            found.append(segment._replace(alive=alive))
    return tuple(found)


def _gathered(pairs: Iterable[tuple[Bits, Bits]]) -> Bits:
    """Return which documents of a merged segment still stand.

    Args:
        pairs: For each of the segments that it was made of, in their order: what
            was packed, and what stands now.
    """
    found = base = 0
    for packed, stands in pairs:
        numbers = places_in(packed)
        stay = np.isin(numbers, places_in(stands), assume_unique=True)
        found |= bits_of(np.flatnonzero(stay)) << base
        base += len(numbers)
    return found


def digests(opened: Opened) -> dict[str, str]:
    """Return the digest of each document that stands, by id."""
    found: dict[str, str] = {}
    for layer in opened.layers(Part.DOCUMENTS):
        alive = set(places_in(layer.alive).tolist())
        found |= {
            one: digest
            for one, digest in layer.part.digests().items()
            if layer.part.number(one) in alive
        }
    return found


def _status(kept: Kept) -> IndexStatus:
    return status_of(kept, About.of(kept))


def status_of(kept: Kept, about: About) -> IndexStatus:
    """Return what a state says of itself."""
    on_disk = dict.fromkeys((part.value for part in Part), 0)
    for one in about.segments:
        for part in Part:
            on_disk[part.value] += kept.files[file_of(one.name, part)].size
    return IndexStatus(
        generation=kept.name,
        documents=sum(one.alive.bit_count() for one in about.segments),
        position=about.position,
        built_at=about.built_at,
        full_text=True,
        day=about.day,
        removed=sum(one.extent.gone for one in about.segments),
        segments=len(about.segments),
        bytes=on_disk,
    )
