"""The eligibility check: one question to a page, and nothing kept of any answer.

Answers are about somebody's health. They travel in the body of each post and in
hidden fields of the page that it is answered with; never in an address or a cookie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.core.paper import PaperUnavailableError
from directory.knowledge.queries import (
    ELIGIBILITY,
    GuidePage,
    eligibility_rules,
    guide_pages,
    licenses,
)
from directory.knowledge.rules.guide import Point, Rule
from directory.knowledge.rules.precheck import (
    MYELOMA,
    Given,
    beside,
    choices,
    first_open,
    read,
    reason,
    result,
)
from directory.knowledge.rules.views import GuideSection
from directory.web import keeping, security
from directory.web.context import language, session, tools
from directory.web.explaining import explainer
from directory.web.guards import csrf, limiter
from directory.web.illness import diagnosis
from directory.web.proof import ButtonForm, refused_with
from directory.web.public import precheck_words as words
from directory.web.public.blueprint import bp
from directory.web.public.papers import OFTEN, attachment
from directory.web.words import _

LONGEST = 20
"""Characters of anything that a page of the check sends by itself."""

LEFT_OUT = _(
    "Something that was sent is no answer to these questions, so it was left out. Your"
    " other answers are still here."
)
MISSING = _("Choose one answer. “I do not know” is a good answer too.")
NO_ILLNESS = _("Choose the illness, so that we know whether these questions fit")
NOTHING_YET = _("Nothing is answered yet. Here is the first question.")
NO_PDF = _(
    "No PDF can be made here now. Print this page instead; most browsers can print to"
    " a PDF. Your answers are still here."
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a page of the check was sent.

    Args:
        rules: The questions.
        illness: What was chosen first; empty if it is none of those.
        given: Answers, as far as they can be read.
        at: The question that was on the page; empty on others.
        go: What was pressed.
        is_change: Whether the page was opened to change one answer.
        is_odd: Whether something in it was not made here.
    """

    rules: tuple[Rule, ...]
    illness: str
    given: Given
    at: str
    go: str
    is_change: bool
    is_odd: bool


@bp.get("/pre-check")
@keeping.kept
def pre_check() -> ResponseReturnValue:
    """Say what the check is, and ask for the illness."""
    return _first()


@bp.post("/pre-check")
def pre_check_answer() -> ResponseReturnValue:
    """Take an answer and show the page that follows."""
    security.make_private()
    sent = _sent()
    if not sent.illness:
        if sent.go == "start":
            return _first(sent, problem=NO_ILLNESS), 422
        return _first(sent, problem=LEFT_OUT), 400
    page, status = PAGES.get(sent.go, _lost)(sent)
    return make_response(page, 400 if sent.is_odd and status == 200 else status)


@bp.post("/pre-check/answers.pdf")
@limiter.limit(OFTEN, methods=["POST"])
def pre_check_pdf() -> ResponseReturnValue:
    """Hand the answers out on paper, with what they come to."""
    security.make_private()
    sent = _sent()
    if not sent.illness:
        return _first(sent, problem=LEFT_OUT), 400
    refused = refused_with()
    if refused is not None:
        return _outcome(sent, problem=NO_PDF)[0], refused
    if sent.illness != MYELOMA or not sent.given.answers:
        return make_response(*_outcome(sent))
    title = gettext("My answers")
    html = render_template("paper/pre_check.html", title=title, **_told(sent))
    try:
        made = tools().paper.pdf(html, title=title, language=language())
    except PaperUnavailableError:
        return _outcome(sent, problem=NO_PDF)[0], 503
    return attachment(made, "application/pdf", "answers.pdf")


for view in (pre_check_answer, pre_check_pdf):
    # Nothing is kept or changed, so nobody gains by forging such a post; a token
    # would need a cookie, and the first page is the same for everybody.
    csrf.exempt(view)


def _sent() -> Sent:
    """Return what was posted; whatever no page of the check sends is left out."""
    rules = eligibility_rules(session())
    fields = dict(request.form.items())
    illness = fields.pop("illness", "")[:LONGEST]
    at, go = fields.pop("at", "")[:LONGEST], fields.pop("go", "next")[:LONGEST]
    is_change = fields.pop("change", "") == "1"
    fields.pop("csrf_token", None)
    given = read(rules, fields)
    is_known = illness in words.illnesses(licenses(session()))
    is_odd = bool(given.left_out) or (bool(at) and at not in _ids(rules))
    return Sent(
        rules, illness if is_known else "", given, at, go, is_change, is_odd=is_odd
    )


Made = tuple[str, int]
"""A page and its status."""


def _first(sent: Sent | None = None, problem: str = "") -> str:
    return render_template(
        "public/pre_check.html",
        illnesses=[
            (key, diagnosis(key)) for key in words.illnesses(licenses(session()))
        ],
        sent=sent,
        problem=problem,
        rules=sent.rules if sent else eligibility_rules(session()),
    )


def _again(sent: Sent) -> Made:
    """Show the first page again, as in another language."""
    return _first(sent, problem=_odd(sent)), 200


def _start(sent: Sent) -> Made:
    if sent.illness != MYELOMA:
        return _elsewhere(sent), 200
    found = first_open(sent.rules, sent.given.answers)
    return (_question(sent, found), 200) if found else (_summary(sent), 200)


def _next(sent: Sent) -> Made:
    at = _by_id(sent.rules, sent.at)
    if sent.illness != MYELOMA or at is None:
        return _start(sent)
    if at.id not in sent.given.answers:
        return _question(sent, at, problem=MISSING), 422
    after = beside(sent.rules, at.id, 1)
    if sent.is_change or after is None:
        return _summary(sent), 200
    return _question(sent, after), 200


def _back(sent: Sent) -> Made:
    before = beside(sent.rules, sent.at, -1)
    if sent.illness == MYELOMA and sent.is_change:
        return _summary(sent), 200
    if sent.illness != MYELOMA or before is None:
        return _first(sent, problem=_odd(sent)), 200
    return _question(sent, before), 200


def _show(sent: Sent) -> Made:
    """Show the same question again, as in another language."""
    found = _by_id(sent.rules, sent.at)
    if sent.illness != MYELOMA or found is None:
        return _start(sent)
    return _question(sent, found), 200


def _all(sent: Sent) -> Made:
    if sent.illness != MYELOMA:
        return _start(sent)
    return _summary(sent), 200


def _end(sent: Sent) -> Made:
    return _outcome(sent)


def _lost(sent: Sent) -> Made:
    """Show one question to change it; anything else was not pressed on a page."""
    found = _by_id(sent.rules, sent.go.removeprefix("change-"))
    if sent.illness == MYELOMA and found is not None:
        return _question(sent, found, is_change=True), 200
    page = _summary(sent, LEFT_OUT) if sent.illness == MYELOMA else _elsewhere(sent)
    return page, 400


PAGES: dict[str, Callable[[Sent], Made]] = {
    "first": _again,
    "start": _start,
    "next": _next,
    "back": _back,
    "show": _show,
    "summary": _all,
    "outcome": _end,
}
"""What follows each button; those that change an answer name its question."""


def _question(
    sent: Sent, rule: Rule, problem: str = "", *, is_change: bool | None = None
) -> str:
    number = _ids(sent.rules).index(rule.id) + 1
    return render_template(
        "public/pre_check_question.html",
        sent=sent,
        rule=rule,
        number=number,
        choices=choices(rule),
        chosen=sent.given.answers.get(rule.id),
        is_change=sent.is_change if is_change is None else is_change,
        problem=problem or _odd(sent),
        is_refused=bool(problem),
        words=explainer(),
    )


def _summary(sent: Sent, problem: str = "") -> str:
    return render_template(
        "public/pre_check_summary.html",
        sent=sent,
        reasons=[reason(rule, sent.given.answers) for rule in sent.rules],
        problem=problem or _odd(sent),
        illness=diagnosis(sent.illness),
    )


def _outcome(sent: Sent, problem: str = "") -> Made:
    if sent.illness != MYELOMA:
        return _elsewhere(sent), 200
    if not sent.given.answers and sent.rules:
        return _question(sent, sent.rules[0], problem=NOTHING_YET), 400
    fields = words.carried(sent.illness, sent.given.answers)
    page = render_template(
        "public/pre_check_outcome.html",
        problem=problem or _odd(sent),
        fields=fields,
        carried=words.carried_words(fields),
        button=ButtonForm(),
        **_told(sent),
    )
    return page, 200


def _elsewhere(sent: Sent) -> str:
    """Say that these questions are about another illness, and where to go."""
    fields = words.carried(sent.illness, {})
    guide = _guide()
    return render_template(
        "public/pre_check_elsewhere.html",
        sent=sent,
        illness=diagnosis(sent.illness),
        products=list(
            dict.fromkeys(
                each.therapy
                for each in licenses(session())
                if each.indication == sent.illness
            )
        ),
        is_named=sent.illness not in words.OTHERS,
        about=_points(guide, "other-illnesses"),
        fields=fields,
        button=ButtonForm(),
    )


def _told(sent: Sent) -> dict[str, Any]:
    """Return what the outcome says, on screen and on paper."""
    found = result(sent.rules, sent.given.answers)
    guide = _guide()
    title, sentence = words.OUTCOMES[found.outcome]
    parts = dict.fromkeys(
        words.RECORDS[each.rule.id]
        for each in (*found.unknown, *found.discuss, *found.not_now)
        if each.rule.id in words.RECORDS
    )
    return {
        "sent": sent,
        "result": found,
        "heading": title,
        "sentence": sentence,
        "illness": diagnosis(sent.illness),
        "meaning": _points(guide, "what-answers-mean"),
        "ask": _points(guide, "ask-your-doctor"),
        "records": list(_records(tuple(parts))),
        "checked_on": guide.checked_on if guide else None,
        "choice_words": words.CHOICES,
    }


def _records(parts: tuple[str, ...]) -> Iterator[GuideSection]:
    """Return the parts of the records that answer what is still open."""
    for page in guide_pages(session(), ["records"]):
        found = {section.id: section for section in page.sections}
        yield from (found[part] for part in parts if part in found)


def _guide() -> GuidePage | None:
    return next(iter(guide_pages(session(), [ELIGIBILITY])), None)


def _points(guide: GuidePage | None, section: str) -> tuple[Point, ...]:
    found = (each for each in guide.sections if each.id == section) if guide else ()
    return next((each.points for each in found), ())


def _odd(sent: Sent) -> str:
    return str(LEFT_OUT) if sent.is_odd else ""


def _ids(rules: tuple[Rule, ...]) -> list[str]:
    return [rule.id for rule in rules]


def _by_id(rules: tuple[Rule, ...], key: str) -> Rule | None:
    return next((rule for rule in rules if rule.id == key), None)
