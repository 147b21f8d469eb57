"""The rules by which centers are proposed, and what they say of one's own case."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.cases.queries.routing import RuleSetView, case_called, dry_run, rule_sets
from directory.cases.rules.states import RuleState
from directory.core.errors import NotFoundError
from directory.web import context, routing
from directory.web.facilitator.blueprint import bp


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
    reference = request.args.get("case", "")[:20].strip().upper()
    found, is_unknown = None, False
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
            is_unknown = True
    page = render_template(
        "facilitator/routing.html",
        known=known,
        shown=shown,
        reference=reference,
        found=found,
        is_unknown=is_unknown,
        say=routing.WORDS,
    )
    return page, 404 if is_unknown else 200


def _chosen(known: list[RuleSetView]) -> RuleSetView | None:
    """Return the set that the address names, else the one in force."""
    asked = request.args.get("version", "")
    named = [each for each in known if str(each.version) == asked]
    force = [each for each in known if each.state is RuleState.IN_FORCE]
    return next(iter((*named, *force)), None)
