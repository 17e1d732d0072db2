"""Sealing texts of an account that were stored as they are, so that they become what a collection
of a sealed account would have stored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from corvana.analysis.findings.registry import KINDS
from corvana.labels import told
from corvana.seal import Seal

_ACCOUNT: Final = "account"
"""Stands for the whole account where the id of a subject is expected."""
_KINDS: Final = frozenset(kind.name for kind in KINDS)
_IN_ANY_ORDER: Final = frozenset(
    kind.name for kind in KINDS if kind.identified_by == "both in any order"
)
_LEVELS: Final = frozenset({"none", "high", "low"})
"""What a response target has in the place of a priority's id (`ResponseTarget.level`)."""
_ID: Final = re.compile(r"(?=.*[A-Z])[A-Z0-9]{6,}")
"""The form of ids of PagerDuty and of codes of people. No number, day or word of ours has it."""
_OF_NOUN: Final[Mapping[str, str]] = {
    "business_services": "business_service",
    "escalation_policies": "escalation_policy",
    "priorities": "priority",
    "schedules": "schedule",
    "services": "service",
    "teams": "team",
}
"""Noun → the kind of object in LABELS."""


@dataclass(frozen=True, slots=True)
class AccountSeal:
    """Seals each kind of text of one account. `ids` are the ids and codes of people that may stand
    in texts of which only a part is an id.

    They are those of what the account has now. What is stored may be about objects and people that
    are gone, so an id is also known by its place and by its form.
    """

    seal: Seal
    ids: frozenset[str]

    def one(self, text: str) -> str:
        """An id, a code of a person, or a name."""
        return self.seal.text(text)

    def several(self, text: str) -> str:
        """Ids with a space between them, in the order of what is stored."""
        return " ".join(sorted(map(self.seal.text, text.split(" ")))) if text else text

    def subject(self, text: str) -> str:
        """The id of what a finding is about."""
        return text if text == _ACCOUNT else self.seal.text(text)

    def detail(self, text: str) -> str:
        """A text that may be an id, several ids, or something else."""
        return self.several(text) if all(map(self._is_id, text.split(" "))) else text

    def level(self, text: str) -> str:
        """The id of a priority, or a word."""
        return text if text in _LEVELS else self.one(text)

    def key(self, text: str) -> str:
        """The key of a finding (`registry.key_of`): its kind, its subject, and perhaps a detail."""
        kind, *parts = text.split(":")
        if kind in _KINDS:
            sealed = [*map(self.subject, parts[:1]), *map(self.detail, parts[1:])]
        else:  # what was seen in interviews, or a kind of an earlier release
            sealed = [self.one(part) if part in self.ids else part for part in parts]
        return ":".join([kind, *(sorted(sealed) if kind in _IN_ANY_ORDER else sealed)])

    def state(self, noun: str, state: Any) -> Any:
        """The settings of an object (`ConfigurationVersion.state`)."""
        if state is None:
            return None
        sealed = {name: self._setting(name, value) for name, value in state.items()}
        if "label" in state and noun in _OF_NOUN:
            sealed["label"] = self.one(told(state["label"], _OF_NOUN[noun], str(state["id"])))
        return sealed

    def change(self, name: str, value: Any) -> Any:
        """The value of a setting before or after it changed (CONFIGURATION_CHANGES)."""
        seal_it = _CHANGED.get(name)
        return seal_it(self, value) if seal_it and isinstance(value, str) else value

    def _is_id(self, text: str) -> bool:
        return text in self.ids or _ID.fullmatch(text) is not None

    def _setting(self, name: str, value: Any) -> Any:
        if name == "details":
            # Rules: level, type of the target, target, delay.
            return sorted([level, type_, self.one(to), *rest] for level, type_, to, *rest in value)
        seal_it = SETTINGS.get(name)
        return seal_it(self, value) if seal_it and isinstance(value, str) else value


Sealing = Callable[[AccountSeal, str], str]
SETTINGS: Final[Mapping[str, Sealing]] = {
    "id": AccountSeal.one,
    "label": AccountSeal.one,
    "escalation_policy_id": AccountSeal.one,
    "team_ids": AccountSeal.several,
    "service_ids": AccountSeal.several,
    "supporting_id": AccountSeal.one,
    "dependent_id": AccountSeal.one,
    "responder": AccountSeal.one,
}
"""What is sealed of an object's settings; the others are numbers, times and words."""

_CHANGED: Final[Mapping[str, Sealing]] = {**SETTINGS, "targets": AccountSeal.several}
