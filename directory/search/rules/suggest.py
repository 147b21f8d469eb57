"""What somebody who has begun to type may be looking for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from directory.core.text import Language
from directory.search.rules.beginnings import (
    How,
    Typed,
    has_only_letters,
    marks,
    typed,
)
from directory.search.rules.documents import IndexDocument
from directory.search.rules.layers import Layer
from directory.search.rules.normalize import Script, clean, spelled, spelled_key
from directory.search.rules.offered import Found, OfferPart, Standing
from directory.search.rules.offers import (
    KIND_ORDER,
    WORST,
    Offer,
    pack_offers,
    pack_terms,
)
from directory.search.rules.values import Kind, Suggestion

__all__ = ["OfferPart", "Suggester", "pack_offers", "pack_terms"]

MOST_OF_A_KIND = 4
"""So that one kind does not fill the list while others match too."""

MOST_CHARACTERS = 60
"""Of what is being typed; no name that is offered needs more to be found."""

SHORTEST_CORRECTED = 4
"""Letters from which on one of them may be wrong (source: the search's own rule
for typing errors)."""

MOST_CORRECTED = 20
"""Letters up to which that is tried."""

MOST_WAYS = 24
"""Corrections of one letter that are looked up."""

MOST_TERMS = 32
"""Terms of a kind that are put in order; of these the best are offered."""

MOST_WORDS = 6
"""Words that are looked for in any order."""

MOST_WORDS_BEFORE = 4
"""Words that may stand before the one that is being typed."""

FIRST_HAN = "\u3400"

EVERY_KIND = range(len(KIND_ORDER))

AFTER_A_WORD = tuple(
    KIND_ORDER.index(kind) for kind in ("city", "therapy", "indication", "capability")
)
"""Kinds that are offered after words that are kept."""


SCRIPTS = {
    Language.EN: Script.LATIN,
    Language.ZH: Script.HAN,
    Language.RU: Script.CYRILLIC,
    Language.AR: Script.ARABIC,
}
OTHER_SCRIPTS = frozenset(SCRIPTS.values()) - {Script.LATIN}

Choice = tuple[Found, tuple[str, ...], str]
"""What was found, the folded beginnings by which, and words kept before it."""

Chosen = list[Choice]


class Suggester:
    """Everything that may be offered from one state; threads share it.

    Args:
        terms_part: Of the vocabulary.
        layers: Of the state's segments.
        documents: Of the state; the parts know what they need of them.
    """

    def __init__(
        self,
        terms_part: OfferPart,
        layers: Sequence[Layer[OfferPart]],
        documents: Iterable[IndexDocument] = (),
    ) -> None:
        """Join the parts; nothing is compiled."""
        del documents
        self._parts: list[tuple[OfferPart, Standing | None]] = [(terms_part, None)]
        self._parts += (
            (layer.part, layer.part.standing(layer.size, layer.alive))
            for layer in layers
            if layer.alive
        )

    def suggest(
        self, text: str, limit: int, language: Language = Language.EN
    ) -> tuple[Suggestion, ...]:
        """Return what begins with the text, or holds it, best first.

        If nothing does: what has all its words in another order; what begins
        with its last words, after the others; what begins so but for one letter.

        Args:
            text: As typed so far.
            limit: How many at most.
            language: The reader's, in which a question is shown if it is asked so
                in that language too.
        """
        cleaned = clean(text)[:MOST_CHARACTERS].strip()
        said = typed(cleaned)
        if said is None or limit < 1:
            return ()
        found = (
            self._beginning(said, limit)
            or self._holding(said, limit)
            or self._after(cleaned, said, limit)
            or self._near(said, limit)
        )
        return tuple(_suggestion(*one, language) for one in found)

    def _looked_at(
        self, limit: int
    ) -> Iterator[tuple[OfferPart, Standing | None, int]]:
        # Among terms, what is not covered is put last only afterwards.
        for number, (part, standing) in enumerate(self._parts):
            yield part, standing, limit if number else max(limit, MOST_TERMS)

    def _beginning(
        self, said: Typed, limit: int, kinds: Sequence[int] = EVERY_KIND
    ) -> Chosen:
        for sought in dict.fromkeys((said.text, said.ended)):
            found = [
                (one, (sought,), "")
                for part, standing, most in self._looked_at(limit)
                for one in part.find(sought, most, kinds, standing)
            ]
            if found:
                return _mixed(found, limit)
        return []

    def _holding(self, said: Typed, limit: int) -> Chosen:
        words = tuple(dict.fromkeys(said.words))
        if not 1 < len(words) <= MOST_WORDS or any(map(_is_letter, words[:-1])):
            return []
        return _mixed(
            (
                (one, words, "")
                for part, standing in self._parts
                for kind in EVERY_KIND
                for one in part.holding(words, limit, kind, standing)
            ),
            limit,
        )

    def _after(self, cleaned: str, said: Typed, limit: int) -> Chosen:
        for place in said.places[1 : 1 + MOST_WORDS_BEFORE]:
            last = typed(cleaned[place:])
            if last is None:
                continue
            found = self._beginning(last, limit, AFTER_A_WORD)
            if found:
                before = cleaned[:place].strip()
                return [(one, sought, before) for one, sought, _ in found]
        return []

    def _near(self, said: Typed, limit: int) -> Chosen:
        sought = said.text
        if not SHORTEST_CORRECTED <= len(sought) <= MOST_CORRECTED:
            return []
        if not has_only_letters(sought):
            return []
        ways = dict.fromkeys(
            way
            for one in dict.fromkeys((sought, said.ended))
            for part, _ in self._parts
            for way in part.near(one)
        )
        return _mixed(
            (
                (one, (way,), "")
                for way in islice(ways, MOST_WAYS)
                for part, standing in self._parts
                for one in part.find(way, limit, EVERY_KIND, standing)
            ),
            limit,
        )


def _is_letter(word: str) -> bool:
    """Tell whether a word is one letter and no Chinese character."""
    return len(word) == 1 and word < FIRST_HAN


def _mixed(found: Iterable[Choice], limit: int) -> Chosen:
    """Return the best of all kinds, none of them crowding out the others."""
    ranked = sorted(found, key=lambda one: _order(one[0]))
    seen: set[tuple[str, str, str]] = set()
    count: dict[int, int] = {}
    first: Chosen = []
    later: Chosen = []
    for one in ranked:
        kind, name = one[0].kind, one[0].offer[:3]
        if name in seen:
            continue
        seen.add(name)
        count[kind] = count.get(kind, 0) + 1
        (first if count[kind] <= MOST_OF_A_KIND else later).append(one)
    chosen = (first + later)[:limit]
    groups = [one.kind for one, _, _ in chosen]
    chosen.sort(key=lambda one: groups.index(one[0].kind))
    return chosen


def _order(one: Found) -> tuple[object, ...]:
    # What is not covered comes last, unless it was typed whole. Names stand before
    # synonyms, so that a thing comes before another that is called so too.
    is_beside = one.worth == WORST and one.how != How.WHOLE
    return (is_beside, *one[:5], one.spelling, one.offer.key, one.offer.section)


def _suggestion(
    found: Found, sought: tuple[str, ...], before: str, language: Language
) -> Suggestion:
    offer = found.offer
    matched = offer.spellings[found.spelling]
    if offer.kind == Kind.GUIDE and matched not in offer.names.values():
        matched = _asked(matched, offer, sought, language)
    is_near = found.how == How.NEAR
    return Suggestion(
        kind=offer.kind,
        key=offer.key,
        names=offer.names,
        matched="" if is_near else matched,
        section=offer.section,
        city=offer.city,
        sought=() if is_near else sought,
        is_covered=found.worth < WORST,
        before=before,
    )


def _asked(
    question: str, offer: Offer, sought: tuple[str, ...], language: Language
) -> str:
    """Return a question, or the same in the reader's script if it was typed too.

    What begins with "CAR-T" begins so in every language.
    """
    script = SCRIPTS[language]
    if _script_of(question) is script:
        return question
    for other in offer.spellings:
        if (
            _script_of(other) is script
            and all(one in spelled_key(other) for one in sought)
            and all(marks(other, one) for one in sought)
        ):
            return other
    return question


def _script_of(text: str) -> Script:
    """Return the script that tells a language; Latin stands in every text."""
    found = {part.script for part in spelled(text)} & OTHER_SCRIPTS
    return min(found, default=Script.LATIN)
