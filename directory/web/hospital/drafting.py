"""A draft: its task list, its pages, and two people on one page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import (
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import (
    Form,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from directory.core.errors import NotFoundError
from directory.core.permissions import Permission
from directory.core.text import Language
from directory.listings.rules.document import Kind
from directory.submissions.actions.drafting import (
    SectionMovedOnError,
    begin,
    begin_first,
    discard,
    save_section,
)
from directory.submissions.queries.drafts import DraftPage, draft_page
from directory.submissions.queries.evidence import evidence_page
from directory.submissions.queries.office import history, office_page
from directory.submissions.rules.typed.missing import Lack
from directory.submissions.rules.typed.rows import DETAILS
from directory.submissions.rules.typed.shape import (
    LISTS,
    MOST_ROWS,
    Section,
    Typed,
    cleaned,
    parts,
    same,
    whole,
)
from directory.web import context, security, staff
from directory.web.hospital import forms, labels
from directory.web.hospital.blueprint import bp
from directory.web.hospital.forms import SectionForm, form_for, typed_in
from directory.web.numbers import WholeNumberField
from directory.web.proof import ButtonForm, ProvenForm, printable
from directory.web.words import _

ID = "<string(length=32):submission>"
MOST_SENT = 4 * 1024 * 1024
"""Bytes of one page of a draft: long texts in scripts that take nine bytes each."""


@dataclass(frozen=True, slots=True)
class Task:
    """A page of the form in the task list.

    Args:
        section: Which page.
        wrong: Fields with something wrong.
        not_stated: Fields that say nothing yet.
        unproved: Statements without evidence or day.
        is_saved: Whether somebody saved it.
    """

    section: Section
    wrong: int
    not_stated: int
    unproved: int
    is_saved: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A part that two people changed.

    Args:
        name: What it is called.
        theirs: What stands, label and words of each field.
        mine: What was typed.
        field: To choose one.
    """

    name: str
    theirs: list[tuple[str, str]]
    mine: list[tuple[str, str]]
    field: RadioField


class FirstForm(ProvenForm):
    """A hospital that is not listed yet."""

    name_en = StringField(_("Name in English"), [Length(max=300)], filters=[printable])
    name_zh = StringField(_("Name in Chinese"), [Length(max=300)], filters=[printable])
    city = SelectField(_("City"), [InputRequired(_("Choose a city"))])

    def validate_name_en(self, field: StringField) -> None:
        """Ask for one name at least."""
        if not (field.data or "").strip() and not (self.name_zh.data or "").strip():
            raise ValidationError(gettext("Enter the name in one language at least"))


class ChoiceForm(ProvenForm):
    """What somebody typed over another's change, and what they choose."""

    mine = HiddenField()
    revision = WholeNumberField(validators=[InputRequired()], widget=HiddenInput())


class PartForm(Form):
    """Which of two versions of a part holds."""

    which = RadioField(
        _("Which one holds?"),
        choices=[
            SelectChoice("theirs", _("The version that is saved")),
            SelectChoice("mine", _("What you typed")),
        ],
    )


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show what the organization keeps, and what it proposes."""
    page = office_page(context.session(), context.actor(), today=context.today())
    return render_template(
        "hospital/home.html",
        page=page,
        labels=labels,
        may_import=staff.may(Permission.IMPORT_SHEET),
    )


@bp.get("/history")
def past() -> ResponseReturnValue:
    """Show what the organization ever proposed."""
    found = history(context.session(), context.actor())
    return render_template("hospital/history.html", found=found, labels=labels)


@bp.post("/listings/<slug:slug>/draft")
def begin_draft(slug: str) -> ResponseReturnValue:
    """Begin a draft, or lead to the one that is open."""
    found = begin(context.work(), Kind.CENTER, slug)
    return redirect(url_for("hospital.draft", submission=found), code=303)


@bp.route("/first", methods=["GET", "POST"])
def first() -> ResponseReturnValue:
    """Begin the draft of a hospital that is not listed yet."""
    page = office_page(context.session(), context.actor(), today=context.today())
    if not page.may_begin and request.method == "GET":
        raise NotFoundError(organization=context.actor().organization)
    form = FirstForm(name_en=next(iter(page.may_begin), ""))
    form.city.choices = [("", gettext("Choose a city")), *forms.named("city")]
    if form.validate_on_submit():
        names = {"en": form.name_en.data or "", "zh": form.name_zh.data or ""}
        typed = {code: words.strip() for code, words in names.items() if words.strip()}
        found = begin_first(context.work(), typed, form.city.data)
        return redirect(url_for("hospital.draft", submission=found), code=303)
    return make_response(render_template("hospital/first.html", form=form), form.status)


@bp.get(f"/submissions/{ID}")
def draft(submission: str) -> ResponseReturnValue:
    """Show the task list of a draft."""
    page = find(submission)
    if not page.is_open:
        return redirect(url_for("hospital.submission", submission=submission))
    pieces = evidence_page(context.session(), context.actor(), submission).pieces
    return render_template(
        "hospital/draft.html",
        page=page,
        tasks=[task(page, section) for section in Section],
        pieces=len(pieces),
        kept=[
            forms.part_name(
                section, part, parts(section, page.stands.section(section)).get(part)
            )
            for section, part in page.stands.kept
        ],
        labels=labels,
    )


@bp.route(f"/submissions/{ID}/sections/<section>", methods=["GET", "POST"])
@security.takes(MOST_SENT)
def section(submission: str, section: str) -> ResponseReturnValue:
    """Show a page of the form, and keep what is typed."""
    page, which = find(submission), named(section)
    if not page.is_open:
        if is_script():
            return make_response(jsonify(state="closed"), 409)
        return redirect(url_for("hospital.submission", submission=submission), 303)
    stands = page.stands.section(which)
    form = form_for(which, stands, page.saved[which].revision)
    if request.method == "GET":
        if page.saved[which].by or page.saved[which].at:
            forms.hang(form, page.reading.wrong_in(which))
        return show(page, which, form, 200)
    if not form.validate_on_submit():
        if is_script():
            return make_response(jsonify(state="refused"), form.status)
        return show(page, which, form, form.status)
    typed = cleaned(which, typed_in(which, form))
    anchor = changed_rows(which, typed)
    try:
        revision = save_section(
            context.work(), submission, which, typed, form.revision.data or 0
        )
    except SectionMovedOnError:
        if is_script():
            return make_response(jsonify(state="conflict"), 409)
        return conflict(page, which, typed)
    if is_script():
        return jsonify(state="saved", revision=revision)
    if request.form.get("then") == "list":
        flash(gettext("Saved."))
        return redirect(url_for("hospital.draft", submission=submission), code=303)
    if anchor is None:
        flash(gettext("Saved."))
    return redirect(
        url_for(
            "hospital.section", submission=submission, section=section, _anchor=anchor
        ),
        code=303,
    )


@bp.post(f"/submissions/{ID}/sections/<section>/choice")
@security.takes(MOST_SENT)
def section_choice(submission: str, section: str) -> ResponseReturnValue:
    """Keep what somebody chose of their own version and another's."""
    page, which = find(submission), named(section)
    form = ChoiceForm()
    try:
        sent = json.loads(form.mine.data or "")
    except ValueError:
        sent = {}
    mine = cleaned(which, sent if isinstance(sent, dict) else {})
    theirs = page.stands.section(which)
    if not form.validate_on_submit():
        return conflict(page, which, mine, form)
    if form.revision.data != page.saved[which].revision:
        return conflict(page, which, mine)
    chosen = merge(which, mine, theirs)
    try:
        save_section(context.work(), submission, which, chosen, form.revision.data)
    except SectionMovedOnError:
        return conflict(find(submission), which, chosen)
    flash(gettext("Saved."))
    return redirect(
        url_for("hospital.section", submission=submission, section=section), code=303
    )


@bp.route(f"/submissions/{ID}/discard", methods=["GET", "POST"])
def discard_draft(submission: str) -> ResponseReturnValue:
    """Ask whether to throw a draft away; then do it."""
    page = find(submission)
    form = ButtonForm()
    if form.validate_on_submit():
        discard(context.work(), submission)
        flash(gettext("The draft was discarded."))
        return redirect(url_for("hospital.home"), code=303)
    return make_response(
        render_template("hospital/discard.html", page=page, form=form), form.status
    )


def find(submission: str) -> DraftPage:
    """Return a draft of the organization."""
    return draft_page(
        context.session(), context.actor(), submission, today=context.today()
    )


def named(section: str) -> Section:
    """Return the section of an address.

    Raises:
        NotFoundError: If there is none of that name.
    """
    try:
        return Section(section)
    except ValueError as error:
        raise NotFoundError(section=section) from error


def is_script() -> bool:
    """Tell whether the page saves by itself, while somebody types."""
    return request.headers.get("X-Draft") == "saving"


def task(page: DraftPage, section: Section) -> Task:
    """Return how far a page of the form is."""
    lacks = [one.lack for one in page.missing_in(section)]
    silent = lacks.count(Lack.NOT_STATED)
    return Task(
        section=section,
        wrong=len(page.reading.wrong_in(section)),
        not_stated=silent,
        unproved=len(lacks) - silent,
        is_saved=page.saved[section].at is not None,
    )


def changed_rows(section: Section, typed: Typed) -> str | None:
    """Add or take out an entry, if a button asked for it; return where to go on."""
    if section not in LISTS:
        return None
    rows = typed["rows"]
    if "add" in request.form and len(rows) < MOST_ROWS:
        field = request.form["add"] if section is Section.CONTACT else ""
        rows += cleaned(section, {"rows": [{"field": field}]})["rows"]
        return f"row-{len(rows) - 1}"
    removed = request.form.get("remove", "")
    if removed.isascii() and removed.isdigit() and int(removed) < len(rows):
        del rows[int(removed)]
        return "entries"
    return None


def show(
    page: DraftPage, section: Section, form: SectionForm, status: int
) -> ResponseReturnValue:
    """Return a page of the form."""
    reasons = {one.difference.field: one for one in page.sent_back}
    answer = render_template(
        "hospital/section.html",
        page=page,
        which=section,
        form=form,
        problems=forms.summary(form),
        reasons=reasons,
        places=forms.places(section, page.stands.section(section)),
        details=DETAILS,
        row_name=forms.row_name,
        shows=languages_of,
        labels=labels,
        kept=[part for one, part in page.stands.kept if one is section],
    )
    response = make_response(answer, status)
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response


def languages_of(entry: Any) -> bool:
    """Tell whether an entry has words of its own in each language."""
    data = entry.data
    by_language = any(data[code] for code in Language)
    return by_language or (data["field"] == "address" and not data["words"])


def conflict(
    page: DraftPage,
    section: Section,
    mine: Typed,
    refused: ChoiceForm | None = None,
) -> ResponseReturnValue:
    """Return the page that shows both versions."""
    saved = page.saved[section]
    form = refused or ChoiceForm(formdata=None)
    form.mine.data = json.dumps(mine, ensure_ascii=False)
    form.revision.data, form.revision.raw_data = saved.revision, None
    theirs = page.stands.section(section)
    answer = render_template(
        "hospital/conflict.html",
        page=page,
        which=section,
        form=form,
        choices=choices(section, mine, theirs),
        saved=saved,
        labels=labels,
    )
    return make_response(answer, refused.status if refused else 409)


def differing(section: Section, mine: Typed, theirs: Typed) -> list[str]:
    """Return the parts in which two versions differ."""
    one, other = parts(section, mine), parts(section, theirs)
    return [
        name
        for name in dict.fromkeys((*other, *one))
        if not same(one.get(name, ""), other.get(name, ""))
    ]


def choices(section: Section, mine: Typed, theirs: Typed) -> list[Choice]:
    """Return each part in which two versions differ, with both."""
    one, other = parts(section, mine), parts(section, theirs)
    found = []
    for number, name in enumerate(differing(section, mine, theirs)):
        field = PartForm(prefix=f"part-{number}-", formdata=None).which
        field.data = request.form.get(field.name, "mine")
        found.append(
            Choice(
                forms.part_name(section, name, one.get(name) or other.get(name)),
                forms.part_words(section, other.get(name)),
                forms.part_words(section, one.get(name)),
                field,
            )
        )
    return found


def merge(section: Section, mine: Typed, theirs: Typed) -> Typed:
    """Return what somebody chose, part by part."""
    one, other = parts(section, mine), parts(section, theirs)
    result = dict(other)
    for number, name in enumerate(differing(section, mine, theirs)):
        if request.form.get(f"part-{number}-which") != "mine":
            continue
        if name in one:
            result[name] = one[name]
        else:
            result.pop(name, None)
    return whole(section, result)
