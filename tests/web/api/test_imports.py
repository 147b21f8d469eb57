"""Sheets by a token: the same report, the same limits, the same review."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from directory.core.actor import Role
from directory.exports.imports import CSV, XLSX, Import
from directory.submissions.model import ImportRun, Submission
from tests.submissions.sheets import PAGE, text, workbook
from tests.web.desk import desk

__all__ = ["desk"]

SLUG = "nanfang-hospital"
FACT = (SLUG, "website", "https://hospital.example.org/new", PAGE, "2026-03", "")
IMPORTS = "/api/v1/imports"


def token(browser, scope: str = "listing.import") -> str:
    form = {"name": "Invented program", "scopes": scope, "days": "30"}
    page = browser.post("/en/account/tokens/new", form)
    return str(page.by_class("secret")[0].text)


@pytest.fixture
def office(desk):
    return desk.keeper(SLUG)


@pytest.fixture
def secret(office):
    return token(office)


def send(desk, secret, body=None, path=IMPORTS, kind=CSV, **headers):
    if secret:
        headers["Authorization"] = f"Bearer {secret}"
    return desk.app.test_client().post(
        path, data=body, content_type=kind, headers=headers
    )


def count(desk, table=Submission) -> int:
    with desk.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_sheet_is_read_and_then_confirmed(desk, secret):
    read = send(desk, secret, text([FACT]))

    assert read.status_code == 200
    answer = Import.model_validate(read.json)
    assert (answer.state, answer.can_be_confirmed, answer.rows) == ("checked", True, 1)
    assert [(one.center, one.field) for one in answer.changes] == [(SLUG, "website")]
    assert read.headers["Cache-Control"] == "no-store"
    assert count(desk) == 0

    path = f"{IMPORTS}/{answer.id}/confirm"
    first, second = send(desk, secret, path=path), send(desk, secret, path=path)

    done = Import.model_validate(first.json)
    assert (done.state, done.can_be_confirmed) == ("confirmed", False)
    assert done.centers[0].submission is not None
    assert first.json == second.json
    assert count(desk) == 1


def test_a_workbook_is_told_by_its_content(desk, secret):
    answer = send(desk, secret, workbook([FACT]), kind=XLSX)

    assert (answer.json["format"], answer.json["changes_total"]) == ("xlsx", 1)


def test_errors_name_their_cells_in_the_language_asked_for(desk, secret):
    body = text([(SLUG, "icus", "yes"), FACT])
    answer = send(desk, secret, body, f"{IMPORTS}?lang=en&name=f.csv")

    (error,) = answer.json["errors"]
    assert (error["problem"], error["row"], error["column"]) == (
        "field-unknown",
        2,
        "B",
    )
    assert error["detail"] == "This field is not known"
    assert "icu" in error["allowed"]
    refused = send(desk, secret, path=f"{IMPORTS}/{answer.json['id']}/confirm")
    assert refused.status_code == 409
    assert refused.json["code"] == "import.not-clean"
    assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize("path", [IMPORTS, f"{IMPORTS}/{'0' * 32}/confirm"])
def test_nothing_is_read_without_a_token_that_may(desk, office, path):
    for shown, status, code in (
        (None, 401, "api.unauthenticated"),
        ("ctd_" + "A" * 43, 401, "api.unauthenticated"),
        (token(office, "listing.recheck"), 403, "directory.refused"),
    ):
        answer = send(desk, shown, text([FACT]), path)

        assert (answer.status_code, answer.json["code"]) == (status, code)
    assert count(desk, ImportRun) == 0


def test_a_browser_that_signed_in_is_nobody_here(desk, office):
    answer = office.client.post(IMPORTS, data=text([FACT]), content_type=CSV)

    assert answer.status_code == 401


def test_a_token_opens_only_what_its_maker_read(desk, secret):
    run = send(desk, secret, text([FACT])).json["id"]
    stranger = token(desk.keeper("ruijin-hospital"))
    answer = send(desk, stranger, path=f"{IMPORTS}/{run}/confirm")

    assert answer.status_code == 404
    assert count(desk) == 0


def test_a_token_of_a_hospital_changes_no_other(desk):
    stranger = token(desk.keeper("ruijin-hospital"))
    (error,) = send(desk, stranger, text([FACT])).json["errors"]

    assert (error["problem"], error["allowed"]) == (
        "center-not-yours",
        ["ruijin-hospital"],
    )


@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [
        (f"{IMPORTS}?dry=yes", CSV, 400),
        (f"{IMPORTS}?lang=xx", CSV, 400),
        (IMPORTS, "multipart/form-data; boundary=x", 415),
        (IMPORTS, "application/json", 415),
    ],
)
def test_what_is_not_asked_for_is_refused(desk, secret, path, kind, status):
    answer = send(desk, secret, text([FACT]), path, kind)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert count(desk, ImportRun) == 0


def test_a_request_far_too_large_is_not_read(desk, secret):
    answer = send(desk, secret, b"x" * (33 * 1024 * 1024))

    assert answer.status_code == 413
    assert count(desk, ImportRun) == 0


def test_a_moderator_may_import_by_a_token(desk):
    secret = token(desk.sit(Role.MODERATOR))

    assert send(desk, secret, text([FACT])).json["can_be_confirmed"]


def test_another_site_cannot_send_a_sheet_from_a_browser(desk, secret):
    answer = send(desk, secret, text([FACT]), **{"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
