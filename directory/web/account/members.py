"""Who belongs to an organization: inviting, changing what they are, putting out."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import EmailField, RadioField, SelectField
from wtforms.validators import Email, InputRequired, Length

from directory.accounts.actions import invitations
from directory.accounts.actions.organizations import set_roles
from directory.accounts.queries.organizations import (
    Member,
    MembersPage,
    members_page,
)
from directory.accounts.rules.members import LastManagerError, SelfRaisedError
from directory.core.text import Language
from directory.web import context, locale, roles, staff
from directory.web.account.blueprint import bp
from directory.web.account.reader import reader
from directory.web.fields import choices
from directory.web.proof import ButtonForm, ProvenForm, printable
from directory.web.words import _

ID = "string(length=32)"

LAST = _("Nobody else manages this organization. Give somebody else that role first.")
RAISED = _("Nobody can give more rights to themselves. Ask another manager.")


class InviteForm(ProvenForm):
    """Whom to invite, and as what."""

    email = EmailField(
        _("Email address"),
        [
            InputRequired(_("Enter an email address")),
            Length(max=254),
            Email(_("Enter an email address, like name@example.org")),
        ],
        filters=[printable],
        description=_(
            "The person gets a link that works for 7 days. Whoever has the link and"
            " the mailbox can join."
        ),
    )
    roles = RadioField(_("As"), [InputRequired(_("Choose what they will be"))])
    language = SelectField(
        _("Language of the mail"),
        choices=choices((code.value, name) for code, name in locale.NAMES.items()),
    )


class RolesForm(ProvenForm):
    """What somebody is from now on."""

    roles = RadioField(_("Role"), [InputRequired(_("Choose what they will be"))])


@bp.get(f"/organizations/<{ID}:organization>/members")
def members(organization: str) -> ResponseReturnValue:
    """List everybody in an organization that one manages, and open invitations."""
    return render_template(
        "account/members.html",
        page=_page(organization),
        me=reader().public_id,
    )


@bp.route(f"/organizations/<{ID}:organization>/invite", methods=["GET", "POST"])
def invite(organization: str) -> ResponseReturnValue:
    """Ask somebody by mail to join."""
    page = _page(organization)
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    form = InviteForm(
        data={"roles": page.gives[0].value, "language": context.language().value}
    )
    form.roles.choices = choices(
        (role.value, roles.role_words({role})) for role in page.gives
    )
    if form.validate_on_submit():
        try:
            (role,) = roles.roles_of(form.roles.data)
            invitations.invite(
                context.work(),
                organization,
                form.email.data or "",
                role,
                Language(form.language.data),
            )
        except invitations.AlreadyInvitedError:
            form.email.errors = [
                _("This address has an open invitation. Withdraw it to send another.")
            ]
        except invitations.AlreadyMemberError:
            form.email.errors = [_("Somebody with this address has that role already")]
        else:
            flash(gettext("Invited. The mail is on its way."))
            return redirect(
                url_for("account.members", organization=organization), code=303
            )
    return make_response(
        render_template("account/invite.html", page=page, form=form), form.status
    )


@bp.post(f"/organizations/<{ID}:organization>/invitations/<{ID}:invitation>/withdraw")
def withdraw_invitation(organization: str, invitation: str) -> ResponseReturnValue:
    """Let an invitation lead nowhere any more."""
    form = ButtonForm()
    if form.validate_on_submit():
        invitations.withdraw_invitation(context.work(), organization, invitation)
        flash(gettext("Withdrawn. The link in the mail leads nowhere now."))
    return redirect(url_for("account.members", organization=organization), code=303)


@bp.route(
    f"/organizations/<{ID}:organization>/members/<{ID}:person>",
    methods=["GET", "POST"],
)
def member(organization: str, person: str) -> ResponseReturnValue:
    """Show one member, and change what they are."""
    page = _page(organization)
    found = page.member(person)
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    form = RolesForm(data={"roles": roles.key(found.roles)})
    form.roles.choices = choices(roles.offered(page.organization.kind))
    if form.validate_on_submit():
        try:
            set_roles(
                context.work(), organization, person, roles.roles_of(form.roles.data)
            )
        except LastManagerError:
            form.roles.errors = [LAST]
        except SelfRaisedError:
            form.roles.errors = [RAISED]
        else:
            flash(gettext("Changed. It holds from their next page on."))
            return redirect(_after(organization, found), code=303)
    return make_response(
        render_template("account/member.html", page=page, member=found, form=form),
        form.status,
    )


@bp.route(
    f"/organizations/<{ID}:organization>/members/<{ID}:person>/remove",
    methods=["GET", "POST"],
)
def remove_member(organization: str, person: str) -> ResponseReturnValue:
    """Ask once whether somebody is to be put out, then do it."""
    page = _page(organization)
    found = page.member(person)
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    form = ButtonForm()
    if form.validate_on_submit():
        try:
            set_roles(context.work(), organization, person, ())
        except LastManagerError:
            form.form_errors.append(LAST)
        else:
            flash(gettext("Removed. They can do nothing here from now on."))
            return redirect(_after(organization, found), code=303)
    return make_response(
        render_template(
            "account/remove_member.html", page=page, member=found, form=form
        ),
        form.status,
    )


def _page(organization: str) -> MembersPage:
    return members_page(
        context.session(),
        context.actor(),
        organization,
        now=context.tools().clock(),
    )


def _after(organization: str, changed: Member) -> str:
    """Return where one goes on: whoever changed themselves may manage no more."""
    if changed.public_id == reader().public_id:
        return url_for("account.offices")
    return url_for("account.members", organization=organization)
