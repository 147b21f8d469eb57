"""The description of the API is true: tried with good and bad input alike."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import pytest
import schemathesis
from jsonschema import Draft202012Validator
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from directory.listings.rules.document import Route
from directory.web.api.operations import ONES, PATH, SEARCHES

EXAMPLES = 15
"""Of each operation, beside those that walk along every border of its schema."""


@dataclass
class Tried:
    """What came of trying everything.

    Args:
        cases: Requests by operation.
        statuses: Answers by status.
        failures: What was not as described, with a request that shows it.
    """

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def tried(site) -> Tried:
    """Return what came of asking everything, well and badly."""
    config = SchemathesisConfig.from_dict(
        {
            "generation": {
                "mode": "all",
                "deterministic": True,
                "database": "none",
                "max-examples": EXAMPLES,
            },
            "continue-on-failure": True,
            # The transport between the two does not unpack what it is given.
            "headers": {"Accept-Encoding": "identity"},
        }
    )
    schema = schemathesis.openapi.from_wsgi(f"{PATH}/openapi.json", site, config=config)
    found = Tried()
    for event in from_schema(schema).execute():
        assert not isinstance(event, FatalError), event
        if isinstance(event, NonFatalError):
            found.failures.append(f"{event.label}: {event.value}")
        if isinstance(event, ScenarioFinished):
            note(event, found)
    return found


def note(event: ScenarioFinished, found: Tried) -> None:
    for key, interaction in event.recorder.interactions.items():
        case = event.recorder.cases[key].value
        found.cases[case.operation.path] += 1
        if interaction.response is not None:
            found.statuses[interaction.response.status_code] += 1
    for key, checks in event.recorder.checks.items():
        for check in checks:
            found.checks[check.name] += 1
            if check.status is Status.FAILURE:
                case = event.recorder.cases[key].value
                why = check.failure_info.failure if check.failure_info else ""
                found.failures.append(f"{check.name}: {case.as_curl_command()}: {why}")


def test_every_answer_is_what_the_description_says(tried):
    assert not tried.failures, "\n".join(tried.failures)


def test_every_operation_was_tried_well_and_badly(tried):
    expected = {each.path for each in SEARCHES.values()}
    expected |= {each.path for each in ONES.values()}
    assert expected <= set(tried.cases)
    assert min(tried.cases[path] for path in expected) >= EXAMPLES
    assert tried.statuses[200] > 100
    assert tried.statuses[400] > 100
    assert {"response_schema_conformance", "negative_data_rejection"} <= set(
        tried.checks
    )


def test_the_description_is_openapi(site):
    """Judged by the schema of its own kind, as far as that has one."""
    client = site.test_client()
    described = client.get(f"{PATH}/openapi.json").json

    assert described["openapi"] == "3.1.1"
    assert described["servers"] == [{"url": PATH}]
    routes = {
        re.sub(r"<[^>]*:(\w+)>", r"{\1}", rule.rule.removeprefix(PATH))
        for rule in site.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert set(described["paths"]) == routes
    names = [
        operation["operationId"]
        for methods in described["paths"].values()
        for operation in methods.values()
    ]
    assert len(set(names)) == len(names)
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    text = client.get(f"{PATH}/openapi.json").text
    for reference in set(re.findall(r'"\$ref":"([^"]+)"', text)):
        assert (
            reference.removeprefix("#/components/schemas/")
            in (described["components"]["schemas"])
        )


def test_filters_are_described_with_the_keys_that_there_are(site):
    described = site.test_client().get(f"{PATH}/openapi.json").json
    parameters = {
        each["name"]: each["schema"]
        for each in described["paths"]["/centers"]["get"]["parameters"]
    }

    def keys(name):
        return parameters[name]["items"]["enum"]

    assert keys("city") == ["beijing", "guangzhou", "shanghai", "tianjin"]
    assert {"icu", "tocilizumab", "apheresis"} <= set(keys("capability"))
    assert len(keys("capability")) == 17
    assert {"mm", "rrmm", "lbcl", "dlbcl", "b-all"} <= set(keys("indication"))
    assert "eque-cel" in keys("therapy")
    assert set(keys("audience")) == {"adult", "pediatric"}
    assert set(keys("type")) == {
        "public",
        "private",
        "military",
        "children",
        "cancer",
        "hematology",
    }
    assert set(keys("route")) == {each.value for each in Route}
    assert {"en", "ru", "ar"} <= set(keys("language"))
    assert parameters["per_page"]["maximum"] == 100


def test_another_site_makes_its_own_links(site):
    """Mounted below a path, the description says where it begins."""
    described = site.test_client().get(
        f"{PATH}/openapi.json", base_url="http://localhost/cart"
    )

    assert described.json["servers"] == [{"url": f"/cart{PATH}"}]
