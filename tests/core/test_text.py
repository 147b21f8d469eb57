import pytest

from directory.core.text import Language, legible, pick

TEXT = {"en": "hospital", "zh": "医院"}


@pytest.mark.parametrize(
    ("language", "words", "spoken"),
    [
        (Language.EN, "hospital", Language.EN),
        (Language.ZH, "医院", Language.ZH),
        (Language.RU, "hospital", Language.EN),
        (Language.AR, "hospital", Language.EN),
    ],
)
def test_the_nearest_language_is_picked_and_said(language, words, spoken):
    said = pick(TEXT, language)

    assert said == (words, spoken)


def test_words_in_any_language_are_better_than_none():
    assert pick({"ar": "مستشفى"}, Language.ZH) == ("مستشفى", Language.AR)


def test_a_text_without_words_is_refused():
    with pytest.raises(LookupError):
        pick({"en": ""}, Language.EN)


@pytest.mark.parametrize(
    "words", ["a\x00b", "a\x0bb", "a\ufffeb", "a\u202eb", "a\ud800b", "a\ue000b"]
)
def test_what_is_not_seen_is_not_published(words):
    with pytest.raises(ValueError, match=r"not seen: U\+"):
        legible(words)


def test_what_is_seen_is_left_as_it_is():
    words = "Один\nдва\t三 أربعة e\u0301 👪 \u200f\u200d"
    assert legible(words) == words
