"""What an invitation letter is made of: a hospital's words, with places in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from directory.core.errors import DirectoryError

BODY_LONGEST, LINE_LONGEST = 6000, 300
"""Characters of a body, and of every other field."""

VALUE_LONGEST = 200
"""Characters of what is filled in."""

FURTHEST = timedelta(days=730)
"""Nobody is invited further ahead."""


class Field(StrEnum):
    """A field of a template, in English and in Chinese."""

    HEADING_EN = "heading_en"
    HEADING_ZH = "heading_zh"
    ADDRESS_EN = "address_en"
    ADDRESS_ZH = "address_zh"
    TITLE_EN = "title_en"
    TITLE_ZH = "title_zh"
    BODY_EN = "body_en"
    BODY_ZH = "body_zh"
    SIGNER_EN = "signer_en"
    SIGNER_ZH = "signer_zh"


class Named(StrEnum):
    """A place in a template where something different stands in each letter."""

    PATIENT_NAME = "patient_name"
    BIRTH_DATE = "birth_date"
    NATIONALITY = "nationality"
    PASSPORT = "passport"
    COMPANION_NAME = "companion_name"
    COMPANION_PASSPORT = "companion_passport"
    ARRIVE = "arrive"
    STAY = "stay"
    DEPARTMENT = "department"
    DOCTOR = "doctor"
    NUMBER = "number"
    TODAY = "today"


GIVEN = frozenset({Named.NUMBER, Named.TODAY})
"""Places that the program fills in."""

DAYS = frozenset({Named.BIRTH_DATE, Named.ARRIVE})
"""Places where a day stands, as ISO 8601."""

PASSPORTS = frozenset({Named.PASSPORT, Named.COMPANION_PASSPORT})

BODIES = frozenset({Field.BODY_EN, Field.BODY_ZH})

PLACE = re.compile(r"\{([^{}]*)\}")

PASSPORT = re.compile(r"[A-Z0-9]{5,20}")
"""Longer than any (source: ICAO Doc 9303, part 4, nine characters), since some
states print more beside it."""


class TemplateRefusedError(DirectoryError):
    """A template cannot be kept; ``problems`` lists fields and what is wrong.

    ``missing``, ``long``; ``brace``: one without its other. ``unknown``: a place that
    nobody can fill in, which ``name`` then says.
    """

    code = "letter.template-refused"


class LetterRefusedError(DirectoryError):
    """A letter cannot be made; ``problems`` lists places and what is wrong."""

    code = "letter.refused"


def check_template(fields: Mapping[str, str]) -> None:
    """Refuse a template that cannot be filled in.

    Args:
        fields: Words by :class:`Field`; a letter may be in one language alone.

    Raises:
        TemplateRefusedError: With triples of a field, what is wrong, and the place.
    """
    found: list[tuple[str, str, str]] = []
    for field in Field:
        words = fields.get(field.value, "").strip()
        longest = BODY_LONGEST if field in BODIES else LINE_LONGEST
        if len(words) > longest:
            found.append((field.value, "long", ""))
        rest = PLACE.sub("", words)
        if "{" in rest or "}" in rest:
            found.append((field.value, "brace", ""))
        known = {each.value for each in Named}
        found += [
            (field.value, "unknown", name)
            for name in PLACE.findall(words)
            if name not in known
        ]
    languages = [tag for tag in ("en", "zh") if is_in(fields, tag)]
    for tag in languages or ["en"]:
        found += [
            (name, "missing", "")
            for name in (
                f"heading_{tag}",
                f"title_{tag}",
                f"body_{tag}",
                f"signer_{tag}",
            )
            if not fields.get(name, "").strip()
        ]
    extra = set(fields) - {each.value for each in Field}
    found += [(name, "unknown", name) for name in sorted(extra)]
    if found:
        raise TemplateRefusedError(problems=found)


def is_in(fields: Mapping[str, str], tag: str) -> bool:
    """Tell whether a template says anything in a language.

    Args:
        fields: Of it.
        tag: ``en`` or ``zh``.
    """
    return any(
        words.strip() for name, words in fields.items() if name.endswith(f"_{tag}")
    )


def places(fields: Mapping[str, str]) -> tuple[Named, ...]:
    """Return the places that a template has and a person must fill in."""
    used = {name for words in fields.values() for name in PLACE.findall(words)}
    return tuple(place for place in Named if place.value in used and place not in GIVEN)


def check_values(
    fields: Mapping[str, str], values: Mapping[str, str], today: date
) -> None:
    """Refuse a letter in which something is missing or cannot be so.

    Args:
        fields: The template.
        values: What was filled in, by place; days as ISO 8601.
        today: Where the hospital is.

    Raises:
        LetterRefusedError: With pairs of a place and what is wrong.
    """
    found = []
    for place in places(fields):
        words = values.get(place.value, "").strip()
        if not words:
            found.append((place.value, "missing"))
        elif len(words) > VALUE_LONGEST:
            found.append((place.value, "long"))
        elif place in PASSPORTS and not PASSPORT.fullmatch(words):
            found.append((place.value, "passport"))
        elif place in DAYS:
            found += [
                (place.value, wrong) for wrong in _day_problems(place, words, today)
            ]
    unknown = set(values) - {place.value for place in places(fields)}
    found += [(name, "unknown") for name in sorted(unknown)]
    if found:
        raise LetterRefusedError(problems=found)


def _day_problems(place: Named, words: str, today: date) -> list[str]:
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return ["day"]
    if place is Named.BIRTH_DATE:
        return [] if date(1900, 1, 1) <= day <= today else ["day"]
    if day < today:
        return ["past"]
    return ["far"] if day > today + FURTHEST else []


def filled(fields: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """Return a template with its places filled in.

    What is filled in is not looked through for places again.

    Args:
        fields: The template.
        values: By place, those that the program fills in with them.
    """
    return {
        name: PLACE.sub(lambda found: values.get(found[1], found[0]), words)
        for name, words in fields.items()
    }
