"""What a vocabulary says about names: cities, common words, words that frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from directory.search.rules.languages import EVERYDAY
from directory.search.rules.names import CommonParts
from directory.search.rules.normalize import spelled, spelled_key
from directory.vocabulary.rules import Filler, Term, TermKind

_SHARED = {
    TermKind.TYPE,
    TermKind.INDICATION,
    TermKind.AUDIENCE,
    TermKind.CAPABILITY,
}
_SHARED_FILLERS = {Filler.NAME_PART, Filler.GENERIC, Filler.STOP, Filler.COUNTRY}


@dataclass(frozen=True, slots=True)
class Basis:
    """What the names of documents are taken apart by.

    Args:
        cities: How each city is written in English and Chinese, by its key.
        common: Words that many names share.
        frames: Folded words that only frame a question.
    """

    cities: Mapping[str, tuple[str, ...]]
    common: CommonParts
    frames: frozenset[str]

    @classmethod
    def of(cls, terms: Iterable[Term]) -> Basis:
        """Return what a vocabulary says."""
        terms = tuple(terms)
        return cls(
            cities={
                term.key: (term.labels["en"], term.labels["zh"])
                for term in terms
                if term.kind is TermKind.CITY and {"en", "zh"} <= term.labels.keys()
            },
            common=_common(terms),
            frames=frozenset(
                spelled_key(synonym.text)
                for term in terms
                if term.kind is TermKind.FILLER
                and term.key not in {Filler.ORDER, Filler.NEGATION, Filler.AGE}
                for synonym in term.synonyms
            ),
        )

    def content(self, text: str) -> frozenset[str]:
        """Return the words of a text without those that only frame it."""
        keys = [token.key for token in spelled(text)]
        kept: set[str] = set()
        at = 0
        while at < len(keys):
            ends = (
                end
                for end in range(min(at + 6, len(keys)), at, -1)
                if "".join(keys[at:end]) in self.frames
            )
            end = next(ends, 0)
            if not end:
                kept.add(keys[at])
            at = end or at + 1
        return frozenset(kept)


def _common(terms: Iterable[Term]) -> CommonParts:
    keys: set[str] = {spelled_key(word) for word in EVERYDAY}
    cities: set[str] = set()
    for term in terms:
        if term.kind is TermKind.CITY:
            cities.update(
                spelled_key(synonym.text)
                for synonym in term.synonyms
                if len(synonym.text) > 1 and not synonym.cautious
            )
        elif term.kind in _SHARED or (
            term.kind is TermKind.FILLER and term.key in _SHARED_FILLERS
        ):
            # A single character of Chinese frames a query, but makes many names.
            keys.update(
                spelled_key(synonym.text)
                for synonym in term.synonyms
                if term.key == Filler.NAME_PART
                or len(synonym.text) > 1
                or synonym.language != "zh"
            )
    keys.discard("")
    return CommonParts(frozenset(keys), frozenset(cities))
