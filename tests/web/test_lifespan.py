from corvana.config import Settings
from corvana.web.lifespan import children


def test_without_a_client_id_the_simulated_account_runs_beside_the_worker():
    assert children(Settings(sandbox_port=9001)) == [
        ("sandbox", "--port", "9001"),
        ("worker",),
    ]


def test_with_a_client_id_there_is_no_simulated_account():
    assert children(Settings(client_id_setting="abc")) == [("worker",)]


def test_in_hosting_the_worker_is_a_service_of_its_own():
    assert children(Settings(client_id_setting="abc", start_worker=False)) == []
