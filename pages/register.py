"""What was decided about every finding, and what became of it; an assessor edits it."""

from corvana.questions import findings
from corvana.questions.assessment.register_table import counted
from corvana.ui import components
from corvana.ui.access import require_access
from corvana.ui.assessment import register_editor, register_gone
from corvana.ui.data import current_view
from corvana.ui.sections import findings as shown
from corvana.ui.sections import page_header

access = require_access()
view = page_header.header("What was decided?", current_view(access), access)
components.tell(counted(view))
components.method("What is told", "Gone and back", "What the client is asked")
if not findings.is_analysed(view):
    shown.follow_later(view, "Findings")
register_editor.draw(view, access)
register_editor.links(view)
register_gone.draw(view, access)
register_editor.interviews(view, access)
register_editor.files(view, access)
