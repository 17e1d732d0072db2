"""How the numbers are computed, in the words of the pages."""

from typing import Final

from corvana.analysis.response.durations import Measure

RESPONSE: Final[dict[Measure, str]] = {
    "seconds_to_first_ack": """
**Time to first ack** runs from the incident's creation to the first acknowledgement by a person,
before it was first resolved. Reassigning, escalating or resolving is not an acknowledgement.

**The curve** counts every incident: a resolve without an acknowledgement rules one out
(Aalen–Johansen), an open incident counts as long as it was seen. So it may end below 100 %. **Half
acknowledged in** is where this curve reaches one half: of all incidents.
It is expected, and not yet seen, while fewer than half are acknowledged; then ten have to be.
**Median, P90 and P95** are of the acknowledged incidents only, and stand in a block of their own;
where all are acknowledged, the time until half were is their median, and no other one is shown.

**Against PagerDuty's Analytics:** it averages `seconds_to_first_ack` over acknowledged incidents
(its MTTA). We show the median and its interval, since a few very long ones move an average, and
keep those never acknowledged in view.

**Limits:** merged incidents, and those created in a maintenance window of their service, are left
out (the counts are shown). Intervals are 95 %; P90 needs 20 values, P95 needs 50.
""",
    "seconds_to_resolve": """
**Time to resolve** runs from the incident's creation to its first resolve, by anyone or anything,
automatic resolves included. What happens after a reopening does not lengthen it.

**The curve** counts open incidents for as long as they were seen (Kaplan–Meier), so long ones that
are not over yet do not flatter it. **Half resolved in** is where this curve reaches one half: of
all incidents. It is expected, and not yet seen, while fewer than half are resolved; then ten
have to be. **Median, P90 and P95** are of the resolved incidents only, and stand in a block of
their own; where all are resolved, the time until half were is their median, and no other is shown.

**Against PagerDuty's Analytics:** it averages `seconds_to_resolve` over resolved incidents (its
MTTR). We show the median and its interval.

**Limits:** merged incidents, and those created in a maintenance window of their service, are left
out (the counts are shown). Intervals are 95 %; P90 needs 20 values, P95 needs 50.
""",
}
