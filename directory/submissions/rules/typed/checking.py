"""Single fields of the form: what may be written in them, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from directory.core.text import legible
from directory.submissions.rules.typed.shape import Section

MOST_SHORT = 300
"""Characters of a name, a place or a line of a list."""

MOST_LONG = 2_000
"""Characters of a statement: what stands on a public page is read there."""

MOST_LINK = 2_000

MOST_LINES = 40
"""Other names of one hospital, or what it is known for."""

TRIAL = re.compile(
    r"NCT\d{8}|CTR\d{8}|ChiCTR(?:\d{10}|-[A-Z]{2,4}-\d{8})", re.IGNORECASE
)
"""Numbers of ClinicalTrials.gov, of the Chinese drug trials register, and of the
Chinese Clinical Trial Registry in its present and its former form."""

LINK = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@]+(?:[/?#]\S*)?", re.IGNORECASE)
DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")

EARLIEST_YEAR = 1900


class Wrong(StrEnum):
    """What is wrong with a field; pages have words for each."""

    REQUIRED = "required"
    UNSEEN = "unseen"
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    LINK = "link"
    DAY = "day"
    DAY_AHEAD = "day-ahead"
    CHOICE = "choice"
    NO_NAME = "no-name"
    NO_WORDS = "no-words"
    TRIAL_NUMBER = "trial-number"
    PRODUCT_MISSING = "product-missing"
    NOT_ON_SALE = "not-on-sale"
    NOT_LICENSED = "not-licensed"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that must be put right before the draft can be submitted.

    Args:
        section: Where.
        name: The field, as the form of the section names it: ``icu-value``,
            ``rows-0-therapy``; empty for the section itself.
        wrong: What is wrong.
        most: How many characters or entries there may be, where there are too
            many.
    """

    section: Section
    name: str
    wrong: Wrong
    most: int = 0


@dataclass
class Checker:
    """Reads single fields of one section, and gathers what is wrong.

    Args:
        section: Of the form.
        today: No day may be later.
        problems: What was found so far.
    """

    section: Section
    today: date
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, name: str, wrong: Wrong, most: int = 0) -> None:
        """Write down that a field is wrong."""
        self.problems.append(Problem(self.section, name, wrong, most))

    def words(
        self, name: str, typed: str, *, most: int = MOST_SHORT, needed: bool = False
    ) -> str:
        """Return words as they may be published."""
        found = typed.strip()
        if not found and needed:
            self.refuse(name, Wrong.REQUIRED)
        if len(found) > most:
            self.refuse(name, Wrong.TOO_LONG, most)
        try:
            return legible(found)
        except ValueError:
            self.refuse(name, Wrong.UNSEEN)
            return ""

    def lines(self, name: str, typed: str) -> list[str]:
        """Return the lines of a list, each once and none empty."""
        found = list(dict.fromkeys(filter(None, map(str.strip, typed.split("\n")))))
        if len(found) > MOST_LINES:
            self.refuse(name, Wrong.TOO_MANY, MOST_LINES)
        if any(len(line) > MOST_SHORT for line in found):
            self.refuse(name, Wrong.TOO_LONG, MOST_SHORT)
        try:
            return list(map(legible, found))
        except ValueError:
            self.refuse(name, Wrong.UNSEEN)
            return []

    def link(self, name: str, typed: str) -> str:
        """Return the address of a page."""
        found = self.words(name, typed, most=MOST_LINK)
        if found and not LINK.fullmatch(found):
            self.refuse(name, Wrong.LINK)
        return found

    def day(self, name: str, typed: str) -> str:
        """Return a day, a month or a year that is not ahead."""
        found = typed.strip()
        if not found:
            return ""
        read = DAY.fullmatch(found)
        try:
            year, month, day = (int(part or 1) for part in read.groups())  # type: ignore[union-attr]
            first = date(year, month, day)
        except (AttributeError, ValueError):
            self.refuse(name, Wrong.DAY)
            return ""
        if first.year < EARLIEST_YEAR or not found.isascii():
            self.refuse(name, Wrong.DAY)
        elif first > self.today:
            self.refuse(name, Wrong.DAY_AHEAD)
        return found

    def choice(self, name: str, typed: str, among: Collection[str]) -> str:
        """Return what was chosen from a list."""
        if typed not in among:
            self.refuse(name, Wrong.CHOICE)
        return typed

    def chosen(
        self, name: str, typed: Sequence[str], among: Collection[str]
    ) -> list[str]:
        """Return boxes that were ticked, each once."""
        found = list(dict.fromkeys(typed))
        if any(key not in among for key in found):
            self.refuse(name, Wrong.CHOICE)
        return found

    def borne(
        self, prefix: str, typed: Mapping[str, Any], before: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Return the page and the day that were given for a fact.

        What is known of a page stays while the page is the same.
        """
        found: dict[str, Any] = {}
        url = self.link(f"{prefix}source_url", typed["source_url"])
        if url:
            known = (before or {}).get("source") or {}
            found["source"] = dict(known) if known.get("url") == url else {"url": url}
        as_of = self.day(f"{prefix}as_of", typed["as_of"])
        if as_of:
            found["as_of"] = as_of
        return found
