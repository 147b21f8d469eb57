"""Cases that came in a flood: look, then let in or close, many at once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import (
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from directory.cases.actions import holding
from directory.cases.queries.holding import Held, held_cases, held_count
from directory.web.context import actor, session, work
from directory.web.facilitator.blueprint import bp
from directory.web.proof import ProvenForm
from directory.web.words import _


class Do(StrEnum):
    """What becomes of the cases that were ticked."""

    LET_IN = "let-in"
    CLOSE = "close"


class HeldForm(ProvenForm):
    """Cases that are held; each value is the case and the version that was shown."""

    cases = SelectMultipleField(_("Cases that are held"))
    do = HiddenField()

    def __init__(self, found: tuple[Held, ...], **kwargs: Any) -> None:
        """Fill the list.

        Args:
            found: The cases on the page.
            kwargs: For the form itself.
        """
        super().__init__(**kwargs)
        self.cases.choices = [
            SelectChoice(value=f"{one.id}:{one.version}", label=one.reference)
            for one in found
        ]
        # Somebody else may have let one in since the page was made.
        self.cases.validate_choice = False

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check that something was ticked."""
        if not super().validate(extra_validators):
            return False
        if not self.chosen():
            self.cases.errors = [_("Choose at least one case")]
            return False
        return True

    def chosen(self) -> dict[str, int]:
        """Return versions by case."""
        found = {}
        for value in self.cases.data or ():
            case, _colon, version = value.partition(":")
            if version.isascii() and version.isdigit() and len(version) < 9:
                found[case] = int(version)
        return found


@bp.route("/held", methods=["GET", "POST"])
def held() -> ResponseReturnValue:
    """Show cases that are held, the oldest first; let in or close those ticked."""
    found = held_cases(session(), actor())
    form = HeldForm(found)
    if request.method == "POST" and form.do.data not in set(Do):
        abort(400)
    if form.validate_on_submit():
        chosen = form.chosen()
        if form.do.data == Do.LET_IN:
            done = holding.let_in(work(), chosen)
            flash(ngettext("%(num)s case let in.", "%(num)s cases let in.", done))
        else:
            done = len(chosen) - len(holding.close_held(work(), chosen))
            flash(ngettext("%(num)s case closed.", "%(num)s cases closed.", done))
        return redirect(url_for("facilitator.held"), code=303)
    page = render_template(
        "facilitator/held.html",
        form=form,
        found=found,
        total=held_count(session(), actor()),
    )
    return make_response(page, form.status)
