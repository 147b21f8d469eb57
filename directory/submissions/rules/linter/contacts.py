"""Ways to reach somebody, names of patients, and links, where they do not belong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from directory.submissions.rules.linter.matching import WORDS, Place
from directory.submissions.rules.linter.reading import fold

FEWEST_DIGITS = 7
"""A telephone number has at least so many (source: E.164 sets 15 as the most)."""

IN_ITS_PLACE = frozenset(
    {"contact", "telephone", "phone", "email", "wechat", "whatsapp", "fax"}
)
"""Fields that ask for a way to reach the hospital."""


def _alternatives(name: str) -> str:
    phrases = {
        re.escape(fold(phrase)).replace(r"\*", r"\w{0,12}")
        for words in WORDS
        for phrase in getattr(words, name)
    }
    return "|".join(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))


_MESSENGER = _alternatives("messengers")
_TRIAL_ID = re.compile(r"(?:nct|chictr|ctr|isrctn|eudract)[ -]?[\w-]{0,20}\d{4,12}")
_NUMBER = r"\d[\d ()\-.]{5,20}\d"
_CONTACTS = (
    re.compile(rf"(?<![\w+])(?:\+|00 ?)[(]?{_NUMBER}"),
    re.compile(
        rf"(?:{_alternatives('phones')}|{_MESSENGER})[^\d\n]{{0,15}}[+]?[(]?{_NUMBER}"
    ),
    re.compile(r"(?<![\w.])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\w)"),
    re.compile(r"(?<![\w.])400[ -]?\d{3}[ -]?\d{4}(?!\w)"),
    re.compile(r"(?<![\w.])0\d{2,3}[ -]\d{4}[ -]?\d{3,4}(?!\w)"),
    re.compile(r"(?<![\w.])8[ -]?[(]?9\d\d[)]?[ -]?\d{3}[ -]?\d\d[ -]?\d\d(?!\w)"),
    re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}"),
    re.compile(r"(?<![\w.])(?:t\.me|wa\.me|telegram\.me)/[\w+]{1,40}"),
    re.compile(rf"(?:{_MESSENGER})[^\w\n]{{0,3}}@[a-z][\w.-]{{3,30}}"),
    re.compile(
        rf"(?:{_MESSENGER})(?:咨询|号|id| id| is|客服| nick)?[^\w\n]{{0,3}}[:：是][ ]?"
        r"[a-z0-9][\w.-]{4,30}"
    ),
    re.compile(rf"(?:{_MESSENGER})(?:号| id)? ?[a-z][a-z]{{0,20}}[_\d][\w.-]{{2,20}}"),
    re.compile(rf"(?:add|scan)(?: our| us on| me on| the)? (?:{_MESSENGER})"),
    re.compile(r"(?:加|添加)(?:我|我们|我们的|医生|客服)?(?:微信|qq)"),
)
_WITH_DIGITS = frozenset(_CONTACTS[:2])


def ways_to_reach(words: str) -> Iterator[Place]:
    """Yield telephone numbers, addresses and messenger names in a sentence."""
    trials = [Place(*found.span()) for found in _TRIAL_ID.finditer(words)]
    for pattern in _CONTACTS:
        for found in pattern.finditer(words):
            place = Place(*found.span())
            if any(place.touches(trial) for trial in trials):
                continue
            digits = sum(char.isdigit() for char in found.group())
            if pattern not in _WITH_DIGITS or digits >= FEWEST_DIGITS:
                yield place


_NOT_A_NAME = (
    "Services?|Department|Cent(?:er|re)|Office|Safety|Care|Education|Guide|Support|"
    "Relations|Portal|Rights|Information|Registration|Experience|Desk|Affairs|Liaison|"
    "Coordinator|Handbook|Blood|Data|Records?|Flow|Selection|Access|Program|CAR|The|In"
)
_PATIENTS = (
    re.compile(r"(?<!\w)[Pp]atients?,? (?:Mr|Mrs|Ms|Miss)\.? [A-Z]\w{1,30}"),
    re.compile(
        rf"(?<!\w)[Pp]atient,? (?!{_NOT_A_NAME})[A-Z][a-z]{{1,20}}"
        r"(?: [A-Z][a-z]{0,20}|,? \(?(?:aged )?\d{1,3}(?!\d))"
    ),
    re.compile(
        r"(?<!\w)(?:Mr|Mrs|Ms|Miss)\.? [A-Z]\w{1,30}(?: [A-Z]\w{1,30})?"
        r",? \(?(?:from|aged|\d{1,3}(?!\d))"
    ),
    re.compile(r"来自[\u4e00-\u9fff]{1,10}的[\u4e00-\u9fff]{1,6}(?:先生|女士)"),
    re.compile(r"(?<!\w)[Pp]atient (?:named|called) [A-Z]\w{1,30}"),
    re.compile(
        r"(?:患者|病人|病友|患儿)[\u4e00-\u9fff]"
        r"(?:某某|某|先生|女士|小姐|阿姨|大爷|大妈|小朋友)"
    ),
    re.compile(
        r"(?:患者|病人|病友|患儿)[\u4e00-\u9fff]{2,3}[(,]{1,2}(?:男|女|化名|\d{1,3}岁)"
    ),
    re.compile(
        r"(?<!\w)[Пп]ациент[а-я]{0,3} (?:по имени )?(?!Центр|Госпитал|Больниц)"
        r"[А-Я][а-я]{1,20}(?: [А-Я][а-я]{0,20}|,? \(?\d{1,3}(?!\d))"
    ),
    re.compile(
        r"(?<!\w)(?:[Пп]ациент|[Бб]ольн)[а-я]{0,3} (?:г-н|г-жа|госпо)[а-я]{0,4}"
    ),
    re.compile(
        r"(?<!\w)[ولب]?(?:المريض|المريضه|مريضنا|مريضتنا|مريض|مريضه) "
        r"(?:السيد|السيده|ابو|ام|احمد|محمد|علي|فاطمه|خالد|ساره|مريم|عمر|حسن|حسين|"
        r"عبد \w{2,12}|يوسف|ابراهيم|نوره|عايشه|زينب)(?!\w)"
    ),
)


def patients_named(cased: str) -> Iterator[Place]:
    """Yield where a sentence, with its capitals, names a patient."""
    for pattern in _PATIENTS:
        for found in pattern.finditer(cased):
            yield Place(*found.span())


WEB = re.compile(r"(?<![a-z0-9+.-])https?://[^\s\"'<>\u3400-\u9fff]{1,2000}")
"""A link as it should be."""
_LINKS = (
    re.compile(
        r"(?<![a-z0-9+.-])(?!https?:)[a-z][a-z0-9+.-]{1,20}://[^\s\"'<>]{0,200}"
    ),
    re.compile(r"(?<!\w)(?:javascript|vbscript|data|file|mailto|weixin):[^\s]{1,200}"),
    re.compile(r"(?<![\w/.@-])www\.[a-z0-9][\w./-]{1,200}"),
)


def bad_links(words: str) -> Iterator[Place]:
    """Yield links that do not begin with http or https."""
    for pattern in _LINKS:
        for found in pattern.finditer(words):
            yield Place(*found.span())
