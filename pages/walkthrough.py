"""What was found, one step at a time, for everybody concerned; it names nobody."""

from corvana.questions.walkthrough import steps as steps_of
from corvana.ui import captions
from corvana.ui.access import require_access
from corvana.ui.controls.active_filters import chips_elsewhere
from corvana.ui.data import current_view
from corvana.ui.sections import page_header, walkthrough

access = require_access()
view = page_header.header("What did we find?", current_view(access), access, tells_findings=True)
chips_elsewhere(view, captions.FINDINGS_FILTERS)
steps = steps_of(view)
place = walkthrough.controls(len(steps))
walkthrough.show(steps[place - 1])
if place == len(steps):
    walkthrough.keep(view, access)
