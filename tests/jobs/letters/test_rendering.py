"""Letters become mail: in the reader's language, whole, and with nothing slipped in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from jinja2 import UndefinedError

from directory.core.text import Language
from directory.jobs.letters.letter import Letter
from directory.jobs.letters.rendering import LinkElsewhereError, one_line, render
from tests.conftest import NOW
from tests.jobs.posting import BASE, write_words

LETTER = Letter(
    template="invented",
    to="reader@example.org",
    language=Language.EN,
    link=f"{BASE}/somewhere?a=1&b=2",
    facts={"office": "Invented Hospital", "until": date(2026, 12, 1)},
    addressee="Invented Reader",
)


@pytest.fixture
def written(tmp_path):
    """Return what makes mail of the invented letter, changed as is asked."""
    words = write_words(tmp_path)

    def write(base_url: str = BASE, **changes):
        letter = replace(LETTER, **changes)
        return render(letter, name="n", base_url=base_url, now=NOW, words=words)

    return write


def test_text_and_html_say_the_same_and_carry_the_link_whole(written):
    mail = written()

    assert mail.subject == "Hello, Invented Hospital"
    for part in (mail.text, mail.html):
        assert "Dear Invented Reader," in part
        assert "Invented Hospital – December 1, 2026" in part
        assert "Go on" in part
        assert "You asked." in part
        assert "directory.example.org" in part
    assert f"\n{LETTER.link}\n" in mail.text
    assert mail.html.count("https://directory.example.org/somewhere?a=1&amp;b=2") == 2
    assert "\n\n\n" not in mail.text


def test_a_reader_without_a_name_is_greeted_nevertheless(written):
    assert written(addressee="").text.startswith("Hello,\n\n")


def test_names_cannot_bring_markup_or_lines_of_their_own(written):
    mail = written(
        facts={
            "office": "A<b>&\r\nBcc: x@example.org\n\nPay\u2028here\u202e" + "y" * 500,
            "until": date(2026, 12, 1),
        }
    )

    assert "A&lt;b&gt;&amp; Bcc: x@example.org Pay here" in mail.html
    assert "A<b>& Bcc: x@example.org Pay here" in mail.text
    assert len(mail.subject) == 150
    assert mail.subject.endswith("…")
    assert not set("\r\n\u2028\u202e") & set(mail.subject)
    assert max(map(len, mail.text.splitlines())) < 300


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Anna-Maria O'Neil", "Anna-Maria O'Neil"),
        ("J. R. Smith", "J. R. Smith"),
        ("J.R. Smith", "J.R. Smith"),
        ("王芳", "王芳"),
        ("Win at evil.example", ""),
        ("https://evil.example", ""),
        ("call me: now", ""),
        ("me@evil.example", ""),
        ("x" * 100, "x" * 79 + "…"),
    ],
)
def test_a_greeting_carries_a_name_and_no_address(written, name, said):
    mail = written(addressee=name)

    assert mail.addressee == said
    assert mail.text.startswith(f"Dear {said}," if said else "Hello,")
    assert "evil" not in mail.html


def test_a_link_leads_to_the_directory_or_nothing_is_written(written):
    for link in (
        "https://elsewhere.example.org/a",
        f"{BASE}.evil.example.org/a",
        "/somewhere",
    ):
        with pytest.raises(LinkElsewhereError):
            written(link=link)


def test_a_fact_that_nobody_gave_is_not_passed_over(written):
    with pytest.raises(UndefinedError, match="office"):
        written(facts={"until": date(2026, 12, 1)})


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("one line", "one line"),
        (" a\tb\r\nc ", "a b c"),
        ("a\x00b\x1b[31m", "a b [31m"),
        ("a\u200b\u202eb", "ab"),
        ("王芳", "王芳"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_words_of_people_are_one_line(words, line):
    assert one_line(words) == line
