"""Administrators draft rules, read each fault, try them, and put them in force."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from directory.cases.model import RuleSet
from directory.core.actor import Role
from tests.web.inventing import invent
from tests.web.test_naughty import NAUGHTY

RULES = """{"format": 1, "note": "Only what matters",
 "rules": [
  {"name": "busy", "check": {"about": "load", "at_least": 1},
   "verdict": "avoid", "weight": 5}]}"""


@pytest.fixture
def admin(desk):
    return desk.sit(Role.ADMIN)


def press(browser, url, page, **more):
    data = {"csrf_token": page.value("csrf_token"), **more}
    return browser.client.post(url, data=data)


def draft(browser, text=RULES):
    page = browser.open("/en/admin/routing/new")
    sent = press(browser, "/en/admin/routing/new", page, text=text, seen="")
    assert sent.status_code == 303, sent.text
    return int(sent.headers["Location"].rsplit("/", 1)[1])


def states(desk):
    with desk.session() as session:
        return dict(session.query(RuleSet.version, RuleSet.state).all())


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_pages_open_in_every_language(desk, admin, language):
    invent(desk, None)
    version = draft(admin)

    for path in ("", "/new", "/1", "/2", "/2/edit", "/2/force", "/2/replay"):
        page = admin.open(f"/{language}/admin/routing{path}")
        assert page.heading
    assert version == 2


def test_a_draft_goes_in_force_and_the_old_set_is_retired(desk, admin):
    version = draft(admin)
    page = admin.open(f"/en/admin/routing/{version}/force")

    sent = press(
        admin, f"/en/admin/routing/{version}/force", page, seen=page.value("seen")
    )

    assert sent.status_code == 303
    assert states(desk) == {1: "retired", 2: "in-force"}
    shown = admin.open(f"/en/admin/routing/{version}")
    assert "These rules decide from now on" in shown.text


def test_putting_in_force_asks_for_proof_anew(desk, admin):
    version = draft(admin)
    desk.clock.move(minutes=20)

    sent = admin.client.get(f"/en/admin/routing/{version}/force")

    assert sent.status_code == 303
    assert "/account/prove" in sent.headers["Location"]
    assert states(desk)[1] == "in-force"


def test_each_fault_is_said_and_the_text_stays(desk, admin):
    wrong = RULES.replace('"load"', '"price"').replace('"weight"', '"heaviness"')

    answer = admin.post("/en/admin/routing/new", {"text": wrong}, 422)

    assert "line 3, rule 'busy' (1), check.about: expected one of" in answer.text
    assert "heaviness" in answer.text
    assert answer.title.startswith("Error:")
    assert states(desk) == {1: "in-force"}


@pytest.mark.parametrize("naughty", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_typed_gets_an_answer(desk, admin, naughty):
    admin.post("/en/admin/routing/new", {"text": naughty}, 422)

    assert states(desk) == {1: "in-force"}


def test_two_who_change_a_draft_do_not_overwrite_each_other(desk, admin):
    version = draft(admin)
    url = f"/en/admin/routing/{version}/edit"
    other = desk.sit(Role.ADMIN)
    seen = admin.open(url).value("seen")
    first = other.send(url, {"text": RULES.replace("5}", "6}"), "seen": seen})
    mine = {"text": RULES.replace("5}", "7}"), "seen": seen}
    answer = admin.post(url, mine, 422)

    assert first.status_code == 303
    assert "Somebody changed this draft" in answer.text
    assert "7}" in answer.text
    again = press(admin, url, answer, **(mine | {"seen": answer.value("seen")}))
    assert again.status_code == 303


def test_a_set_in_force_has_no_form(admin):
    assert admin.client.get("/en/admin/routing/1/edit").status_code == 409
    assert admin.client.get("/en/admin/routing/1/force").status_code == 409


@pytest.mark.parametrize("number", ["0", "99", "99999999999999999999", "x"])
def test_there_is_no_other_set(admin, number):
    assert admin.client.get(f"/en/admin/routing/{number}").status_code == 404


def test_a_draft_is_given_up(desk, admin):
    version = draft(admin)
    page = admin.open(f"/en/admin/routing/{version}")

    sent = press(
        admin, f"/en/admin/routing/{version}/discard", page, seen=page.value("seen")
    )

    assert sent.status_code == 303
    assert states(desk) == {1: "in-force", 2: "retired"}


def test_a_replay_shows_sums_and_cases_by_reference_alone(desk, admin):
    references = [invent(desk, None, seed) for seed in range(1, 4)]
    version = draft(admin)

    page = admin.open(f"/en/admin/routing/{version}/replay?days=2")

    assert "Cases33" in page.text
    assert any(reference in page.text for reference in references)
    assert "Invented for demonstration." not in page.text


def test_a_replay_is_taken_along_as_csv(desk, admin):
    references = {invent(desk, None, seed) for seed in range(1, 4)}
    version = draft(admin)
    page = admin.open(f"/en/admin/routing/{version}/replay")

    sent = press(admin, f"/en/admin/routing/{version}/replay/export", page)

    rows = list(csv.reader(StringIO(sent.text.removeprefix("\ufeff"))))
    assert rows[0] == ["case", "before", "after", "kept", "keeps", "entered", "left"]
    assert {each[0] for each in rows[1:]} == references


@pytest.mark.parametrize("days", ["0", "-1", "9" * 50, "x", ""])
def test_strange_days_are_others(admin, days):
    admin.open(f"/en/admin/routing/1/replay?days={days}")


def test_only_administrators_come_here(desk):
    for role in (Role.FACILITATOR, Role.MODERATOR):
        desk.sit(role).open("/en/admin/routing", 403)
