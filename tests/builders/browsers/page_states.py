"""Every page of an engagement, and states of them in which it looks different."""

from typing import Final

STATES: Final = (
    "",
    "?urgency=high",
    "findings",
    "response",
    "response?urgency=low&period=Last+7+days",
    "escalations",
    "on_call",
    "dependencies",
    "teams",
    "walkthrough",
    "register",
    "walkthrough?step=2",
    "walkthrough?step=99",
    "register",
    "settings",
    "targets",
    "what_changed",
    "what_changed?way=Two+periods",
    "timeline",
    "integrations",
    "method",
    "privacy",
)
"""Addresses, each with what stands behind its question mark."""
