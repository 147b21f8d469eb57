"""Whatever goes wrong below /api is said as problem details (RFC 9457)."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from directory.exports.problems import BadParameters, Problem
from directory.listings.actions import withdraw
from directory.listings.rules.document import Kind
from directory.search.ports import IndexUnusableError
from tests.fakes import FakeSearcher
from tests.web.api.reading import act

MEMBERS = {"type", "title", "status", "detail", "code", "instance"}


class Unavailable(HTTPException):
    code = 503
    description = "zq: words that nobody should see"


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "title"),
    [
        ("GET", "/api/v1/nothing", 404, "http.404", "Not Found"),
        ("GET", "/api/v2/centers", 404, "http.404", "Not Found"),
        ("GET", "/api/", 404, "http.404", "Not Found"),
        ("GET", "/zh/api/v1/nothing", 404, "http.404", "Not Found"),
        ("GET", "/api/v1/centers/no-such", 404, "directory.not-found", "Not Found"),
        ("GET", "/api/v1/facilitators/none", 404, "directory.not-found", "Not Found"),
        ("GET", "/api/v1/therapies/none", 404, "directory.not-found", "Not Found"),
        ("GET", "/api/v1/guides/none", 404, "directory.not-found", "Not Found"),
        ("GET", "/api/v1/centers/No_Slug", 404, "http.404", "Not Found"),
        ("POST", "/api/v1/centers", 405, "http.405", "Method Not Allowed"),
        ("PUT", "/api/v1/search", 405, "http.405", "Method Not Allowed"),
        ("DELETE", "/api/v1/centers/x", 405, "http.405", "Method Not Allowed"),
        ("TRACE", "/api/v1/search", 405, "http.405", "Method Not Allowed"),
        ("BREW", "/api/v1/search", 405, "http.405", "Method Not Allowed"),
    ],
)
def test_a_refusal_is_a_problem(site, method, path, status, code, title):
    response = site.test_client().open(path, method=method)

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    told = response.json
    assert set(told) == MEMBERS
    assert (told["status"], told["code"], told["title"]) == (status, code, title)
    assert told["type"] == "about:blank"
    assert told["instance"] == f"urn:request:{response.headers['X-Request-ID']}"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    if status == 405:
        assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (RuntimeError("zq secret words"), 500),
        (Unavailable(), 503),
        (OperationalError("SELECT 'zq'", {}, Exception("zq")), 503),
        (IndexUnusableError(reason="zq"), 503),
    ],
)
def test_a_fault_is_a_problem_that_tells_nothing_of_its_cause(make_app, fault, status):
    client = make_app(FakeSearcher(fault=fault)).test_client()

    response = client.get("/api/v1/search?q=zq-query")

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert Problem.model_validate(response.json).status == status
    assert "zq" not in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in response.headers) is (status == 503)


def test_a_strange_host_is_refused_in_the_same_way(make_app):
    client = make_app(base_url="https://directory.example").test_client()

    response = client.get("/api/v1/search", base_url="https://evil.example")

    assert response.status_code == 400
    assert Problem.model_validate(response.json).code == "http.400"


def test_too_many_requests_are_a_problem_too(make_app):
    app = make_app(rate_limits="on")
    app.config["LIMIT_OF_READING"] = "5 per hour"
    client = app.test_client()
    *answered, refused = [client.get("/api/v1/search") for _ in range(6)]

    assert {response.status_code for response in answered} == {200}
    assert refused.status_code == 429
    assert refused.mimetype == "application/problem+json"
    assert refused.json["code"] == "http.429"
    assert int(refused.headers["Retry-After"]) > 0
    assert client.get("/healthz").status_code == 200


def test_what_was_withdrawn_is_gone_and_not_merely_missing(make_app):
    app = make_app()
    act(app, lambda work: withdraw(work, Kind.CENTER, "nanfang-hospital", "It closed."))

    response = app.test_client().get("/api/v1/centers/nanfang-hospital")

    assert response.status_code == 410
    assert response.json["code"] == "listing.withdrawn"
    assert "closed" not in response.text


@pytest.mark.parametrize(
    ("path", "parameter", "wrong", "allowed", "form"),
    [
        ("/search?citty=a", "citty", "unknown", {"city", "q", "kind", "lang"}, None),
        ("/centers?kind=center", "kind", "unknown", {"city", "q"}, None),
        ("/guides?city=beijing", "city", "unknown", {"q", "page"}, None),
        ("/centers/nanfang-hospital?q=a", "q", "unknown", {"lang"}, None),
        ("/openapi.json?lang=en", "lang", "unknown", set(), None),
        ("/search?city=paris", "city", "not-allowed", {"beijing", "tianjin"}, None),
        ("/search?capability=", "capability", "not-allowed", {"icu", "pet_ct"}, None),
        ("/search?sort=price", "sort", "not-allowed", {"name", "verified"}, None),
        ("/search?status=all", "status", "not-allowed", {"confirmed"}, None),
        ("/search?kind=hotel", "kind", "not-allowed", {"center", "guide"}, None),
        ("/search?lang=fr", "lang", "not-allowed", {"en", "zh", "ru", "ar"}, None),
        ("/guides/cost?lang=", "lang", "not-allowed", {"en", "zh"}, None),
        ("/search?page=0", "page", "not-allowed", set(), "1-500"),
        ("/search?page=-1", "page", "not-allowed", set(), "1-500"),
        ("/search?page=two", "page", "not-allowed", set(), "1-500"),
        ("/search?per_page=101", "per_page", "not-allowed", set(), "1-100"),
        ("/search?q=a&q=b", "q", "repeated", set(), None),
        ("/search?lang=en&lang=zh", "lang", "repeated", set(), None),
        ("/search?drop=city", "drop", "not-allowed", set(), "kind:key"),
    ],
)
def test_a_parameter_is_refused_by_name_with_what_it_may_be(
    site, path, parameter, wrong, allowed, form
):
    response = site.test_client().get(f"/api/v1{path}")

    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    told = BadParameters.model_validate(response.json)
    assert told.code == "api.bad-parameters"
    assert parameter in told.detail
    (error,) = told.errors
    assert (error.parameter, error.wrong, error.form) == (parameter, wrong, form)
    assert allowed <= set(error.allowed)
    assert bool(error.allowed) is bool(allowed)


def test_the_type_of_a_refusal_can_be_looked_up(site):
    client = site.test_client()
    type_ = client.get("/api/v1/search?page=0").json["type"]
    address, _, pointer = type_.partition("#")
    found = client.get(address).json
    for step in pointer.strip("/").split("/"):
        found = found[step]

    assert "errors" in found["properties"]


def test_every_parameter_that_is_wrong_is_named_at_once(site):
    told = site.test_client().get("/api/v1/search?x=1&page=0&lang=fr").json

    assert [error["parameter"] for error in told["errors"]] == ["x", "page", "lang"]


def test_a_flood_of_wrong_parameters_gets_a_short_answer(site):
    query = "&".join(f"{'n' * 50}{number}={number}" for number in range(400))
    response = site.test_client().get(f"/api/v1/search?{query}")

    assert response.status_code == 400
    assert len(response.json["errors"]) == 10
    assert len(response.data) < 8000


def test_what_was_typed_into_a_wrong_parameter_is_not_given_back(site):
    response = site.test_client().get("/api/v1/search?city=zqcanary&page=zqtwo")

    assert response.status_code == 400
    assert "zq" not in response.text
