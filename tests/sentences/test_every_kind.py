"""What is said of a finding of every kind, whether or not an account of the grid has one."""

import pytest

from corvana.analysis.answers import findings as words
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.registry import KINDS
from corvana.questions import accounts
from corvana.ui.cards.findings import finding_cards
from tests.builders.sentences import grammar, many
from tests.builders.sentences.stored import label, view_of

NAN = float("nan")
SIZES = {
    "seconds": (1_500.0, 1_260.0, 1_740.0, 300.0),
    "share": (0.93, 0.91, 0.96, 0.12),
    "times": (4.2, 3.1, 5.7, 1.0),
    "count": (17.0, 13.0, 23.0, 4.0),
    "hours": (7.0, 6.0, 8.0, 2.0),
    "per on-call hour": (0.7, 0.6, 0.8, 0.3),
    "Gini": (0.62, 0.51, 0.73, 0.31),
}
"""Effect, interval and reference by unit; no number occurs twice."""
SUBJECTS = {
    "ack_timeouts": ("service", "payments", None),
    "auto_resolve_wall": ("service", "payments", None),
    "coverage_gap": ("escalation_policy", "pay_policy", "2"),
    "dependency_cascade": ("service", "payments", "search"),
    "exhausted_policy": ("escalation_policy", "pay_policy", None),
    "fake_redundancy": ("escalation_policy", "pay_policy", "1 and 2"),
    "handoff_slowdown": ("schedule", "front_line", None),
    "level_never_answers": ("escalation_policy", "pay_policy", "1"),
    "load_slowdown": ("escalation_policy", "pay_policy", None),
    "machine_acks": ("account", "account", None),
    "nights_on_one_person": ("responder", "ann", "front_line"),
    "noisy_service": ("service", "payments", None),
    "overloaded_responder": ("responder", "ann", "front_line"),
    "pages_for_nothing": ("account", "account", None),
    "ping_pong_routing": ("escalation_policy", "pay_policy", "web_policy"),
    "regression": ("service", "payments", "2026-03-30"),
    "single_responder_service": ("service", "payments", None),
    "slow_ack": ("service", "payments", None),
    "timer_misfit": ("escalation_policy", "pay_policy", "5"),
    "undeclared_dependency": ("service", "payments", "search"),
    "unfair_rotation": ("schedule", "front_line", None),
}
EVERY = [
    (kind, n)
    for kind in KINDS
    for n in ((1, 12) if kind.probability_of == "not tested" else (10, 1_234))
]
"""With fewer than ten observations, only what is read off the configuration is a finding."""


def found(kind, n):
    """A finding about the payments of the uneven account, with the kind's own kind of subject."""
    effect, low, high, reference = SIZES[kind.unit]
    is_tested = kind.probability_of != "not tested"
    subject = SUBJECTS[kind.name]
    return Finding(
        kind.name, subject[0], subject[1], subject[2], effect, low, high, reference, n,
        0.004 if is_tested else NAN, True, 95.0, 0.03 if is_tested else NAN,
    )  # fmt: skip


NAMES = {each: label(each) for each in ("payments", "search", "pay_policy", "web_policy",
                                        "front_line")} | {"ann": "Responder 7F2K"}  # fmt: skip


def texts(kind, finding):
    """Everything that is said of a finding but for its advice, which quotes settings."""
    cards = [text for card in finding_cards(finding) for text in (card.value, card.note, card.help)]
    return [
        kind.sentence(finding, NAMES),
        words.title(finding, NAMES),
        words.effect(finding),
        words.worth(finding),
        words.certainty(finding),
        words.how_sure(finding),
        *words.would_change(finding),
        words.answer([finding], NAMES),
        *cards,
    ]


def test_every_kind_has_a_subject_here():
    assert {kind.name for kind in KINDS} == set(SUBJECTS)


@pytest.mark.parametrize(("kind", "n"), EVERY, ids=lambda each: getattr(each, "name", str(each)))
def test_what_is_said_of_a_finding_is_well_put(kind, n):
    finding = found(kind, n)
    wrong = {text: [*grammar.faults(text)] for text in texts(kind, finding)}
    assert {text: faults for text, faults in wrong.items() if faults} == {}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_sentence_of_a_kind_tells_its_effect_and_its_number(kind):
    finding = found(kind, 1_234)
    said = kind.sentence(finding, NAMES)
    told = words.size(finding.effect, kind.unit).removesuffix(" ×").removeprefix("Gini ")
    rest = words.size(1 - finding.effect, kind.unit)
    assert told in said or rest in said or f"{finding.effect:.1f}" in said
    assert "1,234" in said


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_advice_is_well_put_and_names_no_responder(kind):
    said = kind.advice(accounts.whole(view_of(many.UNEVEN)), found(kind, 12), NAMES)
    assert [*grammar.faults(said)] == []
    assert "Responder" not in said
    assert said.endswith(".")
