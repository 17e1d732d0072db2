"""The numbers of each page, worded."""
