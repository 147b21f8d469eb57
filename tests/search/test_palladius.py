from __future__ import annotations

import pytest
from pypinyin import lazy_pinyin

from directory.search.rules.palladius import spellings, syllable


@pytest.mark.parametrize(
    ("pinyin", "russian"),
    [
        ("bei jing", "бэйцзин"),
        ("shang hai", "шанхай"),
        ("guang zhou", "гуанчжоу"),
        ("tian jin", "тяньцзинь"),
        ("rui jin", "жуйцзинь"),
        ("nan fang", "наньфан"),
        ("zhong shan", "чжуншань"),
        ("hua shan", "хуашань"),
        ("xie he", "сехэ"),
        ("xi jing", "сицзин"),
        ("xiang ya", "сянъя"),
        ("chang an", "чанъань"),
        ("su zhou", "сучжоу"),
        ("wu han", "ухань"),
        ("wan ning", "ваньнин"),
        ("zi bo", "цзыбо"),
        ("shi jia zhuang", "шицзячжуан"),
        ("lv shun", "люйшунь"),
        ("an hui", "аньхуэй"),
        ("quan zhou", "цюаньчжоу"),
        ("er hai", "эрхай"),
    ],
)
def test_a_name_is_written_as_the_system_has_it(pinyin, russian):
    assert next(spellings(pinyin.split())) == russian


@pytest.mark.parametrize(
    ("pinyin", "slip"),
    [
        ("nan fang", "нанфан"),
        ("xiang ya", "сяня"),
        ("xie he", "сехе"),
        ("xie he", "сьехэ"),
        ("ye cheng", "йечэн"),
    ],
)
def test_common_slips_are_known(pinyin, slip):
    assert slip in set(spellings(pinyin.split()))


def test_every_syllable_of_mandarin_has_its_letters():
    common = {
        sound
        for code in range(0x4E00, 0x9FA6)
        for sound in lazy_pinyin(chr(code), errors="ignore")
        # Interjections without a vowel have none.
        if not set(sound).isdisjoint("aeiouv")
    }

    assert len(common) > 400
    assert {sound for sound in common if not syllable(sound)} == set()


@pytest.mark.parametrize("pinyin", ["", "ruijin", "hospital x", "301 yi yuan"])
def test_nothing_comes_of_what_is_no_pinyin(pinyin):
    assert list(spellings(pinyin.split())) == []
