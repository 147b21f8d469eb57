"""What is done after treatment: planning it, and saying that it was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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

from directory.cases.actions import following_up
from directory.cases.actions.caring import CaseRestsError, NotAcceptedError
from directory.cases.queries.access import CaseChangedError
from directory.cases.rules.follow_up import (
    LINES_AT_MOST,
    OWN,
    WORDS_LONGEST,
    Planned,
    ScheduleRefusedError,
    days_of,
)
from directory.core.text import Text
from directory.knowledge.queries import follow_up_points
from directory.knowledge.rules.guide import Point
from directory.web import context
from directory.web.proof import ButtonForm, printable
from directory.web.referrals.answering import hang
from directory.web.referrals.blueprint import bp
from directory.web.referrals.case import ID, Opened, keys, opened
from directory.web.referrals.forms import InfusionForm
from directory.web.words import _

STANDS = (CaseChangedError, NotAcceptedError, CaseRestsError)

OWN_ROWS = 3
"""Empty lines of one's own on a page."""

WRONG = {
    "far": _("The infusion is within the last year or the next six months"),
    "missing": _("Write what is to be done"),
    "long": _("This is too long"),
    "day": _("The day lies between the infusion and 16 years after it"),
    "unknown": _("This is not in the guide any more"),
    "none": _("Enter a day"),
    "nothing": _("Choose at least one line"),
    "many": _("A schedule has 60 lines at most"),
    "twice": _("The same line stands there twice on the same day"),
}


@dataclass
class Row:
    """A line as the page offers it.

    Args:
        name: Of its fields.
        kind: Key of the guide, or ``own``.
        point: What the guide says of it, with what bears it out.
        label: When, as the guide says it.
        is_chosen: Whether it is ticked.
        day: As typed.
        words: As typed, of one's own.
        problem: What is wrong with it.
    """

    name: str
    kind: str
    point: Point | None = None
    is_chosen: bool = False
    day: str = ""
    words: str = ""
    problem: str = ""

    @property
    def label(self) -> Text:
        """Return when, as the guide says it."""
        found = self.point.label if self.point else None
        return {str(tag): words for tag, words in (found or {}).items()}

    @property
    def text(self) -> Text:
        """Return what, as the guide says it."""
        found = self.point.text if self.point else {}
        return {str(tag): words for tag, words in found.items()}


@bp.route(f"/<{ID}:referral>/follow-up", methods=["GET", "POST"])
def follow_up(referral: str) -> ResponseReturnValue:
    """Plan what is done after treatment.

    First the day of the infusion is asked for, then the lines are offered with the
    days that follow from it.
    """
    form = InfusionForm()
    if request.method != "POST":
        found = opened(referral)
        form.infusion.data = found.care.infusion
        rows = _standing(found) if found.care.infusion else []
        return _show(form, found, rows)
    is_valid = form.validate()
    infusion = form.infusion.data
    if not is_valid or infusion is None:
        return _show(form, opened(referral), [])
    if "days" in request.form:
        return _show(form, opened(referral), _offered(infusion))
    rows = _typed()
    lines = _planned(rows)
    if lines is not None and _plan(referral, form, lines):
        flash(gettext("Kept. The patient sees it, and is reminded three days before."))
        return _back(referral)
    context.finish(succeeded=False)
    return _show(form, opened(referral), rows, is_refused=True)


@bp.post(f"/<{ID}:referral>/follow-up/<{ID}:line>/done")
def done(referral: str, line: str) -> ResponseReturnValue:
    """Say that a line was done."""
    form = ButtonForm()
    if form.validate():
        following_up.done_as_hospital(context.work(), referral, line)
    return _back(referral)


def _offered(infusion: date) -> list[Row]:
    """Return the lines of the guide with their days, then empty ones of one's own."""
    rows: list[Row] = []
    for line, point in follow_up_points(context.session()):
        days = days_of(infusion, days=line.days, months=line.months, times=line.times)
        for day in days or (None,):
            typed = day.isoformat() if day else ""
            rows.append(Row("", line.key, point, is_chosen=day is not None, day=typed))
    rows += [Row("", OWN) for _n in range(OWN_ROWS)]
    return _named(rows)


def _standing(found: Opened) -> list[Row]:
    """Return what is planned and not done, then empty lines of one's own."""
    points = {line.key: point for line, point in follow_up_points(context.session())}
    rows = [
        Row(
            "",
            each.kind,
            points.get(each.kind),
            is_chosen=True,
            day=each.due_on.isoformat(),
            words=each.words.get("en", "") if each.is_own else "",
        )
        for each in found.care.follow_up
        if each.done_at is None
    ]
    rows += [Row("", OWN) for _n in range(OWN_ROWS)]
    return _named(rows)


def _named(rows: list[Row]) -> list[Row]:
    for number, row in enumerate(rows):
        row.name = f"line-{number}"
    return rows


def _typed() -> list[Row]:
    """Return the lines as they were sent, as many as a schedule may have and more."""
    points = {line.key: point for line, point in follow_up_points(context.session())}
    rows = []
    for number in range(2 * LINES_AT_MOST):
        name = f"line-{number}"
        kind = request.form.get(f"{name}-kind")
        if kind is None:
            break
        words = printable(request.form.get(f"{name}-words", "")) or ""
        rows.append(
            Row(
                name,
                kind[:40],
                points.get(kind),
                is_chosen=f"{name}-chosen" in request.form,
                day=request.form.get(f"{name}-day", "")[:20],
                words=words.strip()[: WORDS_LONGEST + 1],
            )
        )
    return rows


def _planned(rows: list[Row]) -> list[tuple[Row, Planned]] | None:
    """Return the lines that were chosen; nothing if a day cannot be read."""
    found = []
    for row in rows:
        if not row.is_chosen and not (row.kind == OWN and (row.words or row.day)):
            continue
        try:
            day = date.fromisoformat(row.day)
        except ValueError:
            row.problem = str(WRONG["none"])
            continue
        found.append((row, Planned(row.kind, day, row.words)))
    return None if any(row.problem for row in rows) else found


def _plan(
    referral: str,
    form: InfusionForm,
    lines: list[tuple[Row, Planned]],
) -> bool:
    infusion = form.infusion.data
    if infusion is None:
        return False
    try:
        following_up.plan_follow_up(
            context.work(),
            keys(),
            referral,
            infusion,
            [each for _row, each in lines],
            version=form.version.data or 0,
        )
    except ScheduleRefusedError as error:
        for name, wrong in error.facts["problems"]:  # type: ignore[attr-defined]
            if name == "infusion":
                form.infusion.errors = [WRONG[wrong]]
            elif name == "lines":
                said = "nothing" if wrong == "missing" else wrong
                form.form_errors.append(WRONG[said])
            else:
                row, _line = lines[int(name.removeprefix("lines-"))]
                row.problem = str(WRONG[wrong])
        return False
    except STANDS as error:
        hang(form, error)
        return False
    return True


def _show(
    form: InfusionForm, found: Opened, rows: list[Row], *, is_refused: bool = False
) -> Response:
    problems = [{"text": str(said), "href": "#main"} for said in form.form_errors]
    if form.infusion.errors:
        problems.append({"text": str(form.infusion.errors[0]), "href": "#infusion"})
    problems += [
        {"text": row.problem, "href": f"#{row.name}-day"} for row in rows if row.problem
    ]
    page = render_template(
        "referrals/follow_up.html",
        form=form,
        found=found,
        rows=rows,
        own=OWN,
        problems=problems,
    )
    return make_response(
        page, 422 if is_refused and form.status == 200 else form.status
    )


def _back(referral: str) -> ResponseReturnValue:
    return redirect(
        url_for("referrals.case", referral=referral, _anchor="follow-up"), code=303
    )
