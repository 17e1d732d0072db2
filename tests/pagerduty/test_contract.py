"""Every request the application makes fits PagerDuty's published OpenAPI description.

That the code can make no others is in `tests/test_reach.py`.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from corvana.config import Settings
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world import changes
from tests.builders.api_paths import API_PATHS
from tests.conftest import collect_at, join

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SPEC = ROOT.parent / "shared" / "pagerduty" / "openapi.json"
described = pytest.mark.skipif(
    not SPEC.exists(), reason="PagerDuty's OpenAPI description is not beside the project"
)

END = datetime.now(UTC).replace(hour=6, minute=30, second=0, microsecond=0) - timedelta(days=10)
ACCEPT = "application/vnd.pagerduty+json;version=2"
MOST_ROWS = 10_000
MOST_A_PAGE = 100
SIX_MONTHS = timedelta(days=180)


# --- the published description ------------------------------------------------------------------


@cache
def spec() -> dict[str, Any]:
    return json.loads(SPEC.read_text())


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        reference = node["$ref"].removeprefix("#/").split("/")
        node = spec()
        for part in reference:
            node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def described_path(path: str) -> str | None:
    """The path of the description a request goes to; literal segments win over parameters."""
    fitting = [
        known
        for known in spec()["paths"]
        if re.fullmatch(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(known)), path)
    ]
    return min(fitting, key=lambda known: known.count("{"), default=None)


def documented(path: str) -> dict[str, dict[str, Any]]:
    item = spec()["paths"][path]
    listed = [*item.get("parameters", ()), *item["get"].get("parameters", ())]
    every = [resolved(parameter) for parameter in listed]
    return {each["name"]: each for each in every if each["in"] == "query"}


def value_problem(schema: dict[str, Any], value: str) -> str | None:
    kind, form = schema.get("type"), schema.get("format")
    if "enum" in schema and value not in schema["enum"]:
        return "is not one of the documented values"
    if kind == "integer":
        if not re.fullmatch(r"\d+", value):
            return "is no whole number"
        if not schema.get("minimum", 0) <= int(value) <= schema.get("maximum", 10**9):
            return "is out of range"
    if kind == "boolean" and value not in {"true", "false"}:
        return "is neither true nor false"
    if form == "date-time" and not is_instant(value):
        return "is no instant with an offset"
    if form == "tzinfo" and value not in {"UTC", "Etc/UTC"} and not ZoneInfo(value).key:
        return "is no time zone"
    return None


def is_instant(value: str) -> bool:
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    return re.fullmatch(pattern, value) is not None


def parameter_problems(parameter: dict[str, Any], values: Sequence[str]) -> Iterator[str]:
    name, schema = parameter["name"], parameter["schema"]
    is_list = schema.get("type") == "array" or name.endswith("[]")
    if schema.get("type") == "array" and parameter.get("explode") is False:
        values = [part for value in values for part in value.split(",")]
    if len(values) > 1 and not is_list:
        yield f"{name} is given more than once"
    if is_list and len(set(values)) < len(values):
        yield f"{name} has the same value twice"
    if len(values) > schema.get("maxItems", len(values)):
        yield f"{name} has too many values"
    for value in values:
        problem = value_problem(schema.get("items", schema), value)
        if problem:
            yield f"{name}={value} {problem}"


def window_problems(path: str, query: dict[str, list[str]]) -> Iterator[str]:
    """What the description says in prose: offset and limit, and the width of a window."""
    limit = int(query.get("limit", ["25"])[0])
    most = 1000 if path == "/v3/schedules" else MOST_A_PAGE
    if limit > most:
        yield f"limit={limit} is more than a page holds"
    if limit + int(query.get("offset", ["0"])[0]) > MOST_ROWS:
        yield "offset and limit reach past the row limit"
    bounds = [query[name][0] for name in ("since", "until") if name in query]
    if len(bounds) == 1:
        yield "one bound without the other"
    if len(bounds) == 2 and all(map(is_instant, bounds)):
        since, until = map(datetime.fromisoformat, bounds)
        if not timedelta(0) < until - since <= SIX_MONTHS:
            yield "the window is empty or too wide"
    elif len(bounds) == 2:
        yield "a bound is no instant with an offset"


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    accept: str = ACCEPT

    def problems(self) -> list[str]:
        """Everything about the request that the description does not allow."""
        known = described_path(self.path)
        if known is None or self.method.lower() not in spec()["paths"][known]:
            return [f"{self.method} {self.path} is not described"]
        if self.method != "GET":
            return [f"{self.method} {self.path} could change something"]
        values: dict[str, list[str]] = defaultdict(list)
        for name, value in self.query:
            values[name].append(value)
        parameters = documented(known)
        found = [f"{name} is not documented" for name in values.keys() - parameters.keys()]
        found += [
            f"{name} is missing"
            for name, parameter in parameters.items()
            if parameter.get("required") and name not in values
        ]
        for name in values.keys() & parameters.keys():
            found += parameter_problems(parameters[name], values[name])
        if not found:
            found += window_problems(known, values)
        if self.accept != ACCEPT:
            found.append("the version of the API is not asked for")
        return [f"{self.path}: {problem}" for problem in found]


# --- what is really sent ------------------------------------------------------------------------


class Recorder:
    """Notes every request to the REST API on its way to the application."""

    def __init__(self, app: ASGIApp, requests: list[Request]) -> None:
        self._app, self._requests = app, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path.startswith("/us/"):
            query = tuple(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
            accept = dict(scope["headers"]).get(b"accept", b"").decode()
            request = Request(scope["method"], path.removeprefix("/us"), query, accept)
            self._requests.append(request)
        await self._app(scope, receive, send)


@pytest.fixture
def sent(configure: Callable[..., Settings]) -> list[Request]:
    """The requests of connecting and of a first run, one a minute later, and one eight days later
    after an open incident was deleted."""
    world = build_world(end=END, days=60, incidents=1500)
    is_open = [each for each in world.incidents if each.states[-1].status != "resolved"]
    requests: list[Request] = []
    with RunningSandbox(world, requests_per_minute=1_000_000) as sandbox:
        sandbox.app.add_middleware(Recorder, requests=requests)
        connected = join(configure(sandbox), sandbox)
        collect_at(connected, clock=lambda: END + timedelta(minutes=5), days=60)
        collect_at(connected, clock=lambda: END + timedelta(minutes=6), days=60)
        sandbox.replace(changes.delete_incident(world, is_open[-1].id, END))
        sandbox.app.add_middleware(Recorder, requests=requests)
        collect_at(connected, clock=lambda: END + timedelta(days=8), days=60)
    return requests


@described
def test_every_request_of_full_and_later_runs_fits_the_description(sent: list[Request]) -> None:
    assert sorted({problem for request in sent for problem in request.problems()}) == []
    for template in API_PATHS:
        pattern = re.escape(template).replace(r"\{\}", "[^/]+")
        assert any(re.fullmatch(pattern, request.path) for request in sent), template


@described
@pytest.mark.parametrize(
    ("path", "query", "problem"),
    [
        ("/incidents/count", "", "is not described"),
        ("/nothing", "", "is not described"),
        ("/incidents", "start_date=2026-01-01T00:00:00Z", "start_date is not documented"),
        ("/incidents", "statuses[]=closed", "is not one of the documented values"),
        ("/incidents", "sort_by=a,b,c", "too many values"),
        ("/incidents", "since=2026-01-01T00:00:00Z", "one bound without the other"),
        ("/incidents", "since=2026-01-01&until=2026-01-02", "no instant with an offset"),
        (
            "/incidents",
            "since=2026-01-01T00:00:00Z&until=2026-12-01T00:00:00Z",
            "empty or too wide",
        ),
        ("/log_entries", "include[]=body", "is not one of the documented values"),
        ("/log_entries", "since=2026-01-01T00:00:00&until=2026-01-02T00:00:00Z", "no instant"),
        ("/log_entries", "total=True", "is neither true nor false"),
        ("/services", "limit=500", "more than a page holds"),
        ("/services", "limit=ten", "is no whole number"),
        ("/services", "limit=100&offset=9950", "past the row limit"),
        ("/services", "limit=1&limit=2", "more than once"),
        ("/schedules/P1", "include[]=final_schedule", "include[] is not documented"),
        ("/v3/schedules/P1", "include[]=schedule_layers", "not one of the documented values"),
        ("/v3/schedules", "limit=2000", "is out of range"),
        ("/v3/schedules/P1/overrides", "since=2026-01-01T00:00:00Z", "until is missing"),
    ],
)
def test_a_request_that_does_not_fit_is_found_out(path: str, query: str, problem: str) -> None:
    found = Request("GET", path, tuple(parse_qsl(query))).problems()
    assert any(problem in each for each in found), found


@described
def test_only_reading_in_the_expected_version_fits() -> None:
    assert Request("POST", "/incidents", ()).problems() == [
        "POST /incidents could change something"
    ]
    assert Request("GET", "/teams", (), "*/*").problems() == [
        "/teams: the version of the API is not asked for"
    ]
