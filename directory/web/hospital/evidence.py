"""What bears a draft out: links and files, their state, and taking them away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import CombinedMultiDict, FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import FileField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from directory.core.errors import DirectoryError, NotFoundError, RefusedError
from directory.core.files import FileRefusedError, FilesUnavailableError, Flaw
from directory.core.permissions import Permission
from directory.core.sealed_files import SealedFile, put_sealed
from directory.submissions.actions.evidence import (
    attach_file,
    attach_link,
    remove,
)
from directory.submissions.queries.evidence import EvidencePage, Piece, evidence_page
from directory.submissions.rules.files import (
    AREA,
    MOST_BYTES,
    MOST_FILES,
    SIGNATURE_BYTES,
    TooManyPiecesError,
    media_type,
)
from directory.web import (
    context,
    downloads,
    errors,
    filters,
    security,
    staff,
)
from directory.web.facts import field_name
from directory.web.guards import limiter
from directory.web.hospital.blueprint import bp
from directory.web.proof import ButtonForm, ProvenForm, printable
from directory.web.words import _

MOST_SENT = MOST_BYTES + 12 * 1024 * 1024
"""Bytes of a request with a file: somewhat more than is taken, so that most files
that are too large are answered at their field."""

OFTEN = "120 per hour"
"""Files and links that one address may add."""

CHUNK_BYTES = 256 * 1024

BEGINNING = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}

FLAWS: Mapping[str, str] = {
    Flaw.EMPTY.value: _("The file is empty. Choose another one"),
    Flaw.TOO_LARGE.value: _("The file is larger than 20 MB. Choose a smaller one"),
    Flaw.WRONG_TYPE.value: _(
        "The file is not a PDF, JPEG or PNG, whatever its name says. Save it as one"
        " of these, and choose it again"
    ),
    Flaw.DAMAGED.value: _(
        "The file is damaged or incomplete. Save it anew, for example by printing it"
        " to PDF, and add it again"
    ),
    Flaw.ENCRYPTED.value: _(
        "The file is protected by a password or against copying. Save it without"
        " protection, and add it again"
    ),
    Flaw.TOO_MANY_PIXELS.value: _(
        "The picture has more than 50 million pixels. Make it smaller, and add it again"
    ),
    Flaw.TOO_COMPLEX.value: _(
        "The file takes too much work to be checked. Save it anew, for example by"
        " printing it to PDF, and add it again"
    ),
    Flaw.MALICIOUS.value: _(
        "The file holds something malicious. It was deleted. Check the computer that"
        " it comes from"
    ),
}
"""Why a file is refused, and what to do."""

AWAY = _(
    "The file could not be stored: our file store does not answer at this moment."
    " Nothing was lost of your draft. Choose the file again and try once more in a"
    " few minutes"
)


class FileForm(ProvenForm):
    """A file, and what it bears out."""

    class Meta(ProvenForm.Meta):
        """Takes files beside fields."""

        def wrap_formdata(self, form: object, formdata: Any) -> Any:
            """Return what was posted, with its files; nothing if nothing was."""
            fields = super().wrap_formdata(form, formdata)
            if fields is None:
                return None
            return CombinedMultiDict((request.files, request.form))

    about = SelectField(_("What does it bear out?"))
    file = FileField(
        _("File"),
        description=_("PDF, JPEG or PNG, up to 20 MB. No papers of patients."),
        render_kw={"accept": ".pdf,.jpg,.jpeg,.png"},
    )


class LinkForm(ProvenForm):
    """A link, and what it bears out."""

    link_about = SelectField(_("What does it bear out?"))
    url = StringField(
        _("Address of the page"),
        [InputRequired(_("Enter the address of the page")), Length(max=2000)],
        filters=[printable, lambda words: words.strip() if words else words],
        description=_("For example https://hospital.example.org/cell-therapy"),
        render_kw={"inputmode": "url", "spellcheck": "false"},
    )
    link_name = StringField(
        _("What is said there (optional)"),
        [Length(max=200)],
        filters=[printable],
    )

    def validate_url(self, field: StringField) -> None:
        """Refuse what is no address of a website."""
        if not is_website(field.data or ""):
            raise ValidationError(
                gettext("Enter a whole address, beginning with https:// or http://")
            )


@dataclass(frozen=True, slots=True)
class Row:
    """A piece of evidence, as the page shows it.

    Args:
        piece: The piece.
        about: What it bears out, in words.
        size: Of a file, in words; else empty.
        kind: Type of a file, in words; else empty.
        why: Why it was refused; else empty.
    """

    piece: Piece
    about: str
    size: str
    kind: str
    why: str


def is_website(words: str) -> bool:
    """Tell whether somebody typed the whole address of a page."""
    if any(character.isspace() for character in words):
        return False
    try:
        parts = urlsplit(words)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return named and parts.scheme in {"http", "https"} and parts.username is None


@bp.route(
    "/submissions/<string(length=32):submission>/evidence", methods=["GET", "POST"]
)
@security.takes(MOST_SENT)
@limiter.limit(OFTEN, methods=["POST"])
def evidence(submission: str) -> ResponseReturnValue:
    """Show what bears a draft out, and take a file."""
    page = evidence_page(context.session(), context.actor(), submission)
    form = file_form(page)
    status = 200
    if request.method == "POST":
        status = take_file(page, form)
        if status == 303:
            flash(gettext("The file was added. It is being checked now."))
            return redirect(url_for("hospital.evidence", submission=submission), 303)
    return show(page, form, link_form(page, posted=False), status)


@bp.post("/submissions/<string(length=32):submission>/evidence/links")
@limiter.limit(OFTEN)
def evidence_link(submission: str) -> ResponseReturnValue:
    """Take a link."""
    page = evidence_page(context.session(), context.actor(), submission)
    form = link_form(page, posted=True)
    if form.validate():
        try:
            attach_link(
                context.work(),
                submission,
                form.link_about.data or "",
                form.url.data or "",
                form.link_name.data or "",
            )
        except TooManyPiecesError as error:
            form.url.errors = [too_many(error)]
        else:
            flash(gettext("The link was added."))
            return redirect(url_for("hospital.evidence", submission=submission), 303)
    return show(page, file_form(page, posted=False), form, form.status)


@bp.route(
    "/submissions/<string(length=32):submission>"
    "/evidence/<string(length=32):piece>/remove",
    methods=["GET", "POST"],
)
def evidence_remove(submission: str, piece: str) -> ResponseReturnValue:
    """Ask whether to take a piece away; then do it."""
    page = evidence_page(context.session(), context.actor(), submission)
    found = next((one for one in page.pieces if one.public_id == piece), None)
    if found is None:
        raise NotFoundError(evidence=piece)
    form = ButtonForm()
    if form.validate_on_submit():
        remove(context.work(), submission, piece)
        flash(gettext("Taken away. It cannot be brought back."))
        return redirect(url_for("hospital.evidence", submission=submission), 303)
    answer = render_template(
        "hospital/evidence_remove.html", page=page, row=row(found), form=form
    )
    return make_response(answer, form.status)


@bp.get("/evidence/<string(length=32):evidence>/file")
def evidence_file(evidence: str) -> ResponseReturnValue:
    """Hand a file out to the organization that it belongs to."""
    return downloads.hand_out(evidence)


@bp.errorhandler(413)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say at the field that a file is too large, where a file was sent."""
    # What reads the form comes before what asks for a role.
    if request.endpoint != "hospital.evidence" or not staff.may(
        Permission.ATTACH_EVIDENCE
    ):
        return errors.by_http(error)
    submission = str((request.view_args or {}).get("submission"))
    page = evidence_page(context.session(), context.actor(), submission)
    form = file_form(page, posted=False)
    form.file.errors = [str(FLAWS[Flaw.TOO_LARGE.value])]
    return show(page, form, link_form(page, posted=False), 413)


def take_file(page: EvidencePage, form: FileForm) -> int:
    """Put a file into the store and add it to the draft; return the status."""
    file = form.file.data
    if not form.validate():
        return form.status
    if not isinstance(file, FileStorage) or not file.filename:
        form.file.errors = [gettext("Choose a file")]
        return 422
    if not staff.may(Permission.ATTACH_EVIDENCE):
        raise RefusedError(permission=Permission.ATTACH_EVIDENCE.value)
    try:
        kind = media_type(file.stream.read(SIGNATURE_BYTES))
        file.stream.seek(0)
        stored = put(file.stream)
    except FileRefusedError as error:
        form.file.errors = [str(FLAWS[error.flaw.value])]
        return 422
    except FilesUnavailableError:
        form.file.errors = [str(AWAY)]
        return 503
    try:
        attach_file(
            context.work(),
            page.submission,
            form.about.data or "",
            file.filename,
            kind,
            stored,
        )
    except TooManyPiecesError as error:
        let_go(stored)
        form.file.errors = [too_many(error)]
        return 422
    except DirectoryError:
        let_go(stored)
        raise
    return 303


def put(stream: IO[bytes]) -> SealedFile:
    """Seal a file into the store.

    Raises:
        FileRefusedError: If it is too large.
        FilesUnavailableError: If it could not be kept.
    """
    tools = context.tools()
    if tools.keys is None:
        raise FilesUnavailableError(reason="keys")
    return put_sealed(
        tools.files, tools.keys, AREA, chunks(stream), most_bytes=MOST_BYTES
    )


def let_go(stored: SealedFile) -> None:
    """Delete what was put in vain; if that fails, it is swept up later."""
    with suppress(DirectoryError):
        context.tools().files.delete(stored.key)


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a stream in pieces."""
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def too_many(error: TooManyPiecesError) -> str:
    """Return how many pieces there may be."""
    return gettext(
        "There is room for %(most)s at most. Take one away first",
        most=filters.number(int(str(error.facts["most"]))),
    )


def file_form(page: EvidencePage, *, posted: bool = True) -> FileForm:
    """Return the form for a file, as it was posted if it was."""
    more = {} if posted else {"formdata": None}
    form = FileForm(about=request.args.get("field", ""), **more)
    form.about.choices = subjects(page)
    return form


def link_form(page: EvidencePage, *, posted: bool) -> LinkForm:
    """Return the form for a link, as it was posted if it was."""
    more = {} if posted else {"formdata": None}
    form = LinkForm(link_about=request.args.get("field", ""), **more)
    form.link_about.choices = subjects(page)
    return form


def subjects(page: EvidencePage) -> list[tuple[str, str]]:
    """Return the fields that evidence can be about, each with its name."""
    capabilities = sorted(
        f"capability.{key}" for kind, key in context.words() if kind == "capability"
    )
    fields = dict.fromkeys((*page.fields, *capabilities))
    named = sorted(((one, field_name(one)) for one in fields), key=lambda one: one[1])
    return [("", gettext("The whole listing")), *named]


def row(piece: Piece) -> Row:
    """Return a piece as the page shows it."""
    return Row(
        piece,
        about=field_name(piece.field) if piece.field else gettext("The whole listing"),
        size=downloads.size(piece.size_bytes) if piece.size_bytes else "",
        kind=BEGINNING.get(piece.media_type, ""),
        why=str(FLAWS.get(piece.verdict, piece.verdict)),
    )


def show(
    page: EvidencePage, form: FileForm, link: LinkForm, status: int
) -> ResponseReturnValue:
    """Return the page, with what was typed."""
    answer = make_response(
        render_template(
            "hospital/evidence.html",
            page=page,
            rows=tuple(map(row, page.pieces)),
            form=form,
            link=link,
            most=MOST_FILES,
        ),
        status,
    )
    if status == 503:
        answer.headers["Retry-After"] = "60"
    return answer
