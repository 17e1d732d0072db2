"""The slides, in the order of the story."""
