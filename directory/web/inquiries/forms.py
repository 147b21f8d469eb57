"""What is typed on the pages of inquiries, checked and turned into answers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, Optional

from directory.inquiries.rules.answers import (
    EMAIL_LONGEST,
    QUESTION_LONGEST,
    Age,
    Asker,
    Choice,
    DrugClass,
    Hours,
    Illness,
    Lines,
    Performance,
    Person,
    Problem,
    Relationship,
    Standing,
    Transplant,
    Travel,
    Wanted,
    Way,
    Whom,
    choice_problems,
    illness_problems,
    person_problems,
)
from directory.inquiries.rules.consents import NAME, Purpose, Ticked
from directory.inquiries.rules.receipts import LONGEST_TYPED
from directory.web import context
from directory.web.inquiries import choices, labels, times, wordings
from directory.web.inquiries.proof import AskForm, printable
from directory.web.inquiries.words import _


class Flag(StrEnum):
    """Yes or no, as a radio button sends it."""

    YES = "yes"
    NO = "no"


class PersonForm(AskForm):
    """Who asks, for whom, and how they can be reached."""

    center = HiddenField(filters=[printable])
    asker = RadioField(
        _("For whom do you ask?"),
        [InputRequired(_("Say for whom you ask"))],
        choices=choices.of(labels.ASKERS),
    )
    relationship = RadioField(
        _("If you ask for someone else: who is the patient?"),
        [Optional()],
        choices=choices.of(labels.RELATIONSHIPS),
        validate_choice=False,
    )
    standing = RadioField(
        _("If you ask for someone else: what allows you to?"),
        [Optional()],
        choices=choices.of(labels.STANDINGS),
        validate_choice=False,
    )
    age = RadioField(
        _("How old is the patient?"),
        [InputRequired(_("Say how old the patient is"))],
        choices=choices.of(labels.AGES),
    )
    country = SelectField(
        _("Country where the patient lives"),
        [InputRequired(_("Choose the country where the patient lives"))],
        render_kw={"autocomplete": "country"},
    )
    language = SelectField(
        _("Language in which you want the answer"),
        [InputRequired(_("Choose a language"))],
    )
    interpreter = RadioField(
        _("Do you need an interpreter to talk with a center?"),
        [InputRequired(_("Say whether you need an interpreter"))],
        choices=choices.of(
            {Flag.YES: labels.YES_NO[True], Flag.NO: labels.YES_NO[False]}
        ),
    )
    way = RadioField(
        _("How may we reach you?"),
        [InputRequired(_("Say how we may reach you"))],
        choices=choices.of(labels.WAYS, labels.WAY_HINTS),
    )
    email = EmailField(
        _("Email, if you chose it"),
        [
            Optional(),
            Length(max=EMAIL_LONGEST, message=_("The email address is too long")),
            Email(_("Enter an email address such as name@example.org")),
        ],
        filters=[printable],
        description=_("Use one that only you can read."),
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )
    hours = RadioField(
        _("When is it safe to reach you?"),
        [InputRequired(_("Say when it is safe to reach you"))],
        description=_("By the clock where you are."),
        choices=choices.of(labels.HOURS),
    )

    time_zone = SelectField(
        _("Time zone where you are"),
        [Optional()],
        description=_(
            "Leave it as it is if you are in the country above and all clocks there"
            " agree."
        ),
        filters=[printable],
    )

    def __init__(self, **kwargs: Any) -> None:
        """Fill the lists in the page's language."""
        super().__init__(**kwargs)
        self.country.choices = choices.countries()
        self.language.choices = choices.languages()
        self.time_zone.choices = times.zones()

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check each answer, then all together."""
        if not super().validate(extra_validators):
            return False
        person = self.person()
        found = person_problems(person)
        if person.time_zone is None:
            found += (Problem("time_zone", "missing"),)
        return self.hang(found)

    def person(self) -> Person:
        """Return the answers; what was said for another case is left out."""
        is_other = self.asker.data == Asker.OTHER
        return Person(
            asker=Asker(self.asker.data),
            relationship=_member(Relationship, self.relationship.data)
            if is_other
            else None,
            standing=_member(Standing, self.standing.data) if is_other else None,
            age=Age(self.age.data),
            country=self.country.data,
            language=self.language.data,
            interpreter=self.interpreter.data == Flag.YES,
            way=Way(self.way.data),
            email=(self.email.data or "").strip() or None
            if self.way.data == Way.EMAIL
            else None,
            hours=Hours(self.hours.data),
            time_zone=self.time_zone.data
            or times.only_clock(self.country.data, context.today()),
        )

    @staticmethod
    def typed(person: Person) -> dict[str, Any]:
        """Return what was typed, from the answers."""
        flag = Flag.YES if person.interpreter else Flag.NO
        return {**person.model_dump(mode="json"), "interpreter": flag.value}


class IllnessForm(AskForm):
    """The illness, by checklist, and the consent to keep it."""

    health = BooleanField(
        wordings.TEXTS[Purpose.HEALTH],
        [InputRequired(_("Without your agreement the illness cannot be kept"))],
        description=wordings.REFUSED[Purpose.HEALTH],
    )
    diagnosis = SelectField(
        _("Which illness is it?"), [InputRequired(_("Choose the illness"))]
    )
    lines = RadioField(
        _("How many lines of treatment have there been?"),
        [InputRequired(_("Say how many lines of treatment there were"))],
        description=_(
            "A line is a course of treatment until it was changed because it did not"
            " work or the illness came back."
        ),
        choices=choices.of(labels.LINES),
    )
    drug_classes = SelectMultipleField(
        _("Which treatments were given?"),
        description=_("Choose all that apply. Leave out what you do not know."),
        choices=choices.of(
            labels.DRUG_CLASSES, alone=(DrugClass.NONE, DrugClass.NOT_SURE)
        ),
    )
    transplant = RadioField(
        _("Were stem cells transplanted?"),
        [InputRequired(_("Say whether stem cells were transplanted"))],
        choices=choices.of(labels.TRANSPLANTS),
    )
    performance = RadioField(
        _("How is the patient on most days?"),
        [InputRequired(_("Say how the patient is on most days"))],
        choices=choices.of(labels.PERFORMANCES),
    )
    wanted = SelectMultipleField(
        _("What do you hope to find?"),
        description=_("Choose all that apply."),
        choices=choices.of(labels.WANTED),
    )
    travel = RadioField(
        _("When could the patient travel?"),
        [InputRequired(_("Say when the patient could travel"))],
        choices=choices.of(labels.TRAVELS),
    )
    question = TextAreaField(
        _("Your question, if you have one"),
        [
            Optional(),
            Length(
                max=QUESTION_LONGEST,
                message=_("Shorten your question to 1,000 characters"),
            ),
        ],
        filters=[printable],
        description=_(
            "Up to 1,000 characters. Do not write names, identity numbers or"
            " addresses here."
        ),
        render_kw={"rows": 6, "maxlength": QUESTION_LONGEST},
    )

    def __init__(self, **kwargs: Any) -> None:
        """Fill the list of illnesses in the page's language."""
        super().__init__(**kwargs)
        self.diagnosis.choices = choices.diagnoses()

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check each answer, then all together."""
        if self.question.data:
            # Browsers send two characters for each line end and count one.
            self.question.data = self.question.data.replace("\r\n", "\n")
        if not super().validate(extra_validators):
            return False
        return self.hang(illness_problems(self.illness()))

    def illness(self) -> Illness:
        """Return the answers."""
        return Illness(
            diagnosis=self.diagnosis.data,
            lines=Lines(self.lines.data),
            drug_classes=tuple(map(DrugClass, self.drug_classes.data or ())),
            transplant=Transplant(self.transplant.data),
            performance=Performance(self.performance.data),
            wanted=tuple(map(Wanted, self.wanted.data or ())),
            travel=Travel(self.travel.data),
            question=(self.question.data or "").strip(),
        )

    @staticmethod
    def typed(illness: Illness) -> dict[str, Any]:
        """Return what was typed, from the answers; consent was given with them."""
        return {**illness.model_dump(mode="json"), "health": True}


class ChoiceForm(AskForm):
    """To whom the inquiry is addressed."""

    whom = RadioField(
        _("Who should read your inquiry?"),
        [InputRequired(_("Choose who should read your inquiry"))],
        choices=choices.of(labels.WHOM, labels.WHOM_HINTS),
    )
    centers = SelectMultipleField(_("Centers, up to three"))
    facilitator = RadioField(_("Facilitators"), [Optional()], validate_choice=False)

    def __init__(
        self, centers: list[Any], facilitators: list[Any], **kwargs: Any
    ) -> None:
        """Fill the lists.

        Args:
            centers: Choices, the values being slugs.
            facilitators: Likewise.
            kwargs: For the form itself.
        """
        super().__init__(**kwargs)
        self.centers.choices = centers
        self.facilitator.choices = facilitators
        self.known = {option.value for option in facilitators}

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check each answer, then all together."""
        if not super().validate(extra_validators):
            return False
        choice = self.choice()
        if choice.facilitator not in {None, *self.known}:
            return self.hang([Problem("facilitator", "unknown")])
        return self.hang(choice_problems(choice))

    def choice(self) -> Choice:
        """Return the answer; what was ticked for another one is left out."""
        whom = Whom(self.whom.data)
        return Choice(
            whom=whom,
            centers=tuple(dict.fromkeys(self.centers.data or ()))
            if whom is Whom.CENTERS
            else (),
            facilitator=self.facilitator.data or None
            if whom is Whom.FACILITATOR
            else None,
        )


class ConsentsForm(AskForm):
    """A box for each consent; made anew for each list of recipients."""

    transfer = BooleanField(
        wordings.TEXTS[Purpose.TRANSFER],
        description=wordings.REFUSED[Purpose.TRANSFER],
    )
    recipients: tuple[str, ...] = ()

    def ticked(self) -> tuple[Ticked, ...]:
        """Return the boxes that were ticked, with the words beside them."""
        found = []
        if self.transfer.data:
            found.append(Ticked(wording=wordings.wording(Purpose.TRANSFER)))
        found += [
            Ticked(
                wording=wordings.wording(Purpose.SHARE, recipient), recipient=recipient
            )
            for recipient in self.recipients
            if self[field_name(recipient)].data
        ]
        return tuple(found)


def field_name(recipient: str) -> str:
    """Return the name of the field of a recipient, ``kind:slug``."""
    return f"share-{recipient.replace(':', '-')}"


def consents_form(names: Mapping[str, str]) -> type[ConsentsForm]:
    """Return the form for these recipients.

    Args:
        names: What each is called, by ``kind:slug``.
    """
    fields: dict[str, Any] = {
        field_name(recipient): BooleanField(
            wordings.words_of(Purpose.SHARE, recipient).replace(NAME, name),
            description=str(wordings.REFUSED[Purpose.SHARE]).replace(NAME, name),
        )
        for recipient, name in names.items()
    }
    fields["recipients"] = tuple(names)
    return type("ConsentsOfThese", (ConsentsForm,), fields)


class SendForm(AskForm):
    """The button that sends, with the revision that was checked."""

    revision = HiddenField(filters=[printable])
    task = HiddenField(filters=[printable])
    nonce = HiddenField(filters=[printable])
    answer = StringField(
        filters=[printable],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )

    @property
    def checked(self) -> int:
        """Return the revision that was checked; 0, which is none, if it is odd."""
        words = self.revision.data or ""
        return (
            int(words) if words.isascii() and words.isdigit() and len(words) < 9 else 0
        )


class GroupForm(AskForm):
    """One group of the receipt code, to show that it was saved."""

    group = StringField(
        validators=[InputRequired(_("Type the group of the code that is asked for"))],
        filters=[printable],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )


class CodeForm(AskForm):
    """The receipt code of an inquiry."""

    code = StringField(
        _("Receipt code"),
        [
            InputRequired(_("Type your receipt code")),
            Length(max=LONGEST_TYPED, message=labels.MISTYPED["length"]),
        ],
        filters=[printable],
        description=_(
            "Seven groups of four letters and digits. Small letters, spaces and"
            " missing dashes do not matter."
        ),
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )


def _member(kind: type[Any], value: object) -> Any:
    try:
        return kind(value)
    except ValueError:
        return None
