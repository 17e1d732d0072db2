"""The Response page's numbers in hand-written SQL, for DuckDB.

Placeholders: `{m}` is the duration's column; `{life}` gives `seconds` and `cause` of an incident
(1 the event happened, 2 it can no longer happen, 0 still open); `{zone}` is a time zone.
"""

from typing import Final

LIFE: Final = {
    "seconds_to_first_ack": """
        SELECT
            coalesce(
                seconds_to_first_ack, seconds_to_resolve,
                greatest(epoch($as_of::TIMESTAMPTZ - created_at), 0)
            ) AS seconds,
            CASE WHEN seconds_to_first_ack IS NOT NULL THEN 1
                 WHEN seconds_to_resolve IS NOT NULL THEN 2 ELSE 0 END AS cause
        FROM period WHERE resolution <> 'merged' AND NOT in_maintenance
    """,
    "seconds_to_resolve": """
        SELECT
            coalesce(seconds_to_resolve, greatest(epoch($as_of::TIMESTAMPTZ - created_at), 0))
                AS seconds,
            CASE WHEN seconds_to_resolve IS NOT NULL THEN 1 ELSE 0 END AS cause
        FROM period WHERE resolution <> 'merged' AND NOT in_maintenance
    """,
}

CURVE: Final = """
    WITH life AS ({life}),
    counts AS (
        SELECT seconds, count(*) AS n, count(*) FILTER (cause = 1) AS d1,
               count(*) FILTER (cause <> 0) AS d
        FROM life GROUP BY seconds
    ),
    risk AS (
        SELECT *, (sum(n) OVER (ORDER BY seconds DESC))::DOUBLE AS r FROM counts
    ),
    hazards AS (
        SELECT *,
               coalesce(product(1 - d / r) OVER (
                   ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
               ), 1) AS s,
               CASE WHEN r > d THEN d / (r * (r - d)) ELSE 0 END AS h
        FROM risk
    ),
    incidence AS (
        SELECT *, sum(s * d1 / r) OVER (ORDER BY seconds) AS f FROM hazards
    ),
    sums AS (
        SELECT *,
               sum(h) OVER w AS h0, sum(f * h) OVER w AS h1, sum(f * f * h) OVER w AS h2,
               sum(s * s * d1 * (r - d1) / (r * r * r)) OVER w AS e,
               sum(s * d1 / (r * r)) OVER w AS o, sum(f * s * d1 / (r * r)) OVER w AS fo
        FROM incidence WINDOW w AS (ORDER BY seconds)
    ),
    variance AS (
        SELECT *, greatest(f * f * h0 - 2 * f * h1 + h2 + e - 2 * (f * o - fo), 0) AS v FROM sums
    )
    SELECT seconds, f AS share, {bounds}, r::BIGINT AS at_risk
    FROM (
        SELECT *, CASE WHEN x > 1e-12 AND x < 1 - 1e-12 THEN x END AS i,
               exp(least($z * sqrt(v) / abs(i * ln(i)), 50)) AS w
        FROM (SELECT *, {scale} AS x FROM variance)
    )
    WHERE d1 > 0 ORDER BY seconds
"""
"""Aalen-Johansen; without a competing end, Kaplan-Meier. The interval is on the scale of the share
itself, or of the share still waiting."""
SCALE: Final = {
    "seconds_to_first_ack": ("f", "i ** w AS low, i ** (1 / w) AS high"),
    "seconds_to_resolve": ("1 - f", "1 - i ** (1 / w) AS low, 1 - i ** w AS high"),
}

TOTALS: Final = """
    SELECT count(*) FILTER (counted) AS n, count({m}) FILTER (counted) AS n_done,
           count(*) FILTER (resolution = 'merged') AS n_merged,
           count(*) FILTER (counted AND resolution = 'auto') AS n_auto
    FROM (SELECT *, resolution <> 'merged' AND NOT in_maintenance AS counted FROM period)
"""

QUANTILES: Final = """
    SELECT quantile_cont({m}, [0.5, 0.9, 0.95]) AS quantiles,
           quantile_disc({m}, {fractions}) AS bounds
    FROM period WHERE resolution <> 'merged' AND NOT in_maintenance
"""

KEYED: Final = """
    SELECT {key} AS key, {m} AS x, seconds_to_resolve
    FROM period WHERE resolution <> 'merged' AND NOT in_maintenance
"""
KEY: Final = {
    "service": "service_id",
    "policy": "escalation_policy_id",
    "team": "unnest(string_split(team_ids, ' '))",
    "urgency": "urgency",
    "week": "date_trunc('week', created_at AT TIME ZONE '{zone}')",
}

COUNTS: Final = """
    SELECT key, count(*) AS n, count(x) AS n_done,
           count(*) FILTER (x IS NULL AND seconds_to_resolve IS NULL) AS n_open
    FROM ({keyed}) WHERE key IS NOT NULL GROUP BY key ORDER BY key
"""

ORDER_STATISTICS: Final = """
    SELECT key, v[a50] + (v[b50] - v[a50]) * f50 AS p50,
           CASE WHEN low > 0 THEN v[low] END AS low, CASE WHEN high > 0 THEN v[high] END AS high,
           CASE WHEN len(v) >= 20 THEN v[a90] + (v[b90] - v[a90]) * f90 END AS p90
    FROM (
        SELECT *, 1 + floor(0.5 * (len(v) - 1))::BIGINT AS a50, least(a50 + 1, len(v)) AS b50,
               0.5 * (len(v) - 1) % 1 AS f50,
               1 + floor(0.9 * (len(v) - 1))::BIGINT AS a90, least(a90 + 1, len(v)) AS b90,
               0.9 * (len(v) - 1) % 1 AS f90
        FROM (SELECT key, list_sort(list(x)) AS v FROM ({keyed}) WHERE x IS NOT NULL GROUP BY key)
    )
    JOIN ranks USING (key) ORDER BY key
"""
"""`ranks` has the positions of the sorted values that bound a group's median. They are binomial
quantiles of the group's size, which SQL lacks; 0 means no bound."""

RANK_SUMS: Final = """
    WITH keyed AS (
        SELECT key, x FROM ({keyed}) JOIN ranks USING (key) WHERE x IS NOT NULL AND size >= 10
    ),
    counts AS (SELECT x, count(*) AS n FROM keyed GROUP BY x),
    placed AS (SELECT x, n, sum(n) OVER (ORDER BY x) - (n - 1) / 2 AS place FROM counts)
    SELECT key, count(*) AS size, sum(place) AS total,
           (SELECT sum(n::DOUBLE ** 3 - n) FROM counts) AS ties
    FROM keyed JOIN placed USING (x) GROUP BY key ORDER BY key
"""

HOURS: Final = """
    SELECT isodow(local) - 1 AS weekday, hour(local) AS hour, count({m}) AS n,
           quantile_cont({m}, 0.5) AS p50
    FROM (
        SELECT created_at AT TIME ZONE '{zone}' AS local, {m}
        FROM period WHERE resolution <> 'merged' AND NOT in_maintenance
    )
    GROUP BY ALL ORDER BY ALL
"""

DISTRIBUTION: Final = """
    SELECT edge AS start, count(*) AS n
    FROM (SELECT greatest({m}, 1) AS lasted FROM period
          WHERE resolution <> 'merged' AND NOT in_maintenance AND {m} IS NOT NULL) AS times
    ASOF JOIN edges ON lasted >= edge
    GROUP BY edge ORDER BY edge
"""
