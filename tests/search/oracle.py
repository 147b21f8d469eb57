"""What answers a question about centers, said as plainly as possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from directory.core.text import Language
from directory.search.rules.documents import BEST_FIRST, IndexDocument, Standing
from directory.search.rules.questions import Clause, Question
from directory.search.rules.values import Concept, Match, Sort
from directory.search.rules.words import Found
from directory.vocabulary.rules import Term

YES, NO, NOT_STATED = Standing.YES, Standing.NO, Standing.NOT_STATED
IDENTITY = {Concept.CITY, Concept.TYPE}
OPEN_IN_WORDS = {Concept.CAPABILITY, Concept.LANGUAGE, Concept.AUDIENCE}


class Oracle:
    """Looks at every document for every question.

    Args:
        documents: All centers.
        terms: The vocabulary.
    """

    def __init__(
        self, documents: Sequence[IndexDocument], terms: Sequence[Term]
    ) -> None:
        self.documents = documents
        self.broader = {term.key: set(term.broader) for term in terms}

    def standing(self, one: IndexDocument, facet: str, key: str) -> Standing:
        """Return what is known, also through narrower illnesses."""
        stated = one.values.get(facet, {})
        found = [stated.get(key, NOT_STATED)]
        if facet == "indication":
            found += [
                known
                for other, known in stated.items()
                if key in self.broader.get(other, ()) and known.is_affirmed
            ]
        return min(found, key=BEST_FIRST.index)

    def best(self, one: IndexDocument, clause: Clause) -> Standing:
        """Return the best that is known of any value of a clause."""
        return min(
            (self.standing(one, clause.concept.value, key) for key in clause.keys),
            key=BEST_FIRST.index,
        )

    def is_near(self, one: IndexDocument, clause: Clause) -> bool:
        """Tell whether only a broader illness is stated."""
        stated = one.values.get("indication", {})
        return clause.concept is Concept.INDICATION and any(
            key not in stated
            and any(stated.get(up, NO).is_affirmed for up in self.broader[key])
            for key in clause.keys
        )

    def states(self, one: IndexDocument, clause: Clause) -> bool:
        """Tell whether a center states a value of a clause, or nearly so."""
        return self.best(one, clause).is_affirmed or self.is_near(one, clause)

    def has(self, one: IndexDocument, asked: Question, clause: Clause) -> bool:
        """Tell whether a clause leaves a center among the results."""
        if clause.concept in IDENTITY:
            return self.best(one, clause).is_affirmed
        if self.states(one, clause):
            return True
        is_open = clause.concept is Concept.CAPABILITY or (
            clause.concept in OPEN_IN_WORDS and not clause.is_chosen
        )
        typed = [
            other
            for other in asked.clauses
            if other.concept in IDENTITY and len(other.texts) == len(other.keys)
        ]
        is_placed = any(other.concept is Concept.CITY for other in typed)
        if is_placed and not clause.is_chosen and not is_open:
            there = [
                other
                for other in self.documents
                if all(self.best(other, what).is_affirmed for what in typed)
            ]
            most = 2 if clause.concept is Concept.INDICATION else 0
            is_open = sum(self.states(other, clause) for other in there) <= most
        says_no = all(
            self.standing(one, clause.concept.value, key) is NO for key in clause.keys
        )
        return is_open and not says_no

    def match(
        self, one: IndexDocument, asked: Question, found: Found | None, words: int
    ) -> Match | None:
        """Return how a center answers a question, if it does."""
        is_found = found is not None and found.words >= max(1, -(-words // 2))
        if not asked.clauses and words:
            match = Match.TEXT if is_found else None
        elif not all(self.has(one, asked, clause) for clause in asked.clauses) or (
            words and not any(clause.texts for clause in asked.clauses) and not is_found
        ):
            match = None
        else:
            is_sure = all(self.best(one, clause) is YES for clause in asked.clauses)
            if all(clause.concept in IDENTITY for clause in asked.clauses):
                is_sure &= one.evidence is YES
            match = Match.CONFIRMED if is_sure else Match.PARTLY
        if asked.confirmed_only and match is not Match.CONFIRMED:
            return None
        return match

    def answer(
        self,
        asked: Question,
        found: Mapping[str, Found],
        words: int,
        sort: Sort,
        language: Language,
    ) -> list[tuple[str, Match]]:
        """Return all results in order."""
        hits = {
            one.id: match
            for one in self.documents
            if (match := self.match(one, asked, found.get(one.id), words))
        }

        def key(one: IndexDocument) -> tuple[object, ...]:
            name = one.names.get(language.value) or one.names["en"]
            day = -one.verified_on.toordinal() if one.verified_on else 0
            by_name = (name.casefold(), one.slug)
            worth = (
                BEST_FIRST.index(one.evidence),
                ["sourced-treatment", "unverified"].index(one.evidence_level or ""),
                day,
                *by_name,
            )
            if sort is Sort.NAME:
                return by_name
            if sort is Sort.VERIFIED:
                return (day, *worth)
            known = [self.best(one, clause) for clause in asked.clauses]
            if hits[one.id] is not Match.PARTLY:
                known = []
            said = found.get(one.id)
            return (
                list(Match).index(hits[one.id]),
                -sum(standing is YES for standing in known),
                -sum(standing.is_affirmed for standing in known),
                -said.real if said else 0,
                -said.score if said else 0,
                *worth,
            )

        results = sorted((one for one in self.documents if one.id in hits), key=key)
        return [(one.id, hits[one.id]) for one in results]

    def said(
        self, ids: Sequence[str], facet: str, key: str, *, confirmed_only: bool
    ) -> int:
        """Return how many of some results are said to have a value."""
        known = [
            self.standing(one, facet, key) for one in self.documents if one.id in ids
        ]
        return sum(
            standing is YES if confirmed_only else standing.is_affirmed
            for standing in known
        )
