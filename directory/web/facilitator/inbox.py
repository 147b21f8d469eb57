"""The inbox and the board: which cases there are, and who carries them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from directory.accounts.queries.people import Colleague, colleagues
from directory.cases.actions.assigning import assign_many
from directory.cases.queries.access import owned_case
from directory.cases.queries.board import board as columns
from directory.cases.queries.holding import held_count
from directory.cases.queries.inbox import (
    PER_PAGE,
    Sort,
    Tab,
    Wanted,
    centers_in_use,
    reference_words,
)
from directory.cases.queries.inbox import (
    inbox as inbox_page,
)
from directory.cases.rules.states import State, Step
from directory.core.actor import Role
from directory.web import context, pathway
from directory.web.facilitator.acting import person_row
from directory.web.facilitator.blueprint import bp
from directory.web.facilitator.words import SORTS, TABS
from directory.web.proof import ButtonForm
from directory.web.zones import CHINA

FURTHEST = 1000
"""Pages that can be reached; who looks for something narrows the list instead."""

ASKED = ("tab", "step", "state", "center", "person", "case", "sort")
"""What an address of the list may ask for, but the page."""


@bp.get("/")
def inbox() -> ResponseReturnValue:
    """List cases, what is due first."""
    session, actor = context.session(), context.actor()
    people = _people()
    wanted = _wanted(people)
    found = inbox_page(session, actor, wanted, now=context.tools().clock())
    return render_template(
        "facilitator/inbox.html",
        found=found,
        wanted=wanted,
        asked=dict.fromkeys(ASKED, "") | _asked(),
        tabs=TABS,
        sorts=SORTS,
        steps=pathway.STEPS,
        states=pathway.STATES,
        centers=centers_in_use(session, actor),
        people=people,
        pages=_pages(found.total, wanted.page),
        order=_order(wanted),
        held=held_count(session, actor),
        zone=CHINA,
    )


@bp.get("/board")
def board() -> ResponseReturnValue:
    """Show open cases, a column for each step."""
    actor, people = context.actor(), _people()
    person = _person(people)
    return render_template(
        "facilitator/board.html",
        columns=columns(
            context.session(), actor, now=context.tools().clock(), assignee=person
        ),
        people=people,
        person=person,
        zone=CHINA,
    )


@bp.post("/assign")
def bulk_assign() -> ResponseReturnValue:
    """Let somebody carry the cases that were ticked, or take one oneself."""
    form = ButtonForm()
    to = url_for("facilitator.inbox", **_asked_words(request.form))
    if not form.validate():
        flash(str(form.form_errors[0]), "bad")
        return redirect(to, code=303)
    taken = request.form.get("take", "")
    named = [taken] if taken else request.form.getlist("case")
    cases = _versions(named[: PER_PAGE * 2])
    if not cases:
        flash(gettext("Tick at least one case first."), "bad")
        return redirect(to, code=303)
    actor = context.actor()
    person = actor.person if taken else person_row(request.form.get("person"))
    left = assign_many(context.work(), cases, person)
    done = len(cases) - len(left)
    if done:
        flash(ngettext("%(num)s case assigned.", "%(num)s cases assigned.", done))
    if left:
        session = context.work().session
        names = [owned_case(session, actor, name).reference for name in left]
        flash(
            gettext(
                "These had changed since you opened the page, and are as they were:"
                " %(cases)s. The list shows how they stand now.",
                cases=", ".join(names),
            ),
            "bad",
        )
    return redirect(to, code=303)


def _people() -> list[Colleague]:
    office = context.actor().organization or 0
    return colleagues(context.session(), office, Role.FACILITATOR)


def _wanted(people: list[Colleague]) -> Wanted:
    """Return what the address asks for; what it cannot mean is left out."""
    sort = request.args.get("sort", "")
    tab = request.args.get("tab", "")
    state = request.args.get("state", "")
    reference = reference_words(request.args.get("case", "")[:40])
    by = sort.removeprefix("-")
    # Whoever looks for a number looks for it everywhere.
    usual = Tab.TEAM if reference else Tab.UNASSIGNED
    return Wanted(
        tab=Tab(tab) if tab in set(Tab) else usual,
        step=_step(),
        state=State(state) if state in set(State) else None,
        center=request.args.get("center", "")[:200].replace("\0", "") or None,
        assignee=_person(people),
        reference=reference,
        sort=Sort(by) if by in set(Sort) else Sort.DUE,
        is_turned=sort.startswith("-"),
        page=_page(),
    )


def _step() -> Step | None:
    words = request.args.get("step", "")
    is_step = words.isascii() and words.isdigit() and len(words) == 1
    return Step(int(words)) if is_step and int(words) in set(Step) else None


def _person(people: list[Colleague]) -> int | None:
    named = request.args.get("person", "")
    return next((one.id for one in people if one.public_id == named), None)


def _page() -> int:
    words = request.args.get("page", "")
    number = int(words) if words.isascii() and words.isdigit() and len(words) < 6 else 1
    return min(max(number, 1), FURTHEST)


def _asked() -> dict[str, Any]:
    return _asked_words(request.args)


def _asked_words(given: Mapping[str, str]) -> dict[str, Any]:
    """Return what of a list was asked for, as its addresses say it."""
    return {
        name: words[:200].replace("\0", "")
        for name in ASKED
        if (words := given.get(f"asked-{name}" if given is request.form else name))
    }


def _order(wanted: Wanted) -> dict[str, tuple[str, str, str]]:
    """Return for each column its heading, address, and how it is sorted now."""
    found = {}
    for sort, words in SORTS.items():
        is_now = sort is wanted.sort
        turned = is_now and not wanted.is_turned
        asked = _asked() | {"sort": f"-{sort.value}" if turned else sort.value}
        way = "none"
        if is_now:
            way = "descending" if wanted.is_turned else "ascending"
        found[sort.value] = (str(words), url_for("facilitator.inbox", **asked), way)
    return found


def _pages(total: int, page: int) -> list[tuple[int | None, str | None]]:
    """Return numbers and addresses of pages; none while there is one only."""
    last = max(1, min(-(-total // PER_PAGE), FURTHEST))
    if last == 1:
        return []
    near = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    found: list[tuple[int | None, str | None]] = []
    for index, number in enumerate(near):
        if index and number - near[index - 1] > 1:
            found.append((None, None))
        found.append((number, url_for("facilitator.inbox", **_asked(), page=number)))
    return found


def _versions(named: list[str]) -> dict[str, int]:
    """Return versions by id, as boxes of the list carry them."""
    found = {}
    for words in named:
        name, _sep, version = words.partition(":")
        if len(name) == 32 and version.isascii() and version.isdigit():
            found[name] = min(int(version[:10]), 2**31 - 1)
    return found
