"""Watching the pages: how often and how long their scripts run, and the id of each run."""
