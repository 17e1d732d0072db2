"""Names that people gave at PagerDuty, made harmless."""

import pytest

from corvana.labels import is_personal, told


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Payments API", "Payments API"),
        ("  Payments \t\r\n API\x00 ", "Payments API"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("a\u2066b\u2069c\u200ed\u061ce\ufefff\u200bg\u00adh", "abcdefgh"),
        ("a\u2028b\u2029c\x85d\x1be", "a b c d e"),
        ("می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻"),
        ("\udcff half", "half"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 4),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("<b>x</b> [y](https://z.example)", "<b>x</b> [y](https://z.example)"),
    ],
)
def test_signs_that_are_not_seen_are_left_out(label: str, shown: str) -> None:
    assert told(label, "service", "P7F2K") == shown


@pytest.mark.parametrize(
    "label",
    [
        "jane.doe@example.test",
        " <Jane.Doe+x@mail.example.co.uk> ",
        "mailto:jane@example.test",
        "jane\u200b@example\u200b.test",
        "jane＠example．test",
        "+49 30 1234567",
        "(030) 123-4567",
        "555-0123",
        "tel:+15550123456",
        "+1.555.012.3456 x12",
        "٠٣٠ ١٢٣٤٥٦٧",
        "",
        "\u202e\u200b\x00",
        "\u3164 \u2800",
    ],
)
def test_an_address_a_number_and_nothing_become_kind_and_code(label: str) -> None:
    assert told(label, "service", "PSV7F2K") == "Service 7F2K"


def test_the_kind_is_in_words() -> None:
    assert told("a@b.example", "escalation_policy", "P1") == "Escalation policy P1"


@pytest.mark.parametrize(
    "label",
    [
        "2026-11-12",
        "10.0.0.12",
        "2024-2026",
        "Service 5550123",
        "a@b",
        "@team",
        "Mail to jane@example.test when it burns",
        "443",
        "12345678901234567890",
        "x" * 400 + "@example.test",
    ],
)
def test_other_names_are_kept(label: str) -> None:
    assert not is_personal(label)


def test_of_ten_thousand_characters_the_middle_is_left_out() -> None:
    label = "a" * 5_000 + "z" * 5_000
    assert told(label, "team", "P1") == f"{'a' * 127}…{'z' * 127}"
    assert told(label * 1_000, "team", "P1") == f"{'a' * 127}…{'z' * 127}"
    assert told("a" * 255, "team", "P1") == "a" * 255
