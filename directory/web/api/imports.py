"""Sheets of facts by a token: read, and confirmed in a second request."""

from __future__ import annotations

from collections.abc import Iterator
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from directory.core.permissions import Permission
from directory.core.text import Language
from directory.exports import openapi
from directory.exports.imports import CSV, TAKEN, XLSX, Import, SheetError, imported
from directory.submissions.actions.imports import confirm, dry_run
from directory.submissions.queries.imports import ImportView
from directory.web import context, security
from directory.web.api import problems
from directory.web.api.authentication import authenticated
from directory.web.api.wording import PARAMETER as LANG
from directory.web.asking import Fault, Wrong
from directory.web.guards import csrf, limiter
from directory.web.importing import MOST_SENT, OFTEN, file_name
from directory.web.sheets import told

NAME = "name"
"""Parameter by which a sheet gets the name of its file."""

IN_MEMORY_BYTES = 512 * 1024
"""Of a sheet; larger ones lie in a file while they are read."""


def offer(bp: Blueprint) -> None:
    """Put both addresses on the API's blueprint.

    They ask for a token and look at no cookie, so no page can forge a request.
    """
    for view in (import_sheet, confirm_import):
        csrf.exempt(view)
    bp.add_url_rule("/imports", "import_sheet", import_sheet, methods=["POST"])
    bp.add_url_rule(
        "/imports/<string(length=32):id>/confirm",
        "confirm_import",
        confirm_import,
        methods=["POST"],
    )


@security.takes(MOST_SENT)
@limiter.limit(OFTEN)
def import_sheet() -> Response:
    """Read a sheet and say what it would change."""
    authenticated(Permission.IMPORT_SHEET)
    _refuse_parameters(NAME, LANG)
    if request.mimetype not in TAKEN:
        raise UnsupportedMediaType
    with SpooledTemporaryFile(IN_MEMORY_BYTES) as sheet:
        copyfileobj(request.stream, sheet)
        name = file_name(request.args.get(NAME, "sheet"))
        return _give(dry_run(context.work(), sheet, name))


@limiter.limit(OFTEN)
def confirm_import(id: str) -> Response:  # noqa: A002 (the parameter of the address)
    """Submit what a sheet changes; again, the same answer and nothing else."""
    authenticated()
    _refuse_parameters(LANG)
    return _give(confirm(context.work(), id))


def operations(language: openapi.Parameter) -> list[openapi.Operation]:
    """Return both as the description has them.

    Args:
        language: The parameter that chooses the language.
    """
    name = openapi.Parameter(
        NAME, "Name of the file, for people.", {"type": "string", "maxLength": 255}
    )
    id_ = openapi.Parameter(
        "id",
        "Of a sheet that the same person read.",
        {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        where="path",
    )
    sheet = {"schema": {"type": "string", "format": "binary"}}
    return [
        openapi.Operation(
            name="import_sheet",
            path="/imports",
            summary="Read a sheet of facts, and say what it would change",
            answer=Import,
            parameters=[name, language],
            tag="imports",
            needs_token=True,
            method="post",
            body={"required": True, "content": {CSV: sheet, XLSX: sheet}},
        ),
        openapi.Operation(
            name="confirm_import",
            path="/imports/{id}/confirm",
            summary="Submit what a sheet changes to the moderators",
            answer=Import,
            parameters=[id_, language],
            tag="imports",
            needs_token=True,
            method="post",
        ),
    ]


def _give(view: ImportView) -> Response:
    answer = imported(view, _errors(view), context.tools().clock())
    response = Response(answer.model_dump_json(), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _errors(view: ImportView) -> Iterator[SheetError]:
    for one in view.errors:
        row = told(one)
        yield SheetError(
            problem=one.problem.value,
            row=one.row or None,
            column=one.column or None,
            heading=one.heading or None,
            typed=one.typed or None,
            detail=str(row.wrong),
            remedy=str(row.remedy),
            allowed=one.instead,
            other_row=one.other,
        )


def _refuse_parameters(*but: str) -> None:
    """Refuse parameters that an address does not have.

    Raises:
        BadParametersError: With each of them.
    """
    faults = [
        Fault(name, Wrong.UNKNOWN, but) for name in request.args if name not in but
    ]
    languages = tuple(each.value for each in Language)
    given = request.args.getlist(LANG)
    if len(given) > 1:
        faults.append(Fault(LANG, Wrong.REPEATED))
    elif given and given[0] not in languages:
        faults.append(Fault(LANG, Wrong.NOT_ALLOWED, languages))
    if faults:
        raise problems.BadParametersError(faults)
