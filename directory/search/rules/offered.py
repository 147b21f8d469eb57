"""What a segment has to offer while somebody types, found by its beginnings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from directory.search.rules.beginnings import How
from directory.search.rules.layers import Bits
from directory.search.rules.offers import (
    BLOCK,
    END,
    FORMAT,
    HOW_BITS,
    KIND_ORDER,
    LENGTH_BITS,
    LONGEST,
    WORST,
    Offer,
)
from directory.search.rules.packing import Array, Packed


class Found(NamedTuple):
    """One target found; the least is the best.

    Args:
        how: How it matches.
        kind: Place of its kind in :data:`KIND_ORDER`.
        length: Letters of the spelling from where it matches.
        worth: What it is worth.
        rest: These letters.
        offer: To show.
        spelling: Which of its spellings matches.
    """

    how: int
    kind: int
    length: int
    worth: int
    rest: bytes
    offer: Offer
    spelling: int


Standing = NDArray[np.bool_]
"""For each target whether its document still stands."""

_DECODER = msgspec.json.Decoder(Offer)


class OfferPart:
    """What one segment, or the vocabulary, has to offer, opened; threads share it.

    Args:
        content: What :func:`pack_offers` or :func:`pack_terms` returned.
    """

    def __init__(self, content: bytes) -> None:
        """Open it; nothing is copied but the letters.

        Raises:
            ValueError: If it is of another format.
        """
        packed = Packed(content)
        if packed.bytes("format") != FORMAT:
            raise ValueError("offers of another format")
        self._text = packed.bytes("text")
        self._offset = packed.array("offset").data
        self._target = packed.array("target")
        self._spelling = packed.array("spelling")
        self._good = packed.array("good")
        self._best = packed.array("best")
        self._group: list[int] = packed.array("group").tolist()
        self._number = packed.array("number")
        self._about = packed.bytes("about")
        self._about_at = packed.array("about_at").data

    def standing(self, size: int, alive: Bits) -> Standing | None:
        """Return which targets may be offered; ``None`` if all may.

        Args:
            size: How many documents the segment was written with.
            alive: Which of them still stand.
        """
        if alive == (1 << size) - 1:
            return None
        content = alive.to_bytes(size // 8 + 1, "little")
        bits = np.unpackbits(np.frombuffer(content, np.uint8), bitorder="little")
        standing: Standing = bits.astype(np.bool_)[self._number]
        return standing

    def find(
        self, beginning: str, most: int, kinds: Iterable[int], standing: Standing | None
    ) -> Iterator[Found]:
        """Yield what begins with these letters, the best of each kind.

        Args:
            beginning: Folded.
            most: How many of each kind.
            kinds: Places in :data:`KIND_ORDER`.
            standing: As :meth:`standing` returned.
        """
        sought = beginning.encode()
        for kind in kinds:
            low, high = self._range(sought, *self._group[kind : kind + 2])
            if low == high:
                continue
            _, whole = self._range(sought + END.encode(), low, high)
            seen: set[int] = set()
            for entry in self._ranked(low, whole, high, most, standing):
                target = int(self._target[entry])
                if target in seen:
                    continue
                seen.add(target)
                yield self._found(entry, kind, is_whole=entry < whole)
                if len(seen) == most:
                    break

    def holding(
        self, words: Sequence[str], most: int, kind: int, standing: Standing | None
    ) -> Iterator[Found]:
        """Yield what has a word for each of these beginnings, in any order.

        Args:
            words: Folded, at least one.
            most: How many.
            kind: Place in :data:`KIND_ORDER`.
            standing: As :meth:`standing` returned.
        """
        group = self._group[kind : kind + 2]
        ranges = sorted(
            (self._range(word.encode(), *group) for word in words),
            key=lambda span: span[1] - span[0],
        )
        (low, high), *others = ranges
        entries = np.arange(low, high)
        for span in others:
            if not len(entries):
                return
            has = np.zeros(len(self._number), np.bool_)
            has[self._target[slice(*span)]] = True
            entries = entries[has[self._target[entries]]]
        if standing is not None:
            entries = entries[standing[self._target[entries]]]
        seen: set[int] = set()
        for entry in entries[np.argsort(self._good[entries], kind="stable")].tolist():
            target = int(self._target[entry])
            if target not in seen:
                seen.add(target)
                yield self._found(entry, kind, is_whole=False)
            if len(seen) == most:
                return

    def near(self, beginning: str) -> Iterator[str]:
        """Yield beginnings that differ in one letter and that something has.

        The first letter is believed, unless it changed places with the second.
        """
        swapped = beginning[1::-1] + beginning[2:]
        for kind in range(len(KIND_ORDER)):
            group = self._group[kind], self._group[kind + 1]
            if self._has(swapped, *group):
                yield swapped
            low, high = group
            for at in range(1, len(beginning)):
                before = beginning[:at]
                low, high = self._range(before.encode(), low, high)
                if low == high:
                    break
                yield from self._near_at(beginning, at, low, high)

    def _near_at(self, beginning: str, at: int, low: int, high: int) -> Iterator[str]:
        before, after = beginning[:at], beginning[at:]
        changed = [before + after[1:]] if len(after) > 1 else []
        if len(after) > 1:
            changed.append(before + after[1] + after[0] + after[2:])
        for one in changed:
            if one != beginning and self._has(one, low, high):
                yield one
        place, length = low, len(before.encode())
        while place < high:
            offset = self._offset[place] + length
            letter = self._text[offset : offset + 4].decode(errors="ignore")[:1]
            stem = before + (letter if letter != END else "")
            first, last = self._range((before + letter).encode(), place, high)
            if letter not in ("", END) and letter != after[0]:
                for one in (stem + after[1:], stem + after):
                    if len(one) > at + 1 and self._has(one, first, last):
                        yield one
            place = max(last, place + 1)

    def _has(self, beginning: str, low: int, high: int) -> bool:
        sought = beginning.encode()
        at = self._first(sought, low, high)
        if at == high:
            return False
        return self._text.startswith(sought, self._offset[at])

    def _first(self, sought: bytes, low: int, high: int) -> int:
        text, offset, length = self._text, self._offset, len(sought)

        def letters(entry: int) -> bytes:
            at = offset[entry]
            return text[at : at + length]

        return bisect_left(range(high), sought, low, high, key=letters)

    def _range(self, sought: bytes, low: int, high: int) -> tuple[int, int]:
        """Return where beginnings with these letters stand."""
        first = self._first(sought, low, high)
        # No letter has this byte: it sorts behind all that begin as sought.
        return first, self._first(sought + b"\xff", first, high)

    def _ranked(
        self, low: int, whole: int, high: int, most: int, standing: Standing | None
    ) -> Iterator[int]:
        """Yield entries of a range, best first; those that are whole before all."""
        for after, is_whole in ((whole, True), (high, False)):
            many, done = 4 * most, 0
            while True:
                # A prefix of the longer list: what was yielded is left out.
                kept = self._least(low, after, many)
                if is_whole:
                    kept = kept[self._good[kept] >> HOW_BITS == How.START]
                if standing is not None:
                    kept = kept[standing[self._target[kept]]]
                yield from kept[done:].tolist()
                done = len(kept)
                if many >= after - low:
                    break
                many *= 4

    def _least(self, low: int, high: int, many: int) -> Array:
        """Return the best entries of a range, best first, then by their letters."""
        first, after = -(-low // BLOCK), high // BLOCK
        if after - first <= many:
            entries = np.arange(low, high)
        else:
            blocks = np.argsort(self._best[first:after], kind="stable")[:many] + first
            blocks.sort()
            inner = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
            before = np.arange(low, first * BLOCK)
            entries = np.concatenate((before, inner, np.arange(after * BLOCK, high)))
        order = np.argsort(self._good[entries], kind="stable")[:many]
        best: Array = entries[order]
        return best

    def _found(self, entry: int, kind: int, *, is_whole: bool) -> Found:
        target = int(self._target[entry])
        good = int(self._good[entry])
        how = good >> HOW_BITS
        if is_whole and how == How.START:
            how = How.WHOLE
        at = self._offset[entry]
        return Found(
            how=how,
            kind=kind,
            length=good >> LENGTH_BITS & LONGEST,
            worth=good & WORST,
            rest=self._text[at : self._text.index(END.encode(), at)],
            offer=_DECODER.decode(
                self._about[self._about_at[target] : self._about_at[target + 1]]
            ),
            spelling=int(self._spelling[entry]),
        )
