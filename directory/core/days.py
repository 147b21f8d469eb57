"""Days as they are written out in each language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from babel.dates import format_date

from directory.core.text import Language

DAYS: Mapping[Language, str] = {Language.RU: "d MMMM y 'года'"}
"""CLDR ends a Russian day with the shortened word for year, whose period would
stand beside that of the sentence."""

MONTHS: Mapping[Language, str] = {
    Language.ZH: "y年M月",
    Language.RU: "LLLL y 'года'",
}
"""CLDR has no pattern for a month by itself that fits each language."""


def written(day: date, language: Language) -> str:
    """Return a day in words, e.g. ``March 25, 2027``."""
    return format_date(day, DAYS.get(language, "long"), locale=language.value)


def written_month(day: date, language: Language) -> str:
    """Return the month of a day in words, e.g. ``March 2027``."""
    return format_date(day, MONTHS.get(language, "LLLL y"), locale=language.value)
