import pytest
from pydantic import ValidationError

from directory.inquiries.rules.answers import (
    IDENTITY_NUMBER,
    Age,
    AnswersRefusedError,
    Asker,
    Choice,
    DrugClass,
    Hours,
    Illness,
    Lines,
    Performance,
    Person,
    Problem,
    Relationship,
    Standing,
    Transplant,
    Travel,
    Wanted,
    Way,
    Whom,
    choice_problems,
    illness_problems,
    person_problems,
    refuse,
)

MYSELF = Person(
    asker=Asker.SELF,
    age=Age.ADULT,
    country="KZ",
    language="ru",
    interpreter=True,
    way=Way.CODE,
    hours=Hours.ANY,
)
MYELOMA = Illness(
    diagnosis="mm",
    lines=Lines.THREE,
    drug_classes=(DrugClass.IMMUNOMODULATOR, DrugClass.ANTI_CD38),
    transplant=Transplant.OWN,
    performance=Performance.LIGHT_WORK,
    wanted=(Wanted.APPROVED_PRODUCT,),
    travel=Travel.WITHIN_QUARTER,
)


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({}, []),
        ({"age": Age.MINOR}, [Problem("age", "minor-needs-guardian")]),
        (
            {"asker": Asker.OTHER},
            [Problem("relationship", "missing"), Problem("standing", "missing")],
        ),
        (
            {
                "asker": Asker.OTHER,
                "relationship": Relationship.CHILD,
                "standing": Standing.AGREED,
                "age": Age.MINOR,
            },
            [Problem("standing", "minor-needs-guardian")],
        ),
        (
            {
                "asker": Asker.OTHER,
                "relationship": Relationship.CHILD,
                "standing": Standing.GUARDIAN,
                "age": Age.MINOR,
            },
            [],
        ),
        ({"way": Way.EMAIL}, [Problem("email", "missing")]),
        ({"way": Way.EMAIL, "email": "a@example.org"}, []),
    ],
)
def test_who_asks_must_not_contradict_itself(change, problems):
    assert list(person_problems(MYSELF.model_copy(update=change))) == problems


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({}, []),
        ({"wanted": ()}, [Problem("wanted", "missing")]),
        ({"drug_classes": (DrugClass.NONE,)}, []),
        ({"drug_classes": ()}, []),
        (
            {"drug_classes": (DrugClass.NONE, DrugClass.CAR_T)},
            [Problem("drug_classes", "stands-alone")],
        ),
        (
            {"question": "My number is 11010519491231002X, no: 110105194912310021"},
            [Problem("question", "identity-number")],
        ),
        (
            {"question": "Card 4111 1111 1111 1111"},
            [Problem("question", "identity-number")],
        ),
        ({"question": "Is NCT05066646 or ChiCTR2000033946 still open?"}, []),
        ({"question": "Hemoglobin 88 g/L on 2026-11-02, call +86 10 1234 5678"}, []),
    ],
)
def test_the_illness_must_not_contradict_itself(change, problems):
    assert list(illness_problems(MYELOMA.model_copy(update=change))) == problems


@pytest.mark.parametrize(
    ("choice", "problems"),
    [
        (Choice(whom=Whom.ADVISE), []),
        (Choice(whom=Whom.CENTERS), [Problem("centers", "missing")]),
        (Choice(whom=Whom.CENTERS, centers=("a", "b", "c")), []),
        (
            Choice(whom=Whom.CENTERS, centers=("a", "b", "c", "d")),
            [Problem("centers", "too-many")],
        ),
        (Choice(whom=Whom.FACILITATOR), [Problem("facilitator", "missing")]),
        (Choice(whom=Whom.FACILITATOR, facilitator="a"), []),
    ],
)
def test_somebody_and_not_too_many_must_be_named(choice, problems):
    assert list(choice_problems(choice)) == problems


def test_a_refusal_names_fields_and_codes_and_never_answers():
    with pytest.raises(AnswersRefusedError) as error:
        refuse((Problem("question", "identity-number"),))

    assert error.value.facts == {"problems": [("question", "identity-number")]}


def test_a_question_has_at_most_a_thousand_characters():
    Illness.model_validate(MYELOMA.model_dump() | {"question": "x" * 1000})
    with pytest.raises(ValidationError):
        Illness.model_validate(MYELOMA.model_dump() | {"question": "x" * 1001})


@pytest.mark.parametrize(
    ("hostile", "longest"),
    [("1" * 50_000, 19), ("1-" * 25_000, 37), ("1 -" * 17_000, 0)],
)
def test_looking_for_numbers_comes_to_an_end(hostile, longest):
    """A pattern that goes back and forth would not end while anybody waits."""
    found = IDENTITY_NUMBER.search(hostile)

    assert (len(found[0]) if found else 0) == longest


@pytest.mark.parametrize(
    ("choice", "recipients"),
    [
        (Choice(whom=Whom.ADVISE, centers=("a",)), ()),
        (Choice(whom=Whom.CENTERS, centers=("a", "b")), ("center:a", "center:b")),
        (
            Choice(whom=Whom.FACILITATOR, centers=("a",), facilitator="f"),
            ("facilitator:f",),
        ),
    ],
)
def test_only_those_chosen_are_recipients(choice, recipients):
    assert choice.recipients == recipients
