"""Corvana's PagerDuty integration: it reads the account's structure and keeps no content."""

__version__ = "0.1.0"
