"""That what benchmarks are judged by, and made from, is itself right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.adapters.analysis import sought
from directory.search.rules.documents import Standing
from directory.search.rules.highlights import BEGIN, END
from tests.benchmarks.contract import Page, Prepared, Query, Token, prepared
from tests.benchmarks.engines.bitmaps import Bitmaps
from tests.benchmarks.facts import facts_of
from tests.benchmarks.hospitals import COUNTED, hospitals, terms
from tests.benchmarks.measure import percentile
from tests.benchmarks.oracle import Oracle, mistakes, wrong
from tests.benchmarks.queries import EACH, KINDS, queries

TEXTS = (
    "Marrow transplant ward.\nOpen since spring.",
    "A ward of the marrow unit, transplant next door.",
    "Beds for children.",
)


@pytest.fixture(scope="module")
def documents() -> tuple[Prepared, ...]:
    """Return three hospitals whose texts are known."""
    made = hospitals(len(TEXTS))
    plain = [
        replace(
            one,
            names={
                "en": f"House {at}",
                "zh": f"{'河畔血液病医院' if at == 2 else '院'}",
            },
            aliases=(),
            needs=("Apheresis",) if at == 0 else (),
            text={"en": text},
            values={
                "city": one.values["city"],
                "indication": {("dlbcl", "lymphoma", "mm")[at]: Standing.YES},
            },
        )
        for at, (one, text) in enumerate(zip(made, TEXTS, strict=True))
    ]
    facts = facts_of(plain, terms())
    return tuple(
        prepared(at, *pair) for at, pair in enumerate(zip(plain, facts, strict=True))
    )


@pytest.fixture(scope="module")
def oracle(documents: tuple[Prepared, ...]) -> Oracle:
    return Oracle(documents)


def asked(text: str, **given: object) -> Query:
    return Query("term", text, sought(text), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("marrow", {0, 1}),
        ("wards", {0, 1}),
        ("nothing", set()),
        ("marrow beds", {0, 1, 2}),
        ("marrow beds spring", {0}),
        ('"marrow transplant"', {0}),
        ('"transplant marrow"', set()),
        ('"marrow transplant" ward', {0}),
        ('"transplant marrow" ward', set()),
        ("trans*", {0, 1}),
        ("血液病", {2}),
        ("液病", {2}),
        ("hepan", {2}),
        ("aphonoses", set()),
        ("apheresys", {0}),
        ("marow", set()),
    ],
)
def test_what_answers_is_what_has_half_of_the_words(oracle, text, places):
    assert oracle.expected(asked(text)).members == places


@pytest.mark.parametrize(
    ("key", "places"),
    [("dlbcl", {0, 1}), ("lymphoma", {0, 1}), ("mm", {2}), ("aml", set())],
)
def test_a_broader_illness_comes_near_and_a_narrower_one_counts(oracle, key, places):
    found = oracle.expected(Query("browse", "", filters=(("indication", key),)))

    assert found.members == places


def test_a_facet_is_counted_without_its_own_filter(oracle, documents):
    found = oracle.expected(Query("browse", "", filters=(("indication", "mm"),)))

    assert found.counts["indication"]["lymphoma"] == 2
    assert sum(found.counts["city"].values()) == 1
    assert found.order == (2,)


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [("icu", "icu", 0), ("icu", "icy", 1), ("marow", "marrow", 1), ("ab", "ba", 1)],
)
def test_mistakes_are_counted_by_letters(one, other, far):
    assert mistakes(one, other) == far


def right(oracle: Oracle, query: Query) -> Page:
    found = oracle.expected(query)
    marks = ((f"{BEGIN}marrow{END}",),) * len(found.members)
    return Page(len(found.members), tuple(sorted(found.members)), found.counts, marks)


def test_a_right_page_is_not_wrong(oracle, documents):
    query = asked("marrow")

    assert not list(
        wrong(query, right(oracle, query), oracle.expected(query), documents)
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"total": 3}, "total 3, not 2"),
        ({"top": (0, 2)}, "a result that does not answer"),
        ({"top": (0,)}, "1 results shown, not 2"),
        ({"counts": {}}, "counts of city"),
        ({"highlights": (("no mark",), ("no mark",))}, "a piece without"),
        ({"highlights": ((), ())}, "no piece of it"),
    ],
)
def test_a_wrong_page_is_seen(oracle, documents, change, problem):
    query = asked("marrow")
    page = right(oracle, query)._replace(**change)

    assert any(
        problem in one for one in wrong(query, page, oracle.expected(query), documents)
    )


def test_a_wrong_order_is_seen(oracle, documents):
    query = Query("sort", "", sort="name")
    found = oracle.expected(query)
    page = Page(3, (2, 1, 0), found.counts, ((), (), ()))

    assert "order" in list(wrong(query, page, found, documents))


def test_a_seed_makes_the_same_hospitals_again():
    assert hospitals(5, seed=7) == hospitals(5, seed=7)
    assert hospitals(5, seed=7) != hospitals(5, seed=8)


def test_hospitals_are_marked_as_invented():
    for one in hospitals(20):
        assert "(invented)" in one.names["en"]
        assert "（虚构）" in one.names["zh"]
        assert set(COUNTED) == one.values.keys()


def test_queries_are_of_every_kind_and_the_same_again(documents):
    made = queries(prepare_some())

    assert len(made) == EACH * len(KINDS) >= 300
    assert {one.kind for one in made} == set(KINDS)
    assert made == queries(prepare_some())


def prepare_some() -> tuple[Prepared, ...]:
    made = hospitals(20)
    facts = facts_of(made, terms())
    return tuple(
        prepared(at, *pair) for at, pair in enumerate(zip(made, facts, strict=True))
    )


def test_no_two_texts_of_a_document_meet_in_its_tokens(documents):
    tokens = list(documents[0].tokens())
    places = {one.text: one.at for one in tokens}

    assert Token("marrow", places["marrow"], tokens[-1].field) in tokens
    assert places["transplant"] == places["marrow"] + 1
    assert [one.at for one in tokens] == sorted(one.at for one in tokens)


def test_sets_of_bits_agree_with_the_oracle(documents, oracle):
    bitmaps = Bitmaps(documents)
    for query in (
        Query("browse", ""),
        Query("browse", "", filters=(("indication", "dlbcl"),)),
        Query("sort", "", sort="verified"),
    ):
        found = oracle.expected(query)
        members = bitmaps.members(query, 0)
        counts = bitmaps.counts(query, 0, members)

        assert members.bit_count() == len(found.members)
        assert {
            facet: {key: many for key, many in values.items() if many}
            for facet, values in counts.items()
        } == found.counts


def test_a_percentile_is_one_of_the_times():
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0], 0.99) == 3.0
