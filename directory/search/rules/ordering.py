"""In which order results stand.

The order is: what was named; then confirmed, partly, text; then how much of
what was asked is known; then the words; then how well CAR-T itself is borne
out, the day of the last check, and the name. Nothing that could be paid for,
and no popularity, is read here.

Of many results only those that a page shows are put in order: sets of documents
that stand alike are taken one after the other until there are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from directory.core.text import Language
from directory.search.rules.catalog import Catalog
from directory.search.rules.layers import Bits, Places, mask_of, places_in
from directory.search.rules.orders import By
from directory.search.rules.questions import Question
from directory.search.rules.ranking import (
    ILLNESS_GUIDE,
    Selected,
    Sought,
    asks_illness_only,
    value,
)
from directory.search.rules.values import Sort

MANY = 1024
"""From so many documents on, those of the best rank are looked for among all in
order, instead of ordering them."""


SORTED_WHOLE = 128
"""So many entries are sorted whole: faster than to look for the least first."""


def ordered(
    catalog: Catalog,
    asked: Question,
    selected: Selected,
    sought: Sought,
    sort: Sort,
    language: Language,
    most: int,
) -> list[int]:
    """Return the places of the best results, best first.

    Args:
        catalog: The documents.
        asked: The question.
        selected: Its results.
        sought: What has words of its rest.
        sort: Which order.
        language: The reader's; names are compared in it.
        most: How many are wanted.
    """
    hits = selected.hits
    if sort is not Sort.RELEVANCE:
        by = By.NAME if sort is Sort.NAME else By.DAY
        return _by_rank(catalog, hits, by, language, most)
    guide = None
    if asks_illness_only(asked):
        guide = catalog.documents.place(ILLNESS_GUIDE)
        if guide is not None and hits >> guide & 1:
            hits &= ~(1 << guide)
        else:
            guide = None
    found = list(selected.named[:most])
    for place in found:
        hits &= ~(1 << place)
    for alike in _classes(catalog, asked, selected, hits):
        if len(found) >= most:
            break
        found += _by_words(catalog, alike, sought, language, most - len(found))
    if guide is not None:
        # After what fits an illness best, yet in sight.
        found.insert(2, guide)
    return found[:most]


def _classes(
    catalog: Catalog, asked: Question, selected: Selected, hits: Bits
) -> Iterator[Bits]:
    """Yield the results that stand alike but for words and rank, best first."""
    if sure := selected.confirmed & hits:
        yield sure
    if partly := selected.partly & hits:
        if asked.clauses:
            known = [value(catalog, clause) for clause in asked.clauses]
            yes = _counted(one.confirmed & partly for one in known)
            said = _counted(one.affirmed & partly for one in known)
            for alike in _by_count(partly, yes):
                yield from _by_count(alike, said)
        else:
            yield partly
    if text := selected.text & hits:
        yield text


def _counted(sets: Iterable[Bits]) -> list[Bits]:
    """Return in how many of some sets each document is.

    Returns:
        The digits of these numbers in base 2, the lowest first: in each the set
        of the documents whose number has it.
    """
    digits: list[Bits] = []
    for one in sets:
        carried = one
        for at, digit in enumerate(digits):
            digits[at], carried = digit ^ carried, digit & carried
            if not carried:
                break
        if carried:
            digits.append(carried)
    return digits


def _by_count(bits: Bits, digits: Sequence[Bits]) -> Iterator[Bits]:
    """Yield the parts of a set, those of the greatest number first."""
    if not digits:
        yield bits
        return
    for part in (bits & digits[-1], bits & ~digits[-1]):
        if part:
            yield from _by_count(part, digits[:-1])


def _by_words(
    catalog: Catalog, bits: Bits, sought: Sought, language: Language, most: int
) -> list[int]:
    """Return the best of a set: by their words, then by rank."""
    worded = bits & sought.any
    if not worded:
        return _by_rank(catalog, bits, By.WORTH, language, most)
    found = sought.found
    if worded == sought.any:
        places, real, score = found.places, found.real, found.score
    else:
        at = np.flatnonzero(mask_of(worded, len(catalog.documents))[found.places])
        places, real, score = found.places[at], found.real[at], found.score[at]
    if len(places) > max(most, SORTED_WHOLE):
        # Whoever has fewer words as such than the last that is shown is out.
        counts = np.bincount(real)
        enough = np.cumsum(counts[::-1]) >= most
        least = len(counts) - 1 - int(np.argmax(enough))
        at = np.flatnonzero(real >= least)
        places, real, score = places[at], real[at], score[at]
    best = _least(
        (
            ~real,  # of the most first, since it is unsigned
            -score,
            catalog.ranks(By.WORTH, language)[places],
        ),
        most,
    )
    shown: list[int] = places[best].tolist()
    if len(shown) < most and (rest := bits ^ worded):
        shown += _by_rank(catalog, rest, By.WORTH, language, most - len(shown))
    return shown


def _least(keys: Sequence[NDArray[np.generic]], most: int) -> Places:
    """Return where the least entries are, in order.

    Args:
        keys: Compared one after the other; the last tells all entries apart.
        most: How many are wanted.
    """
    if len(keys[0]) <= SORTED_WHOLE:
        return np.lexsort(keys[::-1])[:most]
    left = np.arange(len(keys[0]))
    if len(left) > most:
        sure: list[Places] = []
        wanted = most
        for key in keys:
            values = key[left]
            last = np.partition(values, wanted - 1)[wanted - 1]
            below = left[values < last]
            sure.append(below)
            wanted -= len(below)
            left = left[values == last]
            if len(left) == wanted:
                break
        left = np.concatenate([*sure, left])
    order: Places = left[np.lexsort([key[left] for key in reversed(keys)])]
    return order


def _by_rank(
    catalog: Catalog, bits: Bits, by: By, language: Language, most: int
) -> list[int]:
    """Return the first of a set in one of the orders of all documents."""
    if most <= 0 or not bits:
        return []
    if bits & (bits - 1) == 0:
        return [bits.bit_length() - 1]
    if bits.bit_count() < MANY:
        places = places_in(bits)
        ranks = catalog.ranks(by, language)[places]
        if len(places) > most:
            first = np.argpartition(ranks, most - 1)[:most]
            places, ranks = places[first], ranks[first]
        few: list[int] = places[np.argsort(ranks)].tolist()
        return few
    order = catalog.orders.places(by, language)
    mask = mask_of(bits, len(catalog.documents))
    found: list[int] = []
    begin, size = 0, 2 * most
    while len(found) < most and begin < len(order):
        chunk = order[begin : begin + size]
        found += chunk[mask[chunk]].tolist()
        begin, size = begin + size, 2 * size
    return found[:most]
