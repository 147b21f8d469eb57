"""News of cases for whoever works on them, and what the menu says of it."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.cases.actions.news import see_news
from directory.cases.queries.news import AT_MOST, news
from directory.core.text import pick
from directory.listings.queries import center_pages
from directory.web import context
from directory.web.account.blueprint import bp
from directory.web.proof import ButtonForm
from directory.web.sentences import sentence
from directory.web.zones import CHINA


@bp.get("/news", endpoint="news")
def show_news() -> ResponseReturnValue:
    """Show what others did since one last looked."""
    return _page(ButtonForm())


@bp.post("/news/seen")
def news_seen() -> ResponseReturnValue:
    """Note that one has seen it."""
    form = ButtonForm()
    if not form.validate():
        return _page(form)
    see_news(context.work())
    flash(gettext("Seen. New lines will stand here."))
    return redirect(url_for("account.news"), code=303)


def _page(form: ButtonForm) -> ResponseReturnValue:
    found = news(context.session(), context.actor(), now=context.tools().clock())
    slugs = tuple({line.center for line in found if line.center})
    pages = center_pages(context.session(), slugs, today=context.today())
    names = {page.slug: pick(page.names, context.language()).words for page in pages}
    page = render_template(
        "account/news.html",
        lines=[
            (line, sentence(line, CHINA, lambda slug: names.get(slug, slug)))
            for line in found
        ],
        is_cut=len(found) == AT_MOST,
        form=form,
    )
    return make_response(page, form.status)
