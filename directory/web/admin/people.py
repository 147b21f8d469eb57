"""People: finding them, and what is done with their accounts."""

from __future__ import annotations

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.accounts.actions.people import (
    LastAdminError,
    OwnAccountError,
    disable,
    enable,
    reset_factor,
)
from directory.accounts.queries.people import (
    SORTS,
    Asked,
    PersonRow,
    find_people,
    person_page,
)
from directory.core.actor import Role
from directory.exports.csv import Cell
from directory.web import context, staff
from directory.web.admin import tables
from directory.web.admin.blueprint import bp
from directory.web.proof import ButtonForm
from directory.web.roles import ROLES
from directory.web.words import _

ID = "string(length=32)"

ACTS = {"disable": disable, "enable": enable, "reset-factor": reset_factor}
"""What can be done with an account, by the end of its address."""

OPEN, CLOSED = "open", "closed"

FILTERS = ("q", "role", "state", "sort")
"""Parameters of the list."""


@bp.get("/people")
def people() -> ResponseReturnValue:
    """List people, by name or as asked."""
    asked = _asked(tables.page_asked())
    found, total = find_people(context.session(), asked)
    return render_template(
        "admin/people.html",
        people=found,
        listing=tables.Listing(total, asked.page, asked.sort),
        asked=asked,
        state=tables.words_asked("state"),
        roles=ROLES,
        export=tables.address("admin.export_people", FILTERS),
    )


@bp.post("/people/export")
def export_people() -> ResponseReturnValue:
    """Hand over the list as CSV."""
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    found, _total = find_people(context.session(), _asked(1, tables.MOST_EXPORTED))
    return tables.take_along(
        "people",
        (
            *("id", "name", "email", "roles", "open", "confirmed"),
            *("second factor", "added", "last seen"),
        ),
        (_cells(row) for row in found),
    )


@bp.get(f"/people/<{ID}:person>")
def person(person: str) -> ResponseReturnValue:
    """Show somebody, what they belong to, and what can be done."""
    found = person_page(context.session(), person)
    return render_template("admin/person.html", page=found, me=_me())


@bp.route(f"/people/<{ID}:person>/<act>", methods=["GET", "POST"])
def change_person(person: str, act: str) -> ResponseReturnValue:
    """Ask once whether something is to be done with an account, then do it."""
    if act not in ACTS:
        abort(404)
    found = person_page(context.session(), person)
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    form = ButtonForm()
    if form.validate_on_submit():
        try:
            ACTS[act](context.work(), person)
        except OwnAccountError:
            form.form_errors.append(
                _("Somebody else has to do this with your account.")
            )
        except LastAdminError:
            form.form_errors.append(
                _("Nobody else administrates the directory. Appoint somebody first.")
            )
        else:
            flash(gettext("Done. It holds from their next page on."))
            return redirect(url_for("admin.person", person=person), code=303)
    return make_response(
        render_template("admin/change_person.html", page=found, act=act, form=form),
        form.status,
    )


def _asked(page: int, per_page: int = tables.PER_PAGE) -> Asked:
    role = tables.words_asked("role")
    state = tables.words_asked("state")
    return Asked(
        text=tables.words_asked("q"),
        role=Role(role) if role in ROLES else None,
        is_active={OPEN: True, CLOSED: False}.get(state),
        sort=tables.sort_asked(SORTS),
        page=page,
        per_page=per_page,
    )


def _cells(row: PersonRow) -> tuple[Cell, ...]:
    return (
        row.public_id,
        row.name,
        row.email,
        " ".join(row.roles),
        row.is_active,
        row.is_confirmed,
        row.has_second_factor,
        row.added_at,
        row.seen_at,
    )


def _me() -> str:
    who = context.signed_in()
    return who.public_id if who else ""
