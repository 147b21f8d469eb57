"""Why each result is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from directory.search.rules.catalog import Catalog
from directory.search.rules.documents import (
    BEST_FIRST,
    ROUTE_OF,
    IndexDocument,
    Standing,
)
from directory.search.rules.normalize import key_of
from directory.search.rules.questions import KNOWN_OF, Clause, Question
from directory.search.rules.values import Concept, Kind, Why

SAID = {standing: standing.value for standing in Standing}

BETTER = {standing: at for at, standing in enumerate(BEST_FIRST)}


class Reasons:
    """Says why documents answer one question.

    Args:
        catalog: The documents.
        asked: The question.
    """

    def __init__(self, catalog: Catalog, asked: Question) -> None:
        self._catalog = catalog
        self._asked = asked
        self._clauses: dict[Kind, Sequence[Clause]] = {}
        self._in_words = Why(None, asked.words, "text")

    def of(
        self, place: int, document: IndexDocument, *, has_words: bool
    ) -> tuple[Why, ...]:
        """Return why a document is a result, in the order of the query.

        Args:
            place: Its place.
            document: What stands there.
            has_words: Whether it has any of the words that were looked for.
        """
        why: list[Why] = []
        if self._asked.name_texts and document.id in self._asked.name_texts:
            why.append(_named(document, self._asked.name_texts[document.id]))
        for clause in self._of_kind(document.kind):
            key, standing = self._best(clause, place, document)
            why.append(Why(clause.concept, key, SAID[standing]))
            if clause.concept is Concept.THERAPY and not standing.is_affirmed:
                why.extend(_routes(document, key))
        if has_words and self._asked.words:
            why.append(self._in_words)
        return tuple(why)

    def _of_kind(self, kind: Kind) -> Sequence[Clause]:
        found = self._clauses.get(kind)
        if found is None:
            found = self._clauses[kind] = [
                clause
                for clause in self._asked.clauses
                if clause.concept in KNOWN_OF[kind]
                and not (clause.concept is Concept.THERAPY and kind is Kind.THERAPY)
            ]
        return found

    def _best(
        self, clause: Clause, place: int, document: IndexDocument
    ) -> tuple[str, Standing]:
        """Return the value of a clause of which the best is known."""
        facet = clause.concept.value
        if len(clause.keys) == 1 and clause.concept is not Concept.INDICATION:
            return clause.keys[0], document.standing(facet, clause.keys[0])
        if clause.concept is Concept.INDICATION:
            # What is known of a narrower illness counts too.
            known = [(k, self._catalog.standing(facet, k, place)) for k in clause.keys]
        else:
            known = [(k, document.standing(facet, k)) for k in clause.keys]
        return min(known, key=lambda pair: BETTER[pair[1]])


def _named(document: IndexDocument, text: str) -> Why:
    said = key_of(text)
    is_name = any(key_of(name) == said for name in document.names.values())
    return Why(
        Concept(document.kind.value), document.slug, "name" if is_name else "alias"
    )


def _routes(document: IndexDocument, therapy: str) -> Iterator[Why]:
    """Say by which other route, e.g. a trial, a center is linked to a product."""
    for route, standing in document.values.get(ROUTE_OF + therapy, {}).items():
        yield Why(Concept.ROUTE, route, SAID[standing])
