"""What pages tell search engines, and programs that show a link, about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext

from directory.core.text import Language
from directory.exports import schema_knowledge, schema_site
from directory.knowledge.queries import GuidePage, TherapyPage
from directory.web import locale
from directory.web.addresses import url_for
from directory.web.context import language
from directory.web.filters import absolute, has, said
from directory.web.public.blueprint import bp
from directory.web.public.cards import CARDS
from directory.web.words import _

SECTIONS: Mapping[str, tuple[str, Any]] = {
    "public.center": ("public.centers", _("Centers")),
    "public.facilitator": ("public.facilitators", _("Facilitators")),
    "public.therapy": ("public.therapies", _("Therapies")),
    "public.guide": ("public.guides", _("Guides")),
}
"""The page above a page, and what it is called."""

LOCALES: Mapping[Language, str] = {
    Language.EN: "en_US",
    Language.ZH: "zh_CN",
    Language.RU: "ru_RU",
    Language.AR: "ar_AR",
}
"""How programs that show a link name languages (source: ogp.me, og:locale)."""


@bp.app_template_global("social_card")
def social_card() -> str:
    """Return the file of the picture that stands for this page where it is shared."""
    return f"img/cards/{_card()}.{language().value}.png"


def _card() -> str:
    endpoint = request.endpoint or ""
    return next(
        (name for name, card in CARDS.items() if endpoint in card.pages), "home"
    )


@bp.app_template_global("og_locale")
def og_locale() -> str:
    """Return the page's language as programs that show a link name it."""
    return LOCALES[language()]


@bp.app_template_filter("told_guide")
def told_guide(page: GuidePage) -> list[dict[str, Any]]:
    """Return a guide and the way to it, for JSON-LD."""
    return [
        schema_knowledge.guide(page, here(), language=language()),
        *way(page.titles),
    ]


@bp.app_template_filter("told_therapy")
def told_therapy(page: TherapyPage) -> list[dict[str, Any]]:
    """Return a product's page and the way to it, for JSON-LD."""
    return [
        schema_knowledge.therapy(page, here(), language=language()),
        *way(page.names),
    ]


@bp.app_template_filter("told_way")
def way(names: Mapping[str, str] | str | None) -> list[dict[str, Any]]:
    """Return the way to a page of this name, for JSON-LD, if one is known.

    Args:
        names: What its heading calls it.
    """
    endpoint = request.endpoint or ""
    if endpoint in {"public.provenance", "public.cost"}:
        endpoint = "public.guide"
    above = SECTIONS.get(endpoint)
    words = said(names)
    if above is None or words is None or not has(above[0]):
        return []
    steps = [
        (gettext("CAR-T Center Directory"), absolute(_own(url_for("public.home")))),
        (str(above[1]), absolute(_own(url_for(above[0])))),
        (words.words, here()),
    ]
    return [schema_site.breadcrumbs(steps)]


@bp.app_template_filter("told_site")
def told_site(about: str) -> list[dict[str, Any]]:
    """Return the whole site, for JSON-LD.

    Args:
        about: What it is, in a sentence of the page.
    """
    return [
        schema_site.website(
            absolute(locale.root() + "/"),
            absolute(_own(url_for("public.centers"))),
            name=gettext("CAR-T Center Directory"),
            about=about,
            language=language().tag,
        )
    ]


def here() -> str:
    """Return the address of this page that search engines are led to."""
    return absolute(locale.in_language(language(), locale.here()))


def _own(path: str) -> str:
    """Return a path of this site under the language of the page."""
    prefix = f"{locale.root()}/{language().value}"
    if path == prefix or path.startswith(f"{prefix}/"):
        return path
    return locale.in_language(language(), path.removeprefix(locale.root()))
