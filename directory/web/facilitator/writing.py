"""Writing about a case: to the patient, to a center, and for one's own office."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.cases.actions import notes
from directory.cases.actions.caring import CaseRestsError
from directory.cases.actions.talking import mark_read, say
from directory.cases.rules.messages import MessageRefusedError
from directory.cases.rules.triage import NoteRefusedError
from directory.web import context
from directory.web.facilitator.acting import attempt, back, hang, person_row
from directory.web.facilitator.blueprint import bp
from directory.web.facilitator.case import ID, Forms, show
from directory.web.facilitator.forms import MessageForm, NoteForm, TaskForm
from directory.web.proof import ButtonForm
from directory.web.words import _

WRONG = {
    "missing": _("Write something"),
    "long": _("This is too long"),
    "past": _("Choose today or a later day"),
    "many": _("This case has 50 open tasks. Finish one first"),
    "unknown": _("Choose somebody of your office"),
    "key": _("Open the page anew, and write it once more"),
}
"""What is wrong with what was written."""


@bp.post(f"/cases/<{ID}:case>/messages")
def write(case: str) -> ResponseReturnValue:
    """Write to the patient, or to the patient and a center."""
    form = MessageForm()
    form.whom.validate_choice = False
    forms = Forms(message=form, refused=form)
    if not form.validate():
        return show(case, forms)
    where = form.whom.data or None
    try:
        say(
            context.work(),
            context.keys(),
            case,
            where,
            form.body.data or "",
            form.sent_key.data or "",
            form.language.data or context.language().value,
        )
        # Whoever answers has read what they answer to.
        mark_read(context.work(), case, where)
    except MessageRefusedError as error:
        form.body.errors = [str(WRONG[str(error.facts["wrong"])])]
        return show(case, forms)
    except CaseRestsError as error:
        hang(form, error)
        return show(case, forms)
    flash(gettext("Your message was sent."))
    return back(case, "messages")


@bp.post(f"/cases/<{ID}:case>/read")
def read(case: str) -> ResponseReturnValue:
    """Say that a conversation was read."""
    form = ButtonForm()
    return attempt(
        case,
        Forms(refused=form),
        form,
        lambda: mark_read(context.work(), case, request.form.get("referral") or None),
        gettext("Marked as read."),
        anchor="messages",
    )


@bp.post(f"/cases/<{ID}:case>/notes")
def note(case: str) -> ResponseReturnValue:
    """Write for one's own office."""
    form = NoteForm()

    def act() -> None:
        try:
            notes.write_note(
                context.work(),
                context.keys(),
                case,
                form.note.data or "",
                key=form.key.data or "",
            )
        except NoteRefusedError as error:
            form.note.errors = [str(WRONG[str(error.facts["wrong"])])]

    forms = Forms(note=form, refused=form)
    return attempt(case, forms, form, act, gettext("Noted."), anchor="notes")


@bp.post(f"/cases/<{ID}:case>/tasks")
def task(case: str) -> ResponseReturnValue:
    """Write down something to be done."""
    form = TaskForm()
    form.assignee.validate_choice = False

    def act() -> None:
        try:
            notes.add_task(
                context.work(),
                context.keys(),
                case,
                form.task.data or "",
                key=form.key.data or "",
                due_on=form.due_on.data,
                assignee=person_row(form.assignee.data),
            )
        except NoteRefusedError as error:
            name = str(error.facts["field"])
            wrong = form[name] if name in {"due_on", "assignee"} else form.task
            wrong.errors = [str(WRONG[str(error.facts["wrong"])])]

    forms = Forms(task=form, refused=form)
    return attempt(case, forms, form, act, gettext("Added."), anchor="tasks")


@bp.post(f"/cases/<{ID}:case>/tasks/<{ID}:name>")
def task_done(case: str, name: str) -> ResponseReturnValue:
    """Say that a task was done, or that it was not."""
    form = ButtonForm()
    is_done = request.form.get("done") != "no"
    return attempt(
        case,
        Forms(refused=form),
        form,
        lambda: notes.finish_task(context.work(), case, name, is_done=is_done),
        gettext("Done.") if is_done else gettext("Open again."),
        anchor="tasks",
    )


@bp.post(f"/cases/<{ID}:case>/triage")
def triage(case: str) -> ResponseReturnValue:
    """Keep which lines of the checklist are clear."""
    form = ButtonForm()

    def act() -> None:
        try:
            notes.triage(
                context.work(), case, frozenset(request.form.getlist("line")[:100])
            )
        except NoteRefusedError:
            form.form_errors.append(
                gettext("The checklist was written anew. Look at it once more")
            )

    forms = Forms(refused=form)
    return attempt(case, forms, form, act, gettext("Kept."), anchor="triage")
