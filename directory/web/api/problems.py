"""Refusals and faults of the API, as problem details."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import Flask, Response, g
from flask.blueprints import BlueprintSetupState

from directory.core.errors import DirectoryError
from directory.exports.openapi import SCHEMAS
from directory.exports.problems import (
    MEDIA_TYPE,
    BadParameters,
    Problem,
    WrongParameter,
)
from directory.web import errors
from directory.web.api.headers import open_to_all
from directory.web.asking import Fault, Wrong

HERE = "/api/"
"""Below this path every refusal is a problem detail."""

MOST = 10
"""Faults that are told at once; the rest would only repeat them."""

LONGEST_NAME = 60
"""Characters of a parameter's name that are given back."""

CHALLENGE = 'Bearer realm="cart-directory"'
"""What is wanted of who may not ask without a token (source: RFC 6750, section 3)."""

SENTENCES = {
    Wrong.UNKNOWN: "There is no such parameter here.",
    Wrong.REPEATED: "This parameter may be given once.",
    Wrong.NOT_ALLOWED: "This parameter cannot have that value.",
    Wrong.TOO_MANY: "This parameter was given too often.",
}
"""For people who write programs, so in one language."""


class BadParametersError(DirectoryError):
    """Parameters could not be used as they were given."""

    code = "api.bad-parameters"

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep what was wrong; the values themselves are not kept."""
        super().__init__(parameters=[fault.parameter for fault in faults[:MOST]])
        self.faults = faults


def install(state: BlueprintSetupState) -> None:
    """Let every refusal below :data:`HERE` be a problem detail, found or not."""
    assert isinstance(state.app, Flask)
    errors.answer_machines(state.app, HERE, problem)


def problem(status: int, code: str, facts: dict[str, object]) -> Response:
    """Answer a refusal or a fault; facts stay in the log."""
    response = _respond(
        Problem(
            type="about:blank",
            title=_phrase(status),
            status=status,
            detail=str(errors.words_for(status).happened),
            code=code,
            instance=_instance(),
        )
    )
    if status == HTTPStatus.UNAUTHORIZED:
        wrong = ', error="invalid_token"' if facts.get("shown") else ""
        response.headers["WWW-Authenticate"] = f"{CHALLENGE}{wrong}"
    return response


def bad_parameters(error: BadParametersError) -> Response:
    """Answer with every parameter that could not be used, and what could be."""
    wrong = tuple(_wrong(fault) for fault in error.faults[:MOST])
    names = ", ".join(dict.fromkeys(each.parameter for each in wrong))
    return _respond(
        BadParameters(
            type=f"/api/v1/openapi.json{SCHEMAS}{BadParameters.__name__}",
            title=_phrase(400),
            status=400,
            detail=f"These parameters could not be used: {names}.",
            code=error.code,
            instance=_instance(),
            errors=wrong,
        )
    )


def _wrong(fault: Fault) -> WrongParameter:
    return WrongParameter(
        parameter=fault.parameter[:LONGEST_NAME],
        wrong=fault.wrong.value,
        detail=SENTENCES[fault.wrong],
        allowed=fault.allowed,
        form=fault.form,
    )


def _respond(problem: Problem) -> Response:
    response = Response(
        problem.model_dump_json(), status=problem.status, mimetype=MEDIA_TYPE
    )
    response.headers["Cache-Control"] = "no-store"
    if problem.status in {429, 503}:
        response.headers["Retry-After"] = "60"
    return open_to_all(response)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _instance() -> str:
    return f"urn:request:{g.get('request_id', 'unknown')}"
