"""Data versions: built from stored rows, analysed, written to files and read back."""
