"""Every letter, in every language: whole, on its own, and discreet."""

from __future__ import annotations

import re
from datetime import date

import pytest

from directory.core.config import Settings
from directory.core.text import Language
from directory.jobs.letters.letter import Fact, Letter
from directory.jobs.letters.registry import WRITERS
from directory.jobs.letters.rendering import render
from directory.outbox.ports import Mail
from tests.conftest import NOW
from tests.house.sources import PACKAGE
from tests.jobs.posting import BASE

TEMPLATES = Settings.folder("templates")
FRAMES = {"letter"}
NAMES = sorted({path.stem for path in (TEMPLATES / "mail").iterdir()} - FRAMES)

FACTS: dict[str, Fact] = {
    "browser": "Invented browser",
    "center": "Invented Hospital",
    "count": 3,
    "day": date(2026, 12, 1),
    "inviter": "Invented Person",
    "listing": "Invented Hospital",
    "office": "Invented Office",
    "reference": "C-2026-017",
    "role": "editor",
    "since": date(2026, 11, 1),
    "time": "08:00",
    "until": date(2026, 12, 1),
    "what": "password",
}
"""Every name that letters know, with something to show. A new one is added here."""

MEDICAL = re.compile(
    r"CAR-?T|cancer|tumou?r|leuk|lymphoma|myeloma|oncolog|patient|diagnos|therap"
    r"|treatment|癌|瘤|白血病|患者|病人|治疗|诊断|疗法|疾病"
    r"|рак\b|опухол|лейк|лимфом|миелом|онкол|пациент|диагноз|терап|лечени|болезн"
    r"|سرطان|ورم|لوكيميا|لمفوم|مريض|مرضى|علاج|تشخيص",
    re.IGNORECASE,
)
"""What nobody who looks over a shoulder should read in a mailbox."""

ADDRESS = re.compile(r"\b(?:https?:)?//[^\s\"'<>]+", re.IGNORECASE)
TAKES = re.compile(
    r"<(?:img|script|link|iframe|object|style)\b|\bsrc\s*=", re.IGNORECASE
)


def mail(name: str, language: Language, **facts: Fact) -> Mail:
    letter = Letter(
        template=name,
        to="reader@example.org",
        language=language,
        link=f"{BASE}/{language.value}/somewhere",
        facts=FACTS | facts,
        addressee="Invented Reader",
    )
    return render(letter, name="n", base_url=BASE, now=NOW, words=TEMPLATES)


@pytest.fixture(params=[language.value for language in Language])
def language(request):
    return Language(request.param)


def test_every_letter_has_its_three_parts():
    found = {path.name for path in (TEMPLATES / "mail").iterdir()}

    assert NAMES
    assert found == {
        f"{frame}.{kind}" for frame in FRAMES for kind in ("txt", "html")
    } | {f"{name}.{kind}" for name in NAMES for kind in ("subject", "txt", "html")}


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_whole_in_every_language(name, language):
    made = mail(name, language)

    assert made.subject
    assert len(made.subject.splitlines()) == 1
    assert made.text.count(f"{BASE}/{language.value}/somewhere") == 1
    assert made.html.count(f'href="{BASE}/{language.value}/somewhere"') == 1
    direction = "rtl" if language.is_right_to_left else "ltr"
    assert f'<html lang="{language.tag}" dir="{direction}">' in made.html
    for part in (made.subject, made.text, made.html):
        assert "%(" not in part
        assert "{{" not in part


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_has_words_for_its_button_and_says_why_it_comes(name):
    made = mail(name, Language.EN)
    before, _, after = made.text.partition(f"{BASE}/en/somewhere")

    assert len(before.strip().splitlines()[-1]) >= 4
    why = after.split("--\n", 1)[1].strip().splitlines()[0]
    assert why.endswith(".")
    assert "written by a program" not in why


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_says_nothing_medical(name, language):
    made = mail(name, language)

    for part in (made.subject, made.text, made.html):
        assert MEDICAL.findall(part) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_leads_nowhere_else_and_takes_nothing_from_elsewhere(name, language):
    made = mail(name, language)

    for part in (made.text, made.html):
        assert set(ADDRESS.findall(part)) == {f"{BASE}/{language.value}/somewhere"}
    assert TAKES.findall(made.html) == []


@pytest.mark.parametrize("name", NAMES)
def test_text_and_html_say_the_same(name, language):
    made = mail(name, language)
    plain = re.sub(r"<[^>]+>", " ", made.html.split("<body>")[1])
    for sign, char in (("&amp;", "&"), ("&#39;", "'"), ("&#34;", '"')):
        plain = plain.replace(sign, char)

    said = set(re.findall(r"\w+", made.text))
    assert said - set(re.findall(r"\w+", plain)) == set()


@pytest.mark.parametrize(
    "words", ["CAR-T", "your therapy", "淋巴瘤患者", "лечение", "علاج"]
)
def test_a_medical_word_would_be_found(words):
    assert MEDICAL.search(words)


def test_every_letter_that_is_promised_can_be_written():
    """What has no writer is never claimed, and waits for ever."""
    promised = {
        kind
        for path in PACKAGE.rglob("*.py")
        if "jobs" not in path.parts
        for kind in re.findall(r"\"(mail\.[a-z-]+)\"", path.read_text())
    } - NOT_KINDS

    assert promised - set(WRITERS) == set()
    assert set(WRITERS) - promised == set()


NOT_KINDS = {
    "mail.delayed",  # codes of errors and events of logs
    "mail.refused",
    "mail.stays-here",
    "mail.written",
    "mail.retry",
    "mail.read-state",
}
