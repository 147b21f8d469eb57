"""Messages between the patient and those who see the case."""

from __future__ import annotations

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from directory.cases.actions import talking
from directory.cases.actions.caring import CaseRestsError
from directory.cases.actions.talking import NobodyReadsError
from directory.cases.queries.talking import Thread, patients_threads
from directory.cases.queries.tracking import patients_page
from directory.cases.rules.messages import KEY_LONGEST, LONGEST, MessageRefusedError
from directory.core.errors import NotFoundError
from directory.web.context import language, session, work
from directory.web.guards import limiter
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.opening import open_inquiry
from directory.web.inquiries.proof import ButtonForm, printable
from directory.web.inquiries.tracking import clock_of
from directory.web.inquiries.words import _
from directory.web.proof import ProvenForm

OWNER = "office"
"""How addresses name the conversation with who looks after the case."""


WRITTEN = "60 per hour"
"""Messages that one address may send."""


class MessageForm(ProvenForm):
    """A message."""

    body = TextAreaField(
        _("Your message"),
        [
            InputRequired(_("Write a message first")),
            Length(
                max=LONGEST,
                message=_("Write no more than 4,000 characters; send the rest after"),
            ),
        ],
        filters=[printable],
        description=_("Up to 4,000 characters. Do not write ID numbers here."),
        render_kw={"rows": 5},
    )
    sent_key = HiddenField(validators=[Length(max=KEY_LONGEST)])


@bp.get("/mine/messages")
def messages() -> ResponseReturnValue:
    """Show every conversation, each with a form to write in it."""
    return _page(None, None)


@bp.get("/mine/messages/<thread>")
def back_to_messages(thread: str) -> ResponseReturnValue:
    """Conversations stand on one page."""
    del thread
    return redirect("messages")


@bp.post("/mine/messages/<thread>")
@limiter.limit(WRITTEN)
def write(thread: str) -> ResponseReturnValue:
    """Send a message; the same form sent twice is one."""
    opened, _inquiry = open_inquiry()
    form = MessageForm()
    if not form.validate():
        return _page(form, thread)
    try:
        talking.say_as_patient(
            work(),
            keys(),
            opened.inquiry,
            None if thread == OWNER else thread,
            form.body.data or "",
            form.sent_key.data or "",
            language().value,
        )
    except MessageRefusedError as error:
        words = {"missing": _("Write a message first")}
        form.body.errors = [
            words.get(str(error.facts["wrong"]), _("Open the page again and send it"))
        ]
        return _page(form, thread)
    except (NobodyReadsError, NotFoundError, CaseRestsError):
        form.form_errors.append(
            _(
                "This message cannot be sent: nobody may read it any more. Your words"
                " are still here. See below to whom you can write now."
            )
        )
        return _page(form, thread, refused=409)
    return redirect("messages", _anchor=f"thread-{thread}")


@bp.post("/mine/messages/<thread>/read")
def mark_read(thread: str) -> ResponseReturnValue:
    """Note that a conversation was read."""
    opened, _inquiry = open_inquiry()
    if not ButtonForm().validate():
        return _page(None, None, refused=400)
    talking.mark_read_as_patient(
        work(), opened.inquiry, None if thread == OWNER else thread
    )
    return redirect("messages", _anchor=f"thread-{thread}")


def _page(form: MessageForm | None, thread: str | None, refused: int = 200) -> Response:
    opened, _inquiry = open_inquiry()
    found = patients_threads(session(), keys(), opened.inquiry)
    case = patients_page(session(), keys(), opened.inquiry)
    forms = {name_of(each): _form(each, form, thread) for each in found}
    words = render_template(
        "inquiries/messages.html",
        threads=[(each, name_of(each), forms[name_of(each)]) for each in found],
        stray=form if thread not in forms else None,
        form=form,
        button=ButtonForm(),
        case=case,
        zone=clock_of(case),
    )
    status = form.status if form is not None and refused == 200 else refused
    return make_response(words, status)


def name_of(thread: Thread) -> str:
    """Return how addresses name a conversation."""
    return thread.referral or OWNER


def _form(thread: Thread, typed: MessageForm | None, name: str | None) -> MessageForm:
    if typed is not None and name == name_of(thread):
        form = typed
    else:
        form = MessageForm(formdata=None)
        form.sent_key.data = thread.sent_key
    for part in (form.body, form.sent_key):
        # Several of these forms stand on one page.
        part.id = part.label.field_id = f"{part.name}-{name_of(thread)}"
    return form
