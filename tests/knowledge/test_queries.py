"""What readers are shown of therapies, guides and claims."""

import pytest
from sqlalchemy import event

from directory.core.errors import NotFoundError
from directory.knowledge.queries import (
    claims,
    eligibility_rules,
    guide_page,
    guide_pages,
    licenses,
    therapy_page,
    therapy_pages,
    verdicts,
)
from directory.knowledge.rules.guide import Verdict
from directory.knowledge.rules.sources import Basis
from tests.knowledge import seeds


@pytest.fixture
def filled(work):
    """Return a session on a database with all seeds of this subject."""
    seeds.put_everything(work)
    return work.session


@pytest.fixture
def rounds(engine):
    """Return the statements that were sent to the database so far."""
    sent: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def count(_conn, _cursor, statement, *_rest):
        sent.append(statement)

    return sent


def test_a_therapy_shows_what_its_document_says(filled):
    page = therapy_page(filled, "zevor-cel")

    assert page.names["en"] == "zevorcabtagene autoleucel"
    assert page.names["zh"] == "泽沃基奥仑赛注射液"
    assert page.brands == {"zh": "赛恺泽"}
    assert page.target == {"en": "BCMA"}
    assert page.developer
    assert page.license_holder
    assert page.indications == ("rrmm", "mm")
    assert page.price
    assert page.price.amount_minor == 115_000_000
    assert "CT053" in page.aliases
    assert {source.url for source in page.sources} >= {page.price.source.url}


def test_a_brand_from_abroad_is_not_the_brand_in_china(filled):
    page = therapy_page(filled, "axi-cel")

    assert page.brands == {"en": "Yikaida", "zh": "奕凯达"}
    assert "Yescarta" in page.aliases


def test_what_is_not_known_is_absent(filled):
    page = therapy_page(filled, "eque-cel")

    assert page.price is None
    assert [each.field.value for each in page.withheld] == ["price"]


def test_therapies_come_in_their_order(filled):
    pages = therapy_pages(filled)

    assert [page.position for page in pages] == list(range(1, 14))
    assert pages[0].slug == "eque-cel"


def test_only_named_therapies_come_if_named(filled):
    pages = therapy_pages(filled, ["im19", "eque-cel", "unknown"])

    assert [page.slug for page in pages] == ["eque-cel", "im19"]


def test_licenses_are_those_of_one_regulator(filled):
    chinese = licenses(filled)
    american = licenses(filled, regulator="FDA")

    assert {each.therapy for each in american} == {"ide-cel"}
    assert len({each.therapy for each in chinese}) == 9
    assert {each.therapy for each in chinese if each.indication == "mm"} == {
        "eque-cel",
        "zevor-cel",
        "cilta-cel",
    }
    assert [each.basis for each in chinese if each.therapy == "renike-cel"] == [
        Basis.UNVERIFIED,
        Basis.UNVERIFIED,
    ]


def test_a_guide_shows_its_claims_with_verdict_and_source(filled):
    page = guide_page(filled, "visa")
    found = {claim.id: claim for claim in page.claims}

    assert found["SC086"].verdict is Verdict.WRONG
    assert found["SC086"].correction
    assert found["SC086"].source
    assert found["SC086"].source.url in {source.url for source in page.sources}
    assert next(section.id for section in page.sections) == "s1-and-s2"


def test_a_question_leads_to_its_section(filled):
    page = guide_page(filled, "follow-up")
    found = {question.text: question for question in page.questions}

    assert found["can i fly home after car t"].section == "going-home"
    assert found["随访"].language == "zh"
    assert found["aftercare"].section == "tests-and-years"


def test_a_section_says_all_its_words(filled):
    sections = {each.id: each for each in guide_page(filled, "process").sections}

    words = " ".join(
        said
        for text in sections["lymphodepletion-and-infusion"].words
        for said in text.values()
    )

    assert "fludarabine" in words
    assert "清淋化疗与回输" in words


def test_claims_come_by_id_and_are_counted_by_verdict(filled):
    found = claims(filled)

    assert [claim.id for claim in found][:2] == ["SC001", "SC002"]
    assert len(found) == 139
    assert verdicts(filled) == {
        Verdict.HOLDS: 97,
        Verdict.WRONG: 13,
        Verdict.OUTDATED: 6,
        Verdict.UNVERIFIABLE: 23,
    }


def test_eligibility_rules_come_in_order(filled):
    rules = eligibility_rules(filled)

    assert [rule.id for rule in rules] == [f"E{n:02d}" for n in range(1, 24)]
    assert {rule.id for rule in rules if rule.decides_label_fit} == {
        f"E{n:02d}" for n in range(1, 7)
    }


def test_what_is_not_there_is_not_found(session):
    with pytest.raises(NotFoundError):
        therapy_page(session, "nothing")
    with pytest.raises(NotFoundError):
        guide_page(session, "nothing")


def test_an_empty_database_gives_empty_pages(session):
    assert therapy_pages(session) == ()
    assert guide_pages(session) == ()
    assert claims(session) == ()
    assert eligibility_rules(session) == ()
    assert set(verdicts(session).values()) == {0}


@pytest.mark.parametrize(
    ("read", "at_most"),
    [(therapy_pages, 1), (guide_pages, 2), (claims, 1), (licenses, 1)],
)
def test_a_list_takes_few_round_trips(filled, rounds, read, at_most):
    filled.expire_all()
    rounds.clear()

    read(filled)

    assert len(rounds) <= at_most
