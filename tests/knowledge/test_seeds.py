"""The seeds say nothing that no source bears out."""

import json
import re
from collections import Counter

import pytest
from jsonschema import Draft202012Validator

from directory.cli.seed import schemas
from directory.cli.seed_files import read
from directory.knowledge.rules.guide import Ground
from directory.knowledge.rules.sources import Basis
from directory.knowledge.rules.therapy import MarketStatus, TherapyRole
from directory.knowledge.rules.views import spellings
from tests.knowledge.seeds import FOLDER, claims, guides, therapies

CONTRACT = (
    "overview how-it-works effectiveness safety eligibility cost insurance access"
    " international process records visa follow-up research comparison therapies"
    " provenance"
)
NAMES_WITH_DIGITS = re.compile(r"4-1BB|CD\d+|FMC63|18\.2")
"""Molecules whose names are no figures."""

FIGURE = re.compile(r"\d")
CARTEYVA = re.compile(
    r"carteyva|倍诺达|倍諾達|картейва|كارتيفا|bei ?nuo ?da", re.IGNORECASE
)


def test_there_are_thirteen_therapies_in_three_roles():
    roles = Counter(document.role for document in therapies().values())

    assert roles == {
        TherapyRole.APPROVED_IN_CHINA: 9,
        TherapyRole.GLOBAL_COMPARATOR: 1,
        TherapyRole.WATCH_LIST: 3,
    }


def test_there_are_139_claims_with_their_verdicts():
    verdicts = Counter(claim.verdict.value for claim in claims().values())

    assert verdicts == {"holds": 97, "wrong": 13, "outdated": 6, "unverifiable": 23}
    assert list(claims()) != []
    assert set(claims()) == {f"SC{number:03d}" for number in range(1, 140)}


def test_a_claim_stands_in_the_file_of_its_section():
    for path in (FOLDER / "claims").glob("*.yaml"):
        sections = {claim["section"] for claim in read(path)["claims"]}

        assert sections == {path.stem}


def test_a_wrong_or_outdated_claim_says_what_is_right():
    for claim in claims().values():
        if claim.verdict in {"wrong", "outdated"}:
            assert claim.correction, claim.id
            assert claim.source, claim.id


def test_there_is_every_guide_of_the_contract():
    assert set(guides()) == set(CONTRACT.split())


def test_positions_are_all_different():
    for documents in (therapies(), guides()):
        positions = [document.position for document in documents.values()]

        assert sorted(positions) == list(range(1, len(positions) + 1))


def unverified_words(document):
    """Yield the words of every part of a therapy that nothing bears out."""
    single = (document.market, document.prior_lines, document.price, document.insurance)
    parts = [
        *(part for part in (*single, document.study_sites) if part),
        *document.brands,
        *document.details,
        *document.approvals,
        *document.sought,
        *document.other_markets,
        *document.trials,
        *document.other_prices,
        *document.safety_notes,
        *document.pipeline,
        *document.mixed_up_with,
    ]
    for part in parts:
        if part.basis is Basis.UNVERIFIED:
            said = part.model_dump(exclude={"keys", "basis", "note"}, exclude_none=True)
            yield json.dumps(said, ensure_ascii=False, default=str)


@pytest.mark.parametrize("slug", sorted(therapies()))
def test_no_unverified_figure_is_published_of_a_therapy(slug):
    for words in unverified_words(therapies()[slug]):
        assert not FIGURE.search(NAMES_WITH_DIGITS.sub("", words)), words


@pytest.mark.parametrize("slug", sorted(therapies()))
def test_every_figure_of_a_trial_has_its_source(slug):
    for trial in therapies()[slug].trials:
        assert trial.source is not None, trial.name
        assert trial.basis is not Basis.UNVERIFIED, trial.name


def test_a_figure_without_a_source_would_be_found():
    document = therapies()["renike-cel"]
    detail = document.details[0].model_copy(
        update={"value": {"en": "150 million cells"}}
    )
    wrong = document.model_copy(update={"details": (detail,)})

    assert any(FIGURE.search(words) for words in unverified_words(wrong))


def test_only_sourced_prices_are_published():
    priced = {slug for slug, each in therapies().items() if each.price}

    assert priced == {"zevor-cel", "axi-cel", "relma-cel", "inati-cel"}
    for slug in priced:
        price = therapies()[slug].price
        assert price.source
        assert price.as_of


@pytest.mark.parametrize("slug", ["eque-cel", "pcar-19b"])
def test_a_price_that_circulates_is_withheld_and_said_to_be(slug):
    document = therapies()[slug]

    assert document.price is None
    assert [each.reason for each in document.withheld if each.field == "price"]
    assert document.price_note
    assert not FIGURE.search(document.price_note["en"])


@pytest.mark.parametrize("value", ["1166000", "1,166,000", "1.166", "116.6"])
def test_the_unsourced_launch_price_stands_nowhere(value):
    for path in FOLDER.rglob("*.yaml"):
        assert value not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize(
    "words", ["seed_says", "the seed", "unconfirmed_values", "n: 102", "92.2"]
)
def test_what_was_not_confirmed_stands_nowhere(words):
    for path in FOLDER.rglob("*.yaml"):
        assert words not in path.read_text(encoding="utf-8"), path


def test_carteyva_is_relma_cel_alone():
    named = {
        slug
        for slug, document in therapies().items()
        if any(CARTEYVA.search(words) for words in spellings(document))
    }

    assert named == {"relma-cel"}


def test_whoever_looks_for_either_name_is_shown_the_correction():
    for slug, other in (("eque-cel", "relma-cel"), ("relma-cel", "eque-cel")):
        mixed = {each.therapy: each for each in therapies()[slug].mixed_up_with}

        assert "Carteyva" in mixed[other].text["en"]
        assert "Fucaso" in mixed[other].text["en"]
        assert mixed[other].source


def test_no_two_therapies_share_a_spelling():
    owners = Counter(
        words.casefold() for each in therapies().values() for words in spellings(each)
    )

    assert [words for words, number in owners.items() if number > 1] == []


def test_cilta_cel_is_approved_and_not_confirmed_on_sale():
    market = therapies()["cilta-cel"].market

    assert market.status is MarketStatus.NOT_ON_SALE
    assert market.source
    assert market.as_of == "2026-01-22"


def test_the_approval_of_renike_cel_is_marked_unverified():
    document = therapies()["renike-cel"]

    assert document.market.basis is Basis.UNVERIFIED
    assert [each.basis for each in document.approvals] == [Basis.UNVERIFIED]
    assert [each.date for each in document.approvals] == [None]


def test_a_watched_product_has_no_approval():
    for document in therapies().values():
        if document.role is TherapyRole.WATCH_LIST:
            assert document.approvals == ()
            assert document.sought


@pytest.mark.parametrize("slug", sorted(guides()))
def test_every_fact_of_a_guide_cites_something_or_says_that_it_does_not(slug):
    for section in guides()[slug].sections:
        for point in section.points:
            if point.ground is Ground.FACT:
                borne_out = point.source or point.claims
                assert borne_out or point.basis is Basis.UNVERIFIED


@pytest.mark.parametrize("slug", sorted(guides()))
def test_an_unverified_point_of_a_guide_gives_no_figure(slug):
    for section in guides()[slug].sections:
        for point in section.points:
            if point.basis is Basis.UNVERIFIED:
                words = NAMES_WITH_DIGITS.sub("", " ".join(point.text.values()))
                assert not FIGURE.search(words)


@pytest.mark.parametrize("slug", sorted(guides()))
def test_advice_and_words_about_ourselves_give_no_figure_of_medicine(slug):
    ours = re.compile(r"\b(17|139|24-hour)\b|139条|17项|24小时")
    for section in guides()[slug].sections:
        for point in section.points:
            if point.ground is not Ground.FACT:
                words = NAMES_WITH_DIGITS.sub("", " ".join(point.text.values()))
                words = words.replace("IM19", "")
                assert not FIGURE.search(ours.sub("", words)), words


def test_a_guide_cites_only_claims_that_exist():
    for document in guides().values():
        assert set(document.cited) <= set(claims()), document.slug


def test_every_claim_is_shown_somewhere():
    shown = {claim for document in guides().values() for claim in document.cited}

    assert shown == set(claims())


def test_a_guide_leads_only_to_guides_and_therapies_that_exist():
    for document in guides().values():
        assert set(document.related) <= set(guides())
        for section in document.sections:
            assert set(section.therapies) <= set(therapies())
            assert {cost.therapy for cost in section.costs} <= {*therapies(), None}


def test_titles_are_in_four_languages_and_summaries_in_two():
    for document in guides().values():
        assert set(document.titles) == {"en", "zh", "ru", "ar"}
        assert {"en", "zh"} <= set(document.summary)
        for section in document.sections:
            assert set(section.titles) == {"en", "zh", "ru", "ar"}


def asked_of(document):
    """Yield the questions of a guide and of its sections, by language."""
    yield from document.questions.items()
    for section in document.sections:
        yield from section.questions.items()


def test_people_may_ask_for_each_guide_in_five_ways_of_writing():
    for document in guides().values():
        asked = {language for language, questions in asked_of(document) if questions}

        assert asked == {"en", "zh", "zh-Latn", "ru", "ar"}, document.slug


def test_a_question_leads_to_one_guide():
    owners: dict[str, set[str]] = {}
    for document in guides().values():
        for _, questions in asked_of(document):
            for question in questions:
                owners.setdefault(question.casefold(), set()).add(document.slug)

    assert {words: found for words, found in owners.items() if len(found) > 1} == {}


def test_the_nine_steps_and_the_twenty_three_rules_are_complete():
    steps = [
        step.number
        for section in guides()["process"].sections
        for step in section.steps
    ]
    rules = [
        rule.id
        for section in guides()["eligibility"].sections
        for rule in section.rules
    ]

    assert steps == list(range(1, 10))
    assert sorted(rules) == [f"E{number:02d}" for number in range(1, 24)]


def test_no_answer_of_the_eligibility_check_refuses_anybody():
    refusing = re.compile(
        r"\b(refused|rejected|ineligible|not eligible)\b", re.IGNORECASE
    )
    for section in guides()["eligibility"].sections:
        for rule in section.rules:
            assert not refusing.search(rule.model_dump_json())


@pytest.mark.parametrize(
    ("name", "folder", "key"),
    [
        ("therapy", "therapies", None),
        ("guide", "guides", None),
        ("claim", "claims", "claims"),
    ],
)
def test_seed_files_fit_their_schema(name, folder, key):
    file = f"{name}.schema.json"
    written = (FOLDER.parent / "schema" / file).read_text(encoding="utf-8")
    validator = Draft202012Validator(json.loads(written))

    for path in (FOLDER / folder).glob("*.yaml"):
        content = read(path)
        for document in content[key] if key else [content]:
            assert list(validator.iter_errors(document)) == [], path
    assert written == schemas()[file]
