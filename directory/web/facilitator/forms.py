"""What a facilitator types about a case."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from directory.cases.rules.machine import moves_of
from directory.cases.rules.messages import LONGEST
from directory.cases.rules.states import (
    Closing,
    Decline,
    Lack,
    PauseReason,
    ReferralState,
    Side,
    Step,
)
from directory.cases.rules.templates import BODY_LONGEST, NAME_LONGEST
from directory.cases.rules.triage import NOTE_LONGEST, WORDS_LONGEST
from directory.core.text import Language
from directory.web import pathway
from directory.web.fields import choices
from directory.web.locale import NAMES
from directory.web.numbers import WholeNumberField
from directory.web.proof import ProvenForm, printable
from directory.web.words import _

UP_TO = _("Up to %(max)d characters")
SIDES = (Side.FACILITATOR, Side.PATIENT, Side.HOSPITAL)

ANSWERS = {
    ReferralState.ACCEPTED: _("It takes the case"),
    ReferralState.NEEDS_MORE: _("It needs more first"),
    ReferralState.DECLINED: _("It does not take the case"),
}
"""What a center may have answered."""


def words(
    label: str, longest: int, hint: str = "", *, rows: int = 4, needed: str = ""
) -> TextAreaField:
    """Return a field of several lines, which run as they are written."""
    return TextAreaField(
        label,
        [
            *([DataRequired(needed)] if needed else []),
            Length(max=longest, message=UP_TO),
        ],
        filters=[printable],
        description=hint,
        render_kw={"rows": rows, "dir": "auto"},
    )


class SeenForm(ProvenForm):
    """A form that knows how the case stood on its page."""

    version = WholeNumberField(validators=[InputRequired()])


class TakeForm(SeenForm):
    """The button by which one carries a case oneself."""


class AssignForm(SeenForm):
    """Who carries a case."""

    person = SelectField(_("Who carries it"), validate_choice=True)


class MoveForm(SeenForm):
    """Where the case goes, and whose turn it is then."""

    to = SelectField(_("Move the case to"), coerce=int)
    waits_for = RadioField(
        _("Whose turn is it then?"),
        [InputRequired(_("Say whose turn it is"))],
        choices=choices((side.value, pathway.SIDES[side]) for side in SIDES),
    )

    def offer(self, step: Step, *, in_stead: bool) -> None:
        """Let the steps be chosen to which the case may go."""
        self.to.choices = choices(
            (str(to.value), pathway.STEPS[to])
            for to in moves_of(Side.FACILITATOR, step, in_stead=in_stead)
        )


class WaitForm(SeenForm):
    """Whose turn it is."""

    side = RadioField(
        _("Whose turn is it?"),
        [InputRequired(_("Say whose turn it is"))],
        choices=choices((side.value, pathway.SIDES[side]) for side in SIDES),
    )


class PauseForm(SeenForm):
    """Why a case rests, and until when."""

    reason = RadioField(
        _("Why does it rest?"),
        [InputRequired(_("Choose a reason"))],
        choices=choices((code.value, pathway.PAUSES[code]) for code in PauseReason),
    )
    until = DateField(
        _("Until which day?"),
        [InputRequired(_("Enter a day"))],
        description=_("Then it goes on by itself. At most 180 days ahead."),
    )


class CloseForm(SeenForm):
    """Why a case ends."""

    code = RadioField(
        _("Why does it end?"),
        [InputRequired(_("Choose a reason"))],
        choices=choices(
            (code.value, pathway.CLOSINGS[code])
            for code in Closing
            # A duplicate is joined with the case that goes on, not only closed.
            if code is not Closing.DUPLICATE
        ),
    )


class MergeForm(SeenForm):
    """With which case one is joined."""

    into = StringField(
        _("Number of the case that goes on"),
        [DataRequired(_("Enter the number of a case"))],
        filters=[printable],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class HandOverForm(SeenForm):
    """Who looks after a case from now on."""

    office = SelectField(_("To whom?"))


class ProposeForm(SeenForm):
    """To which centers a case is referred."""

    centers = SelectMultipleField(
        _("Centers"), [InputRequired(_("Choose at least one center"))]
    )
    take = BooleanField(_("Carry the case myself"))


class AnswerForm(SeenForm):
    """What a center answered that nobody keeps here."""

    state = RadioField(
        _("What did it answer?"),
        [InputRequired(_("Choose an answer"))],
        choices=choices((state.value, said) for state, said in ANSWERS.items()),
    )
    lacks = SelectMultipleField(
        _("If it needs more: what?"),
        choices=choices((code.value, pathway.LACKS[code]) for code in Lack),
    )
    code = SelectField(
        _("If it does not take it: why?"),
        choices=choices(
            (
                ("", _("Choose a reason")),
                *((code.value, pathway.DECLINES[code]) for code in Decline),
            )
        ),
    )
    said = words(
        _("In words (optional)"),
        2000,
        _("As the center said it. The patient reads it."),
    )


class MessageForm(ProvenForm):
    """A message to the patient, or to the patient and a center."""

    sent_key = HiddenField(validators=[Length(max=64)])
    whom = SelectField(_("Who reads it?"))
    language = SelectField(
        _("In which language is it written?"),
        choices=choices((each.value, NAMES[each]) for each in Language),
    )
    body = words(
        _("Your message"),
        LONGEST,
        _("It is read here with the code, and not by mail."),
        rows=8,
    )


class NoteForm(ProvenForm):
    """What the others of one's office should know."""

    key = HiddenField()
    note = words(
        _("Note for your own office"),
        NOTE_LONGEST,
        _("Neither the patient nor a hospital reads it."),
        needed=_("Write a note"),
    )


class TaskForm(ProvenForm):
    """Something to be done."""

    key = HiddenField()
    task = words(
        _("What is to be done?"),
        WORDS_LONGEST,
        rows=2,
        needed=_("Say what is to be done"),
    )
    due_on = DateField(_("By which day? (optional)"), [Optional()])
    assignee = SelectField(_("Who does it?"))


class TemplateForm(ProvenForm):
    """Words that are written again and again."""

    name = StringField(
        _("Name of the template"),
        [DataRequired(_("Give it a name")), Length(max=NAME_LONGEST, message=UP_TO)],
        filters=[printable],
    )
    language = SelectField(
        _("Language"), choices=choices((each.value, NAMES[each]) for each in Language)
    )
    body = words(_("Words"), BODY_LONGEST, rows=8, needed=_("Write the words"))
    other_language = SelectField(
        _("Second language"),
        choices=choices(
            (("", _("None")), *((each.value, NAMES[each]) for each in Language))
        ),
    )
    other_body = words(_("The same in the second language"), BODY_LONGEST, rows=8)
