"""One queue for all that waits, the most risky first."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from directory.core.actor import system
from directory.core.text import Language
from directory.core.work import Work
from directory.listings.rules.document import Kind
from directory.submissions.actions.corrections import Wrong, send_correction
from tests.conftest import NOW
from tests.web.desk import Desk
from tests.web.moderation.people import handed_in, moderator

QUEUE = "/en/moderation/"


@pytest.fixture
def me(desk):
    return moderator(desk)


def correct(desk: Desk, field: str = "capability.icu") -> str:
    with desk.tools.sessions.begin() as session:
        return send_correction(
            Work(session, system("test"), NOW),
            None,
            Wrong(
                kind=Kind.CENTER,
                slug="willow-hospital",
                version=1,
                field=field,
                words="It has twelve beds.",
                source_url="https://example.org/beds",
                email=None,
                language=Language.EN,
            ),
        )


def names(page) -> list[str]:
    return [
        "".join(next(th.iter("a")).itertext()) for th in page.all("th", scope="row")
    ]


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_all_that_waits_stands_in_one_queue(desk, me, language):
    handed_in(desk)
    correct(desk)

    page = me.open(f"/{language}/moderation/?sort=age")

    kinds = list(page.all("td"))
    assert len(kinds) == 4 * (9 + 2)


def test_filters_narrow_it(desk, me):
    handed_in(desk)
    reference = correct(desk)

    only = me.open(f"{QUEUE}?kind=correction")

    assert f"/en/moderation/corrections/{reference}" in only.links()
    assert len(names(only)) == 1
    assert names(me.open(f"{QUEUE}?city=tianjin&kind=submission")) == []
    assert names(me.open(f"{QUEUE}?kind=nothing&city=atlantis&page=-1&sort=x"))


def test_what_is_more_risky_comes_first(desk, me):
    handed_in(desk)
    correct(desk)
    correct(desk, "trial.1")

    page = me.open(QUEUE)

    risks = [td.text or "" for td in page.by_class("tag")]
    order = {"high": 0, "middle": 1, "low": 2}
    found = [order[word] for word in risks if word in order]
    assert found == sorted(found)


def test_the_next_one_is_the_first_of_the_queue(desk, me):
    id_ = handed_in(desk, findings=("aliases",) * 5)

    response = me.client.get("/en/moderation/next?kind=submission")

    assert response.status_code == 303
    assert response.headers["Location"] == f"/en/moderation/submissions/{id_}"


def test_an_empty_queue_has_no_next(desk, me):
    response = me.client.get("/en/moderation/next?kind=claim")

    assert response.headers["Location"] == "/en/moderation/"


def test_the_queue_can_be_kept_as_a_table(desk, me):
    handed_in(desk)

    response = me.client.get("/en/moderation/queue.csv?kind=submission")

    rows = list(csv.reader(StringIO(response.get_data(as_text=True).lstrip("\ufeff"))))
    assert response.headers["Content-Disposition"] == 'attachment; filename="queue.csv"'
    assert [row[0] for row in rows] == ["Kind", "Submission"]
