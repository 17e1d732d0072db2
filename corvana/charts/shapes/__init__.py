"""Parts that several charts draw alike."""
