"""Pictures that stand for pages where they are shared; drawn as SVG, made PNG once.

`make cards` draws them in each language and keeps the PNG in ``static/img/cards``
with a digest of what was drawn, so that words that changed since are noticed.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, render_template

from directory.core.text import Language
from directory.web import locale
from directory.web.words import _

WIDTH, HEIGHT = 1200, 630
"""Pixels (source: ogp.me names none; programs that show links crop to 1.91:1)."""

FOLDER = "img/cards"
"""In the static folder."""

DIGESTS = "made-from.txt"
"""In that folder: digest and name of each drawing, as they were made."""

SIZE = 76
"""Height of the title's letters, in pixels."""

ROOM = 1000
"""Pixels that a line of the title may take."""

WIDE, BROAD, NARROW = 1.0, 0.66, 0.53
"""Width of a Chinese, a Cyrillic and any other letter, in parts of its height."""


@dataclass(frozen=True, slots=True)
class Card:
    """One picture.

    Args:
        title: What its pages are about; lazy, in the language of the moment.
        pages: Endpoints of pages that it stands for.
    """

    title: Any
    pages: frozenset[str]


CARDS: Mapping[str, Card] = {
    "home": Card(
        _("CAR-T hospitals in Beijing, Shanghai, Guangzhou and Tianjin"),
        frozenset({"public.home"}),
    ),
    "centers": Card(
        _("Find a hospital in China that gives CAR-T"),
        frozenset(
            {
                "public.centers",
                "public.center",
                "public.center_versions",
                "public.past_center",
                "public.center_fact",
            }
        ),
    ),
    "therapies": Card(
        _("Therapies"),
        frozenset(
            {
                "public.therapies",
                "public.therapy",
                "public.therapy_comparison",
                "public.approvals",
            }
        ),
    ),
    "guides": Card(
        _("Guides"),
        frozenset(
            {
                "public.guides",
                "public.guide",
                "public.glossary",
                "public.provenance",
                "public.cost",
                "public.privacy",
            }
        ),
    ),
    "compare": Card(_("Compare centers"), frozenset({"public.comparison"})),
    "maps": Card(
        _("Maps of the centers"), frozenset({"public.maps", "public.map_of_city"})
    ),
    "pre-check": Card(
        _("Questions before you ask"),
        frozenset({"public.pre_check", "public.pre_check_answer"}),
    ),
    "plan": Card(
        _("Plan the way"), frozenset({"public.plan_page", "public.plan_records"})
    ),
}
"""Pictures by name; the first stands for every other page."""


def lines(words: str) -> list[str]:
    """Break a title into lines that fit: at spaces, in Chinese between letters."""
    found: list[str] = [""]
    for part in _parts(words):
        joined = found[-1] + part
        if _width(joined.rstrip()) > ROOM and found[-1]:
            found.append(part.lstrip())
        else:
            found[-1] = joined
    return [line.strip() for line in found]


CLOSING = "，。、：；？！）》」"
"""What never begins a line."""


def _parts(words: str) -> Iterator[str]:
    held = ""
    for letter in words:
        if _is_wide(letter):
            if letter in CLOSING or not held or held.endswith(" "):
                held += letter
                continue
            yield held
            held = letter
        elif letter == " ":
            yield held + letter
            held = ""
        else:
            if held and _is_wide(held[-1]):
                yield held
                held = ""
            held += letter
    yield held


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in {"W", "F"}


def _width(words: str) -> float:
    return SIZE * sum(map(_room, words))


def _room(letter: str) -> float:
    if _is_wide(letter):
        return WIDE
    return BROAD if "\u0400" <= letter <= "\u04ff" else NARROW


def drawing(app: Flask, name: str, language: Language) -> str:
    """Return a card as SVG.

    Raises:
        KeyError: If there is no such card.
    """
    card = CARDS[name]
    asked = {locale.MARK: language.value}
    with app.test_request_context("/", environ_overrides=asked):
        return render_template(
            "public/card.svg",
            lines=lines(str(card.title)),
            width=WIDTH,
            height=HEIGHT,
            size=SIZE,
        )


def file_name(name: str, language: Language) -> str:
    """Return the name of a card's file, inside its folder."""
    return f"{name}.{language.value}.png"


def digests(app: Flask) -> dict[str, str]:
    """Return the digest of each drawing, as it would be made now, by file."""
    return {
        file_name(name, language): hashlib.sha256(
            drawing(app, name, language).encode()
        ).hexdigest()
        for name in CARDS
        for language in Language
    }


def recorded(folder: Path) -> dict[str, str]:
    """Return the digest of each drawing that the files were made from.

    Args:
        folder: With the cards.
    """
    pairs = (
        line.split() for line in (folder / DIGESTS).read_text("utf-8").splitlines()
    )
    return {name: digest for digest, name in pairs}
