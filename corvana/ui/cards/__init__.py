"""The cards of each page: its main numbers in words."""
