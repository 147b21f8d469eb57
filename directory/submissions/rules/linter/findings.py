"""The rules that free text must keep, and what is found against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.core.text import Language


class Rule(StrEnum):
    """One rule of the directory; the list is closed, and the keys never change."""

    RATE = "rate"
    SUPERLATIVE = "superlative"
    PROMISE = "promise"
    TESTIMONIAL = "testimonial"
    COMPARISON = "comparison"
    BRAND = "brand"
    MAKER = "maker"
    INDICATION = "indication"
    PRICE = "price"
    CONTACT = "contact"
    PATIENT = "patient"
    LINK = "link"
    ADVERTISING = "advertising"
    RATING = "rating"
    UNREAD = "unread"


MEDICAL_ADVERTISING = (
    "China, Measures for the Administration of Medical Advertisements (2006), art. 7"
)
ADVERTISING_LAW = "China, Advertising Law, art. {article}"


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a rule stands.

    Args:
        number: The directory's own number of the rule; never used for another.
        law: Public rules that say the same, as far as it is certain that they do.
    """

    number: str
    law: tuple[str, ...] = ()


RULES: Mapping[Rule, Ground] = {
    Rule.RATE: Ground("L1", (MEDICAL_ADVERTISING, ADVERTISING_LAW.format(article=16))),
    Rule.SUPERLATIVE: Ground("L2", (ADVERTISING_LAW.format(article=9),)),
    Rule.PROMISE: Ground(
        "L3", (MEDICAL_ADVERTISING, ADVERTISING_LAW.format(article=16))
    ),
    Rule.TESTIMONIAL: Ground("L4", (MEDICAL_ADVERTISING,)),
    Rule.COMPARISON: Ground("L5", (ADVERTISING_LAW.format(article=16),)),
    Rule.BRAND: Ground("L6"),
    Rule.MAKER: Ground("L7"),
    Rule.INDICATION: Ground("L8"),
    Rule.PRICE: Ground("L9"),
    Rule.CONTACT: Ground("L10"),
    Rule.PATIENT: Ground("L11", (MEDICAL_ADVERTISING,)),
    Rule.LINK: Ground("L12"),
    Rule.ADVERTISING: Ground("L13"),
    Rule.RATING: Ground("L14"),
    Rule.UNREAD: Ground("L15"),
}
"""Every rule with its ground; pages have the words for each."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A place in a text that a moderator must answer for.

    Args:
        rule: The rule that it meets.
        field: The field of the listing in which it stands.
        excerpt: The words of the text from ``start`` to ``end``.
        start: Where it begins, in characters of the text as typed.
        end: Where it ends.
        language: Language of the sentence in which it stands.
    """

    field: str
    start: int
    end: int
    rule: Rule
    excerpt: str
    language: Language
