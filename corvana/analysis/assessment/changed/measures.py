"""Every measure of two times, compared."""

from corvana.analysis.account.analysed import Account
from corvana.analysis.assessment.changed import incidents, load
from corvana.analysis.assessment.changed.measure import Measure
from corvana.analysis.assessment.changed.sides import Sides


def measures(before: Account, after: Account, every: Account) -> tuple[Measure, ...]:
    """Return the measures of two times that do not overlap, in the order to show.

    `before` and `after` are accounts narrowed to the two times; of a baseline, `before` is the
    whole account as it was frozen. `every` is all that was collected with the latter.
    """
    sides = Sides(before, after, every)
    return (*incidents.measures(sides), *load.measures(sides))
