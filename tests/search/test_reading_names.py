from __future__ import annotations

import pytest

from directory.search.rules.names import Spelling
from directory.search.rules.reading import read
from directory.search.rules.values import Concept
from directory.vocabulary.rules import Form
from tests.search.lexicons import built, lexicon, names

INVENTED = [
    Spelling(Concept.CENTER, "emei", "Beijing Emei Hospital", "en", city="beijing"),
    Spelling(
        Concept.CENTER, "emei", "首都医科大学附属北京峨眉医院", "zh", city="beijing"
    ),
    Spelling(
        Concept.CENTER,
        "canglong",
        "Canglong Hospital, Invented University (former 999 Hospital)",
        "en",
        city="shanghai",
    ),
    Spelling(
        Concept.CENTER,
        "canglong",
        "上海交通大学医学院附属苍龙医院（原九九九医院）",
        "zh",
        city="shanghai",
    ),
    Spelling(Concept.CENTER, "ninth", "上海市第九人民医院", "zh", city="shanghai"),
    Spelling(Concept.CENTER, "people", "人民医院", "zh", city="tianjin"),
    Spelling(Concept.FACILITATOR, "panda", "PandaWay Care (pandaway.example)", "en"),
    Spelling(Concept.GUIDE, "visa", "How do I renew my permit?", "en", Form.QUESTION),
]
SMALL = built(INVENTED)


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("emei", "emei"),
        ("Emei hospital", "emei"),
        ("beijing emei", "emei"),
        ("hospital emei beijing", "emei"),
        ("峨眉", "emei"),
        ("峨眉医院", "emei"),
        ("北京峨眉医院", "emei"),
        ("首医峨眉医院", "emei"),
        ("e mei yi yuan", "emei"),
        ("emeiyiyuan", "emei"),
        ("emyy", "emei"),
        ("苍龙医院", "canglong"),
        ("上海交大苍龙", "canglong"),
        ("交大医学院附属苍龙医院", "canglong"),
        ("canglong", "canglong"),
        ("cang long", "canglong"),
        ("canglog hospital", "canglong"),
        ("999 hospital", "canglong"),
        ("九九九医院", "canglong"),
        ("上海九院", "ninth"),
        ("市九院 上海", "ninth"),
        ("上海市第九人民医院", "ninth"),
        ("上海第九人民医院", "ninth"),
    ],
)
def test_a_hospital_is_found_by_what_people_call_it(query, slug):
    found = [one.key for one in read(SMALL, query).understood if one.kind == "center"]

    assert found == [slug]


@pytest.mark.parametrize(
    "query",
    [
        "人民医院",
        "医院",
        "hospital",
        "beijing hospital",
        "北京医院",
        "university",
        "第九",
        "上海",
        "medical center",
        "center",
        "中心",
    ],
)
def test_words_that_many_names_share_name_nothing(query):
    assert not any(one.kind == "center" for one in read(SMALL, query).understood)


def test_a_weak_name_counts_in_its_city():
    assert "people" in [one.key for one in read(SMALL, "人民医院 天津").understood]


def test_a_weak_name_does_not_count_elsewhere():
    assert "people" not in [one.key for one in read(SMALL, "人民医院 北京").understood]


@pytest.mark.parametrize("query", ["pandaway", "panda way", "PandaWay Care", "pandawy"])
def test_a_facilitator_is_found(query):
    (found,) = read(SMALL, query).understood

    assert (found.kind, found.key) == ("facilitator", "panda")


@pytest.mark.parametrize(
    "query", ["how do i renew my permit", "permit renew", "renew permit?"]
)
def test_a_guide_is_found_by_a_question_it_answers(query):
    (found,) = read(SMALL, query).understood

    assert (found.kind, found.key) == ("guide", "visa")


def test_half_a_question_finds_nothing():
    assert read(SMALL, "renew").understood == ()


def test_a_university_alone_names_none_of_its_hospitals():
    reading = read(lexicon(), "中山大学")

    assert not any(one.kind == "center" for one in reading.understood)
    assert reading.rest == "中山大学"


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("Эмэй", "emei"),
        ("больница Эмей", "emei"),
        ("Цанлун", "canglong"),
        ("в Цанлуне", "canglong"),
        ("цан лун", "canglong"),
        ("Сычуаньская больница Цанлун", "canglong"),
    ],
)
def test_a_chinese_name_is_found_as_it_is_heard_in_russian(query, slug):
    found = [one.key for one in read(SMALL, query).understood if one.kind == "center"]

    assert found == [slug]


SOUNDING = built(
    [
        *INVENTED,
        Spelling(Concept.CENTER, "yunhe", "云鹤医院", "zh", city="beijing"),
        Spelling(Concept.CENTER, "yunhe-too", "云合医院", "zh", city="tianjin"),
        Spelling(Concept.CENTER, "real", "沧龙医院", "zh", city="tianjin"),
    ]
)


@pytest.mark.parametrize(
    ("query", "slug", "meant"),
    [
        ("峨嵋医院", "emei", "峨眉医院"),  # the tones are the same
        ("峨嵋", "emei", "峨眉"),
        ("我想去峨嵋医院", "emei", "我想去峨眉医院"),
        ("峨美医院", "emei", "峨眉医院"),  # they differ, but a hospital is meant
        ("北京鹅媒医院", "emei", "北京峨眉医院"),
    ],
)
def test_a_name_typed_by_its_sound_is_doubtful(query, slug, meant):
    reading = read(SMALL, query)

    assert slug in [one.key for one in reading.understood]
    assert reading.did_you_mean == meant


@pytest.mark.parametrize(
    "query",
    [
        "鹅媒",  # no character is right, and no hospital is named
        "峨美",  # the tones differ
        "嵋",
        "云河医院",  # between two names
    ],
)
def test_what_only_sounds_like_a_name_is_left_alone(query):
    reading = read(SOUNDING, query)

    assert not any(one.kind == "center" for one in reading.understood)
    assert reading.did_you_mean is None


def test_a_real_name_stands_above_what_sounds_like_it():
    for query, slug in (("苍龙医院", "canglong"), ("沧龙医院", "real")):
        reading = read(SOUNDING, query)

        assert [one.key for one in reading.understood] == [slug]
        assert reading.did_you_mean is None


def found(text: str) -> set[tuple[str, str]]:
    return {
        pair
        for one in read(lexicon(), text).understood
        for pair in ((one.kind, one.key), *one.others)
    }


def test_every_listed_name_is_found_by_itself_or_beside_its_city():
    lost = {
        spelling.text
        for spelling in names()
        if spelling.form is not Form.QUESTION
        and (spelling.kind, spelling.key) not in found(spelling.text)
        and (spelling.kind, spelling.key)
        not in found(f"{spelling.text} {spelling.city or ''}")
    }

    # These also say which kind of hospital it is, and are read so.
    assert lost <= {"儿童医院", "肿瘤医院", "血液病医院"} | {
        "Blood Diseases Hospital",
        "Institute of Hematology (1957)",
    }
