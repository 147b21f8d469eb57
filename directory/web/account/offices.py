"""The organizations that one belongs to, and for which one acts now."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from directory.accounts.actions.organizations import switch
from directory.core.permissions import Permission
from directory.web import context, locale, staff
from directory.web.account.blueprint import bp
from directory.web.account.reader import reader
from directory.web.fields import choices
from directory.web.proof import ProvenForm
from directory.web.words import _


class OfficeForm(ProvenForm):
    """For whom one acts from now on in this browser."""

    office = RadioField(
        _("Act for"), [InputRequired(_("Choose for whom you want to act"))]
    )
    next = HiddenField()


@bp.route("/organizations", methods=["GET", "POST"])
def offices() -> ResponseReturnValue:
    """List one's organizations, and switch between them."""
    found = reader()
    form = OfficeForm(
        data={
            "office": found.office.public_id if found.office else None,
            "next": request.args.get("next", ""),
        }
    )
    form.office.choices = choices((each.public_id, each.name) for each in found.offices)
    if form.validate_on_submit():
        chosen = next(o for o in found.offices if o.public_id == form.office.data)
        switch(context.work(), found.sign_in, chosen.public_id)
        flash(gettext("You act for %(name)s now.", name=chosen.name))
        back = locale.own_path(form.next.data or "")
        to = locale.in_language(context.language(), back) if back else None
        return redirect(to or url_for("account.offices"), code=303)
    page = render_template(
        "account/offices.html",
        form=form,
        offices=found.offices,
        office=found.office,
        manages=staff.may(Permission.MANAGE_MEMBERS),
    )
    return make_response(page, form.status)
