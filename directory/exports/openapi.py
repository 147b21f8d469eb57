"""The description of the API, made from the models that the answers are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from directory.exports.problems import MEDIA_TYPE, BadParameters, Problem

OPENAPI = "3.1.1"
"""Source: spec.openapis.org/oas/v3.1.1"""

VERSION = "1.0.0"
"""Of the API, not of the program."""

SCHEMAS = "#/components/schemas/"

SUMMARY = (
    "CAR-T centers in Beijing, Shanghai, Guangzhou and Tianjin, the facilitators who"
    " help people reach them, the products, and the guides. Reading needs no key.\n\n"
    "Every fact says on what basis it stands, from which source, when it was checked"
    " and when it must be checked again. Unknown is never no: *not-stated* means that"
    " nothing was found. This is planning information, not medical advice; a listing"
    " is not an endorsement.\n\n"
    "Answers carry a strong ETag; ask again with If-None-Match."
)

SCHEME = "bearer"
"""Name of the one way to say who asks, and its kind."""

SECURITY: Mapping[str, Mapping[str, str]] = {
    SCHEME: {
        "type": "http",
        "scheme": "bearer",
        "description": (
            "A token that somebody who signs in makes for one organization. It is"
            " good for what was chosen for it, as long as its maker may do that."
        ),
    }
}

HEADERS: Mapping[str, Mapping[str, Any]] = {
    "ETag": {
        "description": "Changes whenever the answer does.",
        "schema": {"type": "string"},
    },
    "Content-Language": {
        "description": "Language of labels and sentences.",
        "schema": {"type": "string"},
    },
    "X-Request-ID": {
        "description": "Names this request.",
        "schema": {"type": "string"},
    },
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation.

    Args:
        name: As it stands in the address.
        description: A sentence.
        schema: JSON Schema; an array is given by repeating the parameter.
        where: ``query`` or ``path``.
        example: One that can be tried.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    where: str = "query"
    example: Any = None

    def described(self) -> dict[str, Any]:
        """Return it as OpenAPI writes it."""
        found: dict[str, Any] = {
            "name": self.name,
            "in": self.where,
            "required": self.where == "path",
            "description": self.description,
            "schema": dict(self.schema),
        }
        if self.schema.get("type") == "array":
            found |= {"style": "form", "explode": True}
        if self.example is not None:
            found["example"] = self.example
        return found


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked of the API.

    Args:
        name: Unique; programs made from the description call it by this.
        path: With parameters in braces.
        summary: A few words.
        answer: Model of the answer; ``None`` for any JSON object.
        parameters: In the order of the description.
        tag: Group in the description.
        is_paged: Whether the answer has a ``Link`` header.
        can_be_withdrawn: Whether what it is about may be gone for good.
        needs_token: Whether it is for holders of a token only.
        method: In lower case.
        body: What is sent, as OpenAPI writes it; ``None`` if nothing is.
    """

    name: str
    path: str
    summary: str
    answer: type[BaseModel] | None
    parameters: Sequence[Parameter]
    tag: str
    is_paged: bool = False
    can_be_withdrawn: bool = False
    needs_token: bool = False
    method: Literal["get", "post"] = "get"
    body: Mapping[str, Any] | None = None

    def described(self) -> dict[str, Any]:
        """Return it as OpenAPI writes it."""
        return {
            self.method: {
                "operationId": self.name,
                "summary": self.summary,
                "tags": [self.tag],
                "parameters": [each.described() for each in self.parameters],
                **({"requestBody": dict(self.body)} if self.body else {}),
                **({"security": [{SCHEME: []}]} if self.needs_token else {}),
                "responses": self._responses(),
            }
        }

    def _responses(self) -> dict[str, Any]:
        headers = {
            name: each
            for name, each in HEADERS.items()
            if not (self.needs_token and name == "ETag")
        }
        if self.is_paged:
            headers["Link"] = {
                "description": "Pages around this one (RFC 8288).",
                "schema": {"type": "string"},
            }
        schema = _ref(self.answer) if self.answer else {"type": "object"}
        found: dict[str, Any] = {
            "200": {
                "description": "The answer.",
                "headers": headers,
                "content": {"application/json": {"schema": schema}},
            },
            "304": {"description": "Nothing changed since the tag that was given."},
            "400": _problem("A parameter could not be used.", BadParameters),
        }
        if self.needs_token:
            del found["304"]
            found["401"] = _problem("The token is missing, wrong, ended or too old.")
            found["403"] = _problem("The token is not good for this.")
        if any(each.where == "path" for each in self.parameters):
            found["404"] = _problem("There is no such thing.")
        if self.can_be_withdrawn:
            found["410"] = _problem("It was published here and has been withdrawn.")
        found["429"] = _problem("Too many requests in a short time.")
        found["default"] = _problem("Something else prevented an answer.")
        return found


def document(
    operations: Iterable[Operation], *, root: str, contact: str = ""
) -> dict[str, Any]:
    """Return the whole description.

    Args:
        operations: Everything that can be asked.
        root: Address that the paths begin at, e.g. ``/api/v1``.
        contact: Address of whoever runs this installation, if it says so.
    """
    known = tuple(operations)
    models: set[type[BaseModel]] = {Problem, BadParameters}
    models.update(each.answer for each in known if each.answer)
    wanted: list[tuple[type[BaseModel], Literal["serialization"]]] = [
        (model, "serialization")
        for model in sorted(models, key=lambda model: model.__name__)
    ]
    _, schemas = models_json_schema(
        wanted,
        ref_template=SCHEMAS + "{model}",
    )
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "CAR-T Center Directory",
            "version": VERSION,
            "description": SUMMARY,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            **({"contact": {"url": contact}} if contact else {}),
        },
        "servers": [{"url": root}],
        "paths": _paths(known),
        "components": {"schemas": schemas["$defs"], "securitySchemes": SECURITY},
    }


def _paths(operations: Sequence[Operation]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for each in operations:
        found.setdefault(each.path, {}).update(each.described())
    return found


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": SCHEMAS + model.__name__}


def _problem(words: str, model: type[BaseModel] = Problem) -> dict[str, Any]:
    return {"description": words, "content": {MEDIA_TYPE: {"schema": _ref(model)}}}
