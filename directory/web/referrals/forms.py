"""What coordinators of hospitals type about a referred case."""

from __future__ import annotations

from datetime import datetime

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
)
from wtforms.widgets import HiddenInput

from directory.cases.rules.calls import (
    HOW_LONGEST,
    MINUTES_LEAST,
    MINUTES_MOST,
    SLOTS_AT_MOST,
    SUMMARY_LONGEST,
)
from directory.cases.rules.messages import LONGEST
from directory.cases.rules.states import Decline, Lack, Side, Step
from directory.web import pathway
from directory.web.numbers import WholeNumberField
from directory.web.proof import ProvenForm, printable
from directory.web.words import _

WORDS_LONGEST = 2000
"""Characters of what is written to an answer."""


def words(
    label: str, longest: int, hint: str = "", *, rows: int = 4, needed: str = ""
) -> TextAreaField:
    """Return a field of several lines, which run as they are written.

    Args:
        label: What it is called.
        longest: Characters.
        hint: What to write.
        rows: How tall it is.
        needed: What is said if nothing is written; nothing, if it need not be.
    """
    return TextAreaField(
        label,
        [
            *([DataRequired(needed)] if needed else []),
            Length(max=longest, message=_("Up to %(max)d characters")),
        ],
        filters=[printable],
        description=hint,
        render_kw={"rows": rows, "dir": "auto"},
    )


def day(label: str, hint: str = "") -> DateField:
    """Return the field for a day that must be given."""
    return DateField(label, [InputRequired(_("Enter a day"))], description=hint)


class SeenForm(ProvenForm):
    """A form that knows how the case stood on its page."""

    version = WholeNumberField(widget=HiddenInput())


class NeedForm(SeenForm):
    """What is missing before the hospital can answer."""

    lacks = SelectMultipleField(
        _("What do you need?"),
        [InputRequired(_("Choose at least one thing that you need"))],
        choices=[
            SelectChoice(value=code.value, label=pathway.LACKS[code]) for code in Lack
        ],
    )
    need_words = words(
        _("In words (optional)"),
        WORDS_LONGEST,
        _("For example from which months. The patient reads it."),
    )


class DeclineForm(SeenForm):
    """Why the hospital does not take the case."""

    code = RadioField(
        _("Why do you not take it?"),
        [InputRequired(_("Choose a reason"))],
        choices=[
            SelectChoice(value=code.value, label=pathway.DECLINES[code])
            for code in Decline
        ],
    )
    decline_words = words(
        _("In words (optional)"),
        WORDS_LONGEST,
        _("Plain and kind words: the patient reads them."),
    )


class MessageForm(ProvenForm):
    """A message to the patient and to who looks after the case."""

    sent_key = TextAreaField(validators=[Length(max=64)])
    body = words(
        _("Your message"),
        LONGEST,
        _("The patient and who looks after the case read it, here and not by mail."),
    )


class MoveForm(SeenForm):
    """Where the case goes, and whose turn it is then."""

    to = SelectField(_("Move the case to"), coerce=int, validate_choice=True)
    waits_for = RadioField(
        _("Whose turn is it then?"),
        [InputRequired(_("Say whose turn it is"))],
        choices=[
            SelectChoice(value=side.value, label=pathway.SIDES[side])
            for side in (Side.HOSPITAL, Side.PATIENT, Side.FACILITATOR)
        ],
    )

    def offer(self, steps: tuple[Step, ...]) -> None:
        """Let these steps be chosen."""
        self.to.choices = [
            SelectChoice(value=step.value, label=pathway.STEPS[step]) for step in steps
        ]


SLOT_LABELS = (
    _("First time"),
    _("Second time (optional)"),
    _("Third time (optional)"),
    _("Fourth time (optional)"),
    _("Fifth time (optional)"),
)


def slot(number: int) -> DateTimeLocalField:
    """Return the field for one time, from 1, by the hospital's clock."""
    return DateTimeLocalField(
        SLOT_LABELS[number - 1],
        [Optional()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        id=f"slot-{number}",
        render_kw={"step": "300"},
    )


class TimesForm(SeenForm):
    """Times that are offered for a consultation."""

    slot_1 = slot(1)
    slot_2 = slot(2)
    slot_3 = slot(3)
    slot_4 = slot(4)
    slot_5 = slot(5)
    minutes = WholeNumberField(
        _("How many minutes does it last?"),
        [
            InputRequired(_("Enter how many minutes")),
            NumberRange(
                MINUTES_LEAST,
                MINUTES_MOST,
                _("Enter a number of minutes from %(min)d to %(max)d"),
            ),
        ],
        default=45,
        render_kw={"inputmode": "numeric"},
    )
    has_interpreter = BooleanField(_("An interpreter will be there"))
    how = words(
        _("How to join (optional)"),
        HOW_LONGEST,
        _("An address or number. It is kept sealed; you can also say it later."),
        rows=3,
    )

    def slots(self) -> list[tuple[int, datetime]]:
        """Return the times that were given, each with the number of its field."""
        fields = [self[f"slot_{number}"] for number in range(1, SLOTS_AT_MOST + 1)]
        return [
            (number, field.data)
            for number, field in enumerate(fields, 1)
            if field.data is not None
        ]


class HowForm(SeenForm):
    """How to join."""

    how = words(_("How to join"), HOW_LONGEST, rows=3, needed=_("Say how to join"))


class HeldForm(SeenForm):
    """What was agreed in a consultation."""

    summary = words(
        _("The plan, as you explained it"),
        SUMMARY_LONGEST,
        _(
            "Which treatment, why, what else is possible, the main risks, likely"
            " dates. The patient and who looks after the case read it."
        ),
        rows=10,
        needed=_("Write the plan down"),
    )


class InfusionForm(SeenForm):
    """The day from which the follow-up counts."""

    infusion = day(_("Day of the infusion"))
