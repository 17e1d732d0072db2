"""Headings of tables."""

from corvana.ui.tables import headings


def test_headings_are_words_and_ids_are_called_after_what_they_name():
    assert headings(["seconds_to_first_ack", "incident_id", "at", "p50", "label"]) == {
        "seconds_to_first_ack": "Seconds to first ack",
        "incident_id": "Incident",
        "at": "At",
        "p50": "P50",
        "label": "Label",
    }
