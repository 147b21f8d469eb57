"""A preview says what a query would return, by the index as it stands."""

from __future__ import annotations

from dataclasses import replace

from directory.core.text import Language
from directory.search.rules.previews import previews
from directory.search.rules.values import Asked, Kind
from directory.vocabulary.queries import terms
from directory.vocabulary.rules import Synonym, name_of

CENTERS = Asked(text="Pearl Metropolis", kinds=frozenset({Kind.CENTER}))


def test_another_spelling_finds_what_the_city_does(tools):
    with tools.reading() as session:
        known = terms(session)
    city = next(one for one in known if name_of(one) == "city:guangzhou")
    added = Synonym(text="Pearl Metropolis", language="en")
    after = city.model_copy(update={"synonyms": (*city.synonyms, added)})
    (seen,) = previews(known, after, [CENTERS.text])

    then = tools.searcher.found_by(CENTERS, seen.then, Language.EN)
    by_name = tools.searcher.search(replace(CENTERS, text="Guangzhou"), Language.EN)

    assert then.total == by_name.total > 0
    assert {hit.city for hit in then.items} == {"guangzhou"}
    now = tools.searcher.found_by(CENTERS, seen.now, Language.EN)
    assert now.total != then.total
