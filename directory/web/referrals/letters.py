"""Invitation letters: what they say, filling one in, giving it out, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import DateField, Field, StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from directory.cases.actions import letters
from directory.cases.actions.caring import CaseRestsError, NotAcceptedError
from directory.cases.actions.letters import (
    LetterChangedError,
    TemplateChangedError,
)
from directory.cases.queries.access import CaseChangedError
from directory.cases.queries.care import TemplateView, letter_template, next_letter
from directory.cases.rules.letters import (
    BODIES,
    BODY_LONGEST,
    DAYS,
    LINE_LONGEST,
    PASSPORTS,
    VALUE_LONGEST,
    LetterRefusedError,
    Named,
    TemplateRefusedError,
    check_values,
    filled,
    is_in,
    places,
)
from directory.cases.rules.letters import Field as Part
from directory.core.errors import NotFoundError
from directory.core.paper import PaperUnavailableError
from directory.core.text import Language
from directory.web import context
from directory.web.numbers import WholeNumberField
from directory.web.proof import printable
from directory.web.referrals.answering import CHANGED, hang
from directory.web.referrals.blueprint import bp
from directory.web.referrals.case import ID, Opened, keys, opened
from directory.web.referrals.forms import SeenForm
from directory.web.words import _

STANDS = (CaseChangedError, NotAcceptedError, CaseRestsError, LetterChangedError)

PARTS: Mapping[Part, str] = {
    Part.HEADING_EN: _("Name of the hospital, in English"),
    Part.ADDRESS_EN: _("Address, in English (optional)"),
    Part.TITLE_EN: _("Title of the letter, in English"),
    Part.BODY_EN: _("Text of the letter, in English"),
    Part.SIGNER_EN: _("Who signs, in English"),
    Part.HEADING_ZH: _("Name of the hospital, in Chinese"),
    Part.ADDRESS_ZH: _("Address, in Chinese (optional)"),
    Part.TITLE_ZH: _("Title of the letter, in Chinese"),
    Part.BODY_ZH: _("Text of the letter, in Chinese"),
    Part.SIGNER_ZH: _("Who signs, in Chinese"),
}

PLACES: Mapping[Named, str] = {
    Named.PATIENT_NAME: _("Name of the patient, as in the passport"),
    Named.BIRTH_DATE: _("Day of birth"),
    Named.NATIONALITY: _("Nationality"),
    Named.PASSPORT: _("Passport number"),
    Named.COMPANION_NAME: _("Name of the companion, as in the passport"),
    Named.COMPANION_PASSPORT: _("Passport number of the companion"),
    Named.ARRIVE: _("Day of arrival"),
    Named.STAY: _("How long the stay is, for example 90 days"),
    Named.DEPARTMENT: _("Department"),
    Named.DOCTOR: _("Doctor"),
    Named.NUMBER: _("Number of the letter (filled in by itself)"),
    Named.TODAY: _("Day of the letter (filled in by itself)"),
}

WRONG: Mapping[str, str] = {
    "missing": _("This is missing"),
    "long": _("This is too long"),
    "brace": _("A brace { or } stands without its other"),
    "passport": _("Enter 5 to 20 capital letters and digits, without spaces"),
    "day": _("Enter a real day"),
    "past": _("This day has passed"),
    "far": _("This is more than two years ahead"),
    "unknown": _("This is not in the letter"),
}


class TemplateForm(SeenForm):
    """What the hospital's letters say; its fields are those of :class:`Part`."""


class LetterForm(SeenForm):
    """What is filled in; its fields are the places of the template."""

    template_version = WholeNumberField(widget=HiddenInput())
    number = WholeNumberField(widget=HiddenInput())


def _template_form(data: Mapping[str, Any]) -> TemplateForm:
    fields: dict[str, Field] = {
        part.value: (TextAreaField if part in BODIES else StringField)(
            words,
            [Length(max=BODY_LONGEST if part in BODIES else LINE_LONGEST)],
            filters=[printable],
            render_kw={"dir": "auto", **({"rows": 8} if part in BODIES else {})},
        )
        for part, words in PARTS.items()
    }
    made: type[TemplateForm] = type("KeptTemplateForm", (TemplateForm,), fields)
    return made(data=dict(data))


def _letter_form(template: TemplateView, number: int) -> LetterForm:
    fields: dict[str, Field] = {}
    for place in places(template.fields):
        if place in DAYS:
            fields[place.value] = DateField(PLACES[place], [Optional()])
            continue
        more = {"autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}
        fields[place.value] = StringField(
            PLACES[place],
            [Length(max=VALUE_LONGEST)],
            filters=[printable],
            render_kw={
                "autocomplete": "off",
                **(more if place in PASSPORTS else {"dir": "auto"}),
            },
        )
    made: type[LetterForm] = type("FilledLetterForm", (LetterForm,), fields)
    return made(data={"template_version": template.version, "number": number})


@bp.route("/letter-template", methods=["GET", "POST"])
def letter_words() -> ResponseReturnValue:
    """Write what the hospital's letters say."""
    stands = letter_template(context.session(), context.actor())
    form = _template_form({**stands.fields, "version": stands.version})
    if form.validate_on_submit():
        fields = {part.value: form[part.value].data or "" for part in Part}
        try:
            letters.keep_template(context.work(), fields, form.version.data or 0)
        except TemplateRefusedError as error:
            for name, wrong, place in error.facts["problems"]:  # type: ignore[attr-defined]
                form[name].errors = [
                    gettext("Nobody can fill in {%(name)s}", name=place)
                    if wrong == "unknown"
                    else WRONG[wrong]
                ]
        except TemplateChangedError:
            form.form_errors.append(
                _(
                    "Somebody changed the template since you opened it. Your words are"
                    " still here; send them again to put them in place of theirs"
                )
            )
            form.version.data = stands.version
        else:
            flash(gettext("Kept. Letters from now on say so."))
            return redirect(url_for("referrals.letter_words"), code=303)
    page = render_template(
        "referrals/letter_words.html", form=form, parts=list(Part), places=PLACES
    )
    return make_response(page, form.status)


@bp.route(f"/<{ID}:referral>/letter", methods=["GET", "POST"])
def letter(referral: str) -> ResponseReturnValue:
    """Fill a letter in, look at it, then give it out."""
    found = opened(referral)
    template = letter_template(context.session(), context.actor())
    if not template.version:
        flash(gettext("First write what your letters say."))
        return redirect(url_for("referrals.letter_words"), code=303)
    number = next_letter(context.session(), referral)
    form = _letter_form(template, number)
    if not form.validate_on_submit() or not _is_sound(form, template, found):
        return _show(form, found, None)
    values = _values(form, template)
    whole = _whole(found, template, values, number)
    if "give" not in request.form:
        return _show(form, found, whole)
    if (form.template_version.data, form.number.data) != (template.version, number):
        form.form_errors.append(CHANGED)
        form.template_version.data, form.number.data = template.version, number
        return _show(form, found, whole)
    try:
        pdf = context.tools().paper.pdf(
            render_template(
                "paper/letter.html", letter=whole, number=_number(found, number)
            ),
            title=_number(found, number),
            language=Language.EN if is_in(template.fields, "en") else Language.ZH,
        )
        letters.give_letter(
            context.work(),
            keys(),
            context.tools().files,
            referral,
            values,
            pdf,
            number=number,
            template_version=template.version,
            version=form.version.data or 0,
        )
    except PaperUnavailableError:
        form.form_errors.append(
            _("The PDF cannot be made at this moment. Try again in a few minutes")
        )
    except STANDS as error:
        hang(form, error)
    else:
        flash(gettext("The letter was given out. The patient can open it now."))
        return _back(referral)
    context.finish(succeeded=False)
    return _show(form, opened(referral), whole)


@bp.route(f"/<{ID}:referral>/letters/<{ID}:name>/take-back", methods=["GET", "POST"])
def take_back_letter(referral: str, name: str) -> ResponseReturnValue:
    """Ask once, then take a letter back."""
    form = SeenForm()
    if form.validate_on_submit():
        try:
            letters.take_back_letter(
                context.work(), keys(), referral, name, version=form.version.data or 0
            )
        except STANDS as error:
            hang(form, error)
        else:
            flash(gettext("Taken back. The patient sees that it was."))
            return _back(referral)
    context.finish(succeeded=False)
    found = opened(referral)
    one = next((each for each in found.care.letters if each.id == name), None)
    if one is None:
        raise NotFoundError(letter=name)
    page = render_template(
        "referrals/take_back_letter.html", form=form, found=found, letter=one
    )
    return make_response(page, form.status)


def _is_sound(form: LetterForm, template: TemplateView, found: Opened) -> bool:
    """Tell whether all was filled in as it can be; hang on its field what was not."""
    try:
        check_values(template.fields, _values(form, template), found.today)
    except LetterRefusedError as error:
        for name, wrong in error.facts["problems"]:  # type: ignore[attr-defined]
            form[name].errors = [WRONG[wrong]]
        return False
    return True


def _values(form: LetterForm, template: TemplateView) -> dict[str, str]:
    found = {}
    for place in places(template.fields):
        data = form[place.value].data
        found[place.value] = (
            (data.isoformat() if data else "")
            if place in DAYS
            else (data or "").strip()
        )
    return found


def _number(found: Opened, number: int) -> str:
    return f"{found.page.reference}-{number}"


def _whole(
    found: Opened, template: TemplateView, values: Mapping[str, str], number: int
) -> dict[str, str]:
    """Return the letter as it would be given out, field by field."""
    given = {
        **values,
        Named.NUMBER.value: _number(found, number),
        Named.TODAY.value: found.today.isoformat(),
    }
    return filled(template.fields, given)


def _show(form: LetterForm, found: Opened, whole: Mapping[str, str] | None) -> Response:
    names = [
        name
        for name in form.data
        if name in {place.value for place in Named} - {"number"}
    ]
    page = render_template(
        "referrals/letter.html",
        form=form,
        found=found,
        letter=whole,
        names=names,
    )
    return make_response(page, form.status)


def _back(referral: str) -> ResponseReturnValue:
    return redirect(
        url_for("referrals.case", referral=referral, _anchor="letters"), code=303
    )
