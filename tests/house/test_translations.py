"""Every sentence can be translated, and no translation loses what it must show."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.conftest import ROOT

FOLDER = ROOT / "directory" / "translations"
LANGUAGES = ("ar", "ru", "zh")
COMPLETE = ("zh",)
"""Languages in which no sentence may be missing."""

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!%)%([sd])|\{(\w*)\}")

BARE_PERCENT = re.compile(r"%(?!%|\(\w+\)[sd])")
"""Templates format every sentence, so a percent sign of its own breaks the page."""

Key = tuple[str | None, str | tuple[str, ...]]


def strings(words: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [words] if isinstance(words, str) else list(words or ())


def placeholders(words: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(words)}


def loses(message: Message) -> bool:
    """Tell whether a translation lacks a placeholder, or has one of its own.

    A plural form may leave out the number, as in "one center", but not all may.
    """
    wanted = set().union(*map(placeholders, strings(message.id)))
    said = [placeholders(words) for words in strings(message.string) if words]
    return bool(said) and set().union(*said) != wanted


def key(message: Message) -> Key:
    words = message.id
    return message.context, tuple(words) if not isinstance(words, str) else words


def messages(catalog: Catalog) -> dict[Key, Message]:
    return {key(message): message for message in catalog if message.id}


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> set[Key]:
    """Return every sentence that pages and code say."""
    path = tmp_path_factory.mktemp("said") / "messages.pot"
    subprocess.run([ROOT / ".ci" / "catalogs", path], check=True, capture_output=True)
    return set(messages(read(path)))


@pytest.fixture(params=LANGUAGES)
def catalog(request) -> Catalog:
    path = FOLDER / request.param / "LC_MESSAGES" / "messages.po"
    catalog = read(path)
    catalog.locale = request.param
    return catalog


def test_a_catalog_has_every_sentence_and_no_other(catalog, said):
    kept = set(messages(catalog))

    assert said
    assert {"missing": said - kept, "left over": kept - said} == {
        "missing": set(),
        "left over": set(),
    }, "make catalogs brings them up to date"


def test_a_translation_keeps_its_placeholders(catalog):
    lost = [message.id for message in messages(catalog).values() if loses(message)]

    assert lost == []


def test_no_sentence_holds_a_bare_percent_sign(catalog):
    broken = [
        words
        for message in messages(catalog).values()
        for words in (*strings(message.id), *strings(message.string))
        if BARE_PERCENT.search(words.replace("%%", ""))
    ]

    assert broken == []


def test_no_translation_is_a_guess(catalog):
    assert [message.id for message in messages(catalog).values() if message.fuzzy] == []


def test_what_is_compiled_is_what_was_translated(catalog):
    compiled = io.BytesIO()
    write_mo(compiled, catalog)

    kept = FOLDER / str(catalog.locale) / "LC_MESSAGES" / "messages.mo"
    assert kept.read_bytes() == compiled.getvalue(), "make catalogs compiles them"


@pytest.mark.parametrize("language", COMPLETE)
def test_a_complete_language_lacks_no_sentence(language):
    catalog = read(FOLDER / language / "LC_MESSAGES" / "messages.po")

    missing = [
        message.id
        for message in messages(catalog).values()
        if not all(strings(message.string))
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("sentence", "translation", "lost"),
    [
        ("Ask %(name)s", "向%(name)s提问", False),
        ("Ask %(name)s", "提问", True),
        ("Ask %(name)s", "向%(center)s提问", True),
        ("Ask %(name)s", "", False),
        (("one center", "%(num)d centers"), ("%(num)d 家",), False),
        (("one center", "%(num)d centers"), ("许多", "许多"), True),
    ],
)
def test_a_lost_placeholder_would_be_found(sentence, translation, lost):
    assert loses(Message(sentence, translation)) is lost
