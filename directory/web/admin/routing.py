"""Routing rules: drafts, trying them over past cases, putting them in force."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired

from directory.cases.actions.routing import (
    NoDraftError,
    RulesChangedError,
    change_rules,
    discard_rules,
    draft_rules,
    put_in_force,
)
from directory.cases.queries.replay import FURTHEST_DAYS, Line, Replay
from directory.cases.queries.replay import replay as replayed
from directory.cases.queries.routing import RuleSetView, in_force, rule_set, rule_sets
from directory.cases.rules.rule_documents import (
    HEAVIEST,
    MOST_LOAD,
    About,
    Rule,
    RuleSetDocument,
    Verdict,
)
from directory.cases.rules.rule_texts import (
    LONGEST,
    Fault,
    RulesRefusedError,
    read_rules,
    written,
)
from directory.exports.csv import Cell
from directory.inquiries.rules.answers import Age, Travel, Wanted
from directory.listings.rules.document import CAPABILITIES
from directory.submissions.rules.states import CapacityState
from directory.web import context, routing, staff
from directory.web.admin import tables
from directory.web.admin.blueprint import bp
from directory.web.proof import ButtonForm, ProvenForm, printable
from directory.web.words import _

SHOWN = 100
"""Cases that change, as a page shows them; the table that is taken along has all."""

MOST_CASES = 1000
"""Cases that a page or its table replays, so that it is there in seconds; the command
takes all."""

DAYS = 30
"""Days that are replayed if the address says nothing."""

FIELDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("check.about", tuple(each.value for each in About)),
    ("check.key", CAPABILITIES),
    ("check.states", tuple(each.value for each in CapacityState)),
    ("check.at_least", (f"1 – {MOST_LOAD}",)),
    ("when.age", tuple(each.value for each in Age)),
    ("when.wanted", tuple(each.value for each in Wanted)),
    ("when.diagnoses", ("mm", "b-all", "lbcl", "…")),
    ("when.travel", tuple(each.value for each in Travel)),
    ("when.interpreter", ("true", "false")),
    ("verdict", tuple(each.value for each in Verdict)),
    ("weight", (f"1 – {HEAVIEST}",)),
)
"""What may stand in a rule, as the page lists it beside the text."""


class RulesForm(ProvenForm):
    """A set of rules as a text, and the state of the draft that was changed."""

    text = TextAreaField(
        _("Rules"),
        [DataRequired(_("Enter the rules"))],
        filters=[printable],
        render_kw={"rows": 30, "spellcheck": "false", "autocapitalize": "none"},
    )
    seen = HiddenField()

    faults: tuple[Fault, ...] = ()
    document: RuleSetDocument | None = None

    def validate_text(self, field: TextAreaField) -> None:
        """Read the text; whatever is wrong with it is said with its line."""
        try:
            self.document = read_rules((field.data or "")[: LONGEST + 1])
        except RulesRefusedError as error:
            self.faults = error.faults
            # The faults themselves are in English, and stand in a list of their own.
            count = len(error.faults)
            field.errors = [
                ngettext(
                    "%(num)s thing is wrong with these rules; see the list",
                    "%(num)s things are wrong with these rules; see the list",
                    count,
                )
            ]

    def validate(self, extra_validators: object = None) -> bool:
        """Check the text; a form that is sound has a document."""
        del extra_validators
        return super().validate() and not self.faults and self.document is not None


@bp.get("/routing")
def rules() -> ResponseReturnValue:
    """List all sets of rules."""
    found = rule_sets(context.session(), context.actor())
    return render_template("admin/routing.html", sets=found, say=routing.WORDS)


@bp.route("/routing/new", methods=["GET", "POST"])
def new_rules() -> ResponseReturnValue:
    """Begin a draft, with the rules of another set to change."""
    session, actor = context.session(), context.actor()
    like = tables.words_asked("like")
    known = {str(each.version): each for each in rule_sets(session, actor)}
    base = known.get(like) or in_force(session)
    form = RulesForm(data={"text": written(base.document) if base else ""})
    if form.validate_on_submit() and form.document is not None:
        version = draft_rules(context.work(), form.document)
        flash(gettext("Kept as a draft. Try it over past cases before it decides."))
        return redirect(url_for("admin.one_rules", version=version), code=303)
    return _editing(form, None)


@bp.get("/routing/<int:version>")
def one_rules(version: int) -> ResponseReturnValue:
    """Show one set, and what can be done with it."""
    found = rule_set(context.session(), context.actor(), version)
    return render_template(
        "admin/rules.html",
        one=found,
        say=routing.WORDS,
        form=ButtonForm(),
        days=DAYS,
    )


@bp.route("/routing/<int:version>/edit", methods=["GET", "POST"])
def edit_rules(version: int) -> ResponseReturnValue:
    """Change a draft; if another did meanwhile, keep what was typed."""
    found = rule_set(context.session(), context.actor(), version)
    if found.state.value != "draft":
        raise NoDraftError(rules=version)
    form = RulesForm(data={"text": written(found.document), "seen": found.digest})
    if form.validate_on_submit() and form.document is not None:
        try:
            change_rules(
                context.work(), version, form.document, seen=form.seen.data or ""
            )
        except RulesChangedError:
            form.form_errors.append(
                _(
                    "Somebody changed this draft after you opened it. What you typed"
                    " is still here. Open the draft in another window, compare, and"
                    " send yours again if it shall stand."
                )
            )
            form.seen.data = found.digest
        else:
            flash(gettext("The draft was changed."))
            return redirect(url_for("admin.one_rules", version=version), code=303)
    return _editing(form, found)


@bp.post("/routing/<int:version>/discard")
def discard_draft_rules(version: int) -> ResponseReturnValue:
    """Give a draft up."""
    discard_rules(context.work(), version, seen=request.form.get("seen", ""))
    flash(gettext("The draft was given up."))
    return redirect(url_for("admin.rules"), code=303)


@bp.route("/routing/<int:version>/force", methods=["GET", "POST"])
def force_rules(version: int) -> ResponseReturnValue:
    """Ask once more, with proof of who asks, and put a draft in force."""
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    session = context.session()
    found = rule_set(session, context.actor(), version)
    if found.state.value != "draft":
        raise NoDraftError(rules=version)
    form = ButtonForm()
    if form.validate_on_submit():
        put_in_force(context.work(), version, seen=request.form.get("seen", ""))
        flash(gettext("These rules decide from now on which centers are proposed."))
        return redirect(url_for("admin.one_rules", version=version), code=303)
    return make_response(
        render_template(
            "admin/force_rules.html", one=found, now=in_force(session), form=form
        ),
        form.status,
    )


@bp.get("/routing/<int:version>/replay")
def replay_rules(version: int) -> ResponseReturnValue:
    """Compare a set with the one in force over the cases of the last days."""
    one, now, found, lines = _replay(version)
    changed: list[Line] = []
    # Sums grow while lines are read.
    for line in islice(lines, MOST_CASES):
        if line.is_changed and len(changed) < SHOWN:
            changed.append(line)
    return render_template(
        "admin/replay.html",
        one=one,
        now=now,
        sums=found,
        lines=changed,
        most=MOST_CASES,
        days=_days(),
        most_days=FURTHEST_DAYS,
        export=url_for("admin.export_replay", version=version, days=_days()),
    )


@bp.post("/routing/<int:version>/replay/export")
def export_replay(version: int) -> ResponseReturnValue:
    """Hand over every case of a replay as CSV: references and centers alone."""
    if (anew := staff.to_prove_anew()) is not None:
        return anew
    _one, _now, _found, lines = _replay(version)
    return tables.take_along(
        f"replay-{version}",
        ("case", "before", "after", "kept", "keeps", "entered", "left"),
        (_cells(line) for line in islice(lines, MOST_CASES)),
    )


def _replay(
    version: int,
) -> tuple[RuleSetView, RuleSetView | None, Replay, Iterator[Line]]:
    session, actor, tools = context.session(), context.actor(), context.tools()
    one = rule_set(session, actor, version)
    now = in_force(session)
    before: tuple[Rule, ...] = now.document.rules if now else ()
    found, lines = replayed(
        session,
        context.keys(),
        actor,
        before=before,
        after=one.document.rules,
        days=_days(),
        now=tools.clock(),
        today=context.today(),
    )
    return one, now, found, lines


def _days() -> int:
    words = request.args.get("days", "")
    is_number = words.isascii() and words.isdigit() and len(words) < 6
    return min(max(int(words), 1), FURTHEST_DAYS) if is_number else DAYS


def _cells(line: Line) -> tuple[Cell, ...]:
    return (
        line.reference,
        line.before,
        line.after,
        line.kept,
        line.keeps,
        " ".join(line.entered),
        " ".join(line.left),
    )


def _editing(form: RulesForm, one: RuleSetView | None) -> ResponseReturnValue:
    status = 422 if request.method == "POST" and form.status == 200 else form.status
    page = render_template("admin/edit_rules.html", form=form, one=one, fields=FIELDS)
    return make_response(page, status)
