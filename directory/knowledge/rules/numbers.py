"""Which numbers a sentence gives, in four languages.

``1.29 million``, ``129万`` and ``1,29 млн`` are one number. A date gives its year, its
month and its day. Molecules, studies and registers whose names hold digits give none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import zip_longest

from directory.core.text import Language

NAMES = re.compile(
    r"4-1BB|(?:claudin|клаудин\w*|كل?ا?ودين) ?18\.2|بي كار 19 بي|https?://\S+"
    r"|24-hour (?=telephone|number)|24小时(?=电话)"
    r"|(?<![A-Za-z])(?!(?:RMB|CNY|USD|HKD)\d)[A-Za-zА-Яа-яЁё]{1,12}[-‑]?\d[A-Za-zА-Яа-яЁё0-9.-]*",
    re.IGNORECASE,
)
"""Names of molecules, studies, visas and registers whose digits count nothing, and a
telephone that is answered at any hour, which other languages say without a figure."""

SCALES: Mapping[str, int] = {
    **dict.fromkeys(("thousand", "тыс.", "тысяч", "тысячи", "ألف", "آلاف"), 1000),
    **dict.fromkeys(("million", "млн", "миллион", "миллиона", "миллионов"), 10**6),
    **dict.fromkeys(("مليون", "ملايين", "百万"), 10**6),
    **dict.fromkeys(("billion", "млрд", "миллиард", "مليار", "十亿"), 10**9),
    "万": 10_000,
    "亿": 10**8,
}
"""Words that follow a number and multiply it."""

MONTHS: Mapping[Language, tuple[str, ...]] = {
    Language.EN: (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    Language.RU: (
        *("январ", "феврал", "март", "апрел", "ма[йяе]", "июн", "июл", "август"),
        *("сентябр", "октябр", "ноябр", "декабр"),
    ),
    Language.AR: (
        *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو"),
        *("أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
    ),
}
"""Names of months, January first; Chinese counts them. Russian ones are stems."""


def _by_form(numbers: Mapping[int, str]) -> dict[str, int]:
    return {form: number for number, forms in numbers.items() for form in forms.split()}


WORDS: Mapping[Language, Mapping[str, int]] = {
    Language.EN: _by_form(
        {
            2: "two",
            3: "three",
            4: "four",
            5: "five",
            6: "six",
            7: "seven",
            8: "eight",
            9: "nine",
            10: "ten",
            11: "eleven",
            12: "twelve",
            14: "fourteen",
            15: "fifteen",
            20: "twenty",
            30: "thirty",
            50: "fifty",
        }
    ),
    Language.ZH: _by_form(
        {
            2: "两 二",
            3: "三",
            4: "四",
            5: "五",
            6: "六",
            7: "七",
            8: "八",
            9: "九",
            10: "十",
            11: "十一",
            12: "十二",
            14: "十四",
            15: "十五",
            20: "二十",
            30: "三十",
            50: "五十",
        }
    ),
    Language.RU: _by_form(
        {
            2: "два две двух двум двумя двое двоих",
            3: "три трёх трех трём трем тремя трое троих",
            4: "четыре четырёх четырех четырём четырем четырьмя",
            5: "пять пяти пятью",
            6: "шесть шести шестью",
            7: "семь семи семью",
            8: "восемь восьми восемью",
            9: "девять девяти девятью",
            10: "десять десяти десятью",
            11: "одиннадцать одиннадцати",
            12: "двенадцать двенадцати",
            14: "четырнадцать четырнадцати",
            15: "пятнадцать пятнадцати",
            20: "двадцать двадцати",
            30: "тридцать тридцати",
            50: "пятьдесят пятидесяти",
        }
    ),
    Language.AR: _by_form(
        {
            2: "اثنان اثنين اثنتان اثنتين",
            3: "ثلاثة ثلاث",
            4: "أربعة أربع",
            5: "خمسة خمس",
            6: "ستة ست",
            7: "سبعة سبع",
            8: "ثمانية ثماني ثمان",
            9: "تسعة تسع",
            10: "عشرة عشر",
            20: "عشرون عشرين",
            30: "ثلاثون ثلاثين",
            50: "خمسون خمسين",
        }
    ),
}
"""Number words that stand for figures; *one* is an article as often as a number."""

DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
SPACES = re.compile(r"(?<=\d)[\u00a0\u202f\u2009 ](?=\d{3}(?!\d))")
"""Between groups of three digits."""

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def digits_in(words: str, language: Language) -> Counter[Decimal]:
    """Return the numbers that a text writes in digits, and how often.

    Args:
        words: Of one language.
        language: Which; Russian writes decimals with a comma.
    """
    plain = _named_months(NAMES.sub(" ", words.translate(DIGITS)), language)
    plain = SPACES.sub("", plain)
    found = [
        (_value(match[0], language), _scale(plain[match.end() :]), match.end())
        for match in NUMBER.finditer(plain)
    ]
    numbers: Counter[Decimal] = Counter()
    for here, following in zip_longest(found, found[1:]):
        value, scale, end = here
        if scale == 1 and value < 1000 and following is not None:
            # "1.0 to 1.29 million": what follows the second belongs to both.
            _value_then, scale_then, end_then = following
            if _RANGE.match(plain[end:end_then]):
                value *= scale_then
        numbers[(value * scale).normalize()] += 1
    return numbers


def words_in(words: str, language: Language) -> Counter[Decimal]:
    """Return the numbers from two on that a text writes in words, and how often."""
    table = WORDS[language]
    return Counter(
        Decimal(table[match[0].casefold()])
        for match in _number_words(language).finditer(NAMES.sub(" ", words))
    )


def has_figure(words: str, language: Language) -> bool:
    """Tell whether a text gives a number, in digits or in words."""
    return bool(digits_in(words, language) or words_in(words, language))


def differences(text: Mapping[str, str]) -> Iterator[tuple[Language, str]]:
    """Yield in which languages a text gives other numbers than in English, and which.

    What one language writes in digits another may write in words. Number words are
    compared only with digits, since *two weeks* is one word in Arabic.
    """
    english = text["en"]
    ours = digits_in(english, Language.EN)
    ours_in_words = words_in(english, Language.EN)
    for code, words in text.items():
        language = Language(code)
        theirs = digits_in(words, language)
        missing = ours - theirs - words_in(words, language)
        # A rate *per dollar* is one of *1 dollar* elsewhere.
        added = (
            theirs - ours - ours_in_words - Counter({Decimal(1): theirs[Decimal(1)]})
        )
        if missing or added:
            said = [
                *(f"without {_plain(number)}" for number in sorted(missing)),
                *(f"with {_plain(number)}" for number in sorted(added)),
            ]
            yield language, ", ".join(said)


_RANGE = re.compile(r"^\s*(?:[-–—至到~]|to|and|до|и|إلى|و)\s*\d[\d.,]*$", re.IGNORECASE)


def _value(written: str, language: Language) -> Decimal:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", written):
        return Decimal(written.replace(",", ""))
    if language is Language.RU and written.count(",") == 1 and "." not in written:
        return Decimal(written.replace(",", "."))
    if written.count(".") <= 1 and "," not in written:
        return Decimal(written)
    # Several marks that group nothing: a date such as 1.5.2026, or a list.
    return Decimal(re.sub(r"\D", "", written))


def _scale(after: str) -> int:
    match = _scales().match(after)
    return SCALES[match[1].casefold()] if match else 1


@cache
def _scales() -> re.Pattern[str]:
    longest = sorted(SCALES, key=len, reverse=True)
    return re.compile(
        rf"[\s\u00a0]*({'|'.join(map(re.escape, longest))})", re.IGNORECASE
    )


@cache
def _number_words(language: Language) -> re.Pattern[str]:
    longest = sorted(WORDS[language], key=len, reverse=True)
    choices = "|".join(map(re.escape, longest))
    if language is Language.ZH:
        # Only before what is counted, and no ordinal: 三 alone is part of many words.
        return re.compile(
            rf"(?<!第)(?:{choices})(?=[个周天年月款种次项名位条步倍成例家期线至到、])"
        )
    return re.compile(rf"(?<!\w)(?:{choices})(?!\w)", re.IGNORECASE)


def _named_months(words: str, language: Language) -> str:
    for number, name in enumerate(MONTHS.get(language, ()), 1):
        ending = r"[а-яё]{0,2}" if language is Language.RU else ""
        before = "[وفبلك]?" if language is Language.AR else ""
        words = re.sub(
            rf"(?:(?<=\d )|(?<=\d\u00a0)){name}{ending}(?!\w)"
            rf"|(?<!\w){before}{name}{ending}(?=[ \u00a0]\d)",
            f" {number} ",
            words,
            flags=re.IGNORECASE if language is Language.RU else 0,
        )
    return words


def _plain(number: Decimal) -> str:
    return f"{number:f}"
