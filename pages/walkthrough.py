"""What was found, one step at a time, for everybody concerned; it names nobody."""

from corvana.questions.walkthrough import steps as steps_of
from corvana.ui import components
from corvana.ui.access import require_access
from corvana.ui.data import current_view
from corvana.ui.sections import walkthrough

access = require_access()
view = components.header("What did we find?", current_view(access), access)
steps = steps_of(view)
place = walkthrough.controls(len(steps))
walkthrough.show(steps[place - 1])
if place == len(steps):
    walkthrough.keep(view, access)
