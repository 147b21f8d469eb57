"""What a query says it is without, whom it is for, and how any of it is undone."""

from __future__ import annotations

import pytest

from directory.search.rules.reading import read
from directory.search.rules.values import NOT, Concept, Reading
from tests.search.lexicons import lexicon
from tests.search.test_reading import READINGS, named


def negated(reading: Reading) -> list[str]:
    return [f"{one.kind}:{one.key}" for one in reading.negated]


@pytest.mark.parametrize(
    ("query", "without", "still"),
    [
        ("lymphoma without transplant", "capability:bmt_program", "lymphoma"),
        ("myeloma no prior transplant", "capability:bmt_program", "mm"),
        ("миелома, не нужна пересадка", "capability:bmt_program", "mm"),
        ("миелома без трансплантации", "capability:bmt_program", "mm"),
        ("不移植 骨髓瘤", "capability:bmt_program", "mm"),
        ("不需要移植 骨髓瘤", "capability:bmt_program", "mm"),
        ("ليمفوما بدون زراعة", "capability:bmt_program", "lymphoma"),
        ("lymphoma without trial", "route:registered-trial", "lymphoma"),
        ("lymphoma but not in beijing", "city:beijing", "lymphoma"),
        ("не в Пекине, лимфома", "city:beijing", "lymphoma"),
        ("不在北京 淋巴瘤", "city:beijing", "lymphoma"),
        ("ليمفوما ليس في بكين", "city:beijing", "lymphoma"),
    ],
)
def test_what_is_not_wanted_is_not_read_as_wanted(query, without, still):
    reading = read(lexicon(), query)

    assert negated(reading) == [without]
    assert named(reading) == [f"indication:{still}"]
    assert reading.rest == ""


@pytest.mark.parametrize(
    "query",
    ["不移植 骨髓瘤", "lymphoma but not in beijing", "миелома без трансплантации"],
)
def test_the_words_that_take_it_back_are_part_of_what_is_shown(query):
    reading = read(lexicon(), query)

    for one in reading.negated:
        assert reading.text[one.start : one.end] == one.text
        assert len(one.text) > len("移植")


def test_a_negation_that_is_undone_is_wanted():
    reading = read(
        lexicon(), "lymphoma but not in beijing", frozenset({f"{NOT}city:beijing"})
    )

    assert negated(reading) == []
    assert named(reading) == ["indication:lymphoma", "city:beijing"]


@pytest.mark.parametrize(
    "query", ["non-Hodgkin lymphoma", "能不能移植", "is it not possible in shanghai"]
)
def test_not_every_no_takes_something_back(query):
    assert negated(read(lexicon(), query)) == []


@pytest.mark.parametrize("query", ["car-t without transplant", "no prior transplant"])
def test_a_treatment_not_had_alone_asks_who_can_be_treated(query):
    assert named(read(lexicon(), query)) == ["guide:eligibility"]


@pytest.mark.parametrize(
    ("query", "group", "typed"),
    [
        ("father 71", "adult", "father 71"),
        ("my grandmother is 79, myeloma", "adult", "grandmother is 79"),
        ("22 y.o. B-ALL", "adult", "22 y.o"),
        ("7 y/o", "pediatric", "7 y/o"),
        ("62F DLBCL", "adult", "62F"),
        ("女儿3岁半 急淋", "pediatric", "女儿3岁半"),
        ("девочка 6 лет", "pediatric", "6 лет"),
        ("сыну 4", "pediatric", "сыну 4"),
        ("爸爸71岁", "adult", "爸爸71岁"),
        ("ابني عمره ٧ سنوات", "pediatric", "عمره ٧ سنوات"),
    ],
)
def test_an_age_beside_a_person_is_an_age(query, group, typed):
    reading = read(lexicon(), query)
    ages = [one for one in reading.understood if one.kind is Concept.AUDIENCE]

    assert [(one.key, one.text) for one in ages] == [(group, typed)]
    assert not any(char.isdigit() for char in reading.rest)


@pytest.mark.parametrize(
    ("query", "read_as"),
    [
        ("myeloma 3 lines", ["indication:mm"]),
        ("myeloma after 2 relapses", ["indication:mm"]),
        ("mother 3 lines myeloma", ["indication:mm"]),
        ("after 2 relapses", ["guide:eligibility"]),
        ("3线", ["guide:eligibility"]),
        ("2次复发 骨髓瘤", ["indication:rrmm"]),
        ("миелома 3 рецидива", ["indication:mm"]),
        ("301 hospital 3 lines", ["center:chinese-pla-general-hospital-301"]),
    ],
)
def test_a_number_of_treatments_is_no_name_and_no_age(query, read_as):
    reading = read(lexicon(), query)

    assert named(reading) == read_as
    assert reading.rest == ""


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("Russian interpreter", "ru"),
        ("говорят по-русски", "ru"),
        ("会俄语", "ru"),
        ("doctor who speaks arabic", "ar"),
    ],
)
def test_a_language_that_is_asked_for_is_read(query, language):
    assert f"language:{language}" in named(read(lexicon(), query))


@pytest.mark.parametrize(
    ("query", "route"),
    [
        ("clinical trial", "registered-trial"),
        ("临床试验", "registered-trial"),
        ("臨床試驗", "registered-trial"),
        ("КИ", "registered-trial"),
        ("IIT", "investigator-trial"),
    ],
)
def test_a_route_is_read(query, route):
    assert named(read(lexicon(), query)) == [f"route:{route}"]


@pytest.mark.parametrize(
    ("query", "products"),
    [
        ("CARsgen", {"satri-cel", "zevor-cel"}),
        ("科济药业", {"satri-cel", "zevor-cel"}),
        ("BCMA", {"cilta-cel", "eque-cel", "zevor-cel"}),
        ("CD19", {"axi-cel", "inati-cel", "pcar-19b", "relma-cel", "renike-cel"}),
    ],
)
def test_a_maker_or_a_target_alone_names_all_its_products(query, products):
    reading = read(lexicon(), query)

    read_as = [one.key for one in reading.understood if one.kind is Concept.THERAPY]
    assert set(read_as) == products
    assert read_as == sorted(read_as), "none stands before another but by its name"


@pytest.mark.parametrize("query", ["CARsgen Guangzhou", "BCMA лимфома", "CD19 狼疮"])
def test_beside_anything_else_a_maker_or_a_target_stays_a_word(query):
    reading = read(lexicon(), query)

    assert not any(one.kind is Concept.THERAPY for one in reading.understood)
    assert reading.rest.lower() in query.lower()


@pytest.mark.parametrize(
    "query", sorted({case["q"] for case in READINGS if case["read"]})
)
def test_every_reading_can_be_undone_by_itself(query):
    reading = read(lexicon(), query)

    for one in reading.understood:
        assert reading.text[one.start : one.end] == one.text
        name = f"{one.kind}:{one.key}"
        assert name not in named(read(lexicon(), query, frozenset({name})))


@pytest.mark.parametrize(
    ("query", "dropped", "rest"),
    [
        ("ruijn hospital", "center:ruijin-hospital", "ruijn hospital"),
        ("father 71 lymphoma", "audience:adult", "71"),
        ("lymfoma tianjin", "indication:lymphoma", "lymfoma"),
    ],
)
def test_what_is_undone_is_looked_for_as_it_was_typed(query, dropped, rest):
    reading = read(lexicon(), query, frozenset({dropped}))

    assert reading.rest == rest


def test_readings_that_rest_on_a_doubtful_guess_say_so():
    assert read(lexicon(), "ruijn hospital").guessed == ("center:ruijin-hospital",)
    assert read(lexicon(), "ruijin hospital").guessed == ()


@pytest.mark.parametrize(
    ("query", "center"),
    [
        ("中山医院", "zhongshan-hospital-fudan"),
        ("上海中山医院", "zhongshan-hospital-fudan"),
        ("southern hospital guangzhou", "nanfang-hospital"),
        ("jing du", "beijing-jingdu-childrens-hospital"),
    ],
)
def test_half_a_name_is_enough_where_it_tells(query, center):
    assert f"center:{center}" in named(read(lexicon(), query))


def test_a_name_means_the_hospital_of_the_city_beside_it():
    lead = read(lexicon(), "广州中山医院").understood[-1]

    assert lead.key == "first-affiliated-hospital-sysu"
    assert (Concept.CENTER, "zhongshan-hospital-fudan") in lead.others


@pytest.mark.parametrize("query", ["university hospital tianjin", "big hospital"])
def test_words_that_many_names_share_name_nothing(query):
    reading = read(lexicon(), query)

    assert not any(one.kind is Concept.CENTER for one in reading.understood)
