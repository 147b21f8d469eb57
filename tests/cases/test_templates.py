"""Words that are written again and again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from directory.cases.actions.templates import keep_template, remove_template
from directory.cases.queries.templates import message_template, message_templates
from directory.cases.rules.templates import (
    Template,
    TemplateRefusedError,
    check,
    filled,
)
from directory.core.errors import NotFoundError, RefusedError
from directory.core.text import Language
from tests.cases.owning import colleague, stranger

GREETING = Template(
    name="First answer",
    language=Language.EN,
    body="We have your inquiry {reference}.",
    other_language=Language.RU,
    other_body="Мы получили ваш запрос {reference}.",
)


def problems(template):
    with pytest.raises(TemplateRefusedError) as refused:
        check(template)
    found: list[object] = refused.value.facts["problems"]  # type: ignore[assignment]
    return found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"name": " "}, [("name", "missing")]),
        ({"name": "x" * 121}, [("name", "long")]),
        ({"body": ""}, [("body", "missing")]),
        ({"body": "x" * 4001}, [("body", "long")]),
        ({"other_body": ""}, [("other_body", "missing")]),
        ({"other_language": Language.EN}, [("other_language", "same")]),
        ({"other_language": None}, [("other_language", "missing")]),
        ({"body": "Dear {name}"}, [("body", "{name}")]),
        ({"body": "{reference.__class__}"}, [("body", "{reference.__class__}")]),
    ],
)
def test_what_cannot_be_meant_is_refused(change, found):
    assert problems(replace(GREETING, **change)) == found


def test_places_are_filled_in_and_unknown_ones_stay_open():
    words = filled("{reference}: {center} {{x}}", {"reference": "ABCD-EFGH"})

    assert words == "ABCD-EFGH: {center} {{x}}"


def test_what_is_filled_in_is_not_filled_in_again():
    assert filled("{center}", {"center": "{reference}", "reference": "no"}) == (
        "{reference}"
    )


@pytest.mark.parametrize(
    ("language", "words", "said"),
    [
        ("en", GREETING.body, "en"),
        ("ru", GREETING.other_body, "ru"),
        ("kk", f"{GREETING.body}\n\n{GREETING.other_body}", "en"),
    ],
)
def test_a_reader_gets_their_language_or_both(language, words, said):
    assert GREETING.words_in(language) == (words, said)


def test_an_organization_keeps_and_finds_its_own(people):
    name = keep_template(people.owner, GREETING)

    mate = colleague(people)
    assert message_template(mate.session, mate.actor, name).template == GREETING
    other = stranger(people)
    assert message_templates(other.session, other.actor) == ()
    for act in (
        lambda: message_template(other.session, other.actor, name),
        lambda: keep_template(other, GREETING, name=name),
        lambda: remove_template(other, name),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_it_is_written_anew_and_taken_away(people):
    name = keep_template(people.owner, GREETING)

    anew = replace(GREETING, other_language=None, other_body="")
    assert keep_template(people.owner, anew, name=name) == name

    session, actor = people.owner.session, people.owner.actor
    assert message_template(session, actor, name).template == anew
    remove_template(people.owner, name)
    assert message_templates(session, actor) == ()


def test_two_have_not_one_name(people):
    keep_template(people.owner, GREETING)

    with pytest.raises(TemplateRefusedError) as refused:
        keep_template(people.owner, replace(GREETING, name=" First answer "))
    assert refused.value.facts["problems"] == [("name", "taken")]


def test_hospitals_keep_none(people):
    with pytest.raises(RefusedError):
        keep_template(people.east, GREETING)
