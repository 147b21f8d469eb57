"""Check the answers, then send them."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue

from directory.cases.actions import opening
from directory.inquiries.actions import asking
from directory.inquiries.actions.asking import (
    DraftChangedError,
    DraftIncompleteError,
)
from directory.inquiries.queries import Draft, NoDraftError, draft
from directory.inquiries.rules.answers import Illness, Person
from directory.inquiries.rules.consents import NAME, Purpose
from directory.inquiries.rules.floods import Tide, is_held
from directory.inquiries.rules.life import State, TooSoonError
from directory.web.context import session, tools, work
from directory.web.guards import limiter
from directory.web.inquiries import choices, cookies, flood, labels, times, wordings
from directory.web.inquiries.asking import PAGES, kept_draft
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.forms import SendForm
from directory.web.inquiries.opening import leave_everywhere
from directory.web.inquiries.proof import ButtonForm
from directory.web.inquiries.words import _

Rows = list[tuple[str, str]]


def held_secret() -> str:
    """Return the secret that this browser holds.

    Raises:
        NoDraftError: If it holds none.
    """
    secret = cookies.draft_secret()
    if secret is None:
        raise NoDraftError
    return secret


def _is_a_try(response: Response) -> bool:
    # Being asked for more, or told to come back, is none.
    return response.status_code not in {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }


@bp.get("/check")
def check() -> ResponseReturnValue:
    """Show every answer before it is sent."""
    _secret, found = kept_draft()
    if found.missing:
        return redirect(PAGES[found.missing[0]])
    return _check(found, SendForm(data={"revision": str(found.revision)}))


@bp.post("/check")
@limiter.limit(flood.per_address, deduct_when=_is_a_try)
def send() -> ResponseReturnValue:
    """Send what was checked, once, however often the button is pressed.

    While far more is sent than usual, it must be shown first that it cost something.
    """
    secret = held_secret()
    form = SendForm()
    if form.validate():
        how_much = flood.tide()
        proof = flood.shown(form, secret)
        is_new = not _is_sent(secret)
        if how_much is not Tide.USUAL and proof is None and is_new:
            return flood.page(form, secret)
        try:
            opening.send(
                work(), keys(), secret, form.checked, is_held=is_held(how_much, proof)
            )
        except DraftIncompleteError:
            return redirect("check")
        except DraftChangedError:
            form.form_errors.append(
                _("Your answers were changed in another window. Check them again")
            )
        except TooSoonError:
            form.form_errors.append(
                _(
                    "This went faster than we expect of a person. Wait a moment, then"
                    " send again"
                )
            )
        else:
            return redirect("receipt")
    _secret, found = kept_draft()
    if found.missing:
        return redirect(PAGES[found.missing[0]])
    form.revision.data = str(found.revision)
    return make_response(_check(found, form), form.status)


@bp.route("/discard", methods=["GET", "POST"])
def discard() -> ResponseReturnValue:
    """Ask once, then erase the draft of this browser."""
    form = ButtonForm()
    secret = cookies.draft_secret()
    if form.validate_on_submit():
        if secret is not None:
            _discard(secret)
        response = redirect("discarded")
        cookies.forget_draft(response)
        return response
    page = render_template(
        "inquiries/discard.html", form=form, is_sent=_is_sent(secret)
    )
    return make_response(page, form.status)


@bp.get("/discarded")
def discarded() -> ResponseReturnValue:
    """Say that nothing that was typed is kept."""
    return render_template("inquiries/discarded.html")


@bp.get("/leave")
def leave() -> ResponseReturnValue:
    """Show a page that says nothing of illness, and close the view of an inquiry.

    A link does this, and no button: whoever presses it has no time to lose, and all
    that somebody else could make of it is that the code must be typed again.
    """
    response = make_response(render_template("inquiries/leave.html", form=ButtonForm()))
    leave_everywhere()
    cookies.forget_view(response)
    return response


def _is_sent(secret: str | None) -> bool:
    if secret is None:
        return False
    try:
        found = draft(session(), keys(), secret, now=tools().clock())
    except NoDraftError:
        return False
    return found.state is not State.DRAFT


def _discard(secret: str) -> None:
    try:
        asking.discard(work(), keys(), secret)
    except NoDraftError:
        # Erased by time or in another window: what was asked for is so.
        return


def _check(found: Draft, form: SendForm) -> str:
    if found.person is None or found.told is None or found.wishes is None:
        raise NoDraftError
    recipients = found.wishes.choice.recipients
    pages = choices.recipients(recipients)
    names = {name: choices.recipient_name(name, pages) for name in recipients}
    return render_template(
        "inquiries/check.html",
        form=form,
        person=person_rows(found.person),
        illness=illness_rows(found.told.answers),
        whom=labels.WHOM[found.wishes.choice.whom],
        names=list(names.values()),
        consents=_consent_rows(found, names),
        erase_after=found.erase_after,
        has_order=len(recipients) > 1,
        by_email=found.person.email is not None,
    )


def person_rows(person: Person) -> Rows:
    """Return who asks, as questions and answers in words."""
    rows: Rows = [(_("You ask"), labels.ASKERS[person.asker])]
    if person.relationship is not None:
        rows.append((_("The patient"), labels.RELATIONSHIPS[person.relationship]))
    if person.standing is not None:
        rows.append((_("What allows you to ask"), labels.STANDINGS[person.standing]))
    rows += [
        (_("Age of the patient"), labels.AGES[person.age]),
        (_("Country"), choices.country_name(person.country)),
        (_("Language of the answer"), choices.language_name(person.language)),
        (_("Interpreter needed"), labels.YES_NO[person.interpreter]),
        (_("How we may reach you"), labels.WAYS[person.way]),
    ]
    if person.email:
        rows.append((_("Email"), person.email))
    rows.append((_("When it is safe"), labels.HOURS[person.hours]))
    if person.time_zone:
        rows.append((_("Time zone"), times.name(person.time_zone)))
    return rows


def illness_rows(illness: Illness) -> Rows:
    """Return what was said of the illness, as questions and answers in words."""
    return [
        (_("Illness"), choices.diagnosis_name(illness.diagnosis)),
        (_("Lines of treatment"), labels.LINES[illness.lines]),
        (
            _("Treatments given"),
            _listed(labels.DRUG_CLASSES[key] for key in illness.drug_classes),
        ),
        (_("Transplant"), labels.TRANSPLANTS[illness.transplant]),
        (_("On most days"), labels.PERFORMANCES[illness.performance]),
        (_("You hope to find"), _listed(labels.WANTED[key] for key in illness.wanted)),
        (_("Travel"), labels.TRAVELS[illness.travel]),
        (_("Your question"), illness.question or str(_("None"))),
    ]


def _listed(words: Iterable[str]) -> str:
    return "; ".join(map(str, words)) or str(_("Not stated"))


def _consent_rows(found: Draft, names: dict[str, str]) -> list[tuple[str, bool, str]]:
    """Return what each consent is for, whether it was given, and what if not."""
    wishes = found.wishes
    given = wishes.consents.given if wishes and wishes.consents else ()
    ticked = {(tick.wording.purpose, tick.recipient) for tick in given}
    asked = [(Purpose.TRANSFER, None), *((Purpose.SHARE, name) for name in names)]
    rows = [(str(wordings.SHORT[Purpose.HEALTH]), True, "")]
    for purpose, recipient in asked:
        name = names[recipient] if recipient else ""
        rows.append(
            (
                str(wordings.SHORT[purpose]).replace(NAME, name),
                (purpose, recipient) in ticked,
                str(wordings.REFUSED[purpose]).replace(NAME, name),
            )
        )
    return rows
