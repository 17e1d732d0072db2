"""Five dimensions of incident response, each scored 0 to 100 by checks that are all shown.

A check measures one value of an account and has two thresholds: no points up to the first one, at
which it fails, 100 from the second one, at which it is met, and linear in between. Each threshold
is shown with its source; if it is Corvana's own, the text says so and why. A dimension is the mean
of its known checks with equal weights. A check whose input is missing lowers the number of checks
behind the score, never the score. A value's interval is shown beside it and does not change its
points.

There is no total score, because one dimension cannot compensate for another. Scores show where to
look, in one account, over time. They are no ranking of accounts, because accounts run different
systems.
"""

from corvana.analysis.scorecard.scores import (
    DIMENSIONS,
    check_of,
    dimensions,
    dimensions_under,
    scorecard,
)

__all__ = ["DIMENSIONS", "check_of", "dimensions", "dimensions_under", "scorecard"]
