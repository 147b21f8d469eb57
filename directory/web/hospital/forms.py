"""The pages of a draft as forms: every one takes what is typed, right or wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectFieldBase
from wtforms.validators import Length
from wtforms.widgets import HiddenInput

from directory.listings.rules.document import Route, Value
from directory.submissions.rules.typed.checking import Problem
from directory.submissions.rules.typed.shape import (
    ASKED,
    LISTS,
    MOST_CHARACTERS,
    Section,
    Typed,
    is_empty,
)
from directory.submissions.rules.typed.standing import VALUES
from directory.web import context, filters, labels
from directory.web.facts import field_name
from directory.web.hospital import labels as words_of
from directory.web.numbers import WholeNumberField
from directory.web.proof import ProvenForm, printable
from directory.web.words import _

LONG = Length(
    max=MOST_CHARACTERS, message=_("This is too long: 10,000 characters at most")
)
KINDS = {"types": "type", "indications": "indication", "languages": "language"}
"""Kind of the vocabulary that boxes come from."""


def line(label: str, hint: str = "", **more: str) -> StringField:
    """Return a field of one line."""
    return StringField(
        label,
        [LONG],
        filters=[printable],
        description=hint,
        # Names and notes run as they are written, whatever the page does.
        render_kw={"dir": "auto", **more},
    )


def lines(label: str, hint: str = "", rows: int = 3) -> TextAreaField:
    """Return a field of several lines."""
    return TextAreaField(
        label,
        [LONG],
        filters=[printable],
        description=hint,
        render_kw={"dir": "auto", "rows": rows},
    )


def boxes(label: str) -> SelectMultipleField:
    """Return boxes of the vocabulary."""
    return SelectMultipleField(label, validate_choice=False)


def link() -> StringField:
    """Return the field for a page that says so."""
    return line(
        _("Page that says so (optional)"),
        inputmode="url",
        spellcheck="false",
        dir="ltr",
    )


def day() -> StringField:
    """Return the field for the day of what is said."""
    return line(
        _("As of (year, month or day)"), inputmode="numeric", spellcheck="false"
    )


class CapabilityFields(Form):
    """Whether the hospital has something."""

    value = SelectField(_("Is it so?"), validate_choice=False)
    statement = lines(
        _("In a sentence (optional)"), _("Plain facts, for example how many beds."), 2
    )
    source_url = link()
    as_of = day()


class InterpreterFields(CapabilityFields):
    """The same, with languages."""

    languages = boxes(_("Languages"))


class ContactFields(Form):
    """Address, website or the like."""

    was = HiddenField(validators=[LONG])
    field = HiddenField(validators=[LONG])
    words = lines(_("What it is"), "", 2)
    en = line(_("English"))
    zh = line(_("Chinese"))
    ru = line(_("Russian"))
    ar = line(_("Arabic"))
    source_url = link()
    as_of = day()


class TherapyFields(Form):
    """A product and its route."""

    was = HiddenField(validators=[LONG])
    therapy = SelectField(_("Product"), validate_choice=False)
    route = SelectField(_("Route to treatment"), validate_choice=False)
    indications = boxes(_("Diseases"))
    setting = line(
        _("Setting (optional)"), _("For example: inpatient, as a trial site")
    )
    payer = line(_("Who pays (optional)"))
    statement = lines(_("In a sentence (optional)"), "", 2)
    source_url = link()
    as_of = day()


class TrialFields(Form):
    """A trial."""

    was = HiddenField(validators=[LONG])
    id = line(
        _("Registry number"),
        _("NCT, CTR or ChiCTR, for example NCT01234567"),
        spellcheck="false",
        autocapitalize="characters",
    )
    name = line(_("Name of the trial (optional)"))
    target = line(_("Target on the cancer cell"))
    indication = line(_("Disease, as the registry says it"))
    indications = boxes(_("Diseases"))
    role = line(_("What your hospital does in it"))
    statement = lines(_("In a sentence (optional)"), "", 2)
    source_url = link()
    as_of = day()


class SectionForm(ProvenForm):
    """A page of the form, and the revision that it was made from."""

    revision = WholeNumberField(widget=HiddenInput())


class IdentityForm(SectionForm):
    """Names, kind and place."""

    name_en = line(_("Name in English"))
    name_zh = line(_("Name in Chinese"))
    name_ru = line(_("Name in Russian"))
    name_ar = line(_("Name in Arabic"))
    aliases = lines(_("Other names"), _("One on each line."))
    former_names = lines(_("Former names"), _("One on each line."))
    city = SelectField(_("City"), validate_choice=False)
    district = line(_("District"))
    types = boxes(_("Kind of hospital"))
    type_stated = line(
        _("Kind of hospital, in your words"), _("For example: public, tertiary A")
    )
    adult = SelectField(_("Do you treat adults with CAR-T?"), validate_choice=False)
    pediatric = SelectField(
        _("Do you treat children with CAR-T?"), validate_choice=False
    )
    indications = boxes(_("Diseases that you treat with CAR-T"))
    specialties = lines(_("Known for"), _("One on each line."))
    source_url = link()
    as_of = day()


class ContactForm(SectionForm):
    """Address and contact."""

    rows = FieldList(FormField(ContactFields))


class TherapiesForm(SectionForm):
    """Products and routes."""

    rows = FieldList(FormField(TherapyFields))


class TrialsForm(SectionForm):
    """Trials."""

    rows = FieldList(FormField(TrialFields))


def _asked(section: Section) -> type[SectionForm]:
    fields = {
        key: FormField(InterpreterFields if key == "interpreter" else CapabilityFields)
        for key in ASKED[section]
    }
    return type(f"{section.value.title()}Form", (SectionForm,), fields)


FORMS: Mapping[Section, type[SectionForm]] = {
    Section.IDENTITY: IdentityForm,
    Section.CONTACT: ContactForm,
    Section.CAPABILITIES: _asked(Section.CAPABILITIES),
    Section.THERAPIES: TherapiesForm,
    Section.TRIALS: TrialsForm,
    Section.SERVICES: _asked(Section.SERVICES),
}


def form_for(section: Section, typed: Typed, revision: int) -> SectionForm:
    """Return a page of the form with what was posted, else with what stands.

    Args:
        section: Which page.
        typed: What stands.
        revision: Of the section.
    """
    form = FORMS[section](data={**typed, "revision": revision})
    for field in leaves(form):
        if isinstance(field, SelectFieldBase):
            _offer(field)
    return form


def typed_in(section: Section, form: SectionForm) -> Typed:
    """Return what was typed into a page of the form."""
    data: dict[str, Any] = form.data
    if section in LISTS:
        return {"rows": data["rows"]}
    return {name: data[name] for name in data if name not in {"revision", "csrf_token"}}


def leaves(form: Form) -> Iterator[Field]:
    """Yield every field that somebody types in, in the order of the page."""
    for field in form:
        yield from _leaves(field)


def _leaves(field: Field) -> Iterator[Field]:
    if isinstance(field, FieldList):
        for entry in field.entries:
            yield from _leaves(entry)
    elif isinstance(field, FormField):
        yield from leaves(field.form)
    else:
        yield field


def hang(form: SectionForm, problems: tuple[Problem, ...]) -> None:
    """Say at each field what is wrong with it."""
    fields = {field.name: field for field in leaves(form)}
    for one in problems:
        said = str(words_of.WRONG[one.wrong.value])
        if one.most:
            said = said % {"most": filters.number(one.most)}
        field = fields.get(one.name)
        if field is None:
            form.form_errors.append(said)
        elif not field.errors:
            field.errors = [said]
    rows = form._fields.get("rows")
    if isinstance(rows, FieldList):
        rows.errors = [entry.errors for entry in rows.entries if entry.errors]


def summary(form: SectionForm) -> list[dict[str, str]]:
    """Return every field that something is wrong with, for the top of the page."""
    found = [{"text": str(said), "href": "#main"} for said in form.form_errors]
    return found + [
        {"text": str(field.errors[0]), "href": f"#{field.id}"}
        for field in leaves(form)
        if field.errors
    ]


def _offer(field: Any) -> None:
    """Put choices in the page's language into a field."""
    name = field.short_name
    if name in KINDS:
        kind = KINDS[name]
        field.choices = named(kind, field.data or ())
    elif name == "city":
        field.choices = [("", _("Choose a city")), *named("city")]
    elif name == "therapy":
        field.choices = [("", _("Not stated")), *named("therapy", [field.data or ""])]
    elif name == "route":
        routes = [
            (route.value, labels.word(labels.ROUTES, route.value)) for route in Route
        ]
        field.choices = [("", _("Choose a route")), *routes]
    elif name in {"value", "adult", "pediatric"}:
        values = list(VALUES)
        if field.data == Value.CONFLICTING.value:
            values.append(Value.CONFLICTING)
        field.choices = [
            (value.value, labels.word(labels.VALUES, value.value)) for value in values
        ]


def named(kind: str, more: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return keys of the vocabulary with their words, also some that left it."""
    keys = dict.fromkeys(key for found, key in context.words() if found == kind)
    keys |= dict.fromkeys(key for key in more if key)
    return [(key, filters.term(key, kind)) for key in keys]


def row_name(section: Section, row: Mapping[str, Any]) -> str:
    """Return what an entry of a list is called."""
    if section is Section.CONTACT:
        return field_name(row["field"]) if row["field"] else str(_("New entry"))
    if section is Section.THERAPIES:
        named = row["therapy"]
        return filters.term(named, "therapy") if named else str(_("Product not stated"))
    return row["id"] or row["name"] or str(_("New trial"))


def places(section: Section, typed: Typed) -> dict[str, str]:
    """Return what differences call each field of a page, or each of its entries.

    Args:
        section: Which page.
        typed: What stands on it.
    """
    if section in ASKED:
        return {key: f"capability.{key}" for key in ASKED[section]}
    if section is Section.IDENTITY:
        return {name: name.replace("name_", "names.") for name in typed}
    found: dict[str, str] = {}
    seen: Counter[str] = Counter()
    part = "treatment" if section is Section.THERAPIES else "trial"
    for index, row in enumerate(typed["rows"]):
        if is_empty(row):
            continue
        of = row["field"] if section is Section.CONTACT else part
        seen[of] += 1
        is_plain = section is Section.CONTACT and seen[of] == 1
        found[f"rows-{index}"] = of if is_plain else f"{of}.{seen[of]}"
    return found


def part_name(section: Section, part: str, row: Any) -> str:
    """Return what a part of a section is called."""
    if section in ASKED:
        return filters.term(part, "capability")
    if section in LISTS:
        return row_name(section, row) if row else field_name(part)
    field = FORMS[section](formdata=None)._fields[part]
    return str(field.label.text)


def part_words(section: Section, value: Any) -> list[tuple[str, str]]:
    """Return what was typed into a part: label and words of each field."""
    if value is None:
        return [("", str(_("taken out")))]
    if not isinstance(value, Mapping):
        return [("", _in_words("", value))]
    shown = {
        Section.CONTACT: ContactFields,
        Section.THERAPIES: TherapyFields,
        Section.TRIALS: TrialFields,
    }.get(section, InterpreterFields)
    return [
        (str(field.label.text), _in_words(field.short_name, value[field.short_name]))
        for field in shown()
        if field.short_name not in {"was", "field"} and value.get(field.short_name)
    ] or [("", str(_("nothing")))]


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, list):
        kind = KINDS.get(name, "indication")
        return "; ".join(filters.term(key, kind) for key in value)
    if name == "value":
        return labels.word(labels.VALUES, value)
    if name == "route":
        return labels.word(labels.ROUTES, value)
    return filters.term(value, "therapy") if name == "therapy" else str(value)
