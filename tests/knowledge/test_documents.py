"""The shapes refuse what nothing bears out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from directory.knowledge.rules.digest import canonical, digest
from directory.knowledge.rules.guide import ClaimDocument, Cost, GuideDocument, Point
from directory.knowledge.rules.intervals import wilson
from directory.knowledge.rules.therapy import Approval, Price, TherapyDocument
from directory.knowledge.rules.trial import FigureKey
from tests.knowledge.seeds import claims, guides, therapies

PAGE = {"url": "https://example.org/page"}
LICENSE = {"keys": ["mm"], "text": "Adults", "regulator": "NMPA"}
PRICE = {"amount_minor": 100, "currency": "CNY", "country": "China"}
COST = {"component": "Stay", "currency": "CNY", "low": 1}


@pytest.mark.parametrize(
    ("shape", "values", "said"),
    [
        (Approval, LICENSE, "needs its source"),
        (
            Approval,
            LICENSE | {"source": PAGE, "date": "2024-02"},
            "needs its precision",
        ),
        (
            Approval,
            LICENSE | {"source": PAGE, "basis": "unverified"},
            "has no source",
        ),
        (Price, PRICE | {"basis": "unverified"}, "unverified price"),
        (Cost, COST | {"basis": "unverified"}, "unverified amount"),
        (
            Cost,
            {"component": "Stay", "source": PAGE, "low": 1},
            "needs its currency",
        ),
        (Point, {"text": {"en": "It works."}}, "needs claims, a source"),
        (
            Point,
            {"text": {"en": "It works."}, "basis": "unverified", "source": PAGE},
            "has no source",
        ),
    ],
)
def test_what_nothing_bears_out_is_refused(shape, values, said):
    with pytest.raises(ValidationError, match=said):
        shape.model_validate(values)


def test_a_role_must_fit_the_approvals():
    values = canonical(therapies()["im19"]) | {"role": "approved-in-china"}

    with pytest.raises(ValidationError, match="disagree"):
        TherapyDocument.model_validate(values)


def test_two_sections_of_one_id_are_refused():
    values = canonical(guides()["visa"])
    values["sections"] = [values["sections"][0]] * 2

    with pytest.raises(ValidationError, match="same id"):
        GuideDocument.model_validate(values)


def test_a_summary_needs_what_bears_it_out():
    values = canonical(guides()["visa"]) | {"summary_claims": []}

    with pytest.raises(ValidationError, match="summary needs"):
        GuideDocument.model_validate(values)


@pytest.mark.parametrize("slug", sorted(therapies()))
def test_the_canonical_form_of_a_therapy_is_read_back_as_it_was(slug):
    document = therapies()[slug]

    assert TherapyDocument.model_validate(canonical(document)) == document


@pytest.mark.parametrize("slug", sorted(guides()))
def test_the_canonical_form_of_a_guide_is_read_back_as_it_was(slug):
    document = guides()[slug]

    assert GuideDocument.model_validate(canonical(document)) == document


SEEN = st.characters(exclude_categories=["C"])


@given(note=st.text(SEEN, min_size=1).filter(str.strip), day=st.dates())
def test_every_difference_changes_the_digest(note, day):
    document = claims()["SC001"]
    other = ClaimDocument.model_validate(
        canonical(document) | {"note": note, "checked_on": day}
    )

    same = other == document
    assert (digest(canonical(other)) == digest(canonical(document))) is same


def test_what_stands_at_its_default_is_not_written():
    written = canonical(claims()["SC019"])

    assert written["basis"] == "unverified"
    assert "second_hand" not in written
    assert written["checked_on"] == date(2026, 11, 22).isoformat()


@pytest.mark.parametrize(
    ("percent", "people", "low", "high"),
    [
        (50.0, 10, 23.66, 76.34),
        (0.0, 10, 0.0, 27.75),
        (100.0, 14, 78.47, 100.0),
        (96.04, 101, 90.26, 98.45),
    ],
)
def test_an_interval_is_wilsons(percent, people, low, high):
    found = wilson(percent, people)

    assert found == pytest.approx((low, high), abs=0.02)


@given(percent=st.floats(0, 100), people=st.integers(1, 10_000))
def test_an_interval_holds_its_share_and_stays_within_bounds(percent, people):
    low, high = wilson(percent, people)

    assert 0 <= low <= percent + 1e-9
    assert percent - 1e-9 <= high <= 100


def test_a_share_without_a_number_of_people_has_no_interval():
    trial = {each.name["en"]: each for each in therapies()["relma-cel"].trials}[
        "RELIANCE cohort B (FL)"
    ]

    figures = {figure.key: figure for figure in trial.figures}

    assert figures[FigureKey.RESPONSE].percent == 100.0
    assert figures[FigureKey.RESPONSE].interval is None
    assert figures[FigureKey.CRS].percent is None


def test_responses_are_of_those_who_could_be_judged():
    trial = therapies()["eque-cel"].trials[0]
    figures = {figure.key: figure for figure in trial.figures}

    assert figures[FigureKey.RESPONSE].interval == wilson(96.0, 101)
    assert figures[FigureKey.CRS].interval == wilson(93.2, 103)
