"""What can be asked of an account. Pages, reports, exports and commands ask the same functions."""
