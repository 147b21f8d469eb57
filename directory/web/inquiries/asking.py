"""The pages of questions: who asks, the illness, to whom, consents."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from directory.cases.queries.interests import interest_cards
from directory.inquiries.actions import asking
from directory.inquiries.queries import Draft, NoDraftError, draft
from directory.inquiries.rules.answers import (
    CENTERS_AT_MOST,
    AnswersRefusedError,
    Choice,
    Problem,
    Whom,
)
from directory.inquiries.rules.consents import Purpose
from directory.inquiries.rules.life import State
from directory.inquiries.rules.parts import Part
from directory.web.context import language, session, tools, work
from directory.web.guards import limiter
from directory.web.inquiries import choices, cookies, flood
from directory.web.inquiries.blueprint import bp, keys, redirect
from directory.web.inquiries.carrying import carried
from directory.web.inquiries.forms import (
    ChoiceForm,
    IllnessForm,
    PersonForm,
    consents_form,
    field_name,
)
from directory.web.inquiries.ordering import order_form, place_name
from directory.web.inquiries.proof import AskForm
from directory.web.inquiries.wordings import wording
from directory.web.inquiries.words import _
from directory.web.interests import payers

ORDER = ("new", "illness", "where", "documents", "consents", "check")
"""Pages in the order in which they are walked; files may be left out."""

PAGES = {
    Part.PERSON: "new",
    Part.ILLNESS: "illness",
    Part.CHOICE: "where",
    Part.CONSENTS: "consents",
}
"""Page that asks for each part."""

SLUG = re.compile(r"[a-z0-9-]{1,200}")
"""What a public name can be, at most."""


def kept_draft() -> tuple[str, Draft]:
    """Return the secret of this browser's draft, and what was answered.

    Raises:
        NoDraftError: If there is none.
        AlreadySentError: If it was sent.
    """
    secret = cookies.draft_secret()
    if secret is None:
        raise NoDraftError
    found = draft(session(), keys(), secret, now=tools().clock())
    if found.state is not State.DRAFT:
        raise asking.AlreadySentError
    return secret, found


@bp.route("/new", methods=["GET", "POST"])
@limiter.limit(flood.begun_per_address, methods=["POST"])
def new() -> ResponseReturnValue:
    """Ask who asks, for whom, and how they can be reached."""
    try:
        secret, found = kept_draft()
    except NoDraftError:
        secret, found = None, None
    form = PersonForm(data=_first_answers(found))
    if form.validate_on_submit():
        person = form.person()
        if secret is None:
            secret = asking.begin(work(), keys(), person, language())
        else:
            asking.save_person(work(), keys(), secret, person, language())
        _add_center(secret, found, str(form.center.data or ""))
        response = _onward(Part.PERSON)
        cookies.keep_draft(response, secret)
        return response
    return _page("new", form, draft=found, resume=first_missing(found))


@bp.route("/illness", methods=["GET", "POST"])
def illness() -> ResponseReturnValue:
    """Ask about the illness, and for the consent to keep the answers."""
    try:
        secret, found = kept_draft()
    except NoDraftError:
        if request.method != "POST":
            raise
        return _without_draft("illness", IllnessForm())
    told = found.told
    brought = carried() if told is None else {}
    form = IllnessForm(data=IllnessForm.typed(told.answers) if told else brought)
    if form.validate_on_submit():
        asking.save_illness(
            work(), keys(), secret, form.illness(), wording(Purpose.HEALTH)
        )
        response = _onward(Part.ILLNESS)
        cookies.forget_carried(response)
        return response
    return _page("illness", form, is_carried=bool(brought), is_lost=False)


@bp.route("/where", methods=["GET", "POST"])
def where() -> ResponseReturnValue:
    """Ask to whom the inquiry is addressed."""
    secret, found = kept_draft()
    chosen = found.wishes.choice if found.wishes else None
    known = choices.centers()
    cities = choices.by_city(known, chosen.centers if chosen else ())
    helpers = sorted(choices.facilitators(), key=choices.name)
    form = ChoiceForm(
        [
            SelectChoice(value=page.slug, label=choices.name(page))
            for _, pages in cities
            for page in pages
        ],
        [SelectChoice(value=page.slug, label=choices.name(page)) for page in helpers],
        data=chosen.model_dump(mode="json") if chosen else None,
    )
    if form.validate_on_submit():
        try:
            asking.save_choice(work(), keys(), secret, _in_order(form.choice(), chosen))
        except AnswersRefusedError as error:
            form.hang(Problem(*found) for found in _problems(error))
        else:
            return _onward(Part.CHOICE)
    return _page(
        "where",
        form,
        cities=cities,
        facilitators=helpers,
        standing=choices.standing(page.slug for page in known),
        cards=interest_cards(session(), [page.slug for page in helpers]),
        payers=payers,
    )


@bp.route("/order", methods=["GET", "POST"])
def order() -> ResponseReturnValue:
    """Ask in which order the chosen centers are asked."""
    secret, found = kept_draft()
    chosen = found.wishes.choice if found.wishes else None
    if chosen is None or len(chosen.centers) < 2:
        return redirect("where")
    pages = choices.recipients(chosen.recipients)
    names = {
        slug: choices.recipient_name(f"center:{slug}", pages) for slug in chosen.centers
    }
    form = order_form(names)(
        data={place_name(slug): str(at) for at, slug in enumerate(chosen.centers, 1)}
    )
    if form.validate_on_submit():
        choice = Choice(whom=Whom.CENTERS, centers=form.ordered())
        asking.save_choice(work(), keys(), secret, choice)
        return redirect("check")
    return _page("order", form, fields=[form[place_name(slug)] for slug in names])


@bp.route("/consents", methods=["GET", "POST"])
def consents() -> ResponseReturnValue:
    """Ask for each consent apart, after showing what speaks for caution."""
    secret, found = kept_draft()
    if found.wishes is None:
        return redirect("where")
    recipients = found.wishes.choice.recipients
    pages = choices.recipients(recipients)
    names = {name: choices.recipient_name(name, pages) for name in recipients}
    form = consents_form(names)(data=_ticks(found))
    if form.validate_on_submit():
        asking.save_consents(work(), keys(), secret, form.ticked())
        return _onward(Part.CONSENTS)
    slugs = [name.partition(":")[2] for name in recipients if name in pages]
    return _page(
        "consents",
        form,
        shares=[
            (form[field_name(name)], name.partition(":")[0], pages.get(name))
            for name in recipients
        ],
        standing=choices.standing(slugs),
        cards=interest_cards(session(), slugs),
        payers=payers,
    )


def _page(name: str, form: AskForm, **values: object) -> Response:
    """Show a page of questions; one that was refused keeps what was typed."""
    changing = request.args.get("change") == "1"
    words = render_template(
        f"inquiries/{name}.html", form=form, changing=changing, **values
    )
    return make_response(words, form.status)


def _without_draft(name: str, form: AskForm) -> Response:
    """Show a page again whose draft is gone, with everything that was typed."""
    form.validate()
    form.form_errors.append(
        _(
            "We cannot find your draft any more. What you typed is still here: keep"
            " this page open, begin an inquiry in another window, then send this page"
            " once more"
        )
    )
    response = _page(name, form, is_carried=False, is_lost=True)
    response.status_code = 404
    return response


def _onward(part: Part) -> Response:
    """Go to the next page, or back to the check if one answer was to be changed."""
    if request.args.get("change") == "1":
        # Another choice of recipients asks for their consents first.
        return redirect("consents" if part is Part.CHOICE else "check")
    return redirect(after(PAGES[part]))


def after(page: str) -> str:
    """Return the page that follows another one."""
    return ORDER[ORDER.index(page) + 1]


def _in_order(choice: Choice, before: Choice | None) -> Choice:
    """Return a choice in the order that was wished before, as far as it was."""
    known = before.centers if before else ()
    kept = [slug for slug in known if slug in choice.centers]
    new = [slug for slug in choice.centers if slug not in kept]
    return choice.model_copy(update={"centers": (*kept, *new)})


def _first_answers(found: Draft | None) -> dict[str, Any]:
    given: dict[str, Any] = {
        "language": language().value,
        "center": _came_from(),
    }
    if found is not None and found.person is not None:
        given |= PersonForm.typed(found.person)
    return given


def _came_from() -> str:
    """Return the center in the address, if it could be the name of one."""
    slug = request.args.get("center", "")
    return slug if SLUG.fullmatch(slug) else ""


def first_missing(found: Draft | None) -> str:
    """Return the page on which a draft goes on."""
    return PAGES[found.missing[0]] if found and found.missing else "check"


def _add_center(secret: str, found: Draft | None, slug: str) -> None:
    """Address the draft to the center that its reader came from, if there is room."""
    if not slug or f"center:{slug}" not in choices.recipients([f"center:{slug}"]):
        return
    wishes = found.wishes if found else None
    before = wishes.choice.centers if wishes else ()
    if wishes is not None and (
        wishes.choice.whom is not Whom.CENTERS
        or slug in before
        or len(before) >= CENTERS_AT_MOST
    ):
        return
    choice = Choice(whom=Whom.CENTERS, centers=(*before, slug))
    asking.save_choice(work(), keys(), secret, choice)


def _ticks(found: Draft) -> dict[str, bool]:
    """Return the boxes that were ticked before, by field."""
    wishes = found.wishes
    if wishes is None or wishes.consents is None:
        return {}
    return {
        field_name(given.recipient) if given.recipient else "transfer": True
        for given in wishes.consents.given
    }


def _problems(error: AnswersRefusedError) -> list[tuple[str, str]]:
    found: Any = error.facts["problems"]
    return list(found)
