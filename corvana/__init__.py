"""Corvana's PagerDuty integration: structure in, evidence out, no content kept."""

__version__ = "0.1.0"
