from __future__ import annotations

import string
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from directory.core.text import Language
from directory.search.rules.normalize import MOST_CHARACTERS, MOST_WORDS
from directory.search.rules.reading import Lexicon, read
from directory.search.rules.values import Concept, Reading
from tests.search.lexicons import documents, joined, lexicon, names, terms

READINGS = yaml.safe_load((Path(__file__).parent / "readings.yaml").read_text("utf-8"))


def named(reading: Reading) -> list[str]:
    return [f"{one.kind}:{one.key}" for one in reading.understood]


@pytest.mark.parametrize("case", READINGS, ids=lambda case: case["q"])
def test_a_query_is_read_as_people_mean_it(case):
    reading = read(lexicon(), case["q"])

    assert named(reading) == case["read"]
    assert reading.rest == case.get("rest", "")
    refused = reading.not_covered.reason if reading.not_covered else None
    assert refused == case.get("refused")


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("lymphoma shanghai", Language.EN),
        ("淋巴瘤 CAR-T", Language.ZH),
        ("tocilizumab icu 广州", Language.ZH),
        ("gu sui liu cart", Language.ZH),
        ("nanfang yiyuan", Language.ZH),
        ("лимфома CAR-T", Language.RU),
        ("لمفوما CAR-T", Language.AR),
        ("Fucaso", Language.EN),
    ],
)
def test_the_language_is_told_by_letters_and_words(query, language):
    assert read(lexicon(), query).language is language


def test_spans_are_of_the_text_as_typed():
    reading = read(lexicon(), "  ICU,  广州 (MM)!")

    assert [(u.text, reading.text[u.start : u.end]) for u in reading.understood] == [
        ("ICU", "ICU"),
        ("广州", "广州"),
        ("MM", "MM"),
    ]


def test_an_undone_reading_becomes_words_again():
    reading = read(lexicon(), "ICU Guangzhou", frozenset({"city:guangzhou"}))

    assert named(reading) == ["capability:icu"]
    assert reading.rest == "Guangzhou"


def test_of_two_readings_of_the_same_words_one_may_be_undone():
    reading = read(lexicon(), "白血病", frozenset({"indication:b-all"}))

    assert named(reading) == ["indication:leukemia"]
    assert reading.rest == ""


def test_what_is_ambiguous_is_offered_with_its_other_meanings():
    (zhongshan,) = read(lexicon(), "中山").understood

    assert (zhongshan.kind, zhongshan.key) == ("center", "zhongshan-hospital-fudan")
    assert (Concept.CITY, "zhongshan") in zhongshan.others
    assert (Concept.CENTER, "first-affiliated-hospital-sysu") in zhongshan.others


def test_the_city_that_is_asked_for_decides_between_names():
    reading = read(lexicon(), "中山 广州")

    assert reading.understood[0].key in {
        "first-affiliated-hospital-sysu",
        "sun-yat-sen-memorial-hospital",
        "sun-yat-sen-university-cancer-center",
    }


@pytest.mark.parametrize(
    ("query", "better"),
    [
        ("ruijn hospital", "Ruijin hospital"),
        ("tocilizumab", None),
        ("shanghi", None),  # a listed misspelling is no guess
        ("equacabtagene", None),
    ],
)
def test_a_doubtful_correction_is_offered(query, better):
    assert read(lexicon(), query).did_you_mean == better


@pytest.mark.parametrize(
    "query",
    ["Carteyva", "carteyva myeloma", "CARTEVYA", "картейва", "كارتيفا"],
)
def test_a_name_that_is_mixed_up_brings_its_note(query):
    reading = read(lexicon(), query)

    assert "therapy:relma-cel" in named(reading)
    assert [note for _, note in reading.corrections] == ["carteyva"]


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("CAR-T 深圳 医院", (Concept.CITY, "guangzhou")),
        ("lung cancer", (Concept.INDICATION, "gastric")),
        ("kymriah", (Concept.THERAPY, "inati-cel")),
        ("car-t for dogs", (Concept.GUIDE, "overview")),
        ("100% cure", (Concept.GUIDE, "effectiveness")),
    ],
)
def test_what_is_not_covered_comes_with_what_is_near(query, near):
    refused = read(lexicon(), query).not_covered

    assert refused is not None
    assert near in refused.near


def test_a_city_that_is_not_covered_counts_beside_one_that_is():
    reading = read(lexicon(), "MM 上海 深圳")

    assert reading.not_covered is not None
    assert reading.not_covered.reason == "city-not-covered"
    assert reading.not_covered.text == "深圳"


@pytest.mark.parametrize(
    "query",
    [
        "from hong kong to guangzhou",
        "fly home to russia after car-t",
        "visa for uzbekistan citizens",
        "compare price china usa",
        "从深圳 到 广州",
    ],
)
def test_a_place_that_somebody_comes_from_is_not_asked_for(query):
    assert read(lexicon(), query).not_covered is None


def test_a_negated_need_is_not_required():
    reading = read(lexicon(), "beijing not private hospital")

    assert named(reading) == ["city:beijing"]


@pytest.mark.parametrize(
    ("query", "group"),
    [
        ("6 year old", "pediatric"),
        ("17-year-old", "pediatric"),
        ("18 years old", "adult"),
        ("68 yo", "adult"),
        ("age 70", "adult"),
        ("aged 5", "pediatric"),
        ("8 months old", "pediatric"),
        ("under 18", "pediatric"),
        ("6岁", "pediatric"),
        ("十二岁", "pediatric"),
        ("六十五岁", "adult"),
        ("ребенок 5 лет", "pediatric"),
        ("عمره 7 سنوات", "pediatric"),
        ("٧ سنوات", "pediatric"),
    ],
)
def test_an_age_says_whether_it_is_a_child(query, group):
    assert f"audience:{group}" in named(read(lexicon(), query))


@pytest.mark.parametrize(
    "query", ["301 hospital", "5 year survival", "200000 dollars", "CT053", "2026"]
)
def test_a_number_is_not_always_an_age(query):
    assert not any(
        name.startswith("audience") for name in named(read(lexicon(), query))
    )


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("ALL Beijing", True),
        ("all Beijing", False),
        ("ALL HOSPITALS BEIJING", False),
        ("relapsed ALL child", True),
        ("all hospitals", False),
        ("ball", False),
        ("tall", False),
    ],
)
def test_a_short_abbreviation_needs_capitals_or_company(query, wanted):
    assert ("indication:b-all" in named(read(lexicon(), query))) is wanted


@pytest.mark.parametrize(
    "query",
    [
        "ide-cel",
        "idecel",
        "ide-cell",
        "idecabtagene",
        "abecma",
        "decabtagene",
        "idacabtagene",
    ],
)
def test_one_drug_is_never_read_as_another(query):
    therapies = {n for n in named(read(lexicon(), query)) if n.startswith("therapy")}

    assert therapies <= {"therapy:ide-cel"}


@pytest.mark.parametrize("name", ["CT042", "CT103B", "IM18", "NCT03975908", "FKC877"])
def test_a_code_is_never_corrected(name):
    assert named(read(lexicon(), name)) == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "\0",
        "\ud800\udfff",
        "\u202egnuohgnaug\u202c",
        '"((((',
        "* ? ~ [a TO z]",
        "status:draft AND email:*",
        "NOT NOT NOT",
        "'",
        "ー" * 300,
        "a" * 10_000,
        "中" * 10_000,
        "ﷺ" * 200,
        "é" * 5_000,
        "\N{COMBINING ACUTE ACCENT}" * 5_000,
        "1" * 400,
    ],
)
def test_hostile_text_is_read_like_any_other(query):
    reading = read(lexicon(), query)

    assert len(reading.text) <= MOST_CHARACTERS
    assert len(reading.rest.split()) <= MOST_WORDS
    reading.text.encode()


@pytest.mark.parametrize(
    "query", ["!!!???", "😀😀", "asdfgh", "qwerty zxcvb", "xxxxxx"]
)
def test_nonsense_is_called_so(query):
    refused = read(lexicon(), query).not_covered

    assert refused is not None
    assert refused.reason == "nonsense"


@pytest.mark.parametrize(
    ("query", "is_cut"),
    [
        ("icu beijing", False),
        ("x" * 200, False),
        ("x" * 201, True),
        ("\u202e" * 300 + "icu", False),
        (" ".join(f"word{at}er" for at in range(12)), False),
        (" ".join(f"word{at}er" for at in range(13)), True),
    ],
)
def test_it_is_said_when_more_was_typed_than_is_looked_at(query, is_cut):
    assert read(lexicon(), query).is_cut is is_cut


def test_an_empty_query_is_not_nonsense():
    assert read(lexicon(), "  ").not_covered is None


def test_of_fifty_thousand_characters_only_the_first_are_read():
    hostile = "shangh" * 4_000 + "я" * 13_000 + "医院有没有" * 2_600

    found = read(lexicon(), hostile)

    assert found.is_cut
    assert len(found.text) <= MOST_CHARACTERS


def test_threads_share_a_lexicon():
    queries = [case["q"] for case in READINGS]
    alone = [read(lexicon(), query) for query in queries]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda query: read(lexicon(), query), queries * 3))

    assert together == alone * 3


def test_building_again_gives_the_same_readings():
    again = Lexicon.compiled(reversed(terms())).with_names(
        joined(documents(list(names())[::-1]))
    )

    for case in READINGS[::7]:
        assert named(read(again, case["q"])) == case["read"]


WORDS = sorted({word for case in READINGS for word in case["q"].split()})
typed = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(
    st.sampled_from(
        string.printable + "医院上海北京市的吗骨髓瘤АБВабвمايلوماéß\u202e\0ｉ"
    ),
    max_size=260,
)


@given(st.text(max_size=400) | typed)
def test_spans_lie_in_the_text_and_in_order(text):
    reading = read(lexicon(), text)

    ends = [(one.start, one.end) for one in reading.understood]
    assert ends == sorted(ends)
    for one in reading.understood:
        assert 0 <= one.start < one.end <= len(reading.text)
        assert reading.text[one.start : one.end] == one.text
    assert reading.rest == " ".join(reading.rest.split())
    assert len(reading.rest.split()) <= MOST_WORDS


@given(typed)
def test_undoing_every_reading_leaves_words_only(text):
    dropped: frozenset[str] = frozenset()
    for _ in range(40):
        reading = read(lexicon(), text, dropped)
        if not reading.understood:
            break
        dropped |= set(named(reading))

    assert reading.understood == ()


@given(typed)
def test_a_reading_is_the_same_twice(text):
    assert read(lexicon(), text) == read(lexicon(), text)


@given(typed)
def test_what_was_cut_and_cleaned_reads_the_same(text):
    once = replace(read(lexicon(), text), is_cut=False)

    assert replace(read(lexicon(), once.text), is_cut=False) == once
