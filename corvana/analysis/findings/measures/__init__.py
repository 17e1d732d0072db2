"""What several kinds of findings measure in the same way."""
