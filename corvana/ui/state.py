"""Keys of the state of a browser session."""

from typing import Final

ENGAGEMENT: Final = "chosen_engagement"
ENGAGEMENT_PICKER: Final = "engagement_picker"
NEW_ENGAGEMENT: Final = "new_engagement_name"
REFUSED: Final = "refused_engagement"
