"""Five dimensions of an incident response, each 0 to 100 from checks that are all visible.

A check measures one thing of one account and stands between two thresholds: no points up to where
it fails, 100 from where it is met, linear in between. Where a threshold comes from is said with it;
where it is Corvana's own, it says so and why. A dimension is the mean of its known checks, all
alike; a check whose input is missing lowers how many checks the score rests on, never the score. A
value's interval is shown beside it and does not change its points.

There is no score over all five: they do not make up for each other. Scores are for seeing where to
look, in one account, over time; they are no league table, since accounts differ in what they run.
"""

from corvana.analysis.scorecard.scores import DIMENSIONS, dimensions, scorecard

__all__ = ["DIMENSIONS", "dimensions", "scorecard"]
