"""How Chinese names are written in Russian, for people who heard them.

The Palladius system, in general use in Russian since the nineteenth century,
writes every syllable of Mandarin in one way. It is put together here from its
beginnings and endings (source: the tables of the system, e.g. in
I. M. Oshanin's Large Chinese-Russian Dictionary).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

_BEGINNINGS = {
    "b": "б",
    "p": "п",
    "m": "м",
    "f": "ф",
    "d": "д",
    "t": "т",
    "n": "н",
    "l": "л",
    "g": "г",
    "k": "к",
    "h": "х",
    "j": "цз",
    "q": "ц",
    "x": "с",
    "r": "ж",
    "zh": "чж",
    "ch": "ч",
    "sh": "ш",
    "z": "цз",
    "c": "ц",
    "s": "с",
}
_ENDINGS = {
    "a": "а",
    "o": "о",
    "e": "э",
    "ai": "ай",
    "ei": "эй",
    "ao": "ао",
    "ou": "оу",
    "an": "ань",
    "ang": "ан",
    "en": "энь",
    "eng": "эн",
    "ong": "ун",
    "i": "и",
    "ia": "я",
    "iao": "яо",
    "ie": "е",
    "iu": "ю",
    "ian": "янь",
    "iang": "ян",
    "in": "инь",
    "ing": "ин",
    "iong": "юн",
    "u": "у",
    "ua": "уа",
    "uo": "о",
    "uai": "уай",
    "ui": "уй",
    "uan": "уань",
    "uang": "уан",
    "un": "унь",
    "v": "юй",
    "ve": "юэ",
}
_AFTER_J_Q_X = {
    "u": "юй",
    "ue": "юэ",  # codespell:ignore ue
    "uan": "юань",
    "un": "юнь",
}
_AFTER_Z_C_S = {"i": "ы"}
_BY_THEMSELVES = {
    "a": "а",
    "ai": "ай",
    "an": "ань",
    "ang": "ан",
    "ao": "ао",
    "e": "э",
    "ei": "эй",
    "en": "энь",
    "eng": "эн",
    "er": "эр",
    "o": "о",
    "ou": "оу",
    "ya": "я",
    "yai": "яй",
    "yan": "янь",
    "yang": "ян",
    "yao": "яо",
    "ye": "е",
    "yi": "и",
    "yin": "инь",
    "ying": "ин",
    "yo": "йо",
    "yong": "юн",
    "you": "ю",
    "yu": "юй",
    "yuan": "юань",
    "yue": "юэ",
    "yun": "юнь",
    "wa": "ва",
    "wai": "вай",
    "wan": "вань",
    "wang": "ван",
    "wei": "вэй",
    "wen": "вэнь",
    "weng": "вэн",
    "wo": "во",
    "wu": "у",
    "hui": "хуэй",
}
"""Syllables without a consonant before them, and the one exception."""

_VOWELS = frozenset("аэоуеияюйё")


@cache
def syllable(pinyin: str) -> str | None:
    """Return one syllable in Russian letters.

    Args:
        pinyin: Without tone, ``v`` for ``ü``.

    Returns:
        ``None`` for what is no syllable of the system.
    """
    if pinyin in _BY_THEMSELVES:
        return _BY_THEMSELVES[pinyin]
    length = 2 if pinyin[:2] in _BEGINNINGS else 1
    first, last = pinyin[:length], pinyin[length:]
    begin, end = _BEGINNINGS.get(first), _ENDINGS.get(last)
    if first in {"j", "q", "x"}:
        end = _AFTER_J_Q_X.get(last, end)
    elif first in {"z", "c", "s"}:
        end = _AFTER_Z_C_S.get(last, end)
    return begin + end if begin and end else None


def spellings(syllables: Sequence[str]) -> Iterator[str]:
    """Yield a name in Russian letters, as the system has it and as people slip.

    People leave out the soft and the hard sign between syllables, write ``е``
    for ``э``, and write ``ье`` or ``йе`` where they hear it.

    Args:
        syllables: Pinyin without tones; nothing comes of one that is unknown.
    """
    parts = [syllable(one) for one in syllables]
    if not parts or None in parts:
        return
    known = [part for part in parts if part]
    whole = known[0]
    for before, part in zip(syllables, known[1:], strict=False):
        # A sign keeps the consonant with its own syllable: Чанъань.
        is_open = before.endswith("ng") and part[0] in _VOWELS
        whole += ("ъ" if is_open else "") + part
    soft = whole.replace("ъ", "")
    heard = "".join(map(_heard, syllables, known))
    hard = (whole, soft, soft.replace("ь", ""), heard)
    # Where a name begins with it, everybody writes it.
    hearing_e = (text[0] + text[1:].replace("э", "е") for text in hard)
    yield from dict.fromkeys((*hard, *hearing_e))


def _heard(pinyin: str, part: str) -> str:
    """Return a syllable with the glide that is heard in it written out."""
    if pinyin == "ye":
        return "йе"
    if pinyin.endswith("ie"):
        return part[:-1] + "ье"
    return part
