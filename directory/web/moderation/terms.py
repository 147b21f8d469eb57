"""The vocabulary: finding a term, editing it, and what queries would then mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from math import ceil

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from pydantic import ValidationError
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from directory.core.errors import NotFoundError
from directory.core.text import Text
from directory.search.queries import unanswered as found_nothing
from directory.search.rules.collisions import collisions, doubled, unreadable
from directory.search.rules.normalize import spelled_key
from directory.search.rules.previews import Preview, previews
from directory.search.rules.unanswered import KEPT_DAYS
from directory.search.rules.values import Asked, Kind, Reading
from directory.vocabulary.actions import TermChangedError, digest_of, edit_term
from directory.vocabulary.queries import edited as edited_terms
from directory.vocabulary.queries import terms as all_terms
from directory.vocabulary.rules import Term, TermKind, name_of
from directory.web import context
from directory.web.finding import found_by
from directory.web.moderation import labels, spellings
from directory.web.moderation.blueprint import bp
from directory.web.proof import ProvenForm, printable
from directory.web.words import _

PER_PAGE = 50
MOST_UNANSWERED = 500
SHOWN = 3
"""Centers that a preview names, of those that a query would return."""

CENTERS = frozenset({Kind.CENTER})
LANGUAGES = ("en", "zh", "ru", "ar")


class TermForm(ProvenForm):
    """Labels, spellings and the caution of one term."""

    was = HiddenField(filters=[printable])
    label_en = StringField(_("English"), [Optional(), Length(max=300)])
    label_zh = StringField(_("Chinese"), [Optional(), Length(max=300)])
    label_ru = StringField(_("Russian"), [Optional(), Length(max=300)])
    label_ar = StringField(_("Arabic"), [Optional(), Length(max=300)])
    synonyms = TextAreaField(
        _("Spellings, one on each line"),
        [Optional(), Length(max=200_000)],
        description=_(
            "Spelling | language | kind | marks. Languages: en, zh, zh-Latn, ru, ar,"
            " mul. Kinds: name, abbreviation, code, nickname, pinyin, initials,"
            " misspelling, question. Marks: cautious (counts only in capitals or"
            " beside a medical word), whole (only as a whole word), also (beside"
            " other meanings), ordered (only where an order of treatments is meant)."
        ),
        render_kw={"rows": "12", "spellcheck": "false", "dir": "auto"},
    )
    caution = TextAreaField(
        _("Caution for whoever edits it"),
        [Optional(), Length(max=1000)],
        render_kw={"rows": "2"},
    )
    samples = TextAreaField(
        _("Queries to try, one on each line"),
        [Optional(), Length(max=2000)],
        filters=[printable],
        description=_("Up to ten. They are read as they are now and as they would be."),
        render_kw={"rows": "3"},
    )

    def term(self, before: Term) -> Term | None:
        """Return the term that was typed; hang what is wrong on its field."""
        found, flaws = spellings.read(self.synonyms.data or "")
        wrong = [
            gettext(
                "Line %(number)s cannot be read: %(line)s",
                number=one.line,
                line=one.words,
            )
            for one in islice(flaws, 5)
        ]
        wrong += [
            gettext("Nothing is left of this spelling to compare: %(text)s", text=text)
            for text in islice(unreadable(found), 5)
        ]
        wrong += [
            gettext("This spelling stands twice: %(text)s", text=text)
            for text in islice(doubled(found), 5)
        ]
        if wrong:
            self.synonyms.errors = [" ".join(wrong)]
            return None
        said = {
            code: words
            for code in LANGUAGES
            if (words := (self[f"label_{code}"].data or "").strip())
        }
        if not said:
            self.label_en.errors = [gettext("Give a label in one language at least")]
            return None
        try:
            return Term.model_validate(
                {
                    **before.model_dump(),
                    "labels": said,
                    "synonyms": found,
                    "caution": (self.caution.data or "").strip() or None,
                }
            )
        except ValidationError:
            self.form_errors.append(
                gettext("Some of it holds letters that are not seen. Type it anew.")
            )
            return None


@bp.get("/vocabulary")
def terms() -> ResponseReturnValue:
    """List terms, or those with some words in them."""
    typed = request.args.get("q", "")[:200]
    kind = request.args.get("kind", "")
    kind = kind if kind in set(TermKind) else ""
    rows = [
        one
        for one in all_terms(context.session())
        if kind in {"", one.kind} and _has(one, typed)
    ]
    pages = max(1, ceil(len(rows) / PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "moderation/terms.html",
        rows=rows[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(rows),
        typed=typed,
        kind=kind,
        sample=request.args.get("sample", "")[:200],
        edited=edited_terms(context.session()),
        page=page,
        pages=[
            (n, url_for("moderation.terms", q=typed or None, kind=kind or None, page=n))
            for n in range(1, pages + 1)
        ]
        if pages > 1
        else [],
        words=labels,
    )


@bp.route("/vocabulary/<kind>/<key>", methods=["GET", "POST"])
def term(kind: str, key: str) -> ResponseReturnValue:
    """Edit a term: look first at what queries would then mean, then save."""
    known = all_terms(context.session())
    before = next((one for one in known if name_of(one) == f"{kind}:{key}"), None)
    if before is None:
        raise NotFoundError(term=f"{kind}:{key}")
    form = _form(before)
    seen: tuple[Preview, ...] = ()
    status = form.status
    if form.validate_on_submit():
        after = form.term(before)
        if after is None or not _is_free(form, known, before, after):
            status = 422
        elif request.form.get("do") == "save":
            try:
                edit_term(context.work(), after, was=form.was.data or "")
            except TermChangedError:
                form.form_errors.append(
                    gettext(
                        "Somebody else changed this term since you opened the page, so"
                        " nothing was saved. What you typed is still here. Open the"
                        " term in another window to compare, then save again."
                    )
                )
                form.was.data, status = digest_of(before), 409
            else:
                flash(gettext("Saved. Queries are read anew within seconds."))
                return redirect(
                    url_for("moderation.term", kind=kind, key=key), code=303
                )
        else:
            seen = previews(known, after, (form.samples.data or "").splitlines())
    elif request.method == "POST":
        status = form.status
    shown = render_template(
        "moderation/term.html",
        term=before,
        form=form,
        previews=[(one, _found(one.now), _found(one.then)) for one in seen],
        is_edited=name_of(before) in edited_terms(context.session()),
        words=labels,
    )
    return make_response(shown, status)


@dataclass(frozen=True, slots=True)
class Found:
    """What a query would return.

    Args:
        total: How many centers.
        first: Names of the first ones, by language.
    """

    total: int
    first: tuple[Text, ...]


def _found(reading: Reading) -> Found:
    asked = Asked(text=reading.text, kinds=CENTERS, per_page=SHOWN)
    results = found_by(asked, reading)
    return Found(results.total, tuple(hit.names for hit in results.items))


@bp.get("/unanswered")
def unanswered() -> ResponseReturnValue:
    """List queries that found nothing: words, counts and days, and nothing else."""
    since = context.today() - timedelta(days=KEPT_DAYS)
    return render_template(
        "moderation/unanswered.html",
        rows=found_nothing(context.session(), since=since, limit=MOST_UNANSWERED),
        days=KEPT_DAYS,
    )


def _form(before: Term) -> TermForm:
    sample = request.args.get("sample", "")[:200]
    spelled = spellings.written(before.synonyms)
    return TermForm(
        data={
            "was": digest_of(before),
            **{f"label_{code}": words for code, words in before.labels.items()},
            "synonyms": f"{spelled}\n{sample} | {_guessed(sample)}"
            if sample
            else spelled,
            "caution": before.caution or "",
            "samples": sample or next(iter(before.labels.values())),
        }
    )


def _guessed(text: str) -> str:
    """Return the language that a spelling seems to be in, to be looked at."""
    for first, last, code in (
        ("\u4e00", "\u9fff", "zh"),
        ("\u0400", "\u04ff", "ru"),
        ("\u0600", "\u06ff", "ar"),
    ):
        if any(first <= letter <= last for letter in text):
            return code
    return "en"


def _is_free(form: TermForm, known: Iterable[Term], before: Term, after: Term) -> bool:
    """Tell whether no other term has its new spellings; say which ones do."""
    taken = collisions(known, before, after)
    if not taken:
        return True
    said = [
        gettext(
            "“%(text)s” means %(others)s already",
            text=one.text,
            others=", ".join(one.others),
        )
        for one in islice(taken, 5)
    ]
    form.synonyms.errors = [
        ngettext(
            "%(num)s spelling is another term's. Mark it “also” if it means both:",
            "%(num)s spellings are other terms'. Mark them “also” if they mean both:",
            len(taken),
        )
        + " "
        + "; ".join(said)
    ]
    return False


def _has(one: Term, typed: str) -> bool:
    if not typed.strip():
        return True
    wanted = spelled_key(typed)
    if not wanted:
        return False
    texts = (one.key, *one.labels.values(), *(s.text for s in one.synonyms))
    return any(wanted in spelled_key(text) for text in texts)
