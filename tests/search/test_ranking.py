"""Which documents answer a query, in which order, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.adapters.memory_words import ContainedWords
from directory.core.text import Language
from directory.search.queries import State, answer
from directory.search.rules.catalog import Catalog
from directory.search.rules.documents import ROUTE_OF, IndexDocument, Standing
from directory.search.rules.lexicon import Lexicon
from directory.search.rules.reading import read
from directory.search.rules.values import (
    Asked,
    Concept,
    Kind,
    Match,
    NotCovered,
    Reading,
    Results,
    Sort,
    Understood,
)
from tests.search.catalogs import TERMS, center, has
from tests.search.lexicons import joined

YES, NO, UNVERIFIED = Standing.YES, Standing.NO, Standing.UNVERIFIED
OVERDUE, REFUSED = Standing.OVERDUE, Standing.REFUSED

CENTERS = frozenset({Kind.CENTER})


def state(*documents: IndexDocument, reading: Reading | None = None) -> State:
    named = joined(documents, vocabulary=TERMS)
    lexicon = Lexicon.compiled(TERMS).with_names(named)
    return State(
        "test",
        Catalog.build(documents, TERMS),
        ContainedWords(documents),
        lambda text, dropped: reading or read(lexicon, text, dropped),
    )


def search(of: State, text: str = "", **given: object) -> Results:
    asked = replace(Asked(text=text, kinds=CENTERS), **given)  # type: ignore[arg-type]
    return answer(of, asked, Language.EN)


def slugs(results: Results) -> list[str]:
    return [hit.slug for hit in results.items]


@pytest.mark.parametrize(
    ("standing", "match"),
    [
        (Standing.YES, Match.CONFIRMED),
        (Standing.OVERDUE, Match.PARTLY),
        (Standing.UNVERIFIED, Match.PARTLY),
        (Standing.REFUSED, Match.PARTLY),
        (Standing.CONFLICTING, Match.PARTLY),
        (Standing.NOT_STATED, Match.PARTLY),
    ],
)
def test_a_center_is_confirmed_by_a_source_in_time_and_by_nothing_else(standing, match):
    known = {} if standing is Standing.NOT_STATED else has(icu=standing)
    [hit] = search(state(center("one", values=known)), "icu").items

    assert hit.match is match
    assert [(why.concept, why.key, why.value) for why in hit.why] == [
        (Concept.CAPABILITY, "icu", standing.value)
    ]


def test_a_center_that_says_no_is_no_answer_but_one_that_has_not_said_may_be():
    results = search(
        state(center("no", values=has(icu=NO)), center("silent")),
        filters={"capability": ("icu",)},
    )

    assert slugs(results) == ["silent"]


def test_what_was_named_is_shown_even_where_it_says_no():
    results = search(
        state(center("jade", values=has(icu=NO)), center("amber")), "jade hospital icu"
    )

    assert slugs(results) == ["jade"]
    assert [why.value for why in results.items[0].why] == ["name", "no"]


def test_several_capabilities_narrow_and_several_cities_widen():
    both = center("both", values=has(icu=YES, apheresis=YES))
    one = center("one", values=has(icu=YES, apheresis=NO))
    far = center("far", city="tianjin", values=has(icu=YES, apheresis=YES))
    of = state(both, one, far)

    assert slugs(search(of, filters={"capability": ("icu", "apheresis")})) == [
        "both",
        "far",
    ]
    assert search(of, filters={"city": ("beijing", "tianjin")}).total == 3
    assert slugs(search(of, filters={"city": ("tianjin",)})) == ["far"]


def test_confirmed_comes_before_partly_and_more_that_is_known_before_less():
    results = search(
        state(
            center("silent"),
            center("half", values=has(icu=YES)),
            center("believed", values=has(icu=UNVERIFIED, apheresis=UNVERIFIED)),
            center("whole", values=has(icu=YES, apheresis=YES)),
        ),
        "icu apheresis",
    )

    assert slugs(results) == ["whole", "half", "believed", "silent"]
    assert (results.total, results.confirmed) == (4, 1)


def test_what_is_not_confirmed_is_hidden_on_request_only():
    of = state(
        center("sure", values=has(icu=YES)), center("old", values=has(icu=OVERDUE))
    )

    assert search(of, "icu").total == 2
    assert slugs(search(of, "icu", confirmed_only=True)) == ["sure"]


def test_where_nothing_but_a_place_is_asked_the_evidence_for_car_t_decides():
    results = search(
        state(
            center("believed", evidence=UNVERIFIED, evidence_level="unverified"),
            center("shown"),
        ),
        "beijing",
    )

    assert [(hit.slug, hit.match) for hit in results.items] == [
        ("shown", Match.CONFIRMED),
        ("believed", Match.PARTLY),
    ]


def test_an_illness_is_found_by_its_kinds_and_hints_at_them():
    of = state(
        center("kind", values={"indication": {"dlbcl": YES}}),
        center("broad", values={"indication": {"lymphoma": YES}}),
        center("other", values={"indication": {"mm": YES}}),
    )

    assert set(slugs(search(of, "lymphoma"))) == {"kind", "broad"}
    narrow = search(of, "dlbcl")
    assert [(hit.slug, hit.match) for hit in narrow.items] == [
        ("kind", Match.CONFIRMED),
        ("broad", Match.PARTLY),
    ]


def test_the_rest_of_a_city_follows_where_few_of_it_state_an_illness():
    of = state(
        center("says", values={"indication": {"mm": YES}}),
        center("silent"),
        center("far", city="tianjin", values={"indication": {"mm": YES}}),
    )

    assert slugs(search(of, "myeloma beijing")) == ["says", "silent"]
    assert set(slugs(search(of, "myeloma"))) == {"says", "far"}
    chosen = {"indication": ("mm",), "city": ("beijing",)}
    assert slugs(search(of, filters=chosen)) == ["says"]


def test_a_city_that_was_chosen_hides_what_has_not_said():
    of = state(
        center("says", values={"indication": {"mm": YES}}),
        center("silent"),
    )

    assert slugs(search(of, "myeloma", filters={"city": ("beijing",)})) == ["says"]


def test_filters_narrow_what_the_words_find():
    of = state(
        center("zebra", text={"en": "a xylophone"}),
        center("far", city="tianjin", text={"en": "a xylophone"}),
        center("plain"),
    )
    results = search(of, "xylophone", filters={"city": ("beijing",)})

    assert slugs(results) == ["zebra"]


def test_a_study_of_a_licensed_product_does_not_show_that_it_is_given():
    reading = Reading(
        "zed-cel", Language.EN, (Understood(Concept.THERAPY, "zed-cel", "zed-cel"),)
    )
    study = {ROUTE_OF + "zed-cel": {"registered-trial": YES}}
    of = state(
        center("study", values=study),
        center("gives", values={"therapy": {"zed-cel": YES}}),
        center("silent"),
        reading=reading,
    )

    results = search(of, "zed-cel")

    assert [(hit.slug, hit.match) for hit in results.items] == [
        ("gives", Match.CONFIRMED),
        ("study", Match.PARTLY),
    ]
    assert [(why.concept, why.value) for why in results.items[1].why] == [
        (Concept.THERAPY, "not-stated"),
        (Concept.ROUTE, "yes"),
    ]


def test_a_name_typed_means_that_one_and_comes_first_of_all_kinds():
    therapy = IndexDocument(Kind.THERAPY, "zed-cel", {"en": "Zed-cel"})
    of = state(center("amber"), center("jade"), therapy)

    assert slugs(search(of, "jade hospital", kinds=frozenset())) == ["jade"]
    assert slugs(search(of, "zed-cel", kinds=frozenset()))[0] == "zed-cel"


def test_the_guide_on_products_is_in_sight_of_who_types_an_illness():
    guide = IndexDocument(Kind.GUIDE, "therapies", {"en": "Products"})
    mm = {"indication": {"mm": YES}}
    products = [
        IndexDocument(Kind.THERAPY, f"{a}-cel", {"en": f"{a}-cel"}, values=mm)
        for a in ("aa", "bb", "cc")
    ]
    of = state(*products, center("one", values=mm), guide)

    everything = search(of, "myeloma", kinds=frozenset())

    assert slugs(everything) == ["aa-cel", "bb-cel", "therapies", "cc-cel", "one"]


@pytest.mark.parametrize("reason", ["city-not-covered", "out-of-scope", "nonsense"])
def test_no_center_poses_as_an_answer_to_what_is_not_covered(reason):
    reading = Reading("x", Language.EN, not_covered=NotCovered(reason, "x"))
    results = search(state(center("one"), reading=reading), "x", kinds=frozenset())

    assert (results.total, results.items, results.relaxations) == (0, (), ())


def test_a_product_that_is_not_approved_shows_its_own_page_and_no_center():
    reading = Reading(
        "ide-cel shanghai",
        Language.EN,
        (
            Understood(Concept.THERAPY, "ide-cel", "ide-cel"),
            Understood(Concept.CITY, "beijing", "beijing"),
        ),
        not_covered=NotCovered("therapy-not-approved-in-china", "ide-cel"),
    )
    page = IndexDocument(Kind.THERAPY, "ide-cel", {"en": "Ide-cel"})
    of = state(center("one"), page, reading=reading)

    assert slugs(search(of, "ide-cel beijing", kinds=frozenset())) == ["ide-cel"]


def test_words_that_nobody_has_find_nothing():
    assert search(state(center("one")), "xylophone").total == 0


def test_with_nothing_understood_most_of_the_words_must_be_there():
    of = state(
        center("full", text={"en": "glass roof garden"}),
        center("little", text={"en": "garden"}),
    )

    assert slugs(search(of, "glass roof garden")) == ["full"]


def test_words_only_order_what_is_understood():
    of = state(center("plain"), center("zebra", text={"en": "a xylophone"}))

    results = search(of, "beijing xylophone")

    assert slugs(results) == ["zebra", "plain"]
    assert [why.value for why in results.items[0].why] == ["yes", "text"]


def test_results_can_be_ordered_by_name_or_by_the_day_of_the_last_check():
    of = state(
        center("b", verified_on=None, names={"en": "beta"}),
        center("a", names={"en": "Alpha"}),
    )

    assert slugs(search(of, sort=Sort.NAME)) == ["a", "b"]
    assert slugs(search(of, sort=Sort.VERIFIED)) == ["a", "b"]
    assert slugs(search(of, sort=Sort.NAME, per_page=1, page=2)) == ["b"]


@pytest.mark.parametrize(
    ("page", "per_page", "expected"),
    [(1, 2, 2), (2, 2, 1), (3, 2, 0), (10**9, 100, 0), (0, 2, 2), (-1, 0, 1)],
)
def test_a_page_past_the_end_is_empty_and_a_wrong_one_is_put_right(
    page, per_page, expected
):
    of = state(*(center(f"c{n}") for n in range(3)))
    results = search(of, page=page, per_page=per_page)

    assert (len(results.items), results.total) == (expected, 3)


def test_each_facet_is_counted_without_its_own_selection():
    of = state(
        center("one", values=has(icu=YES)),
        center("two", city="tianjin", values=has(icu=UNVERIFIED)),
        center("three", city="tianjin", values=has(icu=NO)),
    )
    results = search(of, filters={"city": ("beijing",), "capability": ("icu",)})

    facets = {
        name: [(one.key, one.count, one.selected) for one in values]
        for name, values in results.facets.items()
    }
    assert facets["city"] == [("tianjin", 1, False), ("beijing", 1, True)]
    assert facets["capability"] == [("icu", 1, True)]


def test_a_city_typed_is_shown_as_selected():
    of = state(center("one"), center("two", city="tianjin"))
    city = search(of, "tianjin").facets["city"]

    assert {(one.key, one.selected) for one in city} == {
        ("beijing", False),
        ("tianjin", True),
    }


def test_counts_are_of_confirmed_ones_where_only_these_are_wanted():
    of = state(
        center("one", values=has(icu=YES)), center("two", values=has(icu=OVERDUE))
    )

    assert search(of).facets["capability"][0].count == 2
    assert search(of, confirmed_only=True).facets["capability"][0].count == 1


def test_the_least_painful_thing_to_drop_is_offered_first():
    of = state(
        center("one", values=has(icu=NO)),
        center("two", city="tianjin", values=has(icu=YES)),
    )
    results = search(of, filters={"city": ("beijing",), "capability": ("icu",)})

    assert results.total == 0
    assert [(one.drop, one.total) for one in results.relaxations] == [
        ((("capability", "icu"),), 1),
        ((("city", "beijing"),), 1),
    ]


def test_two_things_are_dropped_where_one_does_not_help():
    of = state(center("one", values=has(icu=NO, pet_ct=NO)))
    results = search(
        of, filters={"capability": ("icu", "pet_ct"), "city": ("beijing",)}
    )

    assert [one.drop for one in results.relaxations] == [
        (("capability", "icu"), ("capability", "pet_ct"))
    ]


def test_a_reading_that_was_undone_no_longer_hides_anything():
    of = state(center("one"), center("two", city="tianjin"))

    assert search(of, "tianjin").total == 1
    undone = search(of, "tianjin", dropped=frozenset({"city:tianjin"}))
    assert undone.reading.understood == ()
    assert undone.reading.rest == "tianjin"


def test_no_rank_knows_of_money_or_popularity():
    assert set(IndexDocument.__dataclass_fields__) == {
        *("kind", "slug", "names", "aliases", "city", "values", "needs", "text"),
        *("questions", "sections", "verified_on"),
        *("evidence", "evidence_level", "position"),
    }


def test_a_name_that_no_document_has_any_more_is_looked_for_as_words():
    reading = Reading(
        "zebra lodge",
        Language.EN,
        (Understood(Concept.CENTER, "zebra-of-old", "zebra"),),
        rest="lodge",
    )
    of = state(center("zebra-lodge"), center("amber"), reading=reading)

    assert slugs(search(of, "zebra lodge")) == ["zebra-lodge"]


def test_another_with_every_word_follows_the_one_that_a_word_names():
    reading = Reading(
        "zebra lodge",
        Language.EN,
        (Understood(Concept.CENTER, "zebra", "zebra"),),
        rest="lodge",
    )
    of = state(center("amber"), center("zebra-lodge"), center("zebra"), reading=reading)

    assert slugs(search(of, "zebra lodge")) == ["zebra", "zebra-lodge"]
    elsewhere = search(of, "zebra lodge", filters={"city": ("tianjin",)})
    assert elsewhere.total == 0
