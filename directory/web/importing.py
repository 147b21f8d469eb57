"""Pages on which a sheet is read, looked at and confirmed, for whoever may import.

Hospitals and moderators have the same pages, each under their own address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import Forbidden
from wtforms import FileField

from directory.core.errors import DirectoryError
from directory.core.permissions import Permission
from directory.exports import csv
from directory.listings.rules.document import CAPABILITIES
from directory.submissions.actions.imports import (
    ImportExpiredError,
    ImportMovedOnError,
    ImportNotCleanError,
    ImportOpenError,
    confirm,
    dry_run,
)
from directory.submissions.queries.imports import (
    ImportChange,
    ImportView,
    import_page,
)
from directory.submissions.rules.sheets.facts import DETAILS, SAID
from directory.submissions.rules.sheets.report import (
    CHINESE,
    MOST_BYTES,
    Heading,
)
from directory.web import context, labels, security, staff
from directory.web.facts import field_name
from directory.web.filters import number, term
from directory.web.guards import limiter
from directory.web.sheets import told

MOST_SENT = MOST_BYTES + 12 * 1024 * 1024
"""Bytes of a request with a sheet: somewhat more than is read, so that most sheets
that are too large get a report of their own."""

OFTEN = "60 per hour"
"""Sheets that one address may send."""

ENCODINGS: Mapping[str, str] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "gb18030": "GB18030",
}

DELIMITERS: Mapping[str, LazyString] = {
    ",": _("comma"),
    ";": _("semicolon"),
    "\t": _("tab"),
}

REFUSALS: tuple[tuple[type[DirectoryError], LazyString], ...] = (
    (
        ImportExpiredError,
        _("This sheet was read more than 24 hours ago. Send it again."),
    ),
    (
        ImportNotCleanError,
        _("There is nothing to confirm: correct the sheet and send it again."),
    ),
    (
        ImportMovedOnError,
        _("A listing was changed since the sheet was read. Send the sheet again."),
    ),
    (
        ImportOpenError,
        _("Another submission of a center is open. It must end before this one."),
    ),
)
"""Why nothing was confirmed."""

EXAMPLE = (
    ("your-hospital", "icu", "yes", "https://hospital.example.org/icu", "2026-03", ""),
    ("your-hospital", "interpreter", "not-stated", "", "", ""),
)
"""Rows of the template below the headings, of a center that does not exist."""


class SheetForm(FlaskForm):
    """A sheet of facts."""

    file = FileField(
        _("Sheet of facts"),  # type: ignore[arg-type]  # WTForms takes lazy words
        description=_("CSV or XLSX, up to 20 MB and 100,000 rows."),  # type: ignore[arg-type]
        render_kw={"accept": ".csv,.tsv,.txt,.xlsx"},
    )


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change, as the page shows it."""

    change: ImportChange
    field: str
    before: str
    after: str
    source: str


def changed(change: ImportChange) -> ChangeRow:
    """Return a change in words."""
    after = change.after if isinstance(change.after, dict) else {}
    source = after.get("source") or {}
    return ChangeRow(
        change,
        field_name(change.field),
        said(change.before),
        said(change.after),
        str(source.get("url", "")),
    )


def said(value: Any) -> str:
    """Return what a fact says, in words."""
    stated = value.get("value") if isinstance(value, dict) else value
    if isinstance(stated, dict):
        return " · ".join(str(words) for words in stated.values())
    if isinstance(value, dict) and "key" in value:
        return str(labels.word(labels.VALUES, str(stated)))
    return "" if stated is None else str(stated)


def file_name(typed: str) -> str:
    """Return the name of a file without the folders that some browsers send."""
    return typed.replace("\\", "/").rpartition("/")[2] or typed


def offer(bp: Blueprint, section: str) -> None:
    """Put the pages on a blueprint.

    Args:
        bp: Of an audience that may import.
        section: Which entry of the menu they belong to.
    """
    views: tuple[tuple[str, str, tuple[str, ...], Callable[..., Any]], ...] = (
        ("/imports", "imports", ("GET", "POST"), limited(_start(bp.name, section))),
        ("/imports/template.csv", "import_template", ("GET",), _template),
        (f"/imports/{RUN}", "import_report", ("GET",), _report(bp.name, section)),
        (f"/imports/{RUN}/errors.csv", "import_errors", ("GET",), _errors),
        (
            f"/imports/{RUN}/confirm",
            "import_confirm",
            ("POST",),
            _confirm(bp.name, section),
        ),
    )
    for rule, endpoint, methods, view in views:
        bp.add_url_rule(rule, endpoint, allowed(view), methods=methods)


RUN = "<string(length=32):run>"


def allowed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return a view that opens only to who may import."""

    @wraps(view)
    def asked(*args: Any, **given: Any) -> Any:
        if not staff.may(Permission.IMPORT_SHEET):
            raise Forbidden
        return view(*args, **given)

    return asked


def limited(view: Callable[..., ResponseReturnValue]) -> Callable[..., Any]:
    """Return a view that takes sheets, which are large, and not too many."""
    taking: Callable[..., Any] = security.takes(MOST_SENT)(
        limiter.limit(OFTEN, methods=["POST"])(view)
    )
    return taking


def _start(name: str, section: str) -> Callable[[], ResponseReturnValue]:
    def imports() -> ResponseReturnValue:
        """Say how a sheet is made, and read one."""
        form = SheetForm()  # type: ignore[no-untyped-call]
        status = 200
        if request.method == "POST":
            status = 422
            file = form.file.data
            if not isinstance(file, FileStorage) or not file.filename:
                form.validate()
                form.file.errors = [gettext("Choose a file")]
            elif form.validate():
                view = dry_run(context.work(), file.stream, file_name(file.filename))
                return redirect(
                    url_for(f"{name}.import_report", run=view.public_id), 303
                )
        page = render_template(
            "hospital/imports.html",
            form=form,
            here=name,
            section=section,
            **explained(),
        )
        return make_response(page, status)

    return imports


def explained() -> Mapping[str, Any]:
    """Return what pages tell of headings, fields and values."""
    return {
        "headings": tuple((one.value, CHINESE[one]) for one in Heading),
        "capabilities": tuple((key, term(key, "capability")) for key in CAPABILITIES),
        "details": tuple((key, field_name(key.partition(".")[0])) for key in DETAILS),
        "values": SAID,
    }


def _report(name: str, section: str) -> Callable[[str], ResponseReturnValue]:
    def import_report(run: str) -> ResponseReturnValue:
        """Show what is wrong with a sheet, or what it would change."""
        view = import_page(context.session(), context.actor(), run)
        return shown(view, name, section)

    return import_report


def shown(
    view: ImportView, name: str, section: str, refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    """Return the page of a sheet that was read."""
    page = render_template(
        "hospital/import_report.html",
        view=view,
        errors=tuple(map(told, view.errors)),
        changes=tuple(map(changed, view.sample)),
        encoding=ENCODINGS.get(view.encoding, ""),
        delimiter=labels.word(DELIMITERS, view.delimiter) if view.delimiter else "",
        refusal=refusal,
        links=submission_links(view, name),
        here=name,
        section=section,
        can_confirm=view.is_confirmable(context.tools().clock()),
        **explained(),
    )
    return make_response(page, status)


SUBMISSIONS: Mapping[str, tuple[str, str]] = {
    "hospital": ("hospital.submission", "submission"),
    "moderation": ("moderation.review", "public_id"),
}
"""The page of a submission, and the part of its address that names it."""


def submission_links(view: ImportView, name: str) -> Mapping[str, str]:
    """Return the page of each submission that a sheet became, by center."""
    endpoint, part = SUBMISSIONS[name]
    found: dict[str, str] = {}
    for slug, public_id in view.submissions.items():
        values: dict[str, Any] = {part: public_id}
        found[slug] = url_for(endpoint, **values)
    return found


def _confirm(name: str, section: str) -> Callable[[str], ResponseReturnValue]:
    def import_confirm(run: str) -> ResponseReturnValue:
        """Submit what a sheet changes."""
        try:
            view = confirm(context.work(), run)
        except tuple(kind for kind, _words in REFUSALS) as error:
            words = next(words for kind, words in REFUSALS if isinstance(error, kind))
            view = import_page(context.session(), context.actor(), run)
            return shown(view, name, section, str(words), 409)
        count = len(view.submissions)
        flash(
            ngettext(
                "%(count)s submission now waits for a moderator.",
                "%(count)s submissions now wait for a moderator.",
                count,
                count=number(count),
            )
        )
        return redirect(url_for(f"{name}.import_report", run=run), 303)

    return import_confirm


def _errors(run: str) -> ResponseReturnValue:
    """Give the errors of a sheet as a table."""
    view = import_page(context.session(), context.actor(), run)
    header = (
        gettext("Row"),
        gettext("Column"),
        gettext("Heading"),
        gettext("What stands there"),
        gettext("What is wrong"),
        gettext("What to do"),
        gettext("What could stand there"),
    )
    return download("errors.csv", header, _error_cells(view))


def _error_cells(view: ImportView) -> Iterator[tuple[csv.Cell, ...]]:
    for error in view.errors:
        row = told(error)
        yield (
            error.row or None,
            error.column,
            error.heading,
            error.typed,
            str(row.wrong),
            str(row.remedy),
            ", ".join(error.instead),
        )


def _template() -> ResponseReturnValue:
    """Give a sheet that can be filled in."""
    return download("template.csv", [one.value for one in Heading], EXAMPLE)


def download(
    name: str, header: Sequence[str], rows: Iterable[Sequence[csv.Cell]]
) -> Response:
    """Return a table as a file, in which nothing is a formula."""
    response = Response(
        "".join(csv.table(header, rows)),
        content_type=f"{csv.MEDIA_TYPE}; charset=utf-8",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
