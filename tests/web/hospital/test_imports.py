"""A sheet is sent, looked at, corrected and confirmed; nobody else sees it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from directory.core.actor import Role
from directory.submissions.model import ImportRun, Submission
from directory.submissions.rules.sheets.report import MOST_BYTES, Problem
from directory.web.sheets import PROBLEMS, REMEDIES
from tests.browser import Browser
from tests.submissions.sheets import HEADINGS, PAGE, text, workbook

SLUG = "nanfang-hospital"
EDGE = "edge-of-a-part"
FILE_NAME = " <>=()/.!'"
START = "/en/hospital/imports"
FACT = (SLUG, "website", "https://hospital.example.org/new", PAGE, "2026-03", "")


@pytest.fixture
def office(desk):
    return desk.keeper(SLUG)


def send(office: Browser, content: bytes, name: str = "facts.csv", start: str = START):
    """Send a sheet, in a body made here: the client's own leaves a file open."""
    token = office.open(start).value("csrf_token")
    head = f'name="file"; filename="{quote(name, safe=FILE_NAME)}"'
    body = b"".join(
        (
            f'--{EDGE}\r\nContent-Disposition: form-data; name="csrf_token"'.encode(),
            f"\r\n\r\n{token}\r\n--{EDGE}\r\n".encode(),
            f"Content-Disposition: form-data; {head}\r\n\r\n".encode(),
            content,
            f"\r\n--{EDGE}--\r\n".encode(),
        )
    )
    kind = f"multipart/form-data; boundary={EDGE}"
    return office.client.post(start, data=body, content_type=kind)


def report(office: Browser, content: bytes, name: str = "facts.csv"):
    answer = send(office, content, name)
    assert answer.status_code == 303
    return answer.headers["Location"], office.open(answer.headers["Location"])


def confirm(office: Browser, address: str):
    token = office.open(address).value("csrf_token")
    return office.client.post(f"{address}/confirm", data={"csrf_token": token})


def count(desk, table=Submission) -> int:
    with desk.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_sheet_is_read_looked_at_and_confirmed(desk, office):
    address, page = report(office, text([FACT]))

    assert "https://hospital.example.org/new" in page.text
    assert "UTF-8" in page.text
    assert count(desk) == 0
    assert confirm(office, address).status_code == 303
    assert count(desk) == 1
    done = office.open(address)
    assert "1 submission now waits" in done.text
    assert "Confirm and submit" not in done.text
    (link,) = [one for one in done.links() if "/outcome" in one]
    assert office.open(link).status == 200


def test_three_bad_cells_in_five_hundred_rows_are_named(office):
    rows = [FACT] + [(SLUG, "accreditation", f"Invented {n}") for n in range(499)]
    rows[10] = (SLUG, "icus", "yes")
    rows[200] = (SLUG, "icu", "perhaps")
    rows[400] = (SLUG, "accreditation", "=1+1")
    address, page = report(office, text(rows))

    first = next(iter(page.all("table")))
    told = ["".join(one.itertext()) for one in first.iter("th")][5:]
    assert told == ["12", "202", "402"]
    assert page.text.count("is not known") == 1
    assert "does not fit the field" in page.text
    assert "begins like a formula" in page.text
    assert "Confirm and submit" not in page.text

    found = office.client.get(f"{address}/errors.csv")
    lines = list(csv.reader(io.StringIO(found.text.removeprefix("\ufeff"))))
    assert [line[:4] for line in lines[1:]] == [
        ["12", "B", "field", "icus"],
        ["202", "C", "value", "perhaps"],
        ["402", "C", "value", "'=1+1"],
    ]
    assert found.headers["Content-Disposition"] == 'attachment; filename="errors.csv"'
    assert found.headers["Cache-Control"] == "no-store"


def test_a_workbook_larger_than_memory_for_forms_is_read(office):
    # Some 800 KB, so that it is kept in a file on its way.
    _, page = report(office, text([FACT]) + b",,,,,\r\n" * 120_000)
    _, other = report(office, workbook([FACT]), "facts.xlsx")

    assert "Empty rows, skipped120,000" in page.text
    assert "Errors0" in page.text
    assert "Sheet" in other.text


def test_the_template_can_be_sent_as_it_is_and_is_then_corrected(office):
    template = office.client.get(f"{START}/template.csv")
    lines = list(csv.reader(io.StringIO(template.text.removeprefix("\ufeff"))))

    assert tuple(lines[0]) == HEADINGS
    _, page = report(office, template.data)
    assert "No published center has this name" in page.text


@pytest.mark.parametrize("content", [None, b""])
def test_a_sheet_must_be_chosen(desk, office, content):
    files = {} if content is None else {"file": (io.BytesIO(content), "")}
    page = office.post(START, files, status=422)

    assert "Choose a file" in page.text
    assert count(desk, ImportRun) == 0


def test_an_empty_file_is_answered_with_a_report(office):
    _, page = report(office, b"")

    assert "The sheet holds no facts" in page.text


def test_a_sheet_that_is_too_large_is_answered_with_a_report(office):
    _, page = report(office, b"x" * (MOST_BYTES + 1))

    assert "larger than 20 MB" in page.text


def test_markup_in_a_sheet_is_shown_as_text(office):
    name = "folder/<img src=x onerror=alert(1)>.csv"
    _, page = report(office, text([("<script>alert(1)</script>", "icu", "yes")]), name)

    source = page.response.get_data(as_text=True)
    assert "<script>alert(1)" not in source
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source
    assert "<img src=x" not in source
    assert "<img src=x" in page.text


def test_nobody_else_opens_or_confirms_it(desk, office):
    address, _ = report(office, text([FACT]))
    run = address.rpartition("/")[2]
    colleague = desk.sit(
        Role.HOSPITAL_EDITOR, organization=desk.seat(office).organization
    )
    stranger = desk.keeper("ruijin-hospital")
    for other in (colleague, stranger):
        for path in (address, f"{address}/errors.csv"):
            assert other.client.get(path).status_code == 404
        token = other.open(START).value("csrf_token")
        answer = other.client.post(f"{address}/confirm", data={"csrf_token": token})
        assert answer.status_code == 404
    moderator = desk.sit(Role.MODERATOR)
    assert moderator.client.get(f"/en/moderation/imports/{run}").status_code == 404
    assert count(desk) == 0


def test_only_those_who_may_import_see_the_pages(desk):
    for role in (Role.FACILITATOR, Role.ADMIN):
        assert desk.sit(role).client.get(START).status_code == 403
    assert desk.passer_by().client.get(START).status_code == 303


def test_a_moderator_imports_for_any_center(desk):
    moderator = desk.sit(Role.MODERATOR)
    answer = send(moderator, text([FACT]), start="/en/moderation/imports")

    assert answer.status_code == 303
    assert confirm(moderator, answer.headers["Location"]).status_code == 303
    assert count(desk) == 1
    page = moderator.open(answer.headers["Location"])
    (link,) = [one for one in page.links() if "/moderation/submissions/" in one]
    assert moderator.open(link).status == 200


def test_what_is_too_old_is_not_confirmed(desk, office):
    address, _ = report(office, text([FACT]))
    token = office.open(address).value("csrf_token")
    with desk.tools.sessions.begin() as session:
        session.scalars(select(ImportRun)).one().made_at -= timedelta(hours=25)

    answer = office.client.post(f"{address}/confirm", data={"csrf_token": token})

    assert answer.status_code == 409
    assert "more than 24 hours ago" in answer.text
    assert count(desk) == 0


def test_a_second_sheet_waits_for_the_first(desk, office):
    first, _ = report(office, text([FACT]))
    second, _ = report(office, text([(SLUG, "icu", "no")]))
    token = office.open(second).value("csrf_token")
    confirm(office, first)

    answer = office.client.post(f"{second}/confirm", data={"csrf_token": token})

    assert answer.status_code == 409
    assert "must end before" in answer.text
    assert count(desk) == 1


@pytest.mark.parametrize("language", ["en", "zh", "ru", "ar"])
def test_the_pages_are_sound_in_every_language(office, language):
    start = f"/{language}/hospital/imports"
    office.open(start)
    for rows in ([FACT], [(SLUG, "icus", "yes")]):
        answer = send(office, text(rows), start=start)
        office.open(answer.headers["Location"])


def test_every_problem_has_words():
    assert set(PROBLEMS) == set(REMEDIES) == {problem.value for problem in Problem}
