"""From a letter to the mail: words in the reader's language, as text and HTML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.support import NullTranslations, Translations
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    select_autoescape,
)

from directory.core.config import Settings
from directory.core.days import written
from directory.core.text import Language
from directory.jobs.letters.letter import Fact, Letter
from directory.outbox.ports import Mail

CATALOGS = Path(__file__).resolve().parents[2] / "translations"

LONGEST_FACT = 200
"""Characters of a name in a letter; the rest of a longer one is left out."""

LONGEST_SUBJECT = 150
"""Characters: what comes after is cut by every reader of mail."""


LONGEST_NAME = 80
"""Characters of a person's name in a greeting."""

LIKE_AN_ADDRESS = re.compile(r"[/:@]|\w\.\w{2}")
"""What mail programs might make a link of."""

BLANK = re.compile(r"\n\s*\n")
"""What templates leave between paragraphs."""


class LinkElsewhereError(ValueError):
    """A letter leads to another place than the directory."""


def render(
    letter: Letter, *, name: str, base_url: str, now: datetime, words: Path
) -> Mail:
    """Return the mail of a letter.

    Args:
        letter: What to say.
        name: See :class:`directory.outbox.ports.Mail`.
        base_url: Public address, to which the letter's link must lead.
        now: When it is written.
        words: Folder that holds ``mail/`` with the templates.

    Raises:
        LinkElsewhereError: If it does not.
        jinja2.TemplateError: If a template lacks a fact.
    """
    if not letter.link.startswith(f"{base_url}/"):
        raise LinkElsewhereError(letter.template)
    environment = speaking(letter.language, words)
    known: dict[str, object] = {
        **{key: _legible(value) for key, value in letter.facts.items()},
        "addressee": greeted(letter.addressee),
        "host": urlsplit(base_url).netloc,
        "link": letter.link,
        "language": letter.language,
    }

    def part(kind: str) -> str:
        return environment.get_template(f"mail/{letter.template}.{kind}").render(known)

    known["subject"] = one_line(part("subject"), LONGEST_SUBJECT)
    return Mail(
        name=name,
        to=letter.to,
        addressee=greeted(letter.addressee),
        language=letter.language,
        subject=str(known["subject"]),
        text=BLANK.sub("\n\n", part("txt")).strip() + "\n",
        html=part("html").strip() + "\n",
        at=now,
    )


def one_line(words: str, longest: int = LONGEST_FACT) -> str:
    """Return words without line breaks and what is not seen, and not too long.

    People choose names of organizations and their own; in a letter they must not
    look like lines of ours.
    """
    seen = "".join(
        " " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char
        for char in words
        if unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"}
    )
    line = " ".join(seen.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def greeted(name: str) -> str:
    """Return a name for the greeting, or nothing if it is no name.

    Anybody may open an account for an address of somebody else, who then gets a
    letter from us: it must not carry an invitation to another site.
    """
    line = one_line(name, LONGEST_NAME)
    return "" if LIKE_AN_ADDRESS.search(line) else line


def _legible(fact: Fact) -> Fact:
    return one_line(fact) if isinstance(fact, str) else fact


@cache
def speaking(language: Language, words: Path) -> Environment:
    """Return the environment of letters in a language.

    Frames of letters are found in the program's own templates in any case.
    """
    environment = Environment(
        loader=FileSystemLoader([words, Settings.folder("templates")]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        catalog(language), newstyle=True
    )
    environment.filters.update(_bound(language))
    return environment


def catalog(language: Language) -> NullTranslations:
    """Return the translations of a language; English is what is written."""
    return Translations.load(CATALOGS, [language.value])


def _bound(language: Language) -> Mapping[str, Callable[..., Any]]:
    def day(value: date) -> str:
        return written(value, language)

    return {"day": day}
