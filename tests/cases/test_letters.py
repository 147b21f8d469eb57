"""What a letter template may hold, and what is filled in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from directory.cases.rules.letters import (
    LetterRefusedError,
    Named,
    TemplateRefusedError,
    check_template,
    check_values,
    filled,
    places,
)
from tests.cases.giving import TEMPLATE, VALUES

TODAY = date(2026, 11, 22)


def test_a_template_may_be_in_one_language():
    check_template({name: w for name, w in TEMPLATE.items() if name.endswith("_en")})


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"body_en": "Dear {patinet_name}"}, ("body_en", "unknown", "patinet_name")),
        ({"body_en": "Dear {}"}, ("body_en", "unknown", "")),
        ({"body_en": "{patient_name.__class__}"},
         ("body_en", "unknown", "patient_name.__class__")),
        ({"body_en": "Dear {patient_name"}, ("body_en", "brace", "")),
        ({"body_zh": "}{"}, ("body_zh", "brace", "")),
        ({"title_en": " "}, ("title_en", "missing", "")),
        ({"body_zh": ""}, ("body_zh", "missing", "")),
        ({"body_en": "x" * 6001}, ("body_en", "long", "")),
        ({"signer_en": "x" * 301}, ("signer_en", "long", "")),
        ({"footer": "?"}, ("footer", "unknown", "footer")),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_filled_in_is_refused(changes, problem):
    with pytest.raises(TemplateRefusedError) as refused:
        check_template(TEMPLATE | changes)

    assert refused.value.facts == {"problems": [problem]}


def test_an_empty_template_is_refused():
    with pytest.raises(TemplateRefusedError):
        check_template({})


def test_only_places_of_the_template_are_asked_for():
    assert places(TEMPLATE) == (
        Named.PATIENT_NAME,
        Named.PASSPORT,
        Named.ARRIVE,
        Named.STAY,
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"patient_name": "  "}, ("patient_name", "missing")),
        ({"patient_name": "x" * 201}, ("patient_name", "long")),
        ({"passport": "N 123"}, ("passport", "passport")),
        ({"passport": "n1234567"}, ("passport", "passport")),
        ({"arrive": "soon"}, ("arrive", "day")),
        ({"arrive": "2026-02-30"}, ("arrive", "day")),
        ({"arrive": "2026-11-21"}, ("arrive", "past")),
        ({"arrive": str(TODAY + timedelta(days=731))}, ("arrive", "far")),
        ({"doctor": "Nobody asked"}, ("doctor", "unknown")),
    ],
)
def test_what_cannot_be_so_is_refused_by_its_place(changes, problem):
    with pytest.raises(LetterRefusedError) as refused:
        check_values(TEMPLATE, VALUES | changes, TODAY)

    assert refused.value.facts == {"problems": [problem]}


def test_what_is_filled_in_is_not_looked_through_for_places():
    values = VALUES | {"patient_name": "{passport}"}

    found = filled(TEMPLATE, values)

    assert "We invite {passport}, holder of N12345678" in found["body_en"]
