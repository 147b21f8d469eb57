"""A case that one's hospital had, and has no longer: what happened, and no more."""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from directory.cases.queries.referrals import past_referral
from directory.cases.rules.machine import ReferralOverError
from directory.core.errors import DirectoryError, NotFoundError
from directory.web import context
from directory.web.errors import refused
from directory.web.referrals.blueprint import bp
from directory.web.zones import CHINA

GONE = 410


@bp.errorhandler(NotFoundError)
@bp.errorhandler(ReferralOverError)
def over(error: DirectoryError) -> ResponseReturnValue:
    """Say why a case is not here any more; of any other, that there is none."""
    referral = (request.view_args or {}).get("referral")
    context.finish(succeeded=False)
    if referral is None or context.signed_in() is None:
        return refused(error)
    try:
        past = past_referral(context.session(), context.actor(), referral)
    except DirectoryError:
        return refused(error)
    page = render_template("referrals/over.html", past=past, ours=CHINA)
    return make_response(page, GONE)
