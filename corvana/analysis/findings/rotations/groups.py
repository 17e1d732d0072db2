"""Schedules that are paged together: those on one level of a policy are one rotation."""

import networkx as nx
import pandas as pd

from corvana.analysis.account.analysed import Account, per_account


def with_group(worked: pd.DataFrame, account: Account) -> pd.DataFrame:
    """Return `turns` with the number of the group of their schedule."""
    return worked.merge(groups(account), on="schedule_id")


@per_account
def groups(account: Account) -> pd.DataFrame:
    """Return the schedules that a policy pages, with the number of their group: `schedule_id,
    group`."""
    rules = account.rules
    paged = rules.loc[
        rules["target_type"].eq("schedule"), ["escalation_policy_id", "level", "target"]
    ].drop_duplicates()
    beside = paged.merge(paged, on=["escalation_policy_id", "level"])
    together: nx.Graph[str] = nx.Graph()
    together.add_edges_from(zip(beside["target_x"], beside["target_y"], strict=True))
    rows = [
        (schedule, number)
        for number, schedules in enumerate(nx.connected_components(together))
        for schedule in schedules
    ]
    return pd.DataFrame(rows, columns=["schedule_id", "group"]).astype({"schedule_id": "str"})
