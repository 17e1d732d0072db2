"""Which service needs which, asked for service by service."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from corvana.collectors import business_services, dependencies, services
from corvana.errors import Forbidden, Gone, NotOnPlan, ServerFault
from corvana.sandbox.world.model import World
from corvana.store import noun_statuses
from corvana.store.models import ServiceDependency
from tests.builders.one_collector import page, read, serve, stored, versions
from tests.conftest import Connected

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TECHNICAL = "/service_dependencies/technical_services"
BUSINESS = "/service_dependencies/business_services"


def edge(name: str, supporting: tuple[str, str], dependent: tuple[str, str]) -> dict[str, Any]:
    ends = {"supporting_service": supporting, "dependent_service": dependent}
    return {"id": name, "type": "service_dependency"} | {
        end: {"id": service, "type": kind} for end, (service, kind) in ends.items()
    }


ONE_TWO = edge("D1", ("PT1", "technical_service_reference"), ("PT2", "service_reference"))
TWO_SHOP = edge("D2", ("PT2", "service"), ("PB1", "business_service_reference"))
SHOP_SITE = edge("D3", ("PB1", "business_service"), ("PB2", "business_service_reference"))


def edges(*rows: Any) -> dict[str, Any]:
    return {"relationships": list(rows)}


@pytest.fixture
def listed(connected: Connected) -> Connected:
    """Two technical and two business services are known."""
    technical = [{"id": f"PT{n}", "name": "Part", "status": "active"} for n in (1, 2)]
    business = [{"id": f"PB{n}", "name": "Shop"} for n in (1, 2)]
    serve(
        connected,
        {
            "/services": page("services", *technical),
            "/business_services": page("business_services", *business),
        },
    )
    read(connected, services.NOUN.sync, NOW)
    read(connected, business_services.NOUN.sync, NOW)
    return connected


def account(**changes: Any) -> dict[str, Any]:
    """Every edge at both its ends, as PagerDuty tells of it."""
    answers = {
        f"{TECHNICAL}/PT1": edges(ONE_TWO),
        f"{TECHNICAL}/PT2": edges(ONE_TWO, TWO_SHOP),
        f"{BUSINESS}/PB1": edges(TWO_SHOP, SHOP_SITE),
        f"{BUSINESS}/PB2": edges(SHOP_SITE),
    }
    by_id = {path.rsplit("/", 1)[-1]: path for path in answers}
    return answers | {by_id[name]: answer for name, answer in changes.items()}


def test_before_the_services_could_be_read_the_edges_are_asked_for_again_later(
    connected: Connected,
) -> None:
    with Session(connected.engine) as session:
        noun_statuses.failed(session, connected.id, "services", ServerFault("x"), NOW)
        session.commit()
    with pytest.raises(Gone):
        read(connected, dependencies.NOUN.sync, NOW)
    with Session(connected.engine) as session:
        noun_statuses.failed(session, connected.id, "services", NotOnPlan("x"), NOW)
        session.commit()
    read(connected, business_services.NOUN.sync, NOW)
    assert read(connected, dependencies.NOUN.sync, NOW) > 0


def alive(connected: Connected) -> list[str]:
    return [row["id"] for row in stored(connected, ServiceDependency) if not row["deleted_at"]]


def test_the_edges_are_those_of_the_account(connected: Connected, small_world: World) -> None:
    read(connected, services.NOUN.sync, NOW)
    read(connected, business_services.NOUN.sync, NOW)
    assert read(connected, dependencies.NOUN.sync, NOW) == len(small_world.dependencies)
    expected = [
        {
            "id": each.id,
            "supporting_id": each.supporting_id,
            "supporting_type": each.supporting_kind,
            "dependent_id": each.dependent_id,
            "dependent_type": each.dependent_kind,
            "deleted_at": None,
        }
        for each in small_world.dependencies
    ]
    assert stored(connected, ServiceDependency) == sorted(expected, key=lambda row: str(row["id"]))


def test_an_edge_that_both_its_ends_tell_of_is_one_and_its_types_are_of_two_kinds(
    listed: Connected,
) -> None:
    serve(listed, account())
    assert read(listed, dependencies.NOUN.sync, NOW) == 3
    assert [
        (row["id"], row["supporting_type"], row["dependent_type"])
        for row in stored(listed, ServiceDependency)
    ] == [
        ("D1", "technical_service", "technical_service"),
        ("D2", "technical_service", "business_service"),
        ("D3", "business_service", "business_service"),
    ]


def test_a_service_that_was_deleted_meanwhile_is_skipped(listed: Connected) -> None:
    serve(listed, account(PT1=404, PB2=404))
    assert read(listed, dependencies.NOUN.sync, NOW) == 3


@pytest.mark.parametrize(("status", "error"), [(402, NotOnPlan), (403, Forbidden)])
def test_one_refused_request_keeps_every_edge_that_was_known(
    listed: Connected, status: int, error: type[Exception]
) -> None:
    serve(listed, account())
    read(listed, dependencies.NOUN.sync, NOW)
    serve(listed, account(PT1=edges(), PT2=edges(), PB1=status))
    with pytest.raises(error):
        read(listed, dependencies.NOUN.sync, NOW + DAY)
    assert alive(listed) == ["D1", "D2", "D3"]


def test_not_one_service_found_says_nothing_about_their_edges(listed: Connected) -> None:
    serve(listed, account())
    read(listed, dependencies.NOUN.sync, NOW)
    serve(listed, account(PT1=404, PT2=404, PB1=404, PB2=404))
    with pytest.raises(Gone):
        read(listed, dependencies.NOUN.sync, NOW + DAY)
    assert alive(listed) == ["D1", "D2", "D3"]


def test_an_edge_that_is_gone_is_a_tombstone(listed: Connected) -> None:
    serve(listed, account())
    read(listed, dependencies.NOUN.sync, NOW)
    serve(listed, account(PT1=edges(), PT2=edges(TWO_SHOP)))
    read(listed, dependencies.NOUN.sync, NOW + DAY)
    assert alive(listed) == ["D2", "D3"]
    assert [each for each, state in versions(listed, dependencies.NOUN.name) if state is None] == [
        "D1"
    ]


def test_edges_that_do_not_fit_are_left_out(listed: Connected) -> None:
    broken = (None, "D9", {"id": "D8"}, ONE_TWO | {"id": "D7", "dependent_service": None})
    serve(listed, account(PT1=edges(*broken, ONE_TWO), PT2={"relationships": None}))
    read(listed, dependencies.NOUN.sync, NOW)
    assert alive(listed) == ["D1", "D2", "D3"]


def test_deleted_services_are_not_asked_for(listed: Connected) -> None:
    serve(listed, {"/business_services": page("business_services")})
    read(listed, business_services.NOUN.sync, NOW)
    serve(listed, account(PB1=403, PB2=403))
    assert read(listed, dependencies.NOUN.sync, NOW) == 2


def test_an_account_without_services_has_no_edges(connected: Connected) -> None:
    assert read(connected, dependencies.NOUN.sync, NOW) == 0
