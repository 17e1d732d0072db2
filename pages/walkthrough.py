"""What was found, one step at a time, for everybody concerned; it names nobody."""

from corvana.ui import components, walkthrough
from corvana.ui.access import require_access
from corvana.ui.data import current_snapshot

access = require_access()
snapshot = components.header("What did we find?", current_snapshot(access), access)
steps = walkthrough.steps(snapshot)
place = walkthrough.controls(len(steps))
walkthrough.show(steps[place - 1])
if place == len(steps):
    walkthrough.keep(snapshot)
