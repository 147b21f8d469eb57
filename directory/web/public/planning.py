"""A plan of the way: what is known of its days, from an address that holds it all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import DateField, Form, RadioField, SelectField

from directory.cases.rules.festivals import Festival, breaks
from directory.exports import calendar
from directory.knowledge.queries import (
    GuidePage,
    follow_up_points,
    guide_page,
    guide_pages,
)
from directory.knowledge.rules.planning import (
    AXIS_WEEKS,
    WEEK,
    Plan,
    Planned,
    plan,
    problem,
)
from directory.listings.queries import city_profiles
from directory.web import filters, keeping
from directory.web.addresses import url_for
from directory.web.context import language, session, today, tools
from directory.web.explaining import explainer
from directory.web.fields import choices
from directory.web.filters import absolute
from directory.web.guards import limiter
from directory.web.public.blueprint import bp
from directory.web.public.papers import OFTEN, attachment
from directory.web.public.reading import ReadSection, read
from directory.web.squares import square
from directory.web.words import _

PROCESS, RECORDS, VISA = "process", "records", "visa"
"""Guides whose data a plan is made of."""

VISA_PARTS = ("s1-and-s2", "invitation-letter", "companion")
"""Parts of the guide to visas that bear on when to travel, and with whom."""

WRITTEN = re.compile(
    r"(\d{4})[-./\s\u2010-\u2015\u2212年]+(\d{1,2})[-./\s\u2010-\u2015\u2212月]+(\d{1,2})日?"
)
"""A day whose year comes first, in digits of any script."""

ANSWERS = {"yes": _("Yes"), "no": _("No"), "unsure": _("Not sure yet")}

FESTIVALS: Mapping[Festival, str] = {
    Festival.NEW_YEAR: _("New Year"),
    Festival.SPRING: _("Chinese New Year (Spring Festival)"),
    Festival.TOMB_SWEEPING: _("Tomb-Sweeping Day (Qingming)"),
    Festival.LABOR: _("Labor Day"),
    Festival.DRAGON_BOAT: _("Dragon Boat Festival"),
    Festival.MID_AUTUMN: _("Mid-Autumn Festival"),
    Festival.NATIONAL: _("National Day"),
}

WRONG = {
    "past": _("This day is over. Enter today or a later day"),
    "far": _("Enter a day within the next two years: nobody can plan further ahead"),
    "none": _("Enter the earliest day on which you could arrive"),
    "format": _("Enter a day of the calendar as year-month-day, such as %(day)s"),
    "choice": _("Choose one of the answers"),
}


class PlanForm(Form):
    """What a plan is made from; the address carries it, nothing keeps it."""

    day = DateField(
        _("What is the earliest day on which you could arrive in China?"),
        description=_(
            "A guess is fine. Write it as year-month-day if there is no calendar."
        ),
        render_kw={"autocomplete": "off"},
    )
    city = SelectField(_("Which city?"), validate_choice=False)
    companion = RadioField(
        _("Can somebody come along and stay the whole time?"),
        choices=choices(ANSWERS.items()),
        validate_choice=False,
    )
    records = RadioField(
        _("Are the medical records complete?"),
        choices=choices(ANSWERS.items()),
        validate_choice=False,
    )

    @property
    def address(self) -> dict[str, str]:
        """Return what stands in the address, in one order and without what is empty."""
        given = {
            "day": self.day.data.isoformat() if self.day.data else "",
            "city": self.city.data or "",
            "companion": self.companion.data or "",
            "records": self.records.data or "",
        }
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Bar:
    """A step on the line of weeks, in hundredths of it.

    Args:
        x: Where it can begin at the earliest.
        least: For as long as it takes at least.
        more: As much again as it may take longer.
        is_open: Whether nothing says when it ends.
    """

    x: float
    least: float
    more: float
    is_open: bool


@bp.get("/plan")
@keeping.kept
def plan_page() -> ResponseReturnValue:
    """Ask for the day of arrival, and show what follows from it."""
    form = _form()
    if not request.args:
        return _asked(form)
    if not _is_sound(form):
        return _asked(form), 400
    return render_template("public/plan.html", form=form, **_told(form))


@bp.get("/plan/plan.pdf")
@limiter.limit(OFTEN)
def plan_pdf() -> ResponseReturnValue:
    """Hand the plan out on paper, with a square that opens it again."""
    form = _form()
    if not _is_sound(form):
        return _asked(form), 400
    told = _told(form)
    html = render_template(
        "paper/plan.html",
        title=gettext("My plan"),
        square=square(told["link"]),
        **told,
    )
    return _pdf(html, gettext("My plan"), "plan.pdf")


@bp.get("/plan/plan.ics")
def plan_ics() -> ResponseReturnValue:
    """Hand out the days of the plan for somebody's own calendar."""
    form = _form()
    if not _is_sound(form):
        return _asked(form), 400
    told = _told(form)
    made = calendar.days(
        _notes(told["plan"]),
        told["link"],
        stamp=datetime.combine(today(), datetime.min.time(), UTC),
    )
    return attachment(made, calendar.MEDIA_TYPE, "plan.ics")


@bp.get("/plan/records")
@keeping.kept
def plan_records() -> ResponseReturnValue:
    """Show the records that a hospital asks for, to be ticked off."""
    return render_template(
        "public/plan_records.html", guide=_records(), words=explainer()
    )


@bp.get("/plan/records.pdf")
@limiter.limit(OFTEN)
def records_pdf() -> ResponseReturnValue:
    """Hand the list of records out on paper, with boxes."""
    title = gettext("Records to gather")
    address = absolute(url_for(".plan_records"))
    html = render_template(
        "paper/checklist.html",
        title=title,
        guide=_records(),
        link=address,
        square=square(address),
    )
    return _pdf(html, title, "records.pdf")


def _typed_day() -> str:
    """Return the day as it was typed, or as it is written where that is clear.

    Digits of other scripts, and what stands between them, are forgiven; which of two
    numbers is the month is not guessed at.
    """
    typed = (request.args.get("day") or "").strip()
    found = WRITTEN.fullmatch(unicodedata.normalize("NFKC", typed))
    if found is None:
        return typed
    year, month, day = map(int, found.groups())
    return f"{year:04}-{month:02}-{day:02}"


def _form() -> PlanForm:
    args = request.args.copy()
    if "day" in args:
        args["day"] = _typed_day()
    form = PlanForm(args)
    cities = [
        (one.slug, filters.term(one.slug, "city")) for one in city_profiles(session())
    ]
    form.city.choices = choices([("", _("Not decided yet")), *cities])
    return form


def _is_sound(form: PlanForm) -> bool:
    """Check what was given, and hang what is wrong on its field."""
    typed = _typed_day()
    if not typed:
        form.day.errors = [WRONG["none"]]
    elif form.day.data is None:
        form.day.process_errors = []
        form.day.errors = [
            WRONG["format"] % {"day": (today() + timedelta(days=60)).isoformat()}
        ]
    elif wrong := problem(form.day.data, today()):
        form.day.errors = [WRONG[wrong]]
    known = {one.slug for one in city_profiles(session())}
    for field, keys in (
        (form.city, known),
        (form.companion, ANSWERS.keys()),
        (form.records, ANSWERS.keys()),
    ):
        if field.data and field.data not in keys:
            field.errors = [WRONG["choice"]]
    return not form.errors


def _asked(form: PlanForm) -> str:
    return render_template("public/plan_new.html", form=form)


def _told(form: PlanForm) -> dict[str, Any]:
    """Return what a plan says, on screen and on paper."""
    process = guide_page(session(), PROCESS)
    steps = [step for section in process.sections for step in section.steps]
    day = form.day.data or today()
    made = plan(steps, follow_up_points(session()), day)
    city = next(
        (one for one in city_profiles(session()) if one.slug == form.city.data), None
    )
    return {
        "plan": made,
        "bars": {each.step.number: _bar(each, made) for each in made.there},
        "weeks": AXIS_WEEKS,
        "sections": {
            step.number: section.id
            for section in process.sections
            for step in section.steps
        },
        "given": form.address,
        "link": absolute(url_for(".plan_page", **form.address)),
        "city": city,
        "companion": form.companion.data or "",
        "records": form.records.data or "",
        "how_long_part": _part(process, "how-long"),
        "visa": _visa(has_companion=form.companion.data != "no"),
        "breaks": breaks(day, made.last_drawn),
        "festival_words": FESTIVALS,
    }


def _bar(each: Planned, made: Plan) -> Bar:
    whole = AXIS_WEEKS * WEEK

    def hundredths(days: float) -> float:
        return round(100 * days / whole, 2)

    begins = (each.not_before or made.day) - made.day
    least = each.length.least_days if each.length else 0
    most = (each.length.most_days if each.length else None) or least
    return Bar(
        hundredths(begins.days),
        hundredths(least),
        hundredths(most - least),
        is_open=each.is_open,
    )


def _visa(*, has_companion: bool) -> list[ReadSection]:
    """Return the parts about visas that a plan needs, as far as they are known."""
    wanted = VISA_PARTS if has_companion else VISA_PARTS[:-1]
    return [
        each
        for guide in guide_pages(session(), [VISA])
        for each in read(guide)
        if each.section.id in wanted
    ]


def _part(guide: GuidePage, name: str) -> ReadSection | None:
    return next((each for each in read(guide) if each.section.id == name), None)


def _records() -> GuidePage:
    return guide_page(session(), RECORDS)


def _notes(made: Plan) -> list[calendar.Day]:
    """Return days for a calendar that others may see: they say nothing of illness."""
    told: list[tuple[str, date, str]] = [
        ("travel", made.day, gettext("Plan: arrival, at the earliest"))
    ]
    told += [
        (
            f"step-{each.step.number}",
            each.not_before,
            gettext(
                "Plan: step %(number)s of 9, not before this day",
                number=each.step.number,
            ),
        )
        for each in made.there
        if each.not_before is not None and each.not_before > made.day
    ]
    note = gettext(
        "From a planning aid, not a promise: steps without a stated length move this"
        " day. Open the address and look again before you book."
    )
    return [
        calendar.Day(f"{_digest(made.day, name)}@plan", on, title, note)
        for name, on, title in told
    ]


def _digest(day: date, name: str) -> str:
    return sha256(f"{day} {name}".encode()).hexdigest()[:32]


def _pdf(html: str, title: str, name: str) -> Response:
    """Return a page as PDF.

    Raises:
        PaperUnavailableError: If none can be made here now; the page says so.
    """
    made = tools().paper.pdf(html, title=title, language=language())
    return attachment(made, "application/pdf", name)
