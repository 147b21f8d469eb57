"""Moderators edit words, and see what queries would mean before they save."""

from __future__ import annotations

import pytest

from directory.cli.seed import load_seed
from directory.core.actor import system
from directory.core.config import Settings
from directory.core.work import Work
from directory.search.actions import keep_unanswered
from directory.vocabulary.queries import edited, terms
from directory.web.moderation import spellings
from tests.conftest import NOW
from tests.web.moderation.people import moderator

TERM = "/en/moderation/vocabulary/city/guangzhou"


@pytest.fixture
def me(desk):
    return moderator(desk)


def guangzhou(desk):
    with desk.session() as session:
        return next(
            t for t in terms(session) if (t.kind, t.key) == ("city", "guangzhou")
        )


def typed(page, **more):
    """Return the form as it is shown, with some of it typed anew."""
    areas = {
        each.get("name", ""): (each.text or "").removeprefix("\n")
        for each in page.all("textarea")
    }
    labels = {name: page.value(name) for name in LABELS}
    return {"was": page.value("was"), **areas, **labels, **more}


LABELS = ("label_en", "label_zh", "label_ru", "label_ar")


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_terms_are_found_by_any_spelling(me, language):
    page = me.open(f"/{language}/moderation/vocabulary?q=羊城&kind=city")

    assert any("/vocabulary/city/guangzhou" in link for link in page.links())


def test_every_term_can_be_opened_and_is_the_same_when_saved(desk):
    with desk.session() as session:
        for term in terms(session):
            found, flaws = spellings.read(spellings.written(term.synonyms))
            assert (found, flaws) == (term.synonyms, ()), term.key


def test_a_preview_shows_both_readings_and_saves_nothing(desk, me):
    page = me.open(TERM)
    lines = typed(page)["synonyms"] + "\nPearl Metropolis | en"

    seen = me.post(
        TERM,
        typed(
            page, synonyms=lines, samples="Pearl Metropolis icu\nBeijing", do="preview"
        ),
    )

    tags = ["".join(tag.itertext()) for tag in seen.by_class("tag")]
    assert tags == ["changes", "stays"]
    assert "Pearl Metropolis" not in [s.text for s in guangzhou(desk).synonyms]


def test_a_saved_spelling_is_a_persons_own(desk, me):
    page = me.open(TERM)
    lines = typed(page)["synonyms"] + "\nPearl Metropolis | en | nickname | whole"

    answer = me.send(TERM, typed(page, synonyms=lines, do="save"))

    last = guangzhou(desk).synonyms[-1]
    assert answer.status_code == 303
    assert (last.text, last.form, last.whole) == ("Pearl Metropolis", "nickname", True)
    with desk.session() as session:
        assert edited(session) == {"city:guangzhou"}
    assert "edited here" in me.open(TERM).text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Peking | en", "city:beijing"),
        ("no language", "Line"),
        ("words | xx", "cannot be read"),
        ("words | en | poem", "cannot be read"),
        ("words | en | name | loud", "cannot be read"),
        ("!!! | en", "Nothing is left"),
        ("Guangzhou | en\nGuangzhou | en", "stands twice"),
    ],
)
def test_what_does_not_fit_is_named(desk, me, line, said):
    page = me.open(TERM)
    before = guangzhou(desk)
    lines = typed(page)["synonyms"] + f"\n{line}"

    refused = me.post(TERM, typed(page, synonyms=lines, do="save"), status=422)

    assert said in refused.text
    assert line.splitlines()[0] in refused.text
    assert guangzhou(desk) == before


def test_a_spelling_may_mean_both_if_it_says_so(desk, me):
    page = me.open(TERM)
    lines = typed(page)["synonyms"] + "\nPeking | en | name | also"

    answer = me.send(TERM, typed(page, synonyms=lines, do="save"))

    assert answer.status_code == 303


def test_two_editors_at_once_do_not_overwrite_each_other(desk, me):
    old = me.open(TERM)
    other = moderator(desk)
    other.send(TERM, typed(other.open(TERM), caution="Theirs.", do="save"))

    refused = me.post(TERM, typed(old, caution="Mine.", do="save"), status=409)

    assert "Mine." in refused.text
    assert guangzhou(desk).caution == "Theirs."


def test_a_term_needs_a_label(desk, me):
    page = me.open(TERM)

    refused = me.post(
        TERM, typed(page, do="save", **dict.fromkeys(LABELS, "")), status=422
    )

    assert "Give a label in one language at least" in refused.text


@pytest.mark.parametrize("name", ["city/atlantis", "poem/beijing"])
def test_what_is_no_term_is_not_found(me, name):
    assert me.client.get(f"/en/moderation/vocabulary/{name}").status_code == 404


def test_what_found_nothing_leads_to_a_term(desk, me):
    with desk.tools.sessions.begin() as session:
        keep_unanswered(
            Work(session, system("test"), NOW), {"<b>pearl</b> river": 3, "жемчуг": 1}
        )

    page = me.open("/en/moderation/unanswered")
    found = me.open(page.link("Make a synonym of it: <b>pearl</b> river"))
    term = me.open(f"{TERM}?sample=жемчуг")

    assert "<b>pearl</b> river" in page.text
    assert "<b>pearl</b> river" in found.text
    assert "жемчуг | ru" in typed(term)["synonyms"]


def test_the_seeds_leave_alone_what_a_person_edited(desk, me):
    me.send(TERM, typed(me.open(TERM), caution="Mine.", do="save"))

    with desk.tools.sessions.begin() as session:
        report = load_seed(Settings.folder("seed"), Work(session, system("seed"), NOW))

    assert (report.changed, report.left) == (0, 1)
    assert guangzhou(desk).caution == "Mine."
