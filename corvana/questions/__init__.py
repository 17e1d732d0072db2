"""The questions about an account. Pages, reports, exports and commands call the same functions."""
