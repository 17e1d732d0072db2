"""What `/metrics` says, as exact lines."""

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families

from corvana.metrics import REGISTRY

Series = tuple[str, tuple[tuple[str, str], ...]]


def scraped(text: str) -> dict[Series, float]:
    """Every series of the text: its name and labels, and its value."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def series(name: str, **labels: str) -> Series:
    """The key of a series in what `scraped` returns."""
    return name, tuple(sorted(labels.items()))


def value(name: str, labels: Mapping[str, str] | None = None) -> float:
    """The value of a series of this process; 0 as long as nothing was counted."""
    return REGISTRY.get_sample_value(name, dict(labels or {})) or 0.0
