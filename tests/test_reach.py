"""What the code can ask PagerDuty for at all: a fixed set of paths, read only, without content.

Read off the source, so that a path or an include that no other test happens to use is seen too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corvana.collectors.listed import Listed
from corvana.collectors.nouns import NOUNS
from tests.builders.api_paths import API_PATHS

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for folder in ("pagerduty", "collectors", "runs", "versions")
    for path in (ROOT / "corvana" / folder).rglob("*.py")
)
IDENTITY_PATHS = {
    "/global/oauth/anonymous/jwks",
    "/oauth/authorize",
    "/oauth/revoke",
    "/oauth/token",
}
INCLUDES = {"final_schedule", "incidents", "overrides_subschedule", "schedule_layers"}
CONTENT = {
    "acknowledgers", "agents", "assignees", "body", "calendar_urls", "channels",
    "conference_bridge", "contact_methods", "custom_fields", "first_trigger_log_entries",
    "integrations", "notification_rules", "subdomains", "users",
}  # fmt: skip


def literals(tree: ast.AST) -> Iterator[str]:
    """Every string a program could use, `{}` in place of what is filled in; no docstrings."""
    unused: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            unused.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            unused.update(id(each) for each in node.values)
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and id(node) not in unused:
            yield from [node.value] if isinstance(node.value, str) else []


def paths(source: str) -> set[str]:
    """Whatever looks like the path of a request, the address in front of it taken away."""
    return {
        text.removeprefix("{}").partition("?")[0]
        for text in literals(ast.parse(source))
        if text.removeprefix("{}").startswith("/")
    }


def included(source: str) -> list[str]:
    """The values given for `include[]`; `?` where it is not a plain list of plain words."""
    found: list[Any] = []
    keys = 0
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            if not (isinstance(key, ast.Constant) and key.value == "include[]"):
                continue
            keys += 1
            words = value.elts if isinstance(value, ast.List) else [value]
            found += [
                word.value if isinstance(word, ast.Constant) and word is not value else "?"
                for word in words
            ]
    mentions = sum("include[" in text for text in literals(ast.parse(source)))
    return found if mentions == keys else [*found, "?"]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('get("/incidents")', {"/incidents"}),
        ('get(f"/incidents/{name}/notes")', {"/incidents/{}/notes"}),
        ('httpx.get(f"{url}/users/me")', {"/users/me"}),
        ('get("/" + noun)', {"/"}),
        ('def f():\n    """/incidents is a list."""', set()),
        ('x = "incidents"', set()),
    ],
)
def test_a_path_is_found_however_it_is_written(source: str, found: set[str]) -> None:
    assert paths(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = {"include[]": ["body", "users"]}', ["body", "users"]),
        ('x = {"include[]": "body"}', ["?"]),
        ('x = {"include[]": [word]}', ["?"]),
        ('x = {"include[]": words}', ["?"]),
        ('x["include[]"] = ["body"]', ["?"]),
        ('x = dict([("include[]", ["body"])])', ["?"]),
    ],
)
def test_an_include_is_found_however_it_is_written(source: str, found: list[str]) -> None:
    assert included(source) == found


def test_no_path_but_the_known_ones_can_be_asked_for() -> None:
    found = {path for source in SOURCES for path in paths(source.read_text())}
    listed = {noun.path for noun in NOUNS if isinstance(noun, Listed)}
    assert found == API_PATHS | IDENTITY_PATHS | listed


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_only_structure_can_be_included(source: Path) -> None:
    assert set(included(source.read_text())) <= INCLUDES
    assert INCLUDES.isdisjoint(CONTENT)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_nothing_but_reading_can_be_asked_of_the_api(source: Path) -> None:
    """The identity server alone is written to: tokens are exchanged, renewed and revoked there.

    `answers.py` sends the method it is given; who calls it says `GET`.
    """
    if source.name == "oauth.py":
        return
    tree = ast.parse(source.read_text())
    called = {
        f"{ast.unparse(node.func.value)}.{node.func.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    ways = {name for name in called if name.rpartition(".")[0] in {"httpx", "self._http", "http"}}
    made = {
        "AsyncClient",
        "Client",
        "Timeout",
        "Limits",
        "AsyncHTTPTransport",
        "create_ssl_context",
    }
    allowed = {"get", "aclose"} | made | ({"stream"} if source.name == "answers.py" else set())
    assert {name.rpartition(".")[2] for name in ways} <= allowed
    assert {"POST", "PUT", "PATCH", "DELETE"}.isdisjoint(literals(tree))
