"""Who was on call, when, on which level, and at which hour of their own day."""
