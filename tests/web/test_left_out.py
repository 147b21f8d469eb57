"""No string of the interface is left out of the translations.

Pages are read in a language that nobody speaks: every sentence that was marked for
translation stands in brackets. English words outside of them are words that no
translator ever sees, unless the page says that they are English.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urldefrag, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.accounts.model import Membership, Person
from directory.cli.demo import load_demo
from directory.cli.demo_cases import invent_cases
from directory.cli.seed_files import read
from directory.core.actor import VISITOR, Role, system
from directory.core.config import Settings
from directory.core.work import Work
from directory.web.locale import NAMES as NAMES_OF_LANGUAGES
from directory.web.setup import dress
from tests.cases.people import ask
from tests.conftest import NOW, ROOT
from tests.fakes import FakeSearcher
from tests.house.authorization.asking import opened
from tests.inquiries.invented import stock
from tests.web.making import make_settings, make_tools, seeded_file
from tests.web.people import sign_in

__all__ = ["seeded_file"]

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

MOST_OF_ONE = 3
"""Pages of one route: its pages differ in data, not in words."""

ROLES = (
    Role.HOSPITAL_MANAGER,
    Role.HOSPITAL_EDITOR,
    Role.HOSPITAL_COORDINATOR,
    Role.FACILITATOR_MANAGER,
    Role.FACILITATOR,
    Role.MODERATOR,
    Role.ADMIN,
)


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
    settings = make_settings(tmp_path_factory.mktemp("strange"), seeded_file)
    tools = make_tools(settings, FakeSearcher())
    with tools.sessions.begin() as session:
        work = Work(session, system("seed"), NOW)
        load_demo(Settings.folder("seed") / "demo", work, lambda _password: "hash")
    with tools.sessions.begin() as session:
        invent_cases(Work(session, system("seed"), NOW), tools.keys, 18)
    bare = Flask("directory")
    catalogs = pseudo(tmp_path_factory.mktemp("catalogs"))
    bare.config["BABEL_TRANSLATION_DIRECTORIES"] = str(catalogs)
    yield dress(bare, tools)
    tools.engine.dispose()


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


def pages(
    app: Flask, client: FlaskClient, starts: tuple[str, ...]
) -> Iterator[tuple[str, str, Element]]:
    """Yield rule, address and tree of every kind of page that links lead to."""
    adapter = app.url_map.bind("localhost")
    waiting, seen, visits = list(starts), set(starts), defaultdict(int)
    while waiting:
        path = waiting.pop(0)
        bare = urlsplit(path).path.removeprefix("/ru") or "/"
        try:
            rule, _values = adapter.match(bare, method="GET", return_rule=True)
        except Exception:  # noqa: BLE001 (whatever leads nowhere is a test elsewhere)
            continue
        if visits[rule.rule] >= MOST_OF_ONE:
            continue
        response = client.get(path)
        html = response.mimetype == "text/html"
        body = response.get_data(as_text=True) if html else ""
        response.close()
        if response.status_code != 200 or not html:
            continue
        visits[rule.rule] += 1
        tree = html5lib.parse(body, namespaceHTMLElements=False)
        yield rule.rule, path, tree
        for link in tree.iter("a"):
            target = urldefrag(link.get("href", ""))[0]
            if target.startswith("/ru/") and target not in seen:
                seen.add(target)
                waiting.append(target)


def check(app: Flask, client: FlaskClient, *starts: str) -> int:
    """Read whatever links lead to; return how many kinds of pages there were."""
    faults: dict[str, set[str]] = defaultdict(set)
    rules = set()
    for rule, _path, tree in pages(app, client, starts):
        rules.add(rule)
        faults[rule].update(left_out(tree))
    told = {rule: sorted(found) for rule, found in faults.items() if found}
    assert told == {}
    return len(rules)


def test_nothing_is_left_out_of_what_anybody_reads(strange):
    starts = ("/ru/", "/ru/compare?center=nanfang-hospital&center=ruijin-hospital")

    assert check(strange, strange.test_client(), *starts) >= 25


def test_nothing_is_left_out_of_what_a_patient_reads(strange):
    tools = strange.extensions["directory"]
    with tools.sessions() as session:
        work = Work(session, VISITOR, NOW)
        stock(replace(work, actor=system("test")))
        _code, inquiry = ask(work, tools.keys)
        session.commit()

    assert check(strange, opened(strange, inquiry), "/ru/inquiries/mine") > 5


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value)
def test_nothing_is_left_out_of_what_people_who_work_here_read(strange, role):
    tools = strange.extensions["directory"]
    with tools.sessions() as session:
        person, office = session.execute(
            select(Membership.person_id, Membership.organization_id)
            .join(Person)
            .where(Membership.role == role.value)
            .order_by(Membership.person_id)
        ).first()
    seat = sign_in(strange, person=person, organization=office)
    starts = (
        "/hospital/",
        "/hospital/cases",
        "/facilitator/",
        "/moderation/",
        "/admin/",
    )

    there = check(
        strange, seat.client, "/ru/account/", *(f"/ru{each}" for each in starts)
    )

    assert there > 10


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
