"""One spelling for two terms: what a changed term would take from another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from directory.search.rules.normalize import spelled_key
from directory.vocabulary.rules import Synonym, Term, name_of


@dataclass(frozen=True, slots=True)
class Collision:
    """A spelling that another term has already.

    Args:
        text: The spelling, as it was typed.
        others: The terms that have it, each as ``kind:key``.
    """

    text: str
    others: tuple[str, ...]


def collisions(
    terms: Iterable[Term], before: Term, after: Term
) -> tuple[Collision, ...]:
    """Return new spellings that other terms have already.

    Spellings that are read together with other meanings take nothing away, and
    those that the term had before are nobody's news.

    Args:
        terms: The whole vocabulary.
        before: The term as it stands.
        after: The term as it would stand.
    """
    fresh = _keys(after) - _keys(before)
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for term in terms:
        if name_of(term) == name_of(after):
            continue
        for key in _keys(term) & fresh:
            owners[key].append(name_of(term))
    return tuple(
        Collision(synonym.text, tuple(sorted(owners[key])))
        for synonym in after.synonyms
        if (key := spelled_key(synonym.text)) in owners and not synonym.also
    )


def unreadable(synonyms: Iterable[Synonym]) -> tuple[str, ...]:
    """Return spellings of which nothing is left to compare, e.g. signs alone."""
    return tuple(one.text for one in synonyms if not spelled_key(one.text))


def doubled(synonyms: Iterable[Synonym]) -> tuple[str, ...]:
    """Return spellings that stand twice, as they are compared."""
    seen: set[str] = set()
    twice = []
    for one in synonyms:
        key = f"{spelled_key(one.text)}/{one.language}/{one.text}"
        if key in seen:
            twice.append(one.text)
        seen.add(key)
    return tuple(twice)


def _keys(term: Term) -> frozenset[str]:
    return frozenset(key for one in term.synonyms if (key := spelled_key(one.text)))
