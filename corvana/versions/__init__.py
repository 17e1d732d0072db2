"""Data versions: made of stored rows, concluded from, kept as files and read back."""
