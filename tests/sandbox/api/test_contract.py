"""What the simulated API serves fits PagerDuty's published OpenAPI description."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from corvana.sandbox.api.configuration_endpoints import PLAIN_LISTS
from tests.builders.movable_clock import NOW

SPEC = Path(__file__).parents[4] / "shared" / "pagerduty" / "openapi.json"
pytestmark = pytest.mark.skipif(
    not SPEC.exists(), reason="PagerDuty's OpenAPI description is not beside the project"
)
_EXTRA_AGENT = "inbound_integration_reference"  # sent in practice, missing in the description


def _as_json_schema(node):
    """Translate in place: what is nullable or not required may be null (their types guide)."""
    if isinstance(node, list):
        for item in node:
            _as_json_schema(item)
        return
    if not isinstance(node, dict):
        return
    node.pop("discriminator", None)
    if "oneOf" in node and isinstance(node["oneOf"], list):
        node["anyOf"] = node.pop("oneOf")
    for item in node.values():
        _as_json_schema(item)
    required = node.get("required", [])
    properties = node.get("properties")
    if isinstance(properties, dict) and isinstance(required, list):
        for name, schema in properties.items():
            if isinstance(schema, dict) and (name not in required or schema.get("nullable")):
                properties[name] = {"anyOf": [schema, {"type": "null"}]}


@pytest.fixture(scope="module")
def spec():
    described = json.loads(SPEC.read_text())
    schemas = described["components"]["schemas"]
    # Two places where the description contradicts itself or PagerDuty's own samples.
    for part in schemas["AcknowledgeLogEntry"]["allOf"]:
        if "type" in part.get("properties", {}):
            part["properties"]["type"]["enum"] = ["acknowledge_log_entry"]
    for part in schemas["AgentReference"]["allOf"]:
        if "type" in part.get("properties", {}):
            part["properties"]["type"]["enum"].append(_EXTRA_AGENT)
    _as_json_schema(described["components"])
    _as_json_schema(described["paths"])
    return described


def problems(spec, path, body):
    response = spec["paths"][path]["get"]["responses"]["200"]
    pointer = f"/paths/{path.replace('/', '~1')}/get/responses/200"
    if "$ref" in response:
        pointer = response["$ref"].removeprefix("#")
    pointer += "/content/application~1json/schema"
    registry = Registry().with_resource(
        "urn:spec", Resource.from_contents(spec, default_specification=DRAFT202012)
    )
    checker = Draft202012Validator(
        {"$ref": f"urn:spec#{pointer.replace('{', '%7B').replace('}', '%7D')}"}, registry=registry
    )
    return [f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(body)]


LISTS = [
    ("/incidents", {"date_range": "all", "limit": 40, "include[]": "body"}),
    ("/incidents", {"statuses[]": "triggered", "date_range": "all"}),
    ("/incidents", {"statuses[]": "acknowledged", "date_range": "all"}),
    ("/log_entries", {"limit": 40}),
    ("/services", {}),
    ("/escalation_policies", {}),
    ("/schedules", {"include[]": ["final_schedule", "overrides_subschedule", "schedule_layers"]}),
    ("/v3/schedules", {}),
    ("/oncalls", {}),
    ("/users", {}),
    ("/users/me", {}),
    ("/maintenance_windows", {}),
    ("/abilities", {}),
    ("/alert_grouping_settings", {}),
    *((f"/{name}", {}) for name in PLAIN_LISTS),
]


@pytest.mark.parametrize(("path", "query"), LISTS)
def test_a_response_fits_the_published_description(spec, api, path, query):
    response = api.get(path, params=query)
    assert response.status_code == 200
    assert problems(spec, path, response.json()) == []


DETAILS = [
    ("/incidents/{id}", "incidents", {}),
    ("/users/{id}", "users", {}),
    ("/schedules/{id}", "kinds:v2", {}),
    ("/v3/schedules/{id}", "kinds:v3", {"include[]": "final_schedule"}),
    ("/service_dependencies/technical_services/{id}", "services", {}),
    ("/service_dependencies/business_services/{id}", "business_services", {}),
]


@pytest.mark.parametrize(("path", "source", "query"), DETAILS)
def test_a_single_object_fits_the_published_description(spec, sandbox, api, path, source, query):
    if source.startswith("kinds:"):
        kind = source.removeprefix("kinds:")
        found = [item for item in sandbox.world.schedules if item.kind == kind]
    else:
        found = list(getattr(sandbox.world, source))
    window = {"since": (NOW - timedelta(days=7)).isoformat(), "until": NOW.isoformat()}
    response = api.get(path.replace("{id}", found[0].id), params=window | query)
    assert response.status_code == 200
    assert problems(spec, path, response.json()) == []
