"""Sheets of facts: every encoding, every error by its cell, every trap."""

from __future__ import annotations

import io
import tracemalloc
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.submissions.rules.sheets import workbook_rows
from directory.submissions.rules.sheets.facts import FIELDS, day_said, is_link
from directory.submissions.rules.sheets.reading import read_sheet
from directory.submissions.rules.sheets.report import (
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_ERRORS,
    MOST_ROWS,
    Problem,
    SheetRow,
    letter,
    shown,
)
from tests.submissions.sheets import (
    CHINESE,
    GOOD,
    HEADINGS,
    KNOWN,
    PAGE,
    reading,
    repacked,
    text,
    workbook,
)

FACT = SheetRow(2, "willow-hospital", "icu", "yes", PAGE, "2026-03", "12 beds")


def problems(data: bytes, known=KNOWN) -> list[tuple[Problem, int, str]]:
    report = reading(data, known)
    return [(one.problem, one.row, one.column) for one in report.errors]


@pytest.mark.parametrize(
    ("encoding", "taken"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("gb18030", "gb18030"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_is_read_in_each_encoding_and_with_each_delimiter(
    encoding, taken, delimiter
):
    rows = [("柳树医院", "icu", "是", PAGE, "2026年3月", "十二张床")]
    report = reading(text(rows, CHINESE, delimiter=delimiter, encoding=encoding))

    assert report.is_clean
    assert (report.format, report.encoding, report.delimiter) == (
        "csv",
        taken,
        delimiter,
    )
    assert report.rows == (replace(FACT, note="十二张床"),)


def test_utf16_of_the_other_order_is_read():
    data = "\ufeff".encode("utf-16-be") + text([GOOD]).decode().encode("utf-16-be")

    assert reading(data).rows == (FACT,)


def test_a_first_line_may_name_the_delimiter():
    report = reading(b"sep=;\r\n" + text([GOOD], delimiter=";"))

    assert (report.delimiter, report.rows) == (";", (replace(FACT, row=3),))


def test_a_workbook_is_read_with_its_days_and_numbers():
    rows = [
        (*GOOD[:4], date(2026, 3, 5), 12),
        ("willow-hospital", "case-volume", 150.0, None, 2025, None),
    ]
    report = reading(workbook(rows))

    assert (report.format, report.sheet, report.count) == ("xlsx", "Sheet", 0)
    assert report.rows == (
        replace(FACT, as_of="2026-03-05", note="12"),
        SheetRow(3, "willow-hospital", "case-volume", "150", None, "2025", None),
    )


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"center,field,value\n" + b"a,icu,yes\n" * 3 + b"\xff\xff\xff\n", 5, None),
        ("center,field,value\n柳,\n".encode() + b"\xe6\x9f\n\xff\xff", 3, None),
        ("center\n".encode("utf-16") + b"\x00", 2, "utf-16"),
    ],
)
def test_what_cannot_be_decoded_is_refused_with_its_line(data, line, said):
    report = reading(data)

    assert [(one.problem, one.row) for one in report.errors] == [
        (Problem.UNDECODABLE, line)
    ]
    assert said is None or report.errors[0].typed == said
    assert not report.is_clean


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY),
        (b"\n\n\n", Problem.EMPTY),
        (text([]), Problem.EMPTY),
        (b"center\0field", Problem.NOT_TEXT),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, Problem.OLD_WORKBOOK),
        (b"PK\x03\x04 not a package", Problem.WORKBOOK_BROKEN),
        (workbook([GOOD])[:-40], Problem.WORKBOOK_BROKEN),
        (text([GOOD]) + b'"never closed,icu,yes\n', Problem.QUOTE_OPEN),
        (text([("x",) * 65]), Problem.TOO_MANY_COLUMNS),
        (text([GOOD], [*HEADINGS, *"x" * 59]), Problem.TOO_MANY_COLUMNS),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_one_word(data, problem):
    report = reading(data)

    assert report.errors[-1].problem is problem
    assert not report.is_clean


def test_a_file_is_too_large_before_it_is_read():
    class Large(io.BytesIO):
        def seek(self, offset, whence=0):
            return MOST_BYTES + 1 if whence == 2 else super().seek(offset, whence)

    report = read_sheet(Large(b"center"), KNOWN)

    assert [one.problem for one in report.errors] == [Problem.TOO_LARGE]


@pytest.mark.parametrize(
    ("headings", "problem", "column"),
    [
        (("center", "field", "note"), Problem.HEADING_MISSING, ""),
        ((*HEADINGS[:5], "remark"), Problem.HEADING_UNKNOWN, "F"),
        ((*HEADINGS, "值"), Problem.HEADING_TWICE, "G"),
    ],
)
def test_headings_are_named_that_are_missing_unknown_or_there_twice(
    headings, problem, column
):
    assert (problem, 1, column) in problems(text([GOOD[: len(headings)]], headings))


@pytest.mark.parametrize(
    ("change", "problem", "column"),
    [
        ({0: ""}, Problem.MISSING, "A"),
        ({0: "no-such-hospital"}, Problem.CENTER_UNKNOWN, "A"),
        ({0: "oak-hospital"}, Problem.CENTER_NOT_YOURS, "A"),
        ({0: "People's Hospital"}, Problem.CENTER_AMBIGUOUS, "A"),
        ({1: ""}, Problem.MISSING, "B"),
        ({1: "telephone"}, Problem.FIELD_UNKNOWN, "B"),
        ({2: ""}, Problem.MISSING, "C"),
        ({2: "maybe"}, Problem.VALUE_UNKNOWN, "C"),
        ({2: "conflicting"}, Problem.VALUE_UNKNOWN, "C"),
        ({2: "=1+1"}, Problem.LIKE_FORMULA, "C"),
        ({5: "+86 10"}, Problem.LIKE_FORMULA, "F"),
        ({5: "-x"}, Problem.LIKE_FORMULA, "F"),
        ({5: "@SUM(A1)"}, Problem.LIKE_FORMULA, "F"),
        ({5: " ＝cmd|x"}, Problem.LIKE_FORMULA, "F"),
        ({5: "\tx"}, Problem.LIKE_FORMULA, "F"),
        ({5: "safe \u202e text"}, Problem.UNSEEN, "F"),
        ({5: "x" * (MOST_CHARACTERS + 1)}, Problem.TOO_LONG, "F"),
        ({3: "javascript:alert(1)"}, Problem.NOT_A_LINK, "D"),
        ({3: "ftp://example.org/x"}, Problem.NOT_A_LINK, "D"),
        ({4: "soon"}, Problem.NOT_A_DAY, "E"),
        ({4: "2026-13"}, Problem.NOT_A_DAY, "E"),
        ({4: "2026-11-23"}, Problem.IN_THE_FUTURE, "E"),
        ({2: "not-stated", 4: "", 5: ""}, Problem.NOTHING_STATED, "D"),
        ({2: "not-stated", 3: "", 4: ""}, Problem.NOTHING_STATED, "F"),
        ({1: "website", 2: "hospital.example.org", 5: ""}, Problem.NOT_A_LINK, "C"),
        ({1: "website", 2: PAGE}, Problem.NO_ROOM_FOR_NOTE, "F"),
        ({5: "x" * 2001}, Problem.TOO_LONG_TO_SHOW, "F"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_error_names_its_cell(change, problem, column, kind):
    row = [change.get(place, words) for place, words in enumerate(GOOD)]
    if kind == "xlsx" and problem is Problem.LIKE_FORMULA and row[2] == "=1+1":
        problem = Problem.FORMULA
    data = text([row]) if kind == "csv" else workbook([row])
    report = reading(data)

    (error,) = report.errors
    assert (error.problem, error.row, error.column) == (problem, 2, column)
    assert error.heading == HEADINGS["ABCDEF".index(column)]
    assert error.typed == shown(row["ABCDEF".index(column)])
    assert report.rows == ()


def test_an_error_says_what_could_be_written_instead():
    data = text(
        [("oak-hospital", "icu", "yes"), ("willow-hospital", "icus", "perhaps")]
    )
    center, field = reading(data).errors

    assert center.instead == ("willow-hospital",)
    assert field.instead == FIELDS


def test_a_formula_is_refused_even_if_a_value_was_left_beside_it():
    report = reading(workbook([(*GOOD[:5], "=HYPERLINK(A1)")]))

    assert [(one.problem, one.column) for one in report.errors] == [
        (Problem.FORMULA, "F")
    ]


def test_an_error_of_a_workbook_is_no_value():
    assert problems(workbook([(*GOOD[:5], "#REF!")])) == [(Problem.CELL_ERROR, 2, "F")]


def test_a_fact_stands_only_once():
    rows = [
        GOOD,
        ("柳树医院", "ICU", "否"),
        ("willow-hospital", "accreditation", "Grade 3A"),
        ("willow-hospital", "accreditation", "JCI"),
        ("willow-hospital", "accreditation", "JCI"),
        ("willow-hospital", "address.en", "1 Willow Road"),
        ("willow-hospital", "address.zh", "柳树路一号"),
        ("willow-hospital", "address", "1 Willow Road"),
    ]
    report = reading(text(rows))

    twice = [(one.row, one.other) for one in report.errors]
    assert twice == [(3, 2), (6, 5), (9, 7)]
    assert {one.problem for one in report.errors} == {Problem.TWICE}
    assert len(report.rows) == 5


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("1 Willow Road", "address.en"),
        ("柳树路1号", "address.zh"),
        ("Ивовая улица, 1", "address.ru"),
        ("شارع الصفصاف 1", "address.ar"),
    ],
)
def test_an_address_is_in_the_language_of_its_letters(words, field):
    (row,) = reading(text([("willow-hospital", "address", words)])).rows

    assert (row.field, row.value) == (field, words)


def test_an_editor_needs_a_page_for_each_statement():
    editors = replace(KNOWN, mine=None, needs_source=True)
    rows = [("oak-hospital", "icu", "yes"), ("oak-hospital", "apheresis", "not-stated")]

    assert problems(text(rows), editors) == [(Problem.NEEDS_SOURCE, 2, "D")]
    assert problems(text([("oak-hospital", "icu", "no", PAGE)]), editors) == []


def test_empty_rows_are_skipped_and_counted():
    report = reading(text([("",) * 6, GOOD, (" ", "\u3000")]))

    assert (report.read, report.empty, len(report.rows)) == (1, 2, 1)


def test_a_cell_without_a_heading_is_not_dropped_in_silence():
    data = text([(*GOOD[:3], "lost")], HEADINGS[:3])

    assert problems(data) == [(Problem.WITHOUT_HEADING, 2, "D")]


def test_only_the_first_errors_are_kept_and_all_are_counted():
    report = reading(text([("nowhere", "icu", "yes")] * (MOST_ERRORS + 7)))

    assert (len(report.errors), report.count) == (MOST_ERRORS, MOST_ERRORS + 7)


def many(rows: int) -> bytes:
    return text([]) + b"willow-hospital,icu,yes,,,\r\n" * rows


def test_the_row_after_the_hundred_thousandth_is_refused():
    assert reading(many(MOST_ROWS)).count == MOST_ROWS - 1

    report = reading(many(MOST_ROWS + 1))

    assert (report.read, report.count) == (MOST_ROWS, MOST_ROWS)
    assert report.rows[0].row == 2
    assert report.errors[-1].problem is Problem.TWICE


def test_a_hundred_thousand_rows_do_not_pile_up_in_memory():
    data = io.BytesIO(many(MOST_ROWS))
    tracemalloc.start()
    try:
        read_sheet(data, KNOWN)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 4 * 1024 * 1024


def bomb(name: str, body: bytes) -> bytes:
    return repacked(workbook([GOOD]), add={name: body})


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (bomb("xl/media/image1.bin", b"\0" * (2 << 20)), Problem.WORKBOOK_PACKED),
        (bomb("xl/vbaProject.bin", b"x"), Problem.MACROS),
        (bomb("xl/macrosheets/sheet1.xml", b"x"), Problem.MACROS),
        (bomb("xl/externalLinks/externalLink1.xml", b"x"), Problem.EXTERNAL_LINKS),
        (bomb("XL\\EXTERNALLINKS\\x.xml", b"x"), Problem.EXTERNAL_LINKS),
        (bomb("xl/connections.xml", b"x"), Problem.EXTERNAL_LINKS),
        (bomb("XL/workbook.XML", b"x"), Problem.WORKBOOK_BROKEN),
    ],
)
def test_a_workbook_with_a_trap_is_not_opened(data, problem):
    assert [one.problem for one in reading(data).errors] == [problem]


def test_a_package_that_would_grow_too_large_is_not_opened(monkeypatch):
    data = workbook([GOOD])
    monkeypatch.setattr(workbook_rows, "MOST_UNPACKED_BYTES", 1000)

    assert [one.problem for one in reading(data).errors] == [Problem.WORKBOOK_PACKED]


def test_entities_in_a_workbook_are_refused_unread():
    def laughing(name: str, body: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return body
        entities = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
        return entities + body.replace(b"12 beds", b"&b;")

    report = reading(repacked(workbook([GOOD]), replace=laughing))

    assert report.errors[-1].problem is Problem.WORKBOOK_BROKEN
    assert not report.is_clean


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is():
    def lying(name: str, body: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return body
        return body.replace(b'ref="A1:F2"', b'ref="A1:XFD1048576"')

    assert reading(repacked(workbook([GOOD]), replace=lying)).rows == (FACT,)


def test_cells_far_to_the_right_are_refused():
    data = repacked(
        workbook([(*GOOD,)]),
        replace=lambda _, body: body.replace(b'r="F2"', b'r="XFD2"'),
    )

    assert reading(data).errors[-1].problem is Problem.TOO_MANY_COLUMNS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2026", "2026"),
        ("2026-03", "2026-03"),
        ("2026/3/5", "2026-03-05"),
        ("2026年3月5日", "2026-03-05"),
        ("２０２６年", "2026"),
        ("2026-02-30", None),
        ("0000", None),
        ("3/5/2026", None),
        ("2026-3-5-1", None),
    ],
)
def test_a_day_is_read_as_exactly_as_it_is_given(words, said):
    assert day_said(words) == said


@pytest.mark.parametrize(
    ("words", "good"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://例子.example.org", True),
        ("https://user:secret@example.org", False),
        ("https://localhost", False),
        ("https://example.org/a b", False),
        ("https://[::1", False),
        ("https://example.org:port/", False),
        ("//example.org", False),
        ("https://" + "a" * 2000 + ".org", False),
    ],
)
def test_a_link_leads_to_a_page_on_the_web(words, good):
    assert is_link(words) is good


def test_columns_have_letters():
    assert [letter(place) for place in (0, 25, 26, 63)] == ["A", "Z", "AA", "BL"]


def test_what_was_typed_is_shown_without_harm():
    assert shown("a\u202eb\x00") == "a\\u202eb\\u0000"
    assert shown("x" * 300) == "x" * 200 + "…"


CELLS = st.sampled_from(
    ["willow-hospital", "icu", "yes", "是", "=1", "2026", PAGE, "", '"', "\u202e"]
)


@given(st.binary(max_size=300) | st.lists(st.lists(CELLS, max_size=8)).map(text))
def test_any_file_is_read_without_a_fault(data):
    report = reading(data)

    assert report.count >= len(report.errors)
    assert len(report.rows) <= report.read
    assert all(row.as_of is None or row.as_of <= "2026-11-22" for row in report.rows)


@given(st.integers(0, 5000), st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_is_read_or_refused(place, bytes_):
    data = workbook([GOOD])
    at = place % len(data)

    assert reading(data[:at] + bytes_ + data[at + len(bytes_) :]).read <= 1


def test_a_day_in_a_workbook_may_be_a_date():
    assert workbook_rows._words(date(2026, 3, 5)) == "2026-03-05"
