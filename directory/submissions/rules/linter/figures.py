"""Rates without people and date, and prices without currency and date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from directory.submissions.rules.linter.matching import WORDS, Place, any_of, anywhere
from directory.submissions.rules.linter.reading import fold

_OUTCOMES = anywhere("outcomes")
_SHARES = anywhere("shares")
_PEOPLE = anywhere("people")
_PRICES = anywhere("prices")
_UNITS = "|".join(
    re.escape(fold(unit))
    for unit in (
        *("patient", "people", "case", "person", "usd", "eur", "rmb", "cny", "dollar"),
        *("例", "名", "位", "人", "元", "万", "美", "пациент", "больн", "человек"),
        *("руб", "долл", "юан", "مريض", "شخص", "حاله", "دولار", "يوان"),
    )
)
_YEAR = re.compile(
    rf"(?<![\d.,])(?:19[5-9]\d|20[0-4]\d)(?!\d|[.,]\d)(?! ?(?:{_UNITS}))"
)
"""A year of the last or this century, and no number of people or of money."""


def _alternatives(name: str) -> str:
    """Return one list of words of all languages as plain alternatives."""
    phrases = {
        re.escape(fold(phrase)).replace(r"\*", r"\w{0,12}")
        for words in WORDS
        for phrase in getattr(words, name)
    }
    return "|".join(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))


_PERCENT = re.compile(
    rf"(?<!\d)\d{{1,3}}(?:[.,]\d{{1,3}})? ?(?:%|(?:{_alternatives('percents')})(?!\w))"
)
_CURRENCY = _alternatives("currencies")
_SCALE = _alternatives("scales")
_AMOUNT = re.compile(
    rf"(?:(?P<before>(?<![a-z])(?:{_CURRENCY})) ?)?"
    r"(?<![\d.,a-z])"
    r"(?P<number>\d{1,3}(?:[ ,.']\d{3}){1,4}(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?![\d.,]\d))"
    rf"(?: ?(?P<scale>{_SCALE})(?![a-z]))?"
    rf"(?: ?(?P<after>(?:{_CURRENCY}))(?![a-z]))?"
)
_GOES_ON = re.compile(
    r" ?(?:%|(?!per\b|for\b|in\b|and\b|or\b|to\b|за\b|на\b|до\b|لكل\b|"
    r"左右|起|以内|不等|上下|到|至|多)[^\W\d])"
)
"""What a number is of, if not of money: a percent sign or a unit."""

SMALLEST_PRICE = 100
"""Below it a number beside a price, without a currency, is rather a count."""
NEAR = 30
"""Within how many characters a word for a price makes a number one."""


def bare_rates(words: str) -> Iterator[Place]:
    """Yield the rates of a sentence that lacks either people or a year."""
    if not any_of(_OUTCOMES, words):
        return
    if _YEAR.search(words) and any_of(_PEOPLE, words):
        return
    for pattern in (_PERCENT, *_SHARES):
        for found in pattern.finditer(words):
            yield Place(*found.span())


def is_complete(words: str) -> bool:
    """Tell whether a sentence says how many people, and in which year."""
    return bool(_YEAR.search(words)) and any_of(_PEOPLE, words)


def bare_prices(words: str) -> Iterator[Place]:
    """Yield the amounts of a sentence that lack either a currency or a year."""
    dated = _YEAR.search(words) is not None
    for found in _AMOUNT.finditer(words):
        has_currency = bool(found["before"] or found["after"])
        if has_currency and dated:
            continue
        if has_currency or _is_price(words, found):
            yield Place(found.start(), found.end())


def _is_price(words: str, found: re.Match[str]) -> bool:
    digits = "".join(char for char in found["number"] if char.isdigit())
    if _YEAR.fullmatch(found["number"]):
        return False
    is_small = int(digits) < SMALLEST_PRICE
    if not found["scale"] and (is_small or _GOES_ON.match(words, found.end())):
        return False
    before = words[max(0, found.start() - NEAR) : found.start()]
    return any_of(_PRICES, before)
