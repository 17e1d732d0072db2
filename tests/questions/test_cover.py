"""The cover of a report: the name of its file, and the account in words."""

from datetime import date

import pytest

from corvana.questions.cover import UNKNOWN, Cover

DAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("client", "named"),
    [
        ("Acme", "corvana-report-acme-2026-11-30.html"),
        ("Crédit Été & Co. KG", "corvana-report-credit-ete-co-kg-2026-11-30.html"),
        ("../../etc/passwd", "corvana-report-etc-passwd-2026-11-30.html"),
        ('a"\r\nSet-Cookie: x', "corvana-report-a-set-cookie-x-2026-11-30.html"),
        ("東京", "corvana-report-2026-11-30.html"),
        ("x" * 80, f"corvana-report-{'x' * 60}-2026-11-30.html"),
    ],
)
def test_the_file_is_named_after_client_and_date_in_signs_that_every_disk_takes(
    client: str, named: str
) -> None:
    assert Cover(client, prepared_on=DAY).named("corvana-report.html") == named


def test_a_file_without_a_cover_keeps_its_name() -> None:
    assert UNKNOWN.named("corvana-report.html") == "corvana-report.html"


def test_the_account_says_what_a_reader_has_to_know_of_it() -> None:
    assert Cover(account="acme").account_in_words == "acme"
    assert Cover(account="acme", is_simulated=True).account_in_words == "acme (simulated)"
    both = Cover(account="acme", is_simulated=True, is_partial=True)
    assert both.account_in_words == "acme (simulated, partial access)"
