"""Parameters become questions, and questions become parameters again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from directory.search.rules.values import Asked, Kind, Sort
from directory.web.asking import (
    EVERYTHING,
    Fault,
    Wrong,
    choices,
    parameters,
    read,
)

WORDS = {
    ("city", "beijing"): {"en": "Beijing"},
    ("city", "guangzhou"): {"en": "Guangzhou"},
    ("city", "shenzhen"): {"en": "Shenzhen"},
    ("not-covered", "shenzhen"): {"en": "Shenzhen"},
    ("capability", "icu"): {"en": "ICU"},
    ("capability", "pet_ct"): {"en": "PET-CT"},
    ("therapy", "equecabtagene"): {"en": "equecabtagene"},
    ("indication", "mm"): {"en": "multiple myeloma"},
    ("route", "approved-product"): {"en": "approved product"},
    ("type", "public"): {"en": "public"},
    ("language", "ru"): {"en": "Russian"},
    ("audience", "adult"): {"en": "adults"},
}
ALLOWED = choices(WORDS)


def asked_by(*pairs: tuple[str, str]):
    return read(MultiDict(pairs), ALLOWED)


def test_a_city_that_is_not_covered_is_no_choice():
    assert ALLOWED["city"] == ("beijing", "guangzhou")


def test_repeated_filters_are_kept_in_order_and_once():
    question = asked_by(
        ("capability", "pet_ct"), ("capability", "icu"), ("capability", "pet_ct")
    )

    assert question.faults == ()
    assert question.asked.filters == {"capability": ("pet_ct", "icu")}


def test_an_address_of_its_own_kind_keeps_it():
    question = read(MultiDict([("q", "icu")]), ALLOWED, kinds=frozenset({Kind.CENTER}))

    assert question.asked.kinds == {Kind.CENTER}


@pytest.mark.parametrize(
    ("pair", "fault"),
    [
        (
            ("citty", "beijing"),
            Fault("citty", Wrong.UNKNOWN, tuple(sorted(EVERYTHING))),
        ),
        (("city", "shenzhen"), Fault("city", Wrong.NOT_ALLOWED, ALLOWED["city"])),
        (("city", ""), Fault("city", Wrong.NOT_ALLOWED, ALLOWED["city"])),
        (("status", "sure"), Fault("status", Wrong.NOT_ALLOWED, ("confirmed",))),
        (
            ("sort", "price"),
            Fault("sort", Wrong.NOT_ALLOWED, ("relevance", "name", "verified")),
        ),
        (
            ("kind", "hotel"),
            Fault(
                "kind", Wrong.NOT_ALLOWED, ("center", "facilitator", "therapy", "guide")
            ),
        ),
        (("page", "0"), Fault("page", Wrong.NOT_ALLOWED, form="1-500")),
        (("page", "501"), Fault("page", Wrong.NOT_ALLOWED, form="1-500")),
        (("page", "１"), Fault("page", Wrong.NOT_ALLOWED, form="1-500")),
        (("page", "1e2"), Fault("page", Wrong.NOT_ALLOWED, form="1-500")),
        (("page", "9" * 5000), Fault("page", Wrong.NOT_ALLOWED, form="1-500")),
        (("per_page", "101"), Fault("per_page", Wrong.NOT_ALLOWED, form="1-100")),
        (("drop", "city"), Fault("drop", Wrong.NOT_ALLOWED, form="kind:key")),
        (("drop", "hotel:x"), Fault("drop", Wrong.NOT_ALLOWED, form="kind:key")),
        (("drop", "city:a\n"), Fault("drop", Wrong.NOT_ALLOWED, form="kind:key")),
    ],
)
def test_what_cannot_be_used_is_left_out_and_named(pair, fault):
    question = asked_by(pair)

    assert question.asked == Asked()
    assert question.faults == (fault,)


def test_of_what_may_stand_once_the_first_counts():
    question = asked_by(("page", "2"), ("page", "3"))

    assert question.asked.page == 2
    assert question.faults == (Fault("page", Wrong.REPEATED),)


def test_more_readings_than_a_query_has_parts_are_too_many():
    question = asked_by(*(("drop", f"city:c{number}") for number in range(21)))

    assert len(question.asked.dropped) == 20
    assert question.faults == (Fault("drop", Wrong.TOO_MANY, form="1-20"),)


def test_a_parameter_that_the_address_does_not_have_is_not_used():
    question = read(MultiDict([("city", "beijing")]), ALLOWED, accepts={"q", "page"})

    assert question.asked.filters == {}
    assert question.faults == (Fault("city", Wrong.UNKNOWN, ("page", "q")),)


KEYS = st.sampled_from
QUESTIONS = st.builds(
    Asked,
    text=st.text(max_size=50),
    filters=st.fixed_dictionaries(
        {},
        optional={
            name: st.lists(KEYS(keys), min_size=1, unique=True).map(tuple)
            for name, keys in ALLOWED.items()
        },
    ),
    dropped=st.frozensets(KEYS(["city:guangzhou", "indication:b-all"])),
    confirmed_only=st.booleans(),
    sort=st.sampled_from(Sort),
    page=st.integers(1, 500),
    per_page=st.integers(1, 100),
)


@given(QUESTIONS)
def test_a_question_survives_its_address(asked):
    question = asked_by(*parameters(asked))

    assert question.faults == ()
    assert question.asked == asked


@given(st.lists(st.tuples(st.sampled_from(sorted(EVERYTHING)), st.text(max_size=30))))
def test_any_parameters_make_a_question(pairs):
    asked = asked_by(*pairs).asked

    assert 1 <= asked.page <= 500
    assert 1 <= asked.per_page <= 100
    assert read(MultiDict(parameters(asked)), ALLOWED, kinds=asked.kinds).asked == asked
