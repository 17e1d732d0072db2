"""Which team an incident, a service, a policy, a schedule or a finding belongs to."""

import pandas as pd

_POLICY = "escalation_policy_id"
_OWNED = ["team", "finding", "service", "policy", "schedule"]


def teams(incidents: pd.DataFrame, services: pd.DataFrame, labels: pd.DataFrame) -> list[str]:
    """Return the ids of all teams, sorted: those PagerDuty lists, and those that a service or an
    incident names.

    Parameters are INCIDENTS, SERVICES and LABELS.
    """
    listed = set(labels.loc[labels["kind"].eq("team"), "id"])
    named = [*incidents["team_ids"].dropna().unique(), *services["team_ids"].dropna().unique()]
    return sorted(listed.union(*(text.split() for text in named)))


def without_team(incidents: pd.DataFrame) -> int:
    """Return how many of INCIDENTS belong to no team."""
    return int(incidents["team_ids"].isna().sum())


def owned(findings: pd.DataFrame, services: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each team and each of FINDINGS that belongs to it.

    A finding about a service belongs to the service's teams; one about a policy to the teams of the
    services that use the policy at present; one about a schedule, or about a person on it, to the
    teams whose policies page the schedule. A finding about the whole account belongs to no team.
    One that belongs to two teams has a row for each.

    Parameters are FINDINGS, SERVICES and RULES.

    Returns
    -------
    DataFrame
        team; finding (the row's number in `findings`); service, policy, schedule: what it is about,
        with the policy of a service; empty where it is about another noun.
    """
    subjects = _subjects(findings, services)
    used = _teams_of_services(services)
    by_policy = used[["policy", "team"]].drop_duplicates().query("policy != ''")
    paged = rules.loc[rules["target_type"].eq("schedule"), [_POLICY, "target"]]
    by_schedule = (
        paged.rename(columns={_POLICY: "policy", "target": "schedule"})
        .merge(by_policy, on="policy")[["schedule", "team"]]
        .drop_duplicates()
    )
    is_service, is_schedule = subjects["service"].ne(""), subjects["schedule"].ne("")
    found = [
        subjects[is_service].merge(used[["service", "team"]].drop_duplicates(), on="service"),
        subjects[~is_service & ~is_schedule].merge(by_policy, on="policy"),
        subjects[is_schedule].merge(by_schedule, on="schedule"),
    ]
    every = pd.concat([each[_OWNED] for each in found])
    return every.sort_values(["team", "finding"], ignore_index=True)


def _subjects(findings: pd.DataFrame, services: pd.DataFrame) -> pd.DataFrame:
    """What each finding is about: service (with its policy), policy or schedule, else empty."""
    subject, kind = findings["subject_id"].astype("str"), findings["subject_type"]
    service = subject.where(kind.eq("service"), "")
    policies = services.set_index("service_id")["escalation_policy_id"]
    # The detail of a finding about a person is the schedule.
    schedule = subject.where(kind.eq("schedule"), findings["detail"].where(kind.eq("responder")))
    policy = subject.where(kind.eq("escalation_policy"), service.map(policies))
    return pd.DataFrame(
        {
            "finding": range(len(findings)),
            "service": service.to_numpy(),
            "policy": policy.fillna("").astype("str").to_numpy(),
            "schedule": schedule.fillna("").astype("str").to_numpy(),
        }
    )


def _teams_of_services(services: pd.DataFrame) -> pd.DataFrame:
    """A row for each service and each of its teams: service, policy, team."""
    listed = pd.DataFrame(
        {
            "service": services["service_id"],
            "policy": services["escalation_policy_id"].fillna(""),
            "team": services["team_ids"].fillna("").str.split(),
        }
    )
    return listed.explode("team").dropna(subset="team").astype("str")
