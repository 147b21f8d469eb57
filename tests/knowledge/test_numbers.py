"""The numbers of a sentence are found in four languages, and differences with them."""

from decimal import Decimal

import pytest

from directory.core.text import Language
from directory.knowledge.rules.numbers import (
    differences,
    digits_in,
    has_figure,
    words_in,
)

EN, ZH, RU, AR = Language


def numbers(*written):
    return sorted(Decimal(each) for each in written)


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("It was seen in 93.2% of 101 people.", EN, ("93.2", "101")),
        ("93,2% из 1 200 человек", RU, ("93.2", "1200")),
        ("CNY 1,290,000 (about USD 182,000)", EN, ("1290000", "182000")),
        ("RMB 1.0-1.29 million", EN, ("1000000", "1290000")),
        ("人民币100万至129万元", ZH, ("1000000", "1290000")),
        ("от 1,0 до 1,29 млн юаней", RU, ("1000000", "1290000")),
        ("من 1.0 إلى 1.29 مليون يوان", AR, ("1000000", "1290000")),
        ("RMB100万", ZH, ("1000000",)),
        ("on 9 December 2025", EN, ("9", "12", "2025")),
        ("2025年12月9日", ZH, ("2025", "12", "9")),
        ("9 декабря 2025 года", RU, ("9", "12", "2025")),
        ("Май 2026 года", RU, ("5", "2026")),
        ("декабрём 2021 года", RU, ("12", "2021")),
        ("في نوفمبر 2025 ويناير 2026", AR, ("11", "2025", "1", "2026")),
        ("You may go home in May.", EN, ()),
        ("CD19, 4-1BB, Claudin 18.2, NCT05181501, CARTITUDE-1 and IM19", EN, ()),
        ("пКАР-19Б (pCAR-19B)", RU, ()),
        ("كلاودين 18.2 (Claudin 18.2)", AR, ()),
        ("a 24-hour telephone number", EN, ()),
        ("٢٥ يومًا", AR, ("25",)),
    ],
)
def test_numbers_in_digits_are_read_as_what_they_mean(words, language, expected):
    assert sorted(digits_in(words, language).elements()) == numbers(*expected)


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("three to four weeks, and one more", EN, ("3", "4")),
        ("often, and tended to", EN, ()),
        ("三至四周", ZH, ("3", "4")),
        ("第二次采集", ZH, ()),
        ("от трёх до четырёх недель", RU, ("3", "4")),
        ("ثلاثة أسابيع", AR, ("3",)),
    ],
)
def test_numbers_in_words_are_found_and_ordinals_are_not(words, language, expected):
    assert sorted(words_in(words, language).elements()) == numbers(*expected)


@pytest.mark.parametrize(
    ("english", "code", "words", "said"),
    [
        ("Within 4 weeks", "zh", "四周内", []),
        ("Within four weeks", "zh", "4周内", []),
        ("5 to 7 days", "ru", "от 5 до 7 дней", []),
        ("7.07 yuan per dollar", "zh", "1美元合7.07元", []),
        (
            "In 85.4% of people",
            "ar",
            "لدى 84.5% من المرضى",
            ["without 85.4, with 84.5"],
        ),
        ("Up to RMB 500,000", "zh", "最高50元", ["without 500000, with 50"]),
        ("It is frequent.", "ru", "Это бывает у 30% людей.", ["with 30"]),
        ("On 30 June 2023", "ru", "30 июня 2024 года", ["without 2023, with 2024"]),
    ],
)
def test_another_number_than_in_english_is_found(english, code, words, said):
    found = differences({"en": english, code: words})

    assert [how for _language, how in found] == said


def test_a_text_has_a_figure_in_digits_or_in_words():
    assert has_figure("At least three lines", EN)
    assert has_figure("至少3线", ZH)
    assert not has_figure("Several lines", EN)
