"""Organizations: finding them, and founding one."""

from __future__ import annotations

import re

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from directory.accounts.actions.organizations import found_organization
from directory.accounts.queries.organizations import (
    SORTS,
    Asked,
    OrganizationRow,
    find_organizations,
)
from directory.accounts.rules.roles import OrganizationKind
from directory.exports.csv import Cell
from directory.web import context, staff
from directory.web.admin import tables
from directory.web.admin.blueprint import bp
from directory.web.fields import choices
from directory.web.proof import ProvenForm, printable
from directory.web.roles import KINDS
from directory.web.words import _

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")

MOST_DOMAINS = 20


class OrganizationForm(ProvenForm):
    """An organization to be founded."""

    name = StringField(
        _("Name"),
        [
            DataRequired(_("Enter the name of the organization")),
            Length(max=300, message=_("Use at most 300 characters")),
        ],
        filters=[printable],
        description=_("As it calls itself."),
    )
    kind = RadioField(
        _("Kind"),
        [InputRequired(_("Choose what it is"))],
        choices=choices((str(kind), words) for kind, words in KINDS.items()),
    )
    domains = StringField(
        _("Domains of its own"),
        [Optional(), Length(max=2000)],
        filters=[printable],
        description=_(
            "For example hospital.example.org. Several with spaces between them; leave"
            " empty if there is none."
        ),
        render_kw={"spellcheck": "false", "autocapitalize": "none"},
    )

    def validate_domains(self, field: Field) -> None:
        """Refuse what is no domain."""
        found = split(field.data)
        wrong = [each for each in found if not DOMAIN.fullmatch(each)]
        if wrong or len(found) > MOST_DOMAINS:
            raise ValidationError(
                gettext("Enter domains such as hospital.example.org, at most 20")
            )


def split(words: str | None) -> list[str]:
    """Return domains in lower case, however they were set apart."""
    return (
        re.split(r"[\s,;]+", words.strip().lower()) if words and words.strip() else []
    )


FILTERS = ("q", "kind", "sort")
"""Parameters of the list."""


@bp.get("/organizations")
def organizations() -> ResponseReturnValue:
    """List organizations, by name or as asked."""
    asked = _asked(tables.page_asked())
    found, total = find_organizations(context.session(), asked)
    return render_template(
        "admin/organizations.html",
        organizations=found,
        listing=tables.Listing(total, asked.page, asked.sort),
        asked=asked,
        kinds=KINDS,
        export=tables.address("admin.export_organizations", FILTERS),
    )


@bp.post("/organizations/export")
def export_organizations() -> ResponseReturnValue:
    """Hand over the list as CSV."""
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    found, _total = find_organizations(
        context.session(), _asked(1, tables.MOST_EXPORTED)
    )
    return tables.take_along(
        "organizations",
        ("id", "name", "kind", "domains", "people", "invented", "added"),
        (_cells(row) for row in found),
    )


@bp.route("/organizations/new", methods=["GET", "POST"])
def new_organization() -> ResponseReturnValue:
    """Found an organization; its people are invited afterwards."""
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    form = OrganizationForm()
    if form.validate_on_submit():
        found_organization(
            context.work(),
            OrganizationKind(form.kind.data),
            (form.name.data or "").strip(),
            split(form.domains.data),
        )
        flash(gettext("Founded. Now invite somebody who manages it."))
        return redirect(
            url_for("admin.organizations", q=form.name.data, sort="-added"), code=303
        )
    return make_response(
        render_template("admin/new_organization.html", form=form), form.status
    )


def _asked(page: int, per_page: int = tables.PER_PAGE) -> Asked:
    kind = tables.words_asked("kind")
    return Asked(
        text=tables.words_asked("q"),
        kind=OrganizationKind(kind) if kind in KINDS else None,
        sort=tables.sort_asked(SORTS),
        page=page,
        per_page=per_page,
    )


def _cells(row: OrganizationRow) -> tuple[Cell, ...]:
    return (
        row.public_id,
        row.name,
        row.kind.value,
        " ".join(row.domains),
        row.members,
        row.is_invented,
        row.added_at,
    )
