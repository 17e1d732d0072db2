"""Differences between our numbers, PagerDuty's, and those of other products with the same name."""

from typing import Final, NamedTuple


class Difference(NamedTuple):
    """A metric, and how we, PagerDuty and other products compute it."""

    metric: str
    ours: str
    pagerduty: str
    others: str


DIFFERENCES: Final = (
    Difference(
        "Time to first ack, not acknowledged",
        "Stays in view: the share acknowledged by a time, with a resolve without an ack as the "
        "competing end. Median and percentiles of those acknowledged stand beside it.",
        "Averages acknowledged incidents only.",
        "Opsgenie takes the close as the ack; GoAlert counts 0 seconds; Grafana OnCall takes the "
        "first of ack, resolve and silence.",
    ),
    Difference(
        "Average (MTTA, MTTR)",
        "Not shown alone. A median with its interval; a few long incidents move an average.",
        "Mean, with percentiles in its API.",
        "Most show a bare mean.",
    ),
    Difference(
        "Open incidents",
        "Count for as long as they were seen (censored), and are shown.",
        "Left out of time to resolve.",
        "Opsgenie counts closed ones only, which drops the slow ones.",
    ),
    Difference(
        "Time to resolve",
        "Creation to first resolve, automatic ones included; by whom is shown apart.",
        "Trigger to resolve; its review guide averages over acknowledged incidents.",
        "DevLake: last status change − creation; PagerTree: ack to resolve.",
    ),
    Difference(
        "Interruption",
        "Push, phone call or SMS to one responder; arrivals within 60 s of the first are one; no "
        "e-mail. The 60 s run from the arrival that is kept, so a phone that rings every minute is "
        "many interruptions.",
        "The same channels and 60 s; whether they chain is not documented.",
        "Multitudes counts disrupted clock hours, which we show too.",
    ),
    Difference(
        "Sleep, off and business hours",
        "Each instant is one of them, sleep before off before business, on the responder's clock.",
        "The same windows; weekend nights fall in two of them.",
        "incident.io: night 23–8 in Slack's zone; others 22–6.",
    ),
    Difference(
        "Interruptions per on-call hour",
        "Pages that came during a shift ÷ hours of shifts, overlaps counted once.",
        "Not offered.",
        "PagerDuty's MCP app adds hours and pages differently for members of several teams.",
    ),
    Difference(
        "Engaged time",
        "PagerDuty's: engagement to resolve, summed, snoozes included; without them beside it.",
        "The same; a person may override it by hand, which the API does not tell.",
        "incident.io: 10 minutes an action; FireHydrant: first to last action.",
    ),
    Difference(
        "Escalations",
        "Events, by timer, by hand and unknown apart; levels are inferred, as the log has none.",
        "Events per incident and incidents with any, by timer and by hand.",
        "Most know only whether there was one.",
    ),
    Difference(
        "Coverage gap",
        "Time in which a level has nobody, past and coming; a person named in the level closes it; "
        "outside support hours it counts only where incidents are still high-urgency then, and not "
        "while every service of the policy is in a maintenance window.",
        "A percentage of a schedule.",
        "pd-utils: a person named directly is no coverage; Grafana OnCall: always 24 × 7.",
    ),
    Difference(
        "Fairness",
        "Gini beside the Gini that chance alone would give with the same turns on call.",
        "Not offered.",
        "Grafana OnCall compares hours pair by pair.",
    ),
)
