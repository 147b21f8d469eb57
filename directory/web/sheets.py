"""Words for what is wrong with a sheet, and for what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from directory.submissions.rules.sheets.report import CellError, Problem
from directory.web import labels

PROBLEMS: Mapping[str, LazyString] = {
    Problem.EMPTY.value: _("The sheet holds no facts"),
    Problem.TOO_LARGE.value: _("The file is larger than 20 MB"),
    Problem.OLD_WORKBOOK.value: _("The file is a workbook of an old or locked kind"),
    Problem.WORKBOOK_BROKEN.value: _("The workbook is damaged"),
    Problem.WORKBOOK_PACKED.value: _("The workbook would be too large once unpacked"),
    Problem.WORKBOOK_LOCKED.value: _("The workbook is protected by a password"),
    Problem.MACROS.value: _("The workbook brings macros"),
    Problem.EXTERNAL_LINKS.value: _("The workbook draws on other files"),
    Problem.NOT_TEXT.value: _("The file is neither text nor a workbook"),
    Problem.UNDECODABLE.value: _("The text cannot be read in any known encoding"),
    Problem.QUOTE_OPEN.value: _("A quotation mark is opened and not closed"),
    Problem.TOO_MANY_ROWS.value: _("The sheet has more than 100,000 rows"),
    Problem.TOO_MANY_COLUMNS.value: _("The sheet has more than 64 columns"),
    Problem.HEADING_MISSING.value: _("This heading is missing"),
    Problem.HEADING_UNKNOWN.value: _("This heading is not known"),
    Problem.HEADING_TWICE.value: _("This heading stands there twice"),
    Problem.WITHOUT_HEADING.value: _("The cell stands in a column without a heading"),
    Problem.MISSING.value: _("The cell is empty"),
    Problem.TOO_LONG.value: _("The text is longer than 10,000 characters"),
    Problem.UNSEEN.value: _("The text holds characters that nobody sees"),
    Problem.FORMULA.value: _("The cell is computed by a formula"),
    Problem.LIKE_FORMULA.value: _(
        "The text begins like a formula, with = or + or - or @"
    ),
    Problem.CELL_ERROR.value: _("The cell shows an error"),
    Problem.CENTER_UNKNOWN.value: _("No published center has this name"),
    Problem.CENTER_AMBIGUOUS.value: _("Several centers have this name"),
    Problem.CENTER_NOT_YOURS.value: _("Your organization does not keep this center"),
    Problem.FIELD_UNKNOWN.value: _("This field is not known"),
    Problem.VALUE_UNKNOWN.value: _("This value does not fit the field"),
    Problem.NOT_A_LINK.value: _("This is not the whole address of a page"),
    Problem.NOT_A_DAY.value: _("This is not a day, month or year"),
    Problem.IN_THE_FUTURE.value: _("This day has not come yet"),
    Problem.NEEDS_SOURCE.value: _("Nothing bears this out"),
    Problem.NOTHING_STATED.value: _(
        "What is not stated has neither a source nor a day"
    ),
    Problem.NO_ROOM_FOR_NOTE.value: _("Only capabilities have room for a note"),
    Problem.TOO_LONG_TO_SHOW.value: _("The text is longer than 2,000 characters"),
    Problem.TOO_MANY_DETAILS.value: _("A center has 50 such entries at most"),
    Problem.TWICE.value: _("The same field of this center stands in another row"),
}
"""What is wrong."""

REMEDIES: Mapping[str, LazyString] = {
    Problem.EMPTY.value: _("Write one fact in each row below the headings"),
    Problem.TOO_LARGE.value: _("Divide it into smaller sheets"),
    Problem.OLD_WORKBOOK.value: _("Save it as XLSX without a password, or as CSV"),
    Problem.WORKBOOK_BROKEN.value: _("Save it anew as XLSX, or as CSV"),
    Problem.WORKBOOK_PACKED.value: _("Copy the facts into a new workbook, or save CSV"),
    Problem.WORKBOOK_LOCKED.value: _("Save it without a password"),
    Problem.MACROS.value: _("Save it as XLSX without macros, or as CSV"),
    Problem.EXTERNAL_LINKS.value: _(
        "Copy the facts into a new workbook as values, or save CSV"
    ),
    Problem.NOT_TEXT.value: _("Save it as CSV in UTF-8, or as XLSX"),
    Problem.UNDECODABLE.value: _("Save it as CSV in UTF-8, or as XLSX"),
    Problem.QUOTE_OPEN.value: _(
        "Close it, or write it twice if it belongs to the text"
    ),
    Problem.TOO_MANY_ROWS.value: _("Divide it into smaller sheets"),
    Problem.TOO_MANY_COLUMNS.value: _("Keep the six columns of the template alone"),
    Problem.HEADING_MISSING.value: _("Write it into the first row"),
    Problem.HEADING_UNKNOWN.value: _("Use the headings of the template"),
    Problem.HEADING_TWICE.value: _("Keep one of the two columns"),
    Problem.WITHOUT_HEADING.value: _("Move it below a heading, or empty the cell"),
    Problem.MISSING.value: _("Fill it in, or empty the whole row"),
    Problem.TOO_LONG.value: _("Shorten it"),
    Problem.UNSEEN.value: _("Type the text anew"),
    Problem.FORMULA.value: _("Put its result there, as a value"),
    Problem.LIKE_FORMULA.value: _("Begin with a letter or a digit"),
    Problem.CELL_ERROR.value: _("Put a value there"),
    Problem.CENTER_UNKNOWN.value: _("Use the name in the address of its page"),
    Problem.CENTER_AMBIGUOUS.value: _("Use the name in the address of its page"),
    Problem.CENTER_NOT_YOURS.value: _(
        "Name one of your own centers, or leave the row out"
    ),
    Problem.FIELD_UNKNOWN.value: _("Use one of the fields that are listed below"),
    Problem.VALUE_UNKNOWN.value: _("For capabilities use one of these values"),
    Problem.NOT_A_LINK.value: _(
        "Write an address that begins with https:// or http://"
    ),
    Problem.NOT_A_DAY.value: _("Write it as 2026, 2026-03 or 2026-03-05"),
    Problem.IN_THE_FUTURE.value: _("Write the day of the source"),
    Problem.NEEDS_SOURCE.value: _("Add the address of a page that says so"),
    Problem.NOTHING_STATED.value: _("Empty these cells, or state a value"),
    Problem.NO_ROOM_FOR_NOTE.value: _("Write it into the value, or leave it out"),
    Problem.TOO_LONG_TO_SHOW.value: _("Shorten it: it is to be read on a page"),
    Problem.TOO_MANY_DETAILS.value: _("Leave some of them out"),
    Problem.TWICE.value: _("Keep one of the two rows"),
}
"""What to do about it."""

MOST_CHOICES = 10
"""Of what could be written, so many are shown beside an error."""


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """An error, as the page shows it.

    Args:
        error: The error.
        wrong: What is wrong.
        remedy: What to do.
        choices: What could be written instead, if that is a short list.
        more: How many further ones there are.
    """

    error: CellError
    wrong: str
    remedy: str
    choices: tuple[str, ...]
    more: int


def told(error: CellError) -> ErrorRow:
    """Return an error in words."""
    listed = error.problem is not Problem.FIELD_UNKNOWN
    choices = error.instead[:MOST_CHOICES] if listed else ()
    return ErrorRow(
        error,
        labels.word(PROBLEMS, error.problem.value),
        labels.word(REMEDIES, error.problem.value),
        choices,
        len(error.instead) - len(choices) if listed else 0,
    )
