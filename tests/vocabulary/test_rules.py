from __future__ import annotations

import pytest
from pydantic import ValidationError

from directory.vocabulary.rules import Term, TermKind, check_terms, widened

MM = Term(kind=TermKind.INDICATION, key="mm", labels={"en": "Myeloma"})
RRMM = Term(
    kind=TermKind.INDICATION, key="rrmm", labels={"en": "Relapsed"}, broader=("mm",)
)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "city", "key": "x", "labels": {}}, "needs a label"),
        ({"kind": "not-covered", "key": "x", "labels": {"en": "X"}}, "its reason"),
        ({"kind": "filler", "key": "x", "labels": {"en": "X"}}, "known keys"),
        ({"kind": "city", "key": "X Y", "labels": {"en": "X"}}, "pattern"),
        ({"kind": "city", "key": "x", "labels": {"fr": "X"}}, "labels"),
        (
            {"kind": "city", "key": "x", "labels": {"en": "X"}, "near": ["beijing"]},
            "pattern",
        ),
    ],
)
def test_a_term_that_could_not_be_shown_is_refused(fields, said):
    with pytest.raises(ValidationError, match=said):
        Term.model_validate(fields)


def test_sound_terms_have_nothing_wrong():
    assert check_terms([MM, RRMM]) == ()


def test_a_term_that_stands_twice_is_named():
    assert check_terms([MM, MM]) == ("indication:mm: stands twice",)


def test_a_missing_broader_term_is_named():
    assert check_terms([RRMM]) == ("indication:rrmm: indication:mm is not a term",)


def test_a_circle_is_named():
    circle = MM.model_copy(update={"broader": ("rrmm",)})

    assert "indication:mm: is broader than itself" in check_terms([circle, RRMM])


def test_what_includes_a_term_is_found_near_and_far():
    top = Term(kind=TermKind.INDICATION, key="blood", labels={"en": "Blood"})
    middle = MM.model_copy(update={"broader": ("blood",)})
    terms = {f"indication:{term.key}": term for term in (top, middle, RRMM)}

    assert widened(terms, "indication:rrmm") == {"mm", "blood"}
