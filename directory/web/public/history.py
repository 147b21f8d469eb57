"""Versions of a listing: each as it was, what it changed, and on whose word."""

from __future__ import annotations

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.listings.queries import (
    Between,
    center_page,
    center_version,
    facilitator_page,
    facilitator_version,
    history,
)
from directory.listings.queries import between as changes_between
from directory.listings.rules.document import Kind
from directory.listings.rules.views import ListingPage, borne
from directory.submissions.queries.capacity import center_capacity
from directory.web import keeping
from directory.web.addresses import url_for
from directory.web.context import session, today
from directory.web.public.blueprint import bp
from directory.web.public.centers import capabilities

MOST_NUMBER = 1_000_000
"""Beyond the number of any version that an address can name."""

NUMBER = re.compile(r"[1-9][0-9]{0,5}")
"""How the number of a version is written in an address."""


@bp.get("/centers/<slug:slug>/history")
@keeping.kept
def center_versions(slug: str) -> ResponseReturnValue:
    """Show what changed in each version of a center, and on whose word."""
    return _versions(Kind.CENTER, center_page(session(), slug, today=today()))


@bp.get("/facilitators/<slug:slug>/history")
@keeping.kept
def facilitator_versions(slug: str) -> ResponseReturnValue:
    """Show what changed in each version of a facilitator, and on whose word."""
    return _versions(Kind.FACILITATOR, facilitator_page(session(), slug, today=today()))


@bp.get("/centers/<slug:slug>/versions/<int:number>")
@keeping.kept
def past_center(slug: str, number: int) -> ResponseReturnValue:
    """Show one version of a center as it was published, and what changed since."""
    current = center_page(session(), slug, today=today())
    if not 1 <= number <= current.version:
        return _no_version(Kind.CENTER, current, number), 404
    page = center_version(session(), slug, number, today=today())
    return render_template(
        "public/center.html",
        center=page,
        capabilities=capabilities(page),
        capacity=center_capacity(session(), slug, today=today()),
        current=current.version,
        data=None,
        since=_since(Kind.CENTER, slug, number, current.version),
    )


@bp.get("/facilitators/<slug:slug>/versions/<int:number>")
@keeping.kept
def past_facilitator(slug: str, number: int) -> ResponseReturnValue:
    """Show one version of a facilitator as it was published."""
    current = facilitator_page(session(), slug, today=today())
    if not 1 <= number <= current.version:
        return _no_version(Kind.FACILITATOR, current, number), 404
    page = facilitator_version(session(), slug, number, today=today())
    return render_template(
        "public/facilitator.html", facilitator=page, current=current.version
    )


def _no_version(kind: Kind, listing: ListingPage, number: int) -> str:
    """Say that a listing never had such a version, and which ones it has."""
    return render_template(
        "public/no_version.html",
        kind=kind.value,
        listing=listing,
        # A longer number was not copied from here.
        number=number if number < MOST_NUMBER else None,
    )


def _since(kind: Kind, slug: str, number: int, current: int) -> Between | None:
    """Return what changed after a version, if it is not the current one."""
    if number == current:
        return None
    return changes_between(session(), kind, slug, number, current)


def _versions(kind: Kind, listing: ListingPage) -> ResponseReturnValue:
    versions = history(session(), kind, listing.slug)
    return render_template(
        "public/history.html",
        kind=kind.value,
        listing=listing,
        versions=versions,
        compared=_compared(kind, listing.slug),
        facts=frozenset(fact.field for fact in borne(listing)),
        feed=url_for("public.feed", **{kind.value: listing.slug}),
        back=url_for(f"public.{kind.value}", slug=listing.slug),
        own=url_for(f"public.{kind.value}_versions", slug=listing.slug),
    )


def _compared(kind: Kind, slug: str) -> Between | None:
    """Return what lies between the two versions that the address names."""
    given = [request.args.get(name, "") for name in ("from", "to")]
    if not all(NUMBER.fullmatch(number) for number in given):
        return None
    one, other = map(int, given)
    return changes_between(session(), kind, slug, one, other)
