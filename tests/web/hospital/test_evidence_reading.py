"""Files are given to those who may have them, and to nobody else."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest
from sqlalchemy import select

from directory.core.actor import Role
from directory.submissions.model import Submission
from directory.web.downloads import POLICY, disposition
from tests.adapters.handed_in import GOOD_PNG, NAMES
from tests.adapters.handed_in_pdf import pdf, with_scripts
from tests.web.hospital.handing_in import (
    SLUG,
    address,
    check,
    draft_of,
    file_of,
    readings,
    rows,
    send,
    store_of,
)


@pytest.fixture
def office(desk):
    return desk.keeper(SLUG)


@pytest.fixture
def draft(desk, office):
    return draft_of(desk, office)


@pytest.fixture
def store(desk):
    return store_of(desk)


def test_a_file_is_added_checked_and_given_back_clean(desk, office, draft, store):
    answer = send(office, draft, with_scripts(), "证书 2026.pdf")
    assert answer.status_code == 303

    waiting = office.open(address(draft))
    assert "being checked" in waiting.text
    assert "证书 2026.pdf" in waiting.text
    assert "Download" not in waiting.text
    check(desk)
    page = office.open(address(draft))
    assert "accepted" in page.text
    (link,) = [href for href in page.links() if "/evidence/" in href and "file" in href]
    assert readings(desk) == 0
    found = office.client.get(link)

    assert found.status_code == 200
    assert found.data.startswith(b"%PDF-")
    assert b"zq-script" not in found.data
    assert int(found.headers["Content-Length"]) == len(found.data)
    assert found.headers["Content-Type"] == "application/pdf"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Content-Security-Policy"] == POLICY
    assert found.headers["Cache-Control"] == "no-store"
    assert found.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    disposition_ = found.headers["Content-Disposition"]
    assert disposition_.startswith("attachment;")
    assert f"filename*=UTF-8''{quote('证书 2026.pdf')}" in disposition_
    assert readings(desk) == 1
    assert all(b"zq-kept" not in sealed for sealed, _ in store.objects.values())


def test_a_store_that_is_away_gives_nothing_and_says_so(desk, office, draft, store):
    send(office, draft, pdf())
    check(desk)
    store.is_away = True

    answer = office.client.get(file_of(desk))

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"


@pytest.mark.parametrize("loss", ["gone", "changed"])
def test_what_the_store_lost_is_not_given_out(desk, office, draft, store, loss):
    send(office, draft, pdf())
    check(desk)
    ((key, (sealed, at)),) = store.objects.items()
    if loss == "gone":
        store.objects.clear()
    else:
        store.objects[key] = (sealed[:100] + b"\0" + sealed[101:], at)

    assert office.client.get(file_of(desk)).status_code == 503


def test_before_it_is_checked_a_file_is_given_to_nobody(desk, office, draft):
    send(office, draft, pdf())

    assert office.client.get(file_of(desk)).status_code == 409
    assert readings(desk) == 0


def test_others_learn_of_nothing(desk, office, draft):
    send(office, draft, pdf())
    check(desk)
    piece = rows(desk)[0].public_id
    stranger = desk.sit(Role.HOSPITAL_EDITOR)
    own = draft_of(desk, stranger)
    token = stranger.open(address(own)).value("csrf_token")

    for path in (
        file_of(desk),
        address(draft),
        f"{address(draft)}/{piece}/remove",
        f"{address(own)}/{piece}/remove",
    ):
        assert stranger.client.get(path).status_code == 404
    for path, data in (
        (address(draft), {"file": (io.BytesIO(pdf()), "a.pdf")}),
        (f"{address(draft)}/links", {"url": "https://example.org/"}),
        (f"{address(draft)}/{piece}/remove", {}),
        (f"{address(own)}/{piece}/remove", {}),
    ):
        answer = stranger.client.post(path, data={"csrf_token": token, **data})
        assert answer.status_code == 404
    assert len(rows(desk)) == 1
    assert readings(desk) == 0
    passer_by = desk.passer_by().client.get(file_of(desk))
    assert passer_by.status_code == 303


def test_moderators_read_what_was_handed_in_and_no_draft(desk, office, draft):
    send(office, draft, pdf())
    check(desk)
    moderator = desk.sit(Role.MODERATOR)
    path = file_of(desk, "moderation")
    assert moderator.client.get(path).status_code == 404

    with desk.tools.sessions.begin() as session:
        row = session.scalars(
            select(Submission).where(Submission.public_id == draft)
        ).one()
        row.state, row.proposed = "submitted", {}
        row.submitted_at, row.submitted_by = desk.clock.now, row.made_by

    answer = moderator.client.get(path)
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert readings(desk) == 1
    assert office.client.get(path).status_code in {303, 403}


def test_a_file_is_taken_away_after_one_question(desk, office, draft, store):
    send(office, draft, pdf())
    check(desk)
    piece = rows(desk)[0].public_id
    path = f"{address(draft)}/{piece}/remove"
    assert "cannot be brought back" in office.open(path).text
    assert rows(desk)[0].removed_at is None

    assert office.send(path).status_code == 303

    assert "Nothing was added yet" in office.open(address(draft)).text
    check(desk)
    assert store.objects == {}
    assert office.client.get(file_of(desk)).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_given_and_none_acts(desk, office, draft, store, name):
    answer = send(office, draft, GOOD_PNG, name.replace("\ud800", "?") or "x")

    if answer.status_code == 422:
        # Nothing was left of the name on its way; a browser would not send it.
        assert rows(desk) == []
        return
    assert answer.status_code == 303
    (row,) = rows(desk)
    assert row.name is not None
    assert "/" not in row.name
    assert row.name.endswith((".png", ".PNG"))
    assert all(key.startswith("evidence/") and len(key) == 41 for key in store.objects)
    office.open(address(draft))
    check(desk)
    header = office.client.get(file_of(desk)).headers["Content-Disposition"]
    assert header.startswith("attachment; filename=")
    assert "\n" not in header
    assert header.count('"') == 2


def test_names_are_written_as_headers_want_them():
    assert disposition("paper.pdf") == 'attachment; filename="paper.pdf"'
    assert disposition("é.pdf") == (
        "attachment; filename=\"e.pdf\"; filename*=UTF-8''%C3%A9.pdf"
    )
    assert disposition("证书.pdf").startswith('attachment; filename=".pdf"; filename*=')
