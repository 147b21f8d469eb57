"""The rules by which centers are proposed, and what they say of one's own case."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Form, StringField

from directory.cases.queries.routing import RuleSetView, case_called, dry_run, rule_sets
from directory.cases.rules.states import RuleState
from directory.core.errors import NotFoundError
from directory.web import context, routing
from directory.web.facilitator.blueprint import bp
from directory.web.proof import printable
from directory.web.words import _


class CaseForm(Form):
    """Which case the rules are tried on; asked by an address, so nothing changes."""

    case = StringField(
        _("Number of one of your cases"),
        filters=[printable],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


@bp.get("/routing")
def rules() -> ResponseReturnValue:
    """Show the rules in words; try them on one case without changing anything."""
    session, actor = context.session(), context.actor()
    known = [
        each
        for each in rule_sets(session, actor)
        if each.state is not RuleState.RETIRED
    ]
    shown = _chosen(known)
    form = CaseForm(request.args)
    reference = (form.case.data or "")[:20].strip().upper()
    found = None
    if reference and shown is not None:
        try:
            case = case_called(session, actor, reference)
            found = dry_run(
                session,
                context.keys(),
                case,
                shown.document.rules,
                today=context.today(),
            )
        except NotFoundError:
            form.case.errors = [_("Your organization has no case of this number")]
    page = render_template(
        "facilitator/routing.html",
        known=known,
        shown=shown,
        reference=reference,
        found=found,
        form=form,
        say=routing.WORDS,
    )
    return page, 404 if form.errors else 200


def _chosen(known: list[RuleSetView]) -> RuleSetView | None:
    """Return the set that the address names, else the one in force."""
    asked = request.args.get("version", "")
    named = [each for each in known if str(each.version) == asked]
    force = [each for each in known if each.state is RuleState.IN_FORCE]
    return next(iter((*named, *force)), None)
