"""The addresses of the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from pydantic import BaseModel

from directory.cases.queries.interests import interest_card
from directory.core.text import Language
from directory.exports import answers, knowledge, listings, openapi
from directory.exports.access import Me, OwnOrganization
from directory.knowledge.queries import guide_page, therapy_page
from directory.listings.queries import center_page, facilitator_page
from directory.search.rules.values import Asked, Results
from directory.web import asking, keeping, locale
from directory.web.api import imports, problems, wording
from directory.web.api.authentication import authenticated
from directory.web.api.headers import open_to_all
from directory.web.api.operations import LANGUAGE, PATH, SEARCHES, Search, described
from directory.web.api.wording import PARAMETER as LANG
from directory.web.api.wording import PageWords
from directory.web.asking import Fault, Parameter, Wrong
from directory.web.context import session, today, vocabulary, words
from directory.web.finding import find

bp = Blueprint("api", __name__, url_prefix=PATH)
bp.before_request(wording.choose)
bp.after_request(open_to_all)
bp.record_once(problems.install)
bp.register_error_handler(problems.BadParametersError, problems.bad_parameters)
imports.offer(bp)


@bp.get("/search")
@keeping.kept_results
def search() -> Response:
    """Answer with results of every kind, in one ranking."""
    return found("search")


@bp.get("/centers")
@keeping.kept_results
def centers() -> Response:
    """Answer with centers."""
    return found("centers")


@bp.get("/facilitators")
@keeping.kept_results
def facilitators() -> Response:
    """Answer with facilitators."""
    return found("facilitators")


@bp.get("/therapies")
@keeping.kept_results
def therapies() -> Response:
    """Answer with products."""
    return found("therapies")


@bp.get("/guides")
@keeping.kept_results
def guides() -> Response:
    """Answer with guides."""
    return found("guides")


@bp.get("/centers/<slug:slug>")
@keeping.kept
def center(slug: str) -> Response:
    """Answer with one center, fact by fact."""
    refuse_parameters()
    page = center_page(session(), slug, today=today())
    return give(listings.center(page, PageWords(), locale.root()))


@bp.get("/facilitators/<slug:slug>")
@keeping.kept
def facilitator(slug: str) -> Response:
    """Answer with one facilitator, fact by fact."""
    refuse_parameters()
    page = facilitator_page(session(), slug, today=today())
    card = interest_card(session(), slug)
    return give(listings.facilitator(page, PageWords(), locale.root(), card))


@bp.get("/therapies/<slug:slug>")
@keeping.kept
def therapy(slug: str) -> Response:
    """Answer with one product and what is known of it."""
    refuse_parameters()
    page = therapy_page(session(), slug)
    return give(knowledge.therapy(page, PageWords(), locale.root()))


@bp.get("/guides/<slug:slug>")
@keeping.kept
def guide(slug: str) -> Response:
    """Answer with one guide and the claims that it cites."""
    refuse_parameters()
    return give(knowledge.guide(guide_page(session(), slug), locale.root()))


@bp.get("/openapi.json")
@keeping.kept
def description() -> Response:
    """Answer with the description of all this."""
    refuse_parameters(but=())
    operations = (*described(choices()), *imports.operations(LANGUAGE))
    return give(openapi.document(operations, root=locale.root() + PATH))


@bp.get("/me")
def me() -> Response:
    """Answer with whom the token stands for."""
    refuse_parameters()
    bearer = authenticated()
    response = give(
        Me(
            id=bearer.public_id,
            name=bearer.name,
            organization=OwnOrganization(
                id=bearer.office.public_id,
                name=bearer.office.name,
                kind=bearer.office.kind.value,
                is_invented=bearer.office.is_invented,
            ),
            roles=tuple(sorted(bearer.office.roles)),
            scopes=bearer.scopes,
            expires_at=bearer.expires_at,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def found(name: str) -> Response:
    """Answer one of the addresses that answer with results.

    Args:
        name: Of the operation, in :data:`SEARCHES`.

    Raises:
        BadParametersError: If anything in the address could not be used.
    """
    operation = SEARCHES[name]
    question = asking.read(
        request.args,
        choices(),
        accepts=operation.accepts | {LANG},
        kinds=operation.kinds,
    )
    refuse((*question.faults, *language_faults()))
    results = find(question.asked)
    links = links_of(question.asked, results, operation)
    response = give(answers.answer(results, PageWords(), links, locale.root()))
    response.headers["Link"] = ", ".join(
        f'<{target}>; rel="{rel}"'
        for rel, target in links.model_dump(exclude={"self"}).items()
        if target is not None
    )
    return response


def choices() -> Mapping[str, tuple[str, ...]]:
    """Return the keys that each filter may have."""
    return vocabulary().once("choices", lambda: asking.choices(words()))


def give(answer: BaseModel | dict[str, object]) -> Response:
    """Return an answer as JSON, which anybody may keep for a minute."""
    if isinstance(answer, BaseModel):
        body = answer.model_dump_json()
    else:
        body = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def refuse(faults: tuple[Fault, ...]) -> None:
    """Refuse a question of which anything would have to be left out.

    Raises:
        BadParametersError: With every fault.
    """
    if faults:
        raise problems.BadParametersError(faults)


def refuse_parameters(*, but: tuple[str, ...] = (LANG,)) -> None:
    """Refuse every parameter that an address without a search does not have."""
    unknown = tuple(
        Fault(name, Wrong.UNKNOWN, but) for name in request.args if name not in but
    )
    refuse((*unknown, *(language_faults() if but else ())))


def language_faults() -> tuple[Fault, ...]:
    """Return what is wrong with the language asked for."""
    given = request.args.getlist(LANG)
    allowed = tuple(each.value for each in Language)
    faults = [Fault(LANG, Wrong.REPEATED)] if len(given) > 1 else []
    if given and given[0] not in allowed:
        faults.append(Fault(LANG, Wrong.NOT_ALLOWED, allowed))
    return tuple(faults)


def links_of(asked: Asked, results: Results, operation: Search) -> answers.Links:
    """Return addresses of this page of results and of those around it.

    They carry the text as far as it was looked at, so that a long one is not
    repeated five times over.
    """
    asked = replace(asked, text=results.reading.text)
    kept = [(LANG, value) for value in request.args.getlist(LANG)]
    if not operation.kinds:
        kept += [(Parameter.KIND.value, kind.value) for kind in sorted(asked.kinds)]

    def to(page: int) -> str:
        pairs = [*asking.parameters(replace(asked, page=page)), *kept]
        query = f"?{urlencode(pairs)}" if pairs else ""
        return f"{request.script_root}{request.path}{query}"

    last = answers.last_page(results.total, results.per_page)
    return answers.Links(
        self=to(asked.page),
        first=to(1),
        prev=to(min(asked.page - 1, last)) if asked.page > 1 else None,
        next=to(asked.page + 1) if asked.page < last else None,
        last=to(last),
    )
