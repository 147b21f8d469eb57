"""No string of the interface is left out of the translations.

Pages are read in a language that nobody speaks: every sentence that was marked for
translation stands in brackets. English words outside of them are words that no
translator ever sees, unless the page says that they are English.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from directory.cli.seed_files import read
from directory.web.locale import NAMES as NAMES_OF_LANGUAGES
from tests.conftest import ROOT
from tests.web.peopled import (
    DOORS,
    ROLES,
    addresses,
    at_work,
    patient,
    peopled,
    tools_of,
)

OPEN, CLOSE = "⟦\u2068", "⟧\u2069"
"""Brackets, and the marks around a name that stands among other letters."""

ENGLISH = re.compile(r"^[^а-яёА-ЯЁ]*[A-Za-z]{3,}[^а-яёА-ЯЁ]*$|[a-z]{3,} [a-z]{3,}")
"""A line without a Russian letter, or two words within one; drugs keep their names."""

WORDS = re.compile(r"[A-Za-z]{3,}.* |[A-Z][a-z]{2}")
"""Words of the data, not its keys."""

NAMES = re.compile(
    r"CAR-T|\w+ Invented|Invented \w+|[a-z]+(?:\.[a-z-]+)+|[A-Z]{2,}\w*|https?://\S+|\S+@\S+|\S+\.(?:ics|pdf|json|csv|html?|org|test)\b"
)
"""What has Latin letters in every language: abbreviations, codes, addresses."""

SHOWN = ("aria-label", "alt", "title", "placeholder", "data-label")


def pseudo(folder: Path) -> Path:
    """Write a catalog whose every sentence is its English in brackets."""
    path = ROOT / "directory/translations/ru/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        kept = read_po(file, locale="ru")
    made = Catalog(locale="ru")
    for message in kept:
        if not message.id:
            continue
        forms = (
            [message.id]
            if isinstance(message.id, str)
            else [*message.id, message.id[1]]
        )
        said = [f"{OPEN[0]}{form}{CLOSE[0]}" for form in forms]
        made.add(
            message.id,
            said[0] if isinstance(message.id, str) else said,
            context=message.context,
        )
    target = folder / "ru" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, made)
    return folder


@pytest.fixture(scope="module")
def strange(tmp_path_factory, seeded_file) -> Iterator[Flask]:
    """Return the application, with invented people, in the language of nobody."""
    catalogs = pseudo(tmp_path_factory.mktemp("catalogs"))
    app = peopled(tmp_path_factory.mktemp("strange"), seeded_file, catalogs=catalogs)
    yield app
    tools_of(app).engine.dispose()


def data() -> re.Pattern[str]:
    """Return what finds words of the data: names and what sources say."""
    found = {
        *NAMES_OF_LANGUAGES.values(),
        "Directory office",
        "large B-cell lymphoma",
        "multiple myeloma",
        "myeloma",
        "Invented browser",
        "Invented for demonstration.",
    }

    def gather(value: object) -> None:
        if isinstance(value, str):
            found.add(" ".join(value.split()))
        elif isinstance(value, dict):
            for each in value.values():
                gather(each)
        elif isinstance(value, list):
            for each in value:
                gather(each)

    for folder in ("listings", "demo"):
        for path in (ROOT / "seed" / folder).rglob("*.yaml"):
            gather(read(path))
    return re.compile(
        "|".join(map(re.escape, sorted(filter(WORDS.search, found), key=len)[::-1]))
    )


DATA = data()


class Reader:
    """Goes through a page in its order, and counts brackets as it goes.

    Args:
        depth: How many brackets are open.
        found: English words outside of brackets, in order.
    """

    def __init__(self) -> None:
        self.depth = 0
        self.found: list[str] = []

    def read(self, element: Element, *, is_ours: bool = True) -> None:
        """Read an element; ``is_ours`` is whether it is in the page's language."""
        name = str(element.tag)
        if name in {"script", "style", "textarea", "code", "kbd"}:
            return
        if name == "bdi" or element.get("translate") == "no":
            is_ours = False
        elif element.get("lang"):
            is_ours = element.get("lang") == "ru"
        for words in [*self.attributes(element), element.text or ""]:
            self.note(words, is_ours=is_ours)
        for child in element:
            self.read(child, is_ours=is_ours)
            self.note(child.tail or "", is_ours=is_ours)

    def attributes(self, element: Element) -> Iterator[str]:
        """Yield the attributes that are read out or shown."""
        yield from (element.get(each, "") for each in SHOWN)
        if element.tag == "input" and element.get("type") in {"submit", "button"}:
            yield element.get("value", "")
        if element.tag == "meta" and element.get("name") == "description":
            yield element.get("content", "")

    def note(self, words: str, *, is_ours: bool) -> None:
        """Keep what stands outside of the brackets, unless it is a name."""
        outside = " ".join(self.outside(words).split())
        rest = NAMES.sub("", DATA.sub("", outside))
        if is_ours and ENGLISH.search(rest):
            self.found.append(outside[:90])

    def outside(self, words: str) -> str:
        """Return what stands outside of the brackets."""
        kept = []
        for letter in words:
            if letter in OPEN:
                self.depth += 1
                kept.append(" ")
            elif letter in CLOSE:
                self.depth = max(0, self.depth - 1)
            elif not self.depth:
                kept.append(letter)
        return "".join(kept)


def left_out(tree: Element) -> list[str]:
    """Return the English words of a page that stand outside of the brackets."""
    reader = Reader()
    reader.read(tree)
    return reader.found


def check(app: Flask, client: FlaskClient, *starts: str) -> int:
    """Read whatever links lead to; return how many kinds of pages there were."""
    faults: dict[str, set[str]] = defaultdict(set)
    rules = set()
    for rule, _path, body in addresses(app, client, "ru", starts):
        rules.add(rule)
        tree = html5lib.parse(body, namespaceHTMLElements=False)
        faults[rule].update(left_out(tree))
    told = {rule: sorted(found) for rule, found in faults.items() if found}
    assert told == {}
    return len(rules)


def test_nothing_is_left_out_of_what_anybody_reads(strange):
    compared = "compare?center=nanfang-hospital&center=ruijin-hospital"

    assert check(strange, strange.test_client(), "", compared) >= 25


def test_nothing_is_left_out_of_what_a_patient_reads(strange):
    assert check(strange, patient(strange), "inquiries/mine") > 5


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value)
def test_nothing_is_left_out_of_what_people_who_work_here_read(strange, role):
    assert check(strange, at_work(strange, role), *DOORS, "admin/") > 10


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (f"<p>{OPEN[0]}Ask a center{CLOSE[0]}</p>", []),
        ("<p>Ask a center</p>", ["Ask a center"]),
        (f"<p>{OPEN[0]}By <b>Nanfang</b> today{CLOSE[0]} later</p>", ["later"]),
        ("<p><bdi lang='en'>Nanfang Hospital</bdi></p>", []),
        ("<button aria-label='Close it'></button>", ["Close it"]),
        ("<p>CAR-T, NMPA, GB 123</p>", []),
    ],
)
def test_what_is_left_out_would_be_found(html, found):
    tree = html5lib.parse(
        f"<!doctype html><html lang=ru>{html}", namespaceHTMLElements=False
    )

    assert left_out(tree) == found
