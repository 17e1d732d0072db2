"""What changed between two times: measures, scores and findings.

*Which times.* A baseline is compared with what came after it: before is everything that was
collected when it was frozen, as it was known then; after is the time from then until now, or until
a later baseline. So no incident is counted on both sides. Two periods of the present data can be
compared, too; they must not overlap. Of these only measures are compared, because findings and
scores also rest on the configuration, of which only the present state is collected.

*Measures.* A time or a rate changes by a ratio, a share by percentage points. The interval is that
of *Against the period before*: all weeks collected say how much weeks of this account differ and
follow each other, and so how far two periods differ without any change. A measure is told to be
better or worse only if this interval does not hold "no change". Of thirteen measures without any
change, one in two comparisons shows such a measure by chance. With fewer than ten cases on a side
(a P90: twenty) nothing is compared.

*The smallest change that could have shown* has 80 % power: (1.96 + 0.84) / 1.96 times the half
width of the interval (Bloom (1995), Evaluation Review 19, 547-556). It says what "no clear change"
can hide.

*The same mix.* A number may change because there are other incidents: more of a service that is
answered slowly, or fewer of low urgency. So shares and times of incidents are also compared with
the later incidents weighed as if their services and urgencies were those of before (direct
standardisation). A service and urgency with fewer than five incidents on either side is left out,
and the share of the earlier incidents that remain is told. Rows of different weights are worth
(Σ w)² / Σ w² rows (Kish, Survey Sampling (1965), section 11.7). The verdict needs both intervals:
where only the plain numbers differ, the mix may be all that changed. Numbers a week, and
what people on call carry, have no such mix.

*Scores* are means of the points of checks that are known on both sides, in the data of each side.
They have no interval, so nothing is said of them but the numbers.

*Findings* are told apart by their key: kind, place and detail. Each side is tested by itself. A
finding of before that is not among those of after is *gone* if the data after could have shown it
and does not: the place was tested again, and the interval of its effect does not reach the former
effect. One that is read off the configuration is gone when it is not there any more. With too
little data, or an interval that still reaches the former effect, it is *cannot tell*. A finding
that is only among those of after is *new* by the same rule the other way round.
"""
