"""Tables leave so that spreadsheets show them, and compute nothing."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.exports.csv import cell, table


def read(header, rows) -> list[list[str]]:
    whole = "".join(table(header, rows))
    return list(csv.reader(io.StringIO(whole.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize(
    "words",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        " =1",
        "\ufeff=1",
        "\uff1d1",
        '=HYPERLINK("https://example.org")',
    ],
)
def test_what_would_be_computed_is_shown(words):
    assert cell(words) == f"'{words}"


@pytest.mark.parametrize("words", ["", "a=1", "1-2", "医院", "'quoted"])
def test_other_words_stay_as_they_are(words):
    assert cell(words) == words


def test_other_things_are_written_plainly():
    moment = datetime(2026, 11, 22, 8, 0, 1, tzinfo=UTC)
    row = (-5, True, False, None, date(2026, 11, 22), moment)

    assert [cell(each) for each in row] == [
        "-5",
        "yes",
        "no",
        "",
        "2026-11-22",
        "2026-11-22T08:00:01+00:00",
    ]


def test_every_cell_is_quoted_and_lines_end_as_the_standard_says():
    assert "".join(table(("a", "b"), [("x", 1)])) == '\ufeff"a","b"\r\n"x","1"\r\n'


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_whatever_is_written_is_read_back_and_never_a_formula(rows):
    found = read(("a", "b"), rows)

    assert found == [["a", "b"], *([cell(each) for each in row] for row in rows)]
    assert not any(
        each.startswith(("=", "+", "-", "@")) for row in found for each in row
    )
